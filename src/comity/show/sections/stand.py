"""Where they stand: the first focal pair drawn strong, every other pair small."""

from __future__ import annotations

from typing import Any

from comity.core.case import Case
from comity.core.wording import share_interval
from comity.show.figures.governments import textures_of
from comity.show.figures.multiples import acts_of, multiple, other_dyads
from comity.show.figures.relation import event_columns, relation_figure
from comity.show.headlines import where_they_stand
from comity.show.sections.changes import changes_content
from comity.show.sections.section import Section, StudyLike, short_warning, source_line


def pair_name(case: Case, dyad: str) -> str:
    """Return a pair by its capitals where both are known, as diplomats speak of governments."""
    states = [case.entries[k] for k in case.index.pairs[case.index.dyad_number(dyad)]]
    if all(state.capital for state in states):
        return " and ".join(state.capital for state in states)
    return case.dyad_words(dyad)


def stand_section(study: StudyLike) -> Section | None:
    """Return the section, or None when the case names no focal pair."""
    case = study.case
    if not case.focal_dyads:
        return None
    relations, counts = study.relations, study.counts
    baseline = study.ensemble("baseline")
    dyad = case.index.dyad_label(case.focal_dyads[0])
    figure = relation_figure(case, relations, counts, baseline, dyad)
    quantiles = relations.dyad_quantiles(dyad)
    low, centre, high = (float(quantiles[k, -1]) for k in (0, 2, -1))
    percentile = float(relations.own_percentile(dyad)[-1])
    since = 1970 + case.first_month // 12
    headline = where_they_stand(pair_name(case, dyad), percentile, 100 * (high - low), since)
    others = [multiple(case, relations, label) for label in other_dyads(case, relations)]
    events = event_columns(case, counts, dyad)
    rows: list[dict[str, Any]] = [
        dict(zip(("date", "kind", "what", "tone", "url"), values, strict=True))
        for values in zip(
            *(events[key] for key in ("date", "kind", "what", "tone", "url")), strict=True
        )
    ]
    states = tuple(dyad.split("-"))
    unobserved = [item.pair for item in others if item.evidence == "none"]
    return Section(
        "stand", "Where they stand", headline, "stand.html.j2",
        {
            "pair": case.dyad_words(dyad),
            "now": share_interval(centre, low, high),
            "percentile": round(percentile),
            "since": since,
            "figure": figure,
            "textures": textures_of(case, states),
            "has_acting": any(any(figure.tables[f"governments_{s}"]["acting"]) for s in states),
            "source": source_line(counts, acts_of(relations, dyad)),
            "all_source": source_line(counts, int(relations.n_events.sum())),
            "warning": short_warning(case.warning),
            "changes": changes_content(case, relations, dyad, other_dyads(case, relations)),
            "events": rows,
            "others": others,
            "unobserved": unobserved,
        },
        (figure, *(item.figure for item in others)),
    )  # fmt: skip
