"""The whole month as an agent-based model in Mesa, as its documentation recommends.

One `Model` is one future. States, pairs of states, agreements and disputes are agents; the steps of
a month go over them with `AgentSet.do` and `AgentSet.shuffle_do`; numbers come from ``model.rng``;
a `DataCollector` keeps relations. Judged numbers are those of the plan, without levers. Plain
Python on purpose: this is what a modeller would write who thinks in agents.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import mesa
import numpy as np
from mesa_agents import Agreement, Dispute, Pair, chance, logistic
from mesa_bargains import Demand, hold_round

from comity.simulate.block import Plan
from comity.simulate.layout import ONE_TERM, TWO_TERM
from comity.simulate.trace import Trace, empty_trace


class State(mesa.Agent):
    """A government: who holds office, how it leans, what it believes and fears."""

    def __init__(self, model: Future, number: int) -> None:
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


def mean(values: list[float]) -> float:
    """Return the mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


class Facts:
    """What all futures of a plan share, as plain lists."""

    def __init__(self, plan: Plan) -> None:
        self.c = SimpleNamespace(
            **{name: rows.tolist() for name, rows in plan.layout.constants._asdict().items()}
        )
        self.plan = plan

    def numbers(self, draw: int) -> dict[str, SimpleNamespace]:
        """Return the judged numbers of a parameter draw by rule and field."""
        found: dict[str, SimpleNamespace] = {}
        for rule, field, first, end in self.plan.fields:
            space = found.setdefault(rule, SimpleNamespace())
            setattr(space, field, self.plan.matrix[first:end, draw].tolist())
        return found


class Future(mesa.Model):
    """One member: the whole system, month by month."""

    def __init__(self, facts: Facts, member: int) -> None:
        super().__init__(seed=facts.plan.settings.seed + 5000 + member)
        c = self.c = facts.c
        self.p = facts.numbers(member % facts.plan.n_draws)
        self.t, self.tension, self.public_good, self.together = 0, 0.0, 0.0, False
        self.states = [State(self, i) for i in range(len(c.office))]
        self.pairs = [Pair(self, k) for k in range(len(c.pairs))]
        self.hub = self.states[c.hub[0]]
        self.spokes = [self.states[i] for i in c.spokes]
        self.patrons = [self.states[i] for i in c.patrons]
        self.spoke_pairs = [self.pairs[k] for k in c.spoke_pairs]
        self.agreements = [Agreement(self, a) for a in range(len(c.form))]
        self.disputes = [Dispute(self, d) for d in range(len(c.docket_pair))]
        for pair in self.pairs:
            pair.bind()
        self.demands = [Demand(self, k) for k in range(len(c.in_security))]
        self.spoke_set = self.agents_by_type[State].select(lambda state: state.spoke >= 0)
        self.track_set = self.agents_by_type[State].select(
            lambda state: state.number in c.proliferators
        )
        self.start()
        self.datacollector = mesa.DataCollector(
            agenttype_reporters={Pair: {"relation": "relation"}}
        )

    def pair_of(self, one: State, other: State) -> Pair:
        """Return the pair of two states."""
        return self.pairs[self.c.dyad[one.number][other.number]]

    def own_coalition(self) -> int:
        """Return the number of the hub's coalition among its own."""
        return self.hub.coalition - self.c.first_coalition[self.hub.number]

    def usual_commitment(self, spoke: State) -> float:
        """Return the commitment that the hub's government comes back to."""
        row = self.own_coalition() * len(self.spokes) + spoke.spoke
        return self.p["alignment"].commitment[row]

    def take_line(self) -> None:
        """Take the line of the hub's government."""
        p, own = self.p["hub_line"], self.own_coalition()
        self.posture = p.posture[own]
        for state in self.states:
            state.pressure = p.pressure[own * len(self.states) + state.number]

    def start(self) -> None:
        """Put everything where the record leaves it."""
        p, c = self.p["alignment"], self.c
        self.take_line()
        self.first_posture = self.posture
        for j, i in zip(c.believer, c.about, strict=True):
            about, variance = self.states[i], self.p["beliefs"].start_variance[0]
            self.states[j].beliefs[about] = [about.leaning(self.states[j]), variance]
        self.set_tension([-x - y for x, y in zip(p.level, p.flare, strict=True)])
        for spoke in self.spokes:
            spoke.commitment = self.usual_commitment(spoke)
            spoke.set_fear()
            spoke.alignment = list(spoke.best_alignment())
        for row, i in enumerate(c.proliferators):
            self.states[i].stage = math.floor(self.p["track"].start_stage[row] + 0.5)
            self.states[i].talks = float(self.states[i].stage > 0)
        for pair in self.pairs:
            pair.start()

    def set_tension(self, below: list[float]) -> None:
        """Set tension from how far the hub's relations to rivals lie below their mean."""
        p, rho = self.p["alignment"], self.p["alignment"].level_memory[0]
        total = 0.0
        for gap, step in zip(below, p.level_step_sd, strict=True):
            if rho < 1 and step > 0:
                total += gap / (step / math.sqrt(1 - rho * rho)) / len(below)
        self.tension = min(max(total, 0), 2)

    def meet_all(self) -> None:
        """Draw whether the hub and all spokes meet."""
        p, pairs = self.p["signals"], self.spoke_pairs
        x = p.trilateral[0] * (self.posture - self.first_posture)
        x += p.trilateral[1] * mean([pair.orientation() - pair.usual for pair in pairs])
        x -= p.trilateral[2] * max((pair.load() for pair in pairs), default=0)
        self.together = self.rng.random() < chance(p.trilateral_rate[0] * math.exp(x))

    def supply(self) -> None:
        """Measure how much of the joint good the spokes supply."""
        p, pairs = self.p["public_good"], self.spoke_pairs
        share = mean([float(item.together) for item in self.demands])
        share *= min(1, mean([pair.density + min(1, pair.stock()) for pair in pairs]))

        def good(q: float) -> float:
            every = sum(p.benefit)
            effort = [
                (b + q * (every - b)) / cost for b, cost in zip(p.benefit, p.cost, strict=True)
            ]
            return min(effort) if p.weakest_link[0] >= 0.5 else sum(effort)

        room = good(1) - good(0)
        self.public_good = (good(share) - good(0)) / room if room else 0.0

    def step(self) -> None:
        """Take every step of one month."""
        states, pairs = self.agents_by_type[State], self.agents_by_type[Pair]
        agreements, disputes = self.agents_by_type[Agreement], self.agents_by_type[Dispute]
        states.shuffle_do("turn_over")
        self.take_line()
        states.do("reset_beliefs")
        pairs.do("open_month")
        for state in self.states:
            state.told = {}
        agreements.do("review")
        disputes.shuffle_do("flare")
        pairs.do("mediate")
        disputes.shuffle_do("settle")
        self.meet_all()
        pairs.do("meet")
        states.do("learn")
        p, rivals = self.p["alignment"], self.c.rivals
        pairs_of_hub = [self.pair_of(self.hub, self.states[i]) for i in rivals]
        self.set_tension(
            [p.intercept[0] + x - y.relation for x, y in zip(p.mean, pairs_of_hub, strict=True)]
        )
        self.spoke_set.do("move_spoke")
        if self.c.calendar[self.t] % 3 == 2:
            hold_round(self)
        self.track_set.do("move_track")
        agreements.do("negotiate")
        pairs.do("grow")
        pairs.do("pull")
        pairs.do("move")
        self.supply()
        self.datacollector.collect(self)
        self.t += 1


def run_members(plan: Plan, members: range) -> None:
    """Run some members; what each of them leaves is its data collector."""
    facts = Facts(plan)
    for member in members:
        future = Future(facts, member)
        for _ in range(plan.layout.n_months):
            future.step()


def simulate_members(plan: Plan, members: range) -> Trace:
    """Return the trace of some members, each of them one model."""
    facts = Facts(plan)
    trace = empty_trace(plan.layout.constants, plan.layout.n_months, len(members))
    for b, member in enumerate(members):
        future = Future(facts, member)
        for t in range(plan.layout.n_months):
            future.step()
            note(trace, future, t, b)
    return trace


def note(trace: Trace, future: Future, t: int, b: int) -> None:
    """Write one month of one member down, for the questions that outcomes ask."""
    states, pairs, spokes = future.states, future.pairs, future.spokes
    for name, values in {
        "relation": [pair.relation for pair in pairs],
        "is_open": [pair.load() > 0 for pair in pairs],
        "flares": [item.flares for item in future.disputes],
        "status": [item.status for item in future.agreements],
        "coalition": [state.coalition for state in states],
        "change": [state.change for state in states],
        "mediated": [pair.mediation > 0 for pair in pairs],
        "summits": [pair.meets for pair in pairs],
        "trilateral": [future.together],
        "coordination": [item.together for item in future.demands],
        "stage": [states[i].stage for i in future.c.proliferators],
        "alignment_security": [spoke.alignment[0] for spoke in spokes],
        "alignment_economy": [spoke.alignment[1] for spoke in spokes],
        "public_good": [future.public_good],
    }.items():
        getattr(trace, name)[:, t, b] = values
