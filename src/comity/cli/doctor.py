"""`comity doctor`: what is installed and working."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import JsonOption

if TYPE_CHECKING:
    from comity.cli.documents import DoctorDocument

NAME = "doctor"
EXAMPLE = "comity doctor"
PARTS = ("record", "measure", "simulate", "judge", "study", "show")


def command(
    clear_cache: Annotated[
        bool,
        typer.Option(
            "--clear-cache", help="Remove every kept step, and pieces of unfinished runs."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show versions, cores, caches, and whether every part loads."""
    from comity.cli.output import print_heading, print_json, print_table

    document = examine(clear_cache)
    if as_json:
        print_json(document)
    else:
        print_heading(f"comity {document.version}")
        rows = [*document.platform.items(), ("cores", str(document.cores))]
        rows += [
            ("finished steps", f"{document.cached_steps} ({document.cached_bytes / 1e6:.1f} MB)"),
            ("kept in", document.cache_folder),
            ("compiled kernels in", document.kernel_cache_folder),
        ]
        if document.cleared_steps is not None:
            rows.append(("removed", f"{document.cleared_steps} finished steps"))
        rows += [(f"room {name}", state) for name, state in document.checks.items()]
        print_table(("what", "found"), rows)
    if any(state != "works" for state in document.checks.values()):
        raise typer.Exit(1)


def examine(clear: bool) -> DoctorDocument:
    """Return what is installed, after clearing the cache if asked."""
    from comity.cli.documents import DoctorDocument
    from comity.core.receipt import package_version, this_platform
    from comity.study import cache_folder
    from comity.study import clear_cache as clear_steps

    folder = cache_folder()
    cleared = clear_steps(folder) if clear else None
    kept = list(folder.glob("*.npz")) if folder.is_dir() else []
    return DoctorDocument(
        version=package_version(),
        platform=this_platform(),
        cores=_cores(),
        cache_folder=str(folder),
        cached_steps=len(kept),
        cached_bytes=sum(path.stat().st_size for path in kept),
        kernel_cache_folder=_kernel_cache(),
        cleared_steps=cleared,
        checks={name: _check(name) for name in PARTS},
    )


def _cores() -> int:
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _kernel_cache() -> str:
    # A room that does not load is told by its own line, not by a traceback of this one.
    try:
        from comity.simulate import kernel_folder
    except Exception:
        return "unknown"
    return str(kernel_folder())


def _check(name: str) -> str:
    from importlib import import_module

    # Whatever keeps a room from loading is what the reader of this table needs to know.
    try:
        import_module(f"comity.{name}")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "works"
