"""Talks with a proliferator in the reference, stage by stage.

Section 9 of ``docs/theory/simulation.md``.
"""

from __future__ import annotations

import math

from comity.simulate.reference_world import Track, World, chance, clipped, mean

LAST_STAGE = 4
BACK = {1: 0, 2: 0, 3: 2, 4: 3}


def move_track(world: World, lead: int) -> None:
    """Move every proliferator's stage, and spread what that does to relations."""
    for state, track in world.tracks.items():
        before = track.stage
        drawn = _drawn_stage(world, state, track, lead)
        track.stage = rounded(world.levers.moved("stage", state, drawn))
        track.talks = world.levers.moved("talks", state, float(track.stage >= 1))
        _spill_over(world, state, max(track.stage, 1) - max(before, 1))


def rounded(stage: float) -> int:
    """Return the nearest stage, halves up."""
    return int(clipped(math.floor(stage + 0.5), 0, LAST_STAGE))


def drive(world: World, state: str) -> float:
    """Return what speeds the track forward and slows it backward."""
    number, offices = world.numbers, world.offices
    x = 0.0
    if world.hub:
        x += number["track.effect.peacemaker"] * offices[world.hub].orientation["proliferator"]
    spokes = world.with_role("spoke")
    x += number["track.effect.pacemaker"] * mean(
        offices[spoke].orientation["proliferator"] for spoke in spokes
    )
    x -= number["track.effect.patron"] * mean(
        math.tanh(world.pair(patron, state).relation)
        for patron in world.with_role("patron")
        if patron != state
    )
    x += number["track.effect.unity"] * mean(
        math.tanh(pair.relation) for pair in world.spoke_pairs()
    )
    return x


def _drawn_stage(world: World, state: str, track: Track, lead: int) -> int:
    number, z, x = world.numbers, track.stage, drive(world, state)
    forward = number[f"track.rate.{z}-{z + 1}"] * math.exp(x) if z < LAST_STAGE else 0.0
    backward = number[f"track.rate.{z}-{BACK[z]}"] * math.exp(-x) if z > 0 else 0.0
    if forward + backward == 0:
        return z
    moves = chance(forward + backward)
    v = world.uniform(f"track/{state}/move", lead)
    if v < moves * forward / (forward + backward):
        return z + 1
    return BACK[z] if v < moves else z


def _spill_over(world: World, state: str, steps: int) -> None:
    """Give what a step does to the pairs of the proliferator with the hub and the spokes."""
    number = world.numbers
    size = float(steps)
    if steps < 0:
        size *= number["track.collapse_factor"]
    if world.hub and world.hub != state:
        world.pair(world.hub, state).impulse += size * number["track.step_hub"]
    for spoke in world.with_role("spoke"):
        if spoke != state:
            lean = world.offices[spoke].orientation["proliferator"]
            world.pair(spoke, state).impulse += size * number["track.step_spoke"] * lean
