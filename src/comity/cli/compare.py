"""`comity compare`: one thing done differently, on the same random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import (
    DRIVERS,
    MEMBERS,
    MONTHS,
    SEED,
    CaseArgument,
    DriversOption,
    JsonOption,
    MembersOption,
    MonthsOption,
    NoCacheOption,
    SeedOption,
)
from comity.cli.plan import DryRunOption, plan_document, print_plan
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.cli.documents import CompareDocument
    from comity.core.ensemble import Contrast
    from comity.study import Study

NAME = "compare"
EXAMPLE = "comity compare japan-korea-us hub-mediates --against baseline"


def command(
    ctx: typer.Context,
    case: CaseArgument,
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A scenario, or several as one+other.")
    ],
    against: Annotated[
        str, typer.Option("--against", metavar="SCENARIO", help="What it is compared with.")
    ] = "baseline",
    members: MembersOption = MEMBERS,
    months: MonthsOption = MONTHS,
    seed: SeedOption = SEED,
    drivers: DriversOption = DRIVERS,
    dry_run: DryRunOption = False,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare two scenarios future by future and print what differs."""
    from comity.cli.output import print_json
    from comity.core.settings import Settings
    from comity.record import load_case

    loaded = load_case(case)
    settings = Settings(
        n_members=members, n_months=months, seed=seed, drivers=drivers, use_cache=not no_cache
    )
    study = session_of(ctx).open(loaded, settings)
    if dry_run:
        _print_plans(study, scenario, against, as_json)
        return
    paired = study.contrast(scenario, against)
    session_of(ctx).close()
    if as_json:
        print_json(_document(study, paired))
    else:
        _print(study, paired)


def _print_plans(study: Study, scenario: str, against: str, as_json: bool) -> None:
    from comity.cli.documents import PlansDocument
    from comity.cli.output import print_json

    plans = [plan_document(study, name) for name in (scenario, against)]
    if as_json:
        print_json(PlansDocument(plans=plans))
        return
    for plan in plans:
        print_plan(plan)


def _print(study: Study, paired: Contrast) -> None:
    from comity.cli.output import print_heading, print_table, print_text
    from comity.cli.simulate import none_due
    from comity.core.months import month_words
    from comity.core.wording import (
        difference_interval,
        frequency,
        frequency_difference,
        signed,
    )

    titles = [study.scenario(name).title for name in (paired.scenario, paired.against)]
    print_heading(
        f"What if: {titles[0]}, against {titles[1]}",
        f"Differences of chances over {paired.n_members:,} "
        f"{'pair' if paired.n_members == 1 else 'pairs'} of futures on the same random numbers; "
        " the 80% interval is over the judged numbers.",
    )
    rows = [
        (
            item.outcome.words,
            frequency(item.probability, item.monte_carlo_se),
            frequency(item.against_probability, item.monte_carlo_se),
            frequency_difference(item.difference, item.monte_carlo_se),
            difference_interval(item.low, item.high, item.monte_carlo_se),
        )
        for item in paired.outcomes
    ]
    if rows:
        columns = ("outcome", "chance", "against", "difference", "80% interval")
        print_table(columns, rows, right=columns[1:])
    else:
        print_text(none_due(study, int(paired.months[-1])))
    print_heading(
        f"Relations in {month_words(int(paired.months[-1]))}",
        "Mean difference in logit, its 80% interval over the judged numbers, and the standard "
        "deviation of the futures it stands against.",
    )
    gaps: list[tuple[str, ...]] = []
    for label in study.case.focal_dyads:
        number = paired.index.dyad_number(label)
        low, high = paired.relation_low[number, -1], paired.relation_high[number, -1]
        gaps.append(
            (
                study.case.dyad_words(label),
                signed(float(paired.relation_difference[number, -1])),
                f"{signed(float(low))} to {signed(float(high))}",
                f"{float(paired.relation_spread[number, -1]):.2f}",
            )
        )
    columns = ("pair", "difference", "80% interval", "spread")
    print_table(columns, gaps, right=columns[1:])
    print_heading("", "A difference follows from judged numbers; it is no estimate of an effect.")


def _document(study: Study, paired: Contrast) -> CompareDocument:
    from comity.cli.documents import CompareDocument, DifferencePart, GapPart
    from comity.core.months import month_text

    return CompareDocument(
        case=study.case.id,
        scenario=paired.scenario,
        against=paired.against,
        title=paired.title,
        n_members=paired.n_members,
        n_draws=paired.n_draws,
        months=[month_text(int(month)) for month in paired.months],
        outcomes=[
            DifferencePart(
                id=item.outcome.id,
                words=item.outcome.words,
                probability=item.probability,
                against_probability=item.against_probability,
                difference=item.difference,
                monte_carlo_se=item.monte_carlo_se,
                low=item.low,
                high=item.high,
                ignorance_share=item.ignorance_share,
                variance_reduction=item.variance_reduction,
            )
            for item in paired.outcomes
        ],
        relations=[
            GapPart(
                dyad=label,
                words=study.case.dyad_words(label),
                difference=paired.relation_difference[number].tolist(),
                low=paired.relation_low[number].tolist(),
                high=paired.relation_high[number].tolist(),
                monte_carlo_se=paired.relation_monte_carlo_se[number].tolist(),
                spread=paired.relation_spread[number].tolist(),
            )
            for number, label in enumerate(paired.index.dyads)
        ],
        receipt=study.receipt().as_dict(),
    )
