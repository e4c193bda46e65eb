"""What a scenario's levers leave of the value that a rule gives a quantity.

The rule ``levers`` writes, at the start of a month, what acts in each member into three tables of
the world, (row, member): the value held (NaN: none), a factor and a shift. A rule that sets a
quantity looks up its row and passes its values through `pull`.
"""

from __future__ import annotations

import math

from comity.simulate.compiled import inlined_part, part


@inlined_part()
def moved(value, held, factor, shift, low, high):
    """Return one value after the levers: held, or scaled, shifted and clipped."""
    if math.isnan(held):
        return min(max(value * factor + shift, low), high)
    return held


@part()
def pull(w, x, row, values):
    """Pass the values of one entity, (member,), through the levers of its row; -1: none."""
    if row < 0:
        return
    held, factor, shift = w.held[row], w.factor[row], w.shift[row]
    low, high = x.low[row], x.high[row]
    for b in range(values.shape[0]):
        values[b] = moved(values[b], held[b], factor[b], shift[b], low, high)
