"""The reference page is current; every verb has help and an example; all of them start fast."""

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer.main

import comity
from comity.cli.main import app
from comity.cli.reference import render_page

PAGE = Path("docs/reference/cli.md")
COMMANDS = typer.main.get_command(app).commands
DESIGNED = (
    "demo", "cases", "new", "check", "import", "measure", "explain", "simulate", "compare",
    "claims", "sensitivity", "forecast", "score", "backtest", "report", "cite", "doctor",
)  # fmt: skip
MAX_HELP_SECONDS = 0.5


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == render_page(), (
        "run python -m comity.cli.reference docs/reference"
    )


def test_the_page_does_not_depend_on_the_terminal(monkeypatch):
    page = render_page()
    for columns in ("40", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        assert render_page() == page


def test_the_verbs_are_those_of_the_design():
    assert tuple(COMMANDS) == DESIGNED


@pytest.mark.parametrize("name", DESIGNED)
def test_every_verb_has_help_a_page_entry_and_a_json_form(name):
    command = COMMANDS[name]
    assert command.help
    assert f"## comity {name}\n" in PAGE.read_text(encoding="utf-8")
    options = {option for parameter in command.params for option in parameter.opts}
    assert "--json" in options
    assert all(parameter.help for parameter in command.params)


@pytest.mark.parametrize("name", DESIGNED)
def test_every_example_is_a_command_that_parses(name):
    for line in COMMANDS[name].epilog.split("\n\n"):
        example = re.fullmatch(r"Example: comity (.+)", line)
        words = shlex.split(example[1])
        assert words[0] == name
        COMMANDS[name].make_context(name, words[1:])


def test_help_comes_at_once():
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "comity", "--help"], check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < MAX_HELP_SECONDS


def test_help_needs_no_heavy_library():
    code = (
        "import sys; from comity.cli.main import run; run(['measure', '--help']); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "altair", "pandas", "scipy", "numpy"} & set(done.stderr.split())


def test_the_public_names_are_sorted_complete_and_load():
    assert comity.__all__ == sorted(comity.__all__)
    assert set(comity.__all__) <= set(dir(comity))
    for name in comity.__all__:
        found = getattr(comity, name)
        assert callable(found)
        assert found.__doc__
        assert not (Path(comity.__file__).parent / name).exists(), "a room has the same name"
    with pytest.raises(AttributeError, match="module 'comity' has no attribute 'nothing'"):
        comity.nothing  # noqa: B018
