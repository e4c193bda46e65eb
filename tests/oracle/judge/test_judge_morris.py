"""Elementary effects against closed forms and against SALib's Morris on the same answers."""

import numpy as np
from SALib.analyze import morris as salib_morris
from tests.fixtures.known_variance import factors, ishigami

from comity.core.sensitivity import STEP
from comity.judge.morris import elementary_effects, radial_design

SETS = 2


def screened(function, levels, n_bases, seed=1):
    design = radial_design(levels, n_bases, seed)
    answers = np.tile(function(design.rows), (SETS, 1, 1))
    return design, elementary_effects(
        answers, design, quantities=("y",), factors=factors(len(levels)), n_worlds=2, seed=seed
    )


def test_a_linear_function_has_its_slopes_as_effects_and_no_spread():
    slopes = np.array([3.0, -2.0, 0.5, 0.0])
    _, found = screened(lambda rows: rows @ slopes, [0] * 4, 16)
    np.testing.assert_allclose(found.mu[0], slopes, atol=1e-12)
    np.testing.assert_allclose(found.mu_star[0], np.abs(slopes), atol=1e-12)
    np.testing.assert_allclose(found.sigma[0], 0, atol=1e-12)
    np.testing.assert_allclose(found.noise[0], 0, atol=1e-12)
    assert found.is_felt.tolist() == [[True, True, True, False]]
    assert found.ranking("y") == ("x0", "x1", "x2")
    assert found.idle == ("x3",)


def test_effects_that_cancel_are_seen_in_mu_star():
    # f = (u - 1/4)^2: e = 2u below 1/2 and 2u - 1 above, so that E|e| = 1/4 + 1/4.
    _, found = screened(lambda rows: (rows[:, 0] - 0.25) ** 2 + 0 * rows[:, 1], [0, 0], 1024)
    np.testing.assert_allclose(found.mu_star[0, 0], 0.5, atol=2e-3)
    # f = |u - 1/2|: from u below 1/2 the change is 1/2 - 2 (1/2 - u); its mean is 0.
    _, bent = screened(lambda rows: np.abs(rows[:, 0] - 0.5) + 0 * rows[:, 1], [0, 0], 1024)
    np.testing.assert_allclose(bent.mu[0, 0], 0, atol=2e-3)
    np.testing.assert_allclose(bent.mu_star[0, 0], 0.5, atol=2e-3)


def test_a_choice_has_the_mean_gap_between_its_levels():
    worth = np.array([0.0, 1.0, 5.0])
    design, found = screened(
        lambda rows: worth[(rows[:, 0] * 3).astype(int)] + rows[:, 1], [3, 0], 2048
    )
    # Gaps 1, 4 and 5, each as likely; an effect is a gap over the step of 1/2.
    size = np.abs(2 * (np.array([1, 4, 5])))
    error = size.std() / np.sqrt(2048)
    np.testing.assert_allclose(found.mu_star[0, 0], size.mean(), atol=5 * error)
    assert np.isnan(found.mu[0, 0])
    assert np.isnan(found.sigma[0, 0])
    np.testing.assert_allclose(found.mu[0, 1], 1)
    levels = (design.points[:, [0, 1], 0] * 3).astype(int)
    assert np.all(levels[:, 0] != levels[:, 1]), "a choice must move to another level"


def test_salib_finds_the_same_from_the_same_answers():
    k, n = 3, 200
    design, found = screened(ishigami, [0] * k, n)
    # SALib wants trajectories: each base point with one moved point is one of a single factor. It
    # divides by the step of a grid of four levels, 2/3, whatever step was taken.
    for factor in range(k):
        pairs = design.points[:, [0, factor + 1]]
        theirs = salib_morris.analyze(
            {"num_vars": 1, "names": ["x"], "bounds": [[0, 1]]},
            pairs[:, :, [factor]].reshape(-1, 1), ishigami(pairs.reshape(-1, k)),
            num_levels=4, num_resamples=20, seed=1,
        )  # fmt: skip
        for name in ("mu", "mu_star", "sigma"):
            ours = getattr(found, name)[0, factor] * STEP
            np.testing.assert_allclose(ours, theirs[name][0] * 2 / 3, atol=1e-9)
