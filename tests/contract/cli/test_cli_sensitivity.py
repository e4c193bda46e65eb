"""`comity sensitivity`: what people read, what is refused, and what the document holds."""

import pytest

FEW = ("--bases", "3", "--worlds", "16", "--samples", "16", "--top", "3")


def test_people_read_what_moves_the_answer_who_has_its_variance_and_what_is_chance(comity, small):
    said = comity("sensitivity", small, "spokes-warmer", *FEW)
    assert (said.code, said.err) == (0, "")
    for words in ("What moves the answer: Birch and Cedar stand warmer than today",
                  "where relations stand at the start", "changed nothing in any future",
                  "Who has the variance that ignorance leaves", "other factors together",
                  "of what ignorance leaves open", "is chance and"):  # fmt: skip
        assert words in said.out


def test_without_an_outcome_those_of_the_claims_are_screened(comity, small):
    said = comity("sensitivity", small, *FEW[:4])
    assert (said.code, said.err) == (0, "")
    assert "What moves the answers that the claims ask for" in said.out
    assert "The hub mediates, against" in said.out
    document = comity("sensitivity", small, *FEW[:4], "--json").document
    (answer,) = document["answers"]
    assert (answer["claims"], answer["variance"]) == ([2], None)
    assert document["strongest"]
    sizes = [effect["mu_star"] for effect in answer["effects"]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_choice_has_forms_and_no_direction(comity, small):
    document = comity("sensitivity", small, "spokes-warmer", *FEW, "--json").document
    (answer,) = document["answers"]
    by_name = {effect["factor"]: effect for effect in answer["effects"]}
    concept = by_name["bargain.concept"]
    assert concept["levels"] == ["Nash", "Kalai-Smorodinsky", "Shapley", "Raiffa"]
    assert concept["mu"] is None
    assert answer["variance"]["shares"][-1]["kind"] == "rest"


def test_an_outcome_that_never_happens_has_no_variance_to_explain(comity, small):
    more = ("--also", "start")
    said = comity("sensitivity", small, "accord-in-force", *FEW, *more)
    assert said.code == 0
    assert "in every future that was simulated, or in none" in said.out


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("spokes-wamer",), 'Nearest: "spokes-warmer".'),
        (("spokes-warmer", "--worlds", "1"), "worlds: 4 or more"),
        (("spokes-warmer", "--samples", "100"), "a power of two"),
        (("spokes-warmer", "--also", "no.such"), "must be judged numbers or choices of the case"),
        (("spokes-warmer", "--scenario", "hub-meditates"), 'Nearest: "hub-mediates".'),
        (("spokes-warmer", "--scenario", "hub-mediates", "--against", "hub-mediates"),
         "a scenario against itself"),
    ],
)  # fmt: skip
def test_nonsense_gets_a_sentence_and_nothing_is_printed(comity, small, more, sentence):
    said = comity("sensitivity", small, *FEW, *more)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
