"""What follows: the baseline's futures and how often each outcome happens in them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from comity.core.case import Case
from comity.core.ensemble import Ensemble
from comity.core.months import month_words
from comity.core.wording import frequency, percent
from comity.show.figures.bars import chance_bar
from comity.show.figures.fan import fan_figure, future_shares
from comity.show.headlines import what_follows
from comity.show.numbers import count, interval
from comity.show.sections.section import Section, StudyLike, short_warning, source_line
from comity.show.sections.stand import pair_name


@dataclass(frozen=True)
class OutcomeRow:
    """One line of the outcome table."""

    id: str
    words: str
    is_first: bool  # shown at once; the others open
    by: str
    chance: str
    in_words: str
    bar: Markup
    interval: str
    null: str
    ignorance: str


def asked_first(case: Case) -> list[str]:
    """Return the outcomes that the case puts first, then those that its claims ask for.

    Where neither names one, every outcome of the case is asked.
    """
    claimed = (claim.simulation.outcome for claim in case.claims if claim.simulation is not None)
    found = list(dict.fromkeys((*case.headline_outcomes, *claimed)))
    return found or [outcome.id for outcome in case.outcomes]


def outcome_rows(case: Case, baseline: Ensemble, null: Ensemble | None) -> tuple[OutcomeRow, ...]:
    """Return the outcome table: what is asked first, otherwise in the ensemble's order."""
    dull = {item.outcome.id: item for item in null.outcomes} if null else {}
    first = asked_first(case)

    def place(outcome_id: str) -> int:
        return first.index(outcome_id) if outcome_id in first else len(first)

    rows: list[OutcomeRow] = []
    for item in sorted(baseline.outcomes, key=lambda item: place(item.outcome.id)):
        beside = dull.get(item.outcome.id)
        by = case.last_month + item.outcome.lead(case.last_month)
        rows.append(
            OutcomeRow(
                item.outcome.id,
                item.outcome.words,
                item.outcome.id in first,
                month_words(by),
                count(item.probability, item.monte_carlo_se),
                frequency(item.probability, item.monte_carlo_se),
                chance_bar(
                    item.probability, item.low, item.high, beside.probability if beside else None
                ),
                interval(item.low, item.high, item.monte_carlo_se),
                count(beside.probability, beside.monte_carlo_se) if beside else "–",
                percent(item.ignorance_share),
            )
        )
    return tuple(rows)


def follow_section(study: StudyLike) -> Section:
    """Return the section; every report has one."""
    case = study.case
    relations, baseline, null = study.relations, study.ensemble("baseline"), study.null()
    dyads = [case.index.dyad_label(label) for label in case.focal_dyads]
    figures = tuple(fan_figure(case, relations, baseline, null, dyad) for dyad in dyads)
    when = month_words(int(baseline.months[-1]))
    headline = "What follows if nothing is done differently"
    if dyads:
        ahead, dull = future_shares(baseline, dyads[0]), future_shares(null, dyads[0])
        headline = what_follows(
            pair_name(case, dyads[0]),
            now=float(relations.dyad_quantiles(dyads[0])[2, -1]),
            then=float(ahead[2, -1]),
            low=float(ahead[0, -1]),
            high=float(ahead[-1, -1]),
            null_width=float(dull[-1, -1] - dull[0, -1]),
            when=when,
        )
    rows = outcome_rows(case, baseline, null)
    shares = [
        baseline.relation_ignorance_share[baseline.index.dyad_number(dyad), -1] for dyad in dyads
    ]
    return Section(
        "follow",
        "What follows",
        headline,
        "follow.html.j2",
        {
            "fans": [
                {
                    "figure": figure,
                    "pair": case.dyad_words(dyad),
                    "ignorance": percent(float(share)),
                }
                for figure, dyad, share in zip(figures, dyads, shares, strict=True)
            ],
            "first_rows": [row for row in rows if row.is_first],
            "other_rows": [row for row in rows if not row.is_first],
            "n_members": f"{baseline.n_members:,}",
            "n_draws": f"{baseline.n_draws:,}",
            "when": when,
            "source": source_line(study.counts, int(relations.n_events.sum())),
            "warning": short_warning(case.warning),
        },
        figures,
    )
