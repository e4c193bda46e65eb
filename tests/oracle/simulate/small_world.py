"""A small alliance system with every role, form and kind of outcome, made of core values."""

import datetime as dt

import numpy as np
from tests.oracle.simulate.small_numbers import CENTRAL, DEMAND_NUMBERS, POSITIVE, UNIT, WHOLE

from comity.core.case import Case, Coalition, Demand, ScheduledChange, StateEntry
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.months import parse_month
from comity.core.outcomes import Outcome
from comity.core.relations import RelationStart
from comity.core.rows import Agreement, AgreementStatus, Dispute, Government
from comity.core.scenarios import Clamp, NewAgreement, Scenario
from comity.core.states import COMPONENTS, component_toward

AS_OF = dt.date(2005, 6, 15)
LAST = parse_month("2005-06")

STATES = (
    StateEntry(
        code="HUB", name="Hub", roles=("hub",), office="two_term_president",
        term_months=48, next_term_month="2005-12", terms_served=1,
    ),
    StateEntry(
        code="ALF", name="Alfa", roles=("spoke",), office="prime_minister",
        scheduled=(ScheduledChange(month="2005-09", why="announced"),),
    ),
    StateEntry(
        code="BET", name="Beta", roles=("spoke",), office="one_term_president",
        term_months=20, next_term_month="2006-02",
    ),
    StateEntry(code="PRO", name="Pro", roles=("proliferator", "rival"), office="personalist"),
    StateEntry(code="RIV", name="Riv", roles=("rival", "patron"), office="single_party"),
    StateEntry(code="PAT", name="Pat", roles=("patron",), office="two_term_president",
        term_months=15, next_term_month="2005-10", terms_served=2,
        scheduled=(ScheduledChange(month="2005-08", why="resigns"),),
    ),
)  # fmt: skip

COALITIONS = tuple(
    Coalition(state=state, id=name, name=name, weight=weight)
    for state, name, weight in (
        ("HUB", "left", 1.0), ("HUB", "right", 2.0),
        ("ALF", "old", 3.0), ("ALF", "new", 1.0), ("ALF", "third", 0.5),
        ("BET", "left", 1.0), ("BET", "right", 1.0),
        ("PRO", "only", 1.0), ("RIV", "only", 1.0),
        ("PAT", "a", 1.0), ("PAT", "b", 0.0), ("PAT", "c", 4.0),
    )
)  # fmt: skip


def _government(state: str, leader: str, start: str, end: str | None, coalition: str) -> Government:
    return Government(
        state=state, leader=leader, office="head", start=dt.date.fromisoformat(start),
        end=end and dt.date.fromisoformat(end), coalition=coalition,
    )  # fmt: skip


GOVERNMENTS = (
    _government("HUB", "H1", "1998-01-20", "2004-01-20", "right"),
    _government("HUB", "H2", "2004-01-20", None, "left"),
    _government("ALF", "A1", "1999-05-01", "2002-03-01", "new"),
    _government("ALF", "A2", "2002-03-01", "2004-10-01", "old"),
    _government("ALF", "A3", "2004-10-01", None, "old"),
    _government("BET", "B1", "1999-05-01", "2005-02-25", "right"),
    _government("BET", "B2", "2005-02-25", None, "left"),
    _government("PRO", "P1", "1995-01-01", None, "only"),
    _government("RIV", "R1", "1995-01-01", "2003-03-15", "only"),
    _government("RIV", "R2", "2003-03-15", None, "only"),
    _government("PAT", "T1", "2000-01-01", "2004-09-30", "c"),
    _government("PAT", "T2", "2004-09-30", None, "a"),
)

AGREEMENTS = tuple(
    Agreement(id=name, name=name, parties=parties, form=form, depth=depth)
    for name, parties, form, depth in (
        ("declaration", "ALF;BET", "statement", 1.0),
        ("alliance-a", "HUB;ALF", "treaty", 3.0),
        ("alliance-b", "BET;HUB", "treaty", 3.0),
        ("three-way", "ALF;BET;HUB", "executive", 2.0),
        ("talks-frame", "HUB;PRO;PAT", "statement", 1.5),
        ("eastern", "PRO;RIV;PAT", "treaty", 2.0),
        ("channel", "ALF;RIV", "executive", 0.5),
        ("lapsed", "ALF;BET", "treaty", 2.0),
        ("draft", "BET;RIV", "executive", 1.0),
    )
)
STATUSES = tuple(
    AgreementStatus(agreement=name, date=dt.date.fromisoformat(day), status=status)
    for name, day, status in (
        ("declaration", "2001-01-05", "in_force"),
        ("alliance-a", "2001-01-05", "in_force"),
        ("alliance-b", "2003-02-01", "signed"),
        ("alliance-b", "2001-01-05", "in_force"),
        ("three-way", "2001-01-05", "in_force"),
        ("talks-frame", "2001-01-05", "hollow"),
        ("eastern", "2001-01-05", "in_force"),
        ("channel", "2001-01-05", "suspended"),
        ("lapsed", "2001-01-05", "terminated"),
        ("draft", "2001-01-05", "negotiating"),
    )
)

DISPUTES = (
    Dispute(
        id="isle", name="Isle", parties="BET;ALF", issue="territory", severity=2, is_active=True,
        opened="1999-01-01", flares="2004-04-01;2005-06-02;2005-06-11",
    ),
    Dispute(
        id="memory", name="Memory", parties="ALF;BET", issue="history", severity=3, is_active=False,
        opened="1998-01-01", settled="2002-02-01",
    ),
    Dispute(
        id="border", name="Border", parties="ALF;RIV", issue="territory", severity=1,
        is_active=True, opened="2000-01-01",
    ),
    Dispute(
        id="tariff", name="Tariff", parties="HUB;BET", issue="trade", severity=1,
        opened="2000-01-01",
    ),
)  # fmt: skip


def outcomes(lead: int) -> tuple[Outcome, ...]:
    """One outcome of every kind (some twice), all falling due at ``lead``."""
    every = (
        {"kind": "relation_above_start", "dyad": "BET-ALF"},
        {"kind": "relation_above_start", "dyad": "HUB-PRO"},
        {"kind": "relation_share_above", "dyad": "ALF-BET", "share": 0.6},
        {"kind": "relation_share_above", "dyad": "ALF-HUB", "share": 0.75},
        {"kind": "dispute_open", "dyad": "ALF-BET"},
        {"kind": "dispute_open", "dyad": "PAT-PRO"},
        {"kind": "dispute_open_months", "dyad": "ALF-BET", "at_least": 1 + lead // 2},
        {"kind": "flare_by", "dyad": "ALF-RIV"},
        {"kind": "agreement_in_force", "agreement": "three-way"},
        {"kind": "agreement_in_force", "agreement": "talks-frame"},
        {"kind": "coalition_in_office", "state": "ALF", "coalition": "old"},
        {"kind": "government_changed", "state": "HUB"},
        {"kind": "support_changed", "state": "BET"},
    )
    return tuple(
        Outcome(id=f"{item['kind']}-{number}", words="asked", lead_months=lead, **item)
        for number, item in enumerate(every)
    )


def later_outcomes(lead: int) -> tuple[Outcome, ...]:
    """One outcome of every kind about meetings, mediation, bargains, talks and standing."""
    every = (
        {"kind": "declaration_by", "dyad": "BET-ALF"},
        {"kind": "summit_by", "dyad": "HUB-ALF"},
        {"kind": "trilateral_by"},
        {"kind": "mediated_by", "dyad": "ALF-BET"},
        {"kind": "coordinates", "demand": "tariffs"},
        {"kind": "coordinates_by", "demand": "bases"},
        {"kind": "coordinates_any_by"},
        {"kind": "summit_months", "dyad": "ALF-BET", "at_least": 1 + lead // 3},
        {"kind": "mediated_months", "dyad": "BET-ALF", "at_least": 1 + lead // 4},
        {"kind": "stage_reached", "state": "PRO", "at_least": 2},
        {"kind": "alignment_above", "state": "BET", "domain": "security", "share": 0.6},
        {"kind": "alignment_above", "state": "ALF", "domain": "economy", "share": 0.4},
        {"kind": "public_good_above", "share": 0.3},
    )
    return tuple(
        Outcome(id=f"{item['kind']}-{number}", words="asked", lead_months=lead, **item)
        for number, item in enumerate(every)
    )


def judged(central: float, spread: float = 0.0, scale: str = "real") -> JudgedNumber:
    """Return a judged number; a spread of 0 holds it fixed."""
    low, high = central, central
    if spread and scale == "positive":
        low, high = central / (1 + spread), central * (1 + spread)
    elif spread and scale == "unit":
        low, high = central * (1 - spread), central + (1 - central) * spread / 2
    elif spread:
        low, high = central - 0.7 * spread, central + spread
    return JudgedNumber(
        low=low, central=central, high=high, scale=scale, meaning="a test", who="test", why="test"
    )


def parameters(spread: float = 0.2, changes: dict[str, float] | None = None) -> dict:
    """Return every number of the small case, with an orientation for each coalition."""
    central = CENTRAL | (changes or {})
    found = {}
    for name, value in central.items():
        scale = "positive" if POSITIVE.match(name) else "unit" if UNIT.match(name) else "real"
        free = scale == "real" or 0 < value < 1 or (scale == "positive" and value > 0)
        free = free and name not in WHOLE
        found[name] = judged(value, spread if free else 0.0, scale)
    for number, coalition in enumerate(COALITIONS):
        for c, component in enumerate(COMPONENTS):
            name = f"coalitions.{coalition.state}.{coalition.id}.{component}"
            found[name] = judged(0.6 * np.sin(1.0 + 2.3 * number + 1.7 * c), spread)
    return found


def demands(numbers: dict[str, JudgedNumber]) -> tuple[Demand, ...]:
    """Return the demands of the small case with these numbers."""
    domains = {"bases": "security", "tariffs": "economy", "spending": "security"}
    return tuple(
        Demand(
            id=name, name=name, domain=domains[name],
            **{kind: numbers[f"demands.{name}.{kind}"] for kind in kinds},
        )
        for name, kinds in DEMAND_NUMBERS.items()
    )  # fmt: skip


def small_case(
    *, lead: int = 24, spread: float = 0.2, changes: dict[str, float] | None = None, **other
) -> Case:
    """Return the small case, its outcomes falling due at ``lead``; ``other`` replaces fields."""
    numbers = parameters(spread, changes)
    fields = {
        "id": "small", "title": "Small", "as_of": AS_OF, "first_month": "2000-01",
        "states": STATES, "focal_dyads": ("ALF-BET",), "outcomes": outcomes(lead),
        "governments": GOVERNMENTS, "coalitions": COALITIONS, "events": (),
        "agreements": AGREEMENTS, "statuses": STATUSES, "disputes": DISPUTES,
        "demands": demands(numbers), "parameters": numbers,
    }  # fmt: skip
    return Case(**(fields | other))


def small_history(case: Case, seed: int = 5) -> DriverHistory:
    """Return a random recorded past; pair orientation follows from the states' own."""
    rng = np.random.default_rng(seed)
    n_states, n_months = len(case.index), len(case.months)
    lean = rng.uniform(-1, 1, (n_states, 4, n_months))
    toward = [component_toward(entry.roles) for entry in case.entries]
    pairs = np.zeros((case.index.n_dyads, n_months))
    for number, (i, j) in enumerate(case.index.pairs):
        for state, other in ((i, j), (j, i)):
            if toward[other] >= 0:
                pairs[number] += lean[state, toward[other]] / 2
    shape = pairs.shape
    return DriverHistory(
        months=case.months,
        state_orientation=lean,
        orientation=pairs,
        dispute_load=rng.integers(0, 4, shape) / 3,
        mediation=rng.integers(0, 2, shape).astype(float),
        agreement_stock=rng.integers(0, 7, shape) / 3,
    )


def small_start(case: Case, n_rows: int = 7, seed: int = 6) -> RelationStart:
    """Return random posterior draws of the starting relations."""
    rng = np.random.default_rng(seed)
    shape = (n_rows, case.index.n_dyads)
    return RelationStart(
        intercept=rng.normal(0.3, 0.1, n_rows),
        mean=rng.normal(0, 0.8, shape),
        level=rng.normal(0, 0.4, shape),
        flare=rng.normal(0, 0.3, shape),
        level_memory=rng.uniform(0.9, 0.99, n_rows),
        level_step_sd=rng.uniform(0.05, 0.15, shape),
        flare_memory=rng.uniform(0.2, 0.7, n_rows),
        flare_step_sd=rng.uniform(0.1, 0.4, shape),
        month=case.last_month,
    )


BASELINE = Scenario(id="baseline", title="Nothing is held")
EVERYTHING = Scenario(
    id="everything",
    title="Every quantity is held once",
    clamps=(
        Clamp(quantity="mediation.BET-ALF", value=1.0, from_lead=3),
        Clamp(quantity="mediation.ALF-BET", value=0.25, from_lead=9, to_lead=12),
        Clamp(quantity="fear.ALF", value=0.9, start_month="2005-10"),
        Clamp(quantity="pressure.BET", value=0.8, from_lead=2, to_lead=14),
        Clamp(quantity="threat.BET", value=0.9),
        Clamp(quantity="density.RIV-ALF", value=0.9, from_lead=4),
        Clamp(quantity="density.ALF-BET", value=0.95, from_lead=4),
        Clamp(quantity="talks.PRO", value=1.0, from_lead=5, to_lead=15),
        Clamp(quantity="coalition.ALF", value="third", start_month="2005-11"),
        Clamp(quantity="coalition.HUB", value="left", from_lead=7, to_lead=7),
        Clamp(quantity="coalition.PAT", value="b", from_lead=4, to_lead=20),
        Clamp(quantity="agreement.draft", value="in_force", from_lead=6),
        Clamp(quantity="agreement.new-declaration", value="in_force", from_lead=8, to_lead=8),
        Clamp(quantity="agreement.alliance-a", value="suspended", from_lead=10, to_lead=11),
        Clamp(quantity="flare.border", value=3, from_lead=5),
        Clamp(quantity="flare.isle", value=2.0, start_month="2006-01", end_month="2006-05"),
        Clamp(quantity="flare.memory", value=1, start_month="2004-01", end_month="2004-05"),
    ),
    agreements=(
        NewAgreement(
            id="new-declaration", name="New", parties=("ALF", "BET", "HUB"), form="statement",
            depth=1.0,
        ),
        NewAgreement(
            id="new-pact", name="Never", parties=("BET", "PRO"), form="executive", depth=2.0,
        ),
    ),
)  # fmt: skip

LEVERS = Scenario(
    id="levers",
    title="Every kind of lever acts at some time",
    clamps=(
        Clamp(quantity="posture.HUB", value=0.4, change="add", from_lead=2, to_lead=9),
        Clamp(quantity="posture.HUB", value=0.5, change="scale", chance=0.5),
        Clamp(quantity="tension.HUB", value=1.5, change="scale", while_="relation.HUB-RIV < 0.5"),
        Clamp(quantity="commitment.ALF", value=-0.05, change="add", chance=0.6, from_lead=3),
        Clamp(quantity="commitment.ALF", value=0.9, from_lead=6, to_lead=8, chance=0.5),
        Clamp(quantity="fear.BET", value=1.2, change="scale", while_="posture.HUB < 0"),
        Clamp(quantity="pressure.ALF", value=0.2, change="add", while_="load.BET-ALF > 0"),
        Clamp(quantity="mediation.ALF-BET", value=1, while_="dispute.isle >= 2 and tension.HUB<1"),
        Clamp(quantity="density.BET-ALF", value=0.05, change="add", from_lead=4, to_lead=7),
        Clamp(quantity="relation.HUB-ALF", value=0.1, change="add", from_lead=5, to_lead=8),
        Clamp(quantity="relation.PRO-HUB", value=0.7, from_lead=10, to_lead=11),
        Clamp(quantity="stage.PRO", value=1, change="add", from_lead=7, to_lead=7),
        Clamp(quantity="talks.PRO", value=0.5, change="scale", while_="stage.PRO == 1"),
        Clamp(quantity="alignment_economy.BET", value=0.8, change="scale", from_lead=5, to_lead=6),
        Clamp(quantity="alignment_security.ALF", value=0.9, while_="fear.ALF > 0.6"),
        Clamp(quantity="coordination.tariffs", value=1, from_lead=3, to_lead=10),
        Clamp(quantity="first_visit.ALF", value=1, from_lead=2, chance=0.7),
        Clamp(quantity="first_visit.BET", value=0, while_="tension.HUB < 1"),
        Clamp(quantity="summit.ALF-HUB", value=1, while_="summit.ALF-HUB == 0", from_lead=4),
        Clamp(quantity="flare.isle", value=3, while_="coalition.HUB == left", chance=0.7),
        Clamp(quantity="coalition.HUB", value="right", while_="public_good >= 0", from_lead=12),
        Clamp(
            quantity="agreement.declaration-alf-bet", value="negotiating", from_lead=2, to_lead=2
        ),
        Clamp(
            quantity="agreement.declaration-alf-bet", value="in_force",
            while_="agreement.three-way == in_force", from_lead=14, to_lead=15,
        ),
    ),
)  # fmt: skip
