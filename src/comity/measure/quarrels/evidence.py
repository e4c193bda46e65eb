"""Log evidence of a pair's acts: rows, window, lasting mean and filter put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from comity.core.quarrels import PairActs
from comity.measure.quarrels.lattice import FINEST_STEP, N_NODES, Lattice, build_lattice, mean_nodes
from comity.measure.quarrels.likelihood import count_rows, tone_rows
from comity.measure.quarrels.passes import Forward, backward, evidence, forward

Floats = NDArray[np.float64]
WIDEST = 9.0  # half-width of the window in which the posterior is first looked for, logit
NEGLIGIBLE = 1e-5  # level nodes below this probability in every month are left out
MARGIN = 0.3


@dataclass(frozen=True)
class PairRecord:
    """The acts of a pair with the level windows that its posterior has been found to need."""

    acts: PairActs
    window: tuple[float, float] | None = None
    """Of the level, where it is known beforehand; looked for where absent."""
    windows: dict[tuple[float, float, float, bool], tuple[float, float]] = field(
        default_factory=dict
    )

    @property
    def share_logit(self) -> float:
        """Logit of the pooled cooperative share, drawn a little toward one half."""
        c, n = float(self.acts.cooperative.sum()), float(self.acts.volume.sum())
        return float(np.log((c + 0.5) / (n - c + 0.5)))


def likelihood_rows(acts: PairActs, value: Mapping[str, float], theta: Floats) -> Floats:
    """Return the log-likelihood of each month's acts and tones at ``theta``, (time, theta)."""
    rows = count_rows(acts, value["concentration"], theta)
    if len(acts.tone):
        rows += tone_rows(
            acts,
            theta,
            intercept=value["intercept"],
            class_mean=(value["tone_conflictual"], value["tone_cooperative"]),
            loading=value["tone_loading"],
            noise_sd=value["tone_noise_sd"],
            tail=value["tone_tail"],
        )
    return rows


def pair_lattice(
    record: PairRecord,
    value: Mapping[str, float],
    *,
    coarsest: float = 0.2,
    finest_step: float = FINEST_STEP,
    finer: int = 1,
    n_nodes: int = N_NODES,
    for_filter: bool = False,
) -> Lattice:
    """Return the lattice on which a pair is filtered under hyper-parameters by name.

    ``for_filter`` widens the window to hold the filtered law of every month, not only the smoothed.
    """
    nodes = mean_nodes(value, record.share_logit, len(record.acts.months), n_nodes)
    window = level_window(record, value, for_filter=for_filter)
    return build_lattice(
        value, window, nodes, coarsest=coarsest, finest_step=finest_step, finer=finer
    )


def filter_pair(
    record: PairRecord,
    value: Mapping[str, float],
    *,
    coarsest: float = 0.2,
    finer: int = 1,
    n_nodes: int = N_NODES,
) -> Forward:
    """Return the forward pass of a pair, evidence only."""
    lattice = pair_lattice(record, value, coarsest=coarsest, finer=finer, n_nodes=n_nodes)
    return forward(lattice, likelihood_rows(record.acts, value, lattice.theta))


def pair_evidence(
    record: PairRecord,
    value: Mapping[str, float],
    *,
    finest_step: float = FINEST_STEP,
    dtype: type = np.float64,
) -> float:
    """Return the log probability of a pair's acts: that of `filter_pair`, silence leapt over."""
    lattice = pair_lattice(record, value, finest_step=finest_step)
    return evidence(lattice, likelihood_rows(record.acts, value, lattice.theta), dtype)


def level_window(
    record: PairRecord, value: Mapping[str, float], *, for_filter: bool = False
) -> tuple[float, float]:
    """Return a window of the level outside which the posterior has no probability that matters.

    Found on a coarse lattice with steps and spread at least as wide, rounded up in octaves, so that
    nearby hyper-parameters share a window and the evidence stays smooth in them.
    """
    step = 2.0 ** np.ceil(np.log2(max(value["level_step_sd"], 0.1)))
    if record.window is not None:
        return record.window
    tail = value.get("level_tail", np.inf)
    heavy = 2.0 if tail < 30 else np.inf
    if np.isfinite(heavy):  # one heavy-tailed component: leaps anywhere
        return record.share_logit - WIDEST, record.share_logit + WIDEST
    mean_sd = 2.0 ** np.ceil(np.log2(max(value["mean_sd"], 0.5)))
    half_life = min(2.0 ** np.ceil(np.log2(max(value["level_half_life"], 1.0))), 128.0)
    key = (step, mean_sd, half_life, for_filter)
    if key not in record.windows:
        wide = dict(value) | {
            "level_step_sd": step, "mean_sd": mean_sd, "intercept": record.share_logit,
            "level_half_life": half_life, "flare_step_sd": 0.3, "flare_memory": 0.6,
            "flare_tail": 3.0, "concentration": min(value["concentration"], 30.0),
        }  # fmt: skip
        nodes = mean_nodes(wide, record.share_logit, len(record.acts.months), 3)
        reach = record.share_logit - WIDEST, record.share_logit + WIDEST
        lattice = build_lattice(wide, reach, nodes)
        rows = likelihood_rows(record.acts, wide, lattice.theta)
        done = forward(lattice, rows, keep=True, dtype=np.float32)
        law = done.filtered if for_filter else backward(lattice, rows, done.filtered)
        found = law.sum(axis=(1, 3)).max(axis=0) > NEGLIGIBLE
        held = lattice.level[found]
        record.windows[key] = float(held[0]) - MARGIN, float(held[-1]) + MARGIN
    return record.windows[key]
