"""Cases that come with the package, and how a case is found by name or path."""

from __future__ import annotations

import os
from pathlib import Path

from comity.core.errors import CaseError, Problem, nearest_match
from comity.record.located import quoted

CASES = Path(__file__).parents[1] / "cases"


def bundled_cases() -> dict[str, Path]:
    """Return the folders of the bundled cases by name, sorted."""
    return {path.parent.name: path.parent for path in sorted(CASES.glob("*/case.toml"))}


def find_case(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the folder of a bundled case or of a path.

    Raises
    ------
    CaseError
        There is neither; the problem names the nearest bundled case.
    """
    bundled = bundled_cases()
    name = os.fspath(name_or_path)
    if name in bundled:
        return bundled[name]
    folder = Path(name)
    try:
        if name and folder.is_dir():
            return folder
        is_file = bool(name) and folder.is_file()
    except (OSError, ValueError):
        is_file = False  # too long or with a null character: no such folder
    if is_file:
        home = folder.parent.parent if folder.parent.name == "scenarios" else folder.parent
        fix = f"Give its folder: {quoted(str(home))}."
        raise CaseError(name, [Problem(name, 0, "", "must be a case folder", "a file", fix)])
    must = "must be the name of a bundled case or a case folder"
    hint = nearest_match(name, bundled)
    raise CaseError(name, [Problem(quoted(name).strip('"'), 0, "", must, "neither", hint)])
