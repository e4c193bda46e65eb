"""The shape of the tree: short files, plain names, one direction, a light import, clean locks."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "comity").rglob("*.py"))
MAX_LINES = 400
MAX_MEDIAN_LINES = 170
LONGER_FOR_A_REASON: dict[str, str] = {  # path below src/comity -> why it may pass MAX_LINES
    "measure/kernels.py": "compiled functions see edits of their own file only",
}
MAX_IMPORT_SECONDS = 0.5
HEAVY = ("altair", "fastapi", "numba", "pandas", "scipy")

TIME_THE_IMPORT = """
import sys, time
start = time.perf_counter()
import comity
print(time.perf_counter() - start, *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def in_fresh_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, env=environment
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_file_is_short_enough_to_read_in_one_go(path: Path) -> None:
    if path.relative_to(ROOT / "src" / "comity").as_posix() not in LONGER_FOR_A_REASON:
        assert lines_of(path) <= MAX_LINES, "split it by idea: one module, one idea"


def test_the_median_file_is_short() -> None:
    assert statistics.median(map(lines_of, SOURCES)) <= MAX_MEDIAN_LINES


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    assert not [path for path in SOURCES if path.name in ("utils.py", "helpers.py")]


def test_data_flow_one_way_through_the_rooms() -> None:
    check = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = in_fresh_python("-c", check)
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_comity_is_quick_and_light() -> None:
    seconds: list[float] = []
    for _ in range(3):
        done = in_fresh_python("-c", TIME_THE_IMPORT)
        assert done.returncode == 0, done.stderr
        took, *modules = done.stdout.split()
        seconds.append(float(took))
        assert not set(HEAVY).intersection(modules)
    assert min(seconds) < MAX_IMPORT_SECONDS


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_by_hash_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.findall(r"\S*://\S*|^-\S.*|(?:^|\s)/\S+|@ \S+", text, re.MULTILINE)
    pins = re.split(r"\n(?=\S)", text.strip())
    assert not [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]


def test_the_tests_run_with_the_same_versions_as_the_demo() -> None:
    runtime, dev = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime <= dev


def test_the_changelog_and_the_citation_know_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
