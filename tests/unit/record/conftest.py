"""A copy of the fictional case that a test may spoil, and ways to spoil it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.core.errors import Problem
from comity.record import check_case

SMALL = Path(__file__).parents[2] / "fixtures" / "small-case"


@dataclass(frozen=True)
class Folder:
    path: Path

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def replace(self, name: str, old: str, new: str, count: int = 1) -> None:
        text = self.text(name)
        assert old in text, f"{name} has no {old!r}"
        (self.path / name).write_text(text.replace(old, new, count), encoding="utf-8")

    def append(self, name: str, more: str) -> int:
        """Add text at the end and return the line on which it begins."""
        text = self.text(name)
        (self.path / name).write_text(text + more, encoding="utf-8")
        return text.count("\n") + 1

    def row_of(self, name: str, words: str) -> int:
        return 1 + self.text(name).partition(words)[0].count("\n")

    def problems(self) -> tuple[Problem, ...]:
        return check_case(self.path)

    def only(self) -> Problem:
        problems = self.problems()
        assert len(problems) == 1, "\n".join(map(str, problems))
        return problems[0]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    shutil.copytree(SMALL, tmp_path / "case")
    return Folder(tmp_path / "case")
