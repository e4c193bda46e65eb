"""Headlines: every rule at its boundary."""

import re

import pytest

from comity.core.claims import VERDICTS
from comity.show import headlines as h
from comity.show.numbers import number_word


@pytest.mark.parametrize(
    ("percentile", "words"),
    [
        (100, "stand closer than in nine of ten months"),
        (90, "stand closer than in nine of ten months"),
        (89.99, "stand closer than in most months"),
        (60, "stand closer than in most months"),
        (59.99, "stand about where they mostly stood"),
        (40, "stand about where they mostly stood"),
        (39.99, "stand further apart than in most months"),
        (10, "stand further apart than in most months"),
        (9.99, "stand further apart than in nine of ten months"),
        (0, "stand further apart than in nine of ten months"),
    ],
)
def test_percentile_words(percentile, words):
    assert h.percentile_words(percentile) == words


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (100, "though the record hardly says"),
        (45, "though the record hardly says"),
        (44.9, "on thin evidence"),
        (25, "on thin evidence"),
        (24.9, "with some doubt"),
        (12, "with some doubt"),
        (11.9, "and the record is clear on it"),
        (0, "and the record is clear on it"),
    ],
)
def test_evidence_words(width, words):
    assert h.evidence_words(width) == words


def test_where_they_stand():
    assert (
        h.where_they_stand("Norport and Larkholm", 72, 30, 1998)
        == "Norport and Larkholm stand closer than in most months since 1998, on thin evidence"
    )


@pytest.mark.parametrize(
    ("then", "start"),
    [
        (0.530, "A and B more likely draw closer than apart by Sep 2030; "),
        (0.529, "For A and B the model sees no clear direction by Sep 2030; "),
        (0.471, "For A and B the model sees no clear direction by Sep 2030; "),
        (0.469, "A and B more likely drift apart than closer by Sep 2030; "),
    ],
)
def test_what_follows_says_direction_only_beyond_three_points(then, start):
    words = h.what_follows(
        "A and B", now=0.5, then=then, low=0.3, high=0.8, null_width=None, when="Sep 2030"
    )
    assert words == start + "anything from 30 to 80 in 100 is likely"


def test_what_follows_admits_when_a_random_walk_is_as_sharp():
    def words(null_width):
        return h.what_follows(
            "A and B", now=0.5, then=0.5, low=0.3, high=0.8, null_width=null_width, when="2030"
        )

    assert words(0.52).endswith("is likely, no sharper than a random walk")
    assert words(0.53).endswith("is likely")


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.0, "more than the whole spread of futures"),
        (-0.99, "more than half the spread of futures"),
        (0.5, "more than half the spread of futures"),
        (0.49, "more than a quarter of the spread of futures"),
        (-0.25, "more than a quarter of the spread of futures"),
        (0.24, "more than a tenth of the spread of futures"),
        (0.09, "less than a tenth of the spread of futures"),
        (0.0, "less than a tenth of the spread of futures"),
    ],
)
def test_spread_words_go_by_size_not_sign(ratio, words):
    assert h.spread_words(ratio) == words


def shift(points, ratio, *, clear=True, title="The hub mediates"):
    return h.Shift(title, "A and B", points, ratio, "Mar 2027", clear)


def test_one_what_if():
    assert (
        h.one_what_if(shift(0.08, 0.6))
        == "A and B closer by 8 in 100 at most (Mar 2027), more than half the spread of futures"
    )
    assert (
        h.one_what_if(shift(-0.04, -0.3, clear=False))
        == "A and B further apart by 4 in 100 at most (Mar 2027), more than a quarter "
        "of the spread of futures; within what is not known, it could be none"
    )
    assert (
        h.one_what_if(shift(0.004, 0.3)) == "A and B hardly move: less than one in 100 at any month"
    )


def test_all_what_ifs():
    quiet, unclear = shift(0.02, 0.24), shift(0.1, 0.6, clear=False)
    loud, louder = shift(0.05, 0.25), shift(-0.06, -0.5, title="The hub withdraws")
    assert (
        h.all_what_ifs([quiet, unclear])
        == "None of two what-ifs stands out from the spread of futures"
    )
    assert (
        h.all_what_ifs([quiet]) == "The one what-if does not stand out from the spread of futures"
    )
    assert "None of one" not in h.all_what_ifs([unclear])
    assert (
        h.all_what_ifs([quiet, loud])
        == "One of two what-ifs stands out from the spread of futures: “The hub mediates”"
    )
    assert (
        h.all_what_ifs([quiet, loud, louder])
        == "Two of three what-ifs stand out from the spread of futures, “The hub withdraws” most"
    )


def test_argument_counts_words():
    counts = {
        "supported": 1,
        "recorded": 1,
        "mixed": 1,
        "depends": 2,
        "contradicted": 1,
        "only the prior": 3,
    }
    assert (
        h.argument(counts)
        == "The argument, claim by claim: of nine, one is on record, one holds, one mixed, two "
        "depend, one contradicted and three cannot be told yet"
    )
    assert (
        h.argument({"definition": 2})
        == "The argument, claim by claim: two claims, none of them testable"
    )


def test_every_verdict_word_is_either_counted_or_says_nothing_about_truth():
    counted = {*h.HOLDS, *h.FAILS, *h.OPEN, "mixed", "depends", "recorded", "corrected"}
    assert counted <= set(VERDICTS)
    assert set(VERDICTS) - counted == {"definition", "recommendation"}


def test_assumptions():
    assert h.assumptions(0, 0) == "The answers rest on no judged number"
    assert h.assumptions(5, 0) == "The answers rest on five judged numbers, each with a source"
    assert (
        h.assumptions(84, 61) == "The answers rest on 84 judged numbers; 23 of them have a source"
    )
    assert h.assumptions(2, 1) == "The answers rest on two judged numbers; one of them has a source"
    assert h.assumptions(1, 1) == "The answers rest on one judged number; none of them has a source"


@pytest.mark.parametrize(
    ("low", "high", "verb"),
    [
        (0.001, 0.04, "beats"),
        (0.0, 0.04, "cannot be told from"),
        (-0.02, 0.0, "cannot be told from"),
        (-0.04, -0.001, "loses to"),
    ],
)
def test_score_is_told_also_when_it_is_lost(low, high, verb):
    words = h.score((low + high) / 2, low, high, "persistence")
    assert verb in words
    assert "persistence" in words
    assert "-" not in words.replace("one-step", "")


@pytest.mark.parametrize(
    "counts",
    [
        dict.fromkeys(VERDICTS, 1),
        dict.fromkeys(VERDICTS, 2),
        {word: k for k, word in enumerate(VERDICTS, start=1)},
        *({word: 1, "supported": 3, "recommendation": 2} for word in VERDICTS),
    ],
)
def test_the_counts_in_the_headline_add_up(counts):
    total, _, parts = h.argument(counts).partition(": of ")[2].partition(", ")
    numbers = {number_word(k): k for k in range(200)}
    found = [numbers[word] for word in re.findall(r"\w+", parts) if word in numbers]
    assert sum(found) == numbers[total] == sum(counts.values())


@pytest.mark.parametrize("points", [0.03, -0.03, 0.4, -0.4])
def test_closer_and_further_apart_carry_no_sign(points):
    way = "closer" if points > 0 else "further apart"
    words = h.one_what_if(shift(points, points))
    assert f"{way} by {round(100 * abs(points))} in 100" in words
    assert not re.search(r"[+−-]\d", words)


@pytest.mark.parametrize(
    ("n_quarrels", "n_turns", "surest", "few", "words"),
    [
        (0, 0, 0.0, False, "No quarrel and no turning point is more likely than not"),
        (0, 0, 0.0, True, "No quarrel and no turning point is more likely than not, on few acts"),
        (
            1, 0, 0.612, False,
            "One quarrel came and went, no turning points: each more likely than not, the surest "
            "61 in 100",
        ),
        (
            2, 12, 0.998, True,
            "Two quarrels came and went, 12 turning points: each more likely than not, the surest "
            "over 99 in 100, on few acts",
        ),
    ],
)  # fmt: skip
def test_what_changed(n_quarrels, n_turns, surest, few, words):
    assert h.what_changed(n_quarrels, n_turns, surest, few) == words
