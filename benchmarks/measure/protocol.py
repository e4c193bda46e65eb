"""The stated protocol: 40 states with most events, 2009 to 2011 one year ahead, by dyad-year."""

from __future__ import annotations

import numpy as np
from contest import REFERENCE, Scores, ours_scored, rules, scored_by
from data import FIRST_YEAR, dyad_years, folder, stick_of
from table import clustered, pair_of, print_fits, print_table

N_STATES = 40
ORIGINS = (2008, 2009, 2010)


def main(with_model: bool = True) -> int:
    where = folder()
    if where is None:
        return 0
    index, acts = dyad_years(where, N_STATES)
    successes, failures = stick_of(acts, 1)
    origins = [year - FIRST_YEAR for year in ORIGINS]
    spans = [(origin + 1, [origin + 1]) for origin in origins]
    found: list[Scores] = [
        scored_by(rule, successes, failures, spans) for rule in rules(index, acts)
    ]
    model = ours_scored(successes, failures, index, origins) if with_model else None
    found += [model] if model else []
    reference = next(method for method in found if method.name == REFERENCE)
    errors = {
        method.name: clustered(method.values - reference.values, pair_of(index))
        for method in found
    }  # fmt: skip
    n = int(np.isfinite(reference.values).sum())
    print(
        f"{n:,} directed dyad-years, mean log score (nats) of cooperation given volume; "
        f"difference to {REFERENCE}, errors clustered by pair"
    )
    print_table(found, REFERENCE, errors)
    print("fitted at the last origin")
    print_fits(found)
    return 0
