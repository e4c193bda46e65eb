"""A small invented case with a record, relations and futures for the judge."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from comity.core.case import Case, StateEntry
from comity.core.changes import Changes
from comity.core.ensemble import Contrast, Ensemble, OutcomeContrast, OutcomeEstimate
from comity.core.judged import JudgedNumber
from comity.core.outcomes import Outcome
from comity.core.relations import Relations, RelationStart
from comity.core.rows import Agreement, AgreementStatus, Dispute, Event
from comity.core.scenarios import Scenario

WARMER = Outcome(
    id="warmer", words="The two stand closer", kind="relation_above_start", dyad="AAA-BBB",
    lead_months=12,
)  # fmt: skip


def make_event(number, date, source, target, kind, tone=3.0):
    return Event(
        id=f"E{number:02d}", date=dt.date.fromisoformat(date), source=source, target=target,
        kind=kind, issue="history", tone=tone, description="an act",
    )  # fmt: skip


EVENTS = (
    make_event(1, "2011-03-01", "HUB", "AAA;BBB", "mediation"),
    make_event(2, "2012-03-01", "HUB", "AAA;BBB", "mediation"),
    make_event(3, "2013-03-01", "HUB", "AAA;BBB", "mediation"),
    make_event(4, "2014-03-01", "HUB", "AAA", "mediation"),
    make_event(5, "2015-06-01", "AAA", "BBB", "protest", -4),
    make_event(6, "2016-06-01", "AAA", "AAA", "context", 0),
    make_event(7, "2016-07-01", "BBB", "AAA", "summit", 6),
)


def make_case(**changes):
    values = {
        "id": "small", "title": "Small", "as_of": dt.date(2019, 12, 31), "first_month": "2010-01",
        "states": (
            StateEntry(code="HUB", name="Hubland", roles=("hub",), office="monarchy"),
            StateEntry(code="AAA", name="Alda", roles=("spoke",), office="prime_minister"),
            StateEntry(code="BBB", name="Birna", roles=("spoke",), office="prime_minister"),
        ),
        "focal_dyads": ("AAA-BBB",), "outcomes": (WARMER,), "governments": (), "events": EVENTS,
        "agreements": (
            Agreement(id="A1", name="one", parties="HUB;AAA", form="treaty", depth=3),
            Agreement(id="A2", name="two", parties="HUB;BBB", form="treaty", depth=2),
            Agreement(id="A3", name="three", parties="HUB;AAA;BBB", form="executive", depth=2),
            Agreement(id="A4", name="four", parties="AAA;BBB", form="statement", depth=1),
            Agreement(id="A5", name="five", parties="AAA;BBB", form="treaty", depth=3),
        ),
        "statuses": tuple(
            AgreementStatus(agreement=f"A{k}", date=dt.date(2010, 1, 1), status=status)
            for k, status in enumerate(("in_force", "in_force", "signed", "in_force", "hollow"), 1)
        ),
        "scenarios": (
            Scenario(id="baseline", title="Nothing is held"),
            Scenario(id="hub-mediates", title="The hub mediates"),
        ),
        "disputes": (
            Dispute(
                id="islets", name="islets", parties="AAA;BBB", issue="territory", severity=2,
                opened=dt.date(2010, 1, 1), flares="2011-02-01;2012-02-20;2014-02-01;2019-12-01",
            ),
        ),
        "parameters": {
            "beta.sign": JudgedNumber(
                low=-0.3, central=0.1, high=0.4, meaning="m", who="w", why="y"),
            "beta.plus": JudgedNumber(
                low=0.1, central=0.2, high=0.4, meaning="m", who="w", why="y"),
        },
    }  # fmt: skip
    return Case.model_validate(values | changes)


def make_relations(case, *, after=-1.0, n_draws=300, sd=0.2, seed=3):
    """Relations that stand at 1 until the end of 2014 and at 1 + ``after`` from 2015 on."""
    rng = np.random.default_rng(seed)
    months, n_dyads, n_directed = case.months, case.index.n_dyads, case.index.n_directed
    centre = np.where(months < 540, 1.0, 1.0 + after)
    noise = sd * rng.standard_normal((n_draws, n_dyads, len(months)))
    paths = (centre + noise + sd * rng.standard_normal((n_draws, 1, 1))).astype(np.float32)
    directed, pairs = np.zeros((n_directed, len(months))), np.zeros((n_dyads, len(months)))
    start = RelationStart(
        np.zeros(2), *(np.zeros((2, n_dyads)),) * 3, *(np.ones(2), np.ones((2, n_dyads))) * 2
    )
    unknown = np.full_like(pairs, np.nan)
    limits = {"flare": 0.7, "turning_point": 0.4, "turning_months": 6.0, "clear_acts": 5.0}
    changes = Changes(pairs, pairs, unknown, unknown, unknown, (), (), {}, limits, n_draws)
    return Relations(
        index=case.index, months=months, mean=directed, sd=directed, filtered_mean=directed,
        filtered_sd=directed, dyad_mean=pairs + centre, dyad_sd=pairs + sd, level_mean=pairs,
        level_sd=pairs, dyad_filtered_mean=pairs, dyad_filtered_sd=pairs, paths=paths,
        level_paths=paths, n_events=directed.astype(np.int64),
        changes=changes, start=start,
        reference_source="invented", hyperparameters={},
    )  # fmt: skip


def make_ensemble(case, probability=0.4, *, low=0.3, high=0.5, se=0.003):
    flat = np.zeros((case.index.n_dyads, 3))
    return Ensemble(
        scenario="baseline", title="Baseline", n_members=20_000, n_draws=500, seed=1,
        index=case.index, months=np.arange(600, 603), quantile_levels=(0.1, 0.5, 0.9),
        relation_quantiles=np.zeros((3, *flat.shape)), relation_mean=flat, relation_sd=flat,
        relation_ignorance_share=flat, dispute_open=flat,
        outcomes=(OutcomeEstimate(WARMER, probability, se, low, high, 0.3),),
    )  # fmt: skip


def make_contrast(case, difference=0.05, *, low=0.02, high=0.09, se=0.003):
    flat = np.zeros((case.index.n_dyads, 3))
    found = OutcomeContrast(WARMER, 0.4 + difference, 0.4, difference, se, low, high, 0.5, 4.0)
    return Contrast(
        scenario="hub-mediates", against="baseline", title="The hub mediates", n_members=20_000,
        n_draws=500, seed=1, index=case.index, months=np.arange(600, 603), outcomes=(found,),
        relation_difference=flat, relation_monte_carlo_se=flat, relation_low=flat,
        relation_high=flat, relation_spread=flat, relation_variance_reduction=flat,
    )  # fmt: skip


@pytest.fixture(scope="session")
def synthetic():
    return SimpleNamespace(
        case=make_case, relations=make_relations, ensemble=make_ensemble, contrast=make_contrast,
        event=make_event, outcome=WARMER,
    )  # fmt: skip
