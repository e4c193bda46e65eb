"""Random small cases and scenarios for the comparison of kernel and reference."""

import datetime as dt

from hypothesis import strategies as st
from tests.oracle.simulate.small_world import (
    CENTRAL,
    COALITIONS,
    DISPUTES,
    LAST,
    POSITIVE,
    UNIT,
    small_case,
)

from comity.core.case import OFFICE_KINDS, Case, ScheduledChange, StateEntry
from comity.core.rows import STATUSES, Agreement, AgreementStatus
from comity.core.scenarios import Clamp, NewAgreement, Scenario

CODES = ("ALF", "BET", "HUB", "PAT", "PRO", "RIV")
DYADS = [f"{a}-{b}" for a in CODES for b in CODES if a != b]
FORMS = st.sampled_from(["statement", "executive", "treaty"])
NOT_HUB = st.sets(
    st.sampled_from(["spoke", "rival", "proliferator", "patron", "bystander"]), min_size=1
)


@st.composite
def entries(draw: st.DrawFn, code: str) -> StateEntry:
    """Return a state with any office and any roles; one state is the hub."""
    office = draw(st.sampled_from(OFFICE_KINDS))
    terms = {}
    if office.endswith("president"):
        terms = {
            "term_months": draw(st.integers(1, 30)),
            "next_term_month": LAST + draw(st.integers(-3, 30)),
            "terms_served": draw(st.integers(1, 3)),
        }
    known = draw(st.lists(st.integers(LAST - 1, LAST + 20), max_size=2))
    roles = {"hub"} if code == "HUB" else draw(NOT_HUB)
    roles |= {"proliferator"} if code == "PRO" else set()
    return StateEntry(
        code=code, name=code, office=office, **terms,
        roles=tuple(sorted(roles)),
        scheduled=tuple(ScheduledChange(month=month, why="known") for month in known),
    )  # fmt: skip


@st.composite
def agreements(draw: st.DrawFn, kind: type, name: str) -> Agreement | NewAgreement:
    """Return an agreement of two to five parties."""
    parties = draw(st.permutations(CODES))[: draw(st.integers(2, 5))]
    return kind(
        id=name, name=name, parties=tuple(parties), form=draw(FORMS), depth=draw(st.floats(0, 3))
    )


@st.composite
def clamps(draw: st.DrawFn) -> Clamp:
    """Return any clamp, with any window."""
    quantity, values = draw(
        st.sampled_from(
            [(f"{name}.{dyad}", None) for name in ("mediation", "density") for dyad in DYADS[::4]]
            + [(f"{n}.{code}", None) for n in ("fear", "pressure", "threat") for code in CODES[:3]]
            + [("talks.PRO", None)]
            + [(f"coalition.{item.state}", item.id) for item in COALITIONS]
            + [(f"agreement.a{k}", word) for k in (0, 1, 4) for word in STATUSES[1:]]
            + [(f"flare.{item.id}", k) for item in DISPUTES for k in (1, 2, 3)]
        )
    )
    window = {}
    first, length = draw(st.integers(-2, 30)), draw(st.integers(0, 12))
    if draw(st.booleans()):
        window["start_month"] = LAST + first
        window |= {"end_month": LAST + first + length} if draw(st.booleans()) else {}
    else:
        window["from_lead"] = max(1, first)
        window |= {"to_lead": max(1, first) + length} if draw(st.booleans()) else {}
    value = draw(st.floats(0, 1)) if values is None else values
    return Clamp(quantity=quantity, value=value, **window)


RANGES = {  # numbers on a real scale that mean something in a range only
    "bargain.concept": (0.0, 3.0), "bargain.constraint_effect": (0.0, 2.0),
    "posture.default": (-1.0, 1.0), "posture.right": (-1.0, 1.0),
    "public_good.weakest_link": (0.0, 1.0),
    "track.collapse_factor": (0.0, 2.0), "track.start_stage.PRO": (0.0, 4.0),
}  # fmt: skip


def changes() -> st.SearchStrategy[dict[str, float]]:
    """Return other central values for a few of the numbers."""

    def other(name: str) -> st.SearchStrategy[float]:
        if name in RANGES:
            return st.floats(*RANGES[name])
        if UNIT.match(name):
            return st.floats(0.01, 0.45)
        if POSITIVE.match(name):
            return st.floats(0.01, 2.0) if "half_life" not in name else st.floats(1.0, 60.0)
        return st.floats(-2.0, 2.0)

    names = st.lists(st.sampled_from(sorted(CENTRAL)), max_size=12, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({name: other(name) for name in some}))


class RandomWorld:
    """A case and a scenario; the printed form leaves out what never varies."""

    def __init__(
        self, case: Case, scenario: Scenario, changes: dict[str, float], spread: float
    ) -> None:
        self.case, self.scenario, self.changes, self.spread = case, scenario, changes, spread

    def __repr__(self) -> str:
        states = [
            (item.code, item.roles, item.office, item.term_months, item.next_term_month)
            for item in self.case.states
        ]
        return f"{self.scenario!r}, {states}, changes={self.changes}, spread={self.spread}"


@st.composite
def worlds(draw: st.DrawFn) -> RandomWorld:
    """Return a random small case and scenario."""
    pacts = [draw(agreements(Agreement, f"a{k}")) for k in range(4)]
    new = draw(agreements(NewAgreement, "a4"))
    spread, changed = draw(st.sampled_from([0.0, 0.2])), draw(changes())
    case = small_case(
        lead=draw(st.integers(1, 20)),
        spread=spread,
        changes=changed,
        states=tuple(draw(entries(code)) for code in draw(st.permutations(CODES))),
        agreements=(*pacts, Agreement(id="three-way", name="t", parties="ALF;BET;HUB", depth=1.0,
                                      form=draw(FORMS))),
        statuses=tuple(
            AgreementStatus(
                agreement=pact.id, date=dt.date(2001, 1, 1), status=draw(st.sampled_from(STATUSES))
            )
            for pact in pacts
        ),
        disputes=tuple(
            item.model_copy(
                update={"is_active": draw(st.booleans()), "severity": draw(st.integers(1, 3))}
            )
            for item in DISPUTES
        ),
    )  # fmt: skip
    case = case.model_copy(
        update={"outcomes": tuple(o for o in case.outcomes if o.agreement != "talks-frame")}
    )
    scenario = Scenario(
        id="random",
        title="Random",
        agreements=(new,),
        clamps=tuple(
            item
            for item in draw(st.lists(clamps(), max_size=8))
            if item.process != "fear" or item.entity in case.with_role("spoke")
        ),
    )
    return RandomWorld(case, scenario, changed, spread)
