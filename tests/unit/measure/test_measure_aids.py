"""Asymmetry and posterior predictive checks on a small fitted record."""

from functools import cache

import numpy as np
import pytest
from scipy.special import expit

from comity.core.errors import ParameterError
from comity.core.history import EventCounts
from comity.core.relations import Relations
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.asymmetry import asymmetry
from comity.measure.posterior_predictive import check_mix

N_MONTHS = 36
SETTINGS = Settings(n_hyper_draws=2, n_paths=64, seed=1, n_threads=1)


@cache
def fitted() -> tuple[EventCounts, Relations]:
    """Return a record in which A is warmer toward B than B toward A, and its reading."""
    index = StateIndex(["A", "B", "C"])
    generator = np.random.default_rng(4)
    logit = generator.normal(0.5, 0.2, (index.n_directed, 1)) + np.zeros(N_MONTHS)
    logit[index.directed_number("A", "B")] = 1.5
    logit[index.directed_number("B", "A")] = -0.5
    volume = generator.poisson(12.0, logit.shape)
    good = generator.binomial(volume, expit(logit))
    none = np.empty(0, np.int64)
    counts = EventCounts(
        index, np.arange(N_MONTHS), good, volume - good, np.empty(0), none, none,
        np.empty(0, bool), none,
    )  # fmt: skip
    return counts, fit_relations(counts, settings=SETTINGS)


def test_the_warmer_side_is_found_with_an_interval() -> None:
    found = asymmetry(fitted()[1], "B-A")
    assert found.dyad == "A-B"
    assert (found.first_warmer_prob > 0.95).all()
    assert np.mean((found.low < 2) & (found.high > 2)) > 0.5
    assert found.caution.endswith(".")


def test_the_spread_lies_between_what_correlation_allows() -> None:
    _, relations = fitted()
    found = asymmetry(relations, "A-C")
    one, two = (relations.sd[k] for k in relations.index.directions[1])
    assert (found.sd <= one + two + 1e-6).all()
    assert (found.sd >= np.abs(one - two) - 1e-6).all()


def test_an_interval_is_a_probability() -> None:
    with pytest.raises(ParameterError, match=r"between 0 and 1; found 80"):
        asymmetry(fitted()[1], "A-B", interval=80)


def test_a_good_fit_produces_records_like_its_own() -> None:
    counts, relations = fitted()
    checks = check_mix(counts, relations, "A-B", generator=np.random.default_rng(1))
    assert {check.statistic for check in checks} == {
        "longest conflict run", "autocorrelation at lag 1", "autocorrelation at lag 12",
        "asymmetry",
    }  # fmt: skip
    assert all(check.tail_prob > 0.01 for check in checks), checks


def test_a_record_that_is_not_its_own_is_told_apart() -> None:
    counts, relations = fitted()
    turned = EventCounts(**(vars(counts) | {
        "cooperative": counts.conflictual, "conflictual": counts.cooperative,
    }))  # fmt: skip
    checks = check_mix(turned, relations, "A-B", generator=np.random.default_rng(1))
    assert {c.statistic: c.tail_prob for c in checks}["asymmetry"] < 0.01
