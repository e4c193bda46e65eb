"""The naive test of abandonment fear on public data, and the placebo pairs that catch it.

Run from the repository root: ``python benchmarks/explain/naive_fear.py``. It reads
icews_dyad_year_2002_2011.csv.gz and ATOP's members from the folder in ``COMITY_DATA``, by default
``../shared/data``; where it is missing the script says so and ends without an error.

Quasi-alliance theory is often put to the data like this: if doubt about the hub draws its spokes
together, then relations of two of its defence partners should be *better* in years after it was
*cooler* toward them. The same regression is run for pairs of states that have no defence pact with
the hub, where no fear of being abandoned by it can act.
"""

from __future__ import annotations

import csv
import gzip
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "measure"))
from data import FIRST_YEAR, LAST_YEAR, dyad_years, folder, stick_of

from comity.core.class_counts import ClassCounts
from comity.core.drivers import NOBODY, DriverPanel, DriverSeries
from comity.core.judged import JudgedNumber
from comity.core.states import StateIndex
from comity.explain.explain import estimate_effects
from comity.measure.evidence import panel_evidence
from comity.measure.panel_fit import fit_panel
from comity.measure.panel_read import read_panel

HUB, HUB_COW = "USA", 2
N_YEARS = LAST_YEAR - FIRST_YEAR + 1
LEAST_ACTS = (5, 10, 20, 40)  # in a year and direction, for the plain regression to read its tone
DRIVER = "hub_warmth"


def judged(low: float, central: float, high: float) -> JudgedNumber:
    return JudgedNumber(low=low, central=central, high=high, meaning=DRIVER, who="benchmark",
                        why="as the effects of fear in the package")  # fmt: skip


NUMBERS = {
    "relation.driver_half_life": judged(6.0, 8.5, 12.0),
    f"relation.beta.{DRIVER}": judged(-0.493, 0.0, 0.493),
}
Floats = NDArray[np.float64]


def defence_partners(where: Path) -> set[str]:
    """Return the states with a defence pact with the hub at any time from 2002 to 2011."""
    with (where / "reference" / "country_cow_iso3.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    iso = {int(row["ccode"]): row["iso3c"] for row in rows}
    members: dict[str, set[int]] = {}
    with gzip.open(where / "atop_members.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ended = float(row["yrexit"] or 0)
            is_now = float(row["yrent"]) <= LAST_YEAR and not 0 < ended < FIRST_YEAR
            if float(row["defense"] or 0) and is_now:
                members.setdefault(row["atopid"], set()).add(int(float(row["member"])))
    with_hub = [group for group in members.values() if HUB_COW in group]
    return {iso[n] for group in with_hub for n in group if n in iso} - {HUB}


def counts_of(index: StateIndex, acts: NDArray[np.int64]) -> ClassCounts:
    directed, when = np.nonzero(acts.sum(axis=2))
    return ClassCounts(
        index, (np.arange(N_YEARS) + FIRST_YEAR - 1970) * 12, 12, ("icews",), directed, when,
        np.zeros(len(directed), np.int64), acts[directed, when],
    )  # fmt: skip


def plain(
    outcome: Floats, driver: Floats, chosen: NDArray[np.bool_]
) -> tuple[float, float, int, int]:
    """Return slope, clustered error, pairs and pair-years of next year's tone on the driver.

    Least squares with pair and year effects taken out; errors clustered by pair.
    """
    y, x = outcome[:, 1:], driver[:, :-1]
    known = np.isfinite(y) & np.isfinite(x) & chosen[:, None]
    known &= known.sum(axis=1, keepdims=True) >= 2
    y, x = (within(np.where(known, each, 0.0), known) for each in (y, x))
    slope = float((x * y).sum() / (x**2).sum())
    score = (x * (y - slope * x)).sum(axis=1)
    n = int(known.any(axis=1).sum())
    error = float(np.sqrt((score**2).sum() * n / (n - 1)) / (x**2).sum())
    return slope, error, n, int(known.sum())


def within(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """Take means of pairs and of years out, in turn until nothing moves."""
    out = values.copy()
    for _ in range(200):
        for axis in (1, 0):
            n = np.maximum(known.sum(axis=axis, keepdims=True), 1)
            out = np.where(known, out - out.sum(axis=axis, keepdims=True) / n, 0.0)
    return out


def panel_of(
    index: StateIndex,
    months: NDArray[np.int64],
    hub_warm: Floats,
    allied: NDArray[np.bool_],
    others: NDArray[np.bool_],
) -> DriverPanel:
    """Return a panel with the hub's warmth toward two of its partners as the only driver."""
    nobody = np.full(hub_warm.shape, NOBODY)
    series = DriverSeries(
        DRIVER, "the hub's warmth toward two partners (less fear of abandonment)", "logit",
        "measured relations of the hub toward both", np.where(allied[:, None], hub_warm, 0.0),
        elsewhere=np.where(others[:, None], hub_warm, 0.0),
    )  # fmt: skip
    return DriverPanel(
        index, months, (series,), nobody, ((),) * index.n_dyads,
        np.full((len(index), len(months)), NOBODY), np.full(len(months), NOBODY), (), allied,
    )  # fmt: skip


def main() -> int:
    where = folder()
    if where is None:
        return 0
    index, acts = dyad_years(where)
    partners = defence_partners(where) & set(index)
    i, j = index.pairs.T
    is_partner = np.array([code in partners for code in index.codes])
    hub = index.number(HUB)
    beside = (i != hub) & (j != hub)
    allied = is_partner[i] & is_partner[j] & beside
    others = ~is_partner[i] & ~is_partner[j] & beside
    good, bad = stick_of(acts, 1)
    print(
        f"{len(index)} states, {index.n_dyads:,} pairs, {N_YEARS} years; {len(partners)} partners"
    )

    print("plain regression: next year's tone of a pair on the hub's tone toward both")
    for least in LEAST_ACTS:
        tone = np.log((good + 0.5) / (bad + 0.5))
        tone[good + bad < least] = np.nan
        pair_tone = tone[index.directions].mean(axis=1)
        toward = np.full((len(index), N_YEARS), np.nan)
        for state, code in enumerate(index.codes):
            if state != hub:
                toward[state] = tone[index.directed_number(HUB, code)]
        hub_tone = (toward[i] + toward[j]) / 2
        for words, chosen in (("two partners of the hub", allied), ("two non-partners", others)):
            slope, error, n, n_years = plain(pair_tone, hub_tone, chosen)
            print(
                f"  {least} acts or more, {words}: {slope:+.3f} (se {error:.3f}; {n} pairs, "
                f"{n_years} pair-years)"
            )

    begun = time.perf_counter()
    counts = counts_of(index, acts)
    fit = fit_panel(counts)
    readings = read_panel(fit, counts)
    evidence = panel_evidence(fit, counts, n_draws=4)
    print(
        f"measured in {time.perf_counter() - begun:.0f} s: {len(evidence.time):,} pair-years heard"
    )
    warm = np.zeros((len(index), N_YEARS))
    for state, code in enumerate(index.codes):
        if state != hub:
            warm[state] = readings.filtered_mean[index.directed_number(HUB, code)]
    hub_warm = (warm[i] + warm[j]) / 2
    begun = time.perf_counter()
    found = estimate_effects(
        evidence, panel_of(index, counts.months, hub_warm, allied, others), NUMBERS,
        volume=(good + bad)[index.directions].sum(axis=1), n_keep=400, n_shuffles=99,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    row = found.rows[0]
    print(
        f"comity, all placebos, in {seconds:.0f} s: tier {row.tier}, {row.contraction:.0%} learned"
    )
    print(f"  {row.sentence}")
    for item in row.placebos:
        print(f"  {item.name}: {item.words}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
