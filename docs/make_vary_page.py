"""Print whether the numbers that change verdicts are those that a screening ranks first.

Usage::

    comity claims CASE --vary --json > varied.json
    comity sensitivity CASE OUTCOME --scenario A --against B --top 0 --json > ranked.json
    python docs/make_vary_page.py varied.json ranked.json

The second document is that of one claim's outcome and scenarios; a ranking is read off it wherever
it names factors beside ``mu_star``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Print, for every changed verdict, the place of its number in the ranking."""
    if len(sys.argv) != 3:
        raise SystemExit("name two documents: that of claims --vary and that of a screening")
    varied, ranked = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])
    places = {name: place for place, name in enumerate(_ranking(ranked), 1)}
    if not places:
        raise SystemExit(f"{sys.argv[2]}: no factors beside mu_star are found in it")
    print(f"{len(places)} factors ranked; first: {', '.join(list(places)[:8])}")
    for change in varied["variation"]["changes"]:
        place = places.get(change["number"], "not ranked")
        print(
            f"claim {change['claim']}, {change['number']} at its {change['end']}: "
            f"{change['verdict_before']} to {change['verdict_after']}, place {place}"
        )
    for claim in varied["variation"]["claims"]:
        first = list(dict.fromkeys(item["number"] for item in claim["screened"]))[:5]
        said = ", ".join(f"{name} ({places.get(name, 'not ranked')})" for name in first)
        print(f"claim {claim['claim']} moved most by: {said}")


def _ranking(document: Any) -> list[str]:
    """Return names of factors by falling ``mu_star``, wherever in the document they stand."""
    found: list[tuple[float, str]] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            name = part.get("factor", part.get("name", part.get("number")))
            effect = part.get("mu_star")
            if isinstance(name, str) and isinstance(effect, int | float):
                found.append((-float(effect), name))
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(document)
    return list(dict.fromkeys(name for _, name in sorted(found)))


if __name__ == "__main__":
    main()
