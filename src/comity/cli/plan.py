"""What `--dry-run` prints: what would be held, when and on what condition; nothing is simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from comity.cli.documents import PlanDocument
    from comity.study import Study

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what is held and when; simulate nothing.")
]


def plan_document(study: Study, scenario_id: str) -> PlanDocument:
    """Return the sentences of a scenario, and the months that would be simulated.

    Raises
    ------
    ConfigError
        The scenario is unknown or cannot be held in this case.
    """
    from comity.cli.documents import PlanDocument
    from comity.core.months import month_text
    from comity.simulate import scenario_in_words

    scenario = study.scenario(scenario_id)
    start, n_months = study.case.last_month, study.settings.n_months
    return PlanDocument(
        case=study.case.id,
        scenario=scenario.id,
        title=scenario.title,
        months=[month_text(start + 1), month_text(start + n_months)],
        held=list(scenario_in_words(study.case, scenario, n_months)),
    )


def print_plan(plan: PlanDocument) -> None:
    """Print a plan for people."""
    from comity.cli.output import print_heading, print_text

    print_heading(plan.title, f"{plan.months[0]} to {plan.months[1]}; nothing was simulated.")
    print_text(*plan.held)
