"""How often the hub's mediation follows a flare between two states."""

from __future__ import annotations

import datetime as dt

from comity.core.case import Case
from comity.core.claims import DataEstimand
from comity.core.wording import frequency
from comity.judge import intervals
from comity.judge.count_reading import of_direction
from comity.judge.lines import HALF, MEDIATING_KINDS, SHARE_MARGIN
from comity.judge.reading import DataReading, leaning_of, silent
from comity.judge.windows import row_names, rows_in, window_days, window_words


def read_mediation_after_flare(case: Case, data: DataEstimand) -> DataReading:
    """Return the share of flares that an act of mediation by the hub follows within some days.

    Days on which several dockets of the pair flare count once. A flare too near the closing date
    for its days to have passed is left out whether mediated or not, so that it biases nothing.
    """
    assert data.within_days is not None
    start, end = window_days(case, data.window)
    wait = dt.timedelta(days=data.within_days)
    pair = set(case.index.dyad_label(data.dyad).split("-"))
    dockets = [docket for docket in case.disputes if set(docket.parties) == pair]
    flares = sorted({day for docket in dockets for day in docket.flares if start <= day <= end})
    watched = [day for day in flares if day + wait <= case.as_of]
    if not watched:
        return silent(f"The record has no flare to watch in {window_words(case, data.window)}.")
    acts = [
        event
        for event in rows_in(case, None, kinds=data.kinds or MEDIATING_KINDS)
        if case.hub in event.source and pair <= set(event.target) | set(event.source)
    ]
    answered = [day for day in watched if any(day <= act.date <= day + wait for act in acts)]
    used = [act for act in acts if any(day <= act.date <= day + wait for day in watched)]
    k, n = len(answered), len(watched)
    low, high = intervals.share_interval(k, n)
    value = HALF if data.against_value is None else data.against_value
    apart = intervals.share_above(k, n, value + SHARE_MARGIN)
    apart += 1 - intervals.share_above(k, n, value - SHARE_MARGIN)
    probability = of_direction(intervals.share_above(k, n, value), apart, data.expect)
    left_out = len(flares) - n
    sentence = (
        f"Of {n} recorded flares between {case.dyad_words(data.dyad)} in "
        f"{window_words(case, data.window)}, {k} had an act of mediation by "
        f"{case.state_name(case.hub)} within {data.within_days} days (share {100 * k / n:.0f}%, "
        f"80% interval {100 * low:.0f} to {100 * high:.0f}); the claim is held against "
        f"{100 * value:.0f}%. The expected direction holds with a probability of "
        f"{frequency(probability)}."
    )
    if left_out:
        sentence += f" {left_out} too near the closing date to tell."
    numbers = (
        ("flares", float(n)),
        ("mediated", float(k)),
        ("share_low", low),
        ("share_high", high),
        ("probability", probability),
    )
    rows = tuple([*(f"disputes:{docket.id}" for docket in dockets), *row_names(used)])
    return DataReading(leaning_of(probability), probability, sentence, rows, numbers)
