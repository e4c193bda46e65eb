"""Quarrels and turning points as `comity measure` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.core.changes import Changes
    from comity.core.quarrels import Quarrel, QuarrelReading, TurningPoint
    from comity.study import Study


def print_changes(study: Study, dyads: tuple[str, ...]) -> None:
    """Print one row a pair: its quarrels and its turning points by month, chance in brackets."""
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.change_words import NOTHING, definition_words, usual_words, way_words
    from comity.core.months import month_words

    changes = study.relations.changes
    print_heading(
        "Quarrels that came and went, and turning points",
        f"Chance in 100 in brackets. {definition_words(changes)}",
    )
    rows: list[tuple[str, str, str]] = []
    for label in dyads:
        quarrels = ", ".join(
            f"{month_words(item.onset)} ({round(100 * item.probability)})"
            for item in changes.quarrels_of(label)
        )
        turns = ", ".join(
            f"{month_words(item.month)} {way_words(item)} ({round(100 * item.probability)})"
            for item in changes.turning_points_of(label)
        )
        if quarrels or turns:
            rows.append((study.case.dyad_words(label), quarrels or "none", turns or "none"))
    if rows:
        print_table(("pair", "quarrels", "turning points"), rows, words="turning points")
        rest = f"Of every other pair {NOTHING}" if len(rows) < len(dyads) else ""
    else:
        print_text(NOTHING.capitalize())
        rest = ""
    print_heading("", " ".join(filter(None, (rest, usual_words(changes)))))


def print_pair_changes(study: Study, label: str, on_grid: QuarrelReading | None = None) -> None:
    """Print the quarrels and turning points of one pair, and what to hold against them.

    ``on_grid`` takes the place of the fast measurement where it is given.
    """
    from comity.cli.output import print_heading
    from comity.core.change_words import definition_words, few_acts_words, usual_words

    relations = study.relations
    changes = relations.changes
    acts = relations.n_events[list(relations.index.directions[relations.index.dyad_number(label)])]
    caution = few_acts_words(int(acts.sum()), len(relations.months), changes)
    if on_grid is None:
        print_lists(changes.quarrels_of(label), changes.turning_points_of(label), changes)
        notes = (definition_words(changes), usual_words(changes), caution)
    else:
        pair = on_grid.pair(label)
        print_lists(pair.quarrels, pair.turning_points, changes)
        notes = (definition_words(changes), "Read on a grid.", *on_grid.notes, caution)
    print_heading("", " ".join(filter(None, notes)))


def print_lists(
    quarrels: tuple[Quarrel, ...], turns: tuple[TurningPoint, ...], changes: Changes
) -> None:
    """Print a list of quarrels and one of turning points, or that there is none."""
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.change_words import (
        NO_QUARREL,
        NO_TURN,
        chance_words,
        months_words,
        odds_words,
        run_words,
        way_words,
    )
    from comity.core.months import month_words

    print_heading("Quarrels that came and went")
    if quarrels:
        print_table(
            ("onset", "lasts", "deepest", "at its deepest", "chance"),
            [
                (
                    month_words(item.onset), months_words(item.n_months),
                    month_words(item.deepest), odds_words(item.depth),
                    chance_words(item.probability),
                )
                for item in quarrels
            ],
            right=("chance",),
            words="at its deepest",
        )  # fmt: skip
    else:
        print_text(NO_QUARREL)
    n_months = int(changes.thresholds["turning_months"])
    print_heading("Turning points")
    if turns:
        print_table(
            ("month", "turns", f"in the {n_months} months after it", "likely in", "chance"),
            [
                (
                    month_words(item.month), way_words(item), odds_words(item.change),
                    run_words(item), chance_words(item.probability),
                )
                for item in turns
            ],
            right=("chance",),
            words=f"in the {n_months} months after it",
        )  # fmt: skip
    else:
        print_text(NO_TURN)
