"""Which judged numbers and choices move what the claims of a case ask of the futures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core.errors import ConfigError
from comity.core.sensitivity import Sensitivity
from comity.study.sensitivity import screen

if TYPE_CHECKING:
    from comity.study.study import Study

N_BASES = 8
N_WORLDS = 100
"""Fewer than for one outcome: what counts here is who comes first in many differences."""


def screen_claims(
    study: Study, *, n_bases: int = N_BASES, n_worlds: int = N_WORLDS
) -> tuple[Sensitivity, ...]:
    """Rank everything that is not known by how far it moves what each claim asks for.

    Claims that ask about the same scenario, or the same difference of two, share their futures.
    `comity.core.sensitivity.strongest_of` ranks factors over all of them.

    Parameters
    ----------
    study
        A study of a case with claims.
    n_bases, n_worlds
        As in `comity.study.sensitivity.screen`.

    Raises
    ------
    ConfigError
        No claim of the case asks anything of the futures.
    """
    case = study.case
    leads = {item.id: item.lead(case.last_month) for item in case.outcomes}
    asked: dict[tuple[str, str], dict[tuple[int, str], None]] = {}
    for claim in case.claims:
        for item in claim.simulations:
            if item.outcome in leads:
                pair = asked.setdefault((item.scenario, item.against), {})
                pair[claim.number, item.outcome] = None
    if not asked:
        raise ConfigError(
            f"sensitivity: a claim of the case {case.id} must ask something of the futures; found "
            "none. Name an outcome instead."
        )
    found: list[Sensitivity] = []
    for (scenario, against), claims in asked.items():
        outcomes = tuple(dict.fromkeys(outcome for _, outcome in claims))
        screening = screen(
            study, scenario, against, outcomes=outcomes, n_bases=n_bases, n_worlds=n_worlds
        )
        months = max(leads[outcome] for outcome in outcomes)
        found.append(
            Sensitivity(case.id, scenario, against, months, screening, None, tuple(claims))
        )
    return tuple(found)
