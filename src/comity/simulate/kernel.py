"""One compiled kernel out of the registered rules.

The compiler's own cache watches only the file that holds the compiled function: an edited rule in
another file would be answered with yesterday's machine code. So the kernel is a small generated
file whose *name* carries the hash of every rule, of what the rules stand on, and of the compiler's
version. Another rule text gives another file, which no cache has seen. The file lies in the user's
cache folder; where that cannot be written, the same text is compiled in memory.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
import platformdirs

from comity.simulate.machine_code import Kernel
from comity.simulate.registry import GROUND, RULES, Rule
from comity.simulate.second_process import Order

_HEAD = '''"""Generated from the registered rules; the name carries the hash of their text."""

from numba import njit

from comity.simulate.draws import refill
from comity.simulate.lean import LeanCompiler
from comity.simulate.machine_code import call_at
from comity.simulate.tally import count_bins, tally_month
from comity.simulate.trace import remember
from comity.simulate.watch import watch_month
'''
_IMPORT = """from {module} import start as {name}_start
from {module} import step as {name}_step
"""
_DRAWS = '''

def unit_draws(f, t):
    """Fill the random numbers of a month; -1, here and below, puts up the recorded present."""
    if t >= 0:
        refill(f.draws, t)
'''
_RULE = """

def unit_{name}(f, t):
    if t < 0:
        {name}_start(f.w, f.p_{name}, f.u_{name}, f.c)
    else:
        {name}_step(f.w, f.p_{name}, f.x, f.u_{name}, f.c, t)
"""
_TRACE = """

def unit_trace(f, t):
    watch_month(f.w, f.watch, t)
    if t >= 0:
        tally_month(f.w, f.tally, t)
        remember(f.now, f.trace, t)
"""
_NJIT = """

@njit(nogil=True, cache={cache}, _nrt=False, error_model="numpy", pipeline_class=LeanCompiler)"""
_COUNT = '''
def count_waiting(tally, pair, counts):
    """Add the relations of a pair that wait to the histogram."""
    count_bins(tally, pair, counts)
'''
_MONTHS = '''
def run_months(frame, units, n_months):
    """Simulate the block of a frame, given by address, from the recorded present on."""
    for t in range(-1, n_months):
        for k in range(units.shape[0]):
            call_at(units[k], frame, t)
'''


def kernel_source(rules: Sequence[Rule] = RULES, *, cache: bool = True) -> str:
    """Return the text of the kernel that runs these rules in this order."""
    imports = "".join(_IMPORT.format(module=r.module.__name__, name=r.name) for r in rules)
    units = "".join(_RULE.format(name=rule.name) for rule in rules)
    compiled = _NJIT.format(cache=cache)
    return _HEAD + imports + _DRAWS + units + _TRACE + compiled + _COUNT + compiled + _MONTHS


def kernel_hash(rules: Sequence[Rule] = RULES) -> str:
    """Return the hash of everything that the kernel's machine code depends on."""
    digest = hashlib.blake2b(digest_size=12)
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version)
    ground = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in GROUND]
    modules = (*GROUND, *(rule.module for rule in rules))
    constants = [text for module in modules for text in _constants(module)]
    of_rules = [rule.source for rule in rules]
    for text in (*versions, kernel_source(rules), *of_rules, *ground, *constants):
        digest.update(len(text).to_bytes(8, "little"))
        digest.update(text.encode())
    return digest.hexdigest()


def _constants(module: ModuleType) -> list[str]:
    """Return a module's numbers and tables of numbers, which machine code holds as they are.

    Some follow from what other modules say, whose text is not hashed: the order of statuses, say.
    """
    return [
        f"{module.__name__}.{name} = {value!r}"
        for name, value in sorted(vars(module).items())
        if not name.startswith("__") and _is_constant(value)
    ]


def _is_constant(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_constant, value))
    return isinstance(value, (int, float, str, np.number))


def kernel_folder() -> Path:
    """Return the folder of generated kernels inside the user's cache folder."""
    return Path(platformdirs.user_cache_dir("comity")) / "kernels"


def build_kernel(rules: Sequence[Rule] = RULES, folder: Path | None = None) -> Kernel:
    """Return the kernel of these rules, from the cache folder where it can be used.

    Compilation itself happens at the first call and takes seconds; from the cache it is read in
    well under a second.
    """
    folder = kernel_folder() if folder is None else folder
    name, text = _name(rules), kernel_source(rules)
    try:
        is_new = _write_once(folder / f"{name}.py", text)
        return load_kernel(rules, folder, is_new=is_new)
    except (OSError, RuntimeError):  # numba says RuntimeError when it finds no place for its cache
        module = _in_memory(name, kernel_source(rules, cache=False))
        return Kernel(module, _lengths(rules, module), order=None)


def load_kernel(rules: Sequence[Rule], folder: Path, *, is_new: bool = False) -> Kernel:
    """Return the kernel of these rules whose generated file lies in a folder."""
    name = _name(rules)
    module = _import(name, folder / f"{name}.py")
    order = Order(
        str(folder), kernel_hash(rules), tuple((r.name, r.module.__name__) for r in rules)
    )
    return Kernel(module, _lengths(rules, module), order, is_new)


def _name(rules: Sequence[Rule]) -> str:
    return f"comity_kernel_{kernel_hash(rules)}"


def _lengths(rules: Sequence[Rule], module: ModuleType) -> dict[str, int]:
    """Return each unit of a month, and how much code stands behind it."""
    units = ("unit_draws", *(f"unit_{rule.name}" for rule in rules), "unit_trace")
    return {name: _code_behind(getattr(module, name)) for name in units}


def _code_behind(unit: Any) -> int:
    """Return how many bytes of bytecode a unit and all that it calls have."""
    todo, seen, size = [unit], set[Any](), 0
    while todo:
        function = todo.pop()
        code = function.__code__
        if code not in seen:
            seen.add(code)
            size += len(code.co_code)
            called = (function.__globals__.get(name) for name in code.co_names)
            todo += [found.py_func for found in called if hasattr(found, "py_func")]
    return size


@lru_cache(maxsize=4)
def kernel_of(rules: tuple[Rule, ...]) -> Kernel:
    """Return the kernel of these rules, one per session."""
    return build_kernel(rules)


def standard_kernel() -> Kernel:
    """Return the kernel of the registered rules, one per session."""
    return kernel_of(RULES)


def _write_once(path: Path, text: str) -> bool:
    """Write the file unless it is there already; whole or not at all. Return whether it was new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(draft).replace(path)
    return True


def _import(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _in_memory(name: str, text: str) -> ModuleType:
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, f"<{name}>", "exec"), module.__dict__)
    return module
