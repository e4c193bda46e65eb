"""The driver model: long-run effects on relations from many pairs, measurement left as it is.

The measurement hands over, under several draws of its hyper-parameters, what the acts of every
month say. Under each of them the effects are drawn given the judged priors; the draws are pooled.
Nothing goes back: what explains a relation cannot redraw it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from comity.core.errors import ParameterError
from comity.core.evidence import RelationEvidence
from comity.core.streams import stream_number
from comity.explain.assumptions import Priors, driver_memory
from comity.explain.columns import Columns
from comity.explain.sampler import Scales, reduced, sample_effects
from comity.explain.sums import Sums, gather

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
N_KEEP = 2000
"""Posterior draws over all draws of the measurement."""


@dataclass(frozen=True)
class LikelihoodSums:
    """What the data alone say of the columns, periods and governments integrated out.

    One entry a draw of the measurement. Information is negative second derivative, score first
    derivative at zero, of the log likelihood.
    """

    names: tuple[str, ...]
    information: Floats  # (draw, column, column)
    score: Floats  # (draw, column)
    mean: Floats  # (column,)        of the priors
    sd: Floats  # (column,)
    n_factors: int

    def alone(self, name: str) -> tuple[float, float]:
        """Return estimate and standard error of one column without its prior.

        The other columns keep theirs. Doubt of the measurement is in the standard error. NaN and
        infinity where the data say nothing.
        """
        c = self.names.index(name)
        others = np.arange(len(self.names)) != c
        precision = 1 / self.sd[others] ** 2
        information, score = np.empty(len(self.score)), np.empty(len(self.score))
        for h, (whole, pull) in enumerate(zip(self.information, self.score, strict=True)):
            block = whole[np.ix_(others, others)] + np.diag(precision)
            cross = np.linalg.solve(block, whole[others, c])
            information[h] = whole[c, c] - cross @ whole[others, c]
            score[h] = pull[c] - cross @ (pull[others] + precision * self.mean[others])
        total = information.mean()
        if not total > 1e-12:
            return float("nan"), float("inf")
        between = score.var(ddof=1) / total**2 if len(score) > 1 else 0.0
        return float(score.mean() / total), float(np.sqrt(1 / total + between))


@dataclass(frozen=True)
class PanelFit:
    """Posterior of the driver model."""

    columns: Columns
    draws: Floats  # (draw, column)
    centres: Floats  # (draw, column)   conditional means; with `widths`, the mixture behind draws
    widths: Floats  # (draw, column)    conditional standard deviations
    mean: Floats  # (column,)
    covariance: Floats  # (column, column)
    government_sd: Floats  # (draw,)
    own_mean: Floats  # (own,)          government effects, pair after pair
    own_sd: Floats  # (own,)
    own_offset: Ints  # (pair + 1,)
    half_lives: Floats  # (measurement draw,)
    likelihood: LikelihoodSums
    weight: Floats  # (own,)            precision by which the government effects were held

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return self.columns.names

    def quantiles(self, name: str, levels: tuple[float, ...]) -> Floats:
        """Return posterior quantiles of one column's effect.

        Of the mixture of normal distributions behind the draws, which is smoother than they are.
        """
        c = self.columns.place(name)
        return mixture_quantiles(self.centres[:, c], self.widths[:, c], levels)

    def contraction(self, name: str) -> float:
        """Return 1 - posterior variance / prior variance of one column's effect."""
        c = self.columns.place(name)
        return float(1 - self.covariance[c, c] / self.columns.sd[c] ** 2)


def fit_panel(
    evidence: RelationEvidence,
    columns: Columns,
    priors: Priors,
    *,
    government: Ints | None = None,
    period: Ints | None = None,
    n_keep: int = N_KEEP,
    seed: int = 1,
    n_threads: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> PanelFit:
    r"""Fit long-run effects of drivers on many relations at once.

    Parameters
    ----------
    evidence
        What the acts say, under several draws of the measurement.
    columns
        Drivers, and whatever else is to stand beside them, with their priors.
    priors
        Scales of all else.
    government
        Number of each pair's governments in office, (pair, time), `NOBODY` for none. Every pair of
        governments gets an effect of its own with a Student t prior whose scale is estimated.
    period
        Period of each month, (time,); its effect is shared by all pairs. None leaves periods out.
    n_keep
        Posterior draws in all.
    seed
        Of the draws.
    n_threads
        0 uses every core; results do not depend on it.
    progress
        Called with the step's name and the share done.

    Returns
    -------
    fit
        In logits: what a lasting unit of the driver moves the mean relation of a pair in the end.

    Raises
    ------
    ParameterError
        ``n_keep`` is smaller than the number of draws of the measurement.

    Notes
    -----
    With :math:`x_k(t)` the pair's mean, level and flare as measured,

    .. math:: r_k(t) = x_k(t) + s_k(t) + y(t), \quad
              s_k(t) = \rho_s s_k(t-1) + (1-\rho_s)
              \{\beta'(Z_k(t-1) - \bar Z_k) + \gamma_k[g(t-1)]\}

    where :math:`\gamma_k \sim t_4(0, \sigma_\gamma m_k)`, :math:`\log m_k \sim N(0, 0.5^2)`. The
    half-life behind :math:`\rho_s` is judged: each draw of the measurement takes its own.
    """
    n_draws = evidence.n_draws
    if n_keep < n_draws:
        raise ParameterError(
            f"fit_panel: n_keep must be at least the number of draws of the measurement, {n_draws};"
            f" found {n_keep}. Keep more draws."
        )
    generator = named_generator(seed, "explain/panel/effects")
    halves = half_lives(priors, n_draws, generator)
    n_columns = len(columns.names)
    n_periods = 0 if period is None else int(period.max()) + 1
    prior_mean = np.concatenate([columns.mean, np.zeros(n_periods)])
    prior_precision = np.concatenate([columns.sd**-2.0, np.full(n_periods, priors.period_sd**-2.0)])
    at: Scales | None = None
    kept = [len(range(draw, n_keep, n_draws)) for draw in range(n_draws)]
    pooled: list[Floats] = []
    means: list[Floats] = []
    widths: list[Floats] = []
    within = np.zeros((n_columns, n_columns))
    sds: list[Floats] = []
    own: list[tuple[Floats, Floats, Floats]] = []
    all_sums: list[Sums] = []
    for draw in range(n_draws):
        memory = driver_memory(halves[draw], evidence.period_months)
        sums = gather(
            evidence, columns.matrix(memory), draw=draw, memory=memory, period=period,
            government=government, n_threads=n_threads,
        )  # fmt: skip
        drawn, at = sample_effects(
            sums, priors, prior_mean, prior_precision, n_keep=kept[draw], generator=generator,
            begin=at, n_threads=n_threads,
        )  # fmt: skip
        pooled.append(drawn.shared[:, :n_columns])
        means.append(drawn.shared_mean[:, :n_columns])
        widths.append(drawn.shared_sd[:, :n_columns])
        within += drawn.shared_covariance[:n_columns, :n_columns] * kept[draw] / n_keep
        sds.append(drawn.government_sd)
        own.append((drawn.own_mean, drawn.own_square, drawn.weight))
        all_sums.append(sums)
        if progress is not None:
            progress("fitting drivers", (draw + 1) / n_draws)
    centre = np.concatenate(means)
    share = np.array(kept)[:, None] / n_keep
    own_mean, own_square, weight = (
        (np.array([item[k] for item in own]) * share).sum(axis=0) for k in range(3)
    )
    return PanelFit(
        columns=columns,
        draws=np.concatenate(pooled),
        centres=centre,
        widths=np.concatenate(widths),
        mean=centre.mean(axis=0),
        covariance=within + np.cov(centre.T, bias=True).reshape(n_columns, n_columns),
        government_sd=np.concatenate(sds),
        own_mean=own_mean,
        own_sd=np.sqrt(np.maximum(own_square - own_mean**2, 0)),
        own_offset=all_sums[0].own_offset,
        half_lives=halves,
        likelihood=likelihood_sums(all_sums, columns, weight, prior_precision[n_columns:]),
        weight=weight,
    )


def likelihood_sums(
    all_sums: list[Sums], columns: Columns, weight: Floats, period_precision: Floats
) -> LikelihoodSums:
    """Return what the data alone say of the columns, government effects held with ``weight``."""
    n = len(columns.names)
    information, score = [], []
    for sums in all_sums:
        whole, pull = reduced(sums, weight, np.empty_like(sums.own_information))
        block = whole[n:, n:] + np.diag(period_precision)
        cross = np.linalg.solve(block, whole[n:, :n]) if len(block) else np.empty((0, n))
        information.append(whole[:n, :n] - cross.T @ whole[n:, :n])
        score.append(pull[:n] - cross.T @ pull[n:])
    return LikelihoodSums(
        columns.names, np.array(information), np.array(score), columns.mean, columns.sd,
        all_sums[0].n_factors,
    )  # fmt: skip


def mixture_quantiles(centres: Floats, widths: Floats, levels: Sequence[float]) -> Floats:
    """Return quantiles of an equally weighted mixture of normal distributions, by halving.

    >>> mixture_quantiles(np.zeros(2), np.ones(2), [0.5, 0.975]).round(2).tolist()
    [0.0, 1.96]
    """
    wanted = np.asarray(levels, np.float64)
    low = np.full(len(wanted), (centres - 9 * widths).min())
    high = np.full(len(wanted), (centres + 9 * widths).max())
    for _ in range(50):
        middle = (low + high) / 2
        below = ndtr((middle[:, None] - centres) / widths).mean(axis=1) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def half_lives(priors: Priors, n_draws: int, generator: np.random.Generator) -> Floats:
    """Return one half-life of the drivers a draw of the measurement, evenly over its judged law."""
    at = (np.arange(n_draws) + 0.5) / n_draws
    return generator.permutation(priors.half_life.quantile(at))


def named_generator(seed: int, stream: str) -> np.random.Generator:
    """Return a generator that depends on seed and stream name only."""
    return np.random.Generator(
        np.random.Philox(key=np.array([seed, stream_number(stream) << 32], np.uint64))
    )


def years_of(months: Ints) -> Ints:
    """Return the calendar year of each month, counted from that of the first, (time,)."""
    year = months // 12
    return year - year[0]
