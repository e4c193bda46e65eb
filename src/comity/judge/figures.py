"""Figures of a history: computed the same way from the record and from every future.

Of a history of n months: standard deviations and shares over its months, rates a year as a count
over n / 12. Clustering is the variance of the number of flares in whole years over its mean, 1
where flares come at random, above it where they come in bursts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case

Floats = NDArray[np.float64]
Tables = Mapping[str, Mapping[str, NDArray[Any]]]
YEAR = 12
_SILENT = "The record holds no such series."


@dataclass(frozen=True)
class Asked:
    """A figure: how it is called, and how it is read off monthly series, (member, time) each.

    ``kind`` is the part of the name that does not say of whom; ``dyad`` is the pair it is of.
    """

    kind: str
    of_whom: str
    words: str
    unit: str
    read: Callable[[Tables], Floats]  # (member,)
    missing: str = ""

    @property
    def rests_on_dockets(self) -> bool:
        """Whether it counts what dockets hold, so that each docket carries a part of it."""
        return self.kind in ("in_dispute", "flares", "clustering")

    @property
    def name(self) -> str:
        """Name of the figure."""
        return f"{self.kind}.{self.of_whom}" if self.of_whom else self.kind


def spoke_pairs(case: Case) -> tuple[str, ...]:
    """Return the pairs of spokes, sorted."""
    spokes = sorted(case.with_role("spoke"))
    return tuple("-".join(pair) for pair in combinations(spokes, 2))


def figures_asked(case: Case) -> tuple[Asked, ...]:
    """Return the figures of a case: its spokes' pairs, its hub and spokes, its talks."""
    found: list[Asked] = []
    for dyad in spoke_pairs(case):
        found += _of_pair(case, dyad)
    names = {entry.code: entry.name for entry in case.states}
    if len(case.with_role("spoke")) > 1 and case.with_role("hub"):
        words = "meetings of the hub and its spokes"
        found.append(Asked("trilateral", "", words, "months a year", _rate("trilateral", "")))
    for state in (*case.with_role("hub"), *case.with_role("spoke")):
        words = f"new heads of government in {names[state]}"
        found.append(Asked("heads", state, words, "months a year", _rate("changed", state)))
        own = [row for row in case.coalitions if row.state == state]
        for number, row in enumerate(own[:-1] if len(own) == 2 else own):
            words = f"time of {row.name} in office in {names[state]}"
            read = _held("coalition", state, number)
            found.append(Asked("office", f"{state}.{row.id}", words, "share of months", read))
    for state in case.with_role("spoke"):
        for domain in ("security", "economy"):
            words = f"alignment of {names[state]} with the hub in {domain}"
            read = _mean(f"alignment_{domain}", state)
            found.append(Asked(f"alignment_{domain}", state, words, "0 to 1", read, _SILENT))
    for state in case.with_role("proliferator"):
        for stage, said in ((1, "in talks or beyond"), (2, "in a freeze or beyond")):
            words = f"{names[state]} {said}"
            read = _at_least("stage", state, stage)
            found.append(Asked(f"stage_{stage}", state, words, "share of months", read, _SILENT))
    return tuple(found)


def _of_pair(case: Case, dyad: str) -> list[Asked]:
    parties = set(dyad.split("-"))
    dockets = tuple(row.id for row in case.disputes if set(row.parties) == parties)
    rows = [
        ("relation_sd", "spread of the relation over months", "logit", _spread(dyad)),
        ("in_dispute", "months with an open dispute", "share of months",
         _mean("dispute_open", dyad)),
        ("flares", "flares", "a year", lambda tables: _flares(tables, dockets).sum(1)
         * YEAR / _flares(tables, dockets).shape[1]),
        ("clustering", "clustering of flares", "variance over mean",
         lambda tables: clustering(_flares(tables, dockets))),
        ("summits", "meetings of heads", "months a year", _rate("summits", dyad)),
        ("mediated", "mediation by the hub", "months a year", _rate("mediated", dyad)),
    ]  # fmt: skip
    return [Asked(kind, dyad, f"{words}, {dyad}", unit, read) for kind, words, unit, read in rows]


def clustering(counts: Floats) -> Floats:
    """Return variance over mean of the counts of whole years, (member,), from (member, time).

    The last whole years are taken. NaN where nothing was counted, or with fewer than two years.

    >>> clustering(np.tile([1.0] + 11 * [0.0], 3)[None]), clustering(np.zeros((1, 36)))
    (array([0.]), array([nan]))
    """
    years = counts.shape[1] // YEAR
    if years < 2:
        return np.full(counts.shape[0], np.nan)
    whole = counts[:, counts.shape[1] - years * YEAR :]
    sums = whole.reshape(counts.shape[0], years, YEAR).sum(axis=2)
    mean = sums.mean(axis=1)
    spread = sums.var(axis=1, ddof=1)
    return np.divide(spread, mean, out=np.full(len(mean), np.nan), where=mean > 0)


def _flares(tables: Tables, dockets: Sequence[str]) -> Floats:
    own = [tables["flares"][name].astype(float) for name in dockets if name in tables["flares"]]
    if own:
        return np.sum(own, axis=0)
    return np.zeros(next(iter(tables["dispute_open"].values())).shape)


def _spread(dyad: str) -> Callable[[Tables], Floats]:
    return lambda tables: tables["paths"][dyad].astype(float).std(axis=1, ddof=1)


def _mean(table: str, entity: str) -> Callable[[Tables], Floats]:
    return lambda tables: tables[table][entity].astype(float).mean(axis=1)


def _rate(table: str, entity: str) -> Callable[[Tables], Floats]:
    return lambda tables: YEAR * tables[table][entity].astype(float).mean(axis=1)


def _held(table: str, entity: str, number: int) -> Callable[[Tables], Floats]:
    return lambda tables: (tables[table][entity] == number).mean(axis=1)


def _at_least(table: str, entity: str, stage: int) -> Callable[[Tables], Floats]:
    return lambda tables: (tables[table][entity] >= stage).mean(axis=1)
