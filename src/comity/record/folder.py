"""The files of a case folder: which there must be, which there may be, and their fingerprint."""

from __future__ import annotations

import hashlib
from pathlib import Path

from comity.core.errors import Problem, nearest_match
from comity.record.located import quoted

REQUIRED = (
    "case.toml",
    "governments.csv",
    "events.csv",
    "agreements.csv",
    "agreement_status.csv",
    "disputes.csv",
    "parameters.toml",
)
OPTIONAL = ("event_classes.csv", "demands.toml", "claims.toml", "questions.toml")
KNOWN = REQUIRED + OPTIONAL
BASELINE = "scenarios/baseline.toml"
_TEXTS = (".toml", ".csv")


def case_files(folder: Path) -> list[str]:
    """Return the files that make up the case, as paths inside the folder, sorted."""
    files = [name for name in KNOWN if (folder / name).exists()]
    scenarios = folder / "scenarios"
    if scenarios.is_dir():
        files += [
            f"scenarios/{path.name}"
            for path in scenarios.iterdir()
            if path.suffix == ".toml" and not path.name.startswith(".")
        ]
    return sorted(files)


def check_files(folder: Path) -> list[Problem]:
    """Return files that are missing and tables that nobody will read.

    Other files (notes, hidden files) are left alone.
    """
    here = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    strangers = [name for name in here if Path(name).suffix.lower() in _TEXTS and name not in KNOWN]
    problems = [
        Problem(
            name, 0, "", "is needed in a case folder", "no such file",
            nearest_match(name, strangers) or "Add it; `comity new` writes one to start from.",
        )
        for name in REQUIRED
        if name not in here
    ]  # fmt: skip
    absent = [name for name in KNOWN if name not in here]
    for name in strangers:
        hint = nearest_match(name, absent) or nearest_match(name, KNOWN)
        problems.append(Problem(name, 0, "", "must be a file of a case", quoted(name), hint))
    scenarios = folder / "scenarios"
    names = sorted(path.name for path in scenarios.iterdir()) if scenarios.is_dir() else []
    if "baseline.toml" not in names:
        hint = nearest_match("baseline.toml", [name for name in names if name.endswith(".toml")])
        must = "is needed: other scenarios are compared with it"
        problems.append(Problem(BASELINE, 0, "", must, "no such file", hint))
    for name in names:
        if not name.startswith(".") and Path(name).suffix.lower() == ".csv":
            must, fix = (
                "must be a TOML file with one scenario",
                "Move the table to the case folder.",
            )
            problems.append(Problem(f"scenarios/{name}", 0, "", must, "a table", fix))
    return problems


def content_hash(folder: Path, files: list[str]) -> str:
    """Return the SHA-256 of the files' names and bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    for name in files:
        content = (folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
