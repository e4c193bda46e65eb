"""A baseline: a forecasting rule whose hyper-parameters are fitted to its own past forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from comity.core.errors import ConvergenceError, ParameterError, ShapeError
from comity.measure.baselines.likelihood import Counts, Floats, beta_binomial_log_prob
from comity.measure.baselines.search import BestPoint, Parameter, best_point


class Rule(Protocol):
    """What makes one baseline differ from another."""

    @property
    def name(self) -> str:
        """Label in tables."""
        ...

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The hyper-parameters, with the ranges in which the search for each begins."""
        ...

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return share and concentration expected at each of ``times``, both (directed, times).

        Column ``t`` reads periods up to ``t - lead`` only, and ``times`` starts at ``lead`` or
        later.
        """
        ...


class Baseline:
    """One rule, fitted and scored.

    Parameters
    ----------
    rule
        How the next period's share is forecast.
    lead
        Periods between the last one known and the one forecast; hyper-parameters are fitted to
        forecasts of the same lead.

    Attributes
    ----------
    best
        Hyper-parameters, prequential score of the fit in nats, and which parameters are not at an
        interior optimum; None before `fit`. A second `fit` also starts from the first one's point.
    """

    def __init__(self, rule: Rule, lead: int = 1) -> None:
        if lead < 1:
            raise ParameterError(f"lead must be at least 1 period; found {lead}. Give 1 or more.")
        self.rule = rule
        self.lead = lead
        self.best: BestPoint | None = None

    def fit(self, successes: Counts, failures: Counts, until: int) -> Baseline:
        """Maximize the log score of the forecasts of periods ``lead`` .. ``until - 1``.

        ``successes`` and ``failures`` are acts, (directed_dyad, time); a cell without acts is
        forecast but not scored. Periods from ``until`` on are never read.
        """
        if successes.shape != failures.shape or successes.ndim != 2:
            raise ShapeError(
                "Baseline.fit needs successes and failures of one shape (directed_dyad, time); "
                f"found {successes.shape} and {failures.shape}. Give both for the same cells."
            )
        if not self.lead < until <= successes.shape[1]:
            raise ParameterError(
                f"until must lie in {self.lead + 1}..{successes.shape[1]}, so that at least one "
                f"period can be forecast from an earlier one; found {until}. Give more periods."
            )
        past = successes[:, :until].astype(float), failures[:, :until].astype(float)
        times = range(self.lead, until)
        scored = (past[0] + past[1])[:, self.lead :] > 0
        acts = past[0][:, self.lead :][scored], past[1][:, self.lead :][scored]
        if not scored.any():
            raise ConvergenceError(
                f"{self.rule.name}: no period from {self.lead} to {until - 1} has an act, so there "
                "is nothing to fit to. Give a longer record."
            )

        def score(values: Sequence[float]) -> float:
            share, concentration = self.rule.forecast(*past, values, times, self.lead)
            chosen = share[scored], concentration[scored]
            return float(beta_binomial_log_prob(*acts, *chosen).sum())

        default = [parameter.start for parameter in self.rule.parameters]
        starts = [default] if self.best is None else [list(self.best.values.values())]
        self.best = best_point(score, self.rule.parameters, starts)
        return self

    def log_score(self, successes: Counts, failures: Counts, time: int) -> Floats:
        """Return the log probability of the successes at ``time`` given volume, (directed_dyad,).

        The forecast reads periods up to ``time - lead``. Zero where ``time`` has no act.
        """
        share, concentration = self.expected(successes, failures, time)
        return beta_binomial_log_prob(successes[:, time], failures[:, time], share, concentration)

    def expected(self, successes: Counts, failures: Counts, time: int) -> tuple[Floats, Floats]:
        """Return the share and the concentration forecast for ``time``, each (directed_dyad,)."""
        if self.best is None:
            raise ConvergenceError(f"{self.rule.name}: not fitted. Call fit first.")
        known = time - self.lead + 1
        if not 1 <= known <= successes.shape[1]:
            raise ParameterError(
                f"time must lie in {self.lead}..{successes.shape[1] + self.lead - 1} for forecasts "
                f"{self.lead} periods ahead; found {time}. Give a later one, or more periods."
            )
        past = successes[:, :known].astype(float), failures[:, :known].astype(float)
        values = list(self.best.values.values())
        share, concentration = self.rule.forecast(*past, values, range(time, time + 1), self.lead)
        return share[:, 0], concentration[:, 0]
