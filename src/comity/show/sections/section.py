"""A section of the report: its name in the navigation, its headline, what its template shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from comity.core.case import Case
from comity.core.effects import Effects
from comity.core.ensemble import Contrast, Ensemble
from comity.core.history import EventCounts
from comity.core.judged import JudgedNumber
from comity.core.relations import Relations
from comity.core.verdicts import Verdict
from comity.show.figures.figure import Figure


class StudyLike(Protocol):
    """What a report needs of a study; `comity.study.Study` is one."""

    @property
    def case(self) -> Case:
        """The case."""
        ...

    @property
    def counts(self) -> EventCounts:
        """Acts by month."""
        ...

    @property
    def relations(self) -> Relations:
        """The measured relations."""
        ...

    @property
    def parameters(self) -> Mapping[str, JudgedNumber]:
        """Numbers behind the futures, package defaults included."""
        ...

    @property
    def effects(self) -> Effects:
        """What moves relations, with the strength of the evidence."""
        ...

    def ensemble(self, scenario_id: str = "baseline") -> Ensemble:
        """Futures of a scenario."""
        ...

    def null(self) -> Ensemble:
        """Futures of the null simulator."""
        ...

    def contrast(self, scenario_id: str, against: str = "baseline") -> Contrast:
        """Paired differences."""
        ...

    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict per claim."""
        ...

    def receipt(self) -> Any:
        """What the run was made of."""
        ...


@dataclass(frozen=True)
class Section:
    """One section; ``template`` reads ``content``, ``figures`` go to the page's script."""

    id: str
    nav: str
    headline: str
    template: str
    content: dict[str, Any]
    figures: tuple[Figure, ...] = field(default=())


def short_warning(warning: str) -> str:
    """Return the first two sentences of the case's warning, for the line under a figure."""
    sentences = [part.rstrip(".") for part in warning.strip().split(". ")[:2]]
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


def source_line(counts: EventCounts, n_acts: int) -> str:
    """Return which record a figure rests on."""
    return f"Source: {counts.source}, {n_acts:,} act{'' if n_acts == 1 else 's'}."


def meaning_words(case: Case, name: str, meaning: str) -> str:
    """Return what a judged number means, a coalition called by its name where the case has one."""
    for item in case.coalitions:
        if name.startswith(f"coalitions.{item.state}.{item.id}."):
            short = f"orientation of {item.id} ({item.state})"
            return meaning.replace(short, f"orientation of “{item.name}” ({item.state})")
    return meaning
