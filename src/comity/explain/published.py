"""Published answers to "are alliances honoured?", shown together or not at all.

The answers run from about a fifth to three quarters: they count different treaties, years and
duties, and some count wars, some allies. A single one of them says what its authors chose to count.
No function here gives the words of one answer alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from comity.core.errors import ConfigError
from comity.core.estimates import Estimate
from comity.core.sources import SEEN_WORDS, source


@dataclass(frozen=True)
class PublishedAnswer:
    """One answer, and what it counts."""

    source: str  # key of comity.core.sources
    years: str
    share: float  # honoured, 0 to 1
    counts: str
    seen: str
    about: bool = False  # the work says "about"
    part: str = ""  # the kind of treaty, where the answer is about one kind only

    @property
    def label(self) -> str:
        """Authors and year."""
        work = source(self.source)
        return f"{work.authors} {work.year}"


@cache
def published_answers() -> tuple[PublishedAnswer, ...]:
    """Return every answer, in file order.

    Raises
    ------
    ConfigError
        The file holds a single answer: one alone must never be shown.
    """
    text = files("comity.explain").joinpath("published_answers.toml").read_text(encoding="utf-8")
    found = tuple(PublishedAnswer(**row) for row in tomllib.loads(text)["answer"])
    if len({answer.source for answer in found}) < 2:
        raise ConfigError(
            "published_answers.toml: answers of two works or more must stand together; found those "
            "of one. Add the others, or show none."
        )
    return found


def answer_range() -> tuple[PublishedAnswer, PublishedAnswer]:
    """Return the lowest and the highest answer about treaties of all kinds."""
    whole = [answer for answer in published_answers() if not answer.part]
    return min(whole, key=lambda one: one.share), max(whole, key=lambda one: one.share)


def honoured_sentence() -> str:
    """Return the range of the answers in words, with what makes them differ."""
    low, high = answer_range()
    return (
        "Published answers to whether alliances are honoured run from "
        f"{_percent(low)} ({low.label}, {low.years}) to {_percent(high)} ({high.label}, "
        f"{high.years}); they count different treaties, years and duties, and none of them alone "
        "is the answer."
    )


def honoured_table(own: Iterable[Estimate] = ()) -> list[tuple[str, str, str, str, str]]:
    """Return a row for each answer: work, years, share, what is counted, how far it was read.

    ``own`` are figures computed here (unit ``share``), listed after the published ones.
    """
    rows = [
        (
            answer.label, answer.years, _percent(answer),
            f"{answer.part}: {answer.counts}" if answer.part else answer.counts,
            SEEN_WORDS[answer.seen],
        )
        for answer in published_answers()
    ]  # fmt: skip
    rows += [
        (
            "comity", figure.sample,
            f"{100 * figure.value:.0f}% [{100 * figure.low:.0f}, {100 * figure.high:.0f}]",
            figure.meaning, figure.code,
        )
        for figure in own
    ]  # fmt: skip
    return rows


def _percent(answer: PublishedAnswer) -> str:
    share = 100 * answer.share
    text = f"{share:.1f}%" if abs(share - round(share)) > 0.31 else f"{share:.0f}%"
    return f"about {text}" if answer.about else text
