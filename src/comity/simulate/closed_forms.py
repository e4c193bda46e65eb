"""What the rules say of the closing day in closed form, at chosen values of judged numbers.

No future is needed: the relations are those of the start, governments those in office, nothing is
conceded and nobody coordinates yet. The formulas are those of `comity.simulate.rules.bargaining`,
``.alignment`` and ``.mediation``; see ``docs/theory/thresholds.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from comity.core.case import Case
from comity.core.errors import ConfigError, nearest_match
from comity.core.history import DriverHistory
from comity.core.points import Floats
from comity.core.relations import RelationStart
from comity.core.states import COMPONENTS
from comity.simulate import alignment, bargains
from comity.simulate.compiled import from_python
from comity.simulate.parameters import merged_parameters, start_draws
from comity.simulate.points import START

HIGHEST_CONCEPT = 3
HIGHEST_TENSION = 2.0

best_alignment = from_python(alignment.best_alignment)
concession = from_python(bargains.concession)
frontier = from_python(bargains.frontier)
has_deal = from_python(bargains.has_deal)
solution_multiplier = from_python(bargains.solution_multiplier)


class ClosingDay:
    """The closing day of a case at many points.

    Parameters
    ----------
    case, start, history
        As for `comity.simulate.simulate_points`.
    points
        Values of judged numbers, (point,) each; the others are central. ``"start"`` chooses rows of
        the draws of the starting relations; without it the starting relations are their mean.
    held
        Values of quantities that are held instead of following from the numbers, (point,) each:
        ``tension.<hub>``, ``pressure``, ``fear``, ``commitment`` of a spoke, ``density`` and
        ``relation`` (logit) of a pair of spokes.
    """

    def __init__(
        self,
        case: Case,
        points: Mapping[str, Floats],
        held: Mapping[str, Floats],
        *,
        start: RelationStart,
        history: DriverHistory,
    ) -> None:
        self.case, self.held = case, held
        self.numbers = merged_parameters(case)
        self.points = points
        self.n_points = len(next(iter({**points, **held}.values())))
        rows = start_draws(start, case.index, start.intercept.shape[0])
        chosen = points.get(START)
        self.start = {
            name: np.full(self.n_points, values.mean()) if chosen is None
            else values[chosen.astype(int)]
            for name, values in rows.items()
        }  # fmt: skip
        self.lean = history.state_orientation[:, COMPONENTS.index("hub"), -1]
        self.hub = next(iter(case.with_role("hub")), "")
        self.spokes = tuple(case.with_role("spoke"))
        incumbent = case.incumbent(self.hub) if self.hub else None
        own = [item.id for item in case.coalitions if item.state == self.hub]
        self.government = incumbent.coalition if incumbent else next(iter(own), "")

    def first(self, *names: str) -> Floats:
        """Return the first of these numbers that the case has, (point,)."""
        name = next(name for name in names if name in self.points or name in self.numbers)
        if name in self.points:
            return np.asarray(self.points[name], float)
        return np.full(self.n_points, self.numbers[name].central)

    def _held(self, name: str, otherwise: Callable[[], Floats]) -> Floats:
        return np.asarray(self.held[name], float) if name in self.held else otherwise()

    def pressure(self, state: str) -> Floats:
        """Return the hub's pressure on a state."""
        names = (f"pressure.{state}.{self.government}", f"pressure.{state}", "pressure.default")
        return self._held(f"pressure.{state}", lambda: self.first(*names))

    def commitment(self, state: str) -> Floats:
        """Return the hub's commitment to a spoke."""
        by_spoke = f"commitment.{state}.{self.government}"
        names = (by_spoke, f"commitment.{self.government}", "commitment.default")
        return self._held(f"commitment.{state}", lambda: self.first(*names))

    def fear(self, state: str) -> Floats:
        """Return a spoke's fear of being abandoned."""

        def usual() -> Floats:
            threat = self.first(f"threat.{state}", "threat.default")
            alone = self.first(
                f"abandonment.self_reliance.{state}", "abandonment.self_reliance.default"
            )
            effect = self.first("abandonment.commitment_effect")
            score = self.first("abandonment.intercept")
            score = score - effect * (self.commitment(state) - 0.5)
            score = score + self.first("abandonment.threat_effect") * threat * (1 - alone)
            return 1 / (1 + np.exp(-score))

        return self._held(f"fear.{state}", usual)

    def relation(self, dyad: str) -> Floats:
        """Return the starting relation of a pair, in logit."""
        parts = ("intercept", f"mean.{dyad}", f"level.{dyad}", f"flare.{dyad}")
        return self._held(
            f"relation.{dyad}", lambda: np.sum([self.start[f"start.{x}"] for x in parts], axis=0)
        )

    def tension(self) -> Floats:
        """Return the tension of the hub and its rivals, 0 to 2."""

        def usual() -> Floats:
            strains: list[Floats] = []
            memory = self.start["start.level_memory"]
            for rival in self.case.with_role("rival"):
                if rival == self.hub:
                    continue
                dyad = self.case.index.dyad_label(f"{self.hub}-{rival}")
                step = self.start[f"start.level_step_sd.{dyad}"]
                known = (memory < 1) & (step > 0)
                per_sd = np.sqrt(1 - np.where(known, memory, 0) ** 2) / np.where(known, step, 1)
                now = self.start[f"start.level.{dyad}"] + self.start[f"start.flare.{dyad}"]
                strains.append(np.where(known, -now * per_sd, 0))
            mean = np.mean(strains, axis=0) if strains else np.zeros(self.n_points)
            return np.clip(mean, 0, HIGHEST_TENSION)

        return self._held(f"tension.{self.hub}", usual)

    def coordination_gain(self, demand: str) -> Floats:
        """Return what the spoke that gains least gains by answering a demand together, less cost.

        Per unit of the demand's weight, as step 8 of a month reckons: above 0 coordination pays
        every spoke and may begin.
        """
        stakes = {row.id: self.first(f"demands.{row.id}.hub_stake") for row in self.case.demands}
        weight = stakes[demand] / sum(stakes.values())
        home = self.first("bargain.constraint_effect") * self.first(f"demands.{demand}.constraint")
        base = self.first(f"demands.{demand}.spoke_stake") * (1 + home)
        costs, losses = [], []
        for state in self.spokes:
            name = f"bargain.cost_factor.{state}"
            costs.append(
                base * (self.first(name) if name in {**self.numbers, **self.points} else 1)
            )
            loss = self.first("bargain.harm") * self.pressure(state)
            losses.append(weight * (loss + self.first("bargain.security_value") * self.fear(state)))
        cost, loss = np.array(costs), np.array(losses)  # (spoke, point)
        substitutes = self.first(f"demands.{demand}.substitutability")
        alone_loss, joint_loss = (
            self.first("bargain.breakdown_loss"),
            self.first("bargain.joint_loss"),
        )
        concept, power = self.first("bargain.concept"), self.first("bargain.power")
        gain = np.empty(self.n_points)
        for k in range(self.n_points):
            gain[k] = _least_gain(
                stakes[demand][k], cost[:, k], loss[:, k], substitutes[k],
                weight[k] * alone_loss[k], weight[k] * joint_loss[k],
                int(np.clip(concept[k], 0, HIGHEST_CONCEPT) + 0.5), power[k],
            )  # fmt: skip
        return gain / weight - self.coordination_cost()

    def coordination_cost(self) -> Floats:
        """Return what answering together costs spokes that stand badly and hardly talk."""
        shares: list[Floats] = []
        for number, one in enumerate(self.spokes):
            for other in self.spokes[number + 1 :]:
                dyad = self.case.index.dyad_label(f"{one}-{other}")
                names = (f"density.{dyad}", "density.default")
                density = self._held(names[0], lambda names=names: self.first(*names))
                shares.append((1 - density) / (1 + np.exp(self.relation(dyad))))
        return self.first("coordination.cost") * np.mean(shares, axis=0)

    def alignment(self, state: str) -> tuple[Floats, Floats]:
        """Return where a spoke would stand in security and in economy if it could move at once."""
        lean = float(self.lean[self.case.index.codes.index(state)])
        threat = self.first(f"rival_threat.{state}", "rival_threat.default")
        exposure = self.first(f"exposure.{state}", "exposure.default")
        security = self.commitment(state) * threat + lean - self.first("alignment.rival_pressure")
        economy = (
            self.first("alignment.economy_orientation") * lean
            - self.first("alignment.exposure_effect") * exposure
            - self.first("alignment.tariff_effect") * self.pressure(state)
        )
        tension = self.tension()
        taste = self.first("alignment.taste") * np.exp(
            -self.first("alignment.taste_fall") * tension
        )
        linkage = self.first("alignment.linkage") * np.expm1(
            self.first("alignment.linkage_rise") * tension
        )
        found = np.array(
            [best_alignment(*x) for x in zip(security, economy, taste, linkage, strict=True)]
        )
        return found[:, 0], found[:, 1]

    def honesty(self) -> Floats:
        """Return what honesty is worth to a mediating hub beyond what a rupture would cost it.

        The smaller of its stakes in the spokes times the concession that a needless yes would cost,
        less the risk of a rupture times its cost: from 0 on the hub is believed (Kydd 2003).
        """
        stakes = [
            self.first(f"mediator.stake.{state}", "mediator.stake.default") for state in self.spokes
        ]
        rupture = self.first("mediator.rupture_risk") * self.first("mediator.rupture_cost")
        return np.min(stakes, axis=0) * self.first("mediator.concession") - rupture


def _least_gain(
    stake: float, cost: Floats, loss: Floats, substitutes: float, alone_loss: float,
    joint_loss: float, concept: int, power: float,
) -> float:  # fmt: skip
    """Return the least that a spoke gains at one table over its own, before the cost of it."""
    stakes, squeeze = np.full(cost.size, stake), stake**2 / cost
    together = -cost.size * alone_loss - joint_loss
    m = solution_multiplier(concept, stakes, cost, loss.sum(), together, power)
    least = np.inf
    for i in range(cost.size):
        one, own = stakes[i : i + 1], cost[i : i + 1]
        outside = substitutes * (squeeze.sum() - squeeze[i]) - alone_loss
        alone = 0.0
        if has_deal(one, own, loss[i], outside):
            each = solution_multiplier(concept, one, own, loss[i], outside, power)
            alone = loss[i] - frontier(one, own, each)[1]
        joint = loss[i] - cost[i] * concession(stake, cost[i], m) ** 2 / 2
        least = min(least, joint - alone)
    return float(least)


def ask_closed_form(
    case: Case,
    asks: str,
    entity: str,
    points: Mapping[str, Floats],
    held: Mapping[str, Floats],
    *,
    start: RelationStart,
    history: DriverHistory,
) -> Floats:
    """Return one of `comity.core.thresholds.CLOSED_FORMS` at every point, (point,).

    Raises
    ------
    ConfigError
        The entity is no demand or no spoke of the case, or a name is no judged number.
    """
    known = merged_parameters(case)
    for name in points:
        if name not in known and name != START:
            raise ConfigError(
                f'points: must name judged numbers of the case; found "{name}". '
                f"{nearest_match(name, known)}".rstrip()
            )
    day = ClosingDay(case, points, held, start=start, history=history)
    if asks == "honesty of the mediator":
        return day.honesty()
    entities = [row.id for row in case.demands] if asks == "coordination gain" else day.spokes
    if entity not in entities:
        raise ConfigError(
            f'{asks}: must be asked of one that the case has; found "{entity}". '
            f"{nearest_match(entity, entities)}".rstrip()
        )
    if asks == "coordination gain":
        return day.coordination_gain(entity)
    security, economy = day.alignment(entity)
    return {"security alignment": security, "economy alignment": economy}.get(
        asks, np.abs(security - economy)
    )
