"""What `comity claims --vary` prints: the verdicts that change word with one judged number held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.claims_document import (
    HeldPart,
    VariationPart,
    VariedClaimPart,
    VariedVerdictPart,
)

if TYPE_CHECKING:
    from comity.core.varied import HeldAnswer, Variation, VariedClaim, VariedVerdict

_FIRST = 5
"""Numbers that move an answer most, printed for each claim; the JSON document holds all."""


def print_variation(found: Variation) -> None:
    """Print which verdicts change their word, and for each claim what moves its answer most."""
    from comity.cli.output import print_heading, print_table, print_text

    print_heading(
        "Verdicts that change word",
        "One judged number held at its low or its high in every draw, all others drawn as usual.",
    )
    rows = [_row(item) for item in found.changes]
    columns = ("claim", "number", "held at", "word as judged", "word then", "moved, in 100")
    if rows:
        print_table(columns, rows, right=("claim", "held at", "moved, in 100"))
    else:
        print_text("None: no single number, at either end of its range, changes a word.")
    print_text(*(_about(item) for item in found.claims), _rest(found))
    for claim in found.claims:
        moved = [item for item in claim.screened if item.moved][:_FIRST]
        if moved:
            print_heading(
                f"Claim {claim.number}: what moves its answer most",
                f"In the first {claim.n_screen_draws} draws; as judged the answer is "
                f"{_hundred(claim.answer)} in 100, from {_hundred(claim.low)} to "
                f"{_hundred(claim.high)} over the judged numbers.",
            )
            print_table(
                ("number", "held at", "moved, in 100", "standard error"),
                [_held_row(item) for item in moved],
                right=("held at", "moved, in 100", "standard error"),
            )


def _row(item: VariedVerdict) -> tuple[str, ...]:
    return (
        str(item.claim),
        item.held.name,
        f"{item.held.side} {item.held.value:.3g}",
        item.word_before,
        item.word_after,
        f"{_hundred(item.moved)} (se {100 * item.moved_se:.1g})",
    )


def _held_row(item: HeldAnswer) -> tuple[str, ...]:
    held = item.held
    return (
        held.name,
        f"{held.side} {held.value:.3g}",
        _hundred(item.moved),
        f"{100 * item.moved_se:.1g}",
    )


def _hundred(value: float) -> str:
    return f"{100 * value:+.1f}"


def _about(claim: VariedClaim) -> str:
    return (
        f"Claim {claim.number} ({claim.word}): {claim.n_moves} ends looked at, of which "
        f"{claim.n_unread} belong to numbers that nothing in its two scenarios reads; in the first "
        f"{claim.n_screen_draws} of {claim.n_whole_draws} draws {len(claim.whole)} moved the "
        f"answer so that the word could change, and were simulated in full; "
        f"{len(claim.changes)} change it."
    )


def _rest(found: Variation) -> str:
    if not found.fixed:
        return ""
    return (
        f"No judged number can change the word of the other {len(found.fixed)} claims: their rule "
        "asks the record, or gives the same word whichever way the model leans."
    )


def variation_part(found: Variation) -> VariationPart:
    """Return the part of the JSON document."""
    return VariationPart(
        changes=[_verdict_part(item) for item in found.changes],
        claims=[
            VariedClaimPart(
                claim=claim.number,
                scenario=claim.scenario,
                against=claim.against,
                outcome=claim.outcome,
                verdict=claim.word,
                difference=claim.answer,
                low=claim.low,
                high=claim.high,
                n_moves=claim.n_moves,
                n_unread=claim.n_unread,
                n_screen_draws=claim.n_screen_draws,
                n_whole_draws=claim.n_whole_draws,
                whole=[_verdict_part(item) for item in claim.whole],
                screened=[
                    HeldPart(
                        number=item.held.name,
                        end=item.held.side,
                        value=item.held.value,
                        moved=item.moved,
                        moved_se=item.moved_se,
                        spread=item.spread,
                    )
                    for item in claim.screened
                ],
            )
            for claim in found.claims
        ],
        fixed=list(found.fixed),
    )


def _verdict_part(item: VariedVerdict) -> VariedVerdictPart:
    return VariedVerdictPart(
        claim=item.claim,
        number=item.held.name,
        end=item.held.side,
        value=item.held.value,
        verdict_before=item.word_before,
        verdict_after=item.word_after,
        model_before=item.reading_before,
        model_after=item.reading_after,
        difference_before=item.answer_before,
        difference_after=item.answer_after,
        moved_se=item.moved_se,
    )
