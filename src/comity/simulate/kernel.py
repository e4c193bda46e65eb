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
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
import platformdirs

from comity.simulate.registry import GROUND, RULES, Rule

Kernel = Callable[..., None]
_HEAD = '''"""Generated from the registered rules; the name carries the hash of their text."""

from numba import njit

from comity.simulate.draws import refill
from comity.simulate.trace import remember
'''
_IMPORT = """from {module} import start as {name}_start
from {module} import step as {name}_step
"""
_BODY = '''

@njit(nogil=True, cache={cache}, _nrt=False, error_model="numpy")
def run_block(w, x, c, draws, trace, n_months, {arguments}):
    """Simulate one block of members from the recorded present to the horizon."""
{starts}
    for t in range(n_months):
        refill(draws, t)
{steps}
        remember(w, c, trace, t)
'''


def kernel_source(rules: Sequence[Rule] = RULES, *, cache: bool = True) -> str:
    """Return the text of the kernel that runs these rules in this order."""
    imports = "".join(_IMPORT.format(module=r.module.__name__, name=r.name) for r in rules)
    arguments = ", ".join(f"p_{rule.name}, u_{rule.name}" for rule in rules)
    starts = "\n".join(f"    {r.name}_start(w, p_{r.name}, u_{r.name}, c)" for r in rules)
    steps = "\n".join(f"        {r.name}_step(w, p_{r.name}, x, u_{r.name}, c, t)" for r in rules)
    return (
        _HEAD + imports + _BODY.format(cache=cache, arguments=arguments, starts=starts, steps=steps)
    )


def kernel_hash(rules: Sequence[Rule] = RULES) -> str:
    """Return the hash of everything that the kernel's machine code depends on."""
    digest = hashlib.blake2b(digest_size=12)
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version)
    ground = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in GROUND]
    for text in (*versions, kernel_source(rules), *(rule.source for rule in rules), *ground):
        digest.update(len(text).to_bytes(8, "little"))
        digest.update(text.encode())
    return digest.hexdigest()


def kernel_folder() -> Path:
    """Return the folder of generated kernels inside the user's cache folder."""
    return Path(platformdirs.user_cache_dir("comity")) / "kernels"


def build_kernel(rules: Sequence[Rule] = RULES, folder: Path | None = None) -> Kernel:
    """Return the compiled kernel of these rules, from the cache folder where it can be used.

    Compilation itself happens at the first call and takes seconds; from the cache it is read in
    well under a second.
    """
    folder = kernel_folder() if folder is None else folder
    name = f"comity_kernel_{kernel_hash(rules)}"
    path = folder / f"{name}.py"
    try:
        _write_once(path, kernel_source(rules))
        return _import(name, path).run_block
    except (OSError, RuntimeError):  # numba says RuntimeError when it finds no place for its cache
        return _in_memory(name, kernel_source(rules, cache=False))


@lru_cache(maxsize=4)
def kernel_of(rules: tuple[Rule, ...]) -> Kernel:
    """Return the kernel of these rules, one per session."""
    return build_kernel(rules)


def standard_kernel() -> Kernel:
    """Return the kernel of the registered rules, one per session."""
    return kernel_of(RULES)


def _write_once(path: Path, text: str) -> None:
    """Write the file unless it is there already; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(draft).replace(path)


def _import(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _in_memory(name: str, text: str) -> Kernel:
    module = ModuleType(name)
    sys.modules[name] = module
    space: dict[str, Any] = module.__dict__
    exec(compile(text, f"<{name}>", "exec"), space)
    return space["run_block"]
