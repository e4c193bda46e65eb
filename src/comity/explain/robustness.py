"""How strong a confounder would have to be: robustness value, and what prior and data each say."""

from __future__ import annotations

import math


def partial_r2(t: float, degrees: float) -> float:
    """Return the share of the remaining variance that a regressor explains.

    >>> round(partial_r2(4.18, 783), 4)
    0.0218
    """
    return t * t / (t * t + degrees)


def robustness_value(t: float, degrees: float, q: float = 1.0) -> float:
    r"""Return the least strength of confounding that would undo a share of an estimate.

    A confounder that explains less than this share of the remaining variance of both the driver and
    the relation cannot bring the estimate down by ``100 q`` percent (Cinelli & Hazlett 2020 [1]_,
    equation 19):

    .. math:: RV_q = \tfrac12\left(\sqrt{f_q^4 + 4 f_q^2} - f_q^2\right), \qquad
              f_q = q\,|t| / \sqrt{\mathrm{df}}

    Parameters
    ----------
    t
        Estimate over its standard error, without a prior.
    degrees
        Degrees of freedom.
    q
        Share of the estimate that would be undone; 1 for all of it.

    References
    ----------
    .. [1] Cinelli & Hazlett (2020). Making sense of sensitivity: extending omitted variable bias.
       Journal of the Royal Statistical Society B 82(1).

    >>> round(robustness_value(4.18, 783), 3)
    0.139
    """
    if not math.isfinite(t) or degrees <= 0:
        return math.nan
    f = q * abs(t) / math.sqrt(degrees)
    return 0.5 * (math.sqrt(f**4 + 4 * f**2) - f**2)


def contraction(posterior_sd: float, prior_sd: float) -> float:
    """Return how much of the prior's variance the data have taken away; 0 where they say nothing.

    >>> contraction(0.3, 0.3)
    0.0
    """
    return 1 - (posterior_sd / prior_sd) ** 2
