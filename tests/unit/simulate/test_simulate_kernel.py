"""The kernel is made of the registered rules, and an edited rule is never answered from a cache."""

import ast
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from comity.simulate import kernel
from comity.simulate.registry import GROUND, RULES, Rule
from comity.simulate.rules import levers

TINY_RULE = """
from comity.simulate.compiled import part

@part()
def start(w, p, u, c):
    w.n[0] = 0.0

@part()
def step(w, p, x, u, c, t):
    w.n[0] += {amount}
"""
RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import numpy as np
import tiny_rule
from comity.simulate import kernel
from comity.simulate.bundle import Bundle
from comity.simulate.registry import Rule
folder = Path(sys.argv[2])
whole = kernel._lengths
kernel._lengths = lambda *asked: {
    name: n for name, n in whole(*asked).items() if name == "unit_tiny"
}
run = kernel.build_kernel((Rule("tiny", tiny_rule),), folder)
w, none = Bundle({"n": np.zeros(1)}), Bundle({})
frame = Bundle({"w": w, "x": none, "c": none, "p_tiny": none, "u_tiny": none})
run(frame, 3)
(unit,) = run.units[frame.numba_type]
print(w.n[0], len(list(folder.glob("*.py"))), unit.cache_hits)
"""


def test_the_kernel_calls_every_rule_in_order(tmp_path: Path):
    text, units = kernel.kernel_source(), list(kernel.build_kernel(RULES, tmp_path).lengths)
    assert units == ["unit_draws", *(f"unit_{rule.name}" for rule in RULES), "unit_trace"]
    assert all(f"def {unit}(f, t):" in text for unit in units)
    assert all(f"{rule.name}_start(f.w" in text for rule in RULES)
    assert all(f"{rule.name}_step(f.w" in text for rule in RULES)


def test_the_name_changes_with_the_text_of_a_rule(tmp_path: Path):
    copy = tmp_path / "levers_copy.py"
    copy.write_text(RULES[0].source, encoding="utf-8")
    module = types.ModuleType(levers.__name__)
    module.__file__ = str(copy)
    exec(RULES[0].source, vars(module))
    rules = (Rule("levers", module), *RULES[1:])
    before = kernel.kernel_hash(rules)
    assert before == kernel.kernel_hash(RULES)
    copy.write_text(RULES[0].source + "\n# edited\n", encoding="utf-8")
    assert kernel.kernel_hash(rules) != before


def imported(function: Any) -> dict[str, str]:
    """Return where each name comes from that the module of a function imports from comity."""
    tree = ast.parse(Path(function.__code__.co_filename).read_text(encoding="utf-8"))
    return {
        name.asname or name.name: str(node.module)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("comity")
        for name in node.names
    }


def test_all_that_the_kernel_is_made_of_is_in_its_name():
    """Whatever a unit calls or reads, at any depth, comes from a module that is hashed."""
    hashed = {module.__name__ for module in GROUND} | {rule.module.__name__ for rule in RULES}
    module = kernel.standard_kernel().module
    todo = [getattr(module, name) for name in kernel.standard_kernel().lengths]
    todo += [module.run_months.py_func, module.count_waiting.py_func]
    seen, taken = set[Any](), set[str]()
    while todo:
        function = todo.pop()
        if function not in seen:
            seen.add(function)
            names, source = function.__code__.co_names, imported(function)
            taken |= {source[name] for name in names if name in source}
            found = (function.__globals__.get(name) for name in names)
            todo += [one.py_func for one in found if hasattr(one, "py_func")]
    assert len(seen) > 200
    assert taken <= hashed


def test_a_constant_that_follows_from_another_module_is_in_its_name(
    monkeypatch: pytest.MonkeyPatch,
):
    before = kernel.kernel_hash()
    monkeypatch.setattr(levers, "MEDIATION", levers.MEDIATION + 1)  # as another order would make it
    assert kernel.kernel_hash() != before


def test_an_edited_rule_is_compiled_anew_and_an_unedited_one_is_not(tmp_path: Path):
    rules, folder = tmp_path / "rules", tmp_path / "cache"
    rules.mkdir()

    def run(amount: float) -> list[str]:
        text = TINY_RULE.format(amount=amount)
        if (rules / "tiny_rule.py").exists():
            assert len(text) == len((rules / "tiny_rule.py").read_text())
        (rules / "tiny_rule.py").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(rules), str(folder)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    assert run(1.0) == ["3.0", "1", "0"]
    assert run(1.0) == ["3.0", "1", "1"]
    assert run(2.0) == ["6.0", "2", "0"]


def test_without_a_writable_folder_the_kernel_is_compiled_in_memory(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    run = kernel.build_kernel(RULES, blocked / "kernels")
    assert run.order is None
    assert not list(tmp_path.glob("*/*"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_reads_and_draws(rule: Rule):
    module = rule.module
    for word in ("Theory", "Equation", "Parameters", "Streams"):
        assert word in module.__doc__
    assert module.Streams._fields[0] == "draws"
    assert isinstance(module.SOURCES, tuple)
    assert callable(module.start)
    assert callable(module.step)
