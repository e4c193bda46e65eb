"""What if: each scenario against the baseline, on the same random numbers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from comity.core.case import Case
from comity.core.ensemble import Contrast
from comity.core.scenarios import Scenario
from comity.core.wording import signed
from comity.show.figures.bars import difference_bar, pair_bar, ratio_bar
from comity.show.figures.difference import difference_figure, largest_shift
from comity.show.figures.figure import Figure
from comity.show.headlines import Shift, all_what_ifs, one_what_if
from comity.show.numbers import count, plain, signed_count, signed_interval
from comity.show.sections.section import Section, StudyLike, short_warning, source_line


@dataclass(frozen=True)
class DifferenceRow:
    """One line of a scenario's table; chances and differences in 100."""

    id: str
    words: str
    baseline: str
    what_if: str
    bar: Markup
    difference: str
    interval: str
    difference_bar: Markup


N_FIRST = 5
"""Outcomes of a scenario that are shown at once; the others open. ASSUMED."""


@dataclass(frozen=True)
class Block:
    """One scenario: what is held, what it moves, and its figure."""

    id: str
    title: str
    question: str
    headline: str
    held: tuple[str, ...]
    description: str
    rows: tuple[DifferenceRow, ...]
    n_first: int
    unmoved: int
    shift: str
    when: str
    ratio: str
    ratio_bar: Markup
    figure: Figure | None
    reduction: str
    others: tuple[str, ...]


def difference_rows(contrast: Contrast) -> tuple[tuple[DifferenceRow, ...], int]:
    """Return the outcomes that the scenario moves, largest first, and how many it leaves alone.

    An outcome is left alone when the ensemble cannot tell the difference from none and its interval
    rounds to none as well. When every outcome is left alone all of them are listed.
    """
    moved = [
        item
        for item in contrast.outcomes
        if signed_count(item.difference, item.monte_carlo_se) != "0"
        or signed_interval(item.low, item.high, item.monte_carlo_se) != "0 to 0"
    ] or list(contrast.outcomes)
    reach = max(0.1, *(abs(x) for item in moved for x in (item.difference, item.low, item.high)))
    rows = tuple(
        DifferenceRow(
            item.outcome.id, item.outcome.words,
            count(item.against_probability), count(item.probability),
            pair_bar(item.against_probability, item.probability),
            signed_count(item.difference, item.monte_carlo_se),
            signed_interval(item.low, item.high, item.monte_carlo_se),
            difference_bar(item.difference, item.low, item.high, reach),
        )
        for item in sorted(moved, key=lambda item: -abs(item.difference))
    )  # fmt: skip
    return rows, len(contrast.outcomes) - len(moved)


def ratio_words(ratio: float) -> str:
    """Return a difference over the spread of futures with its sign, to a tenth: ``+0.4``.

    Less than a twentieth is ``0``.
    """
    return signed(ratio, 1) if abs(ratio) >= 0.05 else "0"


def held_words(case: Case, scenario: Scenario, n_months: int) -> tuple[str, ...]:
    """Return what the scenario holds or brings about, one sentence each."""
    new = [f"A new agreement exists: {item.name}." for item in scenario.agreements]
    return (*new, *(clamp.in_words(case.last_month, n_months) for clamp in scenario.clamps))


def what_if_section(study: StudyLike) -> Section | None:
    """Return the section, or None when there is nothing to compare with the baseline."""
    case = study.case
    scenarios = [item for item in case.scenarios if item.id != "baseline"]
    if not scenarios:
        return None
    baseline = study.ensemble("baseline")
    dyads = [case.index.dyad_label(label) for label in case.focal_dyads]
    blocks: list[Block] = []
    shifts: list[Shift] = []
    for scenario in scenarios:
        contrast = study.contrast(scenario.id, against="baseline")
        rows, unmoved = difference_rows(contrast)
        moved = [largest_shift(contrast, baseline, case, dyad) for dyad in dyads]
        figure = difference_figure(case, contrast, baseline, dyads[0]) if dyads else None
        reduction = ""
        if dyads:
            shifts.append(moved[0])
            d = case.index.dyad_number(dyads[0])
            reduction = plain(float(contrast.relation_variance_reduction[d, -1]), 2)
        first = moved[0] if moved else None
        blocks.append(
            Block(
                id=scenario.id,
                title=scenario.title,
                question=scenario.question,
                headline=one_what_if(first) if first else scenario.title,
                held=held_words(case, scenario, len(contrast.months)),
                description=scenario.description,
                rows=rows,
                n_first=N_FIRST,
                unmoved=unmoved,
                shift=signed_count(first.points) if first else "",
                when=first.when if first else "",
                ratio=ratio_words(first.ratio) if first else "",
                ratio_bar=ratio_bar(first.ratio) if first else Markup(),
                figure=figure,
                reduction=reduction,
                others=tuple(one_what_if(item) for item in moved[1:]),
            )
        )
    headline = all_what_ifs(shifts) if shifts else "What if it were done differently"
    return Section(
        "what-if", "What if", headline, "what_if.html.j2",
        {
            "blocks": blocks,
            "pair": case.dyad_words(dyads[0]) if dyads else "",
            "n_members": f"{baseline.n_members:,}",
            "source": source_line(study.counts, int(study.relations.n_events.sum())),
            "warning": short_warning(case.warning),
        },
        tuple(block.figure for block in blocks if block.figure is not None),
    )  # fmt: skip
