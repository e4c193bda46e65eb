"""`comity report`: one self-contained file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from comity.cli.options import (
    MEMBERS,
    REPORT_FILE,
    SEED,
    CaseArgument,
    JsonOption,
    MembersOption,
    NoCacheOption,
    OutOption,
    SeedOption,
)
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
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the report of a case: one HTML file that needs nothing else."""
    from comity.cli.output import print_text
    from comity.core.settings import Settings
    from comity.record import load_case

    session = session_of(ctx)
    check_folder(out)
    settings = Settings(n_members=members, seed=seed, use_cache=not no_cache)
    study = session.open(load_case(case), settings)
    path = write(session, study, out)
    session.close()
    if as_json:
        print_written(study, path)
    else:
        print_text(f"Report: {path} ({_size(path)})")


def check_folder(out: Path) -> None:
    """Refuse a file that could not be written, before any work is done."""
    from comity.core.errors import ConfigError

    folder = out.parent
    if not folder.is_dir():
        raise ConfigError(
            f'--out: the folder of "{out}" must exist; found no folder "{folder}". '
            "Create it or choose another one."
        )
    for path in (out, _receipt(out)):
        if path.exists() and not os.access(path, os.W_OK):
            raise ConfigError(
                f'--out: "{out}" must be writable; found "{path}" write-protected. '
                "Change its permissions or choose another file."
            )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(
            f'--out: the folder of "{out}" must be writable; found "{folder}" write-protected. '
            "Change its permissions or choose another one."
        )


def write(session: Session, study: Study, out: Path) -> Path:
    """Write the report and its receipt beside it."""
    from comity.show import write_report

    session.written.append(Path(write_report(study, out)))
    receipt = _receipt(out)
    receipt.write_text(study.receipt().as_json(), encoding="utf-8")
    session.written.append(receipt)
    return out


def _receipt(out: Path) -> Path:
    return out.with_name(f"{out.stem}.receipt.json")


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


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
