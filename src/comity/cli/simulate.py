"""`comity simulate`: what follows under a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
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
from comity.cli.out_file import check_out, receipt_path, size_words
from comity.cli.plan import DryRunOption, plan_document, print_plan
from comity.cli.session import Session, session_of

if TYPE_CHECKING:
    from comity.cli.documents import SimulateDocument
    from comity.core.ensemble import Ensemble, OutcomeEstimate
    from comity.study import Study

NAME = "simulate"
EXAMPLE = "comity simulate japan-korea-us hub-mediates --members 100000"
MORE_EXAMPLES = (
    "comity simulate japan-korea-us --members 10000000 --resume",
    "comity simulate japan-korea-us --members 50000 --paths paths.parquet",
)


def command(
    ctx: typer.Context,
    case: CaseArgument,
    scenario: Annotated[
        str,
        typer.Argument(metavar="[SCENARIO]", help="A scenario, or several as one+other."),
    ] = "baseline",
    members: MembersOption = MEMBERS,
    months: MonthsOption = MONTHS,
    seed: SeedOption = SEED,
    drivers: DriversOption = DRIVERS,
    null: Annotated[
        bool, typer.Option("--null", help="The null simulator: turnover and a random walk.")
    ] = False,
    paths: Annotated[
        Path | None,
        typer.Option(
            "--paths",
            metavar="FILE",
            help="Write every month of every future to this Parquet file.",
            dir_okay=False,
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on where the same command was stopped."),
    ] = False,
    dry_run: DryRunOption = False,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Simulate many futures and print the chance of every outcome."""
    from comity.cli.output import print_json, print_text
    from comity.core.settings import Settings
    from comity.record import load_case

    if paths is not None:
        check_out("--paths", paths)
    loaded = load_case(case)
    settings = Settings(
        n_members=members, n_months=months, seed=seed, drivers=drivers, use_cache=not no_cache
    )
    session = session_of(ctx)
    study = session.open(loaded, settings)
    session.keep(resume=resume)
    if dry_run:
        plan = plan_document(study, scenario)
        print_json(plan) if as_json else print_plan(plan)
        return
    study.scenario(scenario)
    if paths is not None:
        futures = write_paths(session, study, paths, scenario, null)
    else:
        futures = study.null() if null else study.ensemble(scenario)
    session.kept_words = ""
    session.close()
    if as_json:
        print_json(_document(study, futures, null))
    else:
        title = "the null simulator" if null else futures.title or futures.scenario
        print_chances(study, futures, futures.outcomes, title)
        if paths is not None:
            print_text("", f"Paths: {paths} ({size_words(paths)})")


def write_paths(session: Session, study: Study, out: Path, scenario: str, null: bool) -> Ensemble:
    """Simulate, and write the paths and their receipt beside them."""
    futures = study.write_paths(out, scenario, null=null)
    session.written.append(out)
    receipt = receipt_path(out)
    receipt.write_text(study.receipt().as_json(), encoding="utf-8")
    session.written.append(receipt)
    return futures


def print_chances(
    study: Study, futures: Ensemble, outcomes: Iterable[OutcomeEstimate], title: str
) -> None:
    """Print the chance of outcomes in natural frequencies."""
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.months import month_words
    from comity.core.wording import frequency, frequency_interval

    last = month_words(int(futures.months[-1]))
    print_heading(
        f"What follows: {title}",
        f"Chances over {_futures(futures.n_members)} to {last}; the 80% interval is over the "
        "judged numbers; ignorance is the part of the doubt that better numbers would remove.",
    )
    rows = [
        (
            item.outcome.words,
            frequency(item.probability, item.monte_carlo_se),
            frequency_interval(item.low, item.high, item.monte_carlo_se),
            _percent(item.ignorance_share),
        )
        for item in outcomes
    ]
    if rows:
        columns = ("outcome", "chance", "80% interval", "ignorance")
        print_table(columns, rows, right=columns[1:])
    else:
        print_text(none_due(study, int(futures.months[-1])))
    if futures.n_out_of_range:
        from comity.simulate.rules.relations import BOUND

        held = "was" if futures.n_out_of_range == 1 else "were"
        print_heading(
            "",
            f"{_futures(futures.n_out_of_range)} left the range of ±{BOUND:g} logits, beyond which "
            f"a share is 0 or 100 in 100 for all purposes, and {held} held at its edge.",
        )


def none_due(study: Study, last_month: int) -> str:
    """Return in words why there is no outcome to show up to a month."""
    from comity.core.months import month_words

    case = study.case
    leads = [outcome.lead(case.last_month) for outcome in case.outcomes]
    later = [lead for lead in leads if lead > last_month - case.last_month]
    if not later:
        return "No outcome to show."
    last, earliest = month_words(last_month), min(later)
    return f"No outcome falls due by {last}; the earliest needs {earliest} months."


def _futures(number: int) -> str:
    return f"{number:,} {'future' if number == 1 else 'futures'}"


def _percent(share: float) -> str:
    from comity.core.wording import percent

    return percent(share)


def _document(study: Study, futures: Ensemble, null: bool) -> SimulateDocument:
    from comity.cli.documents import FanPart, OutcomePart, SimulateDocument
    from comity.core.months import month_text

    return SimulateDocument(
        case=study.case.id,
        scenario=futures.scenario,
        title=futures.title,
        is_null=null,
        n_members=futures.n_members,
        n_draws=futures.n_draws,
        n_out_of_range=futures.n_out_of_range,
        months=[month_text(int(month)) for month in futures.months],
        outcomes=[
            OutcomePart(
                id=item.outcome.id,
                words=item.outcome.words,
                probability=item.probability,
                monte_carlo_se=item.monte_carlo_se,
                low=item.low,
                high=item.high,
                ignorance_share=item.ignorance_share,
            )
            for item in futures.outcomes
        ],
        relations=[
            FanPart(
                dyad=label,
                words=study.case.dyad_words(label),
                quantile_levels=list(futures.quantile_levels),
                relation=futures.relation_quantiles[:, number].tolist(),
                dispute_open=futures.dispute_open[number].tolist(),
            )
            for number, label in enumerate(futures.index.dyads)
        ],
        receipt=study.receipt().as_dict(),
    )
