"""Published numbers and first calculations beside ours, row by row as the page shows them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from comity.core.errors import ConfigError
from comity.core.estimates import Estimate
from comity.explain import published_numbers as rows_of
from comity.explain.published_numbers import (
    PublishedNumber,
    numbers_table,
    out_of_reach_table,
    published_numbers,
)
from comity.explain.tenure import (
    mean_tenure_by_hazard,
    mean_tenure_one_term,
    mean_tenure_two_terms,
)
from comity.explain.world_figures import recorded_figures, world_figures
from comity.record import load_case
from comity.record.world_tables import load_world_tables
from comity.simulate import merged_parameters

PAGE = Path(__file__).parents[3] / "docs" / "theory" / "published-numbers.md"
FIGURES = [row for row in published_numbers() if row.figure]
SEED = 20110107


@pytest.fixture(scope="module")
def recorded() -> dict[str, Estimate]:
    return {figure.name: figure for figure in recorded_figures()}


@pytest.fixture(scope="module")
def computed(shared_data: Path) -> dict[str, Estimate]:
    found = world_figures(load_world_tables(shared_data), states=("JPN", "KOR", "USA"))
    return {figure.name: figure for figure in found if isinstance(figure, Estimate)}


def row_of(test: str) -> PublishedNumber:
    (row,) = [row for row in published_numbers() if row.test == test]
    return row


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row.figure}-{row.demand}")
def test_what_is_recorded_is_what_was_published(recorded, row: PublishedNumber) -> None:
    assert row.accepts(recorded[row.figure]), (row.words, recorded[row.figure])


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row.figure}-{row.demand}")
def test_what_the_tables_give_is_what_was_published(computed, row: PublishedNumber) -> None:
    assert row.accepts(computed[row.figure]), (row.words, computed[row.figure])


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row.figure}-{row.demand}")
def test_another_figure_would_be_refused(recorded, row: PublishedNumber) -> None:
    """A demand that accepts everything tests nothing."""
    own = recorded[row.figure]
    step = 2 * (row.tolerance or 0.0) + 1e-6
    if row.value is not None:
        other = replace(own, value=row.value + step, low=row.value, high=row.value + 2 * step)
    else:
        other = replace(own, value=1.0, low=0.5, high=2.0)
        if row.holds is not None:
            other = replace(own, value=4.0, low=2.0, high=8.0)
    assert not row.accepts(other)


def test_every_test_named_is_here_and_every_row_is_on_the_page() -> None:
    assert {row.test for row in published_numbers() if row.test} <= set(globals())
    lines = set(PAGE.read_text(encoding="utf-8").splitlines())
    for cells in (*numbers_table(), *out_of_reach_table()):
        assert f"| {' | '.join(cells)} |" in lines, cells[0]


def test_rows_that_say_nothing_are_refused(monkeypatch, tmp_path) -> None:
    folder = tmp_path / "comity" / "explain"
    folder.mkdir(parents=True)
    start = '[[number]]\nwords = "x"\nsource = "atop"\npublished = "1"\n'
    monkeypatch.setattr(rows_of, "files", lambda package: folder)
    for more in ('figure = "y"\n', 'reason = "none"\nfigure = "y"\n', "tolerance = 1.0\n"):
        folder.joinpath("published_numbers.toml").write_text(start + more)
        with pytest.raises(ConfigError, match='"x": a row must name a figure or a test'):
            published_numbers.__wrapped__()


def test_one_term_implies_the_stated_mean() -> None:
    row = row_of("test_one_term_implies_the_stated_mean")
    found = mean_tenure_one_term(0.0046, 60)
    assert row.value == pytest.approx(found, abs=row.tolerance)
    assert row.ours == f"{found:.1f}"
    assert mean_tenure_one_term(0.0050, 60) != pytest.approx(row.value, abs=row.tolerance)


def test_each_rule_of_office_beside_the_record(recorded) -> None:
    """The page gives closed form, record, difference and interval of the record."""
    number = {name: one.central for name, one in merged_parameters(CASE).items()}
    rate, loses = "turnover.exit_hazard", "turnover.party_loses"
    rules = {
        "Japan": ("JPN", mean_tenure_by_hazard(number[f"{rate}.JPN"])),
        "South Korea": ("KOR", mean_tenure_one_term(number[f"{rate}.KOR"], 60)),
        "United States": (
            "USA",
            mean_tenure_two_terms(
                number.get(f"{rate}.USA", number[f"{rate}.two_term_president"]), 48,
                1 - number.get(f"{loses}.USA", number[f"{loses}.two_term_president"]),
            ),
        ),
    }  # fmt: skip
    text = PAGE.read_text(encoding="utf-8").replace("−", "-")
    for name, (code, rule) in rules.items():
        own = recorded[f"tenure.{code}.mean"]
        cells = f"{rule:.1f} | {own.value:.1f} [{own.low:.1f}, {own.high:.1f}]"
        line = f"| {name} | {cells} | {rule - own.value:+.1f} |"
        assert line in text, line
        assert own.low < rule < own.high


CASE = load_case("japan-korea-us")
PAIR = {"JPN", "KOR"}


def quarrel_rate() -> tuple[float, float]:
    """Return the sum of the base rates of the pair's dockets, and the branching."""
    number = {name: one.central for name, one in merged_parameters(CASE).items()}
    dockets = [row.id for row in CASE.disputes if set(row.parties) == PAIR]
    return sum(number[f"dispute.rate.{name}"] for name in dockets), number["dispute.branching"]


def self_exciting_mean(rate: float, branching: float, memory: float, n_months: int) -> np.ndarray:
    """Return the mean count a month of each of 400 runs of the rule of theory/simulation.md."""
    generator = np.random.default_rng(SEED)
    excited, last, total = np.zeros((3, 400))
    for _ in range(n_months):
        excited = memory * excited + branching * (1 - memory) * last
        last = generator.poisson(rate + excited).astype(float)
        total += last
    return total / n_months


def test_the_rate_of_quarrels_is_the_fitted_one() -> None:
    """Closed form of the case's numbers, of the stated ones, and a simulation of the rule."""
    row = row_of("test_the_rate_of_quarrels_is_the_fitted_one")
    rate, branching = quarrel_rate()
    found = rate / (1 - branching)
    assert found == pytest.approx(row.value, abs=row.tolerance)
    assert row.ours == f"{found:.3f}"
    assert round(0.152 / (1 - 0.26), 3) == row.value
    runs = self_exciting_mean(rate, branching, 0.11, 1200)
    error = runs.std(ddof=1) / np.sqrt(len(runs))
    assert abs(runs.mean() - found) < 4 * error, (runs.mean(), found, error, SEED)
    assert abs(runs.mean() - rate / (1 - branching / 2)) > 4 * error  # half the branching: seen


def test_the_rate_of_quarrels_is_near_the_counted_one() -> None:
    row = row_of("test_the_rate_of_quarrels_is_near_the_counted_one")
    acts = [
        event for event in CASE.events if event.tone < 0 and {*event.source, *event.target} == PAIR
    ]
    n_months = CASE.last_month - CASE.first_month + 1
    found = len(acts) / n_months
    _, branching = quarrel_rate()
    assert row.ours == f"{found:.3f}"
    assert row.tolerance == pytest.approx(
        2 * np.sqrt(len(acts)) / (1 - branching) / n_months, abs=0.0005
    )
    assert found == pytest.approx(row.value, abs=row.tolerance)
    hostile = [event for event in CASE.events if event.tone < 0]  # planted: all pairs counted
    assert len(hostile) / n_months != pytest.approx(row.value, abs=row.tolerance)


def ends(start: np.ndarray, *, third_parties: bool = True) -> list[int]:
    """Return the number of factions that each start ends in, 0 if in no balance, (start,).

    dX/dt = X^2 ends in finite time, so the direction Y = X / |X| is followed instead, in the time
    that |X| makes: dY = (Y^2 - Y <Y, Y^2>). It has the same path and never ends.
    """

    def slope(y: np.ndarray) -> np.ndarray:
        grown = y @ y if third_parties else y * y
        return grown - y * (y * grown).sum(axis=(1, 2), keepdims=True)

    y, h = start / np.linalg.norm(start, axis=(1, 2), keepdims=True), 0.1
    for _ in range(600):
        a = slope(y)
        b = slope(y + h / 2 * a)
        c = slope(y + h / 2 * b)
        y = y + h / 6 * (a + 2 * b + 2 * c + slope(y + h * c))
    out = []
    for friendly in y > 0:
        side = friendly[0]
        balanced = np.array_equal(friendly, side[:, None] == side[None, :])
        out.append((1 if side.all() else 2) if balanced else 0)
    return out


def test_random_relations_end_in_one_or_two_factions() -> None:
    """Marvel, Kleinberg, Kleinberg & Strogatz (2011): harmony, or two hostile blocs."""
    row = row_of("test_random_relations_end_in_one_or_two_factions")
    generator = np.random.default_rng(SEED)
    draws = generator.normal(size=(40, 30, 30))
    draws[20:] += 1.0  # the second half start as friends on average
    start = np.triu(draws) + np.swapaxes(np.triu(draws, 1), 1, 2)
    found = ends(start)
    print(f"{found.count(1)} in one faction, {found.count(2)} in two")
    assert sum(n in (1, 2) for n in found) / len(found) == row.value
    assert row.ours == f"{sum(n in (1, 2) for n in found)} of {len(found)}"
    assert set(found[:20]) == {2}
    assert set(found[20:]) == {1}
    assert 0 in ends(start[:5], third_parties=False)


def test_months_of_the_case_are_those_counted() -> None:
    assert re.search(r"in 333 months", row_of(
        "test_the_rate_of_quarrels_is_near_the_counted_one").why)  # fmt: skip
    assert CASE.last_month - CASE.first_month + 1 == 333
