"""Made-up worlds for the questions of contact: acts, treaties and leader support, effects known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.core.world_tables import AllianceMembers, StateNumbers, SupportYears
from comity.explain.pair_years import PairYears

N_STATES, N_YEARS, FIRST = 40, 10, 2000
COVERED = 8  # years that the table of leaders covers
CONCENTRATION = 49.0


@dataclass(frozen=True)
class World:
    """Inputs of `density_rows` and `abandonment_test`."""

    acts: PairYears
    support: SupportYears
    members: AllianceMembers
    numbers: StateNumbers


def make_world(
    seed: int,
    *,
    shock: float = 0.0,
    dampening: float = 0.0,
    volume_fall: float = 0.0,
    foreseen: float = 0.0,
    hub_pull: float = 0.0,
    fear: float = 0.0,
    change_rate: float = 0.1,
) -> World:
    """Return a world.

    Parameters
    ----------
    seed
        Of everything.
    shock, dampening
        A change of support moves every pair of the state for good, up or down, by ``shock`` logits
        less the share ``dampening`` times density.
    volume_fall
        A change cuts the acts of pairs without density by this share in the year after.
    foreseen
        Pairs without density already move by this much two years before the change.
    hub_pull
        How much of its tone with state 0 a state shows to every other, partner or not.
    fear
        What a warmer hub adds to next year's tone between two of its partners, by logit.
    change_rate
        Chance that a state's support changes in a year.
    """
    g = np.random.default_rng(seed)
    n, years = N_STATES, FIRST + np.arange(N_YEARS)
    changed = g.random((n, N_YEARS)) < change_rate
    is_democracy = g.random(n) < 0.6
    block = g.integers(0, 8, n)  # states of a block share a treaty; blocks differ in provisions
    organ = np.where(np.arange(8) < 4, 3, 0)
    consul = (np.arange(8) % 2).astype(int)
    guarded = np.arange(n) % 3 == 0  # partners of state 0
    pairs = np.column_stack(np.triu_indices(n, 1)).astype(np.int64)
    one, other = pairs.T
    same = block[one] == block[other]
    density = np.where(same, ((organ[block[one]] >= 2) + consul[block[one]]) / 2, 0.0)

    hub_tone = g.normal(1.5, 1.0, n)[:, None] + np.cumsum(g.normal(0, 0.3, (n, N_YEARS)), axis=1)
    tone = g.normal(1.5, 0.8, len(pairs))[:, None] + np.cumsum(
        g.normal(0, 0.1, (len(pairs), N_YEARS)), axis=1
    )
    tone += hub_pull * (hub_tone[one] + hub_tone[other]) / 2
    both = guarded[one] & guarded[other] & (one > 0)
    warmer = (hub_tone[one] + hub_tone[other]) / 2
    tone[both, 1:] += fear * (warmer[both, :-1] - warmer[both].mean())
    rate = np.exp(g.normal(4.0, 0.5, len(pairs)))[:, None] * np.ones(N_YEARS)
    for pair in range(len(pairs)):
        for year in range(1, N_YEARS):
            if not changed[pairs[pair], year].any():
                continue
            size = shock * (1 - dampening * density[pair])
            tone[pair, year:] += size * g.choice([-1.0, 1.0])
            if density[pair] == 0:
                rate[pair, year + 1 : year + 2] *= 1 - volume_fall
                if foreseen and year >= 2:
                    tone[pair, year - 2 :] += foreseen * g.choice([-1.0, 1.0])
    first = one == 0  # pairs of the hub itself
    tone[first] = hub_tone[other[first]]
    acts = g.poisson(rate)
    share = 1 / (1 + np.exp(-tone))
    cooperative = g.binomial(acts, g.beta(share * CONCENTRATION, (1 - share) * CONCENTRATION))
    directed = np.zeros((2, n, n, N_YEARS), np.int64)
    directed[:, one, other] = np.stack([cooperative, acts - cooperative])
    codes = tuple(f"{chr(65 + k // 26)}{chr(65 + k % 26)}X" for k in range(n))
    return World(
        PairYears(
            codes, years, pairs, cooperative, acts - cooperative, directed[0], directed[1]
        ),
        _support(changed, is_democracy, years),
        _members(block, organ, consul, guarded),
        StateNumbers(np.arange(1, n + 1), codes, np.zeros(n, np.int64), np.full(n, 9999)),
    )  # fmt: skip


def _support(changed, is_democracy, years) -> SupportYears:
    n = len(changed)
    rows = [(s, k) for s in range(n) for k in range(COVERED)]
    state, when = np.array(rows).T
    moved = changed[state, when].astype(np.int64)
    return SupportYears(
        ccode=state + 1, year=years[when], is_democracy=is_democracy[state].astype(np.int64),
        kinds={}, n_leader_changes=moved, n_support_changes=moved,
        leaders=((),) * len(rows), change_months=((),) * len(rows), version="made up",
    )  # fmt: skip


def _members(block, organ, consul, guarded) -> AllianceMembers:
    atopid, ccode, provisions = [], [], []
    for state, number in enumerate(block):
        atopid.append(100 + number)
        ccode.append(state + 1)
        provisions.append((organ[number], consul[number], 0))
    for state in np.flatnonzero(guarded[1:]) + 1:
        for member in (0, state):
            atopid.append(1000 + state)
            ccode.append(member + 1)
            provisions.append((0, 0, 1))
    table = np.array(provisions, np.int64)
    dates = np.tile([1950, 1, 1], (len(atopid), 1))
    names = ("organ1", "consul", "defense")
    return AllianceMembers(
        np.array(atopid), np.array(ccode), dates, np.zeros_like(dates),
        {name: table[:, k] for k, name in enumerate(names)}, "made up",
    )  # fmt: skip
