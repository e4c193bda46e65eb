"""The command line in this process, on a small case, with a cache of its own."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.cli.main import run
from comity.study import cache as cache_module
from comity.study import study as study_module

SMALL = "tests/fixtures/small-case"


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def kept_steps(tmp_path_factory):
    return tmp_path_factory.mktemp("steps")


@pytest.fixture
def comity(capsys, monkeypatch, kept_steps):
    """Run one command and return what it said."""
    for module in (study_module, cache_module):
        monkeypatch.setattr(module, "cache_folder", lambda: kept_steps)

    def call(*arguments):
        capsys.readouterr()
        code = run([str(item) for item in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture
def small():
    return str(Path(SMALL))
