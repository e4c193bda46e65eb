"""Print the figures of the page on attention.

Usage: ``python docs/make_attention_page.py [FOLDER]``, the folder of the public event data (see the
variable COMITY_DATA). Six states by month, 2005 to 2015; the first year is not scored.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from pathlib import Path

import numpy as np

from comity.core.months import parse_month
from comity.core.states import StateIndex
from comity.measure.attention import fit_attention
from comity.measure.volume_rules import RULES, fit_rule

FIRST, BLOCK, N_BOOTSTRAP = 12, 6, 4000


def main() -> None:
    """Print scores, where the model loses, and calibration."""
    default = Path(__file__).parents[2] / "shared" / "data"
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("COMITY_DATA", default)
    path = Path(named) / "icews_events_2005_2015.csv.gz"
    if not path.is_file():
        raise SystemExit("no data folder; name one as an argument or in the variable COMITY_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    index = StateIndex({row["source_state"] for row in rows})
    month = np.array([parse_month(row["date"][:7]) for row in rows])
    months = np.arange(month.min(), month.max() + 1)
    acts = np.zeros((index.n_directed, len(months)), np.int64)
    for row, t in zip(rows, month - months[0], strict=True):
        acts[index.directed_number(row["source_state"], row["target_state"]), t] += 1
    attention = fit_attention(index, months, acts)
    print({name: round(value, 3) for name, value in attention.hyperparameters.items()})
    generator = np.random.default_rng(1)
    u = attention.pit[0] + generator.random(acts.shape) * (attention.pit[1] - attention.pit[0])
    print(
        "shares of PIT by tenth:",
        (np.histogram(u[:, FIRST:], 10, (0, 1))[0] / u[:, FIRST:].size).round(3),
    )
    own = attention.log_score[:, FIRST:]
    print(f"model {own.mean():.3f} nats per directed dyad and month, {own.size} cells")
    usual = acts.mean(axis=1)
    for name in RULES:
        gain = own - fit_rule(acts, name, first=FIRST)[:, FIRST:]
        monthly = gain.mean(axis=0)
        begin = generator.integers(
            0, len(monthly) - BLOCK + 1, (N_BOOTSTRAP, len(monthly) // BLOCK)
        )
        means = monthly[begin[..., None] + np.arange(BLOCK)].mean(axis=(1, 2))
        low, high = np.quantile(means, [0.05, 0.95])
        by_dyad = gain.mean(axis=1)
        lost = [f"{index.directed_dyads[k]} {by_dyad[k]:.2f}" for k in np.argsort(by_dyad)[:5]]
        bands = [
            f"{label} {by_dyad[kept].mean():+.3f} ({kept.sum()})"
            for label, kept in (
                ("under 1 act a month", usual < 1),
                ("1 to 10", (usual >= 1) & (usual < 10)),
                ("10 and more", usual >= 10),
            )
        ]
        print(
            f"over {name}: {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]; loses for "
            f"{(by_dyad < 0).sum()} of {len(by_dyad)} dyads; worst {', '.join(lost)}; "
            + "; ".join(bands)
        )


if __name__ == "__main__":
    main()
