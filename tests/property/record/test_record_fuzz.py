"""Whatever stands in the files, a case is loaded or refused with its problems; nothing else."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.core.errors import CaseError
from comity.record import check_case, count_events, driver_history, load_case

SMALL = Path(__file__).parents[2] / "fixtures" / "small-case"
FILES = sorted(path.relative_to(SMALL).as_posix() for path in SMALL.rglob("*") if path.is_file())
ODD_CELLS = """
0|1|-1|nan|inf|1e999|AAA|BBB;CCC|2015-02-30|0001-01-01|9999-12-31|1700000000|"|""|a,b|\x00|é
٢٠١٥-٠١-٠١|[|{|}|true|\'\'\'|-999999999999999999999|spoke|in_force|=|#
"""
CELLS = st.one_of(
    st.sampled_from(["", "\n", "x" * 200, *ODD_CELLS.strip().replace("\n", "|").split("|")]),
    st.text(max_size=12),
)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def _never_anything_else(folder: Path) -> None:
    problems = check_case(folder)
    assert all(problem.must and problem.found for problem in problems)
    if problems:
        with pytest.raises(CaseError) as caught:
            load_case(folder)
        assert caught.value.problems == problems
        return
    case = load_case(folder)
    counts, history = count_events(case), driver_history(case)
    assert counts.volume.sum() == len(counts.tone)
    assert history.orientation.shape == (case.index.n_dyads, len(case.months))


def _spoilt(edit, file: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "case"
        shutil.copytree(SMALL, folder)
        (folder / file).write_bytes(edit((folder / file).read_bytes()))
        _never_anything_else(folder)


@SETTINGS
@given(st.sampled_from(FILES), st.binary(max_size=40), st.floats(0, 1), st.integers(0, 60))
def test_any_bytes_anywhere(file: str, junk: bytes, share: float, cut: int) -> None:
    def edit(content: bytes) -> bytes:
        at = int(share * len(content))
        return content[:at] + junk + content[at + cut :]

    _spoilt(edit, file)


@SETTINGS
@given(
    st.sampled_from([file for file in FILES if file.endswith(".csv")]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), CELLS), min_size=1, max_size=4),
)
def test_any_cell_anywhere(file: str, changes: list[tuple[float, int, str]]) -> None:
    def edit(content: bytes) -> bytes:
        lines = content.decode().split("\n")
        for share, column, cell in changes:
            row = min(int(share * len(lines)), len(lines) - 1)
            cells = lines[row].split(",")
            cells[column % len(cells)] = cell
            lines[row] = ",".join(cells)
        return "\n".join(lines).encode("utf-8", "surrogatepass")

    _spoilt(edit, file)


@SETTINGS
@given(
    st.sampled_from([file for file in FILES if file.endswith(".toml")]),
    st.floats(0, 1),
    st.one_of(
        CELLS,
        st.sampled_from(["[[x]]", "a = 1", "value = inf", "first_month = -99999999999999"]),
        st.sampled_from(["as_of = 9999-12-31", "as_of = 0001-01-01", "x = " + "[" * 3000]),
        st.sampled_from(['states = ["x"]', "states = 3", "number = " + "9" * 5000, "[coalitions]"]),
    ),
)
def test_any_value_anywhere(file: str, share: float, value: str) -> None:
    def edit(content: bytes) -> bytes:
        lines = content.decode().split("\n")
        row = min(int(share * len(lines)), len(lines) - 1)
        key, equals, _ = lines[row].partition("=")
        lines[row] = value if "=" in value or not equals else f"{key}= {value}"
        return "\n".join(lines).encode("utf-8", "surrogatepass")

    _spoilt(edit, file)


@SETTINGS
@given(st.sampled_from(FILES), st.sampled_from(["folder", "gone", "empty", "nothing but a mark"]))
def test_files_that_are_none(file: str, what: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "case"
        shutil.copytree(SMALL, folder)
        (folder / file).unlink()
        if what == "folder":
            (folder / file).mkdir()
        elif what != "gone":
            (folder / file).write_bytes(b"" if what == "empty" else b"\xef\xbb\xbf")
        _never_anything_else(folder)
