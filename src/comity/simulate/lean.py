"""A compiler for the kernel that does what the kernel needs and nothing else.

numba makes ready for any Python function. Ours have no closures, no array expressions and no
literal unrolling, so those passes are left out. The type of ``a[i]`` or ``x * y`` for given types
is asked some ten thousand times, and how many bytes a type takes some three thousand times; each is
found once. And numba optimizes and emits every function that it compiles, together with all that
this function calls, and again in whatever calls it: a function that Python never calls (a *part*)
is only written down, which is enough to be linked into its caller. Together that takes more than
half of the time of a first call away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from llvmlite.binding import create_pass_builder, create_pipeline_tuning_options
from llvmlite.binding.newpassmanagers import PipelineTuningOptions
from numba.core import typed_passes, types, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import FunctionPass, PassManager, register_pass
from numba.core.datamodel.models import OpaqueModel
from numba.core.datamodel.registry import register_default
from numba.core.registry import CPUDispatcher
from numba.core.typing.context import Context

_TYPES = (
    untyped_passes.TranslateByteCode,
    untyped_passes.FixupArgs,
    untyped_passes.IRProcessing,
    untyped_passes.GenericRewrites,
    untyped_passes.ReconstructSSA,
    typed_passes.NopythonTypeInference,
)
_CODE = (
    typed_passes.PreLowerStripPhis,
    typed_passes.IRLegalization,
    typed_passes.AnnotateTypes,
    typed_passes.NativeLowering,
    typed_passes.NoPythonBackend,
)


class _Remembered(types.Function):
    """An operator or built-in that remembers what it has said to which types."""

    def __init__(self, function: types.Function) -> None:
        super().__init__(function.templates)
        self.said: dict[Any, Any] = {}

    def get_call_type(self, context: Any, args: Any, kws: Any) -> Any:
        """Return the signature of a call."""
        question = (tuple(args), tuple(sorted(dict(kws).items())))
        if question not in self.said:
            context = getattr(context, "asked", context)  # numba keeps its own memory by context
            self.said[question] = super().get_call_type(context, args, kws)
        return self.said[question]


register_default(_Remembered)(OpaqueModel)  # it may be held while a branch is taken
_remembered: dict[types.Function, _Remembered] = {}


class _TypingContext(Context):
    """numba's typing context, with operators and built-ins that remember."""

    __slots__ = ("asked",)
    asked: Any

    @classmethod
    def over(cls, asked: Any) -> _TypingContext:
        """Return a context with the very contents of another."""
        made = object.__new__(cls)
        made.__dict__, made.asked = asked.__dict__, asked
        return made

    def _lookup_global(self, gv: Any) -> Any:
        found = super()._lookup_global(gv)
        if type(found) is not types.Function:
            return found
        return _remembered.setdefault(found, _Remembered(found))

    def load_additional_registries(self) -> None:
        """Do nothing: numba has loaded them when it began to compile the function."""


class _Sizes(dict[Any, int]):
    """Bytes that types of the machine take. To say one, numba has LLVM read a program."""

    def __init__(self, of_type: Callable[[Any], int]) -> None:
        super().__init__()
        self._of_type = of_type

    def __missing__(self, kind: Any) -> int:
        self[kind] = found = self._of_type(kind)
        return found

    __call__ = dict[Any, int].__getitem__


class UnitLibrary(JITCodeLibrary):
    """Code that is optimized and run, without a loop being written out several times over.

    Members are taken several at a time as ever. That two or four such steps stand one after the
    other makes no month shorter, and the program longer by half. Loops of a fixed number of steps
    inside loops over members are to be written out by hand.
    """

    def _optimize_final_module(self) -> None:
        cheap, builder = self._codegen._module_pass_manager(
            loop_vectorize=self._codegen._loopvect,
            slp_vectorize=False,
            opt=self._codegen._opt_level,
            cost="cheap",
        )
        cheap.run(self._final_module, builder)
        options = create_pipeline_tuning_options(speed_level=3)
        options.loop_vectorization = options.slp_vectorization = True
        options.loop_unrolling = options.loop_interleaving = False
        builder = create_pass_builder(self._codegen._tm, options)
        builder.getModulePassManager().run(self._final_module, builder)


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
        """Return 0: no function here has an address, and `Part` keeps Python from asking for it."""
        return 0

    def _optimize_functions(self, ll_module: Any) -> None:
        """Tidy up each function; the library that this one is linked into does the rest."""
        ll_module.data_layout = self._codegen._data_layout
        passes, builder = self._codegen._function_pass_manager(opt=1)
        for function in ll_module.functions:
            if not function.is_declaration:
                passes.run(function, builder)

    def _optimize_final_module(self) -> None:
        """Leave it to the library that this one is linked into."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


def _check(theirs: type, names: Iterable[str]) -> None:
    """Raise ImportError where a class no longer has what is replaced or set in it here."""
    for name in names:
        if not name.startswith("__") and not hasattr(theirs, name):
            raise ImportError(f"{theirs.__module__}.{theirs.__name__} has no {name} any more")


_check(JITCodeLibrary, [*vars(UnitLibrary), *vars(PartLibrary)])
_check(PipelineTuningOptions, ["loop_unrolling", "loop_interleaving", "loop_vectorization"])


class _UseLibrary(FunctionPass):
    """Gives a function a library of its own kind before its code is written down."""

    kind: type[JITCodeLibrary]

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> Any:
        """Make the library."""
        library = self.kind(state.targetctx.codegen(), state.func_id.func_qualname)
        library.enable_object_caching()
        state.library = library
        return True


@register_pass(mutates_CFG=False, analysis_only=False)
class _UseUnitLibrary(_UseLibrary):
    _name, kind = "comity_use_unit_library", UnitLibrary


@register_pass(mutates_CFG=False, analysis_only=False)
class _UsePartLibrary(_UseLibrary):
    _name, kind = "comity_use_part_library", PartLibrary


class LeanCompiler(CompilerBase):
    """The compiler of functions that Python calls, or whose address is asked for."""

    passes: tuple[Any, ...] = (*_TYPES, _UseUnitLibrary, *_CODE)

    def __init__(self, typingctx: Any, *arguments: Any) -> None:
        super().__init__(typingctx, *arguments)
        target = self.state.targetctx
        target.typing_context = self.state.typingctx = _TypingContext.over(typingctx)

        def install_what_is_new() -> None:
            for registry in tuple(target._registries):
                target.install_registry(registry)

        sizeof = target.get_abi_sizeof
        if not isinstance(sizeof, _Sizes):
            target.get_abi_sizeof = _Sizes(sizeof)
        # The line at the top has imported all of numba; it need not do so at each call it compiles.
        target.load_additional_registries = install_what_is_new

    def define_pipelines(self) -> list[Any]:
        """Return the one pipeline."""
        manager = PassManager("comity")
        for item in self.passes:
            manager.add_pass(item, item.__name__)
        manager.finalize()
        return [manager]


class PartCompiler(LeanCompiler):
    """The compiler of functions that only other compiled functions call."""

    passes = (*_TYPES, _UsePartLibrary, *_CODE)


class Part(CPUDispatcher):
    """A function that only other compiled functions call; it has no machine code of its own."""

    def __call__(self, *_arguments: Any, **_options: Any) -> Any:
        """Refuse."""
        name = self.py_func.__qualname__
        raise TypeError(
            f"{name} is a part, which only compiled functions may call; see compiled.from_python"
        )
