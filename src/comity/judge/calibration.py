"""Did the forecasts of a backtest mean what they said: reliability and integral transforms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from comity.core.backtest import Backtest, Calibration, Chances, Transforms
from comity.core.scorecard import Reliability
from comity.core.streams import stream_number
from comity.judge.backtest import blocks_of
from comity.judge.reliability import brier_parts, reliability
from comity.judge.transforms import transform_histogram


def backtest_calibration(found: Backtest, *, seed: int = 1) -> tuple[Calibration, ...]:
    """Return every method's calibration by target and lead, where it answered.

    Bands take the cases of one unit within a block of months (as for gains) to hang together as
    strongly as they can, both directions of a pair as one unit, and different pairs, states and
    agreements as independent.
    """
    key = np.array([seed, stream_number("judge/backtest/reliability")], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    return (
        *(one for item in found.chances for one in _reliabilities(found, item, generator)),
        *(one for item in found.transforms for one in _histograms(found, item)),
    )


def _reliabilities(
    found: Backtest, item: Chances, generator: np.random.Generator
) -> Iterator[Calibration]:
    for place, lead in enumerate(found.leads):
        together = _together(found.origins, item.units, lead)
        happened = item.happened[:, place]
        for number, method in enumerate(item.methods):
            said = item.probability[number, :, place]
            both = ~np.isnan(said) & ~np.isnan(happened)
            if not both.any():
                continue
            p, y = said[both], happened[both]
            if number:
                parts = Reliability((), *brier_parts(p, y))
            else:
                parts = reliability(p, y, generator, together=together[both])
            yield Calibration(item.target, lead, method, int(both.sum()), reliability=parts)


def _histograms(found: Backtest, item: Transforms) -> Iterator[Calibration]:
    for place, lead in enumerate(found.leads):
        together = _together(found.origins, item.units, lead)
        for number, method in enumerate(item.methods):
            mass, spread = item.mass[number, :, place], item.spread[number, :, place]
            both = ~np.isnan(mass[..., 0])
            if both.any():
                pit = transform_histogram(mass[both], spread[both], together[both])
                yield Calibration(
                    item.target, lead, method, int(both.sum()), pit=pit, unit=item.unit,
                    sharpness=float(item.forecast_sd[number, :, place][both].mean()),
                )  # fmt: skip


def _together(origins: NDArray[np.int64], units: tuple[str, ...], lead: int) -> NDArray[np.int64]:
    """Return a number for each block of months and unit, (origin, unit)."""
    pairs = ["-".join(sorted(unit.split(">"))) for unit in units]
    _, number = np.unique(pairs, return_inverse=True)
    return blocks_of(origins, lead)[:, None] * len(set(pairs)) + number[None, :]
