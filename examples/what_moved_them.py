"""Estimate what moves relations and print what may be said of every driver.

Run with ``python examples/what_moved_them.py``.
"""

import comity

case = comity.load_case("japan-korea-us")
effects = comity.explain_relations(case)

for driver in effects.drivers:
    print(f"{driver.tier:>14}  {driver.sentence}")

learned = [item.name for item in effects.drivers if item.contraction >= 0.1]
print(f"More than a tenth was learned of {', '.join(learned)}; the rest are priors.")
print(effects.one_pair)
