"""What may move relations, as dated series with a source each: what record hands to explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError, ShapeError, nearest_match
from comity.core.states import StateIndex

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NOBODY = -1
"""Government of a pair in a month in which the record has nobody in office on one side."""


@dataclass(frozen=True)
class DesignPart:
    """The part of a driver whose timing something outside the pair has set.

    ``values`` move only when that something moves; ``grade`` is the tier that an estimate from this
    part alone can reach: A when the timing needs no further assumption, B when it rests on the one
    named in ``assumption``.
    """

    name: str
    words: str  # "scheduled changes of government"
    grade: str  # "A" or "B"
    assumption: str
    values: Floats  # (dyad, time)
    n_events: int  # separate occasions on which the part moves


@dataclass(frozen=True)
class DriverSeries:
    """One driver of every pair, month by month.

    ``missing`` says why there is no series, and then ``values`` are zero and mean nothing.
    """

    name: str
    words: str  # "open disputes"
    unit: str
    source: str  # where the series comes from, a sentence
    values: Floats  # (dyad, time)
    caution: str = ""  # what in the record may mislead
    designs: tuple[DesignPart, ...] = ()
    is_seasonal: bool = False  # anniversaries may set its timing
    elsewhere: Floats | None = None  # (dyad, time)    its value for pairs of which it says nothing
    by_state: Floats | None = None  # (dyad, 2, time)  what each state's government adds to it
    missing: str = ""


@dataclass(frozen=True)
class Occasions:
    """Dated occasions of one kind that fall on some pairs.

    ``pair`` and ``time`` list every pair on which an occasion falls; several pairs may share one
    occasion, numbered by ``occasion``. ``touched`` marks every pair-month in which something of the
    sort falls on the pair, whatever its kind: such pairs are no controls around that month.
    """

    name: str
    words: str
    pair: Ints  # (fall,)
    time: Ints  # (fall,)
    occasion: Ints  # (fall,)
    touched: NDArray[np.bool_]  # (pair, time)


@dataclass(frozen=True)
class DriverPanel:
    """The drivers of every pair, who governed it, and whose partners its states are.

    A month holds what stood at its end. The pair of governments in office is a number into
    ``government_names`` of the pair, or `NOBODY`.
    """

    index: StateIndex
    months: Ints  # (time,)
    drivers: tuple[DriverSeries, ...]
    government: Ints  # (dyad, time)
    government_names: tuple[tuple[str, ...], ...]  # by dyad
    state_government: Ints  # (state, time)       number of the government in office, or NOBODY
    administration: Ints  # (time,)               of the hub, or NOBODY
    administration_names: tuple[str, ...]
    is_partner: NDArray[np.bool_]  # (dyad,)      hub and spoke, or two spokes
    occasions: tuple[Occasions, ...] = ()

    def __post_init__(self) -> None:
        shape = (self.index.n_dyads, len(self.months))
        for item in self.drivers:
            if item.values.shape != shape:
                raise ShapeError(
                    f"driver {item.name}: values must have shape (dyad, time) = {shape}; found "
                    f"{item.values.shape}. Give every pair a value in every month."
                )
            if not item.missing and not np.isfinite(item.values).all():
                raise ParameterError(
                    f"driver {item.name}: values must be finite; found "
                    f"{int((~np.isfinite(item.values)).sum())} that are not. Fill them, or say in "
                    "`missing` why there is no series."
                )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the drivers, in order."""
        return tuple(item.name for item in self.drivers)

    def driver(self, name: str) -> DriverSeries:
        """Return a driver by name.

        Raises
        ------
        ParameterError
            There is no such driver; the message names the nearest one.
        """
        return driver_named(name, self.drivers)

    def with_driver(self, series: DriverSeries) -> DriverPanel:
        """Return the panel with one driver replaced, or added where it is new."""
        if series.name not in self.names:
            return replace(self, drivers=(*self.drivers, series))
        kept = tuple(series if item.name == series.name else item for item in self.drivers)
        return replace(self, drivers=kept)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Item = TypeVar("_Item", bound=_Named)


def driver_named(name: str, items: Sequence[_Item]) -> _Item:
    """Return what belongs to the driver of this name.

    Raises
    ------
    ParameterError
        There is no such driver; the message names the nearest one.
    """
    for item in items:
        if item.name == name:
            return item
    hint = nearest_match(name, [item.name for item in items])
    raise ParameterError(f'no driver "{name}" among {len(items)}. {hint}'.rstrip())
