"""Where a system's obligations lie: on the hub's edges or between its spokes."""

from __future__ import annotations

from itertools import combinations

from comity.core.case import Case
from comity.core.claims import DataEstimand
from comity.core.wording import frequency
from comity.judge import intervals
from comity.judge.count_reading import of_direction
from comity.judge.lines import OBLIGATION_DEPTH, SHARE_MARGIN
from comity.judge.reading import DataReading, leaning_of, silent

BINDING = ("signed", "in_force")


def read_obligation_share(case: Case, data: DataEstimand) -> DataReading:
    """Return the hub's share of the obligations among hub and spokes, on the closing date.

    An agreement in force counts once on each edge among its parties. Without a value to be held
    against, the reference is the share of edges that touch the hub: what an even spread would give.
    """
    spokes = [code for code in case.with_role("spoke") if code != case.hub]
    if not spokes or len(spokes) < 2:
        return silent("The case has fewer than two spokes.")
    status = case.agreement_status()
    hub_edges, spoke_edges = 0, 0
    rows: list[str] = []
    for agreement in case.agreements:
        if agreement.depth < OBLIGATION_DEPTH or status[agreement.id] not in BINDING:
            continue
        parties = set(agreement.parties)
        on_hub = len(parties & set(spokes)) if case.hub in parties else 0
        between = sum(1 for _ in combinations(sorted(parties & set(spokes)), 2))
        if on_hub or between:
            rows.append(f"agreements:{agreement.id}")
        hub_edges += on_hub
        spoke_edges += between
    n = hub_edges + spoke_edges
    if not n:
        return silent("The record has no obligation in force among hub and spokes.")
    even = len(spokes) / (len(spokes) + len(spokes) * (len(spokes) - 1) / 2)
    value = even if data.against_value is None else data.against_value
    low, high = intervals.share_interval(hub_edges, n)
    apart = intervals.share_above(hub_edges, n, value + SHARE_MARGIN)
    apart += 1 - intervals.share_above(hub_edges, n, value - SHARE_MARGIN)
    above = intervals.share_above(hub_edges, n, value)
    probability = of_direction(above, apart, data.expect)
    sentence = (
        f"On {case.as_of.isoformat()} {hub_edges} of {n} recorded obligations in force among hub "
        f"and spokes lie on the hub's edges, {spoke_edges} between spokes (share "
        f"{100 * hub_edges / n:.0f}%, 80% interval {100 * low:.0f} to {100 * high:.0f}), held "
        f"against {100 * value:.0f}%. The expected direction holds with a probability of "
        f"{frequency(probability)}."
    )
    numbers = (
        ("hub_obligations", float(hub_edges)),
        ("spoke_obligations", float(spoke_edges)),
        ("reference", float(value)),
        ("probability", probability),
    )
    return DataReading(leaning_of(probability), probability, sentence, tuple(rows), numbers)
