"""Where a verdict's rules draw their lines, and why there."""

from __future__ import annotations

SPEAKS = 0.9
"""Probability of the expected direction from which the record speaks for a claim.

One minus it speaks against. The intervals shown hold 80%, so a one-sided 90% is the point at which
the interval leaves zero: what a reader sees in the figure and what the rule says are the same.
"""

LASTING_LOGIT = 0.4
"""Difference of two relations, in logit, from which it counts as a difference at all.

The size that the measurement calls a turning point; used for the directions "different" and "none".
"""

RATE_RATIO = 1.5
"""Ratio of two rates (or its inverse) from which they count as different."""

SHARE_MARGIN = 0.1
"""Difference of two shares from which they count as different."""

NEGLIGIBLE_CHANCE = 0.02
"""Difference of two chances below which futures are not told apart in words: 2 in 100."""

RESOLVED_SE = 2.0
"""Monte Carlo standard errors that a difference must exceed to be told from sampling noise."""

OBLIGATION_DEPTH = 2.0
"""Depth (0 to 3) from which an agreement carries obligations or a working mechanism."""

HALF = 0.5
"""Reference of a share without a contrast: more often than not."""

WINDOW_MONTHS = 12
"""Length of the moving mean whose lowest value is looked for."""

MEDIATING_KINDS = ("mediation",)
"""Kinds of act that count as mediation when a claim names none."""
