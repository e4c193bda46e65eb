"""What the second process does: ``python -m comity.simulate.compile_aside``.

The first line that it reads says where the cache is, which rules are meant and what a frame holds;
each further line names a unit to compile. It writes a line whenever it is ready for the next. It
compiles nothing when its rules are not those of the process that asks, as after an edit.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from comity.simulate.bundle import BundleType
from comity.simulate.kernel import kernel_hash, load_kernel
from comity.simulate.machine_code import compile_unit, undisturbed
from comity.simulate.registry import Rule


def main() -> None:
    """Compile one unit after the other, until there is no further line."""
    asked = json.loads(sys.stdin.readline())
    rules = tuple(Rule(name, import_module(module)) for name, module in asked["rules"])
    if kernel_hash(rules) != asked["hash"]:
        return
    kernel = load_kernel(rules, Path(asked["folder"]))
    frame = bundle_type(asked["fields"])
    print("ready", flush=True)
    with undisturbed():
        for line in sys.stdin:
            compile_unit(getattr(kernel.module, line.strip()), frame, cached=True)
            print("done", flush=True)


def bundle_type(fields: list[Any]) -> BundleType:
    """Return the type of a bundle from what `second_process.plain` has made of it."""
    return BundleType(
        tuple(
            (name, bundle_type(kind) if isinstance(kind, list) else kind, ndim)
            for name, kind, ndim in fields
        )
    )


if __name__ == "__main__":
    main()
