"""A study's prior predictive, and what leaving out the draws that its record rules out does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from comity.core.matching import Figure, MatchedVerdict, PriorPage
from comity.study.study import BASELINE

if TYPE_CHECKING:
    from comity.core.verdicts import Verdict
    from comity.judge.figures import Asked
    from comity.study.study import Study

MAX_MONTHS = 600


def prior_page(study: Study, cutoff: float | None = None) -> PriorPage:
    """Return what the judged numbers imply beside the record, and the draws that it rules out.

    Futures of the baseline as long as the record, in the parameter draws that every other answer of
    the study has.

    Parameters
    ----------
    study
        The study.
    cutoff
        Implausibility above which a draw is ruled out; the judged one where absent.

    Raises
    ------
    ParameterError
        The draws of the study do not have the same count of futures, or the cut-off is not above 0.
    """
    n_months = min(len(study.case.months), MAX_MONTHS)
    settings = study.settings.model_copy(update={"n_months": n_months})

    def compute() -> PriorPage:
        from comity.judge import figures_asked, match_history, place_figure
        from comity.simulate import judged_draws, simulate_histories

        asked = figures_asked(study.case)
        found = simulate_histories(
            study.case,
            study.scenario(BASELINE.id),
            lambda tables: np.array([item.read(tables) for item in asked]),
            start=study.relations.start,
            history=study.history,
            settings=settings,
            progress=lambda done, total: study.told("prior predictive", done / total),
        )
        recorded = _recorded(study, asked, n_months)
        figures = tuple(
            place_figure(figure, futures) for figure, futures in zip(recorded, found, strict=True)
        )
        numbers = study.parameters
        names = [name for name, number in numbers.items() if not number.is_fixed]
        draws = judged_draws(numbers, names, seed=settings.seed, n_draws=settings.n_draws)
        futures = {item.name: one for item, one in zip(asked, found, strict=True)}
        matching = match_history(figures, futures, draws, cutoff)
        return PriorPage(n_months, settings.n_members, settings.n_draws, figures, matching)

    reads = [*study.simulation_reads(settings), cutoff]
    return study.step(
        "prior predictive", ("record", "measure", "simulate", "judge"), reads, compute
    )


def _recorded(study: Study, asked: tuple[Asked, ...], n_months: int) -> list[Figure]:
    from comity.judge import spoke_pairs
    from comity.record import histories_without, own_history

    own = own_history(study.case)
    dyads = study.case.index.dyads
    paths = study.relations.paths[:, :, -n_months:].astype(float)
    own["paths"] = {dyad: paths[:, row] for row, dyad in enumerate(dyads)}
    without = {dyad: list(histories_without(study.case, dyad)) for dyad in spoke_pairs(study.case)}
    for series in (own, *(one for every in without.values() for one in every)):
        for table in series:
            series[table] = {name: rows[:, -n_months:] for name, rows in series[table].items()}
    nothing = np.empty(0)
    return [
        Figure(
            name=item.name,
            words=item.words,
            unit=item.unit,
            recorded=nothing if item.missing else item.read(own),
            without=np.concatenate([item.read(one) for one in without[item.of_whom]])
            if item.rests_on_dockets and without[item.of_whom]
            else nothing,
            missing=item.missing,
        )
        for item in asked
    ]


def matched_verdicts(study: Study, page: PriorPage) -> tuple[MatchedVerdict, ...]:
    """Return every verdict whose claim asks the model, with all draws and with the kept ones.

    Empty where every draw is kept, or none is.
    """
    kept = page.matching.kept
    if kept.all() or not kept.any():
        return ()
    other = study.with_settings(study.settings)
    other.draws = kept
    return tuple(
        _matched(before, after)
        for before, after in zip(study.verdicts(), other.verdicts(), strict=True)
        if before.claim.simulation is not None
    )


def _matched(before: Verdict, after: Verdict) -> MatchedVerdict:
    was, then = dict(before.numbers), dict(after.numbers)
    name = "model_difference" if "model_difference" in was else "model_probability"

    def of(numbers: dict[str, float], key: str) -> float:
        return numbers.get(key, math.nan)

    return MatchedVerdict(
        claim=before.claim.number,
        word=before.word,
        word_kept=after.word,
        answer=of(was, name),
        answer_kept=of(then, name),
        low=of(was, "model_low"),
        high=of(was, "model_high"),
        low_kept=of(then, "model_low"),
        high_kept=of(then, "model_high"),
        monte_carlo_se=of(then, "model_monte_carlo_se"),
    )
