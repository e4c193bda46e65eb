"""One-step predictive counts are calibrated on records drawn by the model's own law."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from comity.core.states import StateIndex
from comity.measure.attention import VolumeLaw, fit_attention, simulate_volume

SEED, N_MONTHS, N_BINS = 11, 80, 10
LAW = VolumeLaw(size=4.0, step_sd=0.3, jump_prob=0.03, start_log_rate=1.5, start_sd=1.0)
INDEX = StateIndex([f"S{k}" for k in range(7)])


def pit_chi_square(assumed: VolumeLaw, truth: VolumeLaw = LAW) -> float:
    """Return the chi-square of the randomized PIT over tenths."""
    generator = np.random.default_rng(SEED)
    acts = simulate_volume(truth, INDEX.n_directed, N_MONTHS, generator)
    pit = fit_attention(INDEX, np.arange(N_MONTHS), acts, law=assumed).pit
    u = pit[0] + generator.random(acts.shape) * (pit[1] - pit[0])
    count = np.histogram(u, N_BINS, (0, 1))[0]
    expected = u.size / N_BINS
    return float(((count - expected) ** 2 / expected).sum())


def test_pit_is_uniform() -> None:
    found, limit = pit_chi_square(LAW), float(chi2.ppf(0.999, N_BINS - 1))
    assert found < limit, f"chi-square {found:.1f}, expected 9 (SE 4.2), limit {limit:.1f}, {SEED=}"


@pytest.mark.parametrize(
    "wrong", [{"size": 40.0}, {"step_sd": 0.9, "jump_prob": 0.0}, {"size": 1.0}]
)
def test_a_wrong_law_is_seen(wrong: dict[str, float]) -> None:
    found, limit = pit_chi_square(replace(LAW, **wrong)), float(chi2.ppf(0.999, N_BINS - 1))
    assert found > limit, f"{wrong}: chi-square {found:.1f} is not beyond {limit:.1f}, {SEED=}"
