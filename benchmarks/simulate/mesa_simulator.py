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
from mesa_agents import Agreement, Dispute, Pair, chance
from mesa_bargains import Demand, hold_round
from mesa_states import State, mean

from comity.simulate.block import Plan
from comity.simulate.trace import Trace, empty_trace


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
