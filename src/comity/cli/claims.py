"""`comity claims`: the argument, claim by claim."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import (
    DRIVERS,
    MEMBERS,
    SEED,
    CaseArgument,
    DriversOption,
    JsonOption,
    MembersOption,
    NoCacheOption,
    SeedOption,
)
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.cli.claims_document import AnswerPart, ClaimsDocument
    from comity.core.verdicts import Answer, Verdict
    from comity.study import Study

NAME = "claims"
EXAMPLE = "comity claims japan-korea-us --explain 30"


def command(
    ctx: typer.Context,
    case: CaseArgument,
    explain: Annotated[
        int | None,
        typer.Option("--explain", metavar="N", min=1, help="Everything behind one claim."),
    ] = None,
    members: MembersOption = MEMBERS,
    seed: SeedOption = SEED,
    drivers: DriversOption = DRIVERS,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Print what the record and the model say of every claim, and whether they can speak."""
    from comity.cli.output import print_json
    from comity.core.errors import ConfigError, nearest_match
    from comity.core.settings import Settings
    from comity.record import load_case

    loaded = load_case(case)
    numbers = [claim.number for claim in loaded.claims]
    if explain is not None and explain not in numbers:
        span = f"{min(numbers)} to {max(numbers)}" if numbers else "none"
        hint = nearest_match(str(explain), map(str, numbers))
        raise ConfigError(
            f"--explain: must be the number of a claim of this case, {span}; found {explain}. "
            f"{hint}".rstrip()
        )
    settings = Settings(n_members=members, seed=seed, drivers=drivers, use_cache=not no_cache)
    study = session_of(ctx).open(loaded, settings)
    verdicts = study.verdicts()
    session_of(ctx).close()
    if explain is not None:
        verdicts = tuple(item for item in verdicts if item.claim.number == explain)
    if as_json:
        print_json(_document(study, verdicts))
    elif explain is None:
        _print_all(verdicts)
    else:
        _print_one(study, verdicts[0])


def print_counts(verdicts: tuple[Verdict, ...]) -> None:
    """Print how many claims have which verdict."""
    from comity.cli.output import print_heading, print_table
    from comity.core.claims import VERDICTS

    found = Counter(item.word for item in verdicts)
    print_heading(
        f"The argument: {len(verdicts)} claims", "Verdicts by stated rules, from most to least."
    )
    ordered = sorted(found, key=lambda word: (-found[word], list(VERDICTS).index(word)))
    rows = [(f"{VERDICTS[word]} {word}", str(found[word])) for word in ordered]
    print_table(("verdict", "claims"), rows, right=("claims",))


def _print_all(verdicts: tuple[Verdict, ...]) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    print_heading("The argument, claim by claim", "comity claims CASE --explain N says why.")
    rows = [
        (
            str(item.claim.number),
            item.claim.words,
            item.claim.claim_class,
            f"{item.sign} {item.word}",
        )
        for item in verdicts
    ]
    print_table(("no.", "claim", "class", "verdict"), rows, right=("no.",), words="claim")
    if not verdicts:
        print_text("The case makes no claims.")
    print_counts(verdicts)


def _print_one(study: Study, verdict: Verdict) -> None:
    from comity.cli.output import print_heading, print_table, print_text
    from comity.judge import RULES

    claim = verdict.claim
    print_heading(
        f"{claim.number}. {claim.words}", f"{claim.claim_class}; {claim.url}".rstrip("; ")
    )
    said = [f"{verdict.sign} {verdict.word}: {verdict.because}"]
    said += [
        f"{label}: {text}"
        for label, text in (
            ("Record", verdict.data_sentence),
            ("Model", verdict.simulation_sentence),
            *((f"Beside: {item.words}", " ".join(item.sentences)) for item in verdict.beside),
            *((f"Channel: {item.words}", " ".join(item.sentences)) for item in verdict.channels),
            ("Channels", verdict.favoured),
            ("Would count against it", claim.against),
            ("Note", claim.note),
            ("Rule", f"{verdict.rule} ({RULES[verdict.rule].when})"),
            ("Rows", ", ".join(verdict.rows)),
        )
        if text
    ]
    print_text(*said)
    known = [(name, study.parameters.get(name)) for name in verdict.parameters]
    rows = [
        (
            name,
            f"{number.central:g}" + (" (mean)" if number.central_word == "mean" else ""),
            f"{number.low:g} to {number.high:g}",
            number.why,
        )
        for name, number in known
        if number is not None
    ]
    if rows:
        print_heading("Judged numbers", "Median (mean where it says so), 5% to 95% range, and why.")
        print_table(
            ("number", "central", "range", "why"), rows, right=("central", "range"), words="why"
        )


def _answer(answer: Answer) -> AnswerPart:
    from comity.cli.claims_document import AnswerPart

    return AnswerPart(
        words=answer.words,
        data=list(answer.data_sentences),
        simulation=answer.simulation_sentence,
        numbers=dict(answer.numbers),
        is_favoured=answer.is_favoured,
    )


def _document(study: Study, verdicts: tuple[Verdict, ...]) -> ClaimsDocument:
    from comity.cli.claims_document import ClaimsDocument, VerdictPart

    return ClaimsDocument(
        case=study.case.id,
        verdicts=[
            VerdictPart(
                number=item.claim.number,
                claim_class=item.claim.claim_class,
                words=item.claim.words,
                verdict=item.word,
                because=item.because,
                data=item.data_sentence,
                simulation=item.simulation_sentence,
                rule=item.rule,
                rows=list(item.rows),
                parameters=list(item.parameters),
                numbers=dict(item.numbers),
                against=item.claim.against,
                note=item.claim.note,
                beside=[_answer(answer) for answer in item.beside],
                channels=[_answer(answer) for answer in item.channels],
                favoured=item.favoured,
            )
            for item in verdicts
        ],
        receipt=study.receipt().as_dict(),
    )
