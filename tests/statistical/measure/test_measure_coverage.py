"""Intervals hold what they say, with hyper-parameters unknown.

Records are drawn by the model's own law with hyper-parameters from their priors, so that coverage
is exact on average if inference is. Months of one record share their hyper-parameters: the Monte
Carlo error is that of the replicate means, not of the cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri

from comity.core.history import EventCounts
from comity.core.relations import Relations
from comity.core.settings import Settings
from comity.measure import fit, kernels
from comity.measure.hyper import HyperDraws

pytestmark = pytest.mark.statistical
LEVELS = (0.5, 0.8, 0.9, 0.99)
INTERVALS = ("paths", "paths in months under three acts")  # what `Relations` gives as intervals
READINGS = ("smoothed", "paths", "filtered", "paths in months under three acts")
TWO_POINTS = 0.02
Floats = NDArray[np.float64]
Variant = Callable[[pytest.MonkeyPatch], None]


def as_it_is(patch: pytest.MonkeyPatch) -> None:
    """Change nothing."""


def without_hyper_uncertainty(patch: pytest.MonkeyPatch) -> None:
    """Planted bug: every draw of the hyper-parameters, intercept included, is the mode."""
    drawn = fit.draw_hyperparameters

    def only_mode(*args: Any, **kwargs: Any) -> HyperDraws:
        draws = drawn(*args, **kwargs)
        return replace(draws, points=np.broadcast_to(draws.mode.point, draws.points.shape))

    patch.setattr(fit, "draw_hyperparameters", only_mode)


def with_half_steps(patch: pytest.MonkeyPatch) -> None:
    """Planted bug: every sd of the dynamics is read as half of what was estimated."""
    read = fit.read_relations

    def halved(panel: Any, parameters: tuple[Floats, ...], **kwargs: Any) -> Any:
        parts = slice(kernels.VARIANCE, kernels.VARIANCE + kernels.N_LATENT)
        vectors = tuple(vector.copy() for vector in parameters)
        for vector in vectors:
            vector[parts] /= 4
        return read(panel, vectors, **kwargs)

    patch.setattr(fit, "read_relations", halved)


def without_tones(counts: EventCounts) -> EventCounts:
    """Leave the acts and drop their tones, as in a file of coded events; fits take a third."""
    none = np.zeros(0, np.int64)
    return replace(
        counts, tone=np.zeros(0), tone_directed=none, tone_time=none,
        tone_cooperative=np.zeros(0, bool), act_row=none,
    )  # fmt: skip


def covered(relations: Relations, record: Any) -> Floats:
    """Share of cells inside their interval, (level, reading)."""
    out = np.empty((len(LEVELS), len(READINGS)))
    thin = relations.n_events[relations.index.directions].sum(axis=1) < 3
    for row, level in enumerate(LEVELS):
        z = ndtri((1 + level) / 2)
        low, high = np.quantile(relations.paths, [(1 - level) / 2, (1 + level) / 2], axis=0)
        inside = (low < record.pair) & (record.pair < high)
        out[row] = [
            (np.abs(relations.mean - record.directed) < z * relations.sd).mean(),
            inside.mean(),
            (
                np.abs(relations.dyad_filtered_mean - record.pair) < z * relations.dyad_filtered_sd
            ).mean(),
            inside[thin].mean(),
        ]
    return out


def coverage(
    simulate: Callable[..., Any],
    variants: dict[str, Variant],
    *,
    n_replicates: int,
    n_hyper_draws: int,
    first: int = 0,
    with_tones: bool = True,
    **design: Any,
) -> dict[str, Floats]:
    """Coverage of each variant on the same records, (replicate, level, reading)."""
    out: dict[str, list[Floats]] = {name: [] for name in variants}
    for replicate in range(first, first + n_replicates):
        record = simulate(np.random.default_rng([20, replicate]), **design)
        if not with_tones:
            record = replace(record, counts=without_tones(record.counts))
        settings = Settings(n_hyper_draws=n_hyper_draws, n_paths=256, seed=replicate, n_threads=2)
        draws: dict[int, HyperDraws] = {}
        drawn = fit.draw_hyperparameters

        def once(*args: Any, drawn: Any = drawn, draws: Any = draws, **kwargs: Any) -> HyperDraws:
            if not draws:
                draws[0] = drawn(*args, **kwargs)
            return draws[0]

        for name, variant in variants.items():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(fit, "draw_hyperparameters", once)
                patch.setattr(fit, "_scores", lambda *_: ((), None))  # not looked at here
                variant(patch)
                relations = fit.fit_relations(record.counts, settings=settings)
            out[name].append(covered(relations, record))
    return {name: np.array(rows) for name, rows in out.items()}


def excess(table: Floats) -> tuple[Floats, str]:
    """How far coverage is from nominal beyond two points and two Monte Carlo SE; <= 0 is fine."""
    mean = table.mean(axis=0)
    se = table.std(axis=0, ddof=1) / np.sqrt(len(table))
    off = np.abs(mean - np.array(LEVELS)[:, None])
    words = "; ".join(
        f"{level:.0%}: "
        + ", ".join(
            f"{name} {mean[k, j]:.3f} (SE {se[k, j]:.3f})" for j, name in enumerate(READINGS)
        )
        for k, level in enumerate(LEVELS)
    )
    return off - TWO_POINTS - 2 * se, words


@pytest.fixture(scope="module")
def tables(simulate: Callable[..., Any]) -> dict[str, Floats]:
    """The gate: thin records, where intervals rest on hyper-parameters most."""
    return coverage(
        simulate,
        {f.__name__: f for f in (as_it_is, without_hyper_uncertainty, with_half_steps)},
        n_replicates=40,
        n_hyper_draws=32,
        n_states=3,
        n_months=36,
        acts_a_month=0.2,
    )


def test_intervals_cover_what_they_say(tables: dict[str, Floats]) -> None:
    over, words = excess(tables["as_it_is"])
    assert (over <= 0).all(), words


@pytest.mark.parametrize("bug", ["without_hyper_uncertainty", "with_half_steps"])
def test_planted_bug_is_caught(tables: dict[str, Floats], bug: str) -> None:
    over, words = excess(tables[bug])
    assert (over > 0).any(), f"{bug} went unnoticed: {words}"


@pytest.mark.nightly
def test_intervals_cover_what_they_say_at_full_size(
    simulate: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    table = coverage(
        simulate,
        {"as_it_is": as_it_is},
        n_replicates=150,
        n_hyper_draws=64,
        n_states=4,
        n_months=60,
        acts_a_month=1.0,
    )["as_it_is"]
    over, words = excess(table)
    with capsys.disabled():
        print(f"\ncoverage at full size: {words}")
    assert (over <= 0).all(), words


@pytest.mark.nightly
def test_intervals_cover_what_they_say_on_a_thousand_records(
    simulate: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    # Mean and sd are no interval where hardly anything is known: those columns are printed alone.
    table = coverage(
        simulate,
        {"as_it_is": as_it_is},
        n_replicates=1000,
        n_hyper_draws=32,
        with_tones=False,
        n_states=3,
        n_months=36,
        acts_a_month=0.5,
    )["as_it_is"]
    over, words = excess(table)
    with capsys.disabled():
        print(f"\ncoverage on a thousand records: {words}")
    judged = [READINGS.index(name) for name in INTERVALS]
    assert (over[:, judged] <= 0).all(), words
