"""Quarrels and turning points in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.core.case import Case
    from comity.core.quarrels import PairQuarrels, QuarrelReading

LIKELY = 0.5


def print_quarrels(case: Case, reading: QuarrelReading) -> None:
    """Print each pair's quarrels and the months at which its level turned."""
    from comity.cli.output import print_heading, print_table
    from comity.core.months import month_words
    from comity.core.wording import percent

    for pair in reading.pairs:
        print_heading(
            f"Quarrels and turning points: {case.dyad_words(pair.dyad)}",
            "A quarrel is a run of months more likely than not to lie 0.7 logits below the level. "
            "A turning point is a month across which the level itself, six months after against "
            "six before, more likely than not moved by 0.4 logits.",
        )
        rows = [
            (month_words(quarrel.onset), str(quarrel.n_months), f"{quarrel.depth:.1f}",
             percent(quarrel.probability))
            for quarrel in pair.quarrels
        ]  # fmt: skip
        if rows:
            columns = ("quarrel from", "months", "depth, logits", "probability")
            print_table(columns, rows, right=columns[1:])
        else:
            print_heading("", "No month is more likely than not to lie in a quarrel.")
        print_heading("", turning_words(pair))


def turning_words(pair: PairQuarrels) -> str:
    """Return at which months the level more likely than not turned, in one sentence."""
    from comity.core.months import month_words
    from comity.core.wording import percent

    found: list[str] = []
    for word, probability in (("down", pair.turning_down), ("up", pair.turning_up)):
        likely = [t for t, value in enumerate(probability.tolist()) if value > LIKELY]
        runs: list[list[int]] = []
        for t in likely:
            if runs and t == runs[-1][-1] + 1:
                runs[-1].append(t)
            else:
                runs.append([t])
        for run in runs:
            peak = max(run, key=lambda t: float(probability[t]))
            found.append(
                f"{word} at {month_words(int(pair.months[peak]))} "
                f"({percent(float(probability[peak]))})"
            )
    if not found:
        return "The level never more likely than not turned."
    return f"The level turned {'; '.join(found)}."
