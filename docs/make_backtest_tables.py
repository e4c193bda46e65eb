"""Print the tables of the page "was it any good?" from the JSON of a backtest.

Usage: ``comity backtest japan-korea-us --every 3 --json > backtest.json`` and then
``python docs/make_backtest_tables.py backtest.json``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FIRST_SCORE = {"acts": "log", "relations": "CRPS", "turnovers": "Brier", "flares": "Brier",
               "agreement ends": "Brier"}  # fmt: skip


def cell(gain: dict[str, Any] | None) -> str:
    """Return a gain with its interval; bold where the interval leaves zero."""
    if gain is None:
        return ""
    if gain["low"] is None:
        return f"{gain['gain']:+.3f}"
    words = f"{gain['gain']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]"
    is_clear = (gain["low"] > 0) == (gain["high"] > 0) and gain["low"] * gain["high"] > 0
    words = words.replace("-", "\u2212")
    return f"**{words}**" if is_clear else words


def table(gains: list[dict[str, Any]], leads: list[int]) -> list[str]:
    """Return one target's table as Markdown lines."""
    by_place = {(gain["method"], gain["lead_months"]): gain for gain in gains}
    methods = list(dict.fromkeys(gain["method"] for gain in gains))
    most = {lead: max((g for g in gains if g["lead_months"] == lead), key=lambda g: g["n"])
            for lead in leads}  # fmt: skip
    lines = [
        "| gain over | " + " | ".join(f"{lead} month{'s' * (lead > 1)}" for lead in leads) + " |",
        "| --- |" + " --- |" * len(leads),
    ]
    own = " | ".join(f"{most[lead]['our_mean']:.3f} (n {most[lead]['n']:,})" for lead in leads)
    lines.append(f"| *{gains[0]['ours']}, mean score* | {own} |")
    for method in methods:
        row = " | ".join(cell(by_place.get((method, lead))) for lead in leads)
        lines.append(f"| {method} | {row} |")
    return lines


def calibration(found: dict[str, Any]) -> list[str]:
    """Return comity's own calibration, a row for each target and lead, as Markdown lines."""
    ours = {gain["target"]: gain["ours"] for gain in found["gains"]}
    own = [x for x in found["calibration"] if x["method"] == ours.get(x["target"])]
    lines = ["| transforms, in tenths | months | n | " + " | ".join(
        f"{10 * k}-{10 * k + 10}%" for k in range(10)) + " |", "| --- " * 13 + "|"]  # fmt: skip
    for one in own:
        if one["pit"]:
            cells = [
                f"{100 * x['share']:.0f}" + "*" * (not x["low"] <= x["share"] <= x["high"])
                for x in one["pit"]
            ]
            lines.append(
                f"| {one['target']} | {one['lead_months']} | {one['n']} | {' | '.join(cells)} |"
            )
    lines += ["", "| chances | months | n | miscalibration | discrimination | uncertainty | "
              "outside the band |", "| --- " * 7 + "|"]  # fmt: skip
    for one in own:
        if one["reliability"]:
            parts = one["reliability"]
            out = sum(x["n"] for x in parts["points"] if not x["low"] <= x["happened"] <= x["high"])
            numbers = (
                f"{parts[name]:.4f}" for name in ("miscalibration", "discrimination", "uncertainty")
            )
            lines.append(
                f"| {one['target']} | {one['lead_months']} | {one['n']} | {' | '.join(numbers)} | "
                f"{100 * out / one['n']:.0f}% |"
            )
    return lines


def main() -> None:
    """Print every table, and how often comity is clearly better or worse than a rule."""
    found = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    print(f"{len(found['origins'])} origins, {found['origins'][0]} to {found['origins'][-1]}")
    print("\n".join(calibration(found)))
    for target, score in FIRST_SCORE.items():
        own = [g for g in found["gains"] if (g["target"], g["score"]) == (target, score)]
        rules = [g for g in own if g["method"] not in ("simulator", "measurement", "50/50",
                                                       "null simulator")]  # fmt: skip
        known = [g for g in rules if g["low"] is not None]
        better, worse = sum(g["low"] > 0 for g in known), sum(g["high"] < 0 for g in known)
        print(
            f"\n{target} ({score}): clearly better {better}, clearly worse {worse} of {len(known)}"
        )
        print("\n".join(table(own, found["leads"])))
        for lead in found["leads"]:
            here = [g for g in rules if g["lead_months"] == lead]
            best = min(here, key=lambda g: g["mean"])
            seen = "" if best["detectable"] is None else f"{best['detectable']:.3f}"
            print(
                f"{lead}: best rule {best['method']}, gain {best['gain']:+.3f}, to be seen {seen}"
            )


if __name__ == "__main__":
    main()
