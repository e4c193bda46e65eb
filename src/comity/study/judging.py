"""The claims of a study's case, each put to the record and to the futures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core.verdicts import Verdict

if TYPE_CHECKING:
    from comity.study.study import Study


def judge(study: Study) -> tuple[Verdict, ...]:
    """Return one verdict per claim.

    Raises
    ------
    ConfigError
        Fewer than two futures of each parameter draw: no interval, and so no verdict, could be
        given for what the model says.
    """
    from comity.judge import judge_claims
    from comity.study.claimed import ClaimedFutures

    if study.case.claims:
        study.settings.check_members_for("a verdict")
    futures = ClaimedFutures(study)
    return judge_claims(
        study.case,
        relations=study.relations,
        counts=study.counts,
        history=study.history,
        ensemble=futures.ensemble,
        null=futures.null,
        contrast=futures.contrast,
        parameters=study.parameters,
    )
