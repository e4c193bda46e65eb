"""Every figure that docs/theory/quarrels.md quotes, and the seconds they take.

Run from the repository root: ``python benchmarks/bench_quarrels.py``. Figures of real data need the
public data sets in ../shared/data (or in the folder named by COMITY_DATA) and are left out, with a
line that says so, where that folder is missing. ``ruptures`` is used where it is installed.
"""

from __future__ import annotations

import csv
import gzip
import os
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import betabinom, norm

from comity.core.months import month_text, parse_month
from comity.core.quarrels import PairActs, PairQuarrels
from comity.measure.quarrels import QuarrelFit, fit_quarrels, read_quarrels
from comity.measure.quarrels.evidence import PairRecord, filter_pair, likelihood_rows, pair_lattice
from comity.measure.quarrels.fit import Variant, held_out_scores
from comity.measure.quarrels.model import NAMES
from comity.measure.quarrels.passes import backward, forward

Floats = NDArray[np.float64]
DATA = Path(os.environ.get("COMITY_DATA", Path(__file__).parents[2] / "shared" / "data"))
FALLS = ("2005-03", "2006-04", "2008-07", "2011-08", "2012-08", "2013-04", "2014-01")
FIRST, LAST = parse_month("2005-01"), parse_month("2015-12")
VARIANTS: tuple[Variant, ...] = (
    "level and flare", "gaussian flare", "one heavy-tailed component", "level only",
)  # fmt: skip
TYPICAL = np.array([2.0, 70.0, 0.19, 30.0, 0.28, 0.55, 1.0, 3.0, 0.4, -0.4, 0.1, 0.2])
N_SERIES, N_MONTHS, ACTS = 30, 132, 60.0
N_CANDIDATE_DRAWS, N_DRAWS = 128, 64


def load(*dyads: str, sectors: tuple[str, ...] = ()) -> list[PairActs]:
    """Every row one act, both directions pooled; all sectors unless some are named."""
    counts = {dyad: np.zeros((2, LAST - FIRST + 1), np.int64) for dyad in dyads}
    path = DATA / "icews_events_2005_2015.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            dyad = "-".join(sorted((row["source_state"], row["target_state"])))
            named = {row["source_sector"], row["target_sector"]}
            if dyad in counts and (not sectors or named <= set(sectors)):
                t = parse_month(row["date"][:7]) - FIRST
                counts[dyad][0, t] += int(row["quad_class"]) <= 2
                counts[dyad][1, t] += 1
    return [PairActs(d, np.arange(FIRST, LAST + 1), c[0], c[1]) for d, c in counts.items()]


def print_falls(pair: PairQuarrels) -> None:
    """Print how each known fall shows, and every other flagged month."""
    falls = [parse_month(month) for month in FALLS]
    print("known fall   within a month   largest month   filtered   level falls for good   change")
    for text, fall in zip(FALLS, falls, strict=True):
        t = fall - FIRST
        near = slice(max(0, t - 1), t + 2)
        change = pair.lasting_change(fall - 1)
        print(
            f"{text:<13}{pair.flare_between(fall - 1, fall + 1):>14.2f}"
            f"{pair.flare_down[near].max():>16.2f}{pair.filtered_flare_down[near].max():>11.2f}"
            f"{(change < -0.4).mean():>23.2f}{change.mean():>9.2f}"
        )
    distance = np.abs(np.subtract.outer(pair.months, falls)).min(axis=1)
    print(
        "flagged months (P of a flare beyond 0.7, down or up, above 1/2; turning points likewise)"
    )
    for t, month in enumerate(pair.months):
        values = {
            "flare down": pair.flare_down[t], "flare up": pair.flare_up[t],
            "turning down": pair.turning_down[t], "turning up": pair.turning_up[t],
        }  # fmt: skip
        words = [f"{name} {value:.2f}" for name, value in values.items() if value > 0.5]
        if words:
            own = "known fall" if distance[t] <= 1 else ""
            acts = f"{pair.n_acts[t]:>4} acts"
            print(f"  {month_text(int(month))} {acts}  {', '.join(words):<40} {own}")
    others = int(((pair.flare_down > 0.5) & (distance > 1)).sum())
    print(f"months flagged down that are more than a month from every known fall: {others}")
    for year in range(2005, 2016):
        part = (pair.months - FIRST) // 12 + 2005 == year
        if not np.isnan(pair.turning_down[part]).all():
            down, up = np.nanmax(pair.turning_down[part]), np.nanmax(pair.turning_up[part])
            print(f"  {year}: largest P(turning point) down {down:.2f}, up {up:.2f}")
    for quarrel in pair.quarrels:
        print("  quarrel", {k: v for k, v in quarrel.as_dict().items() if k != "dyad"})


def real_data() -> QuarrelFit:
    """Fit China's pairs four ways, score Japan-Korea, read it."""
    china, (held_out,) = load("CHN-JPN", "CHN-KOR"), load("JPN-KOR")
    fits: dict[Variant, QuarrelFit] = {}
    print(
        f"{'variant':<30}{'log posterior':>14}{'held out, mode':>16}{'averaged':>10}"
        f"{'SE':>6}{'s':>6}"
    )
    for variant in VARIANTS:
        begun = time.perf_counter()
        fit = fits[variant] = fit_quarrels(china, n_draws=N_CANDIDATE_DRAWS, variant=variant)
        seconds = time.perf_counter() - begun
        mode, scores = held_out_scores(fit, held_out)
        weight = np.exp(scores - scores.max())
        averaged = np.log(weight.mean()) + scores.max()
        error = weight.std() / weight.mean() / np.sqrt(len(weight))
        print(
            f"{variant:<30}{fit.log_posterior_at_mode:>14.2f}{mode:>16.2f}{averaged:>10.2f}"
            f"{error:>6.2f}{seconds:>6.0f}"
        )
    fit = fits["level and flare"]
    low, high = np.quantile(fit.draws, [0.05, 0.95], axis=0)
    for k, name in enumerate(NAMES[:8]):
        print(f"  {name:<18}{fit.mode[k]:>8.2f}  [{low[k]:.2f}, {high[k]:.2f}]")
    print(f"  effective candidates {fit.effective:.0f} of {fit.n_candidates}")
    print("\nJapan-Korea, hyper-parameters of China's pairs, all sectors")
    pair = read_quarrels([held_out], fit, n_paths=3200, n_hyper_draws=N_DRAWS, n_threads=2).pairs[0]
    print_falls(pair)
    print("\nthe same from acts between states and governments only")
    sectors = ("state", "gov")
    other = fit_quarrels(load("CHN-JPN", "CHN-KOR", sectors=sectors), n_draws=N_DRAWS)
    (acts,) = load("JPN-KOR", sectors=sectors)
    print_falls(read_quarrels([acts], other, n_paths=3200, n_hyper_draws=N_DRAWS).pairs[0])
    second_opinions(held_out, fit)
    return fit


def residuals(acts: PairActs, fit: QuarrelFit, *, one_step: bool) -> Floats:
    """Return normal scores of each month's share: one step ahead, or around a constant relation."""
    value = fit.value()
    record = PairRecord(acts)
    lattice = pair_lattice(record, value, coarsest=0.1, for_filter=True)
    rows = likelihood_rows(acts, value, lattice.theta)
    done = forward(lattice, rows, keep=True)
    kappa, out = value["concentration"], np.zeros(len(acts.months))
    for t, (c, n) in enumerate(zip(acts.cooperative, acts.volume, strict=True)):
        theta, law = np.array([record.share_logit]), np.ones(1)
        if one_step:
            ahead = (
                lattice.start if t == 0 else lattice.level_step.transpose(0, 2, 1) @ done.moved[t]
            )
            law = np.bincount(lattice.place.ravel(), ahead.sum(axis=0).ravel())
            theta, law = lattice.theta, law / law.sum()
        share = np.clip(1 / (1 + np.exp(-theta)), 1e-9, 1 - 1e-9)
        a, b = kappa * share, kappa * (1 - share)
        below = law @ betabinom.cdf(c, n, a, b) - 0.5 * law @ betabinom.pmf(c, n, a, b)
        out[t] = ndtri(np.clip(below, 1e-6, 1 - 1e-6)) if n else 0.0
    return out


def run_length(x: Floats, hazard: float = 1 / 60, prior_sd: float = 1.0) -> Floats:
    """Return P(the present run is at most two months old), months beyond the second (time,).

    Adams and MacKay's recursion for normal data of unit variance and unknown mean.
    """
    mean, precision, law = np.zeros(1), np.full(1, prior_sd**-2), np.ones(1)
    young = np.zeros(len(x))
    for t, value in enumerate(x):
        density = norm.pdf(value, mean, np.sqrt(1 + 1 / precision))
        grown = law * density
        law = np.append(hazard * grown.sum(), (1 - hazard) * grown)
        law /= law.sum()
        mean = np.append(0.0, (precision * mean + value) / (precision + 1))
        precision = np.append(prior_sd**-2, precision + 1)
        young[t] = law[:3].sum()
    return young


def second_opinions(acts: PairActs, fit: QuarrelFit) -> None:
    """Print what two general change-point methods find."""
    for name, one_step in (("around a constant relation", False), ("one step ahead", True)):
        x = residuals(acts, fit, one_step=one_step)
        x = x / x.std()
        young = run_length(x)
        peaks = [
            f"{month_text(int(acts.months[t]))} {young[t]:.2f}"
            for t in range(3, len(x)) if young[t] > 0.5 and young[t] == young[t - 2 : t + 3].max()
        ]  # fmt: skip
        print(f"\nsecond opinions on standardized residuals {name}")
        print("  run length of at most two months with P > 1/2:", ", ".join(peaks) or "none")
        try:
            import ruptures
        except ImportError:
            print("  ruptures is not installed: no PELT")
            continue
        for penalty in (2, 3):
            cost = penalty * np.log(len(x))
            breaks = ruptures.Pelt(model="l2", min_size=2, jump=1).fit(x).predict(pen=cost)[:-1]
            words = ", ".join(month_text(int(acts.months[t])) for t in breaks) or "none"
            print(f"  PELT, change of mean, penalty {penalty} log n: {words}")


def simulated(
    generator: np.random.Generator,
    *,
    flares: bool,
    levels: bool,
    flare: float = 0.0,
    step: float = 0.0,
) -> PairActs:
    """Draw a pair that is well covered; a planted flare or step comes at month 66."""
    _, kappa, q, half_life, scale, memory, _, tail = TYPICAL[:8]
    rho, now, spark = 2 ** (-1 / half_life), 0.0, 0.0
    theta = np.empty(N_MONTHS)
    for t in range(-60, N_MONTHS):
        now = rho * now + q * generator.normal() * levels
        spark = memory * spark + scale * generator.standard_t(tail) * flares
        spark += flare * (t == N_MONTHS // 2)
        if t >= 0:
            theta[t] = 2.0 + now + spark + step * (t >= N_MONTHS // 2)
    volume = generator.poisson(ACTS * generator.gamma(3, 1 / 3, N_MONTHS))
    share = 1 / (1 + np.exp(-theta))
    share = generator.beta(kappa * share, kappa * (1 - share))
    months = np.arange(FIRST, LAST + 1)
    return PairActs("AAA-BBB", months, generator.binomial(volume, share), volume)


def false_alarms(fit: QuarrelFit) -> None:
    """Print false alarms per 100 months, and how often planted changes are found."""
    worlds = {
        "nothing happens": dict(flares=False, levels=False),
        "level moves, no flares": dict(flares=False, levels=True),
        "flares, level still": dict(flares=True, levels=False),
        "flare of -1.0": dict(flares=False, levels=False, flare=-1.0),
        "flare of -1.5": dict(flares=False, levels=False, flare=-1.5),
        "flare of -2.0": dict(flares=False, levels=False, flare=-2.0),
        "step of -0.8": dict(flares=False, levels=False, step=-0.8),
        "step of -1.2": dict(flares=False, levels=False, step=-1.2),
    }  # fmt: skip
    print(
        f"\n{N_SERIES} simulated series a world, {N_MONTHS} months, about {ACTS:.0f} acts a month"
    )
    print(f"{'world':<26}{'flares per 100 months':>24}{'turning points':>20}{'found':>16}")
    middle = N_MONTHS // 2
    for name, world in worlds.items():
        rates, found = [], []
        for k in range(N_SERIES):
            acts = simulated(np.random.default_rng([7, k]), **world)
            pair = read_quarrels([acts], fit, n_paths=240, n_hyper_draws=6, n_threads=2).pairs[0]
            flare = (pair.flare_down > 0.5) | (pair.flare_up > 0.5)
            turn = np.nan_to_num(np.fmax(pair.turning_down, pair.turning_up)) > 0.5
            rates.append((100 * flare.mean(), 100 * turn.sum() / (N_MONTHS - 11)))
            if "flare" in world:
                found.append(pair.flare_down[middle - 1 : middle + 2].max() > 0.5)
            if "step" in world:
                found.append(np.nanmax(pair.turning_down[middle - 4 : middle + 3]) > 0.5)
        mean, error = np.mean(rates, axis=0), np.std(rates, axis=0, ddof=1) / np.sqrt(N_SERIES)
        hit = ""
        if found:
            p = np.mean(found)
            hit = f"{100 * p:.0f}% (SE {100 * np.sqrt(max(p * (1 - p), 0.01) / N_SERIES):.0f})"
        print(
            f"{name:<26}{mean[0]:>14.2f} (SE {error[0]:.2f}){mean[1]:>10.2f} (SE {error[1]:.2f})"
            f"{hit:>16}"
        )


def speed() -> None:
    """Print the seconds of one pass over 132 months of a well-covered pair."""
    acts = simulated(np.random.default_rng(1), flares=True, levels=True)
    record = PairRecord(acts)
    value = QuarrelFit(
        TYPICAL[None], TYPICAL, 0.0, 0.0, 1.0, 1, "level and flare", 4.0, ("AAA-BBB",)
    ).value()

    def median_ms(act: object) -> float:
        seconds = []
        for _ in range(15):
            begun = time.perf_counter()
            act()  # type: ignore[operator]
            seconds.append(time.perf_counter() - begun)
        return 1e3 * float(np.median(seconds))

    filter_pair(record, value)
    print(
        "\nforward, four nodes of the mean     "
        f"{median_ms(lambda: filter_pair(record, value)):.1f} ms"
    )
    one = median_ms(lambda: filter_pair(record, value, n_nodes=1))
    print(f"forward, mean known                 {one:.1f} ms")
    lattice = pair_lattice(record, value)
    rows = likelihood_rows(acts, value, lattice.theta)

    def both() -> None:
        backward(lattice, rows, forward(lattice, rows, keep=True, dtype=np.float32).filtered)

    both()
    print(f"forward and backward, four nodes    {median_ms(both):.1f} ms")
    coarse, fine = (filter_pair(record, value, finer=k).log_evidence for k in (1, 2))
    print(f"log evidence {coarse:.4f}, at half the spacing {fine:.4f}")


def main() -> None:
    speed()
    if DATA.is_dir():
        false_alarms(real_data())
    else:
        print(f"no data folder at {DATA}: figures of real data left out")
        fit = QuarrelFit(
            TYPICAL[None], TYPICAL, 0.0, 0.0, 1.0, 1, "level and flare", 4.0, ("AAA-BBB",)
        )
        false_alarms(fit)


if __name__ == "__main__":
    main()
