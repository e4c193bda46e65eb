"""Event studies: jumps recovered and covered, leads that reject as often as they say.

What this can catch: windows whose controls were touched themselves, and tests that take every pair
for one that carries the estimate.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.fixtures.simulated_panels import made_evidence, simulate_world
from tests.fixtures.turnover_panels import ALL_TOUCHED, FEW_TOUCHED, studied, turnovers

from comity.core.drivers import Occasions
from comity.core.world_tables import Leaders
from comity.explain.event_study import event_study
from comity.explain.leader_occasions import chance_occasions

LARGEST_SE = 5.0


def tolerance(share: float, n: int) -> float:
    return LARGEST_SE * float(np.sqrt(share * (1 - share) / n))


@pytest.mark.parametrize(("tries", "n"), [(FEW_TOUCHED, 200), (ALL_TOUCHED, 80)])
def test_event_studies_recover_a_jump_and_cover_it(tries: int, n: int) -> None:
    """Scores of pairs with F of pairs less one rejected a fifth of the first panels' leads."""
    found = studied(range(1000, 1000 + n), tries)
    n = len(found.error)
    se = float(found.error.std(ddof=1) / np.sqrt(n))
    assert abs(found.error.mean()) <= LARGEST_SE * se, (
        f"bias {found.error.mean():.3f} (SE {se:.3f})"
    )
    for level in (0.8, 0.95):
        share = float(found.is_covered(level).mean())
        assert abs(share - level) <= tolerance(level, n), f"{level}: {share:.3f} of {n}"
    rejected = float((found.lead_p < 0.05).mean())
    assert rejected <= 0.05 + tolerance(0.05, n), f"leads reject {rejected:.3f} of {n} at 5%"


@pytest.mark.nightly
@pytest.mark.parametrize("tries", [FEW_TOUCHED, ALL_TOUCHED])
def test_leads_reject_as_often_as_they_say(tries: int) -> None:
    found = studied(range(20_000, 22_000), tries)
    n = len(found.error)
    for level in (0.05, 0.2):
        rejected = float((found.lead_p < level).mean())
        assert abs(rejected - level) <= tolerance(level, n), f"{level}: {rejected:.4f} of {n}"
    for level in (0.8, 0.95):
        share = float(found.is_covered(level).mean())
        assert abs(share - level) <= 0.02 + tolerance(level, n), f"{level}: {share:.4f} of {n}"


def test_leads_of_too_few_pairs_have_no_p_value() -> None:
    """Eight occasions on three pairs: three leads cannot be tested, the mean can."""
    world, _ = turnovers(3, 0.0, n=1, n_states=8)
    time = np.array([20, 80, 140, 30, 90, 150, 40, 100])
    pair = np.array([0, 0, 0, 1, 1, 1, 2, 2])
    touched = np.zeros(world.relation.shape, bool)
    touched[pair, time] = True
    study = event_study(
        world.evidence, Occasions("made", "made-up occasions", pair, time, np.arange(8), touched),
        n_threads=1,
    )  # fmt: skip
    assert np.isnan(study.lead_p)
    assert study.degrees < 3
    assert np.isfinite([study.mean, study.mean_se, study.p_value]).all()


def test_event_studies_see_a_relation_that_moved_first():
    fired = []
    for seed in range(1200, 1212):
        world, occasions = turnovers(seed, 1.5)
        late = Occasions(
            occasions.name, occasions.words, occasions.pair, occasions.time + 6,
            occasions.occasion, np.roll(occasions.touched, 6, axis=1),
        )  # fmt: skip
        fired.append(event_study(world.evidence, late, n_threads=1).lead_p < 0.05)
    assert np.mean(fired) >= 0.8


def test_controls_that_were_touched_themselves_would_be_caught():
    """Planted bug: nobody is marked as touched, so that moving pairs serve as controls."""
    error = []
    for seed in range(1300, 1330):
        world, occasions = turnovers(seed, 2.0, n=200)
        blind = Occasions(
            occasions.name, occasions.words, occasions.pair, occasions.time, occasions.occasion,
            np.zeros_like(occasions.touched),
        )  # fmt: skip
        error.append(event_study(world.evidence, blind, n_threads=1).mean - 2.0)
    se = np.std(error, ddof=1) / np.sqrt(len(error))
    assert np.mean(error) < -LARGEST_SE * se


def test_an_event_study_without_enough_occasions_has_no_number():
    world, occasions = turnovers(5, 1.0, n=4)
    study = event_study(world.evidence, occasions, n_threads=1)
    assert study.refusal == (
        f"{study.n_occasions} occasions have a pair to compare with, and 8 are needed. Import "
        "events of more states, or add governments of more states to the case."
    )
    assert study.bins == ()
    assert np.isnan([study.mean, study.mean_se, study.p_value, study.lead_p]).all()


def table_of_leaders(
    generator: np.random.Generator, codes: list[str], n_times: int, share: float = 0.15
) -> Leaders:
    """Return spells of about four years from 2000 on, of which a share ends by death."""
    rows = []
    for code in codes:
        begin = 0
        while begin < n_times:
            last = begin + 1 + int(generator.exponential(48))
            is_now = last >= n_times
            how = "Natural Death" if generator.random() < share else "Regular"
            rows.append(
                (code, begin, min(last, n_times), is_now, "Still in Office" if is_now else how)
            )
            begin = last
    state, begin, last, is_now, how = (np.array(column) for column in zip(*rows, strict=True))
    origin = np.datetime64("2000-01", "M")
    day = np.timedelta64(14, "D")
    start, end = ((origin + each).astype("datetime64[D]") + day for each in (begin, last))
    return Leaders(state, np.full(len(state), "somebody"), start, end, is_now, how, "made-up")


def test_deaths_in_office_are_carried_where_a_leader_table_covers_enough_states() -> None:
    """From a table of 24 states: rare deaths among many changes, each in all pairs of the state."""
    truth = 0.7
    world = simulate_world(
        77, n_states=24, n_times=240, effects=(0.0, 0.0), government_sd=0.0, period_sd=0.2
    )
    generator = np.random.default_rng(77)
    index = world.panel.index
    found = chance_occasions(
        table_of_leaders(generator, list(index), 240), index, world.panel.months
    )
    jump = np.zeros(world.relation.shape)
    for pair, time in zip(found.pair, found.time, strict=True):
        jump[pair, time:] += truth
    old = world.evidence
    evidence = made_evidence(
        generator, world.relation + jump, index, old.memory[0], old.variance[0, 0], heard=0.6,
        noise_sd=0.7,
    )  # fmt: skip
    study = event_study(evidence, found, n_threads=1)
    assert study.n_occasions >= 8, study.refusal
    assert abs(study.mean - truth) <= LARGEST_SE * study.mean_se
    assert study.p_value < 0.05
    assert study.lead_p > 0.001


def test_a_leader_table_of_six_states_has_too_few_deaths() -> None:
    world = simulate_world(78, n_states=6, n_times=240, government_sd=0.0)
    index = world.panel.index
    table = table_of_leaders(np.random.default_rng(78), list(index), 240)
    study = event_study(
        world.evidence, chance_occasions(table, index, world.panel.months), n_threads=1
    )
    assert study.refusal.endswith("or add governments of more states to the case.")
    assert study.bins == ()
