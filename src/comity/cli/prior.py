"""`comity prior`: what the judged numbers alone imply, beside the record."""

from __future__ import annotations

import math
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
    from collections.abc import Sequence

    from comity.cli.prior_document import PriorDocument
    from comity.core.matching import MatchedVerdict, PriorFigure, PriorPage
    from comity.study import Study

NAME = "prior"
EXAMPLE = "comity prior japan-korea-us"
MORE_EXAMPLES = ("comity prior japan-korea-us --claims --cutoff 2",)
_OTHER_CUTOFFS = (2.0, 2.5, 3.0)


def command(
    ctx: typer.Context,
    case: CaseArgument,
    claims: Annotated[
        bool, typer.Option("--claims", help="Verdicts with the rejected draws left out as well.")
    ] = False,
    cutoff: Annotated[
        float | None,
        typer.Option("--cutoff", metavar="X", help="Implausibility that rejects a draw; 3."),
    ] = None,
    members: MembersOption = MEMBERS,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Print what the judged numbers imply for a history as long as the record, and the record."""
    from comity.cli.output import print_json
    from comity.core.settings import Settings
    from comity.record import load_case
    from comity.study import matched_verdicts, prior_page

    settings = Settings(n_members=members, seed=seed, use_cache=not no_cache)
    study = session_of(ctx).open(load_case(case), settings)
    page = prior_page(study, cutoff)
    matched = matched_verdicts(study, page) if claims else ()
    session_of(ctx).close()
    if as_json:
        print_json(_document(study, page, matched))
        return
    _print_figures(page)
    _print_matching(page)
    if claims:
        _print_claims(page, matched)


def _print_figures(page: PriorPage) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    print_heading(
        "What the judged numbers imply, and the record",
        f"{page.n_members:,} futures of {page.n_months} months in {page.n_draws} parameter draws; "
        "low and high hold 90%.",
    )
    print_table(
        ("figure", "unit", "low", "median", "high", "record", "place", "tail"),
        [_figure_row(item) for item in page.figures],
        right=("low", "median", "high", "record", "place", "tail"),
        words="figure",
    )
    print_text(
        "Place: the share of futures below the record's value, in 100. Tail: how often futures lie "
        "as far out on either side. A dash stands where the record holds no such series. A record "
        "far out speaks against the judged numbers, the model, or what was recorded; one in the "
        "middle does not confirm any of them."
    )


def _figure_row(item: PriorFigure) -> tuple[str, ...]:
    known = not math.isnan(item.record)
    return (
        item.figure.words,
        item.figure.unit,
        f"{item.low:.2f}",
        f"{item.middle:.2f}",
        f"{item.high:.2f}",
        f"{item.record:.2f}" if known else "–",
        f"{100 * item.percentile:.0f}" if known else "–",
        f"{item.tail:.2f}" if known else "–",
    )


def _print_matching(page: PriorPage) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    found = page.matching
    print_heading("Draws that the record rules out", "History matching on three targets.")
    if not found.targets:
        print_text("None can be ruled out: the record holds none of the targets.")
        return
    print_table(
        ("target", "unit", "record", "its sd", "discrepancy sd", "ruled out", "by it alone"),
        [
            (
                item.words,
                item.unit,
                f"{item.observed:.2f}",
                f"{item.observed_sd:.2f}",
                f"{item.discrepancy_sd:.2f}",
                str(item.n_rejected),
                str(item.n_rejected_alone),
            )
            for item in found.targets
        ],
        right=("record", "its sd", "discrepancy sd", "ruled out", "by it alone"),
        words="target",
    )
    others = ", ".join(
        f"{100 * found.rate_at(cutoff):.1f} in 100 at {cutoff:g}" for cutoff in _OTHER_CUTOFFS
    )
    print_text(
        f"Rejection rate: {found.n_rejected} of {page.n_draws} draws, "
        f"{100 * found.rejection_rate:.1f} in 100, with an implausibility above {found.cutoff:g} "
        f"on some target ({others}). What is left is not confirmed; it is not ruled out."
    )
    if found.shifts:
        print_heading("Numbers whose kept draws differ most", "In their own standard deviation.")
        print_table(
            ("number", "mean", "mean of kept", "shift"),
            [
                (item.name, f"{item.mean:.3g}", f"{item.kept_mean:.3g}", f"{item.shift:+.2f}")
                for item in found.shifts
            ],
            right=("mean", "mean of kept", "shift"),
        )


def _print_claims(page: PriorPage, matched: Sequence[MatchedVerdict]) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    print_heading("Verdicts with the rejected draws left out", "Chances and differences in 100.")
    if not matched:
        kept = "every draw is kept" if page.matching.kept.all() else "no draw is left"
        print_text(f"Nothing to compare: {kept}.")
        return
    changed = [item for item in matched if item.word_kept != item.word]
    moved = max(matched, key=lambda item: abs(item.answer_kept - item.answer))
    print_table(
        ("claim", "verdict", "then", "answer", "80%", "then", "80% then"),
        [
            (
                str(item.claim),
                item.word,
                item.word_kept,
                _hundred(item.answer),
                f"{_hundred(item.low)} to {_hundred(item.high)}",
                _hundred(item.answer_kept),
                f"{_hundred(item.low_kept)} to {_hundred(item.high_kept)}",
            )
            for item in matched
        ],
        right=("answer", "80%", "80% then"),
    )
    print_text(
        f"{len(changed)} of {len(matched)} verdicts change their word. The answer that moves most "
        f"is that of claim {moved.claim}: by {_hundred(moved.answer_kept - moved.answer)} in 100 "
        f"(Monte Carlo standard error {100 * moved.monte_carlo_se:.1g})."
    )


def _hundred(value: float) -> str:
    return f"{100 * value:.1f}"


def _document(study: Study, page: PriorPage, matched: Sequence[MatchedVerdict]) -> PriorDocument:
    from comity.cli.prior_document import prior_document

    return prior_document(study, page, matched)
