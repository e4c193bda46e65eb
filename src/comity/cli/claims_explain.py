"""What `comity claims --explain N` prints: everything behind one verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import print_heading, print_table, print_text
from comity.core.errors import ConfigError

if TYPE_CHECKING:
    from comity.core.case import Case
    from comity.core.claims import Claim
    from comity.core.verdicts import Verdict
    from comity.study import Study

MAX_ROWS = 40
"""Rows printed of one claim."""


def print_one(study: Study, verdict: Verdict) -> None:
    """Print one verdict with its rule, the rows, the judged numbers and the runs behind it."""
    from comity.judge import RULES

    claim = verdict.claim
    print_heading(
        f"{claim.number}. {claim.words}", f"{claim.claim_class}; {claim.url}".rstrip("; ")
    )
    said = [f"{verdict.sign} {verdict.word}: {verdict.because}"]
    said += [
        f"{label}: {text}"
        for label, text in (
            ("Record", verdict.data_sentence),
            ("Model", verdict.simulation_sentence),
            *((f"Beside: {item.words}", " ".join(item.sentences)) for item in verdict.beside),
            *((f"Channel: {item.words}", " ".join(item.sentences)) for item in verdict.channels),
            ("Channels", verdict.favoured),
            ("Would count against it", claim.against),
            ("Note", claim.note),
            ("Thresholds", _where_asked(study, claim)),
            ("Rule", f"{verdict.rule} ({RULES[verdict.rule].when})"),
            ("Futures", "; ".join(_runs(study, claim))),
        )
        if text
    ]
    print_text(*said)
    known = [(name, study.parameters.get(name)) for name in verdict.parameters]
    rows = [
        (
            name,
            f"{number.central:g}" + (" (mean)" if number.central_word == "mean" else ""),
            f"{number.low:g} to {number.high:g}",
            number.why,
        )
        for name, number in known
        if number is not None
    ]
    if rows:
        print_heading("Judged numbers", "Median (mean where it says so), 5% to 95% range, and why.")
        print_table(
            ("number", "central", "range", "why"), rows, right=("central", "range"), words="why"
        )
    shown = verdict.rows[:MAX_ROWS]
    if shown:
        note = "What the verdict and the answers beside it were computed from."
        if left := len(verdict.rows) - len(shown):
            note += f" {left} more rows are in the document that --json prints."
        print_heading("Rows of the record", note)
        table = [(name, *row_words(study.case, name)) for name in shown]
        print_table(("row", "date", "says"), table, words="says")


def _where_asked(study: Study, claim: Claim) -> str:
    """Return what the claim's thresholds ask, and how to see them; nothing without any."""
    if not claim.thresholds:
        return ""
    asked = "; ".join(item.words for item in claim.thresholds)
    return f"comity thresholds {study.case.id} {claim.number} looks for where {asked}."


def _runs(study: Study, claim: Claim) -> list[str]:
    """Return the commands that give the futures of a claim, each once."""
    runs: list[str] = []
    for asked in claim.simulations:
        outcome = study.case.outcome(asked.outcome)
        months = study.settings.n_months
        if outcome is not None:
            months = max(months, outcome.lead(study.case.last_month))
        verb = f"comity simulate {study.case.id} {asked.scenario}"
        if asked.against:
            verb = f"comity compare {study.case.id} {asked.scenario} --against {asked.against}"
        months_said = "" if months == study.settings.n_months else f" --months {months}"
        runs.append(f"{verb}{months_said} ({asked.outcome})")
    return list(dict.fromkeys(runs))


def row_words(case: Case, name: str) -> tuple[str, str]:
    """Return date and words of a row that a verdict names as ``file:row``.

    Raises
    ------
    ConfigError
        The case has no such row.
    """
    file, _, row = name.partition(":")
    found = _rows_of(case, file).get(row)
    if found is None:
        raise ConfigError(f'rows: must be rows of the case; found "{name}".')
    return found


def _rows_of(case: Case, file: str) -> dict[str, tuple[str, str]]:
    match file:
        case "events":
            return {
                row.id: (
                    row.date.isoformat(),
                    f"{', '.join(row.source)} to {', '.join(row.target)}, {row.kind}: "
                    f"{row.description}",
                )
                for row in case.events
            }
        case "agreements":
            return {
                row.id: (row.signed.isoformat() if row.signed else "", row.name)
                for row in case.agreements
            }
        case "agreement_status":
            return {
                f"{row.agreement}/{row.date.isoformat()}": (row.date.isoformat(), row.status)
                for row in case.statuses
            }
        case "disputes":
            return {row.id: (row.opened.isoformat(), row.name) for row in case.disputes}
        case "governments":
            return {
                f"{row.state}/{row.start.isoformat()}": (row.start.isoformat(), row.leader)
                for row in case.governments
            }
        case _:
            return {}
