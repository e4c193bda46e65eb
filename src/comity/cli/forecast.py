"""`comity forecast`: the chance of every question, and its seal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import (
    MEMBERS,
    SEED,
    CaseArgument,
    JsonOption,
    MembersOption,
    NoCacheOption,
    SeedOption,
)
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.cli.forecast_documents import ForecastDocument, SealPart
    from comity.core.forecasts import QuestionForecast
    from comity.study import Study

NAME = "forecast"
EXAMPLE = "comity forecast japan-korea-us --seal --ledger forecasts.jsonl"
LEDGER_FILE = Path("comity-ledger.jsonl")
LedgerOption = Annotated[
    Path, typer.Option("--ledger", help="Ledger of sealed forecasts.", dir_okay=False)
]
HeadOption = Annotated[
    str, typer.Option("--head", metavar="HASH", help="A published head that must be in the ledger.")
]


def command(
    ctx: typer.Context,
    case: CaseArgument,
    seal: Annotated[
        bool, typer.Option("--seal", help="Append the forecasts to the ledger, for good.")
    ] = False,
    ledger: LedgerOption = LEDGER_FILE,
    head: HeadOption = "",
    members: MembersOption = MEMBERS,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Print the chance of every question of a case beside what simple rules say; seal it."""
    from comity.cli.output import print_json
    from comity.core.settings import Settings
    from comity.record import load_case

    loaded = load_case(case)
    if seal:
        check_ledger(ledger, head)
    settings = Settings(n_members=members, seed=seed, use_cache=not no_cache)
    session = session_of(ctx)
    study = session.open(loaded, settings)
    from comity.study.forecast import forecast_questions

    forecasts = forecast_questions(study)
    sealed = _seal(study, forecasts, ledger, head) if seal else None
    session.close()
    if sealed is not None:
        session.written.append(ledger)
    if as_json:
        print_json(_document(study, forecasts, sealed))
    else:
        _print(study, forecasts, sealed)


def check_ledger(path: Path, head: str) -> None:
    """Refuse a ledger that could not be appended to, before any work is done."""
    from comity.core.errors import ConfigError
    from comity.judge.ledger import read_ledger

    if not path.parent.is_dir():
        raise ConfigError(
            f'--ledger: the folder of "{path}" must exist; found no folder "{path.parent}". '
            "Create it or choose another one."
        )
    if path.exists() or head:
        read_ledger(path, head=head)


def now() -> dt.datetime:
    """Return the time of sealing."""
    return dt.datetime.now(dt.UTC)


def _seal(study: Study, forecasts: tuple[QuestionForecast, ...], path: Path, head: str) -> SealPart:
    from comity.cli.forecast_documents import SealPart
    from comity.study.forecast import seal_forecasts

    ledger, left_out = seal_forecasts(study, forecasts, path, now=now(), head=head)
    return SealPart(
        ledger=str(path),
        sealed=ledger.entries[-1].sealed.isoformat(),
        n_sealed=len(forecasts) - len(left_out),
        n_entries=len(ledger.entries),
        head=ledger.head,
        left_out=left_out,
    )


def _print(study: Study, forecasts: tuple[QuestionForecast, ...], sealed: SealPart | None) -> None:
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.wording import percent, percent_interval
    from comity.judge.past_rates import BASE_RATE, LAST_YEAR, LIKE_TODAY
    from comity.study.forecast import NULL

    print_heading(
        f"Questions on what comes after {study.case.as_of}",
        "Chance of yes in the baseline futures, with 80% over the judged numbers, beside simple "
        "rules: the null simulator; the share of earlier months from which it came out yes; that "
        "share among months that looked like today; the last twelve months drawn again.",
    )
    rows: list[tuple[str, ...]] = []
    for item in forecasts:
        if item.numbers is None:
            continue
        said = [item.baselines.get(name) for name in (NULL, BASE_RATE, LIKE_TODAY, LAST_YEAR)]
        rows.append(
            (
                item.question.words,
                str(item.question.closes),
                percent(item.numbers.probability),
                percent_interval(item.numbers.low, item.numbers.high),
                *("" if value is None else percent(value) for value in said),
            )
        )
    columns = ("question", "closes", "yes", "80%", "null", "past", "alike", "year")
    print_table(columns, rows, right=columns[1:])
    for item in forecasts:
        if item.numbers is None:
            print_text(f"No forecast of “{item.question.words}”: {item.reason}.")
    if sealed is not None:
        _print_seal(sealed)


def _print_seal(sealed: SealPart) -> None:
    from comity.cli.output import print_heading, print_text

    noun = "forecast" if sealed.n_sealed == 1 else "forecasts"
    print_heading(f"Sealed: {sealed.n_sealed} {noun} in {sealed.ledger} at {sealed.sealed}")
    for name, why in sealed.left_out.items():
        if not why.startswith("no forecast"):
            print_text(f"Not sealed: {name}; {why}.")
    print_text(
        f"Head: {sealed.head}",
        "Publish the head where you cannot change it. A line that is changed, moved or taken out "
        "shows by itself; a ledger cut off at its end or written anew shows only beside its head.",
    )


def _document(
    study: Study, forecasts: tuple[QuestionForecast, ...], sealed: SealPart | None
) -> ForecastDocument:
    from comity.cli.forecast_documents import ForecastDocument, QuestionPart, RelationForecastPart
    from comity.study.forecast import forecast_receipt

    parts: list[QuestionPart] = []
    for item in forecasts:
        question, numbers = item.question, item.numbers
        relation = numbers.relation if numbers is not None else None
        parts.append(
            QuestionPart(
                id=question.id,
                words=question.words,
                opens=question.opens.isoformat(),
                closes=question.closes.isoformat(),
                resolves_by=question.resolves_by,
                probability=numbers and numbers.probability,
                monte_carlo_se=numbers and numbers.monte_carlo_se,
                low=numbers and numbers.low,
                high=numbers and numbers.high,
                ignorance_share=numbers and numbers.ignorance_share,
                relation=relation and RelationForecastPart(**relation.model_dump()),
                baselines=item.baselines,
                reason=item.reason,
            )
        )
    return ForecastDocument(
        case=study.case.id,
        as_of=study.case.as_of.isoformat(),
        questions=parts,
        seal=sealed,
        receipt=forecast_receipt(study).as_dict(),
    )
