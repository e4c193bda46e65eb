"""All states, three sticks, rolling origins 2005 to 2010, one year ahead."""

from __future__ import annotations

import numpy as np
from contest import REFERENCE, Scores, ours_scored, rules, scored_by
from data import FIRST_YEAR, STICK_NAMES, dyad_years, folder, stick_of
from table import clustered, pair_of, print_fits, print_table

ORIGINS = range(2005, 2011)


def main(with_model: bool = True) -> int:
    where = folder()
    if where is None:
        return 0
    index, acts = dyad_years(where)
    origins = [year - FIRST_YEAR for year in ORIGINS]
    spans = [(origin + 1, [origin + 1]) for origin in origins]
    by_stick: list[list[Scores]] = []
    print(f"{len(index)} states; difference to {REFERENCE}, errors clustered by pair")
    for stick, name in STICK_NAMES.items():
        successes, failures = stick_of(acts, stick)
        found = [
            scored_by(rule, successes, failures, spans) for rule in rules(index, acts, stick)
        ]  # fmt: skip
        model = (
            ours_scored(successes, failures, index, origins, stick=stick) if with_model else None
        )
        found += [model] if model else []
        by_stick.append(found)
        n = int(np.isfinite(found[0].values).sum())
        print(f"\nstick {stick}, {name}: {n:,} directed dyad-years")
        _compare(found, index)
        print_fits(found)
    print("\nsum over sticks, per directed dyad-year with any act")
    _compare([_summed(list(methods)) for methods in zip(*by_stick, strict=True)], index)
    return 0


def _compare(found: list[Scores], index) -> None:
    reference = next(method for method in found if method.name == REFERENCE)
    errors = {
        method.name: clustered(method.values - reference.values, pair_of(index))
        for method in found
    }  # fmt: skip
    print_table(found, REFERENCE, errors)


def _summed(methods: list[Scores]) -> Scores:
    """Return the sum of the sticks: a stick without acts says nothing and adds zero."""
    values = np.stack([method.values for method in methods])
    total = np.where(np.isfinite(values).any(axis=0), np.nansum(values, axis=0), np.nan)
    missed = tuple(sorted({name for method in methods for name in method.not_interior}))
    seconds = sum(method.seconds for method in methods)
    return Scores(methods[0].name, total, methods[0].best, missed, seconds)
