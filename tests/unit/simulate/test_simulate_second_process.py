"""A second process compiles part of the kernel, and whatever becomes of it changes no answer."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from comity.simulate import compile_aside, kernel, second_process
from comity.simulate.bundle import Bundle
from comity.simulate.registry import Rule

RULE = """
from comity.simulate.compiled import part

@part()
def start(w, p, u, c):
    w.n[0] += {amount}

@part()
def step(w, p, x, u, c, t):
    w.n[0] *= 2.0
"""
NAMES = ("one", "two", "three", "four")
EMPTY = Bundle({})


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Rule, ...]:
    """Four tiny rules in modules that a second Python finds as well, without draws and trace."""
    whole = kernel._lengths

    def without_the_rest(rules: tuple[Rule, ...], module: ModuleType) -> dict[str, int]:
        return {name: n for name, n in whole(rules, module).items() if name[5:] in NAMES}

    monkeypatch.setattr(kernel, "_lengths", without_the_rest)
    monkeypatch.syspath_prepend(str(tmp_path))
    made = []
    for amount, name in enumerate(NAMES, start=1):
        module = f"{tmp_path.name}_{name}".replace("-", "_")
        (tmp_path / f"{module}.py").write_text(RULE.format(amount=float(amount)), encoding="utf-8")
        made.append(Rule(name, __import__(module)))
    return tuple(made)


def frame() -> tuple[Bundle, np.ndarray]:
    """Return a frame for the tiny rules, and the array that they change."""
    n = np.zeros(1)
    items = {f"{letter}_{name}": EMPTY for name in NAMES for letter in "pu"}
    return Bundle({"w": Bundle({"n": n}), "x": EMPTY, "c": EMPTY, **items}), n


def result_of(run: kernel.Kernel) -> float:
    """Return what two months of the four tiny rules come to: (1 + 2 + 3 + 4) 2^8."""
    asked, n = frame()
    run(asked, 2)
    return float(n[0])


def hits(run: kernel.Kernel) -> int:
    (units,) = run.units.values()
    return sum(unit.cache_hits for unit in units)


def order_of(run: kernel.Kernel, **changes: object) -> str:
    assert run.order is not None
    fields = second_process.plain(frame()[0].numba_type.fields)
    return json.dumps({**run.order._asdict(), "fields": fields, **changes})


def answers(*lines: str) -> list[str]:
    """Return what the second process says to some lines."""
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-P", "-m", second_process.MODULE],
        input="\n".join(lines) + "\n", env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.split()


@pytest.mark.parametrize("n_units", [0, 2])
def test_what_a_second_process_has_compiled_is_read_from_the_cache(rules, tmp_path: Path, n_units):
    run = kernel.build_kernel(rules, tmp_path / "cache")
    said = answers(order_of(run), *list(run.lengths)[:n_units])
    assert said == ["ready", *["done"] * n_units]
    assert result_of(run) == 10 * 2.0**8
    assert hits(run) == n_units


def test_a_second_process_with_other_rules_compiles_nothing(rules, tmp_path: Path):
    run = kernel.build_kernel(rules, tmp_path / "cache")
    assert answers(order_of(run, hash="of yesterday's rules"), "unit_one") == []
    edited = Path(str(rules[0].module.__file__))
    edited.write_text(edited.read_text().replace("1.0", "5.0"))
    assert answers(order_of(run), "unit_one") == []


def test_the_rules_are_shared_out_and_each_is_compiled_once(rules, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(second_process, "may_start", lambda: True)
    began = []
    hand_out = second_process.SecondProcess._hand_out
    monkeypatch.setattr(
        second_process.SecondProcess,
        "_hand_out",
        lambda self, process: began.append(process.pid) or hand_out(self, process),
    )
    take = second_process.SecondProcess.take

    def leave_some(self: second_process.SecondProcess) -> str | None:
        if second_process.threading.current_thread() is second_process.threading.main_thread():
            while len(self._names) > 2 and self._thread and self._thread.is_alive():
                time.sleep(0.01)  # as if this process were busy
        return take(self)

    monkeypatch.setattr(second_process.SecondProcess, "take", leave_some)
    run = kernel.build_kernel(rules, tmp_path / "cache")
    assert result_of(run) == 10 * 2.0**8
    assert len(began) == 1
    assert hits(run) >= 2


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.exit(3)",
        "import sys; input(); print('ready', flush=True); input(); sys.exit(3)",
        "print('ready', flush=True); import time; time.sleep(600)",
    ],
    ids=["at once", "with a unit begun", "never"],
)
def test_a_second_process_that_dies_or_hangs_changes_nothing(
    rules, tmp_path: Path, monkeypatch, program: str
):
    monkeypatch.setattr(second_process, "may_start", lambda: True)
    monkeypatch.setattr(second_process, "LEAST_PATIENCE", 0.2)
    began = subprocess.Popen

    def other(_command: list[str], **options: Any) -> subprocess.Popen:
        return began([sys.executable, "-c", program], **options)

    monkeypatch.setattr(second_process.subprocess, "Popen", other)
    run = kernel.build_kernel(rules, tmp_path / "cache")
    assert result_of(run) == 10 * 2.0**8
    assert hits(run) == 0


def test_a_second_process_that_cannot_start_changes_nothing(rules, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(second_process, "may_start", lambda: True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    run = kernel.build_kernel(rules, tmp_path / "cache")
    assert result_of(run) == 10 * 2.0**8


def test_no_second_process_without_a_cache_to_share(rules, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(second_process, "may_start", lambda: True)
    monkeypatch.setattr(second_process.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    (tmp_path / "file").write_text("not a folder")
    run = kernel.build_kernel(rules, tmp_path / "file" / "cache")
    assert result_of(run) == 10 * 2.0**8


def test_no_second_process_when_all_is_in_the_cache(rules, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(second_process, "may_start", lambda: False)
    assert result_of(kernel.build_kernel(rules, tmp_path / "cache")) == 10 * 2.0**8
    monkeypatch.setattr(second_process, "may_start", lambda: True)
    monkeypatch.setattr(second_process.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    run = kernel.build_kernel(rules, tmp_path / "cache")
    assert result_of(run) == 10 * 2.0**8
    assert hits(run) == len(NAMES)


def test_a_type_goes_through_json_and_comes_back():
    kind = frame()[0].numba_type
    assert (
        compile_aside.bundle_type(json.loads(json.dumps(second_process.plain(kind.fields)))) == kind
    )


def test_no_second_process_on_one_core_or_in_a_worker(monkeypatch):
    monkeypatch.setattr(second_process, "thread_count", lambda _asked: 2)
    monkeypatch.setattr(second_process, "parent_process", lambda: None)
    assert second_process.may_start()
    monkeypatch.setattr(second_process, "parent_process", object)
    assert not second_process.may_start()
    monkeypatch.setattr(second_process, "parent_process", lambda: None)
    monkeypatch.setattr(second_process, "thread_count", lambda _asked: 1)
    assert not second_process.may_start()
