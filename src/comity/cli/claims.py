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
    from comity.core.varied import Variation
    from comity.core.verdicts import Answer, Verdict
    from comity.study import Study

NAME = "claims"
EXAMPLE = "comity claims japan-korea-us --explain 30"
MORE_EXAMPLES = ("comity claims japan-korea-us --vary",)


def command(
    ctx: typer.Context,
    case: CaseArgument,
    explain: Annotated[
        int | None,
        typer.Option("--explain", metavar="N", min=1, help="Everything behind one claim."),
    ] = None,
    vary: Annotated[
        bool,
        typer.Option(
            "--vary", help="Which verdicts change word at the low or high of a judged number."
        ),
    ] = False,
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
    from comity.study import vary_claims

    loaded = load_case(case)
    if vary and explain is not None:
        raise ConfigError(
            "--vary: it speaks of the whole argument; found --explain beside it. Ask for one of "
            "the two at a time."
        )
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
    variation = vary_claims(study) if vary else None
    session_of(ctx).close()
    if explain is not None:
        verdicts = tuple(item for item in verdicts if item.claim.number == explain)
    if as_json:
        print_json(_document(study, verdicts, variation))
    elif variation is not None:
        from comity.cli.claims_vary import print_variation

        print_variation(variation)
    elif explain is None:
        _print_all(verdicts)
    else:
        from comity.cli.claims_explain import print_one

        print_one(study, verdicts[0])


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


def _answer(answer: Answer) -> AnswerPart:
    from comity.cli.claims_document import AnswerPart

    return AnswerPart(
        words=answer.words,
        data=list(answer.data_sentences),
        simulation=answer.simulation_sentence,
        numbers=dict(answer.numbers),
        is_favoured=answer.is_favoured,
    )


def _document(
    study: Study, verdicts: tuple[Verdict, ...], variation: Variation | None
) -> ClaimsDocument:
    from comity.cli.claims_document import ClaimsDocument, VerdictPart
    from comity.cli.claims_vary import variation_part

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
        variation=None if variation is None else variation_part(variation),
        receipt=study.receipt().as_dict(),
    )
