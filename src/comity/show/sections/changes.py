"""Quarrels that came and went, and turning points: lists of a pair, a table of the others."""

from __future__ import annotations

from typing import Any

from comity.core import change_words as words
from comity.core.case import Case
from comity.core.months import month_words
from comity.core.relations import Relations
from comity.show.figures.multiples import acts_of
from comity.show.headlines import what_changed


def changes_content(case: Case, relations: Relations, dyad: str, others: tuple[str, ...]) -> Any:
    """Return what the template shows of the changes of a focal pair and of every other."""
    changes = relations.changes
    quarrels, turns = changes.quarrels_of(dyad), changes.turning_points_of(dyad)
    chances = [item.probability for item in (*quarrels, *turns)]
    caution = words.few_acts_words(acts_of(relations, dyad), len(relations.months), changes)
    rows: list[dict[str, str]] = []
    for label in others:
        few, many = changes.quarrels_of(label), changes.turning_points_of(label)
        if few or many:
            rows.append(
                {
                    "pair": case.dyad_words(label),
                    "quarrels": "; ".join(
                        f"{month_words(item.onset)} ({_brief(item.probability)})" for item in few
                    ),
                    "turns": "; ".join(
                        f"{month_words(item.month)} {words.way_words(item)} "
                        f"({_brief(item.probability)})"
                        for item in many
                    ),
                    "acts": f"{acts_of(relations, label):,}",
                }
            )
    return {
        "headline": what_changed(
            len(quarrels), len(turns), max(chances, default=0.0), bool(caution)
        ),
        "quarrels": [words.quarrel_words(item) for item in quarrels],
        "turns": [words.turning_words(item) for item in turns],
        "no_quarrel": words.NO_QUARREL,
        "no_turn": words.NO_TURN,
        "definition": words.definition_words(changes),
        "usual": words.usual_words(changes),
        "caution": caution,
        "others": rows,
        "rest": f"Of every other pair {words.NOTHING}" if len(rows) < len(others) else "",
    }


def _brief(chance: float) -> str:
    return words.chance_words(chance).removesuffix(" in 100")
