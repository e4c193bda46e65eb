"""`comity new`: start a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli.options import JsonOption
from comity.cli.session import session_of

NAME = "new"
EXAMPLE = "comity new my-case --from japan-korea-us"


def command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder to create.")],
    source: Annotated[
        str | None, typer.Option("--from", metavar="CASE", help="Copy this case instead.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Start a case: a folder of plain files to fill in, or a copy of an existing case."""
    from comity.cli.documents import NewDocument
    from comity.cli.output import print_json, print_text
    from comity.record import new_case

    written = Path(new_case(path, source))
    session_of(ctx).written.append(written)
    names = sorted(
        item.relative_to(written).as_posix() for item in written.rglob("*") if item.is_file()
    )
    if as_json:
        print_json(NewDocument(path=str(written), files=names))
        return
    print_text(
        f"Started a case in {written} ({len(names)} files).", f"Next: comity check {written}"
    )
