"""States as Mesa agents: governments, what they believe and fear, spokes and proliferators."""

from __future__ import annotations

import math
from types import SimpleNamespace

import mesa
import numpy as np
from mesa_agents import chance, logistic

from comity.simulate.layout import ONE_TERM, TWO_TERM


def mean(values: list[float]) -> float:
    """Return the mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


class State(mesa.Agent):
    """A government: who holds office, how it leans, what it believes and fears."""

    def __init__(self, model: mesa.Model, number: int) -> None:
        super().__init__(model)
        c = model.c
        self.number, self.office = number, c.office[number]
        self.coalition, self.clock = c.coalition[number], c.clock[number]
        self.terms, self.since = c.terms[number], c.months_since_support[number]
        self.orientation = list(c.start_orientation[number])
        self.change = 0
        self.pressure, self.threat = 0.0, model.p["hub_line"].threat[number]
        self.beliefs: dict[State, list[float]] = {}  # mean and variance of another ally
        self.told: dict[State, int] = {}  # what it did with agreements, by listener
        self.fear = self.talks = self.commitment = 0.0
        self.alignment = [0.0, 0.0]
        self.stage = 0
        self.spoke = c.spoke_number[number]

    def leaning(self, other: State) -> float:
        """Return how conciliatory it is toward another state."""
        component = self.model.c.toward[self.number][other.number]
        return self.orientation[component] if component >= 0 else 0.0

    # Turnover

    def turn_over(self) -> None:
        """Let the government leave, or stay."""
        model, i = self.model, self.number
        c, p, rng = model.c, model.p["turnover"], model.rng
        self.since += 1
        self.clock -= 1
        self.change = 0
        scheduled = c.scheduled[i][model.t] == 1
        ended = self.office > 0 and self.clock <= 0
        if not (scheduled or ended or rng.random() < chance(p.exit_hazard[i])):
            return
        if self.office == TWO_TERM:
            self.change = 1
            if ended and not scheduled:
                if rng.random() < p.party_loses[i]:
                    self.change = 2
                elif self.terms < 2:
                    self.change = 0
            self.terms = self.terms + 1 if self.change == 0 else 1
        else:
            self.change = 2 if rng.random() < p.support_share[i] else 1
        if ended or self.office == ONE_TERM:
            self.clock = c.term_months[i]
        if self.change:
            self.enter(p)

    def enter(self, p: SimpleNamespace) -> None:
        """Give the new government its coalition and orientation."""
        c, i, rng = self.model.c, self.number, self.model.rng
        if self.change == 2:
            self.since = 0
            own = range(c.first_coalition[i], c.first_coalition[i + 1])
            others = [k for k in own if k != self.coalition and c.weight[k] > 0]
            if others:
                weights = np.array([c.weight[k] for k in others])
                self.coalition = int(rng.choice(others, p=weights / weights.sum()))
        for k in range(4):
            center, sd = self.orientation[k], p.sd_leader[0]
            if self.change == 2:
                center, sd = p.coalition[4 * self.coalition + k], p.sd_support[0]
            self.orientation[k] = min(max(rng.normal(center, sd), -1), 1)

    # Beliefs

    def reset_beliefs(self) -> None:
        """Unlearn what was believed of governments that are gone."""
        p, c = self.model.p["beliefs"], self.model.c
        for other, belief in self.beliefs.items():
            if not other.change:
                continue
            size = p.reset_support[0] if other.change == 2 else p.reset_leader[0]
            density = self.model.pair_of(self, other).density
            lost = size * (1 - p.understanding[0] * density)
            component = c.toward[other.number][self.number]
            prior = p.coalition[4 * other.coalition + component] if component >= 0 else 0
            belief[0] += min(lost, 1) * (prior - belief[0])
            belief[1] += lost

    def learn(self) -> None:
        """Learn from what every other ally did this month."""
        model, p = self.model, self.model.p["signals"]

        def precision(kind: int) -> float:
            return p.most[0] * p.cost[kind] / (p.cost[kind] + p.reference_cost[0])

        for other, belief in self.beliefs.items():
            pair, lean = model.pair_of(self, other), other.leaning(self)
            told = precision(0) + precision(1) * pair.meets
            said, word = told * lean, other.told.get(self, 0)
            told += p.agreement[0] * abs(word)
            said += p.agreement[0] * word
            if other.change and self.spoke >= 0 and other.spoke >= 0:
                score = p.visit[0] + p.visit[1] * lean + p.visit[2] * pair.close
                if model.rng.random() < logistic(score):
                    told += precision(2)
                    said += precision(2)
            before = 1 / belief[1]
            belief[1] = 1 / (before + told)
            belief[0] = belief[1] * (belief[0] * before + said)

    # The spoke

    def set_fear(self) -> None:
        """Set the fear of being abandoned."""
        p = self.model.p["alignment"]
        f_0, f_c, f_t = p.abandonment
        near = f_t * self.threat * (1 - p.self_reliance[self.spoke])
        self.fear = logistic(f_0 - f_c * (self.commitment - 0.5) + near)

    def move_spoke(self) -> None:
        """Move commitment, fear and alignment."""
        model, p = self.model, self.model.p["alignment"]
        usual = model.usual_commitment(self)
        drawn = model.rng.normal(usual + p.memory[0] * (self.commitment - usual), p.noise_sd[0])
        self.commitment = min(max(drawn, 0), 1)
        self.set_fear()
        best = self.best_alignment()
        for k in range(2):
            self.alignment[k] += p.speed[0] * (best[k] - self.alignment[k])

    def best_alignment(self) -> tuple[float, float]:
        """Return where it would stand between hub and rival."""
        model, p, hub = self.model, self.model.p["alignment"], self.orientation[0]
        own = [item.concession[self] for item in model.demands if item.in_security]
        conceded = sum(own) / len(own) if own else 0.0
        security = self.commitment * p.rival_threat[self.spoke] + hub
        security += p.pulls[0] * conceded - p.pulls[1]
        economy = p.pulls[2] * hub - p.pulls[3] * p.exposure[self.spoke]
        economy -= p.pulls[4] * self.pressure
        taste = p.shape[0] * math.exp(-p.shape[1] * model.tension)
        linkage = p.shape[2] * (math.exp(p.shape[3] * model.tension) - 1)
        total, split = (security + economy) / taste, (security - economy) / (taste + 2 * linkage)
        point = (total + split) / 2, (total - split) / 2
        if max(map(abs, point)) > 0.5:
            points = []
            for end in (-0.5, 0.5):
                other = (economy + linkage * end) / (taste + linkage)
                points.append((end, min(max(other, -0.5), 0.5)))
                other = (security + linkage * end) / (taste + linkage)
                points.append((min(max(other, -0.5), 0.5), end))

            def utility(xy: tuple[float, float]) -> float:
                x, y = xy
                bend = taste * (x * x + y * y) + linkage * (x - y) ** 2
                return security * x + economy * y - bend / 2

            point = max(points, key=utility)
        return 0.5 + point[0], 0.5 + point[1]

    # The proliferator

    def move_track(self) -> None:
        """Move its stage, and spread what that does to relations."""
        model, p, z = self.model, self.model.p["track"], self.stage
        x = p.effect[0] * model.hub.orientation[3]
        x += p.effect[1] * mean([spoke.orientation[3] for spoke in model.spokes])
        patrons = [other for other in model.patrons if other is not self]
        x -= p.effect[2] * mean([model.pair_of(other, self).close for other in patrons])
        x += p.effect[3] * mean([pair.close for pair in model.spoke_pairs])
        forward = p.forward[z] * math.exp(x) if z < 4 else 0.0
        back = p.back[z - 1] * math.exp(-x) if z > 0 else 0.0
        u, moves = model.rng.random(), chance(forward + back)
        if u * (forward + back) < moves * forward:
            self.stage = z + 1
        elif u < moves:
            self.stage = 0 if z < 3 else z - 1
        steps = float(max(self.stage, 1) - max(z, 1))
        steps *= p.collapse[0] if steps < 0 else 1
        if steps and model.hub is not self:
            model.pair_of(model.hub, self).impulse += steps * p.step_hub[0]
        for spoke in model.spokes if steps else ():
            if spoke is not self:
                impulse = steps * p.step_spoke[0] * spoke.orientation[3]
                model.pair_of(spoke, self).impulse += impulse
        self.talks = float(self.stage > 0)
