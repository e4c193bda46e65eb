"""The public tables that lie in one folder, found by the names that publishers give them."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from comity.core.errors import DataError, Problem
from comity.core.printable import printable
from comity.core.world_tables import TABLE_WORDS, WorldTables
from comity.record.world_tables.atop import read_atop_alliances, read_atop_members
from comity.record.world_tables.chisols import read_chisols
from comity.record.world_tables.depth import read_depth_scores
from comity.record.world_tables.leaders import read_archigos, read_reign

_NAMES: dict[str, tuple[tuple[str, ...], Callable[[Path], object]]] = {
    "alliances": (("atop*alliances.*", "atop[0-9]*a.csv*"), read_atop_alliances),
    "members": (("atop*members.*", "atop[0-9]*m.csv*"), read_atop_members),
    "support": (("chisols*state*year*", "chisolsstyr*"), read_chisols),
    "depth": (("*alliance*depth*", "*benson*clinton*"), read_depth_scores),
    "archigos": (("*archigos*",), read_archigos),
    "reign": (("*reign*",), read_reign),
}
_ENDINGS = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz", ".tab", ".tab.gz")


def find_world_tables(folder: Path) -> dict[str, Path]:
    """Return the file of each public table in a folder, by the field of `WorldTables`.

    Raises
    ------
    DataError
        The folder is missing, or two files may be the same table.
    """
    if not folder.is_dir():
        fix = "Name the folder that holds the public tables."
        raise DataError(Problem(printable(folder.name), 0, "", "must be a folder", "none", fix))
    files = sorted(path for path in folder.iterdir() if path.name.lower().endswith(_ENDINGS))
    found: dict[str, Path] = {}
    for name, (patterns, _) in _NAMES.items():
        own = [p for p in files if any(fnmatch(p.name.lower(), pattern) for pattern in patterns)]
        if len(own) > 1:
            names = " and ".join(printable(path.name) for path in own)
            must = f"must hold one file of {TABLE_WORDS[name]}"
            fix = "Move the older release away."
            raise DataError(Problem(printable(folder.name), 0, "", must, names, fix))
        if own:
            found[name] = own[0]
    return found


def load_world_tables(folder: Path) -> WorldTables:
    """Return the public tables of a folder, None for each that is not there.

    Raises
    ------
    DataError
        The folder is missing, two files may be the same table, or one of them is at fault.
    """
    files = find_world_tables(folder)
    return WorldTables(**{name: _NAMES[name][1](path) for name, path in files.items()})  # type: ignore[arg-type]
