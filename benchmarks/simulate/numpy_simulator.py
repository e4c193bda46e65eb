"""The whole month as a careful NumPy author would write it: one array operation for all members.

Reads the same plan (constants of the case, parameter draws) as the kernel and returns the same
trace, so that only the way of computing differs. Every member of a chunk moves at once; what
happens to few members in a month (new governments, reviews, flares) is computed for those alone.
Random numbers come from ``np.random.Generator(np.random.Philox)``. Without levers.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray
from numpy_agreements import negotiate, open_agreements, review
from numpy_hub import bargain, move_spokes, move_track, open_hub, take_line
from numpy_signals import grow, learn, open_beliefs, reset_beliefs, supply

from comity.simulate.block import Plan
from comity.simulate.layout import ONE_TERM, TWO_TERM
from comity.simulate.rules.relations import BOUND, EFFECTS
from comity.simulate.trace import Trace, empty_trace

Floats = NDArray[np.float64]


class NumpyWorld:
    """All members of a chunk, arrays (entity, member)."""

    def __init__(self, plan: Plan, draw: NDArray[np.int64], seed: int) -> None:
        self.c, self.n = plan.layout.constants, draw.size
        self.rng = np.random.Generator(np.random.Philox(seed))
        self.everyone = np.arange(self.n)
        self.p: dict[str, SimpleNamespace] = {}
        for rule, field, first, end in plan.fields:
            space = self.p.setdefault(rule, SimpleNamespace())
            setattr(space, field, plan.matrix[first:end][:, draw])
        c, states, pairs = self.c, self.c.office.size, self.c.pairs.shape[0]
        self.coalition, self.since = self.spread(c.coalition), self.spread(c.months_since_support)
        self.clock, self.terms = self.spread(c.clock), self.spread(c.terms)
        self.o = self.spread(c.start_orientation)  # (state, component, member)
        self.change = np.zeros((states, self.n), np.int64)
        self.exit = 1 - np.exp(-self.p["turnover"].exit_hazard)
        self.pair_o = np.zeros((pairs, self.n))
        for i in range(states):
            self.lean(i, self.everyone)
        self.impulse, self.load = np.zeros((pairs, self.n)), np.zeros((pairs, self.n))
        self.ruptured = np.zeros((pairs, self.n), bool)
        self.density = self.p["density"].present.copy()
        self.open_disputes()
        self.mediation = self.p["mediation"].present.copy()
        open_agreements(self)
        open_hub(self)
        open_beliefs(self)
        self.open_relations()

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Return the values of the case for every member, a new last axis."""
        return np.repeat(np.asarray(values)[..., None], self.n, axis=-1)

    def step(self, t: int, trace: Trace) -> None:
        """Move every member by month t and write it down."""
        self.turn_over(t)
        take_line(self, np.flatnonzero(self.change[self.c.hub[0]]))
        reset_beliefs(self)
        review(self, t)
        self.quarrel(t)
        self.settle()
        learn(self)
        move_spokes(self)
        if self.c.calendar[t] % 3 == 2:
            bargain(self)
        move_track(self)
        negotiate(self)
        grow(self)
        self.relate()
        supply(self)
        for name, values in {
            "relation": self.relation, "status": self.status, "coalition": self.coalition,
            "change": self.change, "flares": self.flares, "summits": self.meets,
            "trilateral": self.together, "coordination": self.coordination, "stage": self.stage,
            "alignment_security": self.alignment[0], "alignment_economy": self.alignment[1],
            "public_good": self.public_good, "mediated": self.mediation > 0,
            "is_open": self.load > 0,
        }.items():  # fmt: skip
            getattr(trace, name)[:, t] = values

    # Governments

    def turn_over(self, t: int) -> None:
        """Let governments leave and others enter."""
        c, p = self.c, self.p["turnover"]
        self.since += 1
        self.clock -= 1
        self.change[:] = 0
        for i, kind in enumerate(c.office):
            scheduled = c.scheduled[i, t] == 1
            ended = (self.clock[i] <= 0) & (kind > 0)
            m = np.flatnonzero((self.rng.random(self.n) < self.exit[i]) | ended | scheduled)
            if not m.size:
                continue
            ended, u = ended[m], self.rng.random(m.size)
            if kind == TWO_TERM:
                vote = ended & (not scheduled)
                lost = vote & (u < p.party_loses[i, m])
                stays = vote & ~lost & (self.terms[i, m] < 2)
                change = np.where(lost, 2, np.where(stays, 0, 1))
                self.terms[i, m] = np.where(stays, self.terms[i, m] + 1, 1)
            else:
                change = np.where(u < p.support_share[i, m], 2, 1)
            restart = ended | (kind == ONE_TERM)
            self.clock[i, m[restart]] = c.term_months[i]
            new, old = m[change == 2], m[change == 1]
            self.follow(i, new)
            self.change[i, m] = change
            self.since[i, new] = 0
            noise = self.rng.standard_normal((4, new.size)) * p.sd_support[0, new]
            means = p.coalition.reshape(-1, 4, self.n)[self.coalition[i, new], :, new].T
            self.o[i][:, new] = np.clip(means + noise, -1, 1)
            noise = self.rng.standard_normal((4, old.size)) * p.sd_leader[0, old]
            self.o[i][:, old] = np.clip(self.o[i][:, old] + noise, -1, 1)
            self.lean(i, m)

    def follow(self, i: int, m: NDArray[np.int64]) -> None:
        """Draw the coalition that follows in state i for members m."""
        first, last = self.c.first_coalition[i], self.c.first_coalition[i + 1]
        weights = np.repeat(self.c.weight[first:last, None], m.size, axis=1)
        weights[self.coalition[i, m] - first, np.arange(m.size)] = 0
        reached = np.cumsum(weights, axis=0)
        chosen = (reached <= self.rng.random(m.size) * reached[-1]).sum(axis=0)
        some = reached[-1] > 0
        self.coalition[i, m[some]] = first + chosen[some]

    def lean(self, i: int, m: NDArray[np.int64]) -> None:
        """Set the orientation of the pairs of state i in members m."""
        toward = self.c.toward
        for k, pair in enumerate(self.c.pairs):
            if i in pair:
                self.pair_o[k, m] = 0
                for a, b in (pair, pair[::-1]):
                    if toward[a, b] >= 0:
                        self.pair_o[k, m] += self.o[a, toward[a, b], m] / 2

    # Disputes

    def open_disputes(self) -> None:
        """Open what is open on the record."""
        c, p, q = self.c, self.p["disputes"], self.p["mediation"]
        self.severity, self.flares = self.spread(c.severity), self.spread(c.recent_flares)
        self.excitation, self.settled_by = np.zeros((2, c.severity.size, self.n))
        np.add.at(self.load, c.docket_pair, self.severity / 3)
        s1, s2 = p.severity
        usual = (s1 + 2 * s2 + 3 * (1 - s1 - s2)) * p.rate / (1 - p.branching[0])
        self.usual_shock = np.zeros_like(self.load)
        np.add.at(self.usual_shock, c.docket_pair, usual)
        self.credibility = np.ones_like(self.load)
        for k in c.spoke_pairs:
            first, second = q.stake[c.spoke_number[c.pairs[k]]]
            needed = q.rupture_risk[0] * q.rupture_cost[0]
            honest = np.minimum(first, second) * q.concession[0] >= needed
            fair = abs(first - second) <= q.bias_limit[0]
            self.credibility[k] = np.where(honest, q.kydd_weight[0], 0)
            self.credibility[k] += np.where(fair, 1 - q.kydd_weight[0], 0)

    def quarrel(self, t: int) -> None:
        """Let dockets flare."""
        c, p, pair = self.c, self.p["disputes"], self.c.docket_pair
        memory, alpha = p.memory[0], p.branching[0]
        self.excitation = memory * self.excitation + alpha * (1 - memory) * self.flares
        calm = p.orientation_effect[0] * (self.pair_o - c.mean_history[0][:, None])
        calm += p.density_effect[0] * (self.density - p.reference_density[0])
        back = p.relapse[0] * self.settled_by * (1 - self.mediation[pair])
        rate = p.rate * p.season[c.calendar[t]] * np.exp(back - calm[pair]) + self.excitation
        self.flares = np.minimum(self.rng.poisson(rate), 5)
        self.shock = -self.usual_shock
        d, m = np.nonzero(self.flares)
        u, s1, s2 = self.rng.random(d.size), p.severity[0, m], p.severity[1, m]
        grade = np.where(u < s1, 1, np.where(u < s1 + s2, 2, 3))
        np.add.at(self.shock, (pair[d], m), grade * self.flares[d, m])
        self.severity[d, m] = np.maximum(self.severity[d, m], grade)
        self.settled_by[d, m] = 0
        worst = grade == 3
        self.ruptured[pair[d[worst]], m[worst]] = True

    def settle(self) -> None:
        """Let the hub mediate and quarrels end."""
        c, p, pair = self.c, self.p["mediation"], self.c.docket_pair
        own = np.isin(pair, np.flatnonzero((c.pairs == c.hub[0]).any(axis=1)))
        burden = self.severity[own].sum(axis=0) / 3
        for k in c.spoke_pairs:
            gravest = self.severity[pair == k].max(axis=0, initial=0)
            score = p.intercept[0] + p.posture_effect[0] * self.posture
            score += p.severity_effect[0] * gravest - p.load_effect[0] * burden
            steps_in = self.rng.random(self.n) < 1 / (1 + np.exp(-score))
            self.mediation[k] = steps_in & (gravest > 0)
        own = np.flatnonzero(c.has_docket)
        ease = p.mediation_effect[0] * self.mediation[own] * self.credibility[own]
        ease += p.settle_density[0] * (self.density[own] - p.reference_density[0])
        ease += p.settle_orientation[0] * (self.pair_o[own] - c.mean_history[0, own, None])
        ends = np.zeros_like(self.load)
        ends[own] = 1 - np.exp(-p.settle_rate[0] * np.exp(ease))
        d, m = np.nonzero((self.severity > 0) & (self.flares == 0))
        settles = self.rng.random(d.size) < ends[pair[d], m]
        d, m = d[settles], m[settles]
        self.severity[d, m] = 0
        self.settled_by[d, m] = self.mediation[pair[d], m]
        self.load[:] = 0
        np.add.at(self.load, pair, self.severity / 3)

    # Relations

    def open_relations(self) -> None:
        """Put every pair at its measured relation."""
        r = self.p["relations"]
        self.beta = dict(zip(EFFECTS, r.effect, strict=True))
        self.base, self.u = r.intercept + r.mean, r.flare.copy()
        self.relation = np.clip(self.base + r.level + self.u, -BOUND, BOUND)
        self.close = np.tanh(self.relation)
        self.first_close = self.close.copy()
        self.gamma = np.zeros_like(self.u)
        self.reference = self.driver_sum(self.c.mean_history[..., None])
        self.s = self.driver_sum(self.c.last_history[..., None]) - self.reference
        self.level = r.level - self.s
        self.keep = 2 ** (-1 / r.half_life[0])

    def driver_sum(self, recorded: Floats | tuple[Floats, ...]) -> Floats:
        """Return Z without the government effect; ``recorded`` has four arrays (dyad, member)."""
        c, beta, talks, press, fear = self.c, self.beta, self.talks, self.pressure, self.fear
        toward, load, mediation, stock = recorded
        i, j = c.pairs.T
        z = beta["orientation"] * toward + beta["dispute_load"] * load
        z += beta["mediation"] * mediation + beta["agreement_stock"] * stock
        z += beta["shared_threat"] * np.minimum(self.threat[i], self.threat[j])
        z += beta["density"] * self.density
        states = c.office.size
        for k, (a, b) in enumerate(c.pairs):
            others = [s for s in range(states) if s not in (a, b)]
            if others:
                third = (self.close[c.dyad[a, others]] * self.close[c.dyad[b, others]]).sum(axis=0)
                z[k] += beta["balance"] * third / len(others)
        for k in np.flatnonzero(c.two_spokes):
            a, b = c.pairs[k]
            z[k] += beta["fear_symmetric"] * np.minimum(fear[a], fear[b])
            z[k] += beta["fear_asymmetric"] * abs(fear[a] - fear[b])
            z[k] += beta["pressure_common"] * np.minimum(press[a], press[b])
            z[k] += beta["pressure_unequal"] * abs(press[a] - press[b])
            apart = abs(self.o[a, 3] - self.o[b, 3]) > 0.5
            under_way = talks[c.proliferators].max(axis=0, initial=0)
            z[k] += beta["talks_strain"] * under_way * apart
        for k in np.flatnonzero(c.hub_spoke >= 0):
            z[k] += beta["pressure_axis"] * press[c.hub_spoke[k]]
        for k in np.flatnonzero(c.hub_proliferator >= 0):
            z[k] += beta["talks_hub"] * talks[c.hub_proliferator[k]]
        for k in np.flatnonzero(c.spoke_proliferator[:, 0] >= 0):
            spoke, other = c.spoke_proliferator[k]
            z[k] += beta["talks_spoke"] * talks[other] * self.o[spoke, 3]
        return z

    def relate(self) -> None:
        """Move every pair's relation."""
        c, r = self.c, self.p["relations"]
        for k, (i, j) in enumerate(c.pairs):
            m = np.flatnonzero((self.change[i] > 0) | (self.change[j] > 0))
            support = (self.change[i, m] == 2) | (self.change[j, m] == 2)
            size = np.where(support, 1, r.leader_share[0, m]) * r.government_sd[0, m]
            self.gamma[k, m] = size * self.rng.standard_t(4, m.size)
        z = self.driver_sum((self.pair_o, self.load, self.mediation, self.stock))
        z += self.gamma - self.reference
        self.s = self.keep * self.s + (1 - self.keep) * z + self.impulse
        noise = self.rng.standard_normal((2, *self.u.shape))
        self.level = r.level_memory * self.level + r.level_step_sd * noise[0]
        share = np.where(c.has_docket[:, None] == 1, r.flare_remainder, 1)
        self.u = r.flare_memory * self.u + share * r.flare_step_sd * noise[1]
        self.u -= r.flare_effect * self.shock
        self.relation = np.clip(self.base + self.level + self.u + self.s, -BOUND, BOUND)
        self.close = np.tanh(self.relation)


def simulate_chunk(plan: Plan, chunk: int) -> Trace:
    """Return the trace of one chunk of ``plan.block_size`` members."""
    draw = np.full(plan.block_size, plan.draw_of(chunk))
    world = NumpyWorld(plan, draw, seed=plan.settings.seed + 1000 + chunk)
    trace = empty_trace(plan.layout.constants, plan.layout.n_months, plan.block_size)
    for t in range(plan.layout.n_months):
        world.step(t, trace)
    return trace
