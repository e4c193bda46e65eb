"""The kernel's machine code: one unit per rule, each compiled and kept by itself, run by address.

Units that are compiled alone can be compiled at the same time, in two processes. What a month
passes through is then a row of addresses; going through them costs nanoseconds per block and month.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
from llvmlite import ir
from llvmlite.binding import ffi
from numba import cfunc, types
from numba.core import event
from numba.extending import intrinsic
from numpy.typing import NDArray

from comity.simulate.bundle import Bundle, BundleType
from comity.simulate.lean import LeanCompiler
from comity.simulate.second_process import Order, SecondProcess


@intrinsic
def call_at(_context: Any, _address: Any, _frame: Any, _t: Any) -> Any:
    """Call the unit at an address with a frame's address and the month, in compiled code."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = [context.get_value_type(kind) for kind in signature.args[1:]]
        unit = ir.FunctionType(context.get_value_type(types.void), kinds).as_pointer()
        builder.call(builder.inttoptr(arguments[0], unit), arguments[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), build


def compile_unit(unit: Any, frame: BundleType, *, cached: bool) -> Any:
    """Return a unit for frames of a type as a C function, from the cache if it is there."""
    options = {"_nrt": False, "error_model": "numpy", "pipeline_class": LeanCompiler}
    return cfunc(types.void(frame, types.int64), cache=cached, **options)(unit)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep Python from looking for garbage and numba from reporting each call of LLVM to nobody.

    Compiling makes little garbage; looking for it takes a sixth of its time, and the reports, of
    which there are some hundred thousand, a thirtieth. That holds for the whole process while it
    compiles.
    """
    was_enabled, lock = gc.isenabled(), ffi.lib._lock
    told = list(lock._cblist)
    gc.disable()
    if not any(event._registered.values()):
        lock._cblist = []
    try:
        yield
    finally:
        lock._cblist = told
        if was_enabled:
            gc.enable()


@dataclass(frozen=True)
class Kernel:
    """The machine code of some rules, compiled or read from the cache at the first call.

    ``module`` is the generated one. ``lengths`` has the names of its units in the order of a month,
    and how much code is behind each. ``order`` is what a second process is told, None where it has
    no cache to share. ``is_new`` says that no cache has seen these rules. ``units`` are compiled
    for a type of frame, and ``rows`` their addresses.
    """

    module: ModuleType
    lengths: Mapping[str, int]
    order: Order | None
    is_new: bool = False
    units: dict[BundleType, list[Any]] = field(default_factory=dict)
    rows: dict[BundleType, NDArray[np.int64]] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)

    def __call__(self, frame: Bundle, n_months: int) -> None:
        """Take the members of a frame from the recorded present through so many months."""
        kind = frame.numba_type
        with self.lock:
            if kind not in self.units:
                with undisturbed():
                    self.units[kind] = self._compile(kind)
                    self.rows[kind] = addresses(self.units[kind])
                    self.module.run_months(frame.bundle_address, self.rows[kind], -1)
        self.module.run_months(frame.bundle_address, self.rows[kind], n_months)

    def _compile(self, kind: BundleType) -> list[Any]:
        """Return every unit; those with most code, which take longest to compile, come first.

        A second process takes units from the same list. What it leaves in the cache is read from
        there; what it has begun and not left there is compiled here, whatever became of it.
        """
        made: dict[str, Any] = {}

        def make(name: str) -> bool:
            unit, cached = getattr(self.module, name), self.order is not None
            made[name] = compile_unit(unit, kind, cached=cached)
            return made[name].cache_hits > 0

        longest_first = sorted(self.lengths, key=self.lengths.__getitem__, reverse=True)
        with SecondProcess(longest_first, self.order, kind.fields) as second:
            if self.is_new:
                second.start()
            while (name := second.take()) is not None:
                if not make(name):
                    second.start()
        for name in self.lengths:
            if name not in made:
                make(name)
        return [made[name] for name in self.lengths]


def addresses(units: list[Any]) -> NDArray[np.int64]:
    """Return where the machine code of each unit begins."""
    return np.array([unit.address for unit in units], np.int64)
