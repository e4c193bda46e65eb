"""The four rules as a careful NumPy author would write them: one array operation for all members.

Reads the same plan (layout, parameter draws, held quantities) as the kernel and returns the same
trace, so that only the way of computing differs. Every member of a chunk moves at once; what
happens to few members in a month (new governments, reviews) is computed for those alone. Random
numbers come from ``np.random.Generator(np.random.Philox)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.rows import STATUSES
from comity.simulate.block import Plan
from comity.simulate.layout import ONE_TERM, TREATY, TWO_TERM
from comity.simulate.rules.relations import BOUND, EFFECTS
from comity.simulate.trace import Trace, empty_trace

SIGNED, IN_FORCE, SUSPENDED, HOLLOW, TERMINATED = (
    STATUSES.index(word) for word in ("signed", "in_force", "suspended", "hollow", "terminated")
)
Floats = NDArray[np.float64]


class NumpyWorld:
    """All members of a chunk, arrays (entity, member)."""

    def __init__(self, plan: Plan, draw: NDArray[np.int64], seed: int) -> None:
        self.c, self.x, self.n = plan.layout.constants, plan.layout.held, draw.size
        self.rng = np.random.Generator(np.random.Philox(seed))
        self.p = {
            (rule, field): plan.matrix[first:end][:, draw]
            for rule, field, first, end in plan.fields
        }
        c, states, pairs = self.c, self.c.office.size, self.c.pairs.shape[0]

        def spread(values: np.ndarray) -> np.ndarray:
            return np.repeat(np.asarray(values)[..., None], self.n, axis=-1)

        self.coalition, self.since = spread(c.coalition), spread(c.months_since_support)
        self.clock, self.terms = spread(c.clock), spread(c.terms)
        self.o = spread(c.start_orientation)  # (state, component, member)
        self.change = np.zeros((states, self.n), np.int64)
        self.status, self.severity = spread(c.status), spread(c.severity)
        self.flares, self.excitation = spread(c.recent_flares), np.zeros((c.severity.size, self.n))
        self.exit = 1 - np.exp(-self.p["turnover", "exit_hazard"])
        self.beta = dict(zip(EFFECTS, self.p["relations", "effect"], strict=True))
        self.gamma = np.zeros((pairs, self.n))
        r = {name: self.p["relations", name] for name in ("intercept", "mean", "level", "flare")}
        self.base = r["intercept"] + r["mean"]
        self.u = r["flare"].copy()
        self.relation = self.base + r["level"] + self.u
        self.held = {name: self.p["held", name].copy() for name in self.x._fields[:6]}
        self.reference = self.driver_sum(spread(c.mean_history))
        self.s = self.driver_sum(spread(c.last_history)) - self.reference
        self.level = r["level"] - self.s
        self.keep = 2 ** (-1 / self.p["relations", "half_life"][0])

    def step(self, t: int, trace: Trace) -> None:
        """Move every member by month t and write it down."""
        for name, values in self.held.items():
            row = getattr(self.x, name)[:, t]
            fixed = ~np.isnan(row)
            values[fixed], values[~fixed] = row[fixed, None], self.p["held", name][~fixed]
        self.turn_over(t)
        self.pair_o = self.pair_orientation()
        self.impulse = np.zeros_like(self.u)
        self.review(t)
        self.quarrel(t)
        self.relate()
        trace.relation[:, t], trace.status[:, t] = self.relation, self.status
        trace.coalition[:, t], trace.change[:, t] = self.coalition, self.change
        trace.flares[:, t] = self.flares
        for k in np.unique(self.c.docket_pair):
            trace.is_open[k, t] = (self.severity[self.c.docket_pair == k] > 0).any(axis=0)

    def turn_over(self, t: int) -> None:
        c, p = self.c, self.p
        self.since += 1
        self.clock -= 1
        self.change[:] = 0
        for i, kind in enumerate(c.office):
            held, scheduled = self.x.coalition[i, t], c.scheduled[i, t] == 1
            ended = (kind > 0) & (self.clock[i] <= 0)
            happens = (self.rng.random(self.n) < self.exit[i]) | ended | scheduled | (held >= 0)
            m = np.flatnonzero(happens)
            if not m.size:
                continue
            ended = ended[m] if np.ndim(ended) else np.zeros(m.size, bool)
            present = self.coalition[i, m]
            if held >= 0:
                change = np.where(present == held, 1, 2)
                self.coalition[i, m] = held
                self.terms[i, m] = 1
            else:
                u = self.rng.random(m.size)
                if kind == TWO_TERM:
                    vote = ended & (not scheduled)
                    lost = vote & (u < p["turnover", "party_loses"][i, m])
                    stays = vote & ~lost & (self.terms[i, m] < 2)
                    change = np.where(lost, 2, np.where(stays, 0, 1))
                    self.terms[i, m] = np.where(stays, self.terms[i, m] + 1, 1)
                else:
                    change = np.where(u < p["turnover", "support_share"][i, m], 2, 1)
                self.follow(i, m[change == 2])
            restart = np.ones(m.size, bool) if held >= 0 or kind == ONE_TERM else ended
            self.clock[i, m[restart]] = c.term_months[i]
            new, old = m[change == 2], m[change == 1]
            self.change[i, m] = change
            self.since[i, new] = 0
            noise = self.rng.standard_normal((4, new.size)) * p["turnover", "sd_support"][0, new]
            means = p["turnover", "coalition"].reshape(-1, 4, self.n)
            self.o[i][:, new] = means[self.coalition[i, new], :, new].T + noise
            noise = self.rng.standard_normal((4, old.size)) * p["turnover", "sd_leader"][0, old]
            self.o[i][:, old] += noise
            np.clip(self.o[i], -1, 1, out=self.o[i])

    def follow(self, i: int, m: NDArray[np.int64]) -> None:
        """Draw the coalition that follows in state i for members m."""
        first, last = self.c.first_coalition[i], self.c.first_coalition[i + 1]
        weights = np.repeat(self.c.weight[first:last, None], m.size, axis=1)
        weights[self.coalition[i, m] - first, np.arange(m.size)] = 0
        reached = np.cumsum(weights, axis=0)
        chosen = (reached <= self.rng.random(m.size) * reached[-1]).sum(axis=0)
        some = reached[-1] > 0
        self.coalition[i, m[some]] = first + chosen[some]

    def pair_orientation(self) -> Floats:
        out = np.zeros((self.c.pairs.shape[0], self.n))
        for k, (i, j) in enumerate(self.c.pairs):
            for a, b in ((i, j), (j, i)):
                if self.c.toward[a, b] >= 0:
                    out[k] += self.o[a, self.c.toward[a, b]] / 2
        return out

    def review(self, t: int) -> None:
        c, p = self.c, self.p
        gap_0, depth_0, density_0 = p["agreements", "reference"]
        toward_gap = (1 - self.o) / 2
        for a in range(c.form.size):
            if self.x.agreement[a, t] >= 0:
                self.set_status(a, np.arange(self.n), np.full(self.n, self.x.agreement[a, t]))
                continue
            parties, form = [s for s in c.parties[a] if s >= 0], c.form[a]
            kept = (self.status[a] == IN_FORCE) | (self.status[a] == SIGNED)
            changed = np.any([self.change[s] > 0 for s in parties], axis=0)
            away = (self.status[a] == SUSPENDED) | (self.status[a] == HOLLOW)
            if not kept.any() and not (changed & away).any():
                continue
            gaps = []
            for s in parties:
                rows = [c.toward[s, q] for q in parties if q != s and c.toward[s, q] >= 0]
                gaps.append(toward_gap[s, rows].mean(axis=0) if rows else gap_0)
            pairs = [c.dyad[s, q] for k, s in enumerate(parties) for q in parties[:k]]
            burden = -p["agreements", "depth_effect"][0] * (c.depth[a] - depth_0)
            burden -= p["agreements", "density_effect"][0] * (
                self.held["density"][pairs].mean(axis=0) - density_0
            )
            effect = p["agreements", "gap_effect"][form]
            x = effect * (np.mean(gaps, axis=0) - gap_0) + burden
            if form == TREATY:
                for s in parties:
                    bonus = p["agreements", "support_change"][c.democracy[s]]
                    x += np.where(self.since[s] < 12, bonus, 0)
            hazard = -np.log1p(-p["agreements", "year_risk"][form]) / 12 * np.exp(x)
            fails = self.rng.random(self.n) < 1 - np.exp(-hazard)
            restored = np.zeros(self.n, bool)
            for s, gap in zip(parties, gaps, strict=True):
                m = np.flatnonzero(self.change[s] == 2)
                if form != TREATY and m.size:
                    odds = np.exp(effect[m] * (gap[m] - gap_0[m]) + burden[m])
                    share = p["agreements", "refusal"][form, m]
                    chance = share * odds / (1 - share + share * odds)
                    fails[m] |= self.rng.random(m.size) < chance
                m = np.flatnonzero((self.change[s] > 0) & away & (gap < gap_0))
                restored[m] |= self.rng.random(m.size) < p["agreements", "restore"][0, m]
            m = np.flatnonzero(fails & kept)
            v, hollow = self.rng.random(m.size), p["agreements", "hollow"][0, m]
            suspended = hollow + p["agreements", "suspended"][0, m]
            fate = np.where(v < hollow, HOLLOW, np.where(v < suspended, SUSPENDED, TERMINATED))
            self.set_status(a, m, fate)
            m = np.flatnonzero(restored & away)
            self.set_status(a, m, np.full(m.size, IN_FORCE))

    def set_status(self, a: int, m: NDArray[np.int64], new: NDArray[np.int64]) -> None:
        before = self.status[a, m]
        starts = (new == IN_FORCE) & (before != IN_FORCE)
        was_kept, is_kept = (np.isin(status, (SIGNED, IN_FORCE)) for status in (before, new))
        size = starts * self.p["agreements", "impulse_signed"][0, m]
        size += (was_kept & ~is_kept) * self.p["agreements", "impulse_ended"][0, m]
        self.status[a, m] = new
        parties = [s for s in self.c.parties[a] if s >= 0]
        for k, s in enumerate(parties):
            for q in parties[:k]:
                self.impulse[self.c.dyad[s, q], m] += size

    def quarrel(self, t: int) -> None:
        c, q = self.c, {f: v for (rule, f), v in self.p.items() if rule == "disputes"}
        pair = c.docket_pair
        memory, alpha = q["memory"][0], q["branching"][0]
        self.excitation = memory * self.excitation + alpha * (1 - memory) * self.flares
        lean = self.pair_o[pair] - c.mean_history[0, pair][:, None]
        dense = self.held["density"][pair] - q["reference_density"][0]
        calm = q["orientation_effect"][0] * lean + q["density_effect"][0] * dense
        rate = q["rate"] * q["season"][c.calendar[t]] * np.exp(-calm) + self.excitation
        self.flares = np.minimum(self.rng.poisson(np.maximum(rate, 0)), 5)
        held = self.x.flare[:, t][:, None]
        self.flares = np.where((held > 0) & (self.flares < 1), 1, self.flares)
        v, (s1, s2) = self.rng.random(self.flares.shape), q["severity"]
        grade = np.where(held > 0, held, np.where(v < s1, 1, np.where(v < s1 + s2, 2, 3)))
        ease = q["mediation_effect"][0] * self.held["mediation"][pair]
        ease += q["settle_density"][0] * dense + q["settle_orientation"][0] * lean
        settles = self.rng.random(self.flares.shape) < 1 - np.exp(
            -q["settle_rate"][0] * np.exp(ease)
        )
        self.severity = np.where(
            self.flares > 0, np.maximum(self.severity, grade), np.where(settles, 0, self.severity)
        )
        usual = (s1 + 2 * s2 + 3 * (1 - s1 - s2)) * q["rate"] / (1 - alpha)
        self.load, self.shock = np.zeros_like(self.u), np.zeros_like(self.u)
        np.add.at(self.load, pair, self.severity / 3)
        np.add.at(self.shock, pair, grade * self.flares - usual)

    def driver_sum(self, recorded: Floats) -> Floats:
        """Return Z without the government effect; ``recorded`` is (4, dyad, member)."""
        c, beta, held = self.c, self.beta, self.held
        toward, load, mediation, stock = recorded
        i, j = c.pairs.T
        z = beta["orientation"] * toward + beta["dispute_load"] * load
        z += beta["mediation"] * mediation + beta["agreement_stock"] * stock
        z += beta["shared_threat"] * np.minimum(held["threat"][i], held["threat"][j])
        z += beta["density"] * held["density"]
        close, states = np.tanh(self.relation), c.office.size
        for k, (a, b) in enumerate(c.pairs):
            others = [s for s in range(states) if s not in (a, b)]
            if others:
                third = (close[c.dyad[a, others]] * close[c.dyad[b, others]]).sum(axis=0)
                z[k] += beta["balance"] * third / len(others)
        talks = held["talks"]
        for k in np.flatnonzero(c.two_spokes):
            (a, b), fear, press = c.pairs[k], held["fear"], held["pressure"]
            z[k] += beta["fear_symmetric"] * np.minimum(fear[a], fear[b])
            z[k] += beta["fear_asymmetric"] * abs(fear[a] - fear[b])
            z[k] += beta["pressure_common"] * np.minimum(press[a], press[b])
            z[k] += beta["pressure_unequal"] * abs(press[a] - press[b])
            apart = abs(self.o[a, 3] - self.o[b, 3]) > 0.5
            under_way = talks[c.proliferators].max(axis=0, initial=0)
            z[k] += beta["talks_strain"] * under_way * apart
        for k in np.flatnonzero(c.hub_spoke >= 0):
            z[k] += beta["pressure_axis"] * held["pressure"][c.hub_spoke[k]]
        for k in np.flatnonzero(c.hub_proliferator >= 0):
            z[k] += beta["talks_hub"] * talks[c.hub_proliferator[k]]
        for k in np.flatnonzero(c.spoke_proliferator[:, 0] >= 0):
            spoke, other = c.spoke_proliferator[k]
            z[k] += beta["talks_spoke"] * talks[other] * self.o[spoke, 3]
        return z

    def stock(self) -> Floats:
        out = np.zeros_like(self.u)
        for a in range(self.c.form.size):
            parties = [s for s in self.c.parties[a] if s >= 0]
            depth = self.c.depth[a] * (self.status[a] == IN_FORCE)
            for k, s in enumerate(parties):
                for q in parties[:k]:
                    out[self.c.dyad[s, q]] += depth
        return out

    def relate(self) -> None:
        c, r = self.c, {f: v for (rule, f), v in self.p.items() if rule == "relations"}
        for k, (i, j) in enumerate(c.pairs):
            m = np.flatnonzero((self.change[i] > 0) | (self.change[j] > 0))
            support = (self.change[i, m] == 2) | (self.change[j, m] == 2)
            size = np.where(support, 1, r["leader_share"][0, m]) * r["government_sd"][0, m]
            self.gamma[k, m] = size * self.rng.standard_t(4, m.size)
        stock = self.stock()
        z = self.driver_sum(np.stack([self.pair_o, self.load, self.held["mediation"], stock]))
        z += self.gamma - self.reference
        self.s = self.keep * self.s + (1 - self.keep) * z + self.impulse
        noise = self.rng.standard_normal((2, *self.u.shape))
        self.level = r["level_memory"] * self.level + r["level_step_sd"] * noise[0]
        share = np.where(c.has_docket[:, None] == 1, r["flare_remainder"], 1)
        self.u = r["flare_memory"] * self.u + share * r["flare_step_sd"] * noise[1]
        self.u -= r["flare_effect"] * self.shock
        self.relation = np.clip(self.base + self.level + self.u + self.s, -BOUND, BOUND)


def simulate_chunk(plan: Plan, chunk: int) -> Trace:
    """Return the trace of one chunk of ``plan.block_size`` members."""
    world = NumpyWorld(plan, plan.draws_of(chunk), seed=plan.settings.seed + 1000 + chunk)
    trace = empty_trace(plan.layout.constants, plan.layout.n_months, plan.block_size)
    for t in range(plan.layout.n_months):
        world.step(t, trace)
    return trace
