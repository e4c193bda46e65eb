"""comity: a workbench that puts an argument about an alliance system to the test."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.record import load_case
    from comity.show import write_report
    from comity.study import (
        compare_scenarios,
        explain_relations,
        judge_claims,
        measure_relations,
        simulate_ensemble,
    )

__all__ = [
    "compare_scenarios",
    "explain_relations",
    "judge_claims",
    "load_case",
    "measure_relations",
    "simulate_ensemble",
    "write_report",
]

# Rooms are imported when first used: `import comity` alone stays fast and pulls in no compiler.
_ROOMS = {
    "compare_scenarios": "comity.study",
    "explain_relations": "comity.study",
    "judge_claims": "comity.study",
    "load_case": "comity.record",
    "measure_relations": "comity.study",
    "simulate_ensemble": "comity.study",
    "write_report": "comity.show",
}

try:
    __version__ = _version("comity")
except PackageNotFoundError:
    __version__ = "0+unknown"


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'comity' has no attribute '{name}'")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
