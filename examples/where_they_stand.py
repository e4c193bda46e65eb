"""Measure every pair and print where each stands in the last recorded month.

Run with ``python examples/where_they_stand.py``.
"""

import comity

case = comity.load_case("japan-korea-us")
relations = comity.measure_relations(case)

latest = relations.to_frame().groupby("dyad").tail(1).sort_values("share", ascending=False)
for row in latest.itertuples():
    print(
        f"{case.dyad_words(row.dyad)}: {100 * row.share:.0f}% cooperative acts expected "
        f"(80% interval {100 * row.share_low:.0f} to {100 * row.share_high:.0f})"
    )

for score in relations.scores:
    print(
        f"One-step log score against {score.baseline}: {score.difference:+.3f} nats per cell "
        f"[{score.difference_low:+.3f}, {score.difference_high:+.3f}]"
    )
