"""Judged numbers and posterior draws, one column per parameter draw.

Draw d takes each judged number at the quantile given by the uniform of its own stream,
``parameter/<name>/value`` (member 0, month 0, draw d), so that adding a number or a draw changes no
other, and row d of the posterior draws of the starting relations, over and over when there are
fewer rows than draws.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.errors import ConfigError, ParameterError, nearest_match
from comity.core.judged import JudgedNumber
from comity.core.posterior import PosteriorDraws
from comity.core.relations import RelationStart
from comity.core.states import StateIndex
from comity.core.streams import uniforms
from comity.simulate.reads import Read

Floats = NDArray[np.float64]


@cache
def default_parameters() -> dict[str, JudgedNumber]:
    """Return the package's own judged numbers, by dotted name."""
    folder = files("comity.simulate").joinpath("defaults")
    numbers: dict[str, JudgedNumber] = {}
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if path.name.endswith(".toml"):
            found = dict(_numbers("", tomllib.loads(path.read_text(encoding="utf-8"))))
            for name in sorted(numbers.keys() & found.keys()):
                raise ConfigError(
                    f"defaults/{path.name}: a name must stand in one file only; found {name} again."
                )
            numbers |= found
    return numbers


def merged_parameters(case: Case) -> dict[str, JudgedNumber]:
    """Return every judged number of a case: its own and its demands', then the package's."""
    return {**default_parameters(), **demand_numbers(case), **case.parameters}


def demand_numbers(case: Case) -> dict[str, JudgedNumber]:
    """Return the stakes of the case's demands by name, ``demands.<id>.<stake>``."""
    stakes = ("hub_stake", "spoke_stake", "substitutability", "constraint")
    return {f"demands.{row.id}.{stake}": getattr(row, stake) for row in case.demands
            for stake in stakes}  # fmt: skip


def _numbers(prefix: str, table: Mapping[str, Any]) -> Iterable[tuple[str, JudgedNumber]]:
    if "central" in table:
        yield prefix, JudgedNumber.model_validate(dict(table))
        return
    for key, value in table.items():
        yield from _numbers(f"{prefix}.{key}" if prefix else key, value)


def judged_draws(
    numbers: Mapping[str, JudgedNumber], names: Iterable[str], *, seed: int, n_draws: int
) -> dict[str, Floats]:
    """Return ``n_draws`` values of each named judged number, (draw,)."""
    return {
        name: np.full(n_draws, numbers[name].central)
        if numbers[name].is_fixed
        else numbers[name].quantile(_uniforms(name, seed, n_draws))
        for name in names
    }


def learned_draws(
    learned: PosteriorDraws | None, known: Container[str], *, seed: int, n_draws: int
) -> dict[str, Floats]:
    """Return ``n_draws`` values of each number that was learned, (draw,).

    They are read at the uniforms of the judged numbers that they replace, so that futures with and
    without what was learned are paired draw by draw.

    Raises
    ------
    ConfigError
        A number was learned that no rule reads.
    """
    if learned is None or not learned.names:
        return {}
    for name in learned.names:
        if name not in known:
            raise ConfigError(
                f'learned numbers: each must be one that the rules read; found "{name}". Hand on '
                "only numbers that the simulator has."
            )
    at = np.stack([_uniforms(name, seed, n_draws) for name in learned.names])
    return dict(zip(learned.names, learned.at(at), strict=True))


def _uniforms(name: str, seed: int, n_draws: int) -> Floats:
    draw = np.arange(n_draws)
    return uniforms(seed, f"parameter/{name}/value", member=0, month=0, draw=draw)


def start_draws(start: RelationStart, index: StateIndex, n_draws: int) -> dict[str, Floats]:
    """Return the posterior draws of the starting relations by name, (draw,)."""
    row = np.arange(n_draws) % start.intercept.shape[0]
    single = {
        "intercept": start.intercept,
        "level_memory": start.level_memory,
        "flare_memory": start.flare_memory,
    }
    pairs = {
        "mean": start.mean,
        "level": start.level,
        "flare": start.flare,
        "level_step_sd": start.level_step_sd,
        "flare_step_sd": start.flare_step_sd,
    }
    rows = {f"start.{name}": np.asarray(values, float)[row] for name, values in single.items()}
    for name, values in pairs.items():
        for k, dyad in enumerate(index.dyads):
            rows[f"start.{name}.{dyad}"] = np.asarray(values, float)[row, k]
    return rows


def chosen_name(read: Read, known: Container[str]) -> str | None:
    """Return the name that a read finds first among the known ones, or None."""
    return next((name for name in read.names if name in known), None)


def parameter_matrix(reads: list[Read], values: Mapping[str, Floats], n_draws: int) -> Floats:
    """Return the value of every read in every draw, (read, draw).

    Raises
    ------
    ConfigError
        A compulsory number is missing.
    ParameterError
        A number leaves the range in which it means anything.
    """
    known = set(values)
    matrix = np.empty((len(reads), n_draws))
    for row, read in enumerate(reads):
        name = chosen_name(read, known)
        if name is None and read.otherwise is None:
            hint = nearest_match(read.names[0], known)
            raise ConfigError(
                f'parameters.toml: a judged number "{" or ".join(read.names)}" is needed; found '
                f"none. {hint}".rstrip()
            )
        matrix[row] = read.otherwise if name is None else values[name]
        if name is not None and read.firm:
            _check_range(read, name, matrix[row], "among its draws")
    return matrix


def check_numbers(reads: Iterable[Read], numbers: Mapping[str, JudgedNumber]) -> None:
    """Refuse a judged number whose central value means nothing where it is read.

    Raises
    ------
    ParameterError
        The central value is outside the range of a read.
    """
    known = set(numbers)
    for read in reads:
        name = chosen_name(read, known)
        if name is not None:
            _check_range(read, name, np.array([numbers[name].central]), "as central value")


def _check_range(read: Read, name: str, values: Floats, where: str) -> None:
    wrong = values[~((values >= read.low) & (values <= read.high))]
    if not wrong.size:
        return
    if read.high == 1:
        must = "a share or probability lies between 0 and 1"
    elif np.isfinite(read.low):
        must = f"it must not be below {read.low:g}"
    else:
        must = "it must be a finite number"
    raise ParameterError(
        f"parameters.toml, {name}: {must}; found {wrong[0]:g} {where}. "
        'Correct low, central and high, or choose the scale "unit" or "positive".'
    )
