"""`comity score`: sealed forecasts beside what happened."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from comity.cli.forecast import HeadOption
from comity.cli.options import CaseArgument, JsonOption

if TYPE_CHECKING:
    from comity.cli.forecast_documents import ScoreDocument
    from comity.core.scorecard import Scorecard

NAME = "score"
EXAMPLE = "comity score japan-korea-us --ledger forecasts.jsonl --resolutions resolutions.csv"


def command(
    case: CaseArgument,
    ledger: Annotated[
        Path, typer.Option("--ledger", help="Ledger of sealed forecasts.", dir_okay=False)
    ],
    resolutions: Annotated[
        Path, typer.Option("--resolutions", help="Table of what happened, CSV.", dir_okay=False)
    ],
    head: HeadOption = "",
    which: Annotated[
        Literal["first", "last"],
        typer.Option("--which", help="Of several sealed forecasts of a question, this one."),
    ] = "first",
    as_json: JsonOption = False,
) -> None:
    """Score the sealed forecasts of a case by what happened, beside their baselines."""
    from comity.cli.output import print_json
    from comity.record import load_case
    from comity.study.score import score_forecasts

    card = score_forecasts(
        load_case(case), ledger, resolutions, today=today(), head=head, which=which
    )
    if as_json:
        print_json(_document(card, ledger, which))
    else:
        _print(card)


def today() -> dt.date:
    """Return the day after which nothing can have been resolved."""
    return dt.datetime.now(dt.UTC).date()


def _print(card: Scorecard) -> None:
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.wording import percent

    n = len(card.scored)
    print_heading(
        f"Scored: {n} of {n + len(card.void) + len(card.waiting)} sealed questions",
        "Brier score and log score (nats): smaller is better; 50/50 has 0.250 and 0.693.",
    )
    rows = [
        (
            item.entry.question.words,
            str(item.entry.sealed.date()),
            item.resolution.answer,
            percent(item.entry.forecast.probability),
            f"{item.brier:.3f}",
            f"{item.log:.3f}",
        )
        for item in card.scored
    ]
    columns = ("question", "sealed", "answer", "said yes", "Brier", "log")
    print_table(columns, rows, right=columns[1:])
    if card.void:
        print_text(f"Void: {', '.join(card.void)}.")
    if card.waiting:
        print_text(f"Not resolved yet: {', '.join(card.waiting)}.")
    if card.n_unfinished_bytes:
        print_text("A sealing was interrupted; the unfinished last line of the ledger is left out.")
    if card.scored:
        _print_skills(card)
        _print_relations(card)
        _print_reliability(card)


def _print_skills(card: Scorecard) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    print_heading(
        "Beside simple rules",
        "Mean scores on the questions that both answered. Gain: above 0 where the forecast is "
        "better; 95% interval from resampling subjects (pairs, states, agreements) as wholes.",
    )
    rows = [
        (
            item.baseline, item.score, str(item.n), f"{item.mean:.3f}", f"{item.baseline_mean:.3f}",
            f"{item.gain:+.3f}", _interval(item.low, item.high),
        )
        for item in card.skills
    ]  # fmt: skip
    columns = ("rule", "score", "n", "forecast", "rule's", "gain", "95%")
    print_table(columns, rows, right=columns[2:])
    worse = sorted({item.baseline for item in card.skills if item.gain < 0})
    if worse:
        print_text(f"Worse than: {', '.join(worse)}.")


def _print_relations(card: Scorecard) -> None:
    from comity.cli.output import print_heading, print_table

    rows = [
        (item.entry.question.id, f"{item.resolution.value:+.2f}", f"{item.crps:.3f}",
         f"{item.interval:.3f}")
        for item in card.scored
        if item.crps is not None and item.interval is not None
    ]  # fmt: skip
    if rows:
        print_heading("Measured relations", "CRPS and 80% interval score, in logit.")
        columns = ("question", "measured", "CRPS", "interval")
        print_table(columns, rows, right=columns[1:])


def _print_reliability(card: Scorecard) -> None:
    from comity.cli.output import print_heading, print_table
    from comity.core.wording import percent, percent_interval

    found = card.reliability
    assert found is not None
    print_heading(
        "Reliability",
        "How often each chance came out yes, recalibrated, and where that may lie by chance alone "
        f"(90%). Brier = {found.miscalibration:.3f} miscalibration − {found.discrimination:.3f} "
        f"discrimination + {found.uncertainty:.3f} uncertainty.",
    )
    rows = [
        (
            percent(point.forecast), str(point.n), percent(point.happened),
            percent_interval(point.low, point.high),
        )
        for point in found.points
    ]  # fmt: skip
    columns = ("said yes", "n", "came out yes", "by chance")
    print_table(columns, rows, right=columns)


def _interval(low: float, high: float) -> str:
    return "too few" if math.isnan(low) else f"{low:+.3f} to {high:+.3f}"


def _document(card: Scorecard, ledger: Path, which: Literal["first", "last"]) -> ScoreDocument:
    from dataclasses import asdict

    from comity.cli.forecast_documents import (
        ReliabilityPart,
        ScoreDocument,
        ScoredPart,
        SkillPart,
    )

    found = card.reliability
    return ScoreDocument(
        case=card.case,
        ledger=str(ledger),
        head=card.head,
        which=which,
        scored=[
            ScoredPart(
                id=item.entry.question.id,
                words=item.entry.question.words,
                entry=item.entry.number,
                sealed=item.entry.sealed.isoformat(),
                resolved=item.resolution.resolved.isoformat(),
                answer="yes" if item.happened else "no",
                source=item.resolution.source,
                probability=item.entry.forecast.probability,
                baselines=item.entry.baselines,
                brier=item.brier,
                log=item.log,
                value=item.resolution.value,
                crps=item.crps,
                interval=item.interval,
            )
            for item in card.scored
        ],
        skills=[SkillPart(**asdict(item)) for item in card.skills],
        reliability=[ReliabilityPart(**asdict(point)) for point in found.points] if found else [],
        miscalibration=found and found.miscalibration,
        discrimination=found and found.discrimination,
        uncertainty=found and found.uncertainty,
        void=list(card.void),
        waiting=list(card.waiting),
    )
