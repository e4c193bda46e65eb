"""Assumptions and sources: judged numbers, how it is measured, and what cannot be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.core.case import Case
from comity.core.estimates import WHO
from comity.core.judged import TAG_WORDS, JudgedNumber
from comity.core.sources import citation
from comity.show.figures.multiples import acts_of
from comity.show.headlines import assumptions, score
from comity.show.numbers import listed, plain
from comity.show.sections.section import Section, StudyLike, meaning_words
from comity.study import used_references

UNSOURCED = ("E", "M")


def judged_groups(case: Case, judged: Mapping[str, JudgedNumber]) -> list[dict[str, Any]]:
    """Return the judged numbers by process, both in name order."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, value in sorted(judged.items()):
        groups.setdefault(name.partition(".")[0], []).append(
            {
                "name": name,
                "low": plain(value.low),
                "central": plain(value.central),
                "is_mean": value.central_word == "mean",
                "high": plain(value.high),
                "unit": value.unit,
                "meaning": meaning_words(case, name, value.meaning),
                "who": value.who,
                "why": value.why,
                "source": value.source,
                "tag": TAG_WORDS[value.tag],
            }
        )
    return [{"process": key, "rows": rows} for key, rows in groups.items()]


def not_said(study: StudyLike) -> list[str]:
    """Return what the model cannot say, as sentences from the results themselves."""
    case, relations, verdicts = study.case, study.relations, study.verdicts()
    sentences: list[str] = []
    silent = [case.dyad_words(d) for d in relations.index.dyads if acts_of(relations, d) == 0]
    if silent:
        sentences.append(
            f"How {listed(silent)} stand: the record holds no act between them, so the figure "
            "shows "
            "only what pairs of this record look like."
        )
    mechanisms: dict[str, list[int]] = {}
    for verdict in verdicts:
        if verdict.word == "no such mechanism yet":
            name = verdict.claim.missing_mechanism or "a process that is not simulated"
            mechanisms.setdefault(name, []).append(verdict.claim.number)
    sentences += [
        f"Claim{'s' if len(numbers) > 1 else ''} {listed([str(n) for n in numbers])}: "
        f"the model has no such mechanism yet ({name})."
        for name, numbers in mechanisms.items()
    ]
    for word, words in (
        ("not identified", "no data of this kind could tell the cause from what came with it"),
        ("only the prior", "the answer only repeats what was assumed"),
        ("not yet knowable", "the months in question have not happened"),
    ):
        numbers = [str(v.claim.number) for v in verdicts if v.word == word]
        if numbers:
            sentences.append(f"Claim{'s' if len(numbers) > 1 else ''} {listed(numbers)}: {words}.")
    baseline = study.ensemble("baseline")
    if baseline.n_out_of_range:
        sentences.append(
            f"{baseline.n_out_of_range:,} of {baseline.n_members:,} baseline futures left the "
            "range in which relations mean anything; they are kept at its edge."
        )
    return sentences


def reference_lines(judged: Mapping[str, JudgedNumber]) -> list[str]:
    """Return the references of the numbers, models and rules used, each once, in order."""
    registered, unregistered = used_references(judged)
    return sorted([*map(citation, registered), *unregistered])


def assumptions_section(study: StudyLike) -> Section:
    """Return the section; every report has one."""
    case, relations, judged = study.case, study.relations, study.parameters
    unsourced = sum(value.tag in UNSOURCED for value in judged.values())
    return Section(
        "assumptions",
        "Assumptions and sources",
        assumptions(len(judged), unsourced),
        "assumptions.html.j2",
        {
            "groups": judged_groups(case, judged),
            "takes_learned": any(
                value.who == WHO for name, value in judged.items() if name.startswith("relation.")
            ),
            "warning": case.warning,
            "not_said": not_said(study),
            "notes": relations.notes,
            "reference_source": relations.reference_source,
            "hyperparameters": [
                {
                    "name": name.replace("_", " "),
                    "low": plain(low),
                    "central": plain(mid),
                    "high": plain(high),
                }
                for name, (low, mid, high) in relations.hyperparameters.items()
            ],
            "scores": [
                {
                    "sentence": score(
                        item.difference, item.difference_low, item.difference_high, item.baseline
                    ),
                    "cells": f"{item.n_cells:,}",
                }
                for item in relations.scores
            ],
            "references": reference_lines(judged),
        },
    )
