"""The drivers of a case as dated series, each with what it comes from and what may mislead."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.drivers import NOBODY, DriverPanel, DriverSeries
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.states import component_toward
from comity.record.channels import channel_density
from comity.record.design_parts import (
    administrations_part,
    court_part,
    orientation_part,
    tests_part,
)
from comity.record.history import driver_history
from comity.record.hostility import remembered_hostility
from comity.record.hub_drivers import fear_series, pressure_series
from comity.record.incumbents import incumbents, pair_governments
from comity.record.occasions import government_occasions

Floats = NDArray[np.float64]


def driver_panel(
    case: Case, numbers: Mapping[str, JudgedNumber], history: DriverHistory | None = None
) -> DriverPanel:
    """Return the drivers of every pair of a case that the record alone gives.

    Parameters
    ----------
    case
        The case.
    numbers
        Its judged numbers, package defaults included: commitment, fear and channels rest on them.
    history
        `comity.record.driver_history` of the case where it is at hand.

    Returns
    -------
    panel
        Orientation, open disputes, mediation, agreements, shared threat, density of channels, fear
        of abandonment and pressure by the hub. A series that the case cannot give says why. The
        balance of third parties is not among them: it needs the measured relations.
    """
    history = history or driver_history(case)
    office = incumbents(case)
    government, names = pair_governments(case, office)
    hub = office[case.index.number(case.hub)] if case.with_role("hub") else np.full(
        len(case.months), NOBODY
    )  # fmt: skip
    rows = [int(row) for row in dict.fromkeys(hub.tolist()) if row != NOBODY]
    allies = {*case.with_role("hub"), *case.with_role("spoke")}
    return DriverPanel(
        index=case.index,
        months=case.months,
        drivers=(
            _orientation(case, history, office),
            _disputes(case, history),
            _mediation(case, history),
            *_fear(case, numbers, office),
            *_pressure(case),
            _agreements(case, history),
            _threat(case),
            _density(case, numbers),
        ),
        government=government,
        government_names=names,
        state_government=office,
        administration=np.array(
            [rows.index(row) if row in rows else NOBODY for row in hub.tolist()]
        ),
        administration_names=tuple(_term_words(case, row) for row in rows),
        is_partner=np.array([set(label.split("-")) <= allies for label in case.index.dyads]),
        occasions=government_occasions(case, office),
    )


def _term_words(case: Case, row: int) -> str:
    government = case.governments[row]
    return f"{government.leader} from {government.start.year}"


def _orientation(case: Case, history: DriverHistory, office: NDArray[np.int64]) -> DriverSeries:
    toward = [component_toward(entry.roles) for entry in case.entries]
    parts = np.zeros((case.index.n_dyads, 2, len(case.months)))
    for dyad, (i, j) in enumerate(case.index.pairs):
        for side, (state, other) in enumerate(((i, j), (j, i))):
            if toward[other] >= 0:
                parts[dyad, side] = history.state_orientation[state, toward[other]] / 2
    return DriverSeries(
        name="orientation",
        words="a more conciliatory orientation of the two governments toward each other",
        unit="orientation, -1 to 1",
        source="governments.csv, with the judged orientation of each coalition (parameters.toml) "
        "or the government's own override.",
        values=history.orientation,
        caution="Orientations follow party labels and were judged knowing how relations went.",
        designs=orientation_part(case, parts, office),
        by_state=parts,
        missing="" if case.governments else _empty("governments.csv", "a government"),
    )


def _disputes(case: Case, history: DriverHistory) -> DriverSeries:
    return DriverSeries(
        name="dispute_load",
        words="open disputes",
        unit="severity in thirds, summed over open dockets",
        source="disputes.csv: a docket is open after a flare until it is settled or a year passes.",
        values=history.dispute_load,
        caution="Flares are also acts from which the relation is measured, so that part of the "
        "association is built in.",
        designs=court_part(case, history.dispute_load),
        is_seasonal=True,
        missing="" if case.disputes else _empty("disputes.csv", "a docket with its flares"),
    )


def _mediation(case: Case, history: DriverHistory) -> DriverSeries:
    is_seen = bool(history.mediation.any())
    return DriverSeries(
        name="mediation",
        words="mediation by the hub",
        unit="0 or 1",
        source="events.csv: acts of mediation by the hub that name both states, for three months.",
        values=history.mediation,
        caution="Mediators come when relations are bad.",
        missing="" if is_seen else _empty("events.csv", "an act of mediation by the hub that names "
                                          "both states"),
    )  # fmt: skip


def _fear(
    case: Case, numbers: Mapping[str, JudgedNumber], office: NDArray[np.int64]
) -> tuple[DriverSeries, DriverSeries]:
    missing = _two_spokes(case)
    shared, unequal = fear_series(case, numbers, office)
    source = (
        "governments.csv of the hub with the judged commitment of its coalition, and hostile acts "
        "of the common adversary in events.csv: fear is high when commitment is low and the threat "
        "near."
    )
    designs = administrations_part(case, numbers, office)
    return tuple(
        DriverSeries(
            name=name,
            words=words,
            unit="0 to 1",
            source=source,
            values=values,
            caution="Commitment is judged by the hub's party; nobody has measured fear itself.",
            designs=part,
            missing=missing,
        )
        for name, words, values, part in (
            ("fear_symmetric", "fear of abandonment shared by both spokes", shared, designs[0]),
            ("fear_asymmetric", "unequal fear of abandonment", unequal, designs[1]),
        )
    )  # pyright: ignore[reportReturnType]


def _pressure(case: Case) -> tuple[DriverSeries, DriverSeries]:
    missing = _two_spokes(case)
    common, unequal = pressure_series(case)
    source = (
        "events.csv: conflictual acts of the hub toward each spoke, remembered with a half-life of "
        "six months. Kept apart from fear, which rests on commitment."
    )
    return tuple(
        DriverSeries(name, words, "0 to 1", source, values, missing=missing)
        for name, words, values in (
            ("pressure_common", "pressure by the hub on both spokes alike", common),
            ("pressure_unequal", "pressure by the hub on one spoke more than the other", unequal),
        )
    )  # pyright: ignore[reportReturnType]


def _agreements(case: Case, history: DriverHistory) -> DriverSeries:
    return DriverSeries(
        name="agreement_stock",
        words="more and deeper agreements in force",
        unit="depth in thirds, summed over agreements in force",
        source="agreements.csv and agreement_status.csv.",
        values=history.agreement_stock,
        caution="States sign when they get on, and signings are also acts from which the relation "
        "is measured.",
        missing="" if case.agreements else _empty("agreements.csv", "an agreement with its status"),
    )


def _threat(case: Case) -> DriverSeries:
    sources = case.with_role("proliferator")
    felt = remembered_hostility(case, sources)
    i, j = case.index.pairs.T
    missing = (
        ""
        if sources
        else 'case.toml has no state with the role "proliferator". Give one to the common '
        "adversary and list its acts in events.csv."
    )
    return DriverSeries(
        name="shared_threat",
        words="a threat felt by both from the common adversary",
        unit="0 to 1",
        source="events.csv: hostile acts of the proliferator toward each state, remembered with a "
        "half-life of six months; the smaller of the two.",
        values=np.minimum(felt[i], felt[j]),
        designs=tests_part(case),
        missing=missing,
    )


def _density(case: Case, numbers: Mapping[str, JudgedNumber]) -> DriverSeries:
    return DriverSeries(
        name="density",
        words="denser working channels",
        unit="0 to 1",
        source="meetings in events.csv, agreements in force and ruptures, by the rule of the "
        "futures; its rates and its start are judged.",
        values=channel_density(case, numbers),
        caution="Channels grow where relations are good, and meetings are also acts from which the "
        "relation is measured.",
    )


def _two_spokes(case: Case) -> str:
    found = len(case.with_role("spoke"))
    if found >= 2:
        return ""
    return (
        f'case.toml has {found} state(s) with the role "spoke", and this driver compares two. Give '
        "the role to a second state."
    )


def _empty(file: str, row: str) -> str:
    return f"{file} has no row that says anything of it. Add {row}."
