"""The case folder: what is read, what is refused, its fingerprint, and a new one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.record.conftest import SMALL

from comity.core.errors import CaseError, ConfigError
from comity.record import bundled_cases, check_case, load_case, new_case
from comity.record.toml_files import key_lines


def test_the_fictional_cases_are_whole(tmp_path: Path) -> None:
    assert check_case(SMALL) == ()
    assert check_case(new_case(tmp_path / "new")) == ()


def test_a_new_case_can_be_a_copy(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    path = new_case(tmp_path / "copy", "japan-korea-us")
    assert load_case(path).content_hash == load_case("japan-korea-us").content_hash


def test_a_new_case_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ConfigError, match="empty or new folder; found 1 entry in it"):
        new_case(tmp_path)
    with pytest.raises(ConfigError, match="found a file"):
        new_case(tmp_path / "notes.txt")
    with pytest.raises(CaseError, match="neither"):
        new_case(tmp_path / "new", "no-such-case")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_mark_and_windows_line_ends_are_tolerated(folder) -> None:
    for name in ("events.csv", "claims.toml"):
        text = (folder.path / name).read_bytes().replace(b"\n", b"\r\n")
        (folder.path / name).write_bytes(b"\xef\xbb\xbf" + text)
    assert folder.problems() == ()


def test_the_fingerprint_knows_names_and_bytes_and_nothing_else(folder) -> None:
    before = load_case(folder.path).content_hash
    (folder.path / "notes.md").write_text("not part of the case")
    (folder.path / ".hidden.csv").write_text("nor this")
    assert load_case(folder.path).content_hash == before
    folder.append("events.csv", "\n")
    assert load_case(folder.path).content_hash != before


def test_columns_may_change_places_and_optional_ones_may_be_absent(folder) -> None:
    lines = [line.split(",")[::-1] for line in folder.text("agreements.csv").splitlines()]
    drop = {lines[0].index(name) for name in ("note", "url", "kind")}
    kept = [",".join(c for n, c in enumerate(line) if n not in drop) for line in lines]
    before = load_case(folder.path).agreements
    (folder.path / "agreements.csv").write_text("\n".join(kept))
    after = load_case(folder.path).agreements
    assert [row.model_copy(update={"kind": ""}) for row in before] == list(after)


def test_a_case_may_bring_its_own_event_classes(folder) -> None:
    rows = "kind,low,high,quad,reason\nvisit,-10,0,verbal conflict,cold\nvisit,0,9,none,warm\n"
    (folder.path / "event_classes.csv").write_text(rows)
    problems = folder.problems()
    assert {p.column for p in problems if p.file == "event_classes.csv"} == {"high"}
    assert any(p.column == "kind" and p.found == '"summit"' for p in problems)


def test_toml_that_is_none_is_placed(folder) -> None:
    row = folder.append("claims.toml", '\n[[claim]\nnumber = "open\n')
    problem = folder.only()
    assert (problem.file, problem.row, problem.must) == ("claims.toml", row + 1, "must be TOML")


def test_lines_of_keys() -> None:
    text = '''a = 1
[b.c]
d = """
x = 2
"""
e = [
  { f = 1 },
  { f = 2 },
]
[[g]]
h = "[not a table]"
[[g]]
[g.i]
"j k" = 3'''
    lines = key_lines(text.split("\n"))
    expected = {
        ("a",): 1, ("b", "c"): 2, ("b", "c", "d"): 3, ("b", "c", "e"): 6, ("b", "c", "e", 0): 7,
        ("b", "c", "e", 1): 8, ("g", 0): 10, ("g", 0, "h"): 11, ("g", 1): 12, ("g", 1, "i"): 13,
        ("g", 1, "i", "j k"): 14,
    }  # fmt: skip
    assert lines == expected


@pytest.mark.parametrize("name", ["", "\x00", "x" * 5000, "no/such/folder"])
def test_names_of_nothing_are_refused(name: str) -> None:
    with pytest.raises(CaseError):
        load_case(name)


def test_bundled_names_are_folder_names() -> None:
    assert "japan-korea-us" in bundled_cases()
