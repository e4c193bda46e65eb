"""A forecast knows nothing later: with another future planted behind it, it stays bit for bit.

What is planted: acts by the dozen, a flare, a docket that opens, one that settles, a government
that falls, a new one, a signed agreement, one that ends, and marks of today's knowledge.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from comity.core.backtest import Backtest
from comity.core.case import Case
from comity.core.months import parse_month
from comity.core.rows import Agreement, AgreementStatus, Dispute, Event, Government
from comity.core.settings import Settings
from comity.record import load_case
from comity.study import StepCache, Study
from comity.study.backtest import backtest_case
from comity.study.backtest_origin import OriginForecasts, forecast_at
from comity.study.origin import stand_at
from comity.study.window_rules import Fits

DAY = dt.date(2017, 12, 31)
LEADS = (1, 3)
SETTINGS = Settings(n_members=300, n_draws=50, n_hyper_draws=4, n_paths=16, n_threads=1)


def planted(case: Case, month: str = "2018-01") -> Case:
    """Return the case with another record from a month on."""
    first, later = dt.date.fromisoformat(f"{month}-05"), dt.timedelta(days=150)
    values = {name: getattr(case, name) for name in Case.model_fields}
    acts = tuple(
        Event(
            id=f"P{k}", date=first + dt.timedelta(days=k), source="BBB", target="CCC",
            kind="protest", issue="territory", tone=-9, description="planted",
        )
        for k in range(60)
    )  # fmt: skip
    values["events"] = tuple(row for row in case.events if row.date < first) + acts
    disputes = [
        row.model_copy(
            update={
                "flares": (*(day for day in row.flares if day < first), first + later),
                "settled": None if k else first + dt.timedelta(days=40),
                "is_active": bool(k),
            }
        )
        for k, row in enumerate(case.disputes)
    ]
    disputes.append(
        Dispute(
            id="planted", name="Planted", parties="AAA;DDD", issue="trade", severity=3,
            opened=first, flares=(first + later).isoformat(), is_active=True,
        )
    )  # fmt: skip
    values["disputes"] = tuple(disputes)
    fallen = [
        row.model_copy(update={"end": first, "left": "planted"})
        if row.state == "BBB" and row.start < first and (row.end is None or row.end > first)
        else row
        for row in case.governments
        if row.state != "BBB" or row.start < first
    ]
    fallen.append(Government(
        state="BBB", leader="Planted", office="prime minister", start=first, coalition="left"
    ))  # fmt: skip
    values["governments"] = tuple(fallen)
    kept = tuple(row for row in case.statuses if row.date < first)
    values["statuses"] = (
        *kept,
        *(AgreementStatus(agreement=row.id, date=first, status="terminated")
          for row in case.agreements),
        AgreementStatus(agreement="planted", date=first, status="in_force"),
    )  # fmt: skip
    new = Agreement(
        id="planted", name="Planted", parties="BBB;CCC", form="treaty", depth=3, signed=first
    )
    values["agreements"] = (*case.agreements, new)
    return Case(**values)


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("tests/fixtures/small-case")


def said_at(case: Case) -> OriginForecasts:
    study = Study(stand_at(case, DAY), SETTINGS, cache=StepCache(None))
    return forecast_at(study, LEADS, Fits())


def test_a_case_at_an_earlier_day_is_the_same_whatever_came_after(case: Case) -> None:
    then, other = stand_at(case, DAY), stand_at(planted(case), DAY)
    assert then.model_dump(exclude={"agreements"}) == other.model_dump(exclude={"agreements"})
    assert then.agreements == other.agreements
    assert planted(case).events != case.events


def test_every_method_says_the_same_whatever_came_after(case: Case) -> None:
    then, other = said_at(case), said_at(planted(case))
    assert set(then.chances) == {"turnovers", "flares", "agreement ends"}
    assert then.chances.keys() == other.chances.keys()
    for target, by_method in then.chances.items():
        assert len(by_method) == 9, target
        for method, by_unit in by_method.items():
            assert by_unit.keys() == other.chances[target][method].keys()
            for unit, values in by_unit.items():
                assert values.tobytes() == other.chances[target][method][unit].tobytes(), method
    assert len(then.relations) == 8
    for method, arrays in then.relations.items():
        for mine, theirs in zip(arrays, other.relations[method], strict=True):
            assert mine.tobytes() == theirs.tobytes(), method
    (label,) = then.counts
    assert len(then.counts[label]) == 11
    for method, forecasts in then.counts[label].items():
        for mine, theirs in zip(forecasts, other.counts[label][method], strict=True):
            for name in ("share", "concentration", "weight"):
                assert getattr(mine, name).tobytes() == getattr(theirs, name).tobytes(), method


def run(case: Case) -> Backtest:
    origins = [parse_month("2017-06"), parse_month("2017-12")]
    return backtest_case(
        case, origins=origins, leads=LEADS, settings=SETTINGS, cache=StepCache(None)
    )


def test_scores_of_months_before_the_planted_ones_stay_and_later_ones_move(case: Case) -> None:
    """The whole wiring, fits shared between origins included."""
    found, other = run(case), run(planted(case))
    moved = set()
    for mine, theirs in zip(found.losses, other.losses, strict=True):
        assert (mine.target, mine.methods) == (theirs.target, theirs.methods)
        if mine.target == "relations":
            continue  # scored by what the whole record says of the month: later rows may tell
        units = [theirs.units.index(unit) for unit in mine.units]
        # June + 1 and June + 3 lie before January 2018.
        assert mine.values[:, 0].tobytes() == theirs.values[:, 0][..., units].tobytes()
        if not np.array_equal(mine.values[:, 1], theirs.values[:, 1][..., units], equal_nan=True):
            moved.add(mine.target)
    assert moved == {"acts", "turnovers", "flares", "agreement ends"}
