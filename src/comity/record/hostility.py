"""Remembered hostility: what a state takes in from another's hostile acts, month by month."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.judged import JudgedNumber
from comity.core.months import month_of
from comity.core.rows import Event
from comity.record.counts import act_pairs, classify

Floats = NDArray[np.float64]
WORST_TONE = 10.0


@cache
def driver_rules() -> Mapping[str, JudgedNumber]:
    """Return the judged numbers by which rows become series of drivers."""
    text = resources.files("comity.record").joinpath("driver_rules.toml").read_text("utf-8")
    return {
        f"{group}.{name}": JudgedNumber(**entry)
        for group, table in tomllib.loads(text).items()
        for name, entry in table.items()
    }


def remembered_hostility(
    case: Case, sources: Collection[str], keep: Callable[[Event], bool] = lambda event: True
) -> Floats:
    """Return how much hostility of some sources each state has in mind, 0 to 1, (state, time).

    Every conflictual act of a source toward a state adds its tone over the worst tone, and fades
    with the half-life ``hostility.half_life``; the sum H is brought to ``1 - exp(-H / full)``.

    Parameters
    ----------
    case
        The case.
    sources
        Codes of the acting states.
    keep
        Which rows to look at.
    """
    rules = driver_rules()
    fade = 2.0 ** (-1.0 / rules["hostility.half_life"].central)
    taken = np.zeros((len(case.index), len(case.months)))
    for event in case.events:
        found = classify(event, case.event_classes)
        if found is None or found.is_cooperative or not keep(event):
            continue
        time = month_of(event.date) - case.first_month
        if not 0 <= time < taken.shape[1]:
            continue
        for source, target in act_pairs(event):
            if source in sources and target not in sources:
                taken[case.index.number(target), time] += abs(event.tone) / WORST_TONE
    for time in range(1, taken.shape[1]):
        taken[:, time] += fade * taken[:, time - 1]
    return 1 - np.exp(-taken / rules["hostility.full"].central)
