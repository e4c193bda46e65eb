"""History matching: parameter draws that the record makes implausible are ruled out.

Notation: z — the record's value of a target; E_d, S_d — mean and variance of the target over the n
worlds of parameter draw d. The implausibility of a draw (Craig et al. 1997; Vernon, Goldstein &
Bower 2010; with the variance between worlds as Andrianakis et al. 2015 have it for a simulator
with chance in it) is

    I_d² = (z - E_d)² / (V_observed + V_discrepancy + S_d + S_d / n),

the record being one history of its length. A draw is ruled out where the largest I_d over the
targets is above the cut-off of three (Pukelsheim 1994). Draws that are left are not confirmed; a
draw that is out is not made up for by others, as it would be by weighting. Three targets only:
with many, numbers would be tuned.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError
from comity.core.matching import Floats, Matching, PriorFigure, Shift, Target
from comity.judge.prior_predictive import draw_moments

TARGETS = ("relation_sd", "in_dispute", "clustering")
"""Kinds of figure that draws are matched on: stationary spread, time in dispute, bursts."""
_OBSERVED = {
    "relation_sd": "posterior draws of the measured relation",
    "in_dispute": "the record, one docket left out at a time",
    "clustering": "the record, one docket left out at a time",
}
SOURCES = ("craig-1997", "vernon-2010", "andrianakis-2015", "pukelsheim-1994", "box-1980")
"""Keys in ``core/sources.toml`` of what prior predictive and matching rest on."""
N_SHIFTS = 8


@cache
def matching_numbers() -> dict[str, Any]:
    """Return what is judged about matching: cut-off and discrepancies, who and why."""
    text = files("comity.judge").joinpath("matching.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def match_history(
    figures: Sequence[PriorFigure],
    futures: Mapping[str, Floats],
    draws: Mapping[str, Floats],
    cutoff: float | None = None,
) -> Matching:
    """Return which draws the record rules out.

    Parameters
    ----------
    figures
        Figures of the record beside those of the futures; those of `TARGETS` are matched.
    futures
        Each figure by name in every future, (draw, world).
    draws
        Judged numbers behind the draws by name, (draw,).
    cutoff
        Implausibility above which a draw is ruled out; the judged one where absent.

    Raises
    ------
    ParameterError
        The cut-off is not above zero.

    Notes
    -----
    A target that has no value in the record is left out. A draw in none of whose worlds a target
    has a value is not judged by it.
    """
    judged = matching_numbers()
    cutoff = float(judged["cutoff"]["value"]) if cutoff is None else cutoff
    if not cutoff > 0:
        raise ParameterError(
            f"cutoff: an implausibility above 0, usually 3; found {cutoff:g}. Below 2 a record "
            "that the model gives would often be ruled out."
        )
    chosen = [
        item
        for item in figures
        if item.figure.name.split(".")[0] in TARGETS and np.isfinite(item.record)
    ]
    n_draws = next(iter(futures.values())).shape[0]
    rows = np.zeros((len(chosen), n_draws))
    for row, item in enumerate(chosen):
        sd = judged["discrepancy"][item.figure.name.split(".")[0]]["sd"]
        rows[row] = implausibility(
            item.record, item.record_sd**2 + sd**2, futures[item.figure.name]
        )
    out = rows > cutoff
    kept = np.asarray(~out.any(axis=0), bool)
    targets = tuple(
        Target(
            figure=item.figure.name,
            words=item.figure.words,
            unit=item.figure.unit,
            observed=item.record,
            observed_sd=item.record_sd,
            observed_from=_OBSERVED[item.figure.name.split(".")[0]],
            discrepancy_sd=judged["discrepancy"][item.figure.name.split(".")[0]]["sd"],
            n_rejected=int(out[row].sum()),
            n_rejected_alone=int((out[row] & (out.sum(axis=0) == 1)).sum()),
        )
        for row, item in enumerate(chosen)
    )
    return Matching(targets, cutoff, rows, kept, _shifts(draws, kept))


def implausibility(observed: float, variance: float, futures: Floats) -> Floats:
    """Return the implausibility of every draw, (draw,).

    Parameters
    ----------
    observed
        The record's value.
    variance
        Of observation and discrepancy together.
    futures
        The figure in every future, (draw, world); NaN where it has no value.
    """
    mean, within, n = draw_moments(futures)
    known = n > 1
    # A draw with a single world has no spread of its own; that of the others stands in.
    usual = float(within[known].mean()) if known.any() else 0.0
    spread = np.where(known, within, usual)
    total = variance + spread * (1 + 1 / np.maximum(n, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.abs(observed - mean) / np.sqrt(total)
    return np.where(n > 0, np.nan_to_num(found, nan=0.0, posinf=np.inf), 0.0)


def _shifts(draws: Mapping[str, Floats], kept: NDArray[np.bool_]) -> tuple[Shift, ...]:
    if not kept.any() or kept.all():
        return ()
    n, n_kept = kept.size, int(kept.sum())
    # As far as the mean of so many draws taken at random lies from that of all, three times over.
    least = 3 * np.sqrt((n - n_kept) / (n * n_kept))
    found = [
        Shift(
            name,
            float(values.mean()),
            float(values[kept].mean()),
            float((values[kept].mean() - values.mean()) / values.std()),
        )
        for name, values in draws.items()
        if values.std() > 0
    ]
    found = [item for item in found if abs(item.shift) > least]
    found.sort(key=lambda item: (-abs(item.shift), item.name))
    return tuple(found[:N_SHIFTS])
