"""Hyper-parameters of level and flare from a set of pairs, with their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError
from comity.core.quarrels import PairActs
from comity.measure.mode import in_threads
from comity.measure.model import Prior
from comity.measure.quarrels.evidence import PairRecord, pair_evidence
from comity.measure.quarrels.model import (
    N_WITHOUT_TONE,
    NAMES,
    log_prior,
    quarrel_priors,
    to_free,
    to_natural,
)
from comity.measure.quarrels.search import draw_posterior

Floats = NDArray[np.float64]
BOX = 12.0  # unconstrained values beyond this are never plausible
WORST = -1e12
HALF_LIVES = (0.2, 5000.0)  # of a level, months; beyond these nothing changes that data could show
Variant = Literal["level and flare", "gaussian flare", "one heavy-tailed component", "level only"]


@dataclass(frozen=True)
class QuarrelFit:
    """Equally weighted posterior draws of the hyper-parameters, on their natural scale."""

    draws: Floats  # (draw, hyper-parameter)     order of `model.NAMES`
    mode: Floats  # (hyper-parameter,)
    log_posterior_at_mode: float  # up to a constant
    largest_gradient_at_mode: float
    effective: float  # effective number of candidates before resampling
    n_candidates: int
    variant: Variant
    tone_tail: float
    dyads: tuple[str, ...]  # pairs that were fitted

    def value(self, draw: int | None = None) -> dict[str, float]:
        """Return hyper-parameters by name, of one draw or at the mode, as the filter reads them."""
        natural = self.mode if draw is None else self.draws[draw]
        return filter_values(natural, self.variant, self.tone_tail)


class Objective:
    """Log posterior: evidence summed over pairs, which are independent, plus log prior."""

    def __init__(
        self,
        pairs: Sequence[PairActs],
        priors: Mapping[str, Prior],
        variant: Variant,
    ) -> None:
        self.records = [PairRecord(acts) for acts in pairs]
        self.priors = priors
        self.variant: Variant = variant
        self.tail = priors["tone_tail"].location
        has_tones = any(len(acts.tone) for acts in pairs)
        self.n_free = len(NAMES) if has_tones else N_WITHOUT_TONE
        start = np.array([float(priors[name].quantile(0.5)) for name in NAMES])
        shares = [record.share_logit for record in self.records if record.acts.volume.any()]
        if shares and priors["intercept"].family != "fixed":
            start[0] = np.mean(shares)
        self.start = to_free(start, priors)

    def _full(self, point: Floats) -> Floats:
        return np.concatenate([point, self.start[self.n_free :]])

    def natural(self, point: Floats) -> Floats:
        """Return all hyper-parameters, in the order of `NAMES`, from the free ones."""
        return to_natural(self._full(point), self.priors)

    def value(self, point: Floats) -> float:
        """Return the log posterior, up to a constant."""
        if np.abs(point).max() > BOX:
            return WORST
        value = filter_values(self.natural(point), self.variant, self.tail)
        if not HALF_LIVES[0] < value["level_half_life"] < HALF_LIVES[1]:
            return WORST
        total = log_prior(self._full(point), self.priors)
        for record in self.records:
            total += pair_evidence(record, value)
        return total if np.isfinite(total) else WORST


def filter_values(natural: Floats, variant: Variant, tone_tail: float) -> dict[str, float]:
    """Return hyper-parameters by name with what a variant of the model fixes."""
    value = dict(zip(NAMES, natural.tolist(), strict=True)) | {"tone_tail": tone_tail}
    if variant == "gaussian flare":
        value["flare_tail"] = np.inf
    elif variant == "one heavy-tailed component":
        value |= {"level_tail": value["flare_tail"], "flare_step_sd": 0.0}
    elif variant == "level only":
        value["flare_step_sd"] = 0.0
    return value


def fit_quarrels(
    pairs: Sequence[PairActs],
    *,
    n_draws: int = 64,
    seed: int = 1,
    n_threads: int = 1,
    priors: Mapping[str, Prior] | None = None,
    variant: Variant = "level and flare",
) -> QuarrelFit:
    """Fit what level and flare have in common over pairs, and say how sure that is.

    The posterior of the hyper-parameters given the exact evidence of each pair: its mode, then
    importance sampling around it.

    Parameters
    ----------
    pairs
        Acts of the pairs to learn from. To judge a pair held out, leave it out.
    n_draws
        Posterior draws returned, equally weighted.
    seed
        Seed of the candidates' shift.
    n_threads
        Evaluations side by side; results do not depend on it.
    priors
        By hyper-parameter; the package's judged ones by default.
    variant
        The model, or one of three simpler ones to compare it with.

    Raises
    ------
    ParameterError
        No pair was given, or less than one draw was asked for.
    ConvergenceError
        The search for the mode ended where the posterior is not finite.
    """
    if not pairs:
        raise ParameterError("fit_quarrels needs at least one pair; found none. Give it some acts.")
    if n_draws < 1:
        raise ParameterError(
            f"fit_quarrels needs n_draws of at least 1; found {n_draws}. Ask for some draws."
        )
    priors = priors or quarrel_priors()
    objective = Objective(pairs, priors, variant)
    found = draw_posterior(
        objective.value,
        objective.start[: objective.n_free],
        n_draws=n_draws,
        seed=seed,
        n_threads=n_threads,
    )
    return QuarrelFit(
        draws=np.array([objective.natural(point) for point in found.points]),
        mode=objective.natural(found.mode.point),
        log_posterior_at_mode=found.mode.value,
        largest_gradient_at_mode=found.mode.largest_gradient,
        effective=found.effective,
        n_candidates=found.n_candidates,
        variant=variant,
        tone_tail=objective.tail,
        dyads=tuple(acts.dyad for acts in pairs),
    )


def held_out_scores(fit: QuarrelFit, acts: PairActs, *, n_threads: int = 1) -> tuple[float, Floats]:
    """Return a pair's log evidence at the mode of a fit on others, and under each draw, (draw,)."""
    record = PairRecord(acts)
    values = [fit.value(), *(fit.value(k) for k in range(len(fit.draws)))]
    scores = np.array(in_threads(lambda value: pair_evidence(record, value), values, n_threads))
    return float(scores[0]), scores[1:]
