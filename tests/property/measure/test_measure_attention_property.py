import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from comity.core.states import StateIndex
from comity.measure.attention import VolumeLaw, fit_attention

INDEX = StateIndex(["A", "B", "C"])
LAW = VolumeLaw(size=3.0, step_sd=0.2, jump_prob=0.05, common_sd=0.2)
COUNTS = arrays.arrays(np.int64, (6, 8), elements=st.integers(0, 500))


@given(COUNTS, st.permutations(range(6)))
@settings(max_examples=20)
def test_relabelling_dyads_permutes_the_readings(acts: np.ndarray, order: list[int]) -> None:
    one = fit_attention(INDEX, np.arange(8), acts, law=LAW)
    two = fit_attention(INDEX, np.arange(8), acts[order], law=LAW)
    if one.log_grid.shape == two.log_grid.shape:
        np.testing.assert_allclose(one.log_rate_mean[order], two.log_rate_mean, atol=1e-8)
        np.testing.assert_allclose(one.pit[:, order], two.pit, atol=1e-8)


@given(COUNTS)
@settings(max_examples=20)
def test_readings_are_finite_and_in_order(acts: np.ndarray) -> None:
    found = fit_attention(INDEX, np.arange(8), acts, law=LAW)
    low, middle, high = found.relative
    assert np.isfinite(found.relative).all()
    assert ((low <= middle) & (middle <= high)).all()
    assert (found.pit >= 0).all()
    assert (found.pit <= 1 + 1e-9).all()
    assert (found.pit[0] <= found.pit[1]).all()
