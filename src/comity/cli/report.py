"""`comity report`: one self-contained file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from comity.cli.options import (
    DRIVERS,
    MEMBERS,
    REPORT_FILE,
    SEED,
    CaseArgument,
    DriversOption,
    JsonOption,
    MembersOption,
    NoCacheOption,
    OutOption,
    SeedOption,
)
from comity.cli.out_file import check_out, receipt_path, size_words
from comity.cli.session import Session, session_of

if TYPE_CHECKING:
    from comity.study import Study

NAME = "report"
EXAMPLE = "comity report japan-korea-us --out report.html"


def command(
    ctx: typer.Context,
    case: CaseArgument,
    out: OutOption = REPORT_FILE,
    members: MembersOption = MEMBERS,
    seed: SeedOption = SEED,
    drivers: DriversOption = DRIVERS,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the report of a case: one HTML file that needs nothing else."""
    from comity.cli.output import print_text
    from comity.core.settings import Settings
    from comity.record import load_case

    session = session_of(ctx)
    check_folder(out)
    settings = Settings(n_members=members, seed=seed, drivers=drivers, use_cache=not no_cache)
    study = session.open(load_case(case), settings)
    path = write(session, study, out)
    session.close()
    if as_json:
        print_written(study, path)
    else:
        print_text(f"Report: {path} ({size_words(path)})")


def check_folder(out: Path) -> None:
    """Refuse a file that could not be written, before any work is done."""
    check_out("--out", out)


def write(session: Session, study: Study, out: Path) -> Path:
    """Write the report and its receipt beside it."""
    from comity.show import write_report

    session.written.append(Path(write_report(study, out)))
    receipt = receipt_path(out)
    receipt.write_text(study.receipt().as_json(), encoding="utf-8")
    session.written.append(receipt)
    return out


def print_written(study: Study, path: Path) -> None:
    """Print the document that says what was written."""
    from comity.cli.documents import ReportDocument
    from comity.cli.output import print_json

    print_json(
        ReportDocument(
            case=study.case.id,
            path=str(path),
            n_bytes=path.stat().st_size,
            receipt=study.receipt().as_dict(),
        )
    )
