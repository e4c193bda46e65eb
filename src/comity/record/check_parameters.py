"""Judged numbers whose names point at something."""

from __future__ import annotations

from comity.core.errors import Problem
from comity.core.parameter_names import parameter_faults
from comity.core.states import COMPONENTS
from comity.record.check_scenarios import things_of_draft
from comity.record.draft import Draft
from comity.record.located import Located
from comity.record.repeats import repeated


def check_parameters(draft: Draft) -> list[Problem]:
    """Return numbers of things that the case does not have, and orientations that are missing."""
    problems = repeated(((item, item.value.id) for item in draft.demands.items), "id", "a demand")
    things = things_of_draft(draft, None)
    for name, item in (draft.parameters or {}).items():
        problems += [item.fault(fault) for fault in parameter_faults(name, things)]
        if name.startswith("coalitions.") and (item.value.low < -1 or item.value.high > 1):
            must = "an orientation must lie between -1 and 1"
            problems.append(item.problem((), must, f"{item.value.low} to {item.value.high}"))
    if draft.parameters is not None:
        problems += _orientations(draft)
    return problems


def _orientations(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    for coalition in draft.coalitions.items:
        name = f"coalitions.{coalition.value.state}.{coalition.value.id}"
        given = [word for word in draft.parameter_names if word.startswith(f"{name}.")]
        for component in COMPONENTS:
            wanted = f"{name}.{component}"
            if wanted in draft.parameter_names:
                continue
            table = next((item for key, item in (draft.parameters or {}).items()
                          if key.startswith(f"{name}.")), None)  # fmt: skip
            row = 0 if table is None else Located(None, "", 0, table.path[:3], table.lines).row_of()
            must = "every coalition needs its orientation toward hub, partner, rival, proliferator"
            found = "no such number" if given else "no orientation of this coalition"
            fix = f"Add {component} = [low, central, high] under [{name}]."
            problems.append(Problem("parameters.toml", row, wanted, must, found, fix))
    return problems
