"""Sealed forecasts beside resolutions: which may be scored, and their scores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from comity.core.case import Case
from comity.core.errors import Problem, nearest_match
from comity.core.forecasts import INTERVAL, SealedForecast, question_hash
from comity.core.scorecard import Resolution, Scorecard, ScoredQuestion, Skill
from comity.core.streams import stream_number
from comity.judge import scores
from comity.judge.ledger import Ledger
from comity.judge.reliability import reliability
from comity.judge.skill import block_gain

Which = Literal["first", "last"]
Place = Callable[[str, str, str, str], Problem]
"""Makes a problem of a row from its column, what must hold, what was found, and what to do."""
SCORES = {"Brier": scores.brier_score, "log": scores.log_score}


def changed_questions(case: Case, ledger: Ledger) -> list[Problem]:
    """Return questions of the case that are no longer asked as they were sealed."""
    now = {question.id: question_hash(question) for question in case.questions}
    problems: list[Problem] = []
    for entry in ledger.entries:
        name = entry.question.id
        if entry.case == case.id and now.get(name, entry.question_hash) != entry.question_hash:
            must = f'the question "{name}" must be asked as it was sealed'
            found = "other words, days or outcome in questions.toml"
            fix = "Put it back, and ask the new one under an id of its own."
            problems.append(Problem(ledger.path.name, entry.number, "question", must, found, fix))
    return problems


def sealed_forecast(
    ledger: Ledger,
    case: Case,
    resolution: Resolution,
    place: Place,
    *,
    which: Which,
    today: dt.date,
) -> SealedForecast | Problem:
    """Return the sealed forecast that a resolution settles, or why it settles none.

    A resolution counts from the day after a forecast was sealed: what could be known on the day
    itself was no forecast. Of several sealed before it the first or the last is taken.
    """
    own = [entry for entry in ledger.entries if entry.case == case.id]
    sealed = [entry for entry in own if entry.question.id == resolution.question]
    if not sealed:
        known = {entry.question.id for entry in own}
        must = f"must be a question of {case.id} that was sealed"
        hint = nearest_match(resolution.question, sorted(known)) if known else ""
        return place("question", must, resolution.question, hint)
    question, day = sealed[0].question, resolution.resolved
    if day > today:
        return place("resolved", f"must not lie after today ({today})", str(day), "")
    if resolution.answer == "void":
        return sealed[0]
    early = question.may_be_early(answer=resolution.answer == "yes")
    if day < question.closes and not early:
        must = f'"{resolution.answer}" cannot be known before the question closes'
        must += f" ({question.closes})"
        fix = "Resolve it on that day or later."
        return place("resolved", must, str(day), fix)
    before = [entry for entry in sealed if entry.sealed.date() < day]
    if not before:
        must = f"must lie after the day on which it was sealed ({sealed[0].sealed.date()})"
        fix = "What was known when it was sealed is no forecast: leave the row out."
        return place("resolved", must, str(day), fix)
    if resolution.value is not None and before[0].forecast.relation is None:
        must = "must stay empty: the question is not about a measured relation"
        return place("value", must, f"{resolution.value:g}", "Leave the cell empty.")
    return before[0 if which == "first" else -1]


def score_questions(
    case: Case,
    ledger: Ledger,
    settled: Sequence[tuple[SealedForecast, Resolution]],
    *,
    seed: int = 1,
) -> Scorecard:
    """Return scores of sealed forecasts whose questions are settled."""
    scored = tuple(
        _scored(entry, resolution) for entry, resolution in settled if resolution.answer != "void"
    )
    named = {entry.question.id for entry, _ in settled}
    own = [entry.question.id for entry in ledger.entries if entry.case == case.id]
    key = np.array([seed, stream_number("judge/score/bootstrap")], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    said = np.array([item.entry.forecast.probability for item in scored])
    happened = np.array([item.happened for item in scored], float)
    return Scorecard(
        case=case.id,
        head=ledger.head,
        scored=scored,
        skills=_skills(scored, said, happened, generator),
        reliability=reliability(said, happened, generator) if scored else None,
        void=tuple(entry.question.id for entry, found in settled if found.answer == "void"),
        waiting=tuple(name for name in dict.fromkeys(own) if name not in named),
        n_unfinished_bytes=ledger.n_unfinished_bytes,
    )


def _scored(entry: SealedForecast, resolution: Resolution) -> ScoredQuestion:
    p, yes = entry.forecast.probability, resolution.answer == "yes"
    relation, value = entry.forecast.relation, resolution.value
    crps = interval = None
    if relation is not None and value is not None:
        crps = float(scores.crps_normal(relation.mean, relation.sd, value))
        ends = relation.low, relation.high
        interval = float(scores.interval_score(*ends, value, coverage=INTERVAL))
    brier, log = (float(score(p, yes)) for score in SCORES.values())
    return ScoredQuestion(entry, resolution, brier, log, crps, interval)


def _skills(
    scored: Sequence[ScoredQuestion],
    said: np.ndarray,
    happened: np.ndarray,
    generator: np.random.Generator,
) -> tuple[Skill, ...]:
    names = dict.fromkeys(name for item in scored for name in item.entry.baselines)
    block = np.array([subject(item.entry) for item in scored])
    skills: list[Skill] = []
    for name in names:
        other = np.array([_chance(item.entry.baselines, name) for item in scored])
        both = ~np.isnan(other)
        for score, formula in SCORES.items():
            ours, theirs = formula(said, happened), formula(other, happened)
            gain = block_gain(theirs - ours, block, generator)
            skills.append(
                Skill(
                    score, name, gain.n, float(ours[both].mean()), float(theirs[both].mean()),
                    gain.mean, gain.low, gain.high,
                )
            )  # fmt: skip
    return tuple(skills)


def _chance(baselines: Mapping[str, float], name: str) -> float:
    return baselines.get(name, float("nan"))


def subject(entry: SealedForecast) -> str:
    """Return what a question is about: questions on one pair, state or agreement hang together."""
    outcome = entry.question.outcome
    if outcome is None:
        return entry.question.id
    return outcome.dyad or outcome.state or outcome.agreement or outcome.demand or outcome.kind
