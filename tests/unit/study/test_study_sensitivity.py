"""What a study screens and shares out, what it keeps, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest

from comity.core.errors import ConfigError, ParameterError
from comity.core.judged import JudgedNumber
from comity.core.sensitivity import REST, strongest_of
from comity.core.sensitivity_words import CERTAIN, explained_words
from comity.core.settings import Settings
from comity.record import load_case
from comity.simulate import structural_choices
from comity.study import StepCache, Study
from comity.study.claim_screening import screen_claims
from comity.study.factors import factors_of
from comity.study.sensitivity import screen, sensitivity, share_out

CASE = load_case("tests/fixtures/small-case")
OUTCOME = "spokes-warmer"
FEW = {"n_bases": 3, "n_worlds": 16}


def study_of(case=CASE, folder=None):
    return Study(case, Settings(n_hyper_draws=8, n_threads=1), cache=StepCache(folder))


@pytest.fixture(scope="module")
def study():
    return study_of()


@pytest.fixture(scope="module")
def factors(study):
    return factors_of(study, ["baseline"], 24)


@pytest.fixture(scope="module")
def screening(study):
    return screen(study, n_months=24, **FEW)


def with_numbers(**numbers):
    return CASE.model_copy(update={"parameters": {**CASE.parameters, **numbers}})


def test_factors_are_what_is_read_and_uncertain_and_the_choices_and_the_start(study, factors):
    assert factors.items[-1].kind == "start"
    choices = [item for item in factors.items if item.kind == "choice"]
    assert {item.name for item in choices} == {item.name for item in structural_choices()}
    numbers = [item.name for item in factors.items if item.kind == "number"]
    assert not any(study.parameters[name].is_fixed for name in numbers)
    assert "bargain.concept" not in numbers
    assert len(set(factors.names)) == len(factors.names)


def test_a_row_of_the_cube_is_a_point_of_judged_numbers(study, factors):
    rows = np.full((3, len(factors.items)), 0.5)
    concept, switch, start = (
        factors.names.index(name) for name in ("bargain.concept", "relation.balance", "start")
    )
    balance = factors.names.index("relation.beta.balance")
    rows[:, concept] = [0.1, 0.6, 0.9]
    rows[:, switch] = [0.1, 0.9, 0.9]
    rows[:, balance] = [0.9, 0.9, 0.5]
    rows[:, start] = [0.001, 0.5, 0.999]
    points = factors.points(rows)
    assert points["bargain.concept"].tolist() == [0, 2, 3]
    number = study.parameters["relation.beta.balance"]
    np.testing.assert_allclose(
        points["relation.beta.balance"], [0, number.quantile(0.9), number.central]
    )
    relation = study.relations.start.relation[points["start"].astype(int)]
    spokes = CASE.with_role("spoke")
    pair = relation[:, CASE.index.dyad_number("-".join(sorted(spokes)[:2]))]
    assert pair[0] < pair[1] < pair[2]
    other = study.parameters["dispute.settle_rate"]
    np.testing.assert_allclose(points["dispute.settle_rate"], other.central)


def test_every_outcome_is_screened_in_one_run_as_it_would_be_alone(study, screening):
    assert set(screening.quantities) == {
        item.id for item in CASE.outcomes if item.lead(CASE.last_month) <= 24
    }
    alone = screen(study, n_months=24, outcomes=[OUTCOME], **FEW)
    row = screening.quantities.index(OUTCOME)
    np.testing.assert_array_equal(alone.mu_star[0], screening.mu_star[row])
    assert alone.ranking(OUTCOME) == screening.ranking(OUTCOME)


def test_what_leads_to_an_outcome_is_found_and_what_does_not_is_idle(screening):
    # Only the share of changes of support decides who governs, given when governments change.
    felt = set(screening.ranking("cedar-support"))
    assert felt
    assert all(name.startswith("turnover.") for name in felt)
    assert "signal.cost.visit" not in screening.ranking("flare-year")
    never = [item for item in screening.idle if item.startswith("public_good.")]
    assert never, "no outcome of the small case asks about the public good"
    assert screening.ranking("accord-in-force") == ()  # nothing in the baseline brings it


def test_what_a_scenario_holds_nothing_moves(study, screening):
    def felt(found):
        moved = found.is_felt.any(axis=0)
        return {item.name for item, is_felt in zip(found.factors, moved, strict=True) if is_felt}

    deciding = {"mediator.intercept", "mediator.severity_effect"}  # whether the hub mediates
    held = screen(study, "hub-mediates", n_months=24, **FEW)
    assert deciding <= felt(screening)
    assert not deciding & felt(held)
    assert "mediator.kydd_weight" in felt(held)  # whether it is believed


def test_shares_are_of_all_that_is_not_known(study):
    names = ("start", "relation.flare_effect", "bargain.concept")
    found = share_out(study, names, outcomes=[OUTCOME], n_base=64, n_worlds=40)
    assert [item.name for item in found.factors] == [*names, REST]
    assert [item.kind for item in found.factors] == ["start", "number", "choice", "rest"]
    assert found.variance[0] > 0
    assert found.total[0, 0] > found.total[0, 2]
    assert 0 < found.chance_share[0] < 1
    # p (1 - p) on average over points, as far as the mean answer tells
    assert found.chance[0] <= found.mean[0] * (1 - found.mean[0])


def test_a_factor_that_does_nothing_has_no_share_and_not_less_than_none(study, screening):
    # In shared worlds its answers would be equal, and taking their noise out would leave less.
    name = "public_good.cost.default"
    assert name in screening.idle
    found = share_out(study, [name], outcomes=[OUTCOME], n_base=64, n_worlds=40)
    assert found.total_low[0, 0] < 0 < found.total_high[0, 0]
    assert found.first_low[0, 0] < 0 < found.first_high[0, 0]


def test_an_outcome_that_never_varies_has_nothing_to_explain(study):
    found = share_out(study, ["start"], outcomes=["accord-in-force"], n_base=4, n_worlds=4)
    assert not found.explains("accord-in-force")
    assert explained_words(found, "accord-in-force") == CERTAIN
    assert np.isnan(found.total).all()
    assert np.isnan(found.chance_share[0])


def test_both_parts_are_kept_and_read_again(tmp_path):
    asked = {"outcomes": [OUTCOME], "n_base": 4, "n_top": 2, **FEW}
    first = study_of(folder=tmp_path)
    found = sensitivity(first, also=["dispute.memory"], **asked)
    again = study_of(folder=tmp_path)
    same = sensitivity(again, also=["dispute.memory"], **asked)
    assert set(again.finished.values()) == {"kept"}
    np.testing.assert_array_equal(found.screening.mu_star, same.screening.mu_star)
    assert found.indices is not None
    assert same.indices is not None
    np.testing.assert_array_equal(found.indices.total, same.indices.total)
    assert found.indices.factors == same.indices.factors
    assert "dispute.memory" in [item.name for item in same.indices.factors]
    assert len(same.indices.factors) in (3, 4)


def test_without_factors_to_share_among_only_the_screening_is_made(study):
    assert sensitivity(study, outcomes=[OUTCOME], n_top=0, **FEW).indices is None


def test_claims_are_screened_by_what_they_ask(study):
    (found,) = screen_claims(study, **FEW)
    assert (found.scenario, found.against) == ("hub-mediates", "baseline")
    assert found.claims == ((2, OUTCOME),)
    assert found.screening.quantities == (OUTCOME,)
    first = strongest_of([found.screening], 5)
    assert "relation.beta.mediation" in first


def test_an_outcome_with_little_to_say_has_the_same_say_as_another(screening):
    row = screening.quantities.index(OUTCOME)
    loud = replace(screening, mu_star=screening.mu_star.copy(), noise=screening.noise.copy())
    loud.mu_star[row] *= 10
    loud.noise[row] *= 10
    assert strongest_of([loud], 8) == strongest_of([screening], 8)


def test_where_no_number_is_uncertain_choices_and_start_are_left():
    fixed = {
        name: JudgedNumber(low=x.central, central=x.central, high=x.central, meaning=x.meaning,
                           who=x.who, why=x.why)
        for name, x in study_of().parameters.items()
    }  # fmt: skip
    case = CASE.model_copy(update={"parameters": fixed, "demands": ()})
    kinds = {item.kind for item in factors_of(study_of(case), ["baseline"], 24).items}
    assert kinds == {"choice", "start"}


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda s: screen(s, outcomes=["spokes-warm"]), ConfigError,
         'outcome: must be one of the case small-case; found "spokes-warm". Nearest: '
         '"spokes-warmer".'),
        (lambda s: screen(s, n_worlds=1, outcomes=[OUTCOME]), ParameterError,
         "worlds: 4 or more of each point are needed to tell chance from the rest; found 1."),
        (lambda s: share_out(s, ["start"], outcomes=[OUTCOME], n_base=4, n_worlds=1),
         ParameterError,
         "worlds: two or more of each point are needed to tell chance from the rest; found 1."),
        (lambda s: share_out(s, ["start"], outcomes=[OUTCOME], n_base=100, n_worlds=4),
         ParameterError,
         "base samples: a power of two, 4 or more, keeps the points balanced; found 100. Ask for "
         "128."),
        (lambda s: sensitivity(s, outcomes=[OUTCOME], also=["disputes.memory"], **FEW),
         ConfigError,
         "numbers: must be judged numbers or choices of the case; found "
         '"disputes.memory". Nearest: "dispute.memory".'),
        (lambda s: sensitivity(s, outcomes=[OUTCOME], also=["agreement.reference_gap"], **FEW),
         ConfigError,
         "numbers: one that is uncertain and that the futures read; found agreement.reference_gap, "
         "which holds no range. Leave it out."),
        (lambda s: screen(s, outcomes=[OUTCOME], n_bases=2, n_worlds=2_000_000), ParameterError,
         "Ask for fewer base points, fewer factors or fewer worlds."),
        (lambda s: screen(s, outcomes=[OUTCOME], n_bases=1), ParameterError,
         "screening: needs a factor and two or more base points; found"),
        (lambda s: screen(s, n_months=1), ConfigError,
         "outcome: the case small-case must ask about something that falls due within 1 months; "
         "found nothing. Ask for more months."),
        (lambda s: screen_claims(study_of(CASE.model_copy(update={"claims": ()}))), ConfigError,
         "sensitivity: a claim of the case small-case must ask something of the futures; found "
         "none. Name an outcome instead."),
    ],
)  # fmt: skip
def test_nonsense_gets_a_sentence(study, call, error, sentence):
    with pytest.raises(error) as caught:
        call(study)
    assert sentence in str(caught.value)
