"""The cases that are simulated: the bundled one, and generated ones of any size."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import numpy as np

from comity.core.case import Case, Coalition, StateEntry
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.relations import RelationStart
from comity.core.rows import Agreement, AgreementStatus, Dispute, Government
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.core.states import COMPONENTS, component_toward
from comity.simulate.block import Plan, plan_run
from comity.simulate.compose import find_scenario

MONTHS, N_DRAWS, SEED = 120, 500, 1
Inputs = tuple[Case, RelationStart, DriverHistory]


def random_start(case: Case, n_rows: int = 64) -> RelationStart:
    """Return random starting relations of the measured size."""
    rng, shape = np.random.default_rng(6), (n_rows, case.index.n_dyads)
    return RelationStart(
        intercept=rng.normal(0.3, 0.1, n_rows),
        mean=rng.normal(0, 0.8, shape[1]) + np.zeros(shape),
        level=rng.normal(0, 0.4, shape),
        flare=rng.normal(0, 0.3, shape),
        level_memory=rng.uniform(0.95, 0.99, n_rows),
        level_step_sd=rng.uniform(0.05, 0.15, shape),
        flare_memory=rng.uniform(0.2, 0.7, n_rows),
        flare_step_sd=rng.uniform(0.1, 0.4, shape),
        month=case.last_month,
    )


def bundled() -> Inputs:
    """Return the first bundled case with a random start of the measured size."""
    from comity.record import bundled_cases, driver_history, load_case

    case = load_case(next(iter(bundled_cases())))
    return case, random_start(case), driver_history(case)


def settings(
    n: int, *, n_months: int = MONTHS, n_threads: int = 1, n_draws: int = N_DRAWS
) -> Settings:
    """Return the settings of a run."""
    return Settings(n_members=n, n_months=n_months, n_draws=n_draws, seed=SEED, n_threads=n_threads)


def plan_of(inputs: Inputs, n: int = 1, *, n_draws: int = N_DRAWS) -> Plan:
    """Return the plan of a run of the baseline."""
    case, start, history = inputs
    return plan_run(
        case,
        find_scenario(case, "baseline"),
        start=start,
        history=history,
        settings=settings(n, n_draws=n_draws),
    )


def generated(n_states: int, n_spokes: int) -> Inputs:
    """Return a case with one hub, some spokes and others; per pair one agreement and one docket."""
    codes = [f"S{chr(65 + k)}X" for k in range(n_states)]
    others = ("rival", "proliferator", "patron")
    roles = ["hub", *["spoke"] * n_spokes]
    roles += [others[k % 3] for k in range(n_states - len(roles))]
    states = tuple(
        StateEntry(code=code, name=code, roles=(role,), office="prime_minister")
        for code, role in zip(codes, roles, strict=True)
    )
    pairs = list(combinations(codes, 2))
    names = [f"{a}-{b}".lower() for a, b in pairs]
    numbers = {f"dispute.rate.{name}": 0.02 for name in names}
    numbers |= {
        f"coalitions.{code}.{word}.{part}": lean
        for code in codes
        for word, lean in (("left", 0.3), ("right", -0.3))
        for part in COMPONENTS
    }
    day = dt.date(2001, 1, 5)
    case = Case(
        id="generated", title="Generated", as_of=dt.date(2005, 6, 15), first_month="2000-01",
        states=states, focal_dyads=("-".join(sorted(codes[1:3])),), outcomes=(), events=(),
        governments=tuple(
            Government(state=code, leader="L", office="head", start=day, end=None,
                       coalition="left")
            for code in codes
        ),
        coalitions=tuple(
            Coalition(state=code, id=word, name=word, weight=1.0)
            for code in codes for word in ("left", "right")
        ),
        agreements=tuple(
            Agreement(id=name, name=name, parties=";".join(pair), form="executive", depth=2.0)
            for name, pair in zip(names, pairs, strict=True)
        ),
        statuses=tuple(
            AgreementStatus(agreement=name, date=day, status="in_force") for name in names
        ),
        disputes=tuple(
            Dispute(id=name, name=name, parties=";".join(pair), issue="trade", severity=1,
                    is_active=False, opened="2000-01-01")
            for name, pair in zip(names, pairs, strict=True)
        ),
        scenarios=(Scenario(id="baseline", title="Nothing is held"),),
        parameters={
            name: JudgedNumber(low=x, central=x, high=x, scale="real", meaning="of a benchmark",
                               who="benchmark", why="benchmark")
            for name, x in numbers.items()
        },
    )  # fmt: skip
    return case, random_start(case), random_history(case)


def random_history(case: Case) -> DriverHistory:
    """Return a random recorded past; pair orientation follows from the states' own."""
    rng = np.random.default_rng(5)
    lean = rng.uniform(-1, 1, (len(case.index), 4, len(case.months)))
    toward = [component_toward(entry.roles) for entry in case.entries]
    pairs = np.zeros((case.index.n_dyads, len(case.months)))
    for number, (i, j) in enumerate(case.index.pairs):
        for state, other in ((i, j), (j, i)):
            if toward[other] >= 0:
                pairs[number] += lean[state, toward[other]] / 2
    return DriverHistory(
        months=case.months,
        state_orientation=lean,
        orientation=pairs,
        dispute_load=np.zeros(pairs.shape),
        mediation=np.zeros(pairs.shape),
        agreement_stock=np.full(pairs.shape, 2 / 3),
    )
