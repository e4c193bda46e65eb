"""Headlines: results turned into sentences by rules. Each says the finding and its weakness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.core.change_words import chance_words
from comity.core.effects import CARRIED
from comity.core.wording import MINUS
from comity.show.numbers import listed, number_word, signed_count

PERCENTILE_WORDS = (
    (90, "stand closer than in nine of ten months"),
    (60, "stand closer than in most months"),
    (40, "stand about where they mostly stood"),
    (10, "stand further apart than in most months"),
    (0, "stand further apart than in nine of ten months"),
)
"""From this percentile of the pair's own history upwards, these words."""

EVIDENCE_WORDS = (
    (45, "though the record hardly says"),
    (25, "on thin evidence"),
    (12, "with some doubt"),
    (0, "and the record is clear on it"),
)
"""From this width of the 80% interval upwards, in points of 100, these words."""


def percentile_words(percentile: float) -> str:
    """Return where a percentile of the own history (0 to 100) puts the pair."""
    return next(words for least, words in PERCENTILE_WORDS if percentile >= least)


def evidence_words(width: float) -> str:
    """Return how much an 80% interval of this width (points of 100) leaves open."""
    return next(words for least, words in EVIDENCE_WORDS if width >= least)


def where_they_stand(pair: str, percentile: float, width: float, since: int) -> str:
    """Return the headline of the measured relation."""
    return f"{pair} {percentile_words(percentile)} since {since}, {evidence_words(width)}"


def what_changed(n_quarrels: int, n_turns: int, surest: float, few_acts: bool) -> str:
    """Return the headline of quarrels and turning points that are more likely than not.

    ``surest`` is the largest of their chances, 0 to 1; ``few_acts`` whether the record is too thin
    to tell one from the other.
    """
    weakness = ", on few acts" if few_acts else ""
    if not n_quarrels and not n_turns:
        return f"No quarrel and no turning point is more likely than not{weakness}"
    quarrel = f"{number_word(n_quarrels)} quarrel{'' if n_quarrels == 1 else 's'} came and went"
    turn = f"{number_word(n_turns)} turning point{'' if n_turns == 1 else 's'}"
    found = f"{quarrel}, {turn}".capitalize()
    return f"{found}: each more likely than not, the surest {chance_words(surest)}{weakness}"


def what_follows(
    pair: str,
    *,
    now: float,
    then: float,
    low: float,
    high: float,
    null_width: float | None,
    when: str,
) -> str:
    """Return the headline of the baseline's futures of the first focal pair.

    ``now``, ``then``, ``low`` and ``high`` are shares (0 to 1): the last recorded median, the
    median and the 80% interval at the horizon. ``null_width`` is the width of the null simulator's
    80% interval there, also as a share.
    """
    change = 100 * (then - now)
    if change >= 3:
        course = f"{pair} more likely draw closer than apart by {when}"
    elif change <= -3:
        course = f"{pair} more likely drift apart than closer by {when}"
    else:
        course = f"For {pair} the model sees no clear direction by {when}"
    reach = f"anything from {round(100 * low)} to {round(100 * high)} in 100 is likely"
    if null_width is not None and high - low >= 0.95 * null_width:
        return f"{course}; {reach}, no sharper than a random walk"
    return f"{course}; {reach}"


SPREAD_WORDS = (
    (1.0, "more than the whole spread of futures"),
    (0.5, "more than half the spread of futures"),
    (0.25, "more than a quarter of the spread of futures"),
    (0.1, "more than a tenth of the spread of futures"),
    (0.0, "less than a tenth of the spread of futures"),
)
"""From this ratio of mean difference to the standard deviation of futures upwards, these words."""


def spread_words(ratio: float) -> str:
    """Return a difference over the spread of the baseline's futures, in words."""
    return next(words for least, words in SPREAD_WORDS if abs(ratio) >= least)


def what_moves(tiers: Sequence[str]) -> str:
    """Return the headline of the drivers' effects from their evidence tiers.

    A number counts as learned in tier A, B or C. Only A and B rest on a design.
    """
    drivers = f"{number_word(len(tiers))} driver{'' if len(tiers) == 1 else 's'}"
    learned = sum(tier in CARRIED for tier in tiers)
    designed = sum(tier in ("A", "B") for tier in tiers)
    rest = {
        "only the prior": tiers.count("prior-driven"),
        "not identified": tiers.count("not identified"),
        "without a number": tiers.count("not estimable"),
    }
    if not learned:
        course = f"The record tells of none of {drivers} what it moves"
    else:
        if designed == 0:
            how = "none of it causal"
        elif designed == learned:
            how = "each by a design" if designed > 1 else "by a design"
        else:
            how = f"{number_word(designed)} by a design"
        course = f"The record tells something of {number_word(learned)} of {drivers}, {how}"
    left = [
        f"{number_word(n)} {'is' if n == 1 else 'are'} {words}" for words, n in rest.items() if n
    ]
    return f"{course}; {listed(left)}" if left else course


@dataclass(frozen=True)
class Shift:
    """How far a what-if moves a pair, at the month where it moves it most.

    ``points`` is the difference of the expected share (0 to 1), ``ratio`` the difference over the
    standard deviation of the baseline's futures, both in the relation's own sign. ``is_clear`` says
    whether the 80% interval of ignorance excludes zero.
    """

    title: str
    pair: str
    points: float
    ratio: float
    when: str
    is_clear: bool


def one_what_if(shift: Shift) -> str:
    """Return the headline of one scenario's block."""
    step = signed_count(shift.points)
    if step == "0":
        return f"{shift.pair} hardly move: less than one in 100 at any month"
    way = "closer" if shift.points > 0 else "further apart"
    doubt = "" if shift.is_clear else "; within what is not known, it could be none"
    size = f"{step.lstrip('+' + MINUS)} in 100 at most ({shift.when}), {spread_words(shift.ratio)}"
    return f"{shift.pair} {way} by {size}{doubt}"


def all_what_ifs(shifts: list[Shift]) -> str:
    """Return the headline over all scenarios."""
    moving = [item for item in shifts if item.is_clear and abs(item.ratio) >= 0.25]
    total = number_word(len(shifts))
    noun = "what-if" if len(shifts) == 1 else "what-ifs"
    if not moving and len(shifts) == 1:
        return "The one what-if does not stand out from the spread of futures"
    if not moving:
        return f"None of {total} {noun} stands out from the spread of futures"
    most = max(moving, key=lambda item: abs(item.ratio))
    if len(moving) == 1:
        return f"One of {total} {noun} stands out from the spread of futures: “{most.title}”"
    few = number_word(len(moving)).capitalize()
    return f"{few} of {total} {noun} stand out from the spread of futures, “{most.title}” most"


HOLDS = ("supported",)
FAILS = ("contradicted",)
OPEN = (
    "not identified",
    "only the prior",
    "not yet knowable",
    "no such mechanism yet",
    "unverified",
)


def argument(counts: Mapping[str, int]) -> str:
    """Return the headline of the claims table from the number of claims per verdict word."""
    total = sum(counts.values())
    holds, fails, unanswered = (
        sum(counts.get(word, 0) for word in words) for words in (HOLDS, FAILS, OPEN)
    )
    parts: list[str] = []
    # A fact on record is not a finding: it is counted apart from what the test upholds.
    if counts.get("recorded", 0):
        n = counts["recorded"]
        parts.append(f"{number_word(n)} {'is' if n == 1 else 'are'} on record")
    if counts.get("corrected", 0):
        parts.append(f"{number_word(counts['corrected'])} corrected")
    if holds:
        parts.append(f"{number_word(holds)} {'holds' if holds == 1 else 'hold'}")
    if counts.get("mixed", 0):
        parts.append(f"{number_word(counts['mixed'])} mixed")
    if counts.get("depends", 0):
        n = counts["depends"]
        parts.append(f"{number_word(n)} {'depends' if n == 1 else 'depend'}")
    if fails:
        parts.append(f"{number_word(fails)} contradicted")
    if unanswered:
        parts.append(f"{number_word(unanswered)} cannot be told yet")
    if not parts:
        return f"The argument, claim by claim: {number_word(total)} claims, none of them testable"
    if counts.get("definition", 0):
        n = counts["definition"]
        parts.append(f"{number_word(n)} {'is a definition' if n == 1 else 'are definitions'}")
    if counts.get("recommendation", 0):
        n = counts["recommendation"]
        parts.append(
            f"{number_word(n)} {'is a recommendation' if n == 1 else 'are recommendations'}"
        )
    return f"The argument, claim by claim: of {number_word(total)}, {listed(parts)}"


def assumptions(n_judged: int, n_unsourced: int) -> str:
    """Return the headline of the judged numbers; unsourced: tagged judged or from memory."""
    noun = "judged number" if n_judged == 1 else "judged numbers"
    if n_judged == 0:
        return "The answers rest on no judged number"
    if n_unsourced == 0:
        return f"The answers rest on {number_word(n_judged)} {noun}, each with a source"
    rest = "none" if n_unsourced == n_judged else number_word(n_judged - n_unsourced)
    verb = "has" if rest in ("none", "one") else "have"
    return f"The answers rest on {number_word(n_judged)} {noun}; {rest} of them {verb} a source"


def score(difference: float, low: float, high: float, baseline: str) -> str:
    """Return whether the measurement earns its keep against a baseline, one month ahead.

    Differences are in nats per cell; positive favours the measurement. The sentence claims a gain
    or a loss only when the interval excludes zero.
    """
    bounds = f"{difference:+.3f} nats a cell, interval {low:+.3f} to {high:+.3f}".replace("-", "−")
    if low > 0:
        return f"One month ahead the measurement beats {baseline} ({bounds})."
    if high < 0:
        return f"One month ahead the measurement loses to {baseline} ({bounds})."
    return f"One month ahead the measurement cannot be told from {baseline} ({bounds})."
