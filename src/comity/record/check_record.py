"""Events, agreements and dockets that refer to what the case has."""

from __future__ import annotations

from itertools import groupby

from comity.core.errors import Problem
from comity.core.months import month_of
from comity.core.rows import Dispute
from comity.record.check_states import is_plain
from comity.record.dockets import QUIET_MONTHS, is_quiet
from comity.record.draft import Draft
from comity.record.located import Located
from comity.record.repeats import repeated
from comity.record.tables import Table

TONES = (-10.0, 10.0)
_STATE = "must be the code of a state in case.toml"


def check_record(draft: Draft) -> list[Problem]:
    """Return ids given twice, unknown codes and kinds, and rows that contradict themselves."""
    problems: list[Problem] = []
    tables: list[tuple[Table, str]] = [
        (draft.events, "an event's id"),
        (draft.agreements, "an agreement's id"),
        (draft.disputes, "a docket's id"),
    ]
    for table, what in tables:
        problems += repeated(table.codes("id"), "id", what)
    columns: list[tuple[Table, str]] = [
        (draft.events, "source"),
        (draft.events, "target"),
        (draft.agreements, "parties"),
        (draft.statuses, "by"),
        (draft.disputes, "parties"),
    ]
    for table, column in columns:
        for row, code in table.codes(column):
            problems += row.unknown(column, _STATE, code, draft.codes)
    return problems + _events(draft) + _classes(draft) + _agreements(draft) + _dockets(draft)


def _events(draft: Draft) -> list[Problem]:
    kinds = draft.event_classes.column("kind")
    problems: list[Problem] = []
    for row, kind in draft.events.codes("kind"):
        problems += row.unknown("kind", "must be a kind of the table of event classes", kind, kinds)
    for row in draft.events.rows:
        if set(row.value.source) == set(row.value.target) and row.value.tone != 0:
            must = "an act of a state on itself is context and has tone 0"
            problems.append(row.problem("tone", must, f"{row.value.tone:g}"))
    return problems


def _classes(draft: Draft) -> list[Problem]:
    rows = sorted(draft.event_classes.rows, key=lambda row: (row.value.kind, row.value.low))
    if draft.event_classes.problems:
        return []
    problems: list[Problem] = []
    for kind, group in groupby(rows, key=lambda row: row.value.kind):
        ranges = list(group)
        reached = min(TONES[0], ranges[0].value.low)
        for row in ranges:
            if row.value.low != reached or row.value.high <= row.value.low:
                must = f'ranges of "{kind}" must follow each other without gap from {reached:g}'
                found = f"{row.value.low:g} to {row.value.high:g}"
                problems.append(row.problem("low", must, found, f'Nearest: "{reached:g}".'))
            reached = row.value.high
        if not reached > TONES[1]:
            must = f'ranges of "{kind}" must reach beyond {TONES[1]:g}'
            problems.append(ranges[-1].problem("high", must, f"{reached:g}", 'Nearest: "11".'))
    return problems


def _agreements(draft: Draft) -> list[Problem]:
    problems = [
        row.problem("parties", "must name each party once", ";".join(row.value.parties))
        for row in draft.agreements.rows
        if len(set(row.value.parties)) < len(row.value.parties)
    ]
    known = draft.agreements.column("id")
    for row, word in draft.statuses.codes("agreement"):
        problems += row.unknown("agreement", "must be the id of an agreement", word, known)
    latest: dict[str, Located] = {}
    for row in draft.statuses.rows:
        before = latest.get(row.value.agreement)
        if before is not None and row.value.date < before.value.date:
            must = f"must not lie before row {before.row} of the same agreement"
            fix = f'Nearest: "{before.value.date}". Put the rows in order of their days.'
            problems.append(row.problem("date", must, str(row.value.date), fix))
        latest[row.value.agreement] = row
    return problems


def _dockets(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    for row in draft.disputes.rows:
        problems += _docket(row)
        if draft.as_of is None or row.value.is_active or row.value.settled is not None:
            continue
        if not is_quiet(row.value, month_of(draft.as_of)):
            must = (
                f"must be 1: the last flare is less than {QUIET_MONTHS} months before as_of and "
                "the docket is not settled"
            )
            problems.append(row.problem("is_active", must, "0"))
    return problems


def _docket(row: Located[Dispute]) -> list[Problem]:
    docket = row.value
    problems: list[Problem] = []
    if not is_plain(docket.id):
        problems.append(row.problem("id", "must be a word without blanks and dots", docket.id))
    if list(docket.flares) != sorted(set(docket.flares)):
        must = "must list each day once, in order"
        problems.append(row.problem("flares", must, ";".join(map(str, docket.flares))))
    early = [day for day in docket.flares if day < docket.opened]
    if early:
        must = f"must not lie before the docket opened ({docket.opened})"
        problems.append(row.problem("flares", must, str(early[0]), f'Nearest: "{docket.opened}".'))
    if docket.settled is None:
        return problems
    if docket.settled < docket.opened:
        must = f"must not lie before the docket opened ({docket.opened})"
        problems.append(row.problem("settled", must, str(docket.settled)))
    if docket.is_active and docket.settled >= max(docket.flares, default=docket.opened):
        must = "must be 0: the docket was settled after its last flare"
        problems.append(row.problem("is_active", must, "1"))
    return problems
