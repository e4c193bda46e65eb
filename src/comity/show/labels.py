"""Placing labels by a rule, so that none overlaps another and none leaves the figure.

A layout is made for a plot of a given width in pixels and stays free of overlaps in every wider
plot: positions are fractions of the width, texts keep their size, so gaps only grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]
_WIDE = set("mwMW@%")
_NARROW = set("iljtf.,:;'|!()[] ")


def text_width(text: str, size: float) -> float:
    """Return the width of ``text`` in pixels in a system sans of ``size``, on the safe side."""
    ems = sum(0.95 if c in _WIDE else 0.38 if c in _NARROW else 0.64 for c in text)
    return ems * size


@dataclass(frozen=True)
class Wish:
    """A label that wants to stand at a fraction of the plot's width; larger weight goes first."""

    text: str
    position: float
    weight: float
    second_line: str = ""


@dataclass(frozen=True)
class Placed:
    """A label with its place: the anchor's fraction, the alignment and the row (0 nearest).

    ``second_line`` is empty where only the first had room.
    """

    wish: Wish
    second_line: str
    align: Align
    row: int
    left: float
    right: float


def place_labels(
    wishes: Sequence[Wish], *, width: float, size: float, rows: int = 1, gap: float = 8
) -> tuple[Placed, ...]:
    """Place as many labels as fit, the weightiest first.

    Parameters
    ----------
    wishes
        Labels with anchors between 0 and 1.
    width
        Width of the narrowest plot for which the layout must hold, in pixels.
    size
        Font size in pixels.
    rows
        How many rows may be used; a label takes the first row with room.
    gap
        Least free space between two labels of a row, in pixels.

    Returns
    -------
    placed
        In reading order. A label whose second line has no room goes without it; one whose first
        line has none is left out.
    """
    taken: list[Placed] = []
    for wish in sorted(wishes, key=lambda item: (-item.weight, item.position)):
        for second_line in dict.fromkeys((wish.second_line, "")):
            place = _place(wish, second_line, taken, width, size, rows, gap)
            if place is not None:
                taken.append(place)
                break
    return tuple(sorted(taken, key=lambda item: (item.left, item.row)))


def _place(
    wish: Wish,
    second_line: str,
    taken: Sequence[Placed],
    width: float,
    size: float,
    rows: int,
    gap: float,
) -> Placed | None:
    need = max(text_width(wish.text, size), text_width(second_line, size))
    anchor = _anchor(wish.position * width, need, width)
    if need > width or anchor is None:
        return None
    align, left = anchor
    for row in range(rows):
        free = all(
            left >= other.right + gap or left + need + gap <= other.left
            for other in taken
            if other.row == row
        )
        if free:
            return Placed(wish, second_line, align, row, left, left + need)
    return None


def _anchor(x: float, need: float, width: float) -> tuple[Align, float] | None:
    # Left- and right-aligned labels stay inside when the plot grows, as centred ones do; a label
    # pushed to the edge by clipping its position would not.
    if x - need / 2 >= 0 and x + need / 2 <= width:
        return "center", x - need / 2
    if x + need <= width:
        return "left", x
    return ("right", x - need) if x >= need else None


def spread(wanted: Sequence[float], *, least: float, low: float, high: float) -> list[float]:
    """Move positions apart to ``least``, each as little as possible, in the order given by value.

    Raises
    ------
    ValueError
        They do not fit between ``low`` and ``high``.
    """
    if (len(wanted) - 1) * least > high - low:
        raise ValueError(
            f"{len(wanted)} labels of {least:g} px do not fit in {high - low:g} px; draw fewer."
        )
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    blocks: list[list[float]] = []  # sum of (wanted - offset), count
    for k in order:
        blocks.append([wanted[k], 1])
        while len(blocks) > 1 and _start(blocks, -1, least) < _end(blocks, -2, least) + least:
            total, count = blocks.pop()
            before, n = blocks[-1]
            blocks[-1] = [before + total - count * n * least, n + count]
    flat: list[float] = []
    for total, count in blocks:
        middle = total / count
        flat.extend(middle + j * least for j in range(int(count)))
    placed = [0.0] * len(wanted)
    floor = low
    for rank, k in enumerate(order):
        ceiling = high - (len(order) - 1 - rank) * least
        placed[k] = min(max(flat[rank], floor), ceiling)
        floor = placed[k] + least
    return placed


def _start(blocks: list[list[float]], k: int, least: float) -> float:
    return blocks[k][0] / blocks[k][1]


def _end(blocks: list[list[float]], k: int, least: float) -> float:
    total, count = blocks[k]
    return total / count + (count - 1) * least
