"""What a kept piece of a run is known by: everything that its bytes depend on."""

from __future__ import annotations

from typing import Any

import llvmlite.binding

from comity.core.case import Case
from comity.core.history import DriverHistory
from comity.core.outcomes import Outcome
from comity.core.receipt import case_hash, hash_of, package_version, this_platform
from comity.core.relations import RelationStart
from comity.core.source_hash import source_hash
from comity.simulate.block import Plan
from comity.simulate.kernel import kernel_hash

FORMAT = 2
_SETTINGS = ("n_members", "n_months", "n_draws", "seed")


def run_key(
    case: Case,
    plan: Plan,
    outcomes: tuple[Outcome, ...],
    *,
    start: RelationStart,
    history: DriverHistory,
    null: bool,
) -> str:
    """Return the hash of a run: of what it reads, of its code and of the machine.

    Threads are left out, as no number depends on them. The kind of processor is in, because the
    compiler writes other machine code for another one.
    """
    code = [
        FORMAT,
        package_version(),
        source_hash("core"),
        source_hash("simulate"),
        kernel_hash(plan.rules),
        this_platform(),
        llvmlite.binding.get_host_cpu_name(),
    ]
    asked = [
        {name: getattr(plan.settings, name) for name in _SETTINGS},
        plan.scenario,
        null,
        outcomes,
        plan.block_size,
    ]
    read = [case_hash(case), _fields(start), _fields(history), plan.matrix, plan.start_relation]
    return hash_of([code, asked, read])


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
