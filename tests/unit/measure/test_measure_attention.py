import numpy as np
import pytest

from comity.core.errors import ParameterError, ShapeError
from comity.core.states import StateIndex
from comity.measure.attention import VolumeLaw, fit_attention, forecast_counts, simulate_volume

LAW = VolumeLaw(size=4.0, step_sd=0.2, jump_prob=0.02, start_log_rate=1.0, start_sd=1.0)
PAIR = StateIndex(["A", "B"])


def test_a_burst_of_reports_shows_as_attention_and_passes() -> None:
    acts = np.full((2, 40), 5)
    acts[0, 30:33] = 60
    found = fit_attention(PAIR, np.arange(40), acts, law=LAW)
    low, middle, high = found.relative[:, 0]
    assert low[32] > 2
    assert middle[29] == pytest.approx(1.0, abs=0.2)
    assert middle[39] < middle[32] / 2
    assert (low < middle).all()
    assert (middle < high).all()


def test_counts_ahead_widen_and_keep_their_mean() -> None:
    acts = np.full((2, 40), 20)
    ahead = forecast_counts(fit_attention(PAIR, np.arange(40), acts, law=LAW), 12)
    width = ahead.quantiles[2] - ahead.quantiles[0]
    assert ahead.months.tolist() == list(range(40, 52))
    assert (width[:, -1] > width[:, 0]).all()
    assert ahead.mean[:, -1] == pytest.approx(ahead.mean[:, 0], rel=0.05)
    assert ((ahead.zero_prob > 0) & (ahead.zero_prob < 0.2)).all()


def test_silence_is_an_observation_of_volume() -> None:
    acts = np.zeros((2, 30), np.int64)
    acts[0] = 10
    found = fit_attention(PAIR, np.arange(30), acts, law=LAW)
    assert found.log_rate_mean[1, -1] < np.log(0.3)
    assert np.isfinite(found.log_score).all()


def test_one_row_per_directed_dyad_and_month() -> None:
    found = fit_attention(PAIR, np.arange(3), np.ones((2, 3), int), law=LAW)
    frame = found.to_frame()
    assert list(frame["directed_dyad"].unique()) == ["A>B", "B>A"]
    assert len(frame) == 6


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"must have shape \(2, 3\).*found \(2, 4\)"):
        fit_attention(PAIR, np.arange(3), np.ones((2, 4), int), law=LAW)
    with pytest.raises(ParameterError, match="found -1"):
        fit_attention(PAIR, np.arange(1), np.array([[-1], [0]]), law=LAW)
    with pytest.raises(ParameterError, match="size must be positive"):
        VolumeLaw(size=0.0, step_sd=0.2, jump_prob=0.0)
    with pytest.raises(ParameterError, match="n_months must be at least 1"):
        forecast_counts(fit_attention(PAIR, np.arange(1), np.ones((2, 1), int), law=LAW), 0)


def test_a_common_surge_is_not_attention_to_anyone() -> None:
    index = StateIndex([f"S{k}" for k in range(6)])
    law = VolumeLaw(size=8.0, step_sd=0.1, jump_prob=0.01, common_sd=0.3, start_log_rate=2.0)
    acts = simulate_volume(law, index.n_directed, 40, np.random.default_rng(3))
    acts[:, 35] *= 3
    found = fit_attention(index, np.arange(40), acts, law=law)
    ratio = found.common_factor[35] / found.common_factor[34]
    own = np.exp(found.log_rate_mean[:, 35] - found.log_rate_mean[:, 34])
    assert ratio > 1.5
    assert np.median(own) < 1.3
