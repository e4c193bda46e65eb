"""Claims' futures go as far as the claims ask, and no answer depends on how far."""

from types import SimpleNamespace

import pytest

from comity.core.claims import Claim
from comity.core.settings import Settings
from comity.record import load_case
from comity.study import Study
from comity.study.claimed import ClaimedFutures

CASE = load_case("tests/fixtures/small-case")


def claim(outcome: str, number: int = 1, **asked) -> Claim:
    values = {"scenario": "hub-mediates", "against": "baseline", "expect": "higher"} | asked
    return Claim.model_validate({
        "number": number, "claim_class": "recommendation", "words": "w",
        "simulation": {"outcome": outcome, "rejects_if": "r", **values},
    })  # fmt: skip


class Recorder:
    """A study that says over how many months it was asked for what."""

    def __init__(self, case, n_months: int, asked: list, known=()) -> None:
        self.case, self.settings = case, Settings(n_months=n_months)
        self.asked, self.known = asked, known

    def with_settings(self, settings):
        return Recorder(self.case, settings.n_months, self.asked)

    def has_contrast(self, *pair):
        return pair in self.known

    def contrast(self, *pair):
        self.asked.append((pair, self.settings.n_months))

    def ensemble(self, scenario):
        self.asked.append((scenario, self.settings.n_months))

    def null(self):
        self.asked.append(("null", self.settings.n_months))


def futures(*claims: Claim, n_months: int = 60, known=()) -> tuple[ClaimedFutures, list]:
    asked: list = []
    case = SimpleNamespace(claims=claims, outcome=CASE.outcome, last_month=CASE.last_month)
    return ClaimedFutures(Recorder(case, n_months, asked, known)), asked


PAIR = ("hub-mediates", "baseline")
LEADS = {item.id: item.lead(CASE.last_month) for item in CASE.outcomes}


def test_a_difference_goes_to_the_last_month_that_any_claim_asks_it_about():
    early, late = sorted(LEADS, key=LEADS.__getitem__)[0], sorted(LEADS, key=LEADS.__getitem__)[-1]
    assert LEADS[early] < LEADS[late] < 60
    one, asked = futures(claim(early))
    one.contrast(*PAIR)
    both, more = futures(claim(early), claim(late, 2), claim(late, 3, scenario="new-accord"))
    both.contrast(*PAIR)
    assert asked == [(PAIR, LEADS[early])]
    assert more == [(PAIR, LEADS[late])]


def test_what_is_there_already_is_used_where_it_reaches_far_enough():
    late = max(LEADS, key=LEADS.__getitem__)
    found, asked = futures(claim(late), known=(PAIR,))
    found.contrast(*PAIR)
    short, more = futures(claim(late), n_months=3, known=(PAIR,))
    short.contrast(*PAIR)
    assert asked == [(PAIR, 60)]
    assert more == [(PAIR, LEADS[late])]


@pytest.mark.parametrize(("n_months", "expected"), [(60, 60), (3, None)])
def test_chances_go_as_far_as_the_study_or_further_where_asked(n_months, expected):
    late = max(LEADS, key=LEADS.__getitem__)
    chance = claim(late, scenario="baseline", against="", statistic="probability")
    found, asked = futures(chance, n_months=n_months)
    found.ensemble("baseline")
    found.null()
    months = expected or LEADS[late]
    assert asked == [("baseline", months), ("null", months)]


def test_a_shorter_run_gives_the_same_answers_bit_for_bit():
    settings = Settings(n_members=600, n_draws=30, n_months=50, use_cache=False)
    study = Study(CASE, settings)
    whole = study.contrast(*PAIR)
    months = sorted(LEADS.values())[1]
    part = study.with_settings(settings.model_copy(update={"n_months": months})).contrast(*PAIR)
    assert 0 < len(part.outcomes) < len(whole.outcomes)
    assert part.outcomes == tuple(item for item in whole.outcomes if item in part.outcomes)
    assert (part.relation_difference == whole.relation_difference[:, :months]).all()
