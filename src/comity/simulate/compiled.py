"""How the rules are compiled: three decorators, so that every function is compiled alike.

No rule makes an array or divides by zero on purpose. Saying so lets the compiler leave out
reference counts (a rule is handed some hundred arrays, at two atomic operations each per call) and
checks that would keep it from taking several members at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from numba import njit

compiled: Callable[..., Callable[[Any], Any]] = partial(
    njit,  # pyright: ignore
    _nrt=False,
    error_model="numpy",
)
"""Decorator factory of a compiled function that makes no array: ``@compiled()``."""

inlined = partial(compiled, forceinline=True)
"""The same for short functions that are to stand where they are called: ``@inlined()``."""

part = partial(compiled, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""The same for functions that only other compiled functions call; compiles in half the time."""

inlined_part = partial(part, forceinline=True)
"""Short and only called by other compiled functions."""
