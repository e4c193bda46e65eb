"""The data estimand of a claim, computed by the reading that it names."""

from __future__ import annotations

from comity.core.case import Case
from comity.core.claims import Claim, DataEstimand
from comity.core.errors import ConfigError
from comity.core.relations import Relations
from comity.judge.count_reading import read_event_rate, read_event_share
from comity.judge.mediation_reading import read_mediation_after_flare
from comity.judge.obligation_reading import read_obligation_share
from comity.judge.reading import DataReading, quoted, silent
from comity.judge.relation_reading import read_minimum_year, read_relation_mean

STATISTICS: dict[str, tuple[str, ...]] = {
    "relation": ("mean", "minimum_year"),
    "event_count": ("rate", "share"),
    "mediation_after_flare": ("share",),
    "obligation_share": ("share",),
}
"""Statistics that each series has."""


def read_data(case: Case, claim: Claim, relations: Relations) -> DataReading:
    """Return what the record says of a claim; silent where the claim names no data estimand."""
    data = claim.data
    if data is None:
        reason = quoted(claim.no_data_reason) if claim.no_data_reason else ""
        return silent(f"The record is not asked: {reason}." if reason else "")
    if data.statistic not in STATISTICS[data.series]:
        allowed = ", ".join(STATISTICS[data.series])
        raise ConfigError(
            f'claims.toml, claim {claim.number}, column "data.statistic": a series '
            f'"{data.series}" has the statistics {allowed}; found "{data.statistic}". '
            "Choose one of them."
        )
    return _read(case, data, relations)


def _read(case: Case, data: DataEstimand, relations: Relations) -> DataReading:
    match data.series, data.statistic:
        case "relation", "mean":
            return read_relation_mean(case, data, relations)
        case "relation", _:
            return read_minimum_year(case, data, relations)
        case "event_count", "rate":
            return read_event_rate(case, data)
        case "event_count", _:
            return read_event_share(case, data)
        case "mediation_after_flare", _:
            return read_mediation_after_flare(case, data)
        case _:
            return read_obligation_share(case, data)
