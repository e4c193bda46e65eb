"""A case and a scenario as plain arrays: who is where, and in which row.

Everything that does not differ between members is here. `Constants` is what the kernel reads;
`Layout` adds the names, in the same order, for people and for parameter lookup.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case, StateEntry
from comity.core.errors import ConfigError, nearest_match
from comity.core.history import DriverHistory
from comity.core.months import month_of
from comity.core.scenarios import Scenario
from comity.core.states import StateIndex
from comity.simulate.agreement_rows import agreement_constants
from comity.simulate.roles import role_constants
from comity.simulate.scenario import Levers, lever_arrays, prospect_agreements

ONE_TERM, TWO_TERM = 1, 2
MONTHS_WITHOUT_RECORD = 600

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Constants(NamedTuple):
    """What the kernel knows of the case; -1 means none. Sizes: n states, D dyads, A agreements."""

    pairs: Ints  # (dyad, 2)                states
    dyad: Ints  # (state, state)            dyad number, -1 on the diagonal
    toward: Ints  # (state, state)          orientation component of the first toward the second
    office: Ints  # (state,)                0 hazard only, 1 one-term, 2 two-term president
    term_months: Ints  # (state,)
    clock: Ints  # (state,)                 months to the next term
    terms: Ints  # (state,)
    democracy: Ints  # (state,)
    coalition: Ints  # (state,)             at the start, numbered over all states
    first_coalition: Ints  # (state + 1,)   coalitions of state i: first[i] .. first[i + 1]
    weight: Floats  # (coalition,)
    months_since_support: Ints  # (state,)
    scheduled: Ints  # (state, month)       1 in months of a known change
    form: Ints  # (agreement,)
    depth: Floats  # (agreement,)           0 to 1
    status: Ints  # (agreement,)            at the start
    parties: Ints  # (agreement, most)      padded with -1
    n_parties: Ints  # (agreement,)
    n_democracies: Ints  # (agreement,)     among the parties
    family: Ints  # (agreement,)            agreements of one form between the same parties
    first_of: Ints  # (family + 1,)         a family's agreements: of_family[first_of[g]] and on
    of_family: Ints  # (agreement,)
    first_tie: Ints  # (state + 1,)         ties of state s: first_tie[s] up to the next
    tie: Ints  # (tie, 10)                  columns as in `agreement_rows`
    last_treaty_tie: Ints  # (state,)       end of those with treaties, which come first; so below
    ear: Ints  # (ear,)                     belief that hears what the state of a tie does
    first_kin: Ints  # (state + 1,)         families of a state, as above
    last_treaty_kin: Ints  # (state,)
    kin: Ints  # (kin, 2)                   family, tie
    first_duty: Ints  # (state + 1,)        agreements of a state, as above
    last_treaty_duty: Ints  # (state,)
    duty: Ints  # (duty, 3)                 agreement, tie, state
    first_pair: Ints  # (agreement + 1,)    pairs of parties: party_pair[first[a]] up to the next
    party_pair: Ints  # (pair of parties,)  dyad
    first_gap: Ints  # (agreement * most + 1,)   terms of a party's gap, as above
    gap_row: Ints  # (term,)                row of the orientation
    gap_weight: Floats  # (term,)           of 1 - orientation
    prospect: Ints  # (agreement,)          dyad of a new declaration, or -1
    n_shared: Ints  # (dyad,)               recorded agreements with both as parties
    docket_pair: Ints  # (docket,)
    severity: Ints  # (docket,)             at the start; 0 closed
    recent_flares: Ints  # (docket,)        recorded in the last month
    has_docket: Ints  # (dyad,)
    two_spokes: Ints  # (dyad,)
    hub_spoke: Ints  # (dyad,)              the spoke of a pair of hub and spoke
    hub_proliferator: Ints  # (dyad,)       the proliferator of a pair of hub and proliferator
    spoke_proliferator: Ints  # (dyad, 2)   spoke and proliferator of such a pair
    hub: Ints  # (1,)
    spokes: Ints  # (spoke,)
    rivals: Ints  # (rival,)
    patrons: Ints  # (patron,)
    proliferators: Ints  # (proliferator,)
    spoke_pairs: Ints  # (spoke pair,)      dyads
    allied_pairs: Ints  # (allied pair,)    dyads
    believer: Ints  # (belief,)             the ally that believes, and the one it is about
    about: Ints  # (belief,)
    belief: Ints  # (state, state)          row of what the first believes about the second, or -1
    spoke_number: Ints  # (state,)          -1 for others
    in_security: Ints  # (demand,)          1 for demands of the domain security
    start_orientation: Floats  # (state, 4)
    mean_history: Floats  # (4, dyad)       recorded means: orientation, load, mediation, stock
    last_history: Floats  # (4, dyad)       the same in the last recorded month
    calendar: Ints  # (month,)              month of the year, 0 to 11


@dataclass(frozen=True)
class Layout:
    """Names beside the constants, each tuple in array order."""

    index: StateIndex
    start_month: int
    n_months: int
    entries: tuple[StateEntry, ...]
    coalitions: tuple[tuple[str, str], ...]  # state, id
    agreements: tuple[str, ...]
    agreement_parties: tuple[tuple[str, ...], ...]
    n_recorded: int  # agreements of the record; prospects and the scenario's follow
    dockets: tuple[str, ...]
    spokes: tuple[str, ...]
    proliferators: tuple[str, ...]
    demands: tuple[str, ...]
    hub: str
    constants: Constants
    levers: Levers

    @property
    def months(self) -> Ints:
        """Calendar months that are simulated."""
        return np.arange(self.start_month + 1, self.start_month + 1 + self.n_months)


def build_layout(
    case: Case, scenario: Scenario, history: DriverHistory, *, n_months: int
) -> Layout:
    """Return the arrays of a case under a scenario.

    Raises
    ------
    ConfigError
        The scenario holds something that the case does not have, or a state has no coalition.
    """
    index = case.index
    coalitions = _coalitions(case)
    agreements = simulated_agreements(case, scenario)
    names = tuple(row.id for row in agreements)
    parties = tuple(_known_parties(case, row.parties) for row in agreements)
    dockets = tuple(row.id for row in case.disputes)
    recorded = [row for row in case.agreements if len(_known_parties(case, row.parties)) > 1]
    levers = lever_arrays(
        case, scenario, coalitions=coalitions, agreements=names, n_months=n_months
    )
    constants = Constants(
        **role_constants(case),
        **_turnover_constants(case, coalitions, n_months),
        **agreement_constants(case, agreements, parties, len(recorded), levers.agreement >= 0),
        **_docket_constants(case),
        **_history_constants(history),
        in_security=np.array([row.domain == "security" for row in case.demands], np.int64),
        calendar=np.arange(case.last_month + 1, case.last_month + 1 + n_months) % 12,
    )
    return Layout(
        index=index,
        start_month=case.last_month,
        n_months=n_months,
        entries=case.entries,
        coalitions=coalitions,
        agreements=names,
        agreement_parties=parties,
        n_recorded=len(recorded),
        dockets=dockets,
        spokes=case.with_role("spoke"),
        proliferators=case.with_role("proliferator"),
        demands=tuple(row.id for row in case.demands),
        hub=case.hub,
        constants=constants,
        levers=levers,
    )


def simulated_agreements(case: Case, scenario: Scenario) -> list:
    """Return the agreements with at least two parties among the states, in the order of rows.

    First the recorded ones, then a prospect per pair of spokes, then the scenario's.
    """
    rows = [*case.agreements, *prospect_agreements(case), *scenario.agreements]
    return [row for row in rows if len(_known_parties(case, row.parties)) > 1]


def _known_parties(case: Case, parties: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(parties) if code in case.index.codes)


def _coalitions(case: Case) -> tuple[tuple[str, str], ...]:
    rows = [(code, row.id) for code in case.index for row in case.coalitions if row.state == code]
    missing = [code for code in case.index if code not in {state for state, _ in rows}]
    if missing:
        raise ConfigError(
            f"every state needs at least one coalition; found none for {', '.join(missing)}. "
            "Add [[coalitions]] to case.toml."
        )
    return tuple(rows)


def _turnover_constants(
    case: Case, coalitions: tuple[tuple[str, str], ...], n_months: int
) -> dict[str, NDArray]:
    entries, start = case.entries, case.last_month
    counts = [sum(state == entry.code for state, _ in coalitions) for entry in entries]
    weights = {(row.state, row.id): row.weight for row in case.coalitions}
    offices = {"one_term_president": ONE_TERM, "two_term_president": TWO_TERM}
    spells = [_spell(case, entry.code, coalitions) for entry in entries]
    scheduled = np.zeros((len(entries), n_months), np.int64)
    for i, entry in enumerate(entries):
        for change in entry.scheduled:
            if 0 < change.month - start <= n_months:
                scheduled[i, change.month - start - 1] = 1
    return {
        "office": np.array([offices.get(entry.office, 0) for entry in entries], np.int64),
        "term_months": np.array([entry.term_months or 0 for entry in entries], np.int64),
        "clock": np.array([(entry.next_term_month or start) - start for entry in entries]),
        "terms": np.array([entry.terms_served for entry in entries], np.int64),
        "democracy": np.array([entry.is_democracy for entry in entries], np.int64),
        "first_coalition": np.array([0, *accumulate(counts)], np.int64),
        "weight": np.array([weights[key] for key in coalitions], np.float64),
        "coalition": np.array([spell[0] for spell in spells], np.int64),
        "months_since_support": np.array([spell[1] for spell in spells], np.int64),
        "scheduled": scheduled,
    }


def _spell(case: Case, code: str, coalitions: tuple[tuple[str, str], ...]) -> tuple[int, int]:
    """Return coalition in office and months since support changed."""
    incumbent = case.incumbent(code)
    own = [name for state, name in coalitions if state == code]
    if incumbent is None:
        return coalitions.index((code, own[0])), MONTHS_WITHOUT_RECORD
    if incumbent.coalition not in own:
        raise ConfigError(
            f'governments.csv: the incumbent of {code} belongs to coalition "{incumbent.coalition}"'
            f", which case.toml does not list. {nearest_match(incumbent.coalition, own)}".rstrip()
        )
    earlier = sorted(
        (row for row in case.governments if row.state == code and row.start <= incumbent.start),
        key=lambda row: row.start,
    )
    since = incumbent.start
    for row in reversed(earlier):
        if row.coalition != incumbent.coalition:
            break
        since = row.start
    return coalitions.index((code, incumbent.coalition)), case.last_month - month_of(since)


def _docket_constants(case: Case) -> dict[str, NDArray]:
    pair = [case.index.dyad_number("-".join(row.parties)) for row in case.disputes]
    has_docket = np.zeros(case.index.n_dyads, np.int64)
    has_docket[pair] = 1
    recent = [
        sum(month_of(day) == case.last_month and day <= case.as_of for day in row.flares)
        for row in case.disputes
    ]
    severity = [row.severity if row.is_active else 0 for row in case.disputes]
    return {
        "docket_pair": np.array(pair, np.int64),
        "severity": np.array(severity, np.int64),
        "recent_flares": np.array(recent, np.int64),
        "has_docket": has_docket,
    }


def _history_constants(history: DriverHistory) -> dict[str, NDArray]:
    series = (
        history.orientation,
        history.dispute_load,
        history.mediation,
        history.agreement_stock,
    )
    return {
        "start_orientation": np.ascontiguousarray(history.state_orientation[:, :, -1], np.float64),
        "mean_history": np.array([np.mean(rows, axis=1) for rows in series], np.float64),
        "last_history": np.array([rows[:, -1] for rows in series], np.float64),
    }
