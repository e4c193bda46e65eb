"""`comity cite`: references of the data, models, scores and rules behind a case's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.options import CaseArgument, JsonOption

if TYPE_CHECKING:
    from comity.core.case import Case

NAME = "cite"
EXAMPLE = "comity cite japan-korea-us"
KINDS = {
    "data": "Data behind the numbers",
    "model": "Models and numerics",
    "score": "Scores and checks of forecasts",
    "rule": "Rules",
    "case": "The case",
    "other": "As written in the case",
}


def command(case: CaseArgument, as_json: JsonOption = False) -> None:
    """Print the references of the data, models, scores and rules used."""
    from comity.cli.documents import CiteDocument, ReferencePart
    from comity.cli.output import print_heading, print_json, print_text
    from comity.record import load_case

    loaded = load_case(case)
    references = reference_lines(loaded)
    n_rows, addresses = _record(loaded)
    if as_json:
        parts = [ReferencePart(kind=kind, citation=line) for kind, line in references]
        document = CiteDocument(
            case=loaded.id, references=parts, record_rows=n_rows, record_addresses=len(addresses)
        )
        print_json(document)
        return
    for kind, heading in KINDS.items():
        lines = [line for found, line in references if found == kind]
        if lines:
            print_heading(heading)
            print_text(*lines)
    print_heading("The record")
    print_text(
        f"{n_rows} rows of {loaded.title}, from {len(addresses)} addresses; each row carries its "
        "own."
    )


def reference_lines(case: Case) -> list[tuple[str, str]]:
    """Return kind and reference line of every source used, sorted; each once.

    A source that is not registered is given as the case writes it.
    """
    from comity.core.sources import citation
    from comity.simulate import merged_parameters
    from comity.study import used_references

    registered, unregistered = used_references(merged_parameters(case))
    lines = [(item.kind, citation(item)) for item in registered]
    lines += [("other", text) for text in unregistered]
    return sorted(lines, key=lambda item: (list(KINDS).index(item[0]), item[1]))


def _record(case: Case) -> tuple[int, set[str]]:
    tables = (case.governments, case.events, case.agreements, case.statuses, case.disputes)
    rows = [row for table in tables for row in table]
    return len(rows), {row.url for row in rows if row.url}
