"""Bargaining of the hub with its spokes, demand by demand, as Mesa agents."""

from __future__ import annotations

import math
from typing import Any

import mesa
from mesa_agents import chance, logistic


class Demand(mesa.Agent):
    """What the hub asks of every spoke, and whether the spokes answer together."""

    def __init__(self, model: mesa.Model, number: int) -> None:
        super().__init__(model)
        p = model.p["bargaining"]
        self.in_security = model.c.in_security[number]
        self.together = False
        self.gain, self.substitutes = p.hub_stake[number], p.substitutability[number]
        self.weight = self.gain / sum(p.hub_stake)
        bound = p.spoke_stake[number] * (1 + p.constraint_effect[0] * p.constraint[number])
        self.cost = {spoke: bound * p.cost_factor[spoke.spoke] for spoke in model.spokes}
        self.concession = dict.fromkeys(model.spokes, 0.0)
        self.offer: dict[Any, tuple[float, float]] = {}  # terms and surplus

    def solve(self, costs: list[float], loss: float, outside: float) -> list[float]:
        """Return the concessions of the Nash solution at one table."""
        beta, gain, m = self.model.p["bargaining"].power[0], self.gain, 0.0
        for _ in range(len(costs) + 1):
            open_ = [cost for cost in costs if m * gain < cost]
            if not open_:
                break
            whole = [cost for cost in costs if m * gain >= cost]
            rest = (1 - beta) * (outside - gain * len(whole))
            square = sum(gain * gain / cost for cost in open_) * (1 - beta / 2)
            inside = rest * rest + 4 * square * beta * (loss - sum(whole) / 2)
            found = (rest + math.sqrt(max(inside, 0))) / (2 * square)
            if found <= m:
                break
            m = found
        return [min(1, m * gain / cost) for cost in costs]

    def alone(self, spoke: Any, loss: float) -> tuple[float, float]:
        """Return terms and surplus of a spoke alone."""
        cost, gain = self.cost[spoke], self.gain
        others = sum(gain * gain / self.cost[x] for x in self.cost if x is not spoke)
        broken = self.weight * self.model.p["bargaining"].breakdown_loss[0]
        outside = self.substitutes * others - broken
        least = max(outside, 0) / gain
        if least > 1 or cost * least * least / 2 > loss:
            return 0.0, 0.0
        y = self.solve([cost], loss, outside)[0]
        return y, loss - cost * y * y / 2

    def hold_table(self, losses: dict[Any, float], cost_of_joining: float) -> None:
        """Solve both tables, begin or end coordination, and put the terms on the table."""
        p, n, weight = self.model.p["bargaining"], len(losses), self.weight
        own = {spoke: weight * loss for spoke, loss in losses.items()}
        alone = {spoke: self.alone(spoke, loss) for spoke, loss in own.items()}
        outside = -weight * (n * p.breakdown_loss[0] + p.joint_loss[0])
        terms = self.solve(list(self.cost.values()), sum(own.values()), outside)
        joint = {
            spoke: (y, own[spoke] - self.cost[spoke] * y * y / 2)
            for spoke, y in zip(own, terms, strict=True)
        }
        stay = {spoke: joint[spoke][1] / weight - cost_of_joining for spoke in own}
        quit_ = {spoke: alone[spoke][1] / weight for spoke in own}
        least = min(stay[spoke] - quit_[spoke] for spoke in own)
        won = self.gain * sum(alone[spoke][0] - joint[spoke][0] for spoke in own)
        wedge = p.wedge_share[0] * max(won, 0) / weight
        u, push = self.model.rng.random(), p.gain_effect[0] * least
        if self.together:
            defects = any(
                quit_[x] + wedge > stay[x] and p.patience[0] * wedge < quit_[x] + wedge - stay[x]
                for x in own
            )
            self.together = not defects and u >= chance(3 * p.end_rate[0] * math.exp(-push))
        else:
            self.together = least > 0 and u < chance(3 * p.start_rate[0] * math.exp(push))
        self.offer = joint if self.together else alone


def hold_round(model: Any) -> None:
    """Hold a round on every demand, then let homes ratify."""
    p = model.p["bargaining"]
    if not (model.demands and model.spokes):
        return
    losses = {
        spoke: p.harm[0] * spoke.pressure + p.security_value[0] * spoke.fear
        for spoke in model.spokes
    }
    pairs = model.spoke_pairs
    cost = sum((1 - pair.density) * logistic(-pair.relation) for pair in pairs)
    cost *= p.cost[0] / max(len(pairs), 1)
    model.agents_by_type[Demand].do("hold_table", losses, cost)
    for spoke, loss in losses.items():
        value = sum(item.offer[spoke][1] for item in model.demands)
        ratio = value / loss if loss > 0 else 0.0
        if model.rng.random() < logistic(p.ratification[0] * ratio):
            for item in model.demands:
                item.concession[spoke] = item.offer[spoke][0]
        else:
            pair = model.pair_of(model.hub, spoke)
            pair.impulse += p.impulse[0]
            pair.is_ruptured = True
