"""What counts of recorded acts say of a claim: rates per year, or shares of acts."""

from __future__ import annotations

import math

from comity.core.case import Case
from comity.core.claims import DataEstimand, Direction
from comity.core.wording import frequency
from comity.judge import intervals
from comity.judge.lines import HALF, RATE_RATIO, SHARE_MARGIN
from comity.judge.reading import DataReading, leaning_of, silent
from comity.judge.windows import row_names, rows_in, window_words, window_years


def read_event_rate(case: Case, data: DataEstimand) -> DataReading:
    """Return the rate of acts of some kinds per year, against another window or a value."""
    years = window_years(case, data.window)
    if not years:
        return silent(f"The record has no day in {window_words(case, data.window)}.")
    rows = rows_in(case, data.window, dyad=data.dyad, kinds=data.kinds)
    low, high = intervals.rate_interval(len(rows), years)
    acts = _acts(case, data)
    sentence = (
        f"In {window_words(case, data.window)} the record holds {len(rows)} {acts}: "
        f"{len(rows) / years:.2f} a year (80% interval {low:.2f} to {high:.2f})"
    )
    numbers = [("count", len(rows)), ("rate_per_year", len(rows) / years)]
    numbers += [("rate_low", low), ("rate_high", high)]
    ids = row_names(rows)
    if data.contrast is None:
        value = data.against_value or 0.0
        probability = _against_value(len(rows), years, value, data.expect)
        sentence += f"; the claim is held against {value:g} a year."
    else:
        other_years = window_years(case, data.contrast)
        if not other_years:
            return silent(f"The record has no day in {window_words(case, data.contrast)}.")
        others = rows_in(case, data.contrast, dyad=data.dyad, kinds=data.kinds)
        ids += row_names(others)
        counts = (len(rows), years, len(others), other_years)
        probability = _ratio_probability(*counts, data.expect)
        low, high = intervals.ratio_interval(*counts)
        upper = "any number" if math.isinf(high) else f"{high:.2g}"
        sentence += (
            f", against {len(others)} or {len(others) / other_years:.2f} a year in "
            f"{window_words(case, data.contrast)}; the first rate is {low:.2g} to {upper} times "
            "the second (80% interval)."
        )
        numbers += [("contrast_count", len(others)), ("ratio_low", low), ("ratio_high", high)]
    sentence += f" The expected direction holds with a probability of {frequency(probability)}."
    numbers.append(("probability", probability))
    return DataReading(
        leaning_of(probability), probability, sentence, tuple(dict.fromkeys(ids)), tuple(numbers)
    )


def read_event_share(case: Case, data: DataEstimand) -> DataReading:
    """Return the share of some kinds among all acts, against another window or a value."""
    found = rows_in(case, data.window, dyad=data.dyad, kinds=data.kinds)
    total = rows_in(case, data.window, dyad=data.dyad)
    if not total:
        return silent(f"The record has no act in {window_words(case, data.window)}.")
    low, high = intervals.share_interval(len(found), len(total))
    sentence = (
        f"In {window_words(case, data.window)} {len(found)} of {len(total)} recorded acts are "
        f"{_acts(case, data)} (share {100 * len(found) / len(total):.0f}%, 80% interval "
        f"{100 * low:.0f} to {100 * high:.0f})"
    )
    numbers = [("count", len(found)), ("acts", len(total)), ("share_low", low)]
    numbers.append(("share_high", high))
    ids = row_names(found)
    if data.contrast is None:
        value = HALF if data.against_value is None else data.against_value
        above = intervals.share_above(len(found), len(total), value)
        apart = _outside(len(found), len(total), value)
        sentence += f"; the claim is held against {100 * value:.0f}%."
    else:
        others = rows_in(case, data.contrast, dyad=data.dyad, kinds=data.kinds)
        other_total = rows_in(case, data.contrast, dyad=data.dyad)
        if not other_total:
            return silent(f"The record has no act in {window_words(case, data.contrast)}.")
        ids += row_names(others)
        first, second = (len(found), len(total)), (len(others), len(other_total))
        above = intervals.share_exceeds(*first, *second)
        apart = intervals.share_exceeds(*first, *second, SHARE_MARGIN)
        apart += intervals.share_exceeds(*second, *first, SHARE_MARGIN)
        sentence += (
            f", against {len(others)} of {len(other_total)} in {window_words(case, data.contrast)}."
        )
        numbers += [("contrast_count", len(others)), ("contrast_acts", len(other_total))]
    probability = of_direction(above, apart, data.expect)
    sentence += f" The expected direction holds with a probability of {frequency(probability)}."
    numbers.append(("probability", probability))
    return DataReading(
        leaning_of(probability), probability, sentence, tuple(dict.fromkeys(ids)), tuple(numbers)
    )


def of_direction(above: float, apart: float, expect: Direction) -> float:
    """Return the probability of a direction from those of lying above and of lying apart."""
    return {"higher": above, "lower": 1 - above, "different": apart, "none": 1 - apart}[expect]


def _outside(k: int, n: int, value: float) -> float:
    above = intervals.share_above(k, n, value + SHARE_MARGIN)
    return above + 1 - intervals.share_above(k, n, value - SHARE_MARGIN)


def _against_value(count: int, years: float, value: float, expect: Direction) -> float:
    apart = intervals.rate_above(count, years, value * RATE_RATIO)
    apart += 1 - intervals.rate_above(count, years, value / RATE_RATIO)
    return of_direction(intervals.rate_above(count, years, value), apart, expect)


def _ratio_probability(k: int, years: float, k2: int, years2: float, expect: Direction) -> float:
    apart = intervals.ratio_above(k, years, k2, years2, RATE_RATIO)
    apart += 1 - intervals.ratio_above(k, years, k2, years2, 1 / RATE_RATIO)
    return of_direction(intervals.ratio_above(k, years, k2, years2), apart, expect)


def _acts(case: Case, data: DataEstimand) -> str:
    kinds = " or ".join(kind.replace("_", " ") for kind in data.kinds) or "any kind"
    pair = f" concerning {case.dyad_words(data.dyad)}" if data.dyad else ""
    return f"acts of the kind {kinds}{pair}" if data.kinds else f"acts{pair}"
