import numpy as np
import pytest

from comity.core.errors import ShapeError
from comity.measure.goldstein import goldstein_scores


def test_sum_and_mean_by_directed_dyad_and_month() -> None:
    found = goldstein_scores(
        np.array([3.0, -5.0, 1.0]),
        np.array([0, 0, 1]),
        np.array([0, 0, 2]),
        n_directed=2,
        n_times=3,
    )
    assert found.total.tolist() == [[-2, 0, 0], [0, 0, 1]]
    assert found.mean[0, 0] == -1
    assert np.isnan(found.mean[0, 1])
    assert found.n_acts.sum() == 3
    assert all(sentence.endswith(".") for sentence in found.cautions)


def test_more_reports_of_the_same_kind_move_the_sum_and_not_the_mean() -> None:
    weight, one = np.array([4.0, -2.0]), np.zeros(2, int)
    single = goldstein_scores(weight, one, one, n_directed=1, n_times=1)
    triple = goldstein_scores(
        np.tile(weight, 3), np.tile(one, 3), np.tile(one, 3), n_directed=1, n_times=1
    )
    assert triple.total[0, 0] == 3 * single.total[0, 0]
    assert triple.mean[0, 0] == single.mean[0, 0]


def test_acts_outside_the_table_are_refused() -> None:
    with pytest.raises(ShapeError, match="equal length"):
        goldstein_scores(np.zeros(2), np.zeros(1, int), np.zeros(2, int), n_directed=1, n_times=1)
    with pytest.raises(ShapeError, match="must lie within 1 directed dyads and 1 months"):
        goldstein_scores(np.zeros(1), np.ones(1, int), np.zeros(1, int), n_directed=1, n_times=1)
