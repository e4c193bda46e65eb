"""A map of two numbers: in how many draws of the others something holds, and from where on."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from comity.core.errors import ConfigError
from comity.core.thresholds import Moved, ThresholdMap
from comity.core.whole_file import whole_file
from comity.show.figures.figure import FONT, LABEL_SIZE
from comity.show.palette import LIGHT

SIDE = 320
"""Width and height of one map, in pixels."""
SCALE = 2.0
"""Pixels of a PNG to one of the chart."""
KINDS = (".png", ".svg")


def map_spec(found: ThresholdMap) -> dict[str, Any]:
    """Return the Vega-Lite specification of one map.

    A cell's shade is the share of draws of the other numbers in which it holds; the line is where
    it begins or ends with the others central, and a cross marks what is judged today.
    """
    first, second = found.first, found.second
    layers: list[dict[str, Any]] = [_cells(found), _line(found)]
    if first.judged and second.judged:
        layers.append(_today(first.judged[1], second.judged[1]))
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": _wrapped(found.asked.words), "fontWeight": "normal"},
        "width": SIDE,
        "height": SIDE,
        "layer": layers,
    }


def _cells(found: ThresholdMap) -> dict[str, Any]:
    x, y = _edges(found.first), _edges(found.second)
    rows = [
        {"x": x[k], "x2": x[k + 1], "y": y[row], "y2": y[row + 1], "share": 100 * float(share)}
        for row, shares in enumerate(found.share_holding)
        for k, share in enumerate(shares)
    ]
    return {
        "data": {"values": rows},
        "mark": {"type": "rect", "stroke": None},
        "encoding": {
            "x": _axis("x", found.first, (x[0], x[-1])),
            "x2": {"field": "x2"},
            "y": _axis("y", found.second, (y[0], y[-1])),
            "y2": {"field": "y2"},
            "color": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 100], "range": [LIGHT["paper"], LIGHT["a"]]},
                "legend": {"title": ["draws in which", "it holds, of 100"]},
            },
        },
    }


def _line(found: ThresholdMap) -> dict[str, Any]:
    rows = [
        {"x": crossing.value, "y": float(value)}
        for value, reading in zip(found.second.values, found.rows, strict=True)
        for crossing in reading.crossings
    ]
    mark = {"type": "point", "filled": True, "size": 22, "color": LIGHT["b"], "opacity": 1}
    return {"data": {"values": rows}, "mark": mark, "encoding": _place()}


def _today(x: float, y: float) -> dict[str, Any]:
    mark = {"type": "point", "shape": "cross", "size": 90, "filled": True, "color": LIGHT["ink"]}
    return {"data": {"values": [{"x": x, "y": y}]}, "mark": mark, "encoding": _place()}


def _place() -> dict[str, Any]:
    return {axis: {"field": axis, "type": "quantitative"} for axis in ("x", "y")}


def _axis(field: str, moved: Moved, domain: tuple[float, float]) -> dict[str, Any]:
    title = f"{moved.name}" + (f" ({moved.unit})" if moved.unit else "")
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": {"grid": False},
    }


def _edges(moved: Moved) -> list[float]:
    """Return the ends of the cells around the values, one more than there are."""
    values = [float(value) for value in moved.values]
    between = [(a + b) / 2 for a, b in pairwise(values)]
    return [2 * values[0] - between[0], *between, 2 * values[-1] - between[-1]]


def _wrapped(words: str, width: int = 52) -> list[str]:
    lines = [""]
    for word in (words[0].upper() + words[1:]).split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def check_map_file(file: Path) -> None:
    """Refuse a file of a kind that cannot be drawn.

    Raises
    ------
    ConfigError
        Its name ends otherwise.
    """
    if file.suffix.lower() not in KINDS:
        raise ConfigError(
            f'--figure: the file must end in {" or ".join(KINDS)}; found "{file.name}". '
            f'Nearest: "{file.stem}.png".'
        )


def write_map(maps: Sequence[ThresholdMap], file: Path) -> Path:
    """Draw maps side by side into a PNG or SVG file and return it.

    Raises
    ------
    ConfigError
        There is no map to draw, or the file's name ends otherwise.
    """
    import vl_convert

    check_map_file(file)
    if not maps:
        raise ConfigError(
            "--figure: a map needs two numbers; found one. Name a second one with --number or "
            "--held."
        )
    columns = math.ceil(math.sqrt(len(maps)))
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "columns": columns,
        "concat": [map_spec(found) for found in maps],
        "resolve": {"scale": {"color": "shared"}},
        "background": LIGHT["card"],
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelFontSize": LABEL_SIZE, "titleFontWeight": "normal"},
            "title": {"fontSize": 13, "anchor": "start"},
        },
    }
    text = json.dumps(spec)
    is_svg = file.suffix.lower() == ".svg"
    drawn = (
        vl_convert.vegalite_to_svg(text).encode()
        if is_svg
        else vl_convert.vegalite_to_png(text, scale=SCALE)
    )
    with whole_file(file) as draft:
        draft.write(drawn)
    return file
