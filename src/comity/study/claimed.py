"""Futures as far as the claims of a case ask about them, and no further."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from comity.core.claims import SimulationEstimand
from comity.study.study import Study

if TYPE_CHECKING:
    from comity.core.ensemble import Contrast, Ensemble


class ClaimedFutures:
    """The futures that a study's claims are put to.

    Futures do not depend on how long they are followed: the months of a shorter run are those of a
    longer one, bit for bit. So a difference is followed up to the last month that a claim asks it
    about, which is often much less than the study's own horizon, and chances as far as the study
    goes or, where a claim asks about a later month, up to that.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self._others: dict[int, Study] = {}

    def ensemble(self, scenario_id: str) -> Ensemble:
        """Return the futures of a scenario."""
        return self._until(self._months_of_chances()).ensemble(scenario_id)

    def null(self) -> Ensemble:
        """Return the futures of the null simulator."""
        return self._until(self._months_of_chances()).null()

    def contrast(self, scenario_id: str, against: str) -> Contrast:
        """Return the paired difference of two scenarios."""
        months = self._last(
            asked
            for asked in self._asked()
            if (asked.scenario, asked.against) == (scenario_id, against)
        )
        has_it = self.study.has_contrast(scenario_id, against)
        study = (
            self.study if has_it and months <= self.study.settings.n_months else self._until(months)
        )
        return study.contrast(scenario_id, against)

    def _months_of_chances(self) -> int:
        chances = (asked for asked in self._asked() if asked.statistic == "probability")
        return max(self._last(chances), self.study.settings.n_months)

    def _asked(self) -> Iterator[SimulationEstimand]:
        return (asked for claim in self.study.case.claims for asked in claim.simulations)

    def _last(self, every: Iterator[SimulationEstimand]) -> int:
        """Return the last lead that is asked about."""
        case = self.study.case
        found = (case.outcome(asked.outcome) for asked in every)
        leads = (outcome.lead(case.last_month) for outcome in found if outcome is not None)
        return max(leads, default=self.study.settings.n_months)

    def _until(self, n_months: int) -> Study:
        """Return the study of the same case over so many months, what they share computed once."""
        own = self.study
        if n_months == own.settings.n_months:
            return own
        if n_months not in self._others:
            settings = own.settings.model_copy(update={"n_months": n_months})
            self._others[n_months] = own.with_settings(settings)
        return self._others[n_months]
