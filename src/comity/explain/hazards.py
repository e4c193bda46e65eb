"""Hazards of rare ends: regression of a yes-or-no outcome by period, with clustered intervals.

    link(P(end in the period | not before)) = x'b        link cloglog: a proportional hazard,
                                                          link logit: proportional odds

``exp(b)`` is a hazard ratio under cloglog, an odds ratio under logit. Fitted by Fisher scoring;
the covariance is the sandwich of score sums by cluster, or by members that two rows share, in the
manner of Cameron, Gelbach and Miller and of Aronow, Samii and Assenova. Figures that the rows
cannot carry are refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError, ShapeError
from comity.explain.clustered import cluster_meat, shared_member_meat
from comity.explain.coefficients import Coefficients, Interval
from comity.explain.regression_checks import check_design

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Link = Literal["cloglog", "logit"]

INTERCEPT = "intercept"
LEAST_EVENTS = 10
"""Fewest ends with which a regression is fitted; ASSUMED, a tenth of the usual rule of thumb's."""

LEAST_CLUSTERS = 10
"""Fewest clusters with which a sandwich covariance means anything; ASSUMED."""

_MAX_SWEEPS, _CLOSE = 60, 1e-10


@dataclass(frozen=True)
class HazardFit(Coefficients):
    """Coefficients of a hazard regression, on the log hazard (cloglog) or log odds (logit).

    The intercept comes first; the covariance is clustered.
    """

    link: Link
    n_rows: int
    n_events: float
    n_clusters: int
    log_likelihood: float

    def ratio(self, name: str, level: float = 0.95) -> Interval:
        """Return exp of a coefficient with its interval: a hazard or odds ratio."""
        return Interval(*np.exp(self.coefficient(name, level)).tolist())

    def risk(
        self, weights: Mapping[str, float], n_periods: int = 1, level: float = 0.95
    ) -> Interval:
        """Return the chance of an end within ``n_periods`` at given values, intercept included."""
        ends = np.array(self.line({INTERCEPT: 1.0, **weights}, level))
        return Interval(*(-np.expm1(n_periods * np.log1p(-_mean(ends, self.link)))).tolist())

    def correlation(self, one: str, other: str) -> float:
        """Return the correlation of two estimates."""
        i, j = self._place(one), self._place(other)
        return float(self.covariance[i, j] / (self.se(one) * self.se(other)))


def fit_hazard(
    outcome: Floats,
    drivers: Mapping[str, NDArray[np.generic]],
    *,
    cluster: Ints,
    members: tuple[Ints, Ints] | None = None,
    link: Link = "cloglog",
) -> HazardFit:
    """Fit a discrete-time hazard.

    Parameters
    ----------
    outcome
        1 in the period of the end, else 0, (row,). A fraction where an end in an unknown period is
        spread over several.
    drivers
        Columns by name, (row,) each; the intercept is added.
    cluster
        Number of the unit that a row belongs to, (row,).
    members
        The two members of each row. Where given, rows count as dependent when they share one, in
        place of a common cluster.
    link
        "cloglog" for a proportional hazard, "logit" for proportional odds.

    Raises
    ------
    ShapeError
        Columns differ in length.
    NotEstimableError
        Too few ends or clusters; a driver that never varies, is the sum of others, or separates the
        ends. The sentence names the driver and says what to do.
    ConvergenceError
        Not raised: a fit that does not settle is separated and said to be so.
    """
    names = (INTERCEPT, *drivers)
    n = len(outcome)
    columns = [np.ones(n), *(np.asarray(column, float) for column in drivers.values())]
    if any(len(column) != n for column in columns) or len(cluster) != n:
        raise ShapeError(f"fit_hazard needs {n} rows in every column; give each driver all rows.")
    n_clusters, n_events = len(np.unique(cluster)), float(outcome.sum())
    check_design(drivers, outcome)
    if n_events < LEAST_EVENTS or n - n_events < LEAST_EVENTS:
        raise NotEstimableError(
            f"a hazard needs {LEAST_EVENTS} ends and as many rows without; found {n_events:g} ends "
            f"in {n:,} rows. Widen the years or the kinds of end that count."
        )
    if n_clusters < LEAST_CLUSTERS:
        raise NotEstimableError(
            f"clustered intervals need {LEAST_CLUSTERS} clusters; found {n_clusters}. "
            "Widen the sample, or report the counts alone."
        )
    x = np.column_stack(columns)
    b, mean, slope = _score(x, outcome, link, names)
    pull = slope / (mean * (1 - mean))
    # The observed information; under the logit it is the expected one.
    bend = np.zeros(n) if link == "logit" else pull * (1 - pull * (1 - mean))
    bread = np.linalg.inv((x * (slope * pull - (outcome - mean) * bend)[:, None]).T @ x)
    scores = x * ((outcome - mean) * pull)[:, None]
    if members is None:
        meat = cluster_meat(scores, cluster)
        meat *= n_clusters / (n_clusters - 1) * (n - 1) / (n - len(names))
    else:
        meat = shared_member_meat(scores, *members)
    likelihood = float(np.sum(outcome * np.log(mean) + (1 - outcome) * np.log1p(-mean)))
    return HazardFit(
        names, b, bread @ meat @ bread, link, n, n_events, n_clusters, likelihood
    )  # fmt: skip


def _score(
    x: Floats, outcome: Floats, link: Link, names: tuple[str, ...]
) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, means and slopes dmean/dline at the maximum."""
    b = np.zeros(x.shape[1])
    share = outcome.mean()
    b[0] = np.log(-np.log1p(-share)) if link == "cloglog" else np.log(share / (1 - share))
    spread = np.maximum(x.std(axis=0), 1e-12)
    for _ in range(_MAX_SWEEPS):
        line = np.clip(x @ b, -30, 30 if link == "logit" else 3)
        mean = np.clip(_mean(line, link), 1e-13, 1 - 1e-13)
        slope = mean * (1 - mean) if link == "logit" else np.exp(line - np.exp(line))
        weight = slope**2 / (mean * (1 - mean))
        working = x.T @ ((outcome - mean) * slope / (mean * (1 - mean)))
        try:
            step = np.linalg.solve((x * weight[:, None]).T @ x, working)
        except np.linalg.LinAlgError:
            break
        b = b + step * min(1.0, 5.0 / max(float(np.abs(step * spread).max()), 1e-12))
        if np.abs(step * spread).max() < _CLOSE:
            return b, mean, slope
    worst = names[1 + int(np.argmax(np.abs(b * spread)[1:]))] if len(names) > 1 else INTERCEPT
    raise NotEstimableError(
        f'{worst}: ends must occur on both sides of a driver; found that "{worst}" (with the '
        "others) tells all ends apart, so that its effect has no bound. Leave it out or join it "
        "with another driver."
    )


def _mean(line: Floats, link: Link) -> Floats:
    if link == "logit":
        return 1 / (1 + np.exp(-line))
    return -np.expm1(-np.exp(line))
