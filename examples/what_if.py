"""Ask one what-if question and read the answer with its uncertainty.

Run with ``python examples/what_if.py``.
"""

import comity

case = comity.load_case("japan-korea-us")
contrast = comity.compare_scenarios(case, "hub-mediates", n_members=2_000, n_months=24, seed=1)

print(f"{contrast.title}: {contrast.n_members} futures of {len(contrast.months)} months")
for item in contrast.outcomes:
    print(
        f"{item.outcome.words}: {100 * item.against_probability:.0f} -> "
        f"{100 * item.probability:.0f} in 100 "
        f"(difference {100 * item.difference:+.0f}, 80% of our ignorance "
        f"{100 * item.low:+.0f} to {100 * item.high:+.0f})"
    )

dyad = contrast.index.dyad_number("JPN-KOR")
print(
    f"Relation after 24 months: {contrast.relation_difference[dyad, -1]:+.2f} logits, "
    f"against a spread of futures of {contrast.relation_spread[dyad, -1]:.2f}"
)
