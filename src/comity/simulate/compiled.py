"""How the rules are compiled: a few decorators, so that every function is compiled alike.

No rule makes an array or divides by zero on purpose. Saying so lets the compiler leave out
reference counts (a rule is handed some hundred arrays, at two atomic operations each per call) and
checks that would keep it from taking several members at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from numba import njit, types
from numba.extending import intrinsic

from comity.simulate.lean import LeanCompiler, Part, PartCompiler

compiled: Callable[..., Callable[[Any], Any]] = partial(
    njit,  # pyright: ignore
    _nrt=False,
    error_model="numpy",
    pipeline_class=LeanCompiler,
)
"""Decorator factory of a compiled function that makes no array: ``@compiled()``."""

inlined = partial(compiled, forceinline=True)
"""The same for short functions that are to stand where they are called: ``@inlined()``."""


def part(**options: Any) -> Callable[[Any], Any]:
    """Return a decorator of functions that only other compiled functions call; see `lean`."""
    decorate = compiled(
        no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=PartCompiler, **options
    )

    def decorated(function: Any) -> Any:
        made = decorate(function)
        made.__class__ = Part
        return made

    return decorated


inlined_part = partial(part, forceinline=True)
"""Short and only called by other compiled functions."""


def from_python(function: Any) -> Any:
    """Return a part as a compiled function that Python may call, too."""
    return compiled()(function.py_func)


def widen(function: Any) -> None:
    """Let the function under construction use the widest vectors that the machine has.

    By default the compiler stays with half of them on most machines that have 512 bits, out of
    care for code that uses few. The attribute is LLVM's; llvmlite lets pass only those it lists.
    """
    set.add(function.attributes, '"prefer-vector-width"="512"')


@intrinsic
def wide(_context: Any) -> Any:
    """Let the calling compiled function use the widest vectors; no effect on what it computes."""

    def build(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        widen(builder.function)
        return context.get_dummy_value()

    return types.void(), build
