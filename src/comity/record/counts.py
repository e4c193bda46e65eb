"""Events to counts: which acts a row stands for, and on which side each counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from comity.core.case import Case, EventClass
from comity.core.errors import ParameterError
from comity.core.history import EventCounts
from comity.core.months import month_of, month_text
from comity.core.rows import Event


def count_events(case: Case, *, as_of_month: int | None = None) -> EventCounts:
    """Return the acts of each directed dyad by month, cooperative and conflictual.

    Parameters
    ----------
    case
        The case.
    as_of_month
        Last month to look at, in months since 1970-01: later rows and later months are left out,
        as if the case had closed with it. The case's own last month by default.

    Returns
    -------
    counts
        ``months`` runs from the case's first month to ``as_of_month``. A zero means that the
        record has no act, not that none happened.

    Raises
    ------
    ParameterError
        ``as_of_month`` lies outside the case's months.

    Notes
    -----
    A row stands for every pair of a source and a different target. A symmetric row is a joint act
    of all states that it names: every one of them acts toward every other, so that a three-way
    meeting counts for all three pairs, in both directions. Without ``symmetric`` nothing is said
    about pairs of targets or pairs of sources. Mediation counts as an act of the mediator toward
    each party. A row whose states are all one is context and no act; so is a row of class
    ``none``.
    """
    last = case.last_month if as_of_month is None else as_of_month
    if not case.first_month <= last <= case.last_month:
        raise ParameterError(
            f"as_of_month must lie within the case, {month_text(case.first_month)} to "
            f"{month_text(case.last_month)}; found {month_text(last)}."
        )
    index = case.index
    months = np.arange(case.first_month, last + 1)
    acts = [
        (month_of(event.date) - case.first_month, index.directed_number(*pair), row, found)
        for row, event in enumerate(case.events)
        if month_of(event.date) <= last and (found := classify(event, case.event_classes))
        for pair in act_pairs(event)
    ]
    acts.sort(key=lambda act: (act[0], act[2]))
    time = np.array([act[0] for act in acts], np.int64)
    directed = np.array([act[1] for act in acts], np.int64)
    rows = np.array([act[2] for act in acts], np.int64)
    cooperative = np.array([act[3].is_cooperative for act in acts], np.bool_)
    shape = (index.n_directed, len(months))
    both = np.zeros((2, *shape), np.int64)
    np.add.at(both, (cooperative.astype(np.int64), directed, time), 1)
    return EventCounts(
        index=index,
        months=months,
        cooperative=both[1],
        conflictual=both[0],
        tone=np.array([case.events[row].tone for row in rows], np.float64),
        tone_directed=directed,
        tone_time=time,
        tone_cooperative=cooperative,
        act_row=rows,
    )


def act_pairs(event: Event) -> Iterator[tuple[str, str]]:
    """Yield the ordered pairs of states that a row stands for, each once."""
    sources, targets = event.source, event.target
    if event.symmetric:
        sources = targets = tuple(dict.fromkeys((*sources, *targets)))
    for source in dict.fromkeys(sources):
        for target in dict.fromkeys(targets):
            if source != target:
                yield source, target


def classify(event: Event, classes: Sequence[EventClass]) -> EventClass | None:
    """Return the class of a row by its kind and tone, or None where it is not an act."""
    for row in classes:
        if row.kind == event.kind and row.low <= event.tone < row.high:
            return None if row.quad == "none" else row
    return None
