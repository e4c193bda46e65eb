"""Print the figures of the page on news volume and draw its picture.

Usage: ``python docs/make_trap_page.py [FOLDER]``, the folder of the public event data (see the
variable COMITY_DATA). Only computed figures leave it: quarterly readings and rank correlations.
The picture needs a Chromium on the path or in ``COMITY_CHROMIUM``; ``--no-picture`` leaves it out.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from comity.core.history import EventCounts
from comity.core.months import month_text, parse_month
from comity.core.relations import Relations, share
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.goldstein import goldstein_scores

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
DOCS = Path(__file__).parent
PAIR = "JPN-KOR"
SETTINGS = Settings(n_hyper_draws=8, n_paths=128, seed=1, n_threads=2)
# From the export controls of July 2019 until the pact on intelligence was kept in November.
RUPTURE = ("2019-07", "2019-11")


@dataclass(frozen=True)
class PairSeries:
    """Three readings of one pair by month beside the volume of reports."""

    months: Counts
    total: Floats  # sum of scores
    mean: Floats  # mean of scores
    reading: Floats  # expected share of cooperative days or acts
    low: Floats
    high: Floats
    volume: Floats
    draws: Floats  # (draw, time) of the reading


def no_tones(
    index: StateIndex, months: Counts, good: Counts, bad: Counts, name: str
) -> EventCounts:
    """Return counts without judged tones, (directed_dyad, time)."""
    none = np.empty(0, np.int64)
    return EventCounts(
        index, months, good, bad, np.empty(0), none, none, np.empty(0, bool), none, name
    )


def halves(days: Counts) -> tuple[Counts, Counts]:
    """Split undirected days between the two directions, the odd one in turn."""
    turn = np.arange(days.shape[-1]) % 2
    first = (days + turn) // 2
    return first, days - first


def daily_scores(folder: Path) -> tuple[Relations, PairSeries, dict[str, PairSeries]]:
    """Read GDELT's daily summaries; a day counts as cooperative when its score is not negative."""
    with (folder / "gdelt_dyad_month_2018_2024.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    index = StateIndex({row[name] for row in rows for name in ("state_a", "state_b")})
    first = min(parse_month(row["month"]) for row in rows)
    n_times = max(parse_month(row["month"]) for row in rows) - first + 1
    days, negative = np.zeros((2, index.n_dyads, n_times), np.int64)
    total, mean = np.full((2, index.n_dyads, n_times), np.nan)
    world = np.zeros(n_times)
    for row in rows:
        cell = (
            index.dyad_number(f"{row['state_a']}-{row['state_b']}"),
            parse_month(row["month"]) - first,
        )
        days[cell] = int(row["n_days"])
        negative[cell] = round(days[cell] * float(row["neg_day_share"]))
        total[cell], mean[cell] = float(row["score_sum"]), float(row["score_mean_daily"])
        world[cell[1]] = float(row["world_abs_sum"])
    good, bad = np.zeros((2, index.n_directed, n_times), np.int64)
    good[index.directions.T] = np.stack(halves(days - negative))
    bad[index.directions.T] = np.stack(halves(negative)[::-1])
    months = first + np.arange(n_times)
    relations = fit_relations(no_tones(index, months, good, bad, "days"), settings=SETTINGS)
    every = {
        dyad: series(relations, dyad, total[number], mean[number], world)
        for number, dyad in enumerate(index.dyads)
    }
    return relations, every[PAIR], every


def events(folder: Path) -> tuple[Relations, PairSeries, dict[str, PairSeries]]:
    """Read ICEWS acts, 2005 to 2015; the volume is the pair's number of acts."""
    with gzip.open(folder / "icews_events_2005_2015.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    index = StateIndex({row["source_state"] for row in rows})
    month = np.array([parse_month(row["date"][:7]) for row in rows])
    directed = np.array([index.directed_number(r["source_state"], r["target_state"]) for r in rows])
    quad = np.array([int(row["quad_class"]) for row in rows])
    weight = np.array([float(row["goldstein"] or "nan") for row in rows])
    months = np.arange(month.min(), month.max() + 1)
    time = month - months[0]
    shape = (index.n_directed, len(months))
    good, bad = np.zeros((2, *shape), np.int64)
    np.add.at(good, (directed[quad <= 2], time[quad <= 2]), 1)
    np.add.at(bad, (directed[quad > 2], time[quad > 2]), 1)
    known = np.isfinite(weight)
    scores = goldstein_scores(
        weight[known], directed[known], time[known], n_directed=shape[0], n_times=shape[1]
    )
    relations = fit_relations(no_tones(index, months, good, bad, "acts"), settings=SETTINGS)
    every = {}
    for dyad, (one, two) in zip(index.dyads, index.directions, strict=True):
        total, n = scores.total[one] + scores.total[two], scores.n_acts[one] + scores.n_acts[two]
        mean = np.where(n > 0, total / np.maximum(n, 1), np.nan)
        volume = (good + bad)[[one, two]].sum(axis=0).astype(float)
        every[dyad] = series(relations, dyad, total, mean, volume)
    return relations, every[PAIR], every


def series(
    relations: Relations, dyad: str, total: Floats, mean: Floats, volume: Floats
) -> PairSeries:
    """Put the reading of a pair beside its sums and means."""
    quantiles = relations.dyad_quantiles(dyad)
    number = relations.index.dyad_number(dyad)
    reading = share(relations.dyad_mean[number])
    draws = share(relations.paths[:, number, :])
    return PairSeries(
        relations.months, total, mean, reading, quantiles[0], quantiles[-1], volume, draws
    )


def quarters(pair: PairSeries) -> list[tuple[str, float, float, float, float, float]]:
    """Return quarter, sum, mean of monthly means, mean reading and its 80% interval."""
    out = []
    for quarter in np.unique(pair.months // 3):
        inside = pair.months // 3 == quarter
        label = f"{1970 + quarter // 4}Q{quarter % 4 + 1}"
        low, high = np.quantile(pair.draws[:, inside].mean(axis=1), [0.1, 0.9])
        total, mean = np.nansum(pair.total[inside]), np.nanmean(pair.mean[inside])
        out.append((label, total, mean, pair.reading[inside].mean(), low, high))
    return out


def rank_from_top(values: Floats, place: int) -> int:
    """Return 1 for the largest value."""
    return int(1 + (values > values[place]).sum())


def print_ranks(pair: PairSeries, first: str, last: str) -> None:
    """Print where each month of the rupture stands by each reading, 1 the best."""
    print("month      sum rank   mean rank   reading rank   (of", len(pair.months), "months)")
    for month in range(parse_month(first), parse_month(last) + 1):
        t = month - int(pair.months[0])
        print(
            f"{month_text(month)} {pair.total[t]:9.0f} {rank_from_top(pair.total, t):3d}"
            f" {pair.mean[t]:8.1f} {rank_from_top(pair.mean, t):3d}"
            f"   {100 * pair.reading[t]:5.1f}% [{100 * pair.low[t]:.0f}, {100 * pair.high[t]:.0f}]"
            f" {rank_from_top(pair.reading, t):3d}"
        )
    for name in ("total", "mean", "reading"):
        values = getattr(pair, name)
        best = np.argsort(-values)[:5]
        worst = np.argsort(values)[:5]
        print(
            f"best by {name}: {', '.join(month_text(int(pair.months[t])) for t in best)}; "
            f"worst: {', '.join(month_text(int(pair.months[t])) for t in worst)}"
        )


def print_correlations(name: str, every: dict[str, PairSeries], chosen: tuple[str, ...]) -> None:
    """Print rank correlations by month of the three readings with volume and with each other."""
    print(f"\n{name}: rank correlation by month")
    print("pair      sum~vol mean~vol reading~vol |sum|~vol sum~reading mean~reading sum~mean")
    for dyad in chosen:
        pair = every[dyad]
        kept = np.isfinite(pair.mean)
        a, b, c, v = (x[kept] for x in (pair.total, pair.mean, pair.reading, pair.volume))
        both = [(a, v), (b, v), (c, v), (np.abs(a), v), (a, c), (b, c), (a, b)]
        print(
            f"{dyad}  "
            + "  ".join(f"{np.corrcoef(rankdata(x), rankdata(y))[0, 1]:8.2f}" for x, y in both)
        )


def svg(rows: list[tuple[str, float, float, float, float, float]]) -> str:
    """Return the picture: quarterly sum, mean and reading, one below the other."""
    panels = (
        ("Sum of scores", 1, "score points"),
        ("Mean of daily scores", 2, "score points a day"),
        ("Expected share of non-negative days, 80% interval", 3, "per cent"),
    )
    width, height, left, right = 860, 190, 70, 20
    x = np.linspace(left + 10, width - right - 10, len(rows))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{3 * height + 30}" '
        'font-family="sans-serif" font-size="12" fill="#222">'
        f'<rect width="{width}" height="{3 * height + 30}" fill="white"/>'
    ]
    shaded = [k for k, row in enumerate(rows) if row[0] in ("2019Q3", "2019Q4")]
    for number, (title, column, unit) in enumerate(panels):
        top, bottom = number * height + 30, (number + 1) * height - 10
        factor = 100 if column == 3 else 1
        values = factor * np.array([row[column] for row in rows])
        low = factor * np.array([row[4] for row in rows]) if column == 3 else values
        high = factor * np.array([row[5] for row in rows]) if column == 3 else values
        bounds = low.min(), high.max()

        def y(value: Floats, top=top, bottom=bottom, bounds=bounds) -> Floats:
            return bottom - (value - bounds[0]) / (bounds[1] - bounds[0]) * (bottom - top - 12)

        gap = (x[1] - x[0]) / 2
        parts.append(
            f'<rect x="{x[shaded[0]] - gap:.1f}" y="{top}" '
            f'width="{x[shaded[-1]] - x[shaded[0]] + 2 * gap:.1f}" '
            f'height="{bottom - top}" fill="#f3e3c3"/>'
            f'<text x="{left}" y="{top - 6}" font-weight="bold">{title}</text>'
        )
        for value in bounds:
            place = float(y(np.array(value)))
            parts.append(
                f'<text x="{left - 6}" y="{place + 4:.1f}" text-anchor="end">{value:,.0f}</text>'
            )
        parts.append(
            f'<text x="12" y="{(top + bottom) / 2:.0f}" font-size="11" text-anchor="middle" '
            f'transform="rotate(-90 12 {(top + bottom) / 2:.0f})">{unit}</text>'
        )
        if column == 3:
            around = [*zip(x, y(high), strict=True), *zip(x[::-1], y(low)[::-1], strict=True)]
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in around)
            parts.append(f'<polygon points="{points}" fill="#9db8d9" opacity="0.6"/>')
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y(values), strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="#1d4f91" stroke-width="2"/>')
    for place, row in zip(x, rows, strict=True):
        if row[0].endswith("Q1"):
            parts.append(
                f'<text x="{place:.1f}" y="{3 * height + 12}" text-anchor="middle">'
                f"{row[0][:4]}</text>"
            )
    return "".join([*parts, "</svg>"])


def draw(text: str, target: Path) -> None:
    """Write an SVG as a PNG."""
    from make_images import find_chromium
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "picture.html"
        page_file.write_text(f'<body style="margin:0">{text}</body>', encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 860, "height": 600})
        page.goto(page_file.as_uri())
        page.screenshot(path=target)
        browser.close()


def main() -> None:
    """Print every figure of the page and draw its picture."""
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    default = os.environ.get("COMITY_DATA", DOCS.parents[1] / "shared" / "data")
    folder = Path(named[0] if named else default)
    if not folder.is_dir():
        raise SystemExit("no data folder; name one as an argument or in the variable COMITY_DATA")
    relations, pair, every = daily_scores(folder)
    print(
        f"GDELT daily scores, {PAIR}, {month_text(int(pair.months[0]))} to "
        f"{month_text(int(pair.months[-1]))}"
    )
    rows = quarters(pair)
    print("| quarter | sum | mean | reading | 80% interval |\n| --- | --- | --- | --- | --- |")
    for label, total, mean, reading, low, high in rows:
        print(
            f"| {label} | {total:,.0f} | {mean:.0f} | {100 * reading:.0f}% | "
            f"{100 * low:.0f} to {100 * high:.0f} |"
        )
    print_ranks(pair, *RUPTURE)
    print_correlations("GDELT, volume is the world's", every, tuple(relations.index.dyads))
    relations, pair, every = events(folder)
    print(f"\nICEWS acts, {PAIR}")
    print_ranks(pair, "2012-07", "2012-10")
    print_correlations("ICEWS, volume is the pair's", every, ("CHN-JPN", "CHN-KOR", "JPN-KOR"))
    if "--no-picture" not in sys.argv:
        (DOCS / "images").mkdir(exist_ok=True)
        draw(svg(rows), DOCS / "images" / "news-volume.png")


if __name__ == "__main__":
    main()
