"""What moved relations: every driver with its evidence, and how little one pair can show."""

from __future__ import annotations

from typing import Any

from comity.core.case import Case
from comity.core.effects import CARRIED, GOVERNMENT, DriverEffect, Effects
from comity.core.months import month_words
from comity.core.relations import share
from comity.core.wording import percent, percent_interval, signed
from comity.show.figures.forest import (
    by_tier,
    forest_figure,
    kind_of,
    short_words,
    value_words,
)
from comity.show.headlines import what_moves
from comity.show.numbers import plain
from comity.show.sections.section import Section, StudyLike, short_warning, source_line

SIGNS = {"learned": "●", "caught": "×", "prior": "○"}
TIER_WORDS = {
    "A": "A: by design",
    "B": "B: by design, under an assumption",
    "C": "C: association",
    "not identified": "not identified",
    "prior-driven": "only the prior",
    "not estimable": "no number",
}
STATES = {True: "fired", False: "quiet", None: ""}  # what could not be run says so itself


def driver_row(item: DriverEffect) -> dict[str, Any]:
    """Return what the table shows of one driver; what is only a prior stands in brackets."""
    told = {
        "name": item.name,
        "label": short_words(item.name),
        "unit": item.unit,
        "kind": kind_of(item.tier),
        "sign": SIGNS[kind_of(item.tier)],
        "tier": TIER_WORDS[item.tier],
        "sentence": item.sentence,
        "source": item.source,
        "caution": item.caution,
        "has_number": item.is_estimated,
        "has_sign": item.name != GOVERNMENT,
    }
    if not item.is_estimated:
        return told
    ran = [one for one in item.placebos if one.fired is not None]
    is_carried = item.tier in CARRIED
    ends = f"{signed(item.low)} to {signed(item.high)}"
    return told | {
        "effect": value_words(item),
        "interval": ends if is_carried else f"[{ends}]",
        "learned": percent(max(item.contraction, 0.0)),
        "placebos": [{"name": one.name, "words": one.words, "state": STATES[one.fired]}
                     for one in item.placebos],
        "fired": [one.name for one in ran if one.fired],
        "n_ran": len(ran),
        "prior": f"{signed(item.prior_mean)} (standard deviation {plain(item.prior_sd, 2)})",
        "posterior": f"{signed(item.estimate)} (standard deviation {plain(item.sd, 2)}), 95% "
                     f"interval {signed(item.low95)} to {signed(item.high95)}",
        "alone": _alone(item),
        "designs": [
            {"words": one.words, "n": one.n_events,
             "says": one.refusal or f"It can carry tier {one.grade}, if {one.assumption}."}
            for one in item.designs
        ],
    }  # fmt: skip


def _alone(item: DriverEffect) -> str:
    if not item.data_se < float("inf"):
        return ""
    return (
        f"{signed(item.data_estimate)} (standard error {plain(item.data_se, 2)}); to undo it a "
        f"confounder would have to explain {percent(item.robustness)} of what is left of both"
    )


def government_rows(effects: Effects, dyad: str) -> list[dict[str, str]]:
    """Return the relation of a pair by pair of governments, in order of time."""
    return [
        {
            "governments": item.governments,
            "since": month_words(item.first_month),
            "months": str(item.n_months),
            "share": percent(float(share(item.relation))),
            "interval": percent_interval(float(share(item.low)), float(share(item.high))),
            "mean_sd": f"{item.mean_sd:.2f}",
        }
        for item in effects.governments
        if item.dyad == dyad
    ]


def event_rows(effects: Effects) -> list[dict[str, str]]:
    """Return before and after of dated occasions; where there is no number, why."""
    return [
        {
            "words": item.words[0].upper() + item.words[1:],
            "number": str(item.n_occasions),
            "refusal": item.refusal,
            "mean": "" if item.refusal else signed(item.mean),
            "se": "" if item.refusal else f"{item.mean_se:.2f}",
            "p": "" if item.refusal else f"{item.p_value:.2f}",
            "leads": "" if item.refusal else f"{item.lead_p:.2f}",
        }
        for item in effects.event_studies
    ]


def effects_section(study: StudyLike) -> Section:
    """Return the section; every report has one."""
    case: Case = study.case
    effects, relations = study.effects, study.relations
    figure = forest_figure(effects.drivers)
    focal = [case.index.dyad_label(label) for label in case.focal_dyads[:1]]
    return Section(
        "effects", "What moved it", what_moves([item.tier for item in effects.drivers]),
        "effects.html.j2",
        {
            "figure": figure,
            "rows": [driver_row(item) for item in by_tier(effects.drivers)],
            "one_pair": effects.one_pair,
            "pair": case.dyad_words(focal[0]) if focal else "",
            "governments": government_rows(effects, focal[0]) if focal else [],
            "events": event_rows(effects),
            "half_life": [plain(value, 2) for value in effects.half_life],
            "notes": effects.notes,
            "source": source_line(study.counts, int(relations.n_events.sum())),
            "warning": short_warning(case.warning),
        },
        () if figure is None else (figure,),
    )  # fmt: skip
