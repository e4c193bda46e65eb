"""Figures of the bundled record that the page on measurement quotes.

Run from the repository root: ``python benchmarks/bench_record.py``. Prints the one-step score
against its baseline, with the tones and with their loading held near zero, and how far tripling
the acts of a year moves that year's mean of the focal pair, in posterior standard deviations.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import comity
from comity.core.history import EventCounts
from comity.core.months import parse_month
from comity.core.relations import Relations
from comity.core.settings import Settings
from comity.measure import fit_relations
from comity.measure.model import default_priors
from comity.record import count_events

NEAR_ZERO = 1e-4
YEARS = (2019, 2023, 2025)
FOCAL = "JPN-KOR"


def tripled(counts: EventCounts, year: int) -> EventCounts:
    """Return the record with every act of one year three times over."""
    first = parse_month(f"{year}-01") - int(counts.months[0])
    inside = (counts.tone_time >= first) & (counts.tone_time < first + 12)
    take = np.repeat(np.arange(len(counts.tone)), np.where(inside, 3, 1))
    copies = np.concatenate([np.arange(3 if twice else 1) for twice in inside])
    grown = {name: getattr(counts, name).copy() for name in ("cooperative", "conflictual")}
    for array in grown.values():
        array[:, first : first + 12] *= 3
    acts = ("tone", "tone_directed", "tone_time", "tone_cooperative")
    return replace(
        counts,
        **grown,
        **{name: getattr(counts, name)[take] for name in acts},
        act_row=counts.act_row[take] * 3 + copies,
    )


def year_mean(relations: Relations, year: int) -> tuple[float, float]:
    """Return mean and sd of the focal pair's yearly mean over the path draws."""
    first = parse_month(f"{year}-01") - int(relations.months[0])
    number = relations.index.dyad_number(FOCAL)
    drawn = relations.paths[:, number, first : first + 12].mean(axis=1)
    return float(drawn.mean()), float(drawn.std())


def main() -> None:
    """Print the figures."""
    counts, settings = count_events(comity.load_case("japan-korea-us")), Settings()
    priors = dict(default_priors())
    held = {
        **priors,
        "tone_loading": priors["tone_loading"].model_copy(update={"scale": NEAR_ZERO}),
    }
    plain = fit_relations(counts, settings=settings)
    for name, found in (
        ("with the tones", plain),
        ("loading near zero", fit_relations(counts, settings=settings, priors=held)),
    ):
        for score in found.scores:
            print(
                f"{name:<20} against {score.baseline}: {score.difference:+.3f} nats per cell "
                f"[{score.difference_low:+.3f}, {score.difference_high:+.3f}], "
                f"{score.n_cells} cells"
            )
    for year in YEARS:
        before, sd = year_mean(plain, year)
        after, _ = year_mean(fit_relations(tripled(counts, year), settings=settings), year)
        print(
            f"acts of {year} tripled: {FOCAL} moves by {abs(after - before) / sd:.2f} posterior sd"
        )


if __name__ == "__main__":
    main()
