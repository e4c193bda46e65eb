"""Mean months in office of every kind of office against closed forms, over fifty years.

Tolerances are four Monte Carlo standard errors. The closed forms are checked beside the table of
docs/theory/simulation.md, which gives them at the bundled case's central numbers.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.oracle.simulate.small_world import STATES
from tests.statistical.simulate.still_world import mean_and_error, run_still, still_case, within

from comity.core.case import OFFICE_KINDS, StateEntry
from comity.record import load_case
from comity.simulate import default_parameters, merged_parameters

PAGE = Path(__file__).parents[3] / "docs" / "theory" / "simulation.md"
TERM = {"one_term_president": 60, "two_term_president": 48}
MONTHS = 600


def mean_tenure(kind: str, hazard: float, loses: float = 0.0) -> float:
    """Return the mean months in office in the long run.

    Hazard only: geometric. One term of T months: the sum of survival over T months. Two terms:
    in a term (T - 1) p are expected to leave early, and at its end the leader goes unless it was a
    first term (all of it or what was left of it) and the party keeps office. The chance pi that a
    term begins with a leader kept for a second one solves pi = (1 - loses)(1 - pi s), s the chance
    that nobody leaves early.
    """
    leaves = -np.expm1(-hazard)
    if kind not in TERM:
        return 1 / leaves
    months = TERM[kind]
    if kind == "one_term_president":
        return sum((1 - leaves) ** k for k in range(months))
    whole = (1 - leaves) ** (months - 1)
    second = (1 - loses) / (1 + (1 - loses) * whole)
    return months / ((months - 1) * leaves + 1 - second)


def simulated(kind: str, hazard: float, loses: float) -> tuple[float, float]:
    """Return the mean tenure of the governments of one state, and its standard error."""
    terms = {"term_months": TERM[kind], "next_term_month": "2007-01"} if kind in TERM else {}
    state = StateEntry(code="ALF", name="Alfa", roles=("spoke",), office=kind, **terms)
    case = still_case(
        {"turnover.exit_hazard.ALF": hazard, "turnover.party_loses.ALF": loses},
        states=tuple(state if entry.code == "ALF" else entry for entry in STATES), outcomes=(),
    )  # fmt: skip
    run = run_still(case, n_members=1024, n_months=MONTHS)
    changed = run.events["changed"][:, case.index.number("ALF")]
    if kind == "one_term_president":
        return mean_of_spells(changed)
    # After five terms the start is forgotten; what follows is a whole number of terms.
    window = changed[:, 5 * TERM.get(kind, 48) :]
    window = window[:, : window.shape[1] // 48 * 48]
    rate, error = mean_and_error(window.mean(axis=1))
    return 1 / rate, error / rate**2


def mean_of_spells(changed: np.ndarray) -> tuple[float, float]:
    """Return the mean length of governments that begin early enough to end in sight.

    Counts per month would not do: terms keep all futures in step for centuries.
    """
    total, count = np.zeros(len(changed)), np.zeros(len(changed))
    for member, row in enumerate(changed):
        months = np.flatnonzero(row)
        early = months[:-1] < MONTHS - 60
        total[member], count[member] = np.diff(months)[early].sum(), early.sum()
    mean = total.sum() / count.sum()
    return mean, mean_and_error(total - mean * count)[1] / count.mean()


@pytest.mark.parametrize("kind", OFFICE_KINDS)
def test_a_tenure_lasts_as_long_as_its_closed_form(kind):
    """By hand: a vice-president's clock restarts; the hazard read as a probability of h / 2."""
    value = {name: number.central for name, number in default_parameters().items()}
    hazard = value[f"turnover.exit_hazard.{kind}"]
    loses = value["turnover.party_loses.two_term_president"]
    found, error = simulated(kind, hazard, loses)
    assert within(found, mean_tenure(kind, hazard, loses), error, kind)
    assert not within(found, mean_tenure(kind, 1.5 * hazard + 0.003, loses), error, "planted")


@pytest.mark.parametrize("loses", [0.0, 1.0])
def test_a_two_term_president_whose_party_always_or_never_keeps_office(loses):
    found, error = simulated("two_term_president", 0.01, loses)
    assert within(found, mean_tenure("two_term_president", 0.01, loses), error, "two terms")
    assert mean_tenure("two_term_president", 1e-12, loses) == pytest.approx(96 - 48 * loses)


def test_the_page_gives_the_closed_forms_at_the_bundled_numbers():
    case = load_case("japan-korea-us")
    value = {name: number.central for name, number in merged_parameters(case).items()}
    rows = re.findall(
        r"^\| (Japan|South Korea|United States) \|.*\| ([\d.]+) \| ([\d.]+) \|$",
        PAGE.read_text(encoding="utf-8"), re.MULTILINE,
    )  # fmt: skip
    assert [row[0] for row in rows] == ["Japan", "South Korea", "United States"]
    entries = {entry.name: entry for entry in case.entries}
    for name, stated, _ in rows:
        entry = entries[name]

        def of(number: str, code: str = entry.code, office: str = entry.office) -> float:
            return value.get(f"turnover.{number}.{code}", value.get(f"turnover.{number}.{office}"))

        expected = mean_tenure(entry.office, of("exit_hazard"), of("party_loses") or 0.0)
        print(f"{name}: {expected:.2f} months")
        assert float(stated) == pytest.approx(expected, abs=0.0501)  # one decimal
