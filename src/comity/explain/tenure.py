"""How long leaders stay: spells on record, beside the mean that each rule of office implies.

With p = 1 - e^(-h) the chance of leaving in a month: by hazard alone 1/p; one term of T months
Σ_{k<T} (1-p)^k; two terms T / ((T-1) p + 1 - π), π = q / (1 + q (1-p)^(T-1)) the chance that a
term begins with a leader kept for a second one and q the chance that the party keeps office.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError, ParameterError, nearest_match
from comity.core.world_tables import Leaders

Floats = NDArray[np.float64]

DAYS_A_MONTH = 30.4375
LEAST_SPELLS = 3
"""Fewest spells of which a mean is given; ASSUMED."""


@dataclass(frozen=True)
class TenureRecord:
    """Completed spells of a state's leaders, in months."""

    state: str
    since: int
    months: Floats  # (spell,)
    n_in_office: int  # spells begun since then and not completed when the table closed

    @property
    def mean_months(self) -> float:
        """Mean length of the completed spells."""
        return float(self.months.mean())

    @property
    def median_months(self) -> float:
        """Median length of the completed spells."""
        return float(np.median(self.months))

    @property
    def se_months(self) -> float:
        """Standard error of the mean."""
        return float(self.months.std(ddof=1) / np.sqrt(len(self.months)))

    @property
    def exits_per_month(self) -> float:
        """Completed spells over the months in them."""
        return float(len(self.months) / self.months.sum())


def tenure_record(leaders: Leaders, state: str, *, since: int = 1948) -> TenureRecord:
    """Return the completed spells of a state that began in a year or later.

    Raises
    ------
    ParameterError
        The table has no such state.
    NotEstimableError
        Fewer than `LEAST_SPELLS` spells were completed.
    """
    own = leaders.state == state
    if not own.any():
        hint = nearest_match(state, sorted({str(code) for code in leaders.state} - {""}))
        raise ParameterError(
            f'leaders: the table must cover the state; found no "{state}". {hint}'.rstrip()
        )
    own &= leaders.start >= np.datetime64(f"{since:04d}-01-01")
    done = own & ~leaders.is_in_office
    days = (leaders.end[done] - leaders.start[done]).astype("timedelta64[D]").astype(float)
    if len(days) < LEAST_SPELLS:
        raise NotEstimableError(
            f"tenure of {state}: a mean needs {LEAST_SPELLS} completed spells; found {len(days)} "
            f"that began in {since} or later. Take an earlier year or more states."
        )
    return TenureRecord(state, since, days / DAYS_A_MONTH, int((own & leaders.is_in_office).sum()))


def mean_tenure_by_hazard(hazard: float) -> float:
    """Return the mean months in office under a monthly hazard alone."""
    return 1 / _leaving(hazard)


def mean_tenure_one_term(hazard: float, term_months: int) -> float:
    """Return the mean months in office of one term with early removal at a monthly hazard."""
    p = _leaving(hazard)
    return (1 - (1 - p) ** _term(term_months)) / p if p > 0 else float(term_months)


def mean_tenure_two_terms(hazard: float, term_months: int, keeps_office: float) -> float:
    """Return the mean months in office of up to two terms.

    ``keeps_office`` is the chance that the party in office wins the vote at the end of a term.
    """
    if not 0 <= keeps_office <= 1:
        raise ParameterError(
            f"keeps_office must lie between 0 and 1; found {keeps_office:g}. Give a probability."
        )
    p, months = _leaving(hazard), _term(term_months)
    kept = keeps_office / (1 + keeps_office * (1 - p) ** (months - 1))
    return months / ((months - 1) * p + 1 - kept)


def _leaving(hazard: float) -> float:
    if not 0 <= hazard < np.inf:
        raise ParameterError(f"a hazard must be 0 or more; found {hazard:g}. Give events a month.")
    return float(-np.expm1(-hazard))


def _term(months: int) -> int:
    if months < 1:
        raise ParameterError(
            f"a term must last a month or more; found {months}. Give whole months."
        )
    return months
