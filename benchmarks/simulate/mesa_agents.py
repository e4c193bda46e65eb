"""Pairs, agreements and disputes as Mesa agents."""

from __future__ import annotations

import math
from itertools import combinations

import mesa
from numpy_agreements import (
    HOLLOW,
    IN_FORCE,
    NEGOTIATING,
    NONE,
    SIGNED,
    SUSPENDED,
    TERMINATED,
)

from comity.simulate.agreement_rows import TREATY
from comity.simulate.rules.relations import BOUND, EFFECTS

KEPT, YEAR, GATES = (SIGNED, IN_FORCE), 12, 3


def logistic(x: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + math.exp(-x))


def chance(hazard: float) -> float:
    """Return the probability of an event in one month."""
    return 1 - math.exp(-hazard)


class Pair(mesa.Agent):
    """Two states and how they stand."""

    def __init__(self, model: mesa.Model, number: int) -> None:
        super().__init__(model)
        c, p = model.c, model.p["relations"]
        self.number = number
        self.first, self.second = (model.states[i] for i in c.pairs[number])
        self.usual = c.mean_history[0][number]
        self.density = model.p["density"].present[number]
        self.mediation = model.p["mediation"].present[number]
        self.base = p.intercept[0] + p.mean[number]
        self.level, self.flare = p.level[number], p.flare[number]
        self.relation = min(max(self.base + self.level + self.flare, -BOUND), BOUND)
        self.close = self.first_close = math.tanh(self.relation)
        self.government = self.impulse = self.driver = self.reference = self.pulled = 0.0
        self.is_ruptured = self.meets = False
        self.row = c.allied_pairs.index(number) if number in c.allied_pairs else -1
        self.rate = model.p["signals"].summit_rate[self.row] if self.row >= 0 else 0.0
        self.recent = 12 * self.rate
        self.beta = dict(zip(EFFECTS, p.effect, strict=True))

    def bind(self) -> None:
        """Note which agreements and disputes are of this pair."""
        both = {self.first, self.second}
        self.agreements = [item for item in self.model.agreements if both <= set(item.parties)]
        self.disputes = [item for item in self.model.disputes if item.pair is self]
        self.with_hub = self.model.hub in both
        others = [state for state in self.model.states if state not in both]
        self.sides = [
            (self.model.pair_of(self.first, x), self.model.pair_of(self.second, x)) for x in others
        ]
        self.credibility = self.trust() if self.is_of_spokes else 1.0

    @property
    def is_of_spokes(self) -> bool:
        """Whether both are spokes."""
        return self.model.c.two_spokes[self.number] == 1

    def trust(self) -> float:
        """Return how far both believe the mediator."""
        p = self.model.p["mediation"]
        first, second = p.stake[self.first.spoke], p.stake[self.second.spoke]
        needed = p.rupture_risk[0] * p.rupture_cost[0]
        honest = min(first, second) * p.concession[0] >= needed
        fair = abs(first - second) <= p.bias_limit[0]
        return p.kydd_weight[0] * honest + (1 - p.kydd_weight[0]) * fair

    def start(self) -> None:
        """Give the drivers their part of the starting relation."""
        c, k = self.model.c, self.number
        self.reference = self.driver_sum([rows[k] for rows in c.mean_history])
        self.driver = self.driver_sum([rows[k] for rows in c.last_history]) - self.reference
        self.level -= self.driver

    def orientation(self) -> float:
        """Return the mean of both sides' orientation toward each other."""
        return (self.first.leaning(self.second) + self.second.leaning(self.first)) / 2

    def load(self) -> float:
        """Return the severity of open disputes, in thirds."""
        return sum(item.severity for item in self.disputes) / 3

    def stock(self) -> float:
        """Return the depth of agreements in force."""
        return sum(item.depth for item in self.agreements if item.status == IN_FORCE)

    def open_month(self) -> None:
        """Forget last month's impulses."""
        self.impulse, self.is_ruptured = 0.0, False

    def mediate(self) -> None:
        """Let the hub step in between spokes."""
        if not self.is_of_spokes:
            return
        model, p = self.model, self.model.p["mediation"]
        gravest = max((item.severity for item in self.disputes), default=0)
        burden = sum(pair.load() for pair in model.pairs if pair.with_hub)
        score = p.intercept[0] + p.posture_effect[0] * model.posture
        score += p.severity_effect[0] * gravest - p.load_effect[0] * burden
        self.mediation = float(gravest > 0 and model.rng.random() < logistic(score))

    def meet(self) -> None:
        """Draw whether both meet at the top."""
        if self.row < 0:
            return
        model, p = self.model, self.model.p["signals"]
        x = p.summit[0] * (self.close - self.first_close)
        x += p.summit[1] * (self.orientation() - self.usual) - p.summit[2] * self.load()
        self.meets = model.rng.random() < chance(self.rate * math.exp(x)) or model.together
        self.recent = self.recent * 11 / 12 + self.meets
        self.impulse += p.impulse[0] * self.meets

    def grow(self) -> None:
        """Let channels grow or tear."""
        if self.row < 0:
            return
        p, shared = self.model.p["density"], max(self.model.c.n_shared[self.number], 1)
        in_force = sum(item.status == IN_FORCE for item in self.agreements)
        is_open = all(item.severity < 3 for item in self.disputes)
        inputs = min(self.recent / p.summits_full[0], 1) + is_open + min(in_force / shared, 1)
        moved = self.density + p.growth[0] * (1 - self.density) * inputs / 3
        moved -= (p.rupture_loss[0] * self.is_ruptured + p.decay[0]) * self.density
        self.density = min(max(moved, 0), 1)

    def driver_sum(self, recorded: list[float]) -> float:
        """Return Z without the government effect."""
        model, beta, c, k = self.model, self.beta, self.model.c, self.number
        a, b = self.first, self.second
        z = beta["orientation"] * recorded[0] + beta["dispute_load"] * recorded[1]
        z += beta["mediation"] * recorded[2] + beta["agreement_stock"] * recorded[3]
        z += beta["shared_threat"] * min(a.threat, b.threat) + beta["density"] * self.density
        if self.sides:
            third = sum(one.close * other.close for one, other in self.sides)
            z += beta["balance"] * third / len(self.sides)
        if c.two_spokes[k]:
            z += beta["fear_symmetric"] * min(a.fear, b.fear)
            z += beta["fear_asymmetric"] * abs(a.fear - b.fear)
            z += beta["pressure_common"] * min(a.pressure, b.pressure)
            z += beta["pressure_unequal"] * abs(a.pressure - b.pressure)
            if abs(a.orientation[3] - b.orientation[3]) > 0.5:
                talks = max((model.states[i].talks for i in c.proliferators), default=0)
                z += beta["talks_strain"] * talks
        if c.hub_spoke[k] >= 0:
            z += beta["pressure_axis"] * model.states[c.hub_spoke[k]].pressure
        if c.hub_proliferator[k] >= 0:
            z += beta["talks_hub"] * model.states[c.hub_proliferator[k]].talks
        spoke, other = c.spoke_proliferator[k]
        if spoke >= 0:
            lean = model.states[spoke].orientation[3]
            z += beta["talks_spoke"] * model.states[other].talks * lean
        return z

    def pull(self) -> None:
        """Work out where the drivers pull, from last month's relations."""
        p, changes = self.model.p["relations"], (self.first.change, self.second.change)
        if any(changes):
            share = 1 if 2 in changes else p.leader_share[0]
            self.government = p.government_sd[0] * share * self.model.rng.standard_t(4)
        recorded = [self.orientation(), self.load(), self.mediation, self.stock()]
        self.pulled = self.driver_sum(recorded) + self.government - self.reference

    def move(self) -> None:
        """Move the three parts of the relation."""
        p, q, k = self.model.p["relations"], self.model.p["disputes"], self.number
        rng = self.model.rng
        keep = 2 ** (-1 / p.half_life[0])
        self.driver = keep * self.driver + (1 - keep) * self.pulled + self.impulse
        self.level = p.level_memory[0] * self.level + rng.normal(0, p.level_step_sd[k])
        share = p.flare_remainder[0] if self.disputes else 1.0
        self.flare = p.flare_memory[0] * self.flare + share * rng.normal(0, p.flare_step_sd[k])
        first, second = q.severity
        usual = first + 2 * second + 3 * (1 - first - second)
        for item in self.disputes:
            mean = usual * q.rate[item.number] / (1 - q.branching[0])
            self.flare -= p.flare_effect[0] * (item.grade * item.flares - mean)
        total = self.base + self.level + self.flare + self.driver
        self.relation = min(max(total, -BOUND), BOUND)
        self.close = math.tanh(self.relation)


class Dispute(mesa.Agent):
    """A matter that a pair contests."""

    def __init__(self, model: mesa.Model, number: int) -> None:
        super().__init__(model)
        self.number, self.pair = number, model.pairs[model.c.docket_pair[number]]
        self.severity, self.flares = model.c.severity[number], model.c.recent_flares[number]
        self.excitation = self.settled_by = 0.0
        self.grade = 0

    def flare(self) -> None:
        """Flare or stay calm."""
        model, p, pair = self.model, self.model.p["disputes"], self.pair
        memory, alpha = p.memory[0], p.branching[0]
        self.excitation = memory * self.excitation + alpha * (1 - memory) * self.flares
        calm = p.orientation_effect[0] * (pair.orientation() - pair.usual)
        calm += p.density_effect[0] * (pair.density - p.reference_density[0])
        back = p.relapse[0] * self.settled_by * (1 - pair.mediation)
        rate = p.rate[self.number] * p.season[model.c.calendar[model.t]] * math.exp(back - calm)
        self.flares = min(int(model.rng.poisson(rate + self.excitation)), 5)
        if self.flares:
            u, first, second = model.rng.random(), *p.severity
            self.grade = 1 if u < first else 2 if u < first + second else 3
            self.severity = max(self.severity, self.grade)
            self.settled_by = 0.0
            pair.is_ruptured = pair.is_ruptured or self.grade == 3

    def settle(self) -> None:
        """End, if it is open and did not flare."""
        if not self.severity or self.flares:
            return
        p, pair = self.model.p["mediation"], self.pair
        ease = p.mediation_effect[0] * pair.mediation * pair.credibility
        ease += p.settle_density[0] * (pair.density - p.reference_density[0])
        ease += p.settle_orientation[0] * (pair.orientation() - pair.usual)
        if self.model.rng.random() < chance(p.settle_rate[0] * math.exp(ease)):
            self.severity, self.settled_by = 0, pair.mediation


class Agreement(mesa.Agent):
    """What some states agreed, and how much longer it endures."""

    def __init__(self, model: mesa.Model, number: int) -> None:
        super().__init__(model)
        c = model.c
        self.number, self.form, self.depth = number, c.form[number], c.depth[number]
        self.status, self.prospect = c.status[number], c.prospect[number]
        self.parties = [model.states[s] for s in c.parties[number] if s >= 0]
        self.pairs = [model.pair_of(a, b) for a, b in combinations(self.parties, 2)]
        self.spokes = [state for state in self.parties if state.spoke >= 0]
        self.democracies = [c.democracy[state.number] for state in self.parties]
        self.hazard, self.gates = 0.0, 0
        self.endurance = model.rng.exponential() if self.status in KEPT else math.inf

    def gap(self, party: mesa.Agent) -> float:
        """Return how far a party stands from the content."""
        toward = self.model.c.toward[party.number]
        others = [x for x in self.parties if x is not party and toward[x.number] >= 0]
        if not others:
            return self.model.p["agreements"].reference[0]
        return sum((1 - party.leaning(x)) / 2 for x in others) / len(others)

    def burden(self) -> float:
        """Return what channels and common fear take from the log hazard."""
        p = self.model.p["agreements"]
        channels = sum(pair.density for pair in self.pairs) / len(self.pairs)
        x = -p.density_effect[0] * (channels - p.reference[2])
        if len(self.spokes) > 1:
            x -= p.fear_effect[0] * (min(s.fear for s in self.spokes) - p.reference[3])
        return x

    def deeper(self) -> float:
        """Return what depth takes from the log hazard."""
        p = self.model.p["agreements"]
        return p.depth_effect[0] * (self.depth - p.reference[1])

    def renew(self) -> None:
        """Compute the hazard at the usual depth anew."""
        p, n = self.model.p["agreements"], len(self.parties)
        gaps = sum(self.gap(party) - p.reference[0] for party in self.parties) / n
        x = p.gap_effect[self.form] * gaps + self.burden()
        if self.form == TREATY:
            x += p.democracy[0] * sum(self.democracies) / n
            x += p.joint_democracy[0] if all(self.democracies) else 0
            for party, regime in zip(self.parties, self.democracies, strict=True):
                x += p.support_change[regime] if party.since < YEAR else 0
        self.hazard = -math.log1p(-p.year_risk[self.form]) / 12 * math.exp(x)

    def review(self) -> None:
        """Uphold, drop or restore it."""
        model, p, rng = self.model, self.model.p["agreements"], self.model.rng
        news = any(party.change for party in self.parties)
        if self.form == TREATY:
            news = news or any(party.since == YEAR for party in self.parties)
        if news or model.t == 0 or model.c.calendar[model.t] % 6 == 0:
            self.renew()
        if self.status in KEPT:
            self.endurance -= self.hazard * math.exp(-self.deeper())
            if self.is_refused() or self.endurance < 0:
                u, hollow = rng.random(), p.hollow[0]
                fate = SUSPENDED if u < hollow + p.suspended[0] else TERMINATED
                self.set_status(HOLLOW if u < hollow else fate)
        elif news and self.status in (SUSPENDED, HOLLOW):
            for party in self.parties:
                willing = party.change and self.gap(party) < p.reference[0]
                if willing and rng.random() < p.restore[0]:
                    self.set_status(IN_FORCE)

    def is_refused(self) -> bool:
        """Return whether a party whose support changed refuses it, and tell the others."""
        p, refused = self.model.p["agreements"], False
        for party in self.parties if self.form != TREATY else ():
            if party.change != 2:
                continue
            gap = self.gap(party) - p.reference[0]
            odds = math.exp(p.gap_effect[self.form] * gap + self.burden() - self.deeper())
            share = p.refusal[self.form]
            refuses = self.model.rng.random() < share * odds / (1 - share + share * odds)
            for other in self.parties:
                if other is not party and party in other.beliefs:
                    word = -1 if refuses else 1
                    party.told[other] = min(word, party.told.get(other, 1))
            refused = refused or refuses
        return refused

    def set_status(self, status: int) -> None:
        """Change the status, with what follows from it."""
        p, before = self.model.p["agreements"], self.status
        self.status = status
        impulse = p.impulse_signed[0] if status == IN_FORCE != before else 0.0
        ends = before in KEPT and status not in KEPT
        if status in KEPT and before not in KEPT:
            self.endurance = self.model.rng.exponential()
        elif status not in KEPT:
            self.endurance = math.inf
        for pair in self.pairs:
            pair.impulse += p.impulse_ended[0] if ends else impulse
            pair.is_ruptured = pair.is_ruptured or ends

    def negotiate(self) -> None:
        """Begin, advance, break off or adopt a declaration of two spokes."""
        if self.prospect < 0:
            return
        model, p, pair = self.model, self.model.p["new_agreements"], self.pairs[0]
        a, b = self.parties
        if self.status == NEGOTIATING:
            if any(x.change == 2 and x.leaning(y) < 0 for x, y in ((a, b), (b, a))):
                self.status = NONE
                return
            least = min(a.beliefs[b][0], b.beliefs[a][0])
            score = p.gate[0] + p.gate[1] * least - p.gate[2] * pair.load()
            if model.rng.random() < logistic(score):
                self.gates += 1
                if self.gates == GATES:
                    gap = (self.gap(a) + self.gap(b)) / 2
                    self.depth = min(max((p.depth[0] - p.depth[1] * gap) / p.depth[2], 0), 1)
                    self.set_status(IN_FORCE)
        elif self.status in (NONE, TERMINATED):
            common = min(1, *(model.pair_of(x, model.hub).stock() for x in (a, b)))
            x = p.effect[0] * pair.close + p.effect[1] * pair.orientation()
            x += p.effect[2] * common - p.effect[3] * pair.load()
            if model.rng.random() < chance(p.rate[0] * math.exp(x)):
                self.status, self.gates = NEGOTIATING, 0
