"""`comity cite`: references of the data, models and rules that a case's figures stand on."""

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
    "rule": "Rules",
    "case": "The case",
    "other": "As written in the case",
}


def command(case: CaseArgument, as_json: JsonOption = False) -> None:
    """Print the references of the data, models and rules used."""
    from comity.cli.documents import CiteDocument, ReferencePart
    from comity.cli.output import print_heading, print_json, print_text
    from comity.record import load_case

    loaded = load_case(case)
    references = used_references(loaded)
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


def used_references(case: Case) -> list[tuple[str, str]]:
    """Return kind and reference line of every source, sorted; each once.

    Sources of judged numbers, and the works on which models and rules rest. A source that is not
    registered is given as the case writes it.
    """
    from comity.core.sources import all_sources, citation
    from comity.simulate import merged_parameters

    registered = all_sources()
    named = {number.source for number in merged_parameters(case).values() if number.source}
    used = {key for key, item in registered.items() if item.kind in ("model", "rule")}
    lines = [
        (registered[key].kind, citation(registered[key]))
        for key in (named & set(registered)) | used
    ]
    lines += [("other", text) for text in named - set(registered)]
    return sorted(lines, key=lambda item: (list(KINDS).index(item[0]), item[1]))


def _record(case: Case) -> tuple[int, set[str]]:
    tables = (case.governments, case.events, case.agreements, case.statuses, case.disputes)
    rows = [row for table in tables for row in table]
    return len(rows), {row.url for row in rows if row.url}
