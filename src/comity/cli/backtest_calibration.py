"""What `comity backtest` prints of calibration: reliability, and integral transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.core.backtest import Calibration
    from comity.core.scorecard import Reliability

GROUPS = 4
"""Rows into which the chances of a reliability diagram are gathered, alike in number of cases."""


def print_calibration(own: Sequence[Calibration]) -> None:
    """Print one target's calibration, a column for each lead; nothing where there is none."""
    from comity.cli.output import print_table

    if not own:
        return
    columns = ("calibration", *(f"{one.lead} month{'s' * (one.lead > 1)}" for one in own))
    reliable = [one.reliability for one in own if one.reliability is not None]
    rows = _parts(reliable) if reliable else _tenths(own)
    print_table(columns, rows, right=columns[1:])


def _parts(own: Sequence[Reliability]) -> list[tuple[str, ...]]:
    rows = [
        (name, *(f"{getattr(one, name):.3f}" for one in own))
        for name in ("miscalibration", "discrimination", "uncertainty")
    ]
    gathered = [_gathered(one) for one in own]
    for place in range(GROUPS):
        words = "said > came true, lowest" if not place else "highest" if place == 3 else ""
        cells = [one[place] if place < len(one) else "" for one in gathered]
        rows.append((words, *cells))
    return rows


def _gathered(one: Reliability) -> list[str]:
    """Return a few points of the diagram that stand in the middle of alike many cases."""
    total = sum(point.n for point in one.points)
    out, seen, wanted = list[str](), 0, 0
    for point in one.points:
        seen += point.n
        while wanted < GROUPS and seen > total * (wanted + 0.5) / GROUPS:
            star = "" if point.low <= point.happened <= point.high else "*"
            out.append(f"{100 * point.forecast:.0f}% > {100 * point.happened:.0f}%{star}")
            wanted += 1
    return out


def _tenths(own: Sequence[Calibration]) -> list[tuple[str, ...]]:
    """Return the share of cases in each tenth of the forecast distribution, and its spread."""
    n = len(own[0].pit)
    ends = {0: ", lowest tenth", n - 1: ", highest tenth"}
    rows = [
        (
            f"{10 * place}-{10 * place + 10}% of the forecast{ends.get(place, '')}",
            *(f"{100 * bins[place].share:.0f}%{'' if bins[place].is_inside else '*'}"
              for bins in (one.pit for one in own)),
        )
        for place in range(n)
    ]  # fmt: skip
    sharp = (f"sd of the forecast, {own[0].unit}", *(f"{one.sharpness:.3f}" for one in own))
    return [*rows, sharp]
