"""The row of the government pairs: how much governments do beyond what is measured of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import NOBODY, DriverPanel
from comity.core.effects import GOVERNMENT, DriverEffect, Placebo
from comity.core.wording import signed
from comity.explain.assumptions import driver_memory
from comity.explain.panel_model import PanelFit, named_generator
from comity.explain.placebos import DATES, Suite, p_words
from comity.explain.shuffles import turned, turns
from comity.explain.sums import Sums, gather
from comity.explain.thresholds import threshold
from comity.explain.tiers import refusal_sentence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WORDS = "the pair of governments in office, beyond its measured traits"
UNIT = "standard deviation, logit"
SOURCE = "governments.csv: every pair of heads of government, in all pairs of states."
HALF_NORMAL_SHARE = 1 - 2 / np.pi  # variance of a half-normal over its squared scale


def government_effect(
    panel: DriverPanel, fit: PanelFit | None, suite: Suite | None, refusal: str
) -> DriverEffect:
    """Return the scale of the government effects as a row of the table."""
    found = refusal or _refusal(panel)
    if fit is None or suite is None or found:
        return DriverEffect(
            GOVERNMENT, WORDS, UNIT, SOURCE, "not estimable", refusal_sentence(WORDS, found)
        )
    low95, low, middle, high, high95 = np.quantile(
        fit.government_sd, [0.025, 0.1, 0.5, 0.9, 0.975]
    ).tolist()
    scale = suite.refit.priors.government_sd
    sd = float(fit.government_sd.std())
    contracted = 1 - sd**2 / (HALF_NORMAL_SHARE * scale**2)
    dates = permuted_governments(suite)
    is_prior = contracted < threshold("prior_driven")
    tier = "prior-driven" if is_prior else "C"
    told = f"{signed(middle)} logit (80% interval {signed(low)} to {signed(high)})"
    if is_prior:
        sentence = (
            f"{WORDS[0].upper()}{WORDS[1:]}: not identified here; the number is the prior, {told}."
        )
    else:
        doubt = "" if not dates.fired else " Other dates of office would give as much."
        sentence = (
            f"The relation is associated with {WORDS}: such pairs differ by {told}, as one "
            f"standard deviation.{doubt}"
        )
    return DriverEffect(
        name=GOVERNMENT,
        words=WORDS,
        unit=UNIT,
        source=SOURCE,
        tier=tier,
        sentence=sentence,
        estimate=middle,
        sd=sd,
        low=low,
        high=high,
        low95=low95,
        high95=high95,
        prior_mean=float(scale * np.sqrt(2 / np.pi)),
        prior_sd=float(np.sqrt(HALF_NORMAL_SHARE) * scale),
        contraction=contracted,
        placebos=(dates,),
    )


def _refusal(panel: DriverPanel) -> str:
    changes = (np.diff(panel.government, axis=1) != 0) & (panel.government[:, 1:] != NOBODY)
    if (panel.government == NOBODY).all():
        return "governments.csv names nobody in office in both states of any pair. Add governments."
    if not changes.any():
        return (
            "No government changes in the record, so that none can be set beside another. Lengthen "
            "the record, or add governments to governments.csv."
        )
    return ""


def permuted_governments(suite: Suite) -> Placebo:
    """How often other dates of office go with as much movement of relations.

    Each state's row of governments is turned round the record by months of its own, at least the
    convention ``least_shift``; pairs of governments are then met anew.
    """
    refit, panel = suite.refit, suite.panel
    draw = refit.draws[0]
    memory = driver_memory(refit.half_lives[draw], refit.evidence.period_months)
    matrix = suite.columns.matrix(memory)
    office = panel.state_government

    def score(state_government: Ints) -> float:
        sums = gather(
            refit.evidence, matrix, draw=draw, memory=memory, period=refit.period,
            government=meetings(panel, state_government), n_threads=refit.n_threads,
        )  # fmt: skip
        return variance_score(sums, refit.priors.period_sd, suite.columns.sd, suite.columns.mean)

    generator = named_generator(suite.seed, "explain/governments/shuffle")
    turn = turns(suite.n_shuffles, len(office), office.shape[1], generator)
    observed = score(office)
    others = np.array([score(one) for one in turned(office, turn)])
    p = float(((others >= observed).sum() + 1) / (len(others) + 1))
    return Placebo(
        DATES,
        f"Of {suite.n_shuffles} shifts of all dates of office, "
        f"{round(p * (suite.n_shuffles + 1)) - 1} go with as much movement ({p_words(p)}).",
        p,
        p,
        p >= threshold("level"),
    )


def meetings(panel: DriverPanel, office: Ints) -> Ints:
    """Return the number of every pair of governments within its pair of states, (dyad, time)."""
    out = np.full((panel.index.n_dyads, office.shape[1]), NOBODY)
    for dyad, (i, j) in enumerate(panel.index.pairs):
        known = (office[i] != NOBODY) & (office[j] != NOBODY)
        code = office[i] * (office.max() + 1) + office[j]
        _, number = np.unique(code[known], return_inverse=True)
        out[dyad, known] = number.reshape(-1)
    return out


def variance_score(sums: Sums, period_sd: float, sd: Floats, mean: Floats) -> float:
    r"""Return how much the government effects ask for a variance above zero.

    The score test of a variance component, :math:`\sum_g (u_g^2 - I_{gg})` over the root of
    :math:`2\sum_g I_{gg}^2`, with score and information of each effect at zero and the shared
    effects at their posterior mean.
    """
    n = sums.n_shared - len(sd)
    precision = np.concatenate([sd**-2.0, np.full(n, period_sd**-2.0)])
    prior = np.concatenate([mean, np.zeros(n)])
    whole = sums.information + np.diag(precision)
    shared = np.linalg.solve(whole, sums.score + precision * prior)
    pull = sums.own_score - sums.own_shared @ shared
    covariance = np.linalg.solve(whole, sums.own_shared.T)
    own = np.empty(len(pull))
    for k in range(len(sums.own_offset) - 1):
        first, last = sums.own_offset[k], sums.own_offset[k + 1]
        n_own = int(last - first)
        block = sums.own_information[sums.square_offset[k] : sums.square_offset[k + 1]]
        own[first:last] = block.reshape(n_own, n_own).diagonal()
    own -= np.einsum("gq,qg->g", sums.own_shared, covariance)
    return float((pull**2 - own).sum() / np.sqrt(max(2 * (own**2).sum(), 1e-12)))
