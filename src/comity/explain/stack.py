"""The normal equations of stacked windows, and what they are without each pair in turn.

Months are taken out of every window by themselves, so that leaving a pair out of a window changes
the months of the others: it is done window by window, not by taking the pair's scores away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.evidence import RelationEvidence
from comity.explain.small_sample import Jackknifed
from comity.explain.sums import gather

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FLAT = 1e-4  # prior precision of month effects: as good as none
SAID = 1e-9  # information below which nothing is said


@dataclass
class Stack:
    """Sums over windows.

    ``lost_*`` is what goes when a pair is left out.
    """

    information: Floats  # (bin, bin)
    score: Floats  # (bin,)
    lost_information: Floats  # (pair, bin, bin)
    lost_score: Floats  # (pair, bin)

    @staticmethod
    def empty(n_pairs: int, n_bins: int) -> Stack:
        """Return sums over no window."""
        square = (n_pairs, n_bins, n_bins)
        return Stack(np.zeros(square[1:]), np.zeros(n_bins), np.zeros(square), np.zeros(square[:2]))

    def add(
        self,
        window: RelationEvidence,
        columns: Floats,
        pair: int,
        controls: Ints,
        draws: Sequence[int] | range,
        n_threads: int,
    ) -> None:
        """Add a window; ``columns``, (pair, bin, month), are zero but for its pair."""
        n, n_months = columns.shape[1:]
        own, months = slice(0, n), slice(n, None)
        ridge = FLAT * np.eye(n_months)
        share = 1 / len(draws)
        for draw in draws:
            sums = gather(
                window, columns, draw=draw, memory=0.0, period=np.arange(n_months), by_pair=True,
                n_threads=n_threads,
            )  # fmt: skip
            whole, pull = sums.information, sums.score
            block = whole[months, months] + ridge
            cross = np.linalg.solve(block, whole[months, own])
            left = whole[own, own] - cross.T @ whole[months, own]
            score = pull[own] - cross.T @ pull[months]
            self.information += left * share
            self.score += score * share
            # Without its pair a window says nothing; without a control its months move.
            self.lost_information[pair] += left * share
            self.lost_score[pair] += score * share
            without = np.linalg.solve(
                block - sums.by_pair[controls][:, months, months], whole[months, own]
            )  # (control, month, bin)
            rest = pull[months] - sums.by_pair_score[controls][:, months]
            self.lost_information[controls] += share * (
                np.einsum("cmi,mj->cij", without, whole[months, own]) - cross.T @ whole[months, own]
            )
            self.lost_score[controls] += share * (
                np.einsum("cmi,cm->ci", without, rest) - cross.T @ pull[months]
            )

    def carried(self) -> NDArray[np.bool_]:
        """Return which bins still have acts whichever pair is left out, (bin,)."""
        left = np.diag(self.information) - np.einsum("pii->pi", self.lost_information)
        return left.min(axis=0, initial=np.inf) > SAID

    def solved(self) -> Jackknifed:
        """Return the estimate, its changes without each pair, and what both are by the model.

        Pairs that are in no window are left out.
        """
        used = np.trace(self.lost_information, axis1=1, axis2=2) > 0
        model = np.asarray(np.linalg.pinv(self.information, hermitian=True), np.float64)
        estimate = model @ self.score
        lost = self.lost_information[used]
        left = np.linalg.pinv(self.information - lost, hermitian=True)
        without = np.einsum("pij,pj->pi", left, self.score - self.lost_score[used])
        expected = left @ lost @ model
        return Jackknifed(
            estimate, without - estimate, model, (expected + expected.transpose(0, 2, 1)) / 2
        )
