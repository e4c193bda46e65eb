"""Rolling origins: at each the case as it stood, what every method says, and what then happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.core.backtest import LEADS, N_PIT_BINS, Backtest, Chances, Losses, Transforms
from comity.core.case import Case
from comity.core.errors import ConfigError
from comity.core.months import month_start, month_text
from comity.core.past import PastSeries
from comity.core.settings import Settings
from comity.study.backtest_origin import (
    ENDINGS,
    FLARES,
    MEASUREMENT,
    SIMULATOR,
    TURNOVERS,
    OriginForecasts,
    acts_by_source,
    forecast_at,
)
from comity.study.cache import StepCache
from comity.study.origin import stand_at
from comity.study.study import Progress, Study
from comity.study.window_rules import Fits

Floats = NDArray[np.float64]
BURN_IN_MONTHS = 84
"""Months of record before the first origin: rules need a past to be fitted to. ASSUMED."""
N_TRUTHS = 64  # posterior draws of the relation measured later, over which a score is averaged
SETTINGS = Settings(n_members=5000, n_hyper_draws=24, n_paths=128)
RELATIONS = "relations"


def default_origins(case: Case, every: int) -> list[int]:
    """Return every so many months from the end of the burn-in to the last that can be scored."""
    return list(range(case.first_month + BURN_IN_MONTHS, last_whole_month(case), every))


def last_whole_month(case: Case) -> int:
    """Return the last month that the record holds whole."""
    next_day = case.as_of + dt.timedelta(days=1)
    return case.last_month - (next_day.day != 1)


def backtest_case(
    case: Case,
    *,
    origins: Sequence[int] | None = None,
    every: int = 3,
    leads: Sequence[int] = LEADS,
    settings: Settings = SETTINGS,
    store: Path | None = None,
    cache: StepCache | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Score what comity would have said at earlier months, beside its baselines.

    At every origin the case is cut to what was recorded by then (`comity.study.origin`), relations
    are measured anew with their hyper-parameters, futures are simulated, and every baseline is
    fitted to the months up to then. Only afterwards is the whole record opened.

    Parameters
    ----------
    case
        The whole case.
    origins
        Last months known, in months since 1970-01, ascending; `default_origins` where absent.
    every
        Months between the default origins.
    leads
        Months ahead.
    settings
        Members, parameter draws and draws of the measurement at every origin; months follow from
        the leads.
    store
        An event store. Its acts join the measurement and are what the target "acts" scores.
    cache, progress
        As in `Study`.

    Raises
    ------
    ConfigError
        An origin lies outside the record, or none can be scored.
    """
    chosen = default_origins(case, every) if origins is None else list(origins)
    first, last = case.first_month + max(leads) + 1, last_whole_month(case)
    if not chosen or not all(first <= month < last for month in chosen):
        found = month_text(min(chosen, key=lambda x: first <= x < last)) if chosen else "none"
        raise ConfigError(
            f"origins: must lie within the record with a past to fit to and a month to score, from "
            f"{month_text(first)} to {month_text(last - 1)}; found {found}. Choose others."
        )
    tell = progress or (lambda step, done: None)
    fits, said = Fits(), list[OriginForecasts]()
    for number, month in enumerate(chosen):
        tell("backtest", number / len(chosen))
        past = stand_at(case, month_start(month + 1) - dt.timedelta(days=1))
        study = Study(past, settings, cache=cache, store=store)
        said.append(forecast_at(study, leads, fits))
    tell("backtest", 1.0)
    whole = Study(case, settings, cache=cache, store=store, progress=progress)
    chances = [
        _chances(case, said, chosen, leads, target) for target in (TURNOVERS, FLARES, ENDINGS)
    ]
    losses, transforms = _count_losses(whole, said, chosen, leads)
    found, lie = _relation_losses(whole, said, chosen, leads)
    losses, transforms = [*losses, found], [*transforms, lie]
    losses += [_chance_losses(one, score) for one in chances for score in ("Brier", "log")]
    return Backtest(
        case.id, np.array(chosen), tuple(leads), tuple(losses),
        chances=tuple(chances), transforms=tuple(transforms),
    )  # fmt: skip


def _methods(said: Sequence[Sequence[str]], ours: str) -> tuple[str, ...]:
    names = dict.fromkeys(name for one in said for name in one)
    return (ours, *(name for name in names if name != ours))


def _chances(
    case: Case,
    said: Sequence[OriginForecasts],
    origins: Sequence[int],
    leads: Sequence[int],
    target: str,
) -> Chances:
    chances = [one.chances.get(target, {}) for one in said]
    methods = _methods([list(one) for one in chances], SIMULATOR)
    units = sorted({unit for one in chances for own in one.values() for unit in own})
    p = np.full((len(methods), len(origins), len(leads), len(units)), np.nan)
    for o, one in enumerate(chances):
        for m, method in enumerate(methods):
            for unit, values in one.get(method, {}).items():
                p[m, o, :, units.index(unit)] = values
    happened = np.empty(p.shape[1:])
    for u, unit in enumerate(units):
        happened[..., u] = _answers(case, target, unit, origins, leads)
    return Chances(target, methods, tuple(units), p, happened)


def _chance_losses(chances: Chances, score: str) -> Losses:
    from comity.judge.questions import SCORES

    values = SCORES[score](chances.probability, chances.happened)
    unit = _UNIT_WORDS[chances.target]
    return Losses(chances.target, score, unit, chances.methods, chances.units, values)


_UNIT_WORDS = {TURNOVERS: "state", FLARES: "pair", ENDINGS: "agreement"}


def _answers(
    case: Case, target: str, unit: str, origins: Sequence[int], leads: Sequence[int]
) -> Floats:
    """Return what happened, (origin, lead); NaN where the record does not reach so far."""
    from comity.judge.past_rates import past_answers
    from comity.record.past_series import flare_series, head_changes, status_series

    if target == ENDINGS:
        series = PastSeries("state", status_series(case, unit))
    elif target == FLARES:
        series = PastSeries("event", flare_series(case, unit))
    else:
        series = PastSeries("event", head_changes(case, unit))
    n_whole = last_whole_month(case) + 1 - case.first_month
    series = PastSeries(series.kind, series.values[:n_whole])
    place = np.array(origins) - case.first_month
    answers = np.stack([past_answers(series, lead)[place] for lead in leads], axis=1)
    return 1 - answers if target == ENDINGS else answers


def _count_losses(
    whole: Study, said: Sequence[OriginForecasts], origins: Sequence[int], leads: Sequence[int]
) -> tuple[list[Losses], list[Transforms]]:
    from comity.judge.count_scores import count_scores, count_transforms

    out, transforms = list[Losses](), list[Transforms]()
    n_whole = last_whole_month(whole.case) + 1 - whole.case.first_month
    for label, acts in acts_by_source(whole):
        own = [one.counts.get(label, {}) for one in said]
        if not any(own):
            continue
        methods = _methods([list(one) for one in own], MEASUREMENT)
        shape = (2, len(methods), len(origins), len(leads), whole.case.index.n_directed)
        values = np.full(shape, np.nan)
        lie, sd = np.full((*shape, N_PIT_BINS), np.nan), np.full(shape[1:], np.nan)
        good, bad = acts[..., :2].sum(axis=-1), acts[..., 2:].sum(axis=-1)
        for o, one in enumerate(own):
            for k, lead in enumerate(leads):
                time = origins[o] + lead - whole.case.first_month
                if time >= n_whole:
                    continue
                for m, method in enumerate(methods):
                    if method in one:
                        found = count_scores(one[method][k], good[:, time], bad[:, time])
                        values[:, m, o, k] = found
                        *both, sharp = count_transforms(one[method][k], good[:, time], bad[:, time])
                        lie[:, m, o, k], sd[m, o, k] = both, sharp
        units = whole.case.index.directed_dyads
        for number, score in enumerate(("log", "ranked probability")):
            out.append(Losses(label, score, "directed pair", methods, units, values[number]))
        transforms.append(Transforms(label, methods, units, lie[0], lie[1], sd, "share of acts"))
    return out, transforms


def _relation_losses(
    whole: Study, said: Sequence[OriginForecasts], origins: Sequence[int], leads: Sequence[int]
) -> tuple[Losses, Transforms]:
    """Score relations against draws of what the whole record says of the month."""
    from comity.judge.scores import crps_normal
    from comity.judge.transforms import normal_transform

    case = whole.case
    methods = _methods([list(one.relations) for one in said], SIMULATOR)
    pairs = [case.index.dyad_number(label) for label in case.focal_dyads]
    truth = whole.relations.paths[:N_TRUTHS][:, pairs].astype(float)  # (draw, pair, time)
    values = np.full((len(methods), len(origins), len(leads), len(pairs)), np.nan)
    lie, sharp = np.full((2, *values.shape, N_PIT_BINS), np.nan), np.full(values.shape, np.nan)
    n_whole = last_whole_month(case) + 1 - case.first_month
    for o, one in enumerate(said):
        for k, lead in enumerate(leads):
            time = origins[o] + lead - case.first_month
            if time >= n_whole:
                continue
            for m, method in enumerate(methods):
                if method in one.relations:
                    mean, sd = one.relations[method]
                    values[m, o, k] = crps_normal(mean[k], sd[k], truth[:, :, time]).mean(axis=0)
                    lie[:, m, o, k] = normal_transform(mean[k], sd[k], truth[:, :, time])
                    sharp[m, o, k] = sd[k]
    units = tuple(case.focal_dyads)
    losses = Losses(RELATIONS, "CRPS", "pair", methods, units, values)
    return losses, Transforms(RELATIONS, methods, units, lie[0], lie[1], sharp, "logit")
