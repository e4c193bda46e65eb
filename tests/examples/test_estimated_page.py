"""The page "estimated against judged": what is handed on, and how far it moves the futures."""

import re
from pathlib import Path

import numpy as np
import pytest

from comity.core.posterior import driver_draws, parameter_of
from comity.core.settings import Settings
from comity.record import load_case
from comity.study import StepCache, Study

PAGE = Path("docs/theory/estimated-against-judged.md").read_text(encoding="utf-8")
TABLES = [
    [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
    for block in re.findall(r"(?m)(?:^\|.*\n)+", PAGE)
]
pytestmark = pytest.mark.nightly
NUMBER = re.compile(r"[+-]?\d+\.\d+")


@pytest.fixture(scope="module")
def studies():
    case, cache = load_case("japan-korea-us"), StepCache(None)
    judged, estimated = (
        Study(case, Settings(n_members=10_000, drivers=word), cache=cache)
        for word in ("judged", "estimated")
    )
    estimated.take_relations(judged.relations)
    return judged, estimated


def table(head):
    [found] = [rows for rows in TABLES if rows[0][: len(head)] == head]
    return found[2:]


def numbers(cell):
    return [float(word) for word in NUMBER.findall(cell.replace("−", "-"))]


def test_drivers_are_what_the_study_learns_and_hands_on(studies):
    judged, estimated = studies
    effects = estimated.effects
    handed = driver_draws(effects).names
    rows = table(["driver", "judged, 90%"])
    assert [row[0] for row in rows] == [f"`{item.name}`" for item in effects.drivers]
    for row, item in zip(rows, effects.drivers, strict=True):
        before = judged.judged[parameter_of(item.name)]
        assert numbers(row[1]) == pytest.approx([before.central, before.low, before.high], abs=6e-3)
        drawn = effects.draws[:, effects.draw_names.index(item.name)]
        middle, low, high = np.quantile(drawn, [0.5, 0.05, 0.95])
        assert numbers(row[2]) == pytest.approx([middle, low, high], abs=6e-3)
        assert row[3:] == [
            item.tier, f"{100 * item.contraction:.0f}%",
            "**posterior**" if parameter_of(item.name) in handed else "judged",
        ]  # fmt: skip


def test_chances_and_differences_are_those_of_fewer_futures_within_their_error(studies):
    before, after = (study.ensemble() for study in studies)
    rows = table(["outcome", "judged [80%]"])
    assert len(rows) == 14
    for row in rows:
        one, other = (e.estimate(re.search(r"`(.+)`", row[0])[1]) for e in (before, after))
        for cell, found in ((row[1], one), (row[2], other)):
            # The page's own error, of five times as many futures, is under half of this one.
            assert abs(numbers(cell)[0] - found.probability) < 5 * 1.1 * found.monte_carlo_se + 5e-4
        told, error = numbers(row[4])
        # Futures are paired: one in five of those on the page differ as they do.
        spread = 5 * error * np.sqrt(1 + 5) + 5e-4
        assert abs(told - (other.probability - one.probability)) < spread
