"""What every method says at one origin, from the case as it stood then and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from comity.core.case import Case
from comity.core.count_forecasts import CountForecast, single
from comity.core.outcomes import Outcome
from comity.study.asking import ask_instead
from comity.study.count_rules import count_rules
from comity.study.study import Study
from comity.study.window_rules import (
    LAST_YEAR,
    Fits,
    ending_trials,
    resampled_year,
    window_rules,
    window_trials,
)

if TYPE_CHECKING:
    from comity.core.class_counts import ClassCounts
    from comity.core.ensemble import Ensemble
    from comity.core.relations import Relations

Floats = NDArray[np.float64]
Said = dict[str, dict[str, Floats]]
"""By method and unit, one value a lead."""

MEASUREMENT, SIMULATOR, NULL = "measurement", "simulator", "null simulator"
TURNOVERS, FLARES, ENDINGS = "turnovers", "flares", "agreement ends"
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass
class OriginForecasts:
    """Forecasts made at one origin."""

    chances: dict[str, Said] = field(default_factory=dict)  # by target
    counts: dict[str, dict[str, tuple[CountForecast, ...]]] = field(default_factory=dict)
    relations: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    """Mean and sd by method, (lead, pair) each."""


def forecast_at(study: Study, leads: Sequence[int], fits: Fits) -> OriginForecasts:
    """Return what every method says of the months after the case's last one.

    ``study`` is of a case made by `comity.study.origin.stand_at`; it holds no later row.
    """
    out = OriginForecasts()
    asked = _questions(study.case, leads)
    inner = ask_instead(study, tuple(outcome for _, _, _, outcome in asked), max(leads))
    runs = {SIMULATOR: inner.ensemble(), NULL: inner.null()}
    for target, unit, place, outcome in asked:
        for method, run in runs.items():
            share = run.estimate(outcome.id).probability
            chance = (share * run.n_members + 0.5) / (run.n_members + 1)
            chance = 1 - chance if target == ENDINGS else chance
            said = out.chances.setdefault(target, {}).setdefault(method, {})
            said.setdefault(unit, np.full(len(leads), np.nan))[place] = chance
    year = study.case.last_month // 12
    for target, monthly in _monthly(study.case).items():
        _simple_chances(out.chances.setdefault(target, {}), target, monthly, leads, fits, year)
    _relations(out, study, runs, leads)
    _counts(out, study, runs, leads, fits, year)
    return out


def _questions(case: Case, leads: Sequence[int]) -> list[tuple[str, str, int, Outcome]]:
    """Return target, unit, position of the lead and outcome of all that the futures are asked."""
    units: list[tuple[str, str, dict[str, str]]] = [
        (TURNOVERS, code, {"kind": "government_changed", "state": code}) for code in case.index
    ]
    pairs = sorted({"-".join(sorted(row.parties)) for row in case.disputes})
    units += [(FLARES, pair, {"kind": "flare_by", "dyad": pair}) for pair in pairs]
    units += [
        (ENDINGS, name, {"kind": "agreement_in_force", "agreement": name}) for name in _kept(case)
    ]
    return [
        (target, unit, place, _outcome(f"{target}/{unit}/{lead}", lead, more))
        for target, unit, more in units
        for place, lead in enumerate(leads)
    ]


def _outcome(name: str, lead: int, more: dict[str, str]) -> Outcome:
    return Outcome.model_validate({"id": name, "words": name, "lead_months": lead, **more})


def _kept(case: Case) -> list[str]:
    """Return the agreements in force now that two states of the case or more keep."""
    codes, status = set(case.index), case.agreement_status()
    return [
        row.id
        for row in case.agreements
        if status[row.id] == "in_force" and len(codes.intersection(row.parties)) >= 2
    ]


def _monthly(case: Case) -> dict[str, dict[str, Floats]]:
    """Return the past of every unit of the yes-or-no targets, by target and unit, (time,) each."""
    from comity.record.past_series import flare_series, head_changes, status_series

    pairs = sorted({"-".join(sorted(row.parties)) for row in case.disputes})
    codes = set(case.index)
    shared = [row.id for row in case.agreements if len(codes.intersection(row.parties)) >= 2]
    return {
        TURNOVERS: {code: head_changes(case, code) for code in case.index},
        FLARES: {pair: flare_series(case, pair) for pair in pairs},
        ENDINGS: {name: status_series(case, name) for name in shared},
    }


def _simple_chances(
    said: Said,
    target: str,
    monthly: dict[str, Floats],
    leads: Sequence[int],
    fits: Fits,
    year: int,
) -> None:
    """Add what the rules say to a target, for the units that the simulator was asked of."""
    asked = list(said.get(SIMULATOR, {}))
    if not asked:
        return
    units = list(monthly)
    series = np.array([monthly[unit] for unit in units])
    rows = [units.index(unit) for unit in asked]
    is_ending = target == ENDINGS
    for place, lead in enumerate(leads):
        trials = ending_trials(series, lead) if is_ending else window_trials(series, lead)
        for rule in window_rules():
            found = fits.shares(target, rule, *trials, lead, year)
            if found is not None:
                _put(said, rule.name, asked, place, len(leads), found[0][rows])
        per_month = ending_trials(series, 1)[0] if is_ending else series
        last = resampled_year(per_month, lead)
        _put(said, LAST_YEAR, asked, place, len(leads), last[rows])
        _put(said, "50/50", asked, place, len(leads), np.full(len(asked), 0.5))


def _put(
    said: Said, method: str, units: Sequence[str], place: int, n_leads: int, values: Floats
) -> None:
    own = said.setdefault(method, {})
    for unit, value in zip(units, values, strict=True):
        own.setdefault(unit, np.full(n_leads, np.nan))[place] = value


def _relations(
    out: OriginForecasts, study: Study, runs: dict[str, Ensemble], leads: Sequence[int]
) -> None:
    """Add forecasts of the focal pairs' relations: normal, mean and sd."""
    from comity.study.backtest_relations import simple_relations, walked

    relations = study.relations
    pairs = np.array([relations.index.dyad_number(label) for label in study.case.focal_dyads])
    out.relations[MEASUREMENT] = walked(relations, pairs, leads)
    places = np.array(leads) - 1
    for method, run in runs.items():
        mean, sd = (x[pairs][:, places].T for x in (run.relation_mean, run.relation_sd))
        out.relations[method] = (mean, sd)
    out.relations |= simple_relations(relations, pairs, leads)


def _counts(
    out: OriginForecasts,
    study: Study,
    runs: dict[str, Ensemble],
    leads: Sequence[int],
    fits: Fits,
    year: int,
) -> None:
    """Add forecasts of cooperative acts among all, for the case's own acts or the store's."""
    from comity.measure.ahead import forecast_shares

    others = study.stored
    natural = study.relations.hyperparameter_draws
    for source, (label, acts) in enumerate(acts_by_source(study)):
        if others and source == 0:
            continue  # with a store its acts are the target: they are many
        said: dict[str, tuple[CountForecast, ...]] = {
            MEASUREMENT: forecast_shares(study.counts, natural, leads, others=others, source=source)
        }
        for method, run in runs.items():
            said[method] = tuple(_of_futures(study.relations, run, lead, source) for lead in leads)
        good, bad = acts[..., :2].sum(axis=-1), acts[..., 2:].sum(axis=-1)
        for rule in count_rules(study.case.index, acts):
            found = [
                fits.shares(label, rule, good.astype(float), bad.astype(float), lead, year)
                for lead in leads
            ]
            if all(one is not None for one in found):
                said[rule.name] = tuple(single(*one) for one in found if one is not None)
        said[LAST_YEAR] = (_last_year(good, bad),) * len(leads)
        out.counts[label] = said


def acts_by_source(study: Study) -> list[tuple[str, NDArray[np.int64]]]:
    """Return label and acts, (directed_dyad, time, quad_class), of the case and of each source."""
    from comity.record.quad_counts import count_quads

    out = [("acts", count_quads(study.case))]
    out += [(f"acts of {one.sources[0]}", dense_acts(study, one)) for one in study.stored]
    return out


def dense_acts(study: Study, counts: ClassCounts) -> NDArray[np.int64]:
    """Return the acts of a source between the case's states in its months, as one array."""
    index, months = study.case.index, study.case.months
    out = np.zeros((index.n_directed, len(months), 4), np.int64)
    ends = np.array(counts.index.codes)[counts.index.directed_pairs[counts.directed]]
    for (source, target), time, acts in zip(ends, counts.time, counts.acts, strict=True):
        place = int(counts.months[time]) - int(months[0])
        if 0 <= place < len(months) and source in index.codes and target in index.codes:
            out[index.directed_number(str(source), str(target)), place] += acts
    return out


def _of_futures(relations: Relations, run: Ensemble, lead: int, source: int) -> CountForecast:
    """Return shares of acts from simulated relations: the pair's, in both directions alike."""
    names = list(relations.hyperparameters)
    own = "" if source == 0 else f"_{source + 1}"
    middle = dict(zip(names, np.median(relations.hyperparameter_draws, axis=0), strict=True))
    shift = middle[f"intercept{own}"] - middle["intercept"]
    mean, sd = run.relation_mean[:, lead - 1], run.relation_sd[:, lead - 1]
    share = expit(shift + mean + sd * _NODES[:, None])  # (node, pair)
    directed = np.empty((len(_NODES), run.index.n_directed))
    directed[:, run.index.directions] = share[..., None]
    kappa = np.full(directed.shape, middle[f"concentration{own}"])
    return CountForecast(directed, kappa, np.repeat(_WEIGHTS[:, None], directed.shape[1], axis=1))


def _last_year(good: NDArray[np.int64], bad: NDArray[np.int64]) -> CountForecast:
    """Return the shares of the last twelve months, shrunk by one act to that of all."""
    own, other = good[:, -12:].sum(axis=1), bad[:, -12:].sum(axis=1)
    pool = (own.sum() + 1) / (own.sum() + other.sum() + 2)
    total = own + other + 1.0
    return single((own + pool) / total, total)
