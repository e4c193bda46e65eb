"""Print the tables and maps of the page on thresholds for the bundled case.

Usage: ``python docs/make_threshold_tables.py [CLAIM ...]``; all claims that ask about thresholds
where none is named. A minute or two on two cores; what was computed before is kept.
"""

from __future__ import annotations

import math
import sys

from comity.cli.thresholds import map_lines
from comity.core.settings import Settings
from comity.core.thresholds import Moved, ThresholdFound
from comity.core.wording import counted
from comity.judge.threshold_words import figure, holding_words, map_sentence
from comity.record import load_case
from comity.study import Study
from comity.study.thresholds import ThresholdAnswer, find_thresholds

CASE = "japan-korea-us"
HEAD = (
    "| what moves | judged | holds, others central | 80% of draws that have one | never | always |"
    " not told |"
)


def row(found: ThresholdFound) -> str:
    """Return one line of the table."""
    moved, spread = found.moved, found.spread
    shares = (spread.share_never, spread.share_throughout, spread.share_unresolved)
    return "| " + " | ".join([
        f"`{moved.name}`", _judged(moved), _central(found), _spread(found),
        *(f"{100 * share:.0f}" for share in shares),
    ]) + " |"  # fmt: skip


def _judged(moved: Moved) -> str:
    if not moved.judged:
        return "held"
    low, central, high = (f"{value:g}".replace("-", "\u2212") for value in moved.judged)
    return f"{central} ({low} to {high})"


def _central(found: ThresholdFound) -> str:
    reading = found.central
    if reading.standing == "unresolved":
        return "not told"
    if reading.standing != "crosses":
        where = "everywhere" if reading.standing == found.asked.side else "nowhere"
        near = f" ({reading.n_unresolved} of {found.moved.values.size} values not told)"
        return where + (near if reading.n_unresolved else "")
    words = holding_words(found.asked, found.moved, reading)
    if reading.crossings[0].se > 0:
        ends = "; ".join(
            f"{figure(one.low, found.moved)} to {figure(one.high, found.moved)}"
            for one in reading.crossings
        )
        words += f" ({ends})"
    return words


def _spread(found: ThresholdFound) -> str:
    spread, moved = found.spread, found.moved
    have = counted(spread.share_found, 0.0, "draws").removesuffix(" draws")
    if spread.share_found == 0:
        return "none"
    if math.isnan(spread.low):
        return f"({have})"
    return f"{figure(spread.low, moved)} to {figure(spread.high, moved)} ({have})"


def show(number: int, answer: ThresholdAnswer) -> None:
    """Print one threshold of a claim."""
    words = answer.asked.words
    print(f"\n*Claim {number}: {words}.*\n\n{HEAD}\n|{' --- |' * 7}")
    for found in answer.lines:
        print(row(found))
    if answer.map is not None:
        print("\n```text")
        print("\n".join(map_lines(answer.map)))
        print(f"```\n\n{map_sentence(answer.map)}")


def main() -> None:
    """Print every threshold that was asked for."""
    wanted = [int(word) for word in sys.argv[1:]]
    study = Study(load_case(CASE), Settings())
    for claim in study.case.claims:
        if claim.thresholds and (not wanted or claim.number in wanted):
            for asked in claim.thresholds:
                show(claim.number, find_thresholds(study, asked))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
