"""Every file of a case folder, read as far as it can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from comity.core.case import Coalition, Demand, EventClass, StateEntry
from comity.core.claims import Claim
from comity.core.errors import Problem, nearest_match
from comity.core.months import Month
from comity.core.outcomes import Outcome
from comity.core.questions import Question
from comity.core.rows import Agreement, AgreementStatus, Dispute, Event, Government
from comity.core.scenarios import Scenario
from comity.record.draft import CaseHead, Draft, Items
from comity.record.folder import check_files
from comity.record.located import Path as Keys
from comity.record.located import quoted
from comity.record.parameters import read_parameters
from comity.record.tables import Table, read_table
from comity.record.toml_files import TomlFile, read_toml
from comity.record.validation import validate

Item = TypeVar("Item", bound=BaseModel)
TABLES = Path(__file__).parent / "tables"
CASE_LISTS = {"states": StateEntry, "coalitions": Coalition, "outcomes": Outcome}


def read_case(folder: Path) -> Draft:
    """Return everything that a case folder holds, and what is wrong file by file.

    A fault in one file hides none in another.
    """
    problems = check_files(folder)
    case = _toml(folder, "case.toml", problems)
    head, lists = None, {name: Items[Any]() for name in CASE_LISTS}
    if case.data is not None:
        rest = {key: value for key, value in case.data.items() if key not in CASE_LISTS}
        head, faults = validate(CaseHead, rest, "case.toml", 1, lines=case.lines)
        problems += [_with_lists(fault) for fault in faults]
        for name, model in CASE_LISTS.items():
            lists[name] = _list(case, "case.toml", name, model, problems)
    judged = _toml(folder, "parameters.toml", problems)
    numbers, names = None, set[str]()
    if judged.data is not None:
        numbers, names, faults = read_parameters(judged.data, judged.lines, "parameters.toml")
        problems += faults
    return Draft(
        problems=problems,
        head=head,
        as_of=_read_as(case.data, "as_of", dt.date),
        first_month=_read_as(case.data, "first_month", Month),
        states=lists["states"],
        coalitions=lists["coalitions"],
        outcomes=lists["outcomes"],
        governments=_table(folder, "governments.csv", Government, problems),
        events=_table(folder, "events.csv", Event, problems),
        event_classes=event_classes(folder, problems),
        agreements=_table(folder, "agreements.csv", Agreement, problems),
        statuses=_table(folder, "agreement_status.csv", AgreementStatus, problems),
        disputes=_table(folder, "disputes.csv", Dispute, problems),
        parameters=numbers,
        parameter_names=names,
        demands=_one_list(folder, "demands.toml", "demand", Demand, problems),
        scenarios=_scenarios(folder, problems),
        claims=_one_list(folder, "claims.toml", "claim", Claim, problems),
        questions=_one_list(folder, "questions.toml", "question", Question, problems),
    )


def _read_as(data: Mapping[str, Any] | None, key: str, kind: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python((data or {}).get(key))
    except ValidationError:
        return None


def event_classes(folder: Path, problems: list[Problem]) -> Table[EventClass]:
    """Return the case's own class table, or the package's where the case has none."""
    here = folder if (folder / "event_classes.csv").exists() else TABLES
    return _table(here, "event_classes.csv", EventClass, problems)


def _table(folder: Path, name: str, model: type[Item], problems: list[Problem]) -> Table[Item]:
    if not (folder / name).exists():
        return Table([], None, [])
    table = read_table(folder / name, model)
    problems += table.problems
    return table


def _toml(folder: Path, name: str, problems: list[Problem]) -> TomlFile:
    if not (folder / name).exists():
        return TomlFile(None)
    read = read_toml(folder / name, name)
    problems += read.problems
    return read


def _one_list(
    folder: Path, name: str, key: str, model: type[Item], problems: list[Problem]
) -> Items[Item]:
    """Return the items of an optional file that holds one list of tables and nothing else."""
    if not (folder / name).exists():
        return Items(raw=[])
    read = _toml(folder, name, problems)
    if read.data is None:
        return Items()
    for other in read.data:
        if other != key:
            row = read.lines.get((other,), 0) or read.lines.get((other, 0), 0)
            must = f'must hold "[[{key}]]" tables only'
            hint = nearest_match(other, [key])
            problems.append(Problem(name, row, other, must, quoted(other), hint))
    return _list(read, name, key, model, problems)


def _list(
    read: TomlFile, file: str, key: str, model: type[Item], problems: list[Problem]
) -> Items[Item]:
    assert read.data is not None
    given = read.data.get(key, [])
    row = read.lines.get((key,), 0)
    if not isinstance(given, list) or not all(isinstance(raw, Mapping) for raw in given):
        must = f'must be a list of tables, each begun by "[[{key}]]"'
        problems.append(Problem(file, row, key, must, quoted(given)))
        return Items()
    items: list[Any] = []
    for number, raw in enumerate(given):
        path: Keys = (key, number)
        row = read.lines.get(path, 0)
        item, faults = validate(model, raw, file, row, path=path, lines=read.lines)
        problems += faults
        items += [item] if item is not None else []
    return Items(items, given)


def _scenarios(folder: Path, problems: list[Problem]) -> Items[Scenario]:
    scenarios = folder / "scenarios"
    if not scenarios.is_dir():
        return Items()
    items: list[Any] = []
    raw: list[dict[str, Any]] = []
    # The baseline first, because everything else is compared with it.
    paths = [path for path in scenarios.glob("*.toml") if not path.name.startswith(".")]
    for path in sorted(paths, key=lambda path: (path.stem != "baseline", path.name)):
        file = f"scenarios/{path.name}"
        read = _toml(folder, file, problems)
        # A scenario that cannot be read still exists: others may refer to it.
        raw.append({"id": path.stem})
        if read.data is None:
            continue
        item, faults = validate(Scenario, read.data, file, 1, lines=read.lines)
        problems += faults
        if item is not None:
            items.append(item)
    return Items(items, raw)


def _with_lists(fault: Problem) -> Problem:
    """Return a fault of the head with the names of the lists among the allowed keys."""
    if fault.must != "must be a known key":
        return fault
    hint = nearest_match(fault.column, [*CaseHead.model_fields, *CASE_LISTS])
    return Problem(fault.file, fault.row, fault.column, fault.must, fault.found, hint)
