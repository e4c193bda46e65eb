"""Print the tables of the page on what the judged numbers imply, for the bundled case.

Usage: ``python docs/make_prior_page.py [CASE]``
"""

from __future__ import annotations

import math
import sys

from comity.core.matching import PriorFigure
from comity.record import load_case
from comity.study import Study, prior_page


def main() -> None:
    """Print figures, targets and rejection rates as tables."""
    page = prior_page(Study(load_case(sys.argv[1] if len(sys.argv) > 1 else "japan-korea-us")))
    print("| figure | unit | low | median | high | record | place in 100 | tail |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for item in page.figures:
        print(_row(item))
    found = page.matching
    print("\n| target | unit | record | its sd | discrepancy sd | draws ruled out |")
    print("| --- | --- | --- | --- | --- | --- |")
    for item in found.targets:
        print(
            f"| {item.words} | {item.unit} | {item.observed:.2f} | {item.observed_sd:.2f} | "
            f"{item.discrepancy_sd:.2f} | {item.n_rejected} of {page.n_draws} |"
        )
    print()
    for cutoff in (2.0, 2.5, 3.0):
        print(f"cut-off {cutoff:g}: {100 * found.rate_at(cutoff):.1f} in 100 draws ruled out")
    print("numbers that differ:", ", ".join(f"{x.name} {x.shift:+.2f}" for x in found.shifts))


def _row(item: PriorFigure) -> str:
    known = not math.isnan(item.record)
    record = f"{item.record:.2f} | {100 * item.percentile:.0f} | {item.tail:.2f}"
    return (
        f"| {item.figure.words} | {item.figure.unit} | {item.low:.2f} | {item.middle:.2f} | "
        f"{item.high:.2f} | {record if known else '– | – | –'} |"
    )


if __name__ == "__main__":
    main()
