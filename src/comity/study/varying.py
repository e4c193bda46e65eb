"""The verdicts of a study with one judged number after the other held at its low and its high."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core.varied import Variation

if TYPE_CHECKING:
    from comity.core.claims import Claim
    from comity.core.varied import VariedClaim
    from comity.judge.reading import DataReading
    from comity.study.study import Study


def vary_claims(study: Study) -> Variation:
    """Return which verdicts change their word when one judged number is held at an end.

    Raises
    ------
    ParameterError
        The draws of the study do not have the same count of futures, two or more.
    """
    from comity.judge import claims_that_can_change

    found = claims_that_can_change(study.case, study.relations, study.parameters)
    claims = tuple(_vary(study, claim, data) for claim, data in found)
    numbers = {item.number for item in claims}
    rest = tuple(claim.number for claim in study.case.claims if claim.number not in numbers)
    return Variation(claims, rest)


def _vary(study: Study, claim: Claim, data: DataReading) -> VariedClaim:
    asked = claim.simulation
    assert asked is not None
    outcome = study.case.outcome(asked.outcome)
    lead = study.settings.n_months if outcome is None else outcome.lead(study.case.last_month)
    settings = study.settings.model_copy(update={"n_months": lead})
    scenarios = study.scenario(asked.scenario), study.scenario(asked.against)
    name = f"held numbers claim {claim.number}"

    def tell(done: float, is_whole: bool) -> None:
        study.told(f"{name}, {'those near a line in full' if is_whole else 'first look'}", done)

    def compute() -> VariedClaim:
        from comity.judge import vary_claim
        from comity.simulate import HeldRuns

        futures = HeldRuns(
            study.case,
            *scenarios,
            asked.outcome,
            start=study.relations.start,
            history=study.history,
            settings=settings,
            progress=tell,
        )
        parameters = study.parameters
        return vary_claim(claim, data, parameters, futures, n_draws=settings.n_draws)

    reads = [*study.simulation_reads(settings), claim]
    return study.step(name, ("record", "measure", "simulate", "judge"), reads, compute)
