"""One relation for all three sticks, or a state for each: which predicts material acts better?

40 states by year, origins 2008 to 2010. For each material stick three forecasts of the next year's
share are compared with the same beta-binomial, its concentration and weights fitted one origin
earlier: the pair's lasting share alone, the lasting share moved by the relation of the first stick
(one state for all), and the stick's own level and flare (a state for each).
"""

from __future__ import annotations

import numpy as np
from data import STICK_NAMES, dyad_years, folder, stick_of
from numpy.typing import NDArray
from ours import class_counts
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import betabinom

from comity.core.class_counts import ClassCounts
from comity.core.states import StateIndex
from comity.measure.model import Prior, panel_priors
from comity.measure.panel_fit import PanelFit, fit_panel
from comity.measure.panel_read import read_panel
from comity.measure.sticks import STICKS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
N_STATES = 40
ORIGINS = (5, 6, 7, 8)  # 2007 trains the weights only
STILL = ("level_step_sd", "flare_step_sd")
NO_STEP = 1e-4


def main(_with_ours: bool = True) -> int:
    where = folder()
    if where is None:
        return 0
    index, acts = dyad_years(where, N_STATES)
    relation = [forecast(index, acts, 1, origin, still=False) for origin in ORIGINS]
    past = [history(index, acts, origin) for origin in ORIGINS]
    pair = np.empty(index.n_directed, np.int64)
    pair[index.directions] = np.arange(index.n_dyads)[:, None]
    for stick in (2, 3):
        good, bad = stick_of(acts, stick)
        own = [forecast(index, acts, stick, origin, still=False) for origin in ORIGINS]
        lasting = [forecast(index, acts, stick, origin, still=True) for origin in ORIGINS]
        moved = [now - before for now, before in zip(relation, past, strict=True)]
        ways = {
            "lasting share": [(a,) for a in lasting],
            "one relation for all": list(zip(lasting, moved, strict=True)),
            "a state of its own": [(a,) for a in own],
            "own state and relation": list(zip(own, moved, strict=True)),
        }
        print(f"{STICK_NAMES[stick]}: nats per dyad-year, weights fitted one year earlier")
        scores = {name: scored(parts, good, bad) for name, parts in ways.items()}
        reference = scores["one relation for all"][0]
        for name, (values, weights) in scores.items():
            seen = np.isfinite(values)
            difference = (values - reference)[seen]
            by_pair = np.bincount(
                np.broadcast_to(pair, values.shape)[seen], difference - difference.mean()
            )
            error = np.sqrt((by_pair**2).sum()) / len(difference)
            words = ", ".join(f"{weight:.2f}" for weight in weights)
            print(
                f"  {name:<24}{values[seen].mean():>9.4f}  against one relation for all "
                f"{difference.mean():+.4f} (SE {error:.4f})  weights {words}"
            )
    return 0


def counts_until(index: StateIndex, acts: Ints, stick: int, origin: int) -> ClassCounts:
    good, bad = stick_of(acts, stick)
    return class_counts(good, bad, index, origin + 1, 12, stick)


_FITS: dict[tuple[int, int, bool], PanelFit] = {}


def fitted(index: StateIndex, acts: Ints, stick: int, origin: int, *, still: bool) -> PanelFit:
    """Return the stick's fit on years up to the origin."""
    key = (stick, origin, still)
    if key not in _FITS:
        priors = dict(panel_priors(12, is_material=stick > 1))
        if still:
            fixed = {"family": "lognormal", "location": NO_STEP, "scale": 0.01}
            priors |= {name: Prior(**(priors[name].model_dump() | fixed)) for name in STILL}
        _FITS[key] = fit_panel(
            counts_until(index, acts, stick, origin),
            stick=STICKS[stick - 1],
            priors=priors,
            begin=_FITS.get((stick, origin - 1, still)),
        )
    return _FITS[key]


def forecast(index: StateIndex, acts: Ints, stick: int, origin: int, *, still: bool) -> Floats:
    """Return the predicted logit of the year after the origin, (directed,)."""
    fit = fitted(index, acts, stick, origin, still=still)
    known = counts_until(index, acts, stick, origin)
    silent = ClassCounts(
        index, np.arange(origin + 2) * 12, 12, known.sources, known.directed, known.time,
        known.source, known.acts,
    )  # fmt: skip
    return read_panel(fit, silent).filtered_mean[:, -1].astype(float)


def history(index: StateIndex, acts: Ints, origin: int) -> Floats:
    """Return the mean relation of the years up to the origin, (directed,)."""
    fit = fitted(index, acts, 1, origin, still=False)
    return read_panel(fit, counts_until(index, acts, 1, origin)).filtered_mean.mean(axis=1)


def scored(parts: list[tuple[Floats, ...]], good: Ints, bad: Ints) -> tuple[Floats, Floats]:
    """Return log scores of the years after the later origins, and the last weights."""
    columns, weights = [], np.zeros(0)
    for k in range(1, len(ORIGINS)):
        before = ORIGINS[k - 1] + 1
        start = np.array([0.0, 2.0, 1.0, *[0.0] * (len(parts[k]) - 1)])
        found = minimize(
            lambda w, k=k, before=before: (
                -np.nansum(log_score(w, parts[k - 1], good[:, before], bad[:, before]))
            ),
            start,
            method="Nelder-Mead",
            options={"maxiter": 600},
        )
        weights = found.x
        ahead = ORIGINS[k] + 1
        columns.append(log_score(weights, parts[k], good[:, ahead], bad[:, ahead]))
    return np.array(columns), weights


def log_score(weights: Floats, parts: tuple[Floats, ...], good: Ints, bad: Ints) -> Floats:
    """Return beta-binomial log scores, (directed,); NaN without trials."""
    kappa = np.exp(weights[1])
    share = expit(weights[0] + sum(w * part for w, part in zip(weights[2:], parts, strict=True)))
    share = np.clip(share, 1e-6, 1 - 1e-6)
    score = betabinom.logpmf(good, good + bad, kappa * share, kappa * (1 - share))
    return np.where(good + bad > 0, score, np.nan)
