"""A small run of many pieces, stopped at will, for tests of what is kept of it."""

from pathlib import Path

import numpy as np
import pytest
from tests.oracle.simulate.small_world import EVERYTHING, small_case, small_history, small_start

from comity.core.ensemble import Ensemble
from comity.core.keeping import Keep
from comity.core.settings import Settings
from comity.simulate import block, kept, pieces, simulate_scenario
from comity.simulate.block import plan_run

CASE = small_case(lead=12)
WORLD = {"start": small_start(CASE), "history": small_history(CASE)}
SETTINGS = Settings(n_members=700, n_months=12, n_draws=9, seed=3, n_threads=1)
BLOCK, BLOCKS_EACH = 40, 3  # two blocks a draw, so that pieces end within draws and between them
N_PIECES = 6


def done(pieces: int) -> int:
    """Return how many members so many pieces hold."""
    plan = plan_run(CASE, EVERYTHING, settings=SETTINGS, **WORLD)
    assert (plan.block_size, plan.n_blocks) == (BLOCK, N_PIECES * BLOCKS_EACH)
    return sum(plan.members(block) for block in range(pieces * BLOCKS_EACH))


class StopError(Exception):
    """The run is stopped here."""


def small_pieces(monkeypatch: pytest.MonkeyPatch, blocks_each: int = BLOCKS_EACH) -> None:
    """Let a run have many pieces and keep its sums after each."""
    monkeypatch.setattr(block, "BLOCK", BLOCK)
    monkeypatch.setattr(pieces, "PIECE_ROWS", blocks_each * BLOCK * SETTINGS.n_months)
    monkeypatch.setattr(kept, "COST_SHARE", 0)


def run(
    settings: Settings = SETTINGS, scenario: object = EVERYTHING, **options: object
) -> Ensemble:
    return simulate_scenario(
        options.pop("case", CASE), scenario, settings=settings, **{**WORLD, **options}
    )


def content(result: Ensemble) -> dict[str, object]:
    """Return every array of a result as bytes and every number as it is."""
    return {
        name: value.tobytes() if isinstance(value, np.ndarray) else repr(value)
        for name, value in vars(result).items()
        if name != "settings"
    }


def stopped(folder: Path, after: int, *, resume: bool = True, **options: object) -> list[str]:
    """Run until the sums are kept at so many more places, stop, and return what was said."""
    said: list[str] = []
    places: set[int] = set()

    def count(members: int, _: int) -> None:
        if not any(word.startswith(f"Going on after {members:,} ") for word in said):
            places.add(members)
        if len(places) == after:
            raise StopError

    keep = Keep(
        folder, resume=resume, every_seconds=0, say=said.append, warn=said.append, kept=count
    )
    with pytest.raises(StopError):
        run(keep=keep, **options)
    return said


def resumed(folder: Path, **options: object) -> tuple[Ensemble, list[str]]:
    """Run to the end with what is kept; return the result and what was said."""
    said: list[str] = []
    keep = Keep(folder, resume=True, every_seconds=0, say=said.append, warn=said.append)
    return run(keep=keep, **options), said


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def sums(folder: Path) -> list[Path]:
    """Return kept sums, the furthest last."""
    return sorted(folder.rglob("sums-*.kept"))
