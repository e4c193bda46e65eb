"""What one future of the reference consists of: its parts and its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

from comity.core.case import Coalition, StateEntry
from comity.core.states import COMPONENTS, component_toward
from comity.simulate.reference_levers import Levers

Numbers = Mapping[str, float]
MOST_FLARES = 5


@dataclass
class Office:
    """Who governs a state, since when, and how its government leans."""

    entry: StateEntry
    coalitions: tuple[Coalition, ...]
    coalition: str
    orientation: dict[str, float]
    months_in_office: int
    months_since_support: int
    clock: int
    terms_served: int
    changed: bool = False
    support_changed: bool = False


@dataclass
class Pact:
    """An agreement: who is bound, how, whether it holds, and how much longer it endures."""

    id: str
    parties: tuple[str, ...]
    form: str
    depth: float  # 0 to 1
    status: str
    is_recorded: bool = True  # one of the case's, not a prospect or a scenario's
    prospect: str = ""  # label of the spoke pair whose declaration it would be
    endurance: float = math.inf  # lowered by the hazard every month in which it is reviewed
    hazard: float = 0.0
    gates: int = 0
    is_held: bool = False  # by a lever, this month
    came_into_force: bool = False  # last month, when a review begins; this month, when it ends

    @property
    def is_kept(self) -> bool:
        """Whether it is in force or signed."""
        return self.status in ("in_force", "signed")


@dataclass
class Docket:
    """A matter that a pair contests."""

    id: str
    pair: str
    excitation: float
    flares: int
    severity: int  # 0 when settled
    drawn_severity: int = 1
    settled_by: float = 0.0  # mediation when last settled; 0 again from a flare on


@dataclass
class Pair:
    """A pair of states: recorded means, long-run reference, and the parts of its relation."""

    first: str
    second: str
    recorded_orientation: float
    base: float  # intercept + mean
    level: float
    flare: float
    relation: float
    drivers: float = 0.0
    reference: float = 0.0
    government: float = 0.0
    impulse: float = 0.0
    level_step_sd: float = 0.0
    flare_step_sd: float = 0.0
    start_relation: float = 0.0
    density: float = 0.0
    mediation: float = 0.0
    meetings: float = 0.0  # of late; its mean is a year's count
    has_met: bool = False
    is_ruptured: bool = False

    @property
    def label(self) -> str:
        """Label of the pair."""
        return f"{self.first}-{self.second}"


@dataclass
class Belief:
    """What one ally holds about the cooperativeness of another."""

    mean: float
    variance: float


@dataclass
class Spoke:
    """Where a spoke stands between hub and rival, and what it has conceded to the hub."""

    commitment: float = 0.0  # of the hub to it
    fear: float = 0.0
    alignment: dict[str, float] = field(default_factory=dict)  # security, economy
    concession: dict[str, float] = field(default_factory=dict)  # demand


@dataclass
class Issue:
    """A demand of the hub, and whether the spokes answer it together."""

    id: str
    domain: str = "none"
    is_coordinated: bool = False


@dataclass
class Track:
    """How far talks with a proliferator have come."""

    stage: int = 0
    talks: float = 0.0


@dataclass
class World:
    """The whole system of one member, and where its numbers come from."""

    numbers: Numbers
    uniform: Callable[[str, int], float]  # (stream, lead) -> (0, 1)
    levers: Levers
    start_month: int
    offices: dict[str, Office]
    pacts: list[Pact]
    dockets: list[Docket]
    pairs: dict[str, Pair]
    issues: dict[str, Issue] = field(default_factory=dict)
    dynamics: dict[str, float] = field(default_factory=dict)  # memories of the draw
    spokes: dict[str, Spoke] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    beliefs: dict[tuple[str, str], Belief] = field(default_factory=dict)  # (believer, about)
    signals: dict[tuple[str, str], float] = field(default_factory=dict)  # (sender, receiver)
    pressure: dict[str, float] = field(default_factory=dict)
    threat: dict[str, float] = field(default_factory=dict)
    posture: float = 0.0
    start_posture: float = 0.0
    tension: float = 0.0
    is_trilateral: bool = False  # hub and spokes met all together this month
    public_good: float = 0.0
    is_out_of_range: bool = False

    # Numbers

    def first(self, *names: str) -> float:
        """Return the first of these numbers that there is."""
        for name in names:
            if name in self.numbers:
                return self.numbers[name]
        raise KeyError(names[-1])

    def own(self, name: str, entity: str) -> float:
        """Return the number of an entity, else the default."""
        return self.first(f"{name}.{entity}", f"{name}.default")

    # Who is who

    def with_role(self, role: str) -> list[str]:
        """Return the states that have a role, in array order."""
        return [state for state, office in self.offices.items() if role in office.entry.roles]

    @property
    def hub(self) -> str:
        """The first state with that role; empty without one."""
        return next(iter(self.with_role("hub")), "")

    @property
    def hub_government(self) -> str:
        """Id of the hub's coalition in office; empty without one."""
        return self.offices[self.hub].coalition if self.hub else ""

    @property
    def allies(self) -> list[str]:
        """Hub and spokes, in array order."""
        spokes = self.with_role("spoke")
        return [state for state in self.offices if state == self.hub or state in spokes]

    def allied_pairs(self) -> list[Pair]:
        """Return the pairs of two allies."""
        return self._pairs_among(self.allies)

    def spoke_pairs(self) -> list[Pair]:
        """Return the pairs of two spokes."""
        return self._pairs_among(self.with_role("spoke"))

    def _pairs_among(self, states: list[str]) -> list[Pair]:
        return [
            pair for pair in self.pairs.values() if pair.first in states and pair.second in states
        ]

    # Orientation

    def component(self, state: str, toward: str) -> str | None:
        """Return the component of ``state``'s orientation that is used toward another state."""
        number = component_toward(self.offices[toward].entry.roles)
        return None if number < 0 else COMPONENTS[number]

    def leaning(self, state: str, toward: str) -> float:
        """Return how conciliatory a government is toward another state; no component counts 0."""
        component = self.component(state, toward)
        return self.offices[state].orientation[component] if component else 0.0

    def pair_orientation(self, pair: Pair) -> float:
        """Return the mean of both sides' orientation toward each other; no component counts 0."""
        return (self.leaning(pair.first, pair.second) + self.leaning(pair.second, pair.first)) / 2

    # Pairs

    def label(self, one: str, other: str) -> str:
        """Return the label of a pair of states."""
        return "-".join(sorted((one, other)))

    def pair(self, one: str, other: str) -> Pair:
        """Return a pair of states."""
        return self.pairs[self.label(one, other)]

    def open_dockets(self, label: str) -> list[Docket]:
        """Return the dockets of a pair that are open."""
        return [item for item in self.dockets if item.pair == label and item.severity > 0]

    def dispute_load(self, label: str) -> float:
        """Return the severity of the pair's open dockets, in thirds."""
        return sum(docket.severity for docket in self.open_dockets(label)) / 3

    def agreement_stock(self, pair: Pair) -> float:
        """Return the depth of the agreements in force between the two, summed."""
        return sum(pact.depth for pact in self.pacts if binds(pact, pair))


def binds(pact: Pact, pair: Pair) -> bool:
    """Return whether the agreement is in force with both states as parties."""
    return pact.status == "in_force" and {pair.first, pair.second} <= set(pact.parties)


def mean(values: Iterable[float]) -> float:
    """Return the mean, 0 of nothing."""
    items = list(values)
    return sum(items) / len(items) if items else 0.0


def clipped(value: float, low: float, high: float) -> float:
    """Return the value, held between two bounds."""
    return min(high, max(low, value))


def logistic(x: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def normal(uniform: float) -> float:
    """Return the standard normal quantile."""
    return NormalDist().inv_cdf(uniform)


def student_t4(uniform: float) -> float:
    """Return the quantile of Student's t with four degrees of freedom, in closed form."""
    alpha = 4 * uniform * (1 - uniform)
    q = math.cos(math.acos(math.sqrt(alpha)) / 3) / math.sqrt(alpha)
    return math.copysign(2 * math.sqrt(max(q - 1, 0.0)), uniform - 0.5)


def poisson(rate: float, uniform: float) -> int:
    """Return the Poisson quantile, at most `MOST_FLARES`."""
    term = reached = math.exp(-rate)
    count = 0
    while uniform > reached and count < MOST_FLARES:
        count += 1
        term *= rate / count
        reached += term
    return count


def chance(hazard: float) -> float:
    """Return the probability that something of this monthly hazard happens within the month."""
    return 1 - math.exp(-hazard)
