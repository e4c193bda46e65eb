"""The volume of acts: a rate per directed dyad that drifts, and predictive counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betainc, gammaln, ndtr

from comity.core.attention import ATTENTION_QUANTILES, Attention, PredictiveCounts
from comity.core.errors import ParameterError, ShapeError
from comity.core.states import StateIndex

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
GRID_STEP = 0.2
LEAST_RATE = 0.003  # acts a month; below it nothing can be told from silence


@dataclass(frozen=True)
class VolumeLaw:
    """N ~ NegBin(exp(v(t) + x(t)), size); x a random walk with jumps, v the common month factor.

    x' = x + e,  e ~ (1 - jump_prob) N(0, step_sd²) + jump_prob N(0, jump_sd²)
    v'  = common_memory v + w,    w ~ N(0, common_sd²)
    x starts from N(start_log_rate, start_sd²), v from 0. The negative binomial with mean m has the
    variance m + m² / size. Steps are centred so that the expected rate stays where it is.
    """

    size: float
    step_sd: float  # log units per month
    jump_prob: float  # per month
    jump_sd: float = 1.0  # log units
    common_memory: float = 0.9
    common_sd: float = 0.0  # log units per month
    start_log_rate: float = 1.0
    start_sd: float = 2.0

    def __post_init__(self) -> None:
        for name in ("size", "step_sd", "jump_sd", "start_sd"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ParameterError(
                    f"VolumeLaw: {name} must be positive and finite; found {value}. Raise it."
                )
        for name in ("jump_prob", "common_memory"):
            if not 0 <= getattr(self, name) <= 1:
                raise ParameterError(
                    f"VolumeLaw: {name} must lie in 0..1; found {getattr(self, name)}."
                )
        if not (np.isfinite(self.common_sd) and self.common_sd >= 0):
            raise ParameterError(
                f"VolumeLaw: common_sd must be zero or more; found {self.common_sd}."
            )


@dataclass(frozen=True)
class _Passed:
    log_score: Floats  # (directed, time)
    common: Floats  # (2, time)  log factor given the month: mean, variance
    mean: Floats
    sd: Floats
    quantiles: Floats
    predictive_mean: Floats
    predictive_sd: Floats
    pit: Floats
    last: Floats


def fit_attention(
    index: StateIndex, months: Counts, volume: Counts, *, law: VolumeLaw | None = None
) -> Attention:
    """Read how much was reported between states, month by month, with an interval.

    Parameters
    ----------
    index
        States.
    months
        Consecutive months since 1970-01, (time,).
    volume
        Acts of all classes, (directed_dyad, time). Zero is an observation: nothing was reported.
    law
        Hyper-parameters; without them those with the best sum of one-step log scores are taken.

    Returns
    -------
    attention
        Readings of each month from months up to it. With hyper-parameters fitted here, those come
        from all months.

    Raises
    ------
    ShapeError
        ``volume`` does not have one row per directed dyad and one column per month.
    ParameterError
        A count is negative, or there is no month.

    Notes
    -----
    Exact Bayes on a grid of log rates with a step of 0.2 for each dyad; the common factor is
    carried beside it by its mean and variance. A conjugate local level [1]_ is faster, but ties
    how fast it forgets to how scattered its counts are; here the two are fitted apart.

    References
    ----------
    .. [1] Harvey & Fernandes (1989). Time series models for count or qualitative observations.
       Journal of Business & Economic Statistics 7(4), 407-417.
    """
    months, volume = np.asarray(months, np.int64), np.asarray(volume, np.int64)
    if volume.shape != (index.n_directed, len(months)):
        raise ShapeError(
            f"fit_attention: volume must have shape ({index.n_directed}, {len(months)}), one row "
            f"per directed dyad and one column per month; found {volume.shape}."
        )
    if volume.size == 0 or (volume < 0).any():
        raise ParameterError(
            "fit_attention: volume must hold at least one month of counts of zero or more; found "
            f"{'no cell' if volume.size == 0 else volume.min()}. Give months without acts zero."
        )
    fitted = law is None
    law = law or fit_law(volume)
    grid = log_grid(volume)
    run = _pass(volume, law, grid, full=True)
    return Attention(
        index=index,
        months=months,
        n_acts=volume,
        log_rate_mean=run.mean,
        log_rate_sd=run.sd,
        log_rate_quantiles=run.quantiles,
        common_factor=np.exp(run.common[0]),
        predictive_mean=run.predictive_mean,
        predictive_sd=run.predictive_sd,
        log_score=run.log_score,
        pit=run.pit,
        log_grid=grid,
        last=run.last,
        last_common=(float(run.common[0, -1]), float(run.common[1, -1])),
        hyperparameters={name: float(value) for name, value in vars(law).items()},
        notes=(
            "Hyper-parameters are fitted on the months they are read on; intervals take them as "
            "known."
            if fitted
            else "Hyper-parameters were given.",
        ),
    )


def forecast_counts(attention: Attention, n_months: int) -> PredictiveCounts:
    """Return the counts to expect in each of the ``n_months`` after the record.

    The first is one step ahead of the last month. Hyper-parameters are taken as known.
    """
    if n_months < 1:
        raise ParameterError(f"forecast_counts: n_months must be at least 1; found {n_months}.")
    law = VolumeLaw(**attention.hyperparameters)
    grid, weight = attention.log_grid, attention.last
    step = _step_kernel(grid, law)
    mean, variance = attention.last_common
    n_directed = len(weight)
    out = np.empty((n_directed, n_months))
    zero = np.empty((n_directed, n_months))
    quantiles = np.empty((len(ATTENTION_QUANTILES), n_directed, n_months), np.int64)
    for h in range(n_months):
        weight = weight @ step
        mean = law.common_memory * mean
        variance = law.common_memory**2 * variance + law.common_sd**2
        mixed = _blurred_weight(weight, np.sqrt(variance))
        rate = np.exp(grid + mean)
        out[:, h] = mixed @ rate
        zero[:, h] = mixed @ np.exp(_log_prob(np.zeros(1), rate, law.size)[0])
        for row, level in enumerate(ATTENTION_QUANTILES):
            quantiles[row, :, h] = _count_quantile(mixed, rate, law.size, level)
    after = attention.months[-1] + 1 + np.arange(n_months)
    return PredictiveCounts(after, out, quantiles, zero)


def fit_law(volume: Counts) -> VolumeLaw:
    """Return the hyper-parameters with the best sum of one-step log scores.

    Where the dyads start from is taken from their overall means. Found by Nelder and Mead's search
    inside wide limits.
    """
    centre = np.log(volume.mean(axis=1) + 0.1)
    start = {"start_log_rate": float(centre.mean()), "start_sd": float(centre.std() + 0.5)}
    grid = log_grid(volume)
    low = np.array([np.log(0.2), np.log(0.05), -7.0, -2.0, np.log(0.01)])
    high = np.array([np.log(200.0), np.log(1.0), 0.0, 5.0, np.log(1.0)])

    def law_at(point: Floats) -> VolumeLaw:
        size, step, jump, memory, common = np.clip(point, low, high)
        return VolumeLaw(
            size=float(np.exp(size)),
            step_sd=float(np.exp(step)),
            jump_prob=float(1 / (1 + np.exp(-jump))),
            common_memory=float(1 / (1 + np.exp(-memory))),
            common_sd=float(np.exp(common)),
            **start,
        )

    def cost(point: Floats) -> float:
        outside = np.square(point - np.clip(point, low, high)).sum()
        return float(outside - _pass(volume, law_at(point), grid, full=False).log_score.sum())

    begin = np.array([np.log(4.0), np.log(0.15), -4.0, 2.0, np.log(0.1)])
    simplex = np.vstack([begin, begin + np.diag([0.7, 0.6, 1.0, 1.0, 0.7])])
    best = minimize(
        cost, begin, method="Nelder-Mead",
        options={"initial_simplex": simplex, "xatol": 0.05, "fatol": 0.05, "maxfev": 250},
    )  # fmt: skip
    return law_at(best.x)


def log_grid(volume: Counts) -> Floats:
    """Return the log rates on which a record of counts is read."""
    high = np.log(5.0 + 4.0 * volume.max())
    return np.arange(np.log(LEAST_RATE), high + GRID_STEP, GRID_STEP)


def _pass(volume: Counts, law: VolumeLaw, grid: Floats, *, full: bool) -> _Passed:
    n_directed, n_times = volume.shape
    weight = np.exp(-0.5 * ((grid - law.start_log_rate) / law.start_sd) ** 2)
    weight = np.tile(weight / weight.sum(), (n_directed, 1))
    step, rate = _step_kernel(grid, law), np.exp(grid)
    score, shape = np.empty(volume.shape), volume.shape
    mean, sd, ahead, ahead_sd = (np.zeros(shape) for _ in range(4))
    quantiles, pit = np.zeros((len(ATTENTION_QUANTILES), *shape)), np.zeros((2, *shape))
    common, factor, doubt = np.zeros((2, n_times)), 0.0, 0.0
    for t in range(n_times):
        acts = volume[:, t].astype(float)
        if t:
            weight = weight @ step
        factor, doubt = law.common_memory * factor, law.common_memory**2 * doubt + law.common_sd**2
        mixed = _blurred_weight(weight, np.sqrt(doubt))
        log_prob = _log_prob(acts, rate * np.exp(factor), law.size)
        score[:, t] = np.log((mixed * np.exp(log_prob)).sum(axis=1))
        if full:
            _describe_ahead(t, mixed, rate * np.exp(factor), acts, law, ahead, ahead_sd, pit)
        if law.common_sd > 0:
            shift, doubt = _common_step(acts, weight, rate * np.exp(factor), law, doubt)
            factor += shift
            log_prob = _log_prob(acts, rate * np.exp(factor), law.size)
        top = log_prob.max(axis=1, keepdims=True)
        weight = weight * _blurred(np.exp(log_prob - top), np.sqrt(doubt))
        weight = weight / weight.sum(axis=1, keepdims=True)
        common[:, t] = factor, doubt
        if full:
            mean[:, t] = weight @ grid
            sd[:, t] = np.sqrt(np.maximum(weight @ grid**2 - mean[:, t] ** 2, 0))
            quantiles[:, :, t] = _log_rate_quantiles(weight, grid)
    return _Passed(score, common, mean, sd, quantiles, ahead, ahead_sd, pit, weight)


def _describe_ahead(
    t: int, weight: Floats, rate: Floats, acts: Floats, law: VolumeLaw,
    mean: Floats, sd: Floats, pit: Floats,
) -> None:  # fmt: skip
    mean[:, t] = weight @ rate
    second = weight @ (rate + rate**2 * (1 + 1 / law.size))
    sd[:, t] = np.sqrt(np.maximum(second - mean[:, t] ** 2, 0))
    pit[0, :, t] = _cumulative(acts - 1, weight, rate, law.size)
    pit[1, :, t] = _cumulative(acts, weight, rate, law.size)


def _common_step(
    acts: Floats, weight: Floats, rate: Floats, law: VolumeLaw, doubt: float
) -> tuple[float, float]:
    """Return how far the log common factor moves on this month's acts, and its variance after.

    All acts together against all acts expected, weighed by what the dyads' own scatter would do to
    that ratio: few dyads, or one that has most of the acts, say little about the month.
    """
    expected = weight @ rate
    spread = weight @ rate**2 * (1 + 1 / law.size) - expected**2 + expected
    total = expected.sum()
    noise = spread.sum() / total**2
    gain = doubt / (doubt + noise)
    return float(gain * np.log((acts.sum() + 0.5) / (total + 0.5))), float((1 - gain) * doubt)


def _log_prob(acts: Floats, rate: Floats, size: float) -> Floats:
    """Return the negative binomial's log probability, (acts, rate)."""
    constant = gammaln(acts + size) - gammaln(size) - gammaln(acts + 1)
    log_miss = -np.log1p(rate / size)
    return constant[:, None] + size * log_miss + acts[:, None] * (np.log(rate / size) + log_miss)


def _cumulative(acts: Floats, weight: Floats, rate: Floats, size: float) -> Floats:
    """Return the mixture's probability of at most so many acts; -1 gives 0."""
    inside = betainc(size, np.maximum(acts, 0)[:, None] + 1, size / (size + rate))
    return np.where(acts < 0, 0.0, (weight * inside).sum(axis=1))


def _count_quantile(weight: Floats, rate: Floats, size: float, level: float) -> Counts:
    """Return the least count that the mixture does not exceed with probability ``level``."""
    low = np.full(len(weight), -1.0)
    high = np.full(len(weight), 1.0)
    while (short := _cumulative(high, weight, rate, size) < level).any():
        high = np.where(short, 2 * high + 1, high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = _cumulative(middle, weight, rate, size) >= level
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high.astype(np.int64)


def _log_rate_quantiles(weight: Floats, grid: Floats) -> Floats:
    """Return quantiles of each row, cells of the grid taken as uniform, (quantile, row)."""
    total = np.cumsum(weight, axis=1)
    out = np.empty((len(ATTENTION_QUANTILES), len(weight)))
    rows = np.arange(len(weight))
    for row, level in enumerate(ATTENTION_QUANTILES):
        cell = np.minimum((total < level).sum(axis=1), len(grid) - 1)
        inside = (level - total[rows, cell]) / weight[rows, cell] + 0.5
        out[row] = grid[cell] + GRID_STEP * inside
    return out


def _step_kernel(grid: Floats, law: VolumeLaw) -> Floats:
    small = _kernel(grid, law.step_sd, -(law.step_sd**2) / 2)
    large = _kernel(grid, law.jump_sd, -(law.jump_sd**2) / 2)
    return (1 - law.jump_prob) * small + law.jump_prob * large


def _kernel(grid: Floats, sd: float, drift: float = 0.0) -> Floats:
    """Return Gaussian moves on the grid, (from, to); rows sum to one, also at the ends."""
    if sd < 0.01 * GRID_STEP:
        return np.eye(len(grid))
    edge = np.concatenate([[-np.inf], (grid[1:] + grid[:-1]) / 2, [np.inf]])
    return np.diff(ndtr((edge - grid[:, None] - drift) / sd), axis=1)


def _blurred_weight(weight: Floats, sd: float) -> Floats:
    """Return `_blurred` weights; what the ends of the grid would add or lose is put right."""
    mixed = _blurred(weight, sd)
    return mixed / mixed.sum(axis=1, keepdims=True)


def _blurred(weight: Floats, sd: float) -> Floats:
    """Return each row averaged over a Gaussian doubt about where the grid lies.

    Three points of Gauss and Hermite's rule between the grid's points: the doubt about the common
    factor is small against the grid, and a full kernel a month would cost more than the filter.
    """
    move = np.sqrt(3.0) * sd / GRID_STEP
    whole = int(np.floor(move))
    near = np.pad(weight, ((0, 0), (whole + 1, whole + 1)), mode="edge")
    part, n = move - whole, weight.shape[1]

    def at(shift: int) -> Floats:
        return near[:, whole + 1 + shift : whole + 1 + shift + n]

    up = (1 - part) * at(whole) + part * at(whole + 1)
    down = (1 - part) * at(-whole) + part * at(-whole - 1)
    return (4 * weight + up + down) / 6


def simulate_volume(
    law: VolumeLaw, n_directed: int, n_months: int, generator: np.random.Generator
) -> Counts:
    """Return counts drawn from the law, (directed_dyad, time)."""
    x = generator.normal(law.start_log_rate, law.start_sd, n_directed)
    common, out = 0.0, np.empty((n_directed, n_months), np.int64)
    for t in range(n_months):
        if t:
            is_jump = generator.random(n_directed) < law.jump_prob
            sd = np.where(is_jump, law.jump_sd, law.step_sd)
            x = x + generator.normal(-(sd**2) / 2, sd)
        common = law.common_memory * common + generator.normal(0, law.common_sd)
        noise = generator.gamma(law.size, 1 / law.size, n_directed)
        out[:, t] = generator.poisson(np.exp(x + common) * noise)
    return out
