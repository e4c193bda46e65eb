"""What pairing future by future saves: four what-ifs of the bundled case against its baseline.

Run from the repository root: ``python benchmarks/bench_pairs.py``. For the relation of the two
spokes and for "a dispute of the two is open", both 24 months on: the effect, its Monte Carlo error
and how many times fewer futures the pairing needs than two runs on different numbers. Beside a
yes-or-no outcome stands the most that any pairing could save for these two chances: futures that
change must at least make up the difference. Then, on fewer futures: how many differ at all, when
they first do and in what.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.ensemble import Contrast, Ensemble, OutcomeContrast
from comity.core.outcomes import Outcome
from comity.core.settings import Settings
from comity.record import load_case
from comity.simulate import simulate_scenario
from comity.study import Study

CASE = "japan-korea-us"
SCENARIOS = ("hub-mediates", "hub-withdraws", "coalition-change-korea", "coalition-change-japan")
MONTHS, N_MEMBERS, N_LOOKED_AT, N_DRAWS = 24, 40_000, 10_000, 500
WANTED = 5.0
ORDER = (
    "changed", "coalition", "status", "flares", "mediated", "dispute_open", "summits", "trilateral",
    "coordination", "stage",
)  # fmt: skip
"""Kept tables in the order of the steps of a month; relations move last."""

Bools = NDArray[np.bool_]


class Row(NamedTuple):
    """One effect of the table."""

    effect: float
    error: float
    saved: float
    most: float


def relation_row(paired: Contrast, pair: int) -> Row:
    """Return the effect on a pair's relation in the last month, in logits."""
    return Row(
        float(paired.relation_difference[pair, -1]),
        float(paired.relation_monte_carlo_se[pair, -1]),
        float(paired.relation_variance_reduction[pair, -1]),
        np.inf,
    )


def outcome_row(found: OutcomeContrast) -> Row:
    """Return the effect on a chance, with the most that any pairing could save.

    Of futures with chances p and q at least a share of abs(p - q) must differ.
    """
    p, q, gap = found.probability, found.against_probability, abs(found.difference)
    apart, least = p * (1 - p) + q * (1 - q), gap - gap**2
    most = apart / least if least else np.inf
    return Row(found.difference, found.monte_carlo_se, found.variance_reduction, most)


def print_row(name: str, what: str, row: Row) -> None:
    """Print one effect."""
    most = "" if np.isinf(row.most) else f"  at most {row.most:6.1f}"
    verdict = "reached" if row.saved >= WANTED else "NOT reached"
    print(
        f"{name:<24} {what:<14} effect {row.effect:+.4f}  error {row.error:.4f}  "
        f"effect in errors {row.effect / row.error:+6.1f}  saved {row.saved:6.1f}{most}  {verdict}"
    )


def first_differences(one: Ensemble, two: Ensemble) -> dict[str, NDArray[np.int64]]:
    """Return by table the first month in which each member differs, 0 where it never does."""
    found: dict[str, NDArray[np.int64]] = {}
    for name in ORDER:
        apart = (one.events[name] != two.events[name]).any(axis=1)
        found[name] = np.where(apart.any(axis=1), apart.argmax(axis=1) + 1, 0)
    return found


def share(values: Bools) -> str:
    """Return a share in hundred."""
    return f"{100 * values.mean():.1f}"


def print_paths(name: str, one: Ensemble, two: Ensemble, pair: int) -> None:
    """Print how many members differ, from when on and in what first."""
    assert one.paths is not None
    assert two.paths is not None
    moved = (np.abs(one.paths[:, pair] - two.paths[:, pair]) > 1e-6).any(axis=1)
    first = first_differences(one, two)
    when = np.array([np.where(months == 0, MONTHS + 1, months) for months in first.values()])
    earliest = when.min(axis=0)
    differs = earliest <= MONTHS
    low, middle, high = np.quantile(earliest[differs], (0.1, 0.5, 0.9))
    print(f"{name}: of 100 futures the relation differs in {share(moved)}, an event in ", end="")
    print(f"{share(differs)}; first event in month {middle:.0f} (80%: {low:.0f} to {high:.0f})")
    leading = np.array(ORDER)[when.argmin(axis=0)]
    parts = [
        f"{table} {share(leading[differs] == table)}"
        for table in ORDER
        if (leading[differs] == table).any()
    ]
    print(f"  first in (of 100 that differ): {', '.join(parts)}")
    parts = [f"{table} {share(months > 0)}" for table, months in first.items()]
    print(f"  ever in (of 100 futures): {', '.join(parts)}")
    yes, other = (run.events["dispute_open"][:, pair, -1] for run in (one, two))
    against = yes & ~other if yes.mean() < other.mean() else other & ~yes
    print(
        f"  open in month {MONTHS}: only with {share(yes & ~other)}, only without "
        f"{share(other & ~yes)}; against the effect {share(against)}",
        end="",
    )
    if against.any():
        flares = (one.events["flares"] != two.events["flares"]).any(axis=(1, 2))
        turned = first["changed"] > 0
        print(
            f" (of 100 of these flares differ in {share(flares[against])}, governments in "
            f"{share(turned[against])})",
            end="",
        )
    print()


def main() -> None:
    """Print every figure."""
    case = load_case(CASE)
    label = "-".join(sorted(case.with_role("spoke")))
    asked = Outcome(
        id="open", words="a dispute is open", kind="dispute_open", dyad=label, lead_months=MONTHS
    )
    case = case.model_copy(update={"outcomes": (asked,)})
    settings = Settings(n_members=N_MEMBERS, n_months=MONTHS, n_draws=N_DRAWS)
    study, pair = Study(case, settings), case.index.dyad_number(label)
    print(f"{label}, month {MONTHS}, {N_MEMBERS:,} pairs of futures, {N_DRAWS} parameter draws")
    for name in SCENARIOS:
        paired = study.contrast(name)
        print_row(name, "relation", relation_row(paired, pair))
        print_row(name, "dispute open", outcome_row(paired.outcomes[0]))
    fewer = settings.model_copy(update={"n_members": N_LOOKED_AT})

    def run(name: str) -> Ensemble:
        return simulate_scenario(
            case, study.scenario(name), start=study.relations.start, history=study.history,
            settings=fewer, keep_paths=True,
        )  # fmt: skip

    print(f"\nWhere futures part ({N_LOOKED_AT:,} of them)")
    against = run("baseline")
    for name in SCENARIOS:
        print_paths(name, run(name), against, pair)


if __name__ == "__main__":
    main()
