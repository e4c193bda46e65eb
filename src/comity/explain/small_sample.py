"""Tests and intervals from few clusters: jackknife, degrees of freedom, a joint test.

A sandwich of scores takes residuals for errors, and every cluster for one that carries the
estimate. Both flatter: where ten pairs of 28 are touched, three leads tested against F with 27
degrees of freedom were rejected in a fifth of clean panels at 5%. Leaving each cluster out in turn
mends the first [1]_; counting clusters by what they are expected to change, and Hotelling's T² for
several terms at once, the second [2]_ [3]_:

    D_g = sym{(A - A_g)⁻¹ A_g A⁻¹}                         E of (b_-g - b)(b_-g - b)' by the model
    V = q / tr(A Σ_g D_g) · Σ_g (b_-g - b)(b_-g - b)'      Var(b) = A⁻¹ by the model
    η = q (q + 1) / Σ_g {(tr Ω_g)² + tr Ω_g²} - 1         Ω_g = D_g scaled to Σ_g Ω_g = I
    (η - q + 1) / (η q) · b' V⁻¹ b  ~  F(q, η - q + 1)

A is the information and A_g what goes with cluster g. The model sets only the scale of V, as (n -
1) / n does for a mean, and the degrees of freedom. η + 1 is the number of equal clusters whose V
would vary as much: with equal clusters and one mean all of this is Student's t.

D_g follows from the estimate being efficient by the model: then b_-g and b have the covariance A⁻¹.

References
----------
.. [1] MacKinnon, Nielsen & Webb (2023). Cluster-robust inference: a guide to empirical practice.
   Journal of Econometrics 232(2).
.. [2] Bell & McCaffrey (2002). Bias reduction in standard errors for linear regression with
   multi-stage samples. Survey Methodology 28(2).
.. [3] Pustejovsky & Tipton (2018). Small-sample methods for cluster-robust variance estimation and
   hypothesis testing in fixed effects models. Journal of Business & Economic Statistics 36(4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Jackknifed:
    """An estimate, its changes when each cluster is left out, and what both are by the model.

    The mean of 1, 2 and 4, each of variance 1, left out in turn:

    >>> changes = np.array([[2 / 3], [1 / 6], [-5 / 6]])
    >>> one = Jackknifed(np.array([7 / 3]), changes, np.eye(1) / 3, np.full((3, 1, 1), 1 / 6))
    >>> bool(np.isclose(one.covariance()[0, 0], np.var([1.0, 2.0, 4.0], ddof=1) / 3))
    True
    >>> round(one.degrees(), 6)
    2.0
    """

    estimate: Floats  # (term,)
    changes: Floats  # (cluster, term)
    model: Floats  # (term, term)               covariance of the estimate
    expected: Floats  # (cluster, term, term)   of the products of changes

    def of(self, weights: Floats) -> Jackknifed:
        """Return the same of combinations of terms; ``weights`` has shape (combination, term)."""
        return Jackknifed(
            weights @ self.estimate, self.changes @ weights.T, weights @ self.model @ weights.T,
            weights @ self.expected @ weights.T,
        )  # fmt: skip

    def covariance(self) -> Floats:
        """Return the covariance of the terms, V in the module's notation."""
        bias = np.trace(np.linalg.solve(self.model, self.expected.sum(axis=0)))
        return self.changes.T @ self.changes * len(self.estimate) / bias

    def degrees(self) -> float:
        """Return the degrees of freedom of the covariance, η in the module's notation."""
        q = len(self.estimate)
        root = np.linalg.inv(np.linalg.cholesky(self.expected.sum(axis=0)))
        shares = root @ self.expected @ root.T
        trace = np.trace(shares, axis1=1, axis2=2)
        return float(q * (q + 1) / ((trace**2).sum() + (shares**2).sum()) - 1)

    def joint_p(self) -> float:
        """Return the p-value that all terms are zero; NaN where clusters are too few for it."""
        return joint_p(self.estimate, self.covariance(), self.degrees())


def joint_p(estimate: Floats, covariance: Floats, degrees: float) -> float:
    """Return the p-value that all terms are zero; NaN where the degrees of freedom are too few.

    >>> round(joint_p(np.array([2.0]), np.array([[1.0]]), 27.0), 3)  # t of 2 with 27
    0.056
    >>> joint_p(np.ones(3), np.eye(3), 2.0)
    nan
    """
    q = len(estimate)
    below = degrees - q + 1
    if not below >= 1:
        return float("nan")
    square = float(estimate @ np.linalg.solve(covariance, estimate))
    return float(fdtrc(q, below, square * below / (degrees * q)))
