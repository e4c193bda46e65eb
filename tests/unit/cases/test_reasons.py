"""Every judged number says why: what it rests on, and what would move it."""

import re

import pytest
from tests.unit.cases.test_case_content import DEMANDS, PARAMETERS, STAKES

from comity.core.judged import JudgedNumber

ALL = {
    **PARAMETERS,
    **{
        f"demands.{demand.id}.{stake}": getattr(demand, stake)
        for demand in DEMANDS
        for stake in STAKES
    },
}
JUDGED = ("E", "M")
LEAST_WORDS = {True: 20, False: 15}
"""Of a judged number, and of one that was counted, derived or read in a source."""

EMPTY = (
    "judged", "judged half", "half to double", "plus or minus", "between treaty and statement",
    "sets the unit", "same fit", "a definition", "admits zero", "middling", "none assumed",
    "as large as", "one episode", "few episodes", "half of it",
)  # fmt: skip
"""What a sentence must not consist of: it names a range or an act of judging and no reason."""

MOVES = "Would move it: "


def faults(number: JudgedNumber) -> list[str]:
    """Return what a reason lacks."""
    why, is_judged = number.why, number.tag in JUDGED
    found: list[str] = []
    n_words = len(re.findall(r"[\w'-]+", why))
    if n_words < LEAST_WORDS[is_judged]:
        found.append(f"{n_words} words, fewer than {LEAST_WORDS[is_judged]}")
    if is_judged and (why.count(MOVES) != 1 or len(why.partition(MOVES)[2].split()) < 3):
        found.append("does not say what would move it")
    if is_judged and not re.search(rf"\[{number.tag}\]", why):
        found.append(f"does not say what in it is judged or from memory, [{number.tag}]")
    body = why.partition(MOVES)[0]
    # The sentence that a number stands on must say more than that somebody judged.
    empty = "|".join(EMPTY)
    first = re.split(r"[.;:](?= |$)", body)[0]
    if re.fullmatch(rf"(?i)(?:{empty})(?: \w+){{0,3}}", first.strip()):
        found.append(f'begins with an empty phrase, "{first.strip()}"')
    return found


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_reason_is_specific_and_says_what_would_move_the_number(name):
    assert faults(ALL[name]) == []


def number(why: str, tag: str = "E") -> JudgedNumber:
    return JudgedNumber.model_validate(
        {"low": 0, "central": 1, "high": 2, "meaning": "m", "who": "w", "why": why, "tag": tag}
    )


LONG = "A reason that says in so many words what the number stands for and why it is as large [E]."


@pytest.mark.parametrize(
    ("why", "tag", "fault"),
    [
        ("Judged.", "E", "words, fewer than 20"),
        ("Half to double.", "E", 'begins with an empty phrase, "Half to double"'),
        (f"Judged half. {LONG} Would move it: a count of such cases.", "E", "empty phrase"),
        (LONG, "E", "does not say what would move it"),
        (f"{LONG} Would move it: data.", "E", "does not say what would move it"),
        (LONG.replace("[E]", "") + " Would move it: a count of cases.", "E", "judged or from mem"),
        (LONG.replace("[E]", "[S]") + " Would move it: a count of cases.", "M", "[M]"),
        ("Counted on the record of 28 years.", "R", "words, fewer than 15"),
    ],
)
def test_a_thin_reason_would_be_seen(why, tag, fault):
    assert any(fault in found for found in faults(number(why, tag)))


def test_a_full_reason_passes():
    assert faults(number(f"{LONG} Would move it: a count of such cases.")) == []


def test_no_two_numbers_share_a_reason_unless_one_count_gave_both():
    shared: dict[str, list[str]] = {}
    for name, item in ALL.items():
        shared.setdefault(item.why, []).append(name)
    counted = ("turnover.support_share.", "coalitions.", "dispute.rate.")
    repeated = [names for names in shared.values() if len(names) > 1]
    assert all(all(name.startswith(counted) for name in names) for names in repeated)
