"""The tier follows from the evidence by rule, and the sentence from the tier."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.effects import TIERS, DesignEstimate, DriverEffect, Placebo
from comity.explain.persistence import government_mean_sd, mean_sd
from comity.explain.placebos import DYADS, LEADS
from comity.explain.robustness import robustness_value
from comity.explain.tiers import effect_sentence, tier_of
from comity.judge.association import causal_words

QUIET = Placebo(DYADS, "quiet", 0.1, 0.7, False)
CAUGHT = Placebo(DYADS, "caught", 0.4, 0.01, True)


def design(grade: str = "B", **changes) -> DesignEstimate:
    made = {
        "name": "made", "words": "dates that the calendar set", "grade": grade,
        "assumption": "nobody chose the dates", "n_events": 20, "estimate": -0.6, "sd": 0.1,
        "data_estimate": -0.7, "data_se": 0.12, "contraction": 0.8,
    }  # fmt: skip
    return DesignEstimate(**(made | changes))


@pytest.mark.parametrize(
    ("contraction", "placebos", "designs", "tier"),
    [
        (0.05, (QUIET,), (design(),), "prior-driven"),
        (float("nan"), (), (), "prior-driven"),
        (0.05, (CAUGHT,), (), "prior-driven"),
        (0.5, (CAUGHT,), (design(),), "not identified"),
        (0.5, (QUIET,), (), "C"),
        (0.5, (QUIET,), (design(),), "B"),
        (0.5, (QUIET,), (design("B"), design("A")), "A"),
        (0.5, (QUIET,), (design("A", refusal="too few"),), "C"),
        (0.5, (QUIET,), (design(placebos=(Placebo(LEADS, "", 1.0, 0.01, True),)),), "C"),
        (0.5, (Placebo(LEADS, "", 1.0, 0.01, True),), (), "C"),
    ],
)
def test_tier_by_rule(contraction, placebos, designs, tier):
    assert tier_of(contraction, placebos, designs)[0] == tier


def said(tier: str, *, z: float = -4.0, with_design: bool = False, placebos=()) -> str:
    return effect_sentence(
        tier, "open disputes", "severity", (-0.5, -0.7, -0.3), z=z, robustness=0.14,
        design=design(tier) if with_design else None, placebos=placebos,
    )  # fmt: skip


def test_the_verb_says_how_far_the_evidence_goes():
    assert said("A", with_design=True) == (
        "The relation is moved by open disputes, under dates that the calendar set: "
        "−0.60 logit (80% interval −0.73 to −0.47) a unit (severity)."
    )
    assert said("B", with_design=True) == (
        "It is consistent with an effect of open disputes, if nobody chose the dates: "
        "−0.60 logit (80% interval −0.73 to −0.47) a unit (severity). To undo it a confounder "
        "would have to explain 14% of what is left of both."
    )
    assert said("C") == (
        "The relation is associated with open disputes: −0.50 logit "
        "(80% interval −0.70 to −0.30) a unit (severity)."
    )
    assert said("C", z=0.5, placebos=(Placebo(LEADS, "", 1.0, 0.01, True),)) == (
        "No association with open disputes is clear: −0.50 logit "
        "(80% interval −0.70 to −0.30) a unit (severity). Placebos that fired: leads."
    )
    assert said("prior-driven") == (
        "Open disputes: not identified here; the number is the prior, −0.50 logit "
        "(80% interval −0.70 to −0.30)."
    )
    assert said("not identified", placebos=(CAUGHT,)) == (
        "Open disputes: not identified. Pairs of which it says nothing show a slope as well, "
        "+0.40 logit a unit beside −0.50."
    )


@pytest.mark.parametrize("tier", [tier for tier in TIERS if tier not in ("A", "not estimable")])
def test_only_tier_a_uses_a_causal_verb(tier):
    sentence = said(tier, with_design=tier == "B", placebos=(CAUGHT,))
    assert causal_words(sentence) == ()
    assert causal_words(said("A", with_design=True)) == ("moved by",)


def test_a_tier_is_one_of_the_list():
    with pytest.raises(ValueError, match='"D" is not a tier'):
        DriverEffect("a", "a", "", "", "D", "")


def test_robustness_value_is_the_published_one():
    """Cinelli & Hazlett (2020): exposure to violence in Darfur, 0.097 (0.023), 783 df: 13.9%."""
    assert robustness_value(4.18, 783) == pytest.approx(0.139, abs=5e-4)
    f = 4.18 / np.sqrt(783)
    rv = robustness_value(4.18, 783)
    # a confounder of exactly that strength on both sides removes the whole estimate
    assert np.sqrt(rv * rv / (1 - rv)) == pytest.approx(f)
    assert robustness_value(4.18, 783, q=0.5) == pytest.approx(0.0720, abs=5e-4)
    assert np.isnan(robustness_value(1.0, 0))


def test_persistence_of_a_mean_is_that_of_the_autocovariances():
    """Model page, 2.3: 0.72 of a standard deviation at 60 months, 0.86 at 24, 0.62 at 96."""
    for n, wanted in ((60, 0.72), (24, 0.86), (96, 0.62)):
        assert float(mean_sd(0.96, n)) == pytest.approx(wanted, abs=0.005)
    lag = np.abs(np.arange(36)[:, None] - np.arange(36))
    covariance = 2.0 * 0.95**lag + 0.5 * 0.4**lag
    exact = np.sqrt(covariance.mean() / 2.5)
    assert government_mean_sd([0.95, 0.4], [2.0, 0.5], 36) == pytest.approx(exact)
    assert float(mean_sd(1.0, 60)) == 1.0
