"""Designs: what the part of a driver says whose timing something outside the pair has set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import DesignPart, DriverPanel, DriverSeries
from comity.core.effects import DesignEstimate
from comity.explain.calendar import calendar_part
from comity.explain.columns import Columns
from comity.explain.placebos import Suite
from comity.explain.refit import posterior
from comity.explain.robustness import contraction
from comity.explain.thresholds import threshold

Floats = NDArray[np.float64]


def estimate_designs(suite: Suite, series: DriverSeries) -> tuple[DesignEstimate, ...]:
    """Return what every design of a driver says by itself.

    The driver is split in two columns with the same prior, the part that the design sets apart and
    the rest; the part's coefficient is the estimate. Its leads and permuted dates are looked at on
    the part alone.
    """
    found = [_estimate(suite, series, part) for part in series.designs]
    if series.is_seasonal:
        part, first_stage = calendar_part(series.values, suite.panel.months)
        weak = threshold("weak_first_stage")
        if first_stage < weak:
            why = (
                f"The month of the year hardly moves it: the first stage has F = {first_stage:.1f},"
                f" and {weak:.0f} is needed."
            )
            found.append(_refused(part, why))
        else:
            found.append(_estimate(suite, series, part))
    return tuple(found)


def _estimate(suite: Suite, series: DriverSeries, part: DesignPart) -> DesignEstimate:
    moves = np.ptp(part.values, axis=1) > 1e-9
    least = int(threshold("least_events"))
    if not moves.any():
        return _refused(part, f"The record has no {part.words} that move it.")
    if part.n_events < least:
        return _refused(
            part,
            f"It moves on {part.n_events} occasions, and {least} are needed before one of them "
            "can be left out.",
        )
    beside = split_columns(suite.columns, series, part)
    sums = suite.refit.likelihood(beside)
    mean, covariance = posterior(sums, [part.name])
    estimate, sd = float(mean[0]), float(np.sqrt(covariance[0, 0]))
    data_estimate, data_se = sums.alone(part.name)
    prior_sd = float(beside.sd[beside.place(part.name)])
    contracted = contraction(sd, prior_sd)
    own = Suite(
        suite.refit, beside, _panel_with(suite.panel, series, part), suite.volume, suite.seed,
        suite.n_shuffles,
    )  # fmt: skip
    placebos = (own.leads(part.name), own.permuted_dates(part.name))
    refusal = ""
    if contracted < threshold("prior_driven"):
        refusal = (
            f"By itself it takes {100 * max(contracted, 0):.0f}% of the prior's variance away, and "
            f"{100 * threshold('prior_driven'):.0f}% are needed."
        )
    return DesignEstimate(
        name=part.name,
        words=part.words,
        grade=part.grade,
        assumption=part.assumption,
        n_events=part.n_events,
        estimate=estimate,
        sd=sd,
        data_estimate=data_estimate,
        data_se=data_se,
        contraction=contracted,
        placebos=placebos,
        refusal=refusal,
    )


def split_columns(columns: Columns, series: DriverSeries, part: DesignPart) -> Columns:
    """Return columns in which a driver's place is taken by a part of it and the rest."""
    place = columns.place(series.name)
    mean, sd = float(columns.mean[place]), float(columns.sd[place])
    rest = columns.values[:, place] - part.values
    split = columns.without(series.name).plus([part.name], part.values[:, None], sd=sd, mean=mean)
    if np.ptp(rest, axis=1).max(initial=0.0) > 1e-9:
        split = split.plus([f"{series.name} otherwise"], rest[:, None], sd=sd, mean=mean)
    return split


def _panel_with(panel: DriverPanel, series: DriverSeries, part: DesignPart) -> DriverPanel:
    return panel.with_driver(
        DriverSeries(part.name, part.words, series.unit, series.source, part.values)
    )


def _refused(part: DesignPart, why: str) -> DesignEstimate:
    return DesignEstimate(
        part.name, part.words, part.grade, part.assumption, part.n_events, refusal=why
    )
