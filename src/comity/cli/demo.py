"""`comity demo`: a bundled case from record to report in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from comity.cli.options import (
    MEMBERS,
    REPORT_FILE,
    SEED,
    JsonOption,
    MembersOption,
    NoCacheOption,
    OutOption,
    SeedOption,
)
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.study import Study

NAME = "demo"
EXAMPLE = "comity demo"
N_DIFFERENCES = 8


def command(
    ctx: typer.Context,
    out: OutOption = REPORT_FILE,
    members: MembersOption = MEMBERS,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take the bundled case from record to report: print the headline tables, write the report."""
    from comity.cli.claims import print_counts
    from comity.cli.measure import print_standing, print_warning
    from comity.cli.output import print_heading, print_text
    from comity.cli.report import check_folder, print_written, write
    from comity.cli.simulate import print_chances
    from comity.core.settings import Settings
    from comity.record import bundled_cases, load_case

    session = session_of(ctx)
    check_folder(out)
    case = load_case(next(iter(sorted(bundled_cases()))))
    settings = Settings(n_members=members, seed=seed, use_cache=not no_cache)
    study = session.open(case, settings)
    headline = set(case.headline_outcomes)
    verdicts = study.verdicts()
    differences = strongest_differences(study)
    path = write(session, study, out)
    session.close()
    if as_json:
        print_written(study, path)
        return
    print_heading(case.title, f"Closed on {case.as_of.isoformat()}.")
    print_standing(study, case.focal_dyads or case.index.dyads)
    print_warning(study)
    futures = study.ensemble()
    shown = [item for item in futures.outcomes if not headline or item.outcome.id in headline]
    print_chances(study, futures, shown, futures.title or futures.scenario)
    _print_differences(differences)
    print_counts(verdicts)
    print_heading("", "")
    print_text(f"Report: {path.resolve()}")


def strongest_differences(study: Study) -> list[tuple[str, str, str, str]]:
    """Return the largest resolved differences of headline outcomes from the baseline.

    A scenario's own holdings are left out: that what is held happens is no finding.
    """
    from comity.core.wording import difference_interval, frequency_difference

    headline = set(study.case.headline_outcomes)
    found: list[tuple[float, tuple[str, str, str, str]]] = []
    for scenario_id in study.scenario_ids[1:]:
        scenario = study.scenario(scenario_id)
        held = {clamp.entity for clamp in scenario.clamps}
        for item in study.contrast(scenario_id).outcomes:
            outcome = item.outcome
            if headline and outcome.id not in headline:
                continue
            if {outcome.agreement, outcome.state, outcome.demand} & held:
                continue
            if not abs(item.difference) > 2 * item.monte_carlo_se:
                continue
            row = (
                scenario.title,
                outcome.words,
                frequency_difference(item.difference, item.monte_carlo_se),
                difference_interval(item.low, item.high, item.monte_carlo_se),
            )
            found.append((abs(item.difference), row))
    ordered = sorted(found, key=lambda entry: -entry[0])
    return [row for _, row in ordered[:N_DIFFERENCES]]


def _print_differences(rows: list[tuple[str, str, str, str]]) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    print_heading(
        "What if: the largest differences from the baseline",
        "Same random numbers; the 80% interval is over the judged numbers, on which every "
        "difference rests.",
    )
    if rows:
        columns = ("scenario", "outcome", "difference", "80% interval")
        print_table(columns, rows, right=columns[2:])
    else:
        print_text("No difference stands out from sampling noise.")
