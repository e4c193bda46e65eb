"""The argument: every claim with its verdict, open to rows, rule and parameters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.core.case import Case
from comity.core.claims import VERDICTS
from comity.core.judged import JudgedNumber
from comity.core.verdicts import Answer, Verdict
from comity.show.headlines import argument
from comity.show.numbers import plain
from comity.show.sections.section import Section, StudyLike, meaning_words


@dataclass(frozen=True)
class ClaimRow:
    """One line of the table and what it opens to."""

    number: int
    words: str
    kind: str
    word: str
    sign: str
    because: str
    data: str
    simulation: str
    beside: tuple[Answer, ...]
    channels: tuple[Answer, ...]
    favoured: str
    rejects: tuple[str, ...]
    records: tuple[dict[str, str], ...]
    parameters: tuple[dict[str, str], ...]
    numbers: tuple[tuple[str, str], ...]
    rule: str
    note: str
    url: str


def record_words(case: Case) -> dict[str, tuple[str, str]]:
    """Return what each row of the record says and its address, by the name that claims give it."""
    agreements = {row.id: row.name for row in case.agreements}
    found: dict[str, tuple[str, str]] = {}
    for row in case.events:
        found[f"events:{row.id}"] = (f"{row.date}: {row.description}", row.url)
    for row in case.agreements:
        found[f"agreements:{row.id}"] = (row.name, row.url)
    for row in case.disputes:
        found[f"disputes:{row.id}"] = (row.name, row.url)
    for row in case.governments:
        until = f"to {row.end}" if row.end else "in office"
        words = f"{row.leader} ({case.state_name(row.state)}), {row.start} {until}"
        found[f"governments:{row.state}/{row.start}"] = (words, row.url)
    for row in case.statuses:
        words = f"{row.date}: {agreements.get(row.agreement, row.agreement)}, {row.phrase}"
        found[f"agreement_status:{row.agreement}/{row.date}"] = (words, row.url)
    return found


def claim_row(case: Case, verdict: Verdict, judged: Mapping[str, JudgedNumber]) -> ClaimRow:
    """Return one claim's line; ids of rows and parameters are spelt out from the case."""
    claim = verdict.claim
    known = record_words(case)
    records = [
        {"id": key, "words": words, "url": url}
        for key in verdict.rows
        for words, url in [known.get(key, ("", ""))]
    ]
    parameters: list[dict[str, str]] = []
    for name in verdict.parameters:
        value = judged.get(name)
        words = ""
        if value:
            central = f"{value.central_word} {plain(value.central)}"
            words = f"{plain(value.low)} to {plain(value.high)}, {central}"
        meaning = meaning_words(case, name, value.meaning) if value else ""
        parameters.append({"name": name, "value": words, "meaning": meaning})
    rejects = [claim.against] if claim.against else []
    rejects += [item.rejects_if for item in (claim.data, claim.simulation) if item is not None]
    for asked in (*claim.beside, *claim.channels):
        items = (*asked.data, *((asked.simulation,) if asked.simulation else ()))
        rejects += [f"{asked.words}: {item.rejects_if}" for item in items]
    return ClaimRow(
        claim.number,
        claim.words,
        claim.claim_class,
        verdict.word,
        verdict.sign,
        verdict.because,
        verdict.data_sentence or claim.no_data_reason,
        verdict.simulation_sentence or claim.no_simulation_reason or claim.missing_mechanism,
        verdict.beside,
        verdict.channels,
        verdict.favoured,
        tuple(dict.fromkeys(part.rstrip(".") for part in rejects)),
        tuple(records),
        tuple(parameters),
        tuple(
            (name.replace("_", " "), plain(value))
            for name, value in verdict.numbers
            if math.isfinite(value)
        ),
        verdict.rule,
        claim.note,
        claim.url,
    )


def claims_section(study: StudyLike) -> Section | None:
    """Return the section, or None when the case makes no claims."""
    verdicts = study.verdicts()
    if not verdicts:
        return None
    counts = Counter(verdict.word for verdict in verdicts)
    tally: list[dict[str, Any]] = [
        {"word": word, "sign": sign, "count": counts[word], "slug": word.replace(" ", "-")}
        for word, sign in VERDICTS.items()
        if counts[word]
    ]
    return Section(
        "argument",
        "The argument",
        argument(counts),
        "claims.html.j2",
        {
            "rows": [claim_row(study.case, verdict, study.parameters) for verdict in verdicts],
            "tally": tally,
        },
    )
