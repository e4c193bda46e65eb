"""Questions beside a claim, and rival channels: what was found, and which the record favours."""

from __future__ import annotations

from dataclasses import dataclass

from comity.core.case import Case
from comity.core.claims import Beside, Channel, Claim, DataEstimand
from comity.core.relations import Relations
from comity.core.verdicts import Answer
from comity.judge.data_reading import read_estimand
from comity.judge.reading import DataReading, quoted
from comity.judge.simulation_reading import Futures, read_futures


@dataclass(frozen=True)
class Found:
    """One answer with the rows and the judged numbers behind it."""

    answer: Answer
    rows: tuple[str, ...]
    parameters: tuple[str, ...]


def answer_of(
    case: Case, claim: Claim, asked: Beside | Channel, relations: Relations, futures: Futures
) -> Found:
    """Return what the record and the model say of one question beside a claim."""
    data = [read_estimand(case, item, relations) for item in asked.data]
    model = None
    if asked.simulation is not None:
        model = read_futures(claim, asked.simulation, futures)
    numbers = [
        (f"data_{name}" if len(data) == 1 else f"data_{place}_{name}", value)
        for place, reading in enumerate(data, 1)
        for name, value in reading.numbers
    ]
    if model is not None:
        numbers += [(f"model_{name}", value) for name, value in model.numbers]
    answer = Answer(
        words=asked.words,
        data_sentences=tuple(
            _with_assumption(claim, item, reading)
            for item, reading in zip(asked.data, data, strict=True)
        ),
        simulation_sentence=model.sentence if model else "",
        numbers=tuple(numbers),
        n_for=sum(reading.leaning == "for" for reading in data),
    )
    return Found(
        answer,
        tuple(row for reading in data for row in reading.rows),
        model.parameters if model else (),
    )


def _with_assumption(claim: Claim, asked: DataEstimand, reading: DataReading) -> str:
    if reading.leaning == "silent":
        return reading.sentence
    need = "The comparison holds only if"
    if claim.claim_class not in ("fact", "structure"):
        need = "Reading an effect into it would need"
        if asked.identified:
            need = "What it says of an effect rests on this"
    return f"{reading.sentence} {need}: {quoted(asked.assumption)}."


def favoured_sentence(channels: tuple[Answer, ...]) -> str:
    """Return which of rival channels the record favours; nothing without channels.

    The record favours a channel when every comparison that the channel names runs its way. It is an
    association, and the sentence says so.
    """
    if not channels:
        return ""
    chosen = [quoted(item.words) for item in channels if item.is_favoured]
    if not chosen:
        counts = "; ".join(
            f"{quoted(item.words)}: {item.n_for} of {len(item.data_sentences)}" for item in channels
        )
        return (
            "Of the rival channels the record favours none, since none has every comparison on its "
            f"side ({counts})."
        )
    if len(chosen) == 1:
        return f"Of the rival channels the record favours {chosen[0]}, as an association only."
    return (
        f"The record runs the way of {' and of '.join(chosen)}, as an association only, and does "
        "not tell them apart."
    )
