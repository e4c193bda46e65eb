"""Agreements as arrays: who is a party, which pairs they make, and what their gaps are made of."""

from __future__ import annotations

from itertools import accumulate, combinations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.rows import STATUSES
from comity.core.scenarios import NewAgreement
from comity.simulate.roles import role_constants
from comity.simulate.scenario import prospect_agreements

FORMS = ("statement", "executive", "treaty")
TREATY = FORMS.index("treaty")
NONE, NEGOTIATING, SIGNED, IN_FORCE, SUSPENDED, HOLLOW, TERMINATED = (
    STATUSES.index(word)
    for word in ("none", "negotiating", "signed", "in_force", "suspended", "hollow", "terminated")
)

(FIRST_TERM, LAST_TERM, OWN_FIRST, OWN_LAST, FIRST_PAIR, LAST_PAIR, FIRST_EAR, LAST_EAR, SAMPLE,
 HAS_SPOKES) = range(10)  # fmt: skip
"""Columns of a tie: where the terms of all its parties' gaps begin and end, those of the state's
own gap, the pairs of parties, the beliefs that hear what the state does; its first agreement; 1
where two parties are spokes."""


def agreement_constants(
    case: Case,
    agreements: list,
    parties: tuple[tuple[str, ...], ...],
    n_recorded: int,
    levered: NDArray[np.bool_],
) -> dict[str, NDArray]:
    """Return the constants that describe agreements; ``parties`` in the order of ``agreements``.

    ``levered`` says which of them a lever may bring to life.
    """
    most = max((len(row) for row in parties), default=2)
    padded = np.full((len(agreements), most), -1, np.int64)
    for a, row in enumerate(parties):
        padded[a, : len(row)] = [case.index.number(code) for code in row]
    recorded = case.agreement_status()
    democracies = {entry.code for entry in case.entries if entry.is_democracy}
    prospects = {row.id for row in prospect_agreements(case)}
    status = [
        "none" if isinstance(row, NewAgreement) else recorded.get(row.id, "none")
        for row in agreements
    ]
    lives = [
        word not in ("none", "terminated") or row.id in prospects or levered[a]
        for a, (row, word) in enumerate(zip(agreements, status, strict=True))
    ]
    found = {
        **_families(agreements, padded),
        **_pairs_of_parties(case, parties),
        **_gap_terms(case, padded),
    }
    return {
        "form": np.array([FORMS.index(row.form) for row in agreements], np.int64),
        "depth": np.array([row.depth / 3 for row in agreements], np.float64),
        "status": np.array([STATUSES.index(word) for word in status], np.int64),
        "parties": padded,
        "n_parties": np.array([len(row) for row in parties], np.int64),
        "n_democracies": np.array(
            [len(democracies.intersection(row)) for row in parties], np.int64
        ),
        **found,
        **_ties(agreements, padded, role_constants(case), found, lives),
        "prospect": np.array(
            [
                case.index.dyad_number("-".join(row.parties)) if row.id in prospects else -1
                for row in agreements
            ],
            np.int64,
        ),
        "n_shared": np.array(
            [
                sum({a, b} <= set(row) for row in parties[:n_recorded])
                for a, b in (label.split("-") for label in case.index.dyads)
            ],
            np.int64,
        ),
    }


def _families(agreements: list, parties: NDArray[np.int64]) -> dict[str, NDArray]:
    """Return who is of one family: agreements of one form between the same parties."""
    kinds = [
        (row.form, frozenset(members)) for row, members in zip(agreements, parties, strict=True)
    ]
    numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    family = [numbers[kind] for kind in kinds]
    return {
        "family": np.array(family, np.int64),
        "first_of": np.array([0, *accumulate(family.count(g) for g in numbers.values())], np.int64),
        "of_family": np.array(sorted(range(len(family)), key=family.__getitem__), np.uint32),
    }


def _ties(
    agreements: list,
    parties: NDArray[np.int64],
    roles: dict[str, NDArray],
    found: dict,
    lives: list[bool],
) -> dict[str, NDArray]:
    """Return, state by state, with whom it is tied by agreements, and by which.

    A tie is a state and the parties of some of its agreements, which may have several forms.
    ``found`` has the constants of families, gaps and pairs of parties. Agreements that do not live
    are left out.
    """
    most, forms = parties.shape[1], [FORMS.index(row.form) for row in agreements]
    ties, ears, kin, duties = [], [], [], []
    first: dict[str, list[int]] = {name: [0] for name in ("tie", "kin", "duty")}
    last: dict[str, list[int]] = {name: [] for name in ("treaty_tie", "treaty_kin", "treaty_duty")}
    for s in range(len(roles["spoke_number"])):
        own: dict[frozenset[int], int] = {}
        families: dict[int, int] = {}
        signed = [a for a, row in enumerate(parties) if lives[a] and s in row]
        treaties = [a for a in signed if forms[a] == TREATY]
        for a in (*treaties, *(a for a in signed if forms[a] != TREATY)):
            others = [int(q) for q in parties[a] if q >= 0 and q != s]
            tie = own.setdefault(frozenset(others), len(ties))
            families[int(found["family"][a])] = tie
            duties.append((a, tie, s))
            if tie == len(ties):
                heard = [roles["belief"][q, s] for q in others if roles["belief"][q, s] >= 0]
                n_spokes = sum(roles["spoke_number"][q] >= 0 for q in (s, *others))
                place = a * most + list(parties[a]).index(s)
                ties.append((
                    *found["first_gap"][[a * most, (a + 1) * most, place, place + 1]],
                    *found["first_pair"][[a, a + 1]], len(ears), len(ears) + len(heard),
                    a, n_spokes > 1,
                ))  # fmt: skip
                ears += heard
        kin += families.items()
        first["tie"].append(len(ties))
        first["kin"].append(len(kin))
        first["duty"].append(len(duties))
        n_families = len({found["family"][a] for a in treaties})
        n_ties = len({frozenset(parties[a]) for a in treaties})
        last["treaty_tie"].append(first["tie"][-2] + n_ties)
        last["treaty_kin"].append(first["kin"][-2] + n_families)
        last["treaty_duty"].append(first["duty"][-2] + len(treaties))
    return {
        **{f"first_{name}": np.array(rows, np.uint32) for name, rows in first.items()},
        **{f"last_{name}": np.array(rows, np.uint32) for name, rows in last.items()},
        "tie": np.array(ties, np.uint32).reshape(-1, 10),
        "ear": np.array(ears, np.uint32),
        "kin": np.array(kin, np.uint32).reshape(-1, 2),
        "duty": np.array(duties, np.uint32).reshape(-1, 3),
    }


def _pairs_of_parties(case: Case, parties: tuple[tuple[str, ...], ...]) -> dict[str, NDArray]:
    rows = [
        [case.index.dyad_number(f"{a}-{b}") for a, b in combinations(row, 2)] for row in parties
    ]
    return {
        "first_pair": np.array([0, *accumulate(map(len, rows))], np.int64),
        "party_pair": np.array([pair for row in rows for pair in row], np.uint32),
    }


def _gap_terms(case: Case, parties: NDArray[np.int64]) -> dict[str, NDArray]:
    """Return the terms of each party's gap: the mean of (1 - orientation) / 2 over the others.

    Only the others toward whose role the party has an orientation count; others with the same role
    make one term. A party without terms has no gap of its own.
    """
    toward = role_constants(case)["toward"]
    first, rows, weights = [0], [], []
    for agreement in parties:
        members = agreement[agreement >= 0]
        for s in agreement:
            others = [q for q in members if s >= 0 and q != s and toward[s, q] >= 0]
            found = [4 * s + toward[s, q] for q in others]
            for row in dict.fromkeys(found):
                rows.append(row)
                weights.append(found.count(row) / len(found) / 2)
            first.append(len(rows))
    return {
        "first_gap": np.array(first, np.int64),
        "gap_row": np.array(rows, np.uint32),
        "gap_weight": np.array(weights, np.float64),
    }
