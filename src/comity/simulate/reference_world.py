"""What one future of the reference consists of: offices, pacts, dockets, pairs and numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

from comity.core.case import Coalition, StateEntry
from comity.core.states import COMPONENTS, component_toward

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
    """An agreement: who is bound, how, and whether it holds."""

    id: str
    parties: tuple[str, ...]
    form: str
    depth: float  # 0 to 1
    status: str


@dataclass
class Docket:
    """A matter that a pair contests."""

    id: str
    pair: str
    excitation: float
    flares: int
    severity: int  # 0 when settled
    drawn_severity: int = 1


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


@dataclass
class World:
    """The whole system of one member, and where its numbers come from."""

    numbers: Numbers
    uniform: Callable[[str, int], float]  # (stream, lead) -> (0, 1)
    held: Callable[[str, str, int], float | str | None]  # (quantity, entity, lead) -> value
    start_month: int
    offices: dict[str, Office]
    pacts: list[Pact]
    dockets: list[Docket]
    pairs: dict[str, Pair]
    dynamics: dict[str, float] = field(default_factory=dict)  # memories of the draw
    is_out_of_range: bool = False

    def quantity(self, name: str, entity: str, lead: int | None) -> float:
        """Return a held quantity in a month; without a month, its unheld value."""
        value = None if lead is None else self.held(name, entity, lead)
        if value is None:
            value = self.numbers.get(f"{name}.{entity}", self.numbers.get(f"{name}.default"))
        if value is None:
            raise KeyError(f"{name}.{entity}")
        return float(value)

    def component(self, state: str, toward: str) -> str | None:
        """Return the component of ``state``'s orientation that is used toward another state."""
        number = component_toward(self.offices[toward].entry.roles)
        return None if number < 0 else COMPONENTS[number]

    def pair_orientation(self, pair: Pair) -> float:
        """Return the mean of both sides' orientation toward each other; no component counts 0."""
        total = 0.0
        for state, other in ((pair.first, pair.second), (pair.second, pair.first)):
            component = self.component(state, other)
            total += self.offices[state].orientation[component] if component else 0.0
        return total / 2

    def label(self, one: str, other: str) -> str:
        """Return the label of a pair of states."""
        return "-".join(sorted((one, other)))


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
