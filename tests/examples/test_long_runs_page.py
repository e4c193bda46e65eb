"""The page on long runs: its code runs as it stands, and its table names every kind of column."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from comity.simulate import kept
from comity.simulate.path_columns import WORDS

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "long-runs.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> dict:
    """Return the names that the page's code leaves behind, and where it ran."""
    folder = tmp_path_factory.mktemp("page")
    found: dict = {"__name__": "page", "folder": folder}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for text in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
            exec(compile(text, PAGE.name, "exec"), found)
    return found


def test_the_code_gives_months_with_and_without_the_outcome(names):
    months, signed, futures, relations = zip(*names["found"], strict=True)
    assert set(months) == {"2026-06", "2028-06", "2030-06"}
    assert set(signed) == {False, True}
    assert sum(futures) == 3 * 2_000
    assert all(-12 <= relation <= 12 for relation in relations)


def test_the_table_names_every_kind_of_column(names):
    rows = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")]
    kinds = {word.split(".")[0] for row in rows for word in re.findall(r"`([^` ]+)`", row)}
    found = {name.split(".")[0] for name in pq.read_schema(names["folder"] / "paths.parquet").names}
    assert found == {"member", "draw", "month", *WORDS}
    assert found <= kinds


def test_the_days_that_runs_are_kept_are_said():
    assert f"removed after {kept.DAYS_KEPT} days" in TEXT
