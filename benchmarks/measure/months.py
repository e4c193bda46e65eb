"""Six states by month, 2010 to 2015, refitted every January, 1, 3, 6 and 12 months ahead."""

from __future__ import annotations

import numpy as np
from contest import REFERENCE, ours_scored, rules, scored_by
from data import FIRST_MONTH_YEAR, N_MONTHS, dyad_months, folder, stick_of
from table import block_bootstrap, print_fits, print_table

FIRST_ORIGIN = (2010 - FIRST_MONTH_YEAR) * 12  # 2010-01
LEADS = (1, 3, 6, 12)
LAGS = 2  # of the vector autoregression
BLOCK_MONTHS, N_DRAWS, SEED = 6, 2000, 1
SOUND = ("CHN", "JPN", "KOR")


def main(with_model: bool = True) -> int:
    where = folder()
    if where is None:
        return 0
    index, acts = dyad_months(where)
    successes, failures = stick_of(acts, 1)
    sound = np.array([set(name.split(">")) <= set(SOUND) for name in index.directed_dyads])
    for lead in LEADS:
        # A fit of January knows that month; it forecasts the twelve that follow it by the lead.
        origins = range(FIRST_ORIGIN, N_MONTHS - lead, 12)
        spans = [
            (origin + 1, range(origin + lead, min(origin + lead + 12, N_MONTHS)))
            for origin in origins
        ]
        found = [
            scored_by(rule, successes, failures, spans, lead)
            for rule in rules(index, acts, lags=LAGS)
        ]
        model = None
        if lead == 1 and with_model:
            every = range(FIRST_ORIGIN, N_MONTHS - 1)
            model = ours_scored(successes, failures, index, every, period_months=1)
        found += [model] if model else []
        reference = next(method for method in found if method.name == REFERENCE)
        for label, rows in (("all pairs", np.ones_like(sound)), ("JPN, KOR, CHN", sound)):
            errors = {
                method.name: block_bootstrap(
                    (method.values - reference.values)[rows],
                    BLOCK_MONTHS,
                    N_DRAWS,
                    np.random.default_rng(SEED),
                )
                for method in found
            }
            n = int(np.isfinite(reference.values[rows]).sum())
            shown = [_rows(method, rows) for method in found]
            print(f"\n{lead} months ahead, {label}: {n:,} directed dyad-months")
            print_table(shown, REFERENCE, errors)
        if lead == 1:
            print_fits(found)
    return 0


def _rows(method, rows):
    return type(method)(
        method.name, method.values[rows], method.best, method.not_interior, method.seconds
    )
