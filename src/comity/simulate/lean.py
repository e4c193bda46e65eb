"""Parts of the kernel are turned into machine code once, inside it, and not by themselves as well.

numba optimizes and emits every function that it compiles, together with all that this function
calls, and again in whatever calls it. A function that Python never calls needs none of that: its
code as first written down is enough to be linked into its caller. That saves more than half of the
time of a first call.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NopythonTypeInference


class _NoEnvironment:
    """Stands where a function's constants would be made known to its machine code."""

    def set_env(self, _name: str, _environment: Any) -> None:
        """Do nothing: there is no machine code."""


class PartLibrary(JITCodeLibrary):
    """Code that is linked into other libraries and never runs by itself."""

    @property
    def codegen(self) -> Any:
        """What numba asks to place a function's constants."""
        return _NoEnvironment()

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0: no function here has an address."""
        return 0

    def _optimize_final_module(self) -> None:
        """Leave it to the library that this one is linked into."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


@register_pass(mutates_CFG=False, analysis_only=False)
class _UsePartLibrary(FunctionPass):
    _name = "comity_use_part_library"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> Any:
        """Give the function a library of its own kind before its code is written down."""
        state.library = PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return True


class PartCompiler(CompilerBase):
    """The compiler of functions that only other compiled functions call."""

    def define_pipelines(self) -> list[Any]:
        """Return numba's pipeline with the step put in."""
        manager = DefaultPassBuilder.define_nopython_pipeline(self.state)
        manager.add_pass_after(_UsePartLibrary, NopythonTypeInference)
        manager.finalize()
        return [manager]
