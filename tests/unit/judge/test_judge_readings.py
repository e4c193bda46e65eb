"""What the record says of a claim: each series by hand, its boundaries, its silence."""

import dataclasses

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from comity.core.claims import Claim, DataEstimand
from comity.judge import intervals
from comity.judge.data_reading import read_data
from comity.judge.lines import SPEAKS
from comity.judge.reading import leaning_of


def claim(**data):
    values = {"expect": "lower", "assumption": "nothing else", "rejects_if": "it is not"} | data
    return Claim(
        number=7, claim_class="causal", words="w", data=DataEstimand.model_validate(values),
        no_simulation_reason="r", against="a",
    )  # fmt: skip


RELATION = {"series": "relation", "statistic": "mean", "dyad": "BBB-AAA"}
WINDOWS = {"window": ("2015-01", "2019-12"), "contrast": ("2010-01", "2014-12")}


def test_the_line_between_the_words_lies_where_the_page_says():
    assert leaning_of(SPEAKS) == "for"
    assert leaning_of(np.nextafter(SPEAKS, 0)) == "unclear"
    assert leaning_of(0.1) == "against"
    assert leaning_of(0.1 + 1e-9) == "unclear"


@pytest.mark.parametrize(
    ("after", "expect", "leaning"),
    [(-1, "lower", "for"), (-1, "higher", "against"), (0, "lower", "unclear"),
     (-1, "different", "for"), (0, "none", "for"), (-1, "none", "against")],
)  # fmt: skip
def test_a_difference_of_means_is_read_from_joint_draws(synthetic, after, expect, leaning):
    case = synthetic.case()
    relations = synthetic.relations(case, after=after)
    found = read_data(case, claim(**RELATION, **WINDOWS, expect=expect), relations)
    numbers = dict(found.numbers)
    # 60 months a window and 300 draws: the standard error of the mean difference is below 0.002.
    assert numbers["difference"] == pytest.approx(after, abs=0.01)
    # The draws' shared offset cancels: an interval from marginal moments would be ten times wider.
    assert numbers["difference_high"] - numbers["difference_low"] < 0.12
    assert found.leaning == leaning
    assert set(found.rows) == {"events:E05", "events:E07", "events:E01", "events:E02", "events:E03"}


def test_two_pairs_are_compared_in_one_window(synthetic):
    case = synthetic.case()
    relations = synthetic.relations(case)
    paths = relations.paths.copy()
    paths[:, case.index.dyad_number("AAA-HUB")] += 2.0
    apart = dataclasses.replace(relations, paths=paths)
    asked = {**RELATION, "window": ("2015-01", "2019-12"), "contrast_dyad": "HUB-AAA"}
    found = read_data(case, claim(**asked), apart)
    assert dict(found.numbers)["difference"] == pytest.approx(-2, abs=0.02)
    assert "differs from that of Alda and Hubland by −2.0" in found.sentence
    assert found.leaning == "for"
    assert set(found.rows) == {"events:E05", "events:E07"}
    turned = read_data(case, claim(**asked, expect="higher"), apart)
    assert turned.leaning == "against"


def test_the_lowest_year_is_found_where_it_lies(synthetic):
    case = synthetic.case()
    relations = synthetic.relations(case, after=-1)
    asked = {**RELATION, "statistic": "minimum_year"}
    inside = read_data(case, claim(**asked, window=("2015-01", "2019-12")), relations)
    outside = read_data(case, claim(**asked, window=("2010-01", "2014-12")), relations)
    assert (inside.leaning, outside.leaning) == ("for", "against")
    assert dict(inside.numbers)["share_of_windows"] == pytest.approx(49 / 109)
    short = read_data(case, claim(**asked, window=("2009-01", "2010-06")), relations)
    assert short.leaning == "silent"
    assert short.sentence == "The record has no 12 whole months in Jan 2009 to Jun 2010."


def test_a_window_outside_the_record_is_silence(synthetic):
    case = synthetic.case()
    relations = synthetic.relations(case)
    late = {"window": ("2021-01", "2021-12"), "contrast": ("2010-01", "2014-12")}
    found = read_data(case, claim(**RELATION, **late), relations)
    assert (found.leaning, found.sentence) == (
        "silent", "The record has no month in Jan 2021 to Dec 2021.",
    )  # fmt: skip
    rate = claim(
        series="event_count", statistic="rate", window=("2021-01", "2021-12"), against_value=1.0
    )
    assert read_data(case, rate, relations).leaning == "silent"


def test_rates_count_the_acts_of_a_pair_and_those_of_a_third_toward_both(synthetic):
    case = synthetic.case()
    asked = {
        "series": "event_count", "statistic": "rate", "kinds": ("mediation",), "dyad": "AAA-BBB",
        "window": ("2010-01", "2014-12"), "contrast": ("2015-01", "2019-12"), "expect": "higher",
    }  # fmt: skip
    found = read_data(case, claim(**asked), synthetic.relations(case))
    numbers = dict(found.numbers)
    # E04 is an act toward one of the two only; E06 is context.
    assert found.rows == ("events:E01", "events:E02", "events:E03")
    assert numbers["rate_per_year"] == pytest.approx(3 / 5, rel=0.001)
    assert numbers["contrast_count"] == 0
    assert "0.63 to any number times" in found.sentence or np.isinf(numbers["ratio_high"])
    assert found.leaning == "for"


def test_a_rate_is_held_against_a_value(synthetic):
    case = synthetic.case()
    asked = {
        "series": "event_count", "statistic": "rate", "window": ("2010-01", "2019-12"),
        "kinds": ("mediation",), "against_value": 3.0, "expect": "lower",
    }  # fmt: skip
    found = read_data(case, claim(**asked), synthetic.relations(case))
    assert dict(found.numbers)["count"] == 4
    assert found.leaning == "for"


def test_shares_of_kinds_are_compared(synthetic):
    case = synthetic.case()
    asked = {
        "series": "event_count", "statistic": "share", "window": ("2010-01", "2014-12"),
        "contrast": ("2015-01", "2019-12"), "kinds": ("mediation",), "expect": "higher",
    }  # fmt: skip
    found = read_data(case, claim(**asked), synthetic.relations(case))
    numbers = dict(found.numbers)
    assert (numbers["count"], numbers["acts"], numbers["contrast_acts"]) == (4, 4, 2)
    assert found.leaning == "for"


def test_mediation_after_flares_leaves_out_the_flare_too_near_the_end(synthetic):
    case = synthetic.case()
    asked = {
        "series": "mediation_after_flare", "statistic": "share", "dyad": "AAA-BBB",
        "within_days": 90, "expect": "higher",
    }  # fmt: skip
    found = read_data(case, claim(**asked), synthetic.relations(case))
    numbers = dict(found.numbers)
    assert (numbers["flares"], numbers["mediated"]) == (3, 2)
    assert "1 too near the closing date to tell." in found.sentence
    assert found.rows == ("disputes:islets", "events:E01", "events:E02")


def test_obligations_count_on_each_edge_of_those_in_force(synthetic):
    case = synthetic.case()
    asked = {"series": "obligation_share", "statistic": "share", "expect": "higher"}
    found = read_data(case, claim(**asked), synthetic.relations(case))
    numbers = dict(found.numbers)
    # A1 and A2 lie on one hub edge each, A3 on both and on the spokes' edge; A4 is shallow and
    # A5 hollow.
    assert (numbers["hub_obligations"], numbers["spoke_obligations"]) == (4, 1)
    assert numbers["reference"] == pytest.approx(2 / 3)
    assert found.rows == ("agreements:A1", "agreements:A2", "agreements:A3")


CHANGE = {"series": "relation", "statistic": "change_after", "dyad": "BBB-AAA"}


def test_a_change_after_acts_is_the_mean_after_less_the_mean_before(synthetic):
    case = synthetic.case()
    relations = synthetic.relations(case, after=-1)
    # E05 lies in June 2015: 12 months before it span seven of 2014 and five of 2015.
    asked = claim(**CHANGE, events=("E05",), within_months=12)
    found = read_data(case, asked, relations)
    numbers = dict(found.numbers)
    assert numbers["change"] == pytest.approx(-7 / 12, abs=0.02)
    assert numbers["difference_high"] - numbers["difference_low"] < 0.3
    assert (found.leaning, found.rows) == ("for", ("events:E05",))
    # Around January 2012 nothing changed; the difference is that after E05 alone.
    beside = claim(**CHANGE, events=("E05",), contrast_events=("E02",), within_months=12)
    numbers = dict(read_data(case, beside, relations).numbers)
    assert numbers["contrast_change"] == pytest.approx(0, abs=0.02)
    assert numbers["difference"] == pytest.approx(-7 / 12, abs=0.03)
    turned = claim(**CHANGE, events=("E02",), contrast_events=("E05",), within_months=12)
    found = read_data(case, turned, relations)
    assert dict(found.numbers)["difference"] == pytest.approx(7 / 12, abs=0.03)
    assert found.leaning == "against"


def test_the_month_of_an_act_counts_on_neither_side(synthetic):
    case = synthetic.case()
    relations = synthetic.relations(case, after=0)
    paths = relations.paths.copy()
    paths[:, :, (2015 - 2010) * 12 + 5] += 24.0  # June 2015, in which E05 lies
    spiked = dataclasses.replace(relations, paths=paths)
    asked = claim(**CHANGE, events=("E05",), within_months=12)
    assert dict(read_data(case, asked, spiked).numbers)["change"] == pytest.approx(0, abs=0.02)


def test_a_change_is_averaged_over_acts_and_leaves_out_those_near_an_end(synthetic):
    case = synthetic.case()
    relations = synthetic.relations(case, after=-1)
    asked = claim(**CHANGE, events=("E01", "E02", "E05"), within_months=20)
    found = read_data(case, asked, relations)
    # E01, March 2011, has 14 months before it; after 20 months around E05, 15 lie before 2015.
    assert dict(found.numbers)["acts"] == 2
    assert dict(found.numbers)["change"] == pytest.approx(-15 / 20 / 2, abs=0.02)
    assert found.sentence.endswith("1 too near an end of the record to tell.")
    none = claim(**CHANGE, events=("E01",), within_months=20)
    assert read_data(case, none, relations).leaning == "silent"
    none = claim(**CHANGE, events=("E05",), contrast_events=("E01",), within_months=20)
    assert read_data(case, none, relations).leaning == "silent"


IMPOSSIBLE = {
    "series": (
        {"series": "obligation_share", "statistic": "rate"},
        'a series "obligation_share" has the statistics share; found "rate"'),
    "needed": ({**RELATION, "window": ("2015-01", "2019-12")}, 'needs "contrast" or'),
    "both contrasts": ({**RELATION, **WINDOWS, "contrast_dyad": "AAA-HUB"}, "and not both"),
    "same pair": (
        {**RELATION, "window": ("2015-01", "2019-12"), "contrast_dyad": "AAA-BBB"},
        "a pair against itself differs by nothing"),
    "unused": ({**RELATION, **WINDOWS, "within_days": 9}, 'does not use "within_days"'),
    "both": (
        {"series": "event_count", "statistic": "rate", "against_value": 1.0, **WINDOWS},
        "takes a contrast window or against_value, not both"),
    "against nothing": (
        {"series": "event_count", "statistic": "rate"}, "needs a contrast window or against_value"),
    "itself": (
        {**RELATION, "window": ("2015-01", "2019-12"), "contrast": ("2015-01", "2019-12")},
        "a window against itself differs by nothing"),
    "share of all": (
        {"series": "event_count", "statistic": "share"}, 'needs "kinds"'),
    "share above one": (
        {"series": "obligation_share", "statistic": "share", "against_value": 1.2},
        "a share is held against a number between 0 and 1; found 1.2"),
    "rate of none": (
        {"series": "event_count", "statistic": "rate", "against_value": 0.0},
        "a rate is held against a number above 0; found 0"),
    "highest year": (
        {**RELATION, "statistic": "minimum_year", "window": ("2015-01", "2019-12"),
         "expect": "higher"}, 'looks for the lowest year and expects it there ("lower")'),
    "short year": (
        {**RELATION, "statistic": "minimum_year", "window": ("2015-01", "2015-11"),
         "expect": "lower"}, "its window must hold them; found one of 11"),
    "twice": (
        {**CHANGE, "events": ("E1",), "contrast_events": ("E1",), "within_months": 6},
        "an event must not stand in events and in contrast_events"),
    "no span": ({**CHANGE, "events": ("E1",)}, 'needs "within_months"'),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_question_that_the_record_cannot_answer_is_refused(name):
    fields, message = IMPOSSIBLE[name]
    with pytest.raises(ValidationError) as error:
        claim(**fields)
    assert message in str(error.value)


@pytest.mark.parametrize(("k", "k2"), [(0, 3), (3, 0), (4, 9), (0, 0)])
def test_intervals_agree_with_independent_formulas(k, k2):
    years, years2 = 2.0, 5.0
    low, high = intervals.rate_interval(k, years)
    assert high == pytest.approx(stats.chi2.ppf(0.9, 2 * k + 2) / 2 / years)
    assert low == pytest.approx(stats.chi2.ppf(0.1, 2 * k) / 2 / years if k else 0)
    # Exact limits by the definition: the count is in the tail of the binomial at each limit.
    low, high = intervals.ratio_interval(k, years, k2, years2)
    n = k + k2
    for ratio, tail in ((low, "above"), (high, "below")):
        if not 0 < ratio < np.inf:
            continue
        p = ratio * years / (ratio * years + years2)
        mass = stats.binom.sf(k - 1, n, p) if tail == "above" else stats.binom.cdf(k, n, p)
        assert mass == pytest.approx(0.1, abs=1e-6)


def test_direction_probabilities_agree_with_draws():
    rng = np.random.default_rng(5)
    n = 200_000
    first, second = rng.gamma(4.5, 1, n) / 2, rng.gamma(9.5, 1, n) / 5
    drawn = np.mean(first > 1.5 * second)
    exact = intervals.ratio_above(4, 2.0, 9, 5.0, 1.5)
    se = np.sqrt(exact * (1 - exact) / n)
    assert abs(exact - drawn) < 5 * se, f"drawn {drawn}, exact {exact}, se {se}, seed 5"
    one, two = rng.beta(4.5, 6.5, n), rng.beta(2.5, 8.5, n)
    drawn = np.mean(one > two + 0.1)
    exact = intervals.share_exceeds(4, 10, 2, 10, 0.1)
    se = np.sqrt(exact * (1 - exact) / n)
    assert abs(exact - drawn) < 5 * se + 1e-3, f"drawn {drawn}, exact {exact}, se {se}, seed 5"
