"""The data estimand of a claim, computed by the reading that it names."""

from __future__ import annotations

from comity.core.case import Case
from comity.core.claims import Claim, DataEstimand
from comity.core.relations import Relations
from comity.judge.change_reading import read_change_after
from comity.judge.count_reading import read_event_rate, read_event_share
from comity.judge.mediation_reading import read_mediation_after_flare
from comity.judge.obligation_reading import read_obligation_share
from comity.judge.reading import DataReading, quoted, silent
from comity.judge.relation_reading import read_minimum_year, read_relation_mean


def read_data(case: Case, claim: Claim, relations: Relations) -> DataReading:
    """Return what the record says of a claim; silent where the claim names no data estimand."""
    if claim.data is None:
        reason = quoted(claim.no_data_reason) if claim.no_data_reason else ""
        return silent(f"The record is not asked: {reason}." if reason else "")
    return read_estimand(case, claim.data, relations)


def read_estimand(case: Case, data: DataEstimand, relations: Relations) -> DataReading:
    """Return what the record says of one data estimand."""
    match data.series, data.statistic:
        case "relation", "mean":
            return read_relation_mean(case, data, relations)
        case "relation", "change_after":
            return read_change_after(case, data, relations)
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
