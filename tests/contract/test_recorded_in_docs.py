"""Figures that a page gives beside their name are the recorded ones, as far as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.core.estimates import Estimate
from comity.explain.world_figures import recorded_figures

ROOT = Path(__file__).parents[2]
RECORDED = {figure.name: figure for figure in recorded_figures()}
RECORDED |= {figure.parameter: figure for figure in RECORDED.values() if figure.parameter}
NUMBER = re.compile(r"(?<![\d.])-?\d+\.?\d*")
ROWS = [
    (path.name, line)
    for path in sorted((ROOT / "docs" / "theory").glob("*.md"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and any(f"`{name}`" in line for name in RECORDED)
]


def is_written(figure: Estimate, line: str) -> bool:
    """Whether value, low and high each stand in a line, as rounded there, maybe in per cent."""
    texts = NUMBER.findall(line.replace("−", "-"))
    wanted = [figure.value] if figure.is_exact else [figure.value, figure.low, figure.high]
    return all(
        any(abs(scale * part - float(text)) <= 0.5001 * _unit(text) for text in texts)
        for part in wanted
        for scale in ((1, 100) if "%" in line else (1,))
        if scale == (100 if "%" in line else 1)
    )


def _unit(text: str) -> float:
    return 10.0 ** -len(text.partition(".")[2])


@pytest.mark.parametrize(("page", "line"), ROWS, ids=[f"{p}-{i}" for i, (p, _) in enumerate(ROWS)])
def test_a_row_gives_the_recorded_figure(page: str, line: str) -> None:
    [name] = [name for name in RECORDED if f"`{name}`" in line]
    assert is_written(RECORDED[name], line), (RECORDED[name], line)


def test_the_check_reads_rows_and_sees_a_wrong_one() -> None:
    assert len(ROWS) > 25
    _, line = next(row for row in ROWS if "treaties.median_years" in row[1])
    assert not is_written(RECORDED["treaties.median_years"], line.replace("24.5", "25.4"))
