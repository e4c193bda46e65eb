"""`comity check`: every problem of a case at once."""

from __future__ import annotations

import typer

from comity.cli.options import CaseArgument, JsonOption

NAME = "check"
EXAMPLE = "comity check my-case"


def command(case: CaseArgument, as_json: JsonOption = False) -> None:
    """Check a case and list every problem with its file, row and column.

    The exit code is 0 when there is none and 2 otherwise.
    """
    from comity.cli.documents import CheckDocument, ProblemPart
    from comity.cli.output import print_json, print_text
    from comity.core.errors import CaseError
    from comity.record import check_case

    problems = sorted(check_case(case))
    if as_json:
        parts = [ProblemPart.model_validate(item.as_dict()) for item in problems]
        print_json(CheckDocument(case=case, is_valid=not problems, problems=parts))
        if problems:
            raise typer.Exit(2)
        return
    if problems:
        raise CaseError(case, problems)
    print_text(f"{case}: no problems found.")
