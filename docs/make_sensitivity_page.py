"""Print the tables of the page on sensitivity from JSON documents of ``comity sensitivity``.

Usage: ``comity sensitivity japan-korea-us OUTCOME... --json > outcomes.json``, optionally
``comity sensitivity japan-korea-us --json > claims.json`` for what the claims ask, and then
``python docs/make_sensitivity_page.py outcomes.json [claims.json]``.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

FIRST = 3
MINUS = "\u2212"


def percent(value: float | None) -> str:
    """Return a share in whole percent, noise below 0 as 0."""
    return "" if value is None else f"{100 * min(max(value, 0), 1):.0f}%"


def interval(share: dict[str, Any], name: str) -> str:
    """Return a share with its 95% interval."""
    if share[name] is None:
        return ""
    low, high = (100 * min(max(share[f"{name}_{end}"], 0), 1) for end in ("low", "high"))
    return f"{percent(share[name])} ({low:.0f} to {high:.0f})"


def outcome_row(answer: dict[str, Any]) -> str:
    """Return one outcome's row: mean, spread, chance, the first shares and the rest."""
    found = answer["variance"]
    named = [share for share in found["shares"] if share["kind"] != "rest"]
    named.sort(key=lambda share: -(share["first"] or 0))
    rest = next(share for share in found["shares"] if share["kind"] == "rest")
    words = "; ".join(f"`{share['factor']}` {percent(share['first'])}" for share in named[:FIRST])
    sd = 100 * math.sqrt(max(found["variance"], 0))
    return (
        f"| {answer['words']} | {100 * found['mean']:.0f} ± {sd:.0f} | "
        f"{percent(found['chance_share'])} | {words} | {interval(rest, 'total')} |"
    )


def shares_table(answer: dict[str, Any]) -> list[str]:
    """Return every share of one outcome as Markdown lines."""
    lines = ["| not known | moves it by | alone | in all |", "| --- | --- | --- | --- |"]
    moved = {effect["factor"]: effect["mu_star"] / 2 for effect in answer["effects"]}
    for share in answer["variance"]["shares"]:
        name = share["words"] if share["kind"] == "rest" else f"`{share['factor']}`"
        size = moved.get(share["factor"])
        points = "" if size is None else f"{100 * size:.1f}"
        lines.append(f"| {name} | {points} | {interval(share, 'first')} | "
                     f"{interval(share, 'total')} |")  # fmt: skip
    return lines


def claims_table(answers: list[dict[str, Any]]) -> list[str]:
    """Return what moves most what each claim asks for, as Markdown lines."""
    lines = ["| claim | outcome | under | moved most by |", "| --- | --- | --- | --- |"]
    rows: list[tuple[int, str]] = []
    for answer in answers:
        names = [f"`{effect['factor']}` ({100 * effect['mu_star'] / 2:.0f})"
                 for effect in answer["effects"][:FIRST] if effect["is_felt"]]  # fmt: skip
        under = answer["scenario"] + (f" {MINUS} {answer['against']}" if answer["against"] else "")
        claims = ", ".join(map(str, answer["claims"]))
        rows.append((answer["claims"][0], f"| {claims} | {answer['outcome']} | {under} | "
                     f"{', '.join(names)} |"))  # fmt: skip
    return lines + [row for _, row in sorted(rows)]


def main() -> None:
    """Print every table."""
    found = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    answers = {answer["outcome"]: answer for answer in found["answers"]}
    one = next(iter(answers.values()))
    told = [
        a for a in answers.values() if a["variance"] and (a["variance"]["variance_low"] or 0) > 0
    ]
    idle = [effect["factor"] for effect in one["effects"]
            if not any(other["is_felt"] for a in answers.values() for other in a["effects"]
                       if other["factor"] == effect["factor"])]  # fmt: skip
    print(f"{len(one['effects'])} factors, {len(answers)} outcomes, {len(told)} with variance to "
          f"explain, {len(idle)} factors never felt: {', '.join(idle)}")  # fmt: skip
    print(f"strongest: {', '.join(found['strongest'])}\n")
    chance = sorted(a["variance"]["chance_share"] for a in told)
    print(f"chance share: {percent(chance[0])} to {percent(chance[-1])}, median "
          f"{percent(chance[len(chance) // 2])}\n")  # fmt: skip
    print("| outcome | mean ± sd over what is not known, in 100 | chance | alone | the rest |")
    print("| --- | --- | --- | --- | --- |")
    print("\n".join(outcome_row(answer) for answer in told))
    for answer in told:
        print(f"\n{answer['outcome']}\n")
        print("\n".join(shares_table(answer)))
    if len(sys.argv) > 2:
        claims = json.loads(Path(sys.argv[2]).read_text("utf-8"))
        print("\n" + "\n".join(claims_table(claims["answers"])))
        print(f"\nstrongest over claims: {', '.join(claims['strongest'])}")


if __name__ == "__main__":
    main()
