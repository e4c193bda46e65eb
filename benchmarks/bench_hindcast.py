"""Hindcasts: the bundled case as it stood on three earlier days, beside what then happened.

Run from the repository root: ``python benchmarks/bench_hindcast.py``. Rules and judged numbers are
frozen as they are today. Of the record nothing later than the day enters: events, governments,
agreements, statuses, disputes and flares are cut, a docket is open when it flared in the twelve
months before, and only ends of terms that follow by rule are known. Three days are anecdotes, not a
validation. How yes and no are read from the record stands in the functions ``*_happened``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from comity.core.case import Case
from comity.core.ensemble import Ensemble
from comity.core.judged import JudgedNumber
from comity.core.months import month_of, month_text
from comity.core.outcomes import Outcome
from comity.core.settings import Settings
from comity.record import load_case
from comity.record.dockets import open_months
from comity.study import Study, parse_day
from comity.study.origin import known_term, stand_at

CASE = "japan-korea-us"
ORIGINS = ("2015-06", "2018-06", "2023-01")
MONTHS, N_MEMBERS, N_DRAWS = 24, 10_000, 250
PAIR, HUB_PAIRS = "JPN-KOR", ("JPN-USA", "KOR-USA")
TALKS_SINCE = 12


class Answer(NamedTuple):
    """One yes-or-no question: what was said and what happened."""

    id: str
    words: str
    full: float
    null: float
    happened: bool


def asked_at(origin: str) -> Case:
    """Return the case as it stood at the end of a month, with the questions asked of it."""
    case = stand_at(load_case(CASE), parse_day(origin))
    values = {name: getattr(case, name) for name in Case.model_fields}
    return Case(**{**values, "outcomes": asked_outcomes(case)})


def check_terms() -> None:
    """Stop when the rule for terms does not give the present ones."""
    case = load_case(CASE)
    for entry in case.states:
        if entry.term_months:
            found = known_term(case, entry)
            shown = entry.next_term_month, entry.terms_served
            assert (found["next_term_month"], found["terms_served"]) == shown, entry.code


def check_cut(case: Case) -> None:
    """Stop when a row of a cut case is dated after its day."""
    days = [row.date for row in (*case.events, *case.statuses)]
    days += [row.signed for row in case.agreements if row.signed]
    days += [day for row in case.governments for day in (row.start, row.end) if day]
    days += [day for row in case.disputes for day in (row.opened, *row.flares, row.settled) if day]
    assert max(days) <= case.as_of
    assert case.months[-1] == case.last_month
    assert not any(entry.scheduled for entry in case.states)


def asked_outcomes(case: Case) -> tuple[Outcome, ...]:
    """Return the questions that the record can settle, of agreements only where they exist."""
    asked = [
        ("flare", f"a dispute of {PAIR} flares within 12 months", "flare_by", 12, {"dyad": PAIR}),
        ("open", f"a dispute of {PAIR} is open at 24 months", "dispute_open", 24, {"dyad": PAIR}),
    ]
    for name, words in (("A31", "comfort-women agreement (A31)"), ("A33", "GSOMIA (A33)")):
        if any(row.id == name for row in case.agreements):
            words = f"{words} in force at 24 months"
            asked.append((name, words, "agreement_in_force", 24, {"agreement": name}))
    for code in ("KOR", "JPN", "USA"):
        words = f"government of {code} changes within 24 months"
        asked.append((f"government-{code}", words, "government_changed", 24, {"state": code}))
    asked += [
        ("summit", f"summit {PAIR} within 12 months", "summit_by", 12, {"dyad": PAIR}),
        ("trilateral", "meeting of all three leaders within 12 months", "trilateral_by", 12, {}),
        ("talks", "talks with PRK within 24 months", "stage_reached", 24,
         {"state": "PRK", "at_least": 1}),
        ("declaration", f"new declaration {PAIR} within 24 months", "declaration_by", 24,
         {"dyad": PAIR}),
    ]  # fmt: skip
    return tuple(
        Outcome.model_validate(
            {"id": name, "words": words, "kind": kind, "lead_months": lead, **more}
        )
        for name, words, kind, lead, more in asked
    )


def flare_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """A flare of any docket of the pair is dated within the months, new dockets included."""
    pair = set(asked.dyad.split("-"))
    return any(
        first <= month_of(day) <= last
        for row in full.disputes
        if set(row.parties) == pair
        for day in row.flares
    )


def open_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """A docket of the pair counts as open in the last month by the record's own rule."""
    pair = set(asked.dyad.split("-"))
    at = last - full.first_month
    return any(
        bool(open_months(row, full.months)[at]) for row in full.disputes if set(row.parties) == pair
    )


def agreement_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """The recorded status on the last day of the last month is in force."""
    return full.agreement_status(parse_day(month_text(last)))[asked.agreement] == "in_force"


def government_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """A head who is not acting takes office; suspended powers are no change of government."""
    return any(
        row.state == asked.state and not row.acting and first <= month_of(row.start) <= last
        for row in full.governments
    )


def met(full: Case, codes: set[str], kinds: tuple[str, ...], first: int, last: int) -> bool:
    """Whether an event of these kinds between exactly these states is recorded."""
    return any(
        row.kind in kinds
        and {*row.source, *row.target} == codes
        and first <= month_of(row.date) <= last
        for row in full.events
    )


def summit_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """A summit or joint statement of exactly these two; meetings of three are left out."""
    return met(full, set(asked.dyad.split("-")), ("summit", "joint_statement"), first, last)


def trilateral_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """A summit of hub and spokes; statements of ministers do not count."""
    return met(full, {"JPN", "KOR", "USA"}, ("summit",), first, last)


def talks_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """A summit, visit, joint statement or agreement of hub and proliferator."""
    kinds = ("summit", "visit", "joint_statement", "agreement_signed")
    return met(full, {full.hub, asked.state}, kinds, first, last)


def declaration_happened(full: Case, asked: Outcome, first: int, last: int) -> bool:
    """A statement of exactly these two is signed."""
    return any(
        row.form == "statement"
        and set(row.parties) == set(asked.dyad.split("-"))
        and row.signed is not None
        and first <= month_of(row.signed) <= last
        for row in full.agreements
    )


READINGS: dict[str, Callable[[Case, Outcome, int, int], bool]] = {
    "flare_by": flare_happened,
    "dispute_open": open_happened,
    "agreement_in_force": agreement_happened,
    "government_changed": government_happened,
    "summit_by": summit_happened,
    "trilateral_by": trilateral_happened,
    "stage_reached": talks_happened,
    "declaration_by": declaration_happened,
}


def answers(full: Case, case: Case, run: Ensemble, null: Ensemble) -> list[Answer]:
    """Return every question with both chances and what happened."""
    found: list[Answer] = []
    for one, other in zip(run.outcomes, null.outcomes, strict=True):
        asked = one.outcome
        first, last = case.last_month + 1, case.last_month + asked.lead(case.last_month)
        happened = READINGS[asked.kind](full, asked, first, last)
        found.append(Answer(asked.id, asked.words, one.probability, other.probability, happened))
    return found


def brier(rows: list[Answer]) -> str:
    """Return the mean Brier scores of the full simulator, the null and a coin."""
    happened = np.array([row.happened for row in rows], float)
    full, null = (np.array([getattr(row, name) for row in rows]) for name in ("full", "null"))
    scores = [((said - happened) ** 2).mean() for said in (full, null, np.full(len(rows), 0.5))]
    return f"full {scores[0]:.3f}  null {scores[1]:.3f}  50/50 {scores[2]:.3f}  (n {len(rows)})"


def print_relations(later: Study, study: Study) -> tuple[int, int, int]:
    """Print intervals beside the relation measured later; return counts: full, null, all."""
    case, run, null = study.case, study.ensemble(), study.null()
    first = case.last_month - later.case.first_month
    inside = [0, 0]
    for label in (PAIR, *HUB_PAIRS):
        k = case.index.dyad_number(label)
        now, then = study.relations.dyad_mean[k, -1], later.relations.dyad_mean[k]
        print(f"  {label}: at the start measured {now:+.2f} then, {then[first]:+.2f} today")
        for lead in (12, 24):
            real, sd = then[first + lead], later.relations.dyad_sd[k, first + lead]
            parts: list[str] = []
            for n, futures in enumerate((run, null)):
                low, middle, high = futures.relation_quantiles[[0, 2, 4], k, lead - 1]
                is_in = bool(low <= real <= high)
                inside[n] += is_in
                word = "inside" if is_in else "OUTSIDE"
                parts.append(f"{low:+.2f} to {high:+.2f} (middle {middle:+.2f}) {word}")
            print(
                f"    {lead} months: measured {real:+.2f} (sd {sd:.2f}); full {parts[0]}; "
                f"null {parts[1]}"
            )
    return inside[0], inside[1], 2 * (1 + len(HUB_PAIRS))


def with_talks(case: Case) -> Case | None:
    """Return the case with talks under way where a meeting is recorded in the year before."""
    last, kinds = case.last_month, ("summit", "visit", "joint_statement", "agreement_signed")
    if not met(case, {case.hub, "PRK"}, kinds, last - TALKS_SINCE + 1, last):
        return None
    begun = JudgedNumber(
        low=1, central=1, high=1, meaning="stage of talks", who="comity", why="a recorded meeting"
    )
    values = {name: getattr(case, name) for name in Case.model_fields}
    values["parameters"] = {**case.parameters, "track.start_stage.PRK": begun}
    return Case(**values)


def main() -> None:
    """Print every figure."""
    check_terms()
    full = load_case(CASE)
    later = Study(full, Settings())
    settings = Settings(n_members=N_MEMBERS, n_months=MONTHS, n_draws=N_DRAWS)
    everything: list[Answer] = []
    varied: list[Answer] = []
    counts = np.zeros(3, int)
    print(f"{N_MEMBERS:,} futures, {N_DRAWS} parameter draws, {MONTHS} months; relations in logits")
    for origin in ORIGINS:
        case = asked_at(origin)
        check_cut(case)
        study = Study(case, settings)
        opened = [
            row.id for row in case.disputes if row.is_active and "-".join(row.parties) == PAIR
        ]
        print(f"\n{origin}: {len(case.events)} events, open dockets of {PAIR}: {opened or 'none'}")
        counts += print_relations(later, study)
        rows = answers(full, case, study.ensemble(), study.null())
        for row in rows:
            word = "yes" if row.happened else "no"
            print(f"  {row.words:<52} full {row.full:.2f}  null {row.null:.2f}  happened {word}")
        print(f"  Brier {brier(rows)}")
        everything += rows
        if (other := with_talks(case)) is not None:
            again = Study(other, settings)
            rows = answers(full, other, again.ensemble(), again.null())
            print("  with talks under way at the start: ", end="")
            print(
                ", ".join(f"{r.id} {r.full:.2f}" for r in rows if r.id in ("talks", "open")), end=""
            )
            print(f"; Brier {brier(rows)}")
        varied += rows
    print(f"\nall: Brier {brier(everything)}; with talks at the start {brier(varied)}")
    others = [row for row in everything if row.id not in ("A31", "A33")]
    print(f"without the agreements: Brier {brier(others)}")
    fuller = [(a.full - a.happened) ** 2 < (a.null - a.happened) ** 2 for a in everything]
    print(f"full nearer than null in {sum(fuller)} of {len(fuller)} questions")
    print(f"inside 80% intervals: full {counts[0]}, null {counts[1]}, of {counts[2]}")


if __name__ == "__main__":
    sys.exit(main())
