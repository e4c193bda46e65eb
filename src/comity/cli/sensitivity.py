"""`comity sensitivity`: which judged numbers and choices matter, and how much is chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import (
    SEED,
    CaseArgument,
    JsonOption,
    NoCacheOption,
    SeedOption,
)
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.core.sensitivity import Screening, Sensitivity
    from comity.study import Study

NAME = "sensitivity"
EXAMPLE = "comity sensitivity japan-korea-us coordinate-any-40"
MORE_EXAMPLES = (
    "comity sensitivity japan-korea-us jpn-kor-warmer-24 --scenario hub-mediates "
    "--against baseline",
)
FIRST = 3
"""Factors named beside each outcome of the claims."""


def command(
    ctx: typer.Context,
    case: CaseArgument,
    outcomes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OUTCOME",
            help="Outcomes, answered in one run; without any, those that the claims ask for, "
            "screened only.",
        ),
    ] = None,
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="SCENARIO", help="Under which scenario.")
    ] = "",
    against: Annotated[
        str,
        typer.Option("--against", metavar="SCENARIO", help="Ask about the difference from this."),
    ] = "",
    top: Annotated[
        int, typer.Option("--top", min=0, max=60, help="Factors that get indices; 0: screen only.")
    ] = 12,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="NAME", help="A judged number that gets indices too."),
    ] = None,
    bases: Annotated[
        int | None, typer.Option("--bases", min=2, help="Base points of the screening.")
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", min=4, help="Base samples of indices, a power of two.")
    ] = 1024,
    worlds: Annotated[
        int | None, typer.Option("--worlds", min=1, help="Worlds of each point.")
    ] = None,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say which judged numbers and choices an answer depends on, and how much of it is chance."""
    from comity.cli.output import print_json
    from comity.core.sensitivity import strongest_of
    from comity.core.settings import Settings
    from comity.record import load_case
    from comity.study.claim_screening import screen_claims
    from comity.study.sensitivity import sensitivity

    study = session_of(ctx).open(load_case(case), Settings(seed=seed, use_cache=not no_cache))
    given = {name: value for name, value in (("n_bases", bases), ("n_worlds", worlds))
             if value is not None}  # fmt: skip
    if outcomes or scenario or against:
        found = (
            sensitivity(
                study, scenario or "baseline", against, outcomes=outcomes or (), n_base=samples,
                n_top=top, also=also or (), **given,
            ),
        )  # fmt: skip
    else:
        found = screen_claims(study, **given)
    session_of(ctx).close()
    strongest = strongest_of((item.screening for item in found), max(top, 1))
    if as_json:
        from comity.cli.sensitivity_document import sensitivity_document

        print_json(sensitivity_document(study, found, strongest))
    elif found[0].claims:
        _print_claims(study, found, strongest)
    else:
        _print(study, found[0], max(top, 1))


def _print(study: Study, found: Sensitivity, n_rows: int) -> None:
    from comity.cli.output import print_heading, print_text

    screening = found.screening
    for quantity in screening.quantities:
        print_heading(
            f"What moves the answer: {_words(study, quantity)}",
            f"{_under(study, found)}. Each of {len(screening.factors)} things that are not known "
            f"was moved alone from {screening.n_bases} base points, {screening.n_worlds} worlds "
            "each: a number by half of its judged distribution, a choice to another form. Points "
            "of 100 by which the chance moves on average, with the 95% interval.",
        )
        _print_effects(screening, quantity, n_rows)
        felt = int(screening.is_felt[screening.quantities.index(quantity)].sum())
        idle = len(screening.factors) - felt
        if idle:
            print_text(f"{idle} of them changed nothing in any future; --json names them.")
        if found.indices is not None:
            _print_shares(found, quantity)


def _print_effects(screening: Screening, quantity: str, n_rows: int) -> None:
    from comity.cli.output import print_table
    from comity.core.sensitivity import STEP
    from comity.core.sensitivity_words import direction_word, effect_words, factor_words

    row = screening.quantities.index(quantity)
    rows = [
        (
            factor_words(screening.factors[place]),
            effect_words(screening, quantity, place),
            f"{100 * STEP * screening.noise[row, place]:.1f}",
            direction_word(screening, quantity, place),
        )
        for place in map(int, screening.order(quantity)[:n_rows])
        if screening.is_felt[row, place]
    ]
    columns = ("not known", "moves it by", "noise", "as it rises")
    print_table(columns, rows, right=columns[1:3])


def _print_shares(found: Sensitivity, quantity: str) -> None:
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.sensitivity_words import (
        chance_words,
        explained_words,
        factor_words,
        nothing_words,
        share_words,
    )

    indices = found.indices
    assert indices is not None
    print_heading(
        "Who has the variance that ignorance leaves",
        f"{indices.n_base:,} base samples, {indices.n_worlds} worlds each, their noise taken out; "
        "95% intervals. Alone: what would go if this were known. In all: with everything it takes "
        "part in.",
    )
    if nothing_words(indices, quantity):
        print_text(explained_words(indices, quantity))
        return
    row = indices.quantities.index(quantity)

    def share(name: str, place: int) -> str:
        ends = (float(getattr(indices, name + end)[row, place]) for end in ("", "_low", "_high"))
        return share_words(*ends)

    columns = ("not known", "alone", "in all")
    rows = [
        (factor_words(indices.factors[place]), share("first", place), share("total", place))
        for place in map(int, indices.order(quantity))
    ]
    print_table(columns, rows, right=columns[1:])
    print_text(explained_words(indices, quantity), chance_words(indices, quantity))


def _print_claims(study: Study, found: Sequence[Sensitivity], strongest: Sequence[str]) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    screening = found[0].screening
    print_heading(
        "What moves the answers that the claims ask for",
        f"Everything that is not known was moved alone from {screening.n_bases} base points, "
        f"{screening.n_worlds} worlds each. In brackets: points of 100 by which the chance, or the "
        "difference of two, moves on average when a number moves by half of its judged "
        "distribution.",
    )
    rows = [
        (", ".join(_asking(item, quantity)), _words(study, quantity), _under(study, item),
         _first(item.screening, quantity))
        for item in found
        for quantity in item.screening.quantities
    ]  # fmt: skip
    rows.sort(key=lambda row: int(row[0].split(",")[0]))
    print_table(("claim", "outcome", "under", "moved most by"), rows, words="moved most by")
    print_text(f"Over all of them, in this order: {', '.join(strongest)}.")
    print_text(
        "Name one outcome, with --scenario and --against where the claim asks for a difference, to "
        "see who has its variance."
    )


def _asking(found: Sensitivity, quantity: str) -> list[str]:
    return [str(number) for number, outcome in found.claims if outcome == quantity]


def _first(screening: Screening, quantity: str) -> str:
    from comity.core.sensitivity import STEP

    row = screening.quantities.index(quantity)
    return ", ".join(
        f"{screening.factors[place].name} ({100 * STEP * screening.mu_star[row, place]:.0f})"
        for place in screening.order(quantity)[:FIRST]
        if screening.is_felt[row, place]
    )


def _words(study: Study, quantity: str) -> str:
    outcome = study.case.outcome(quantity)
    return quantity if outcome is None else outcome.words


def _under(study: Study, found: Sensitivity) -> str:
    title = study.scenario(found.scenario).title
    return f"{title}, against {study.scenario(found.against).title}" if found.against else title
