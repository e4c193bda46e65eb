"""What may be said of an effect: the tier by rule, and the sentence that the tier allows.

====================  ============================================  ==============================
tier                  rule, the first that holds                    words
====================  ============================================  ==============================
not estimable         the data cannot be asked                      what to do; no number
prior-driven          contraction below ``prior_driven``            "not identified here; the
                                                                    number is the prior"
not identified        the placebo dyads fire                        "not identified: ..."
A, B                  a design of that grade carries an estimate    "moved by, under <design>";
                      of its own                                    "consistent with an effect of,
                                                                    if <assumption>"
C                     otherwise                                     "is associated with"
====================  ============================================  ==============================

A design carries an estimate when it moves on enough separate occasions, says enough against the
prior by itself, and none of its placebos fires.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.core.effects import DesignEstimate, Placebo
from comity.core.wording import logit_difference, percent, signed
from comity.explain.placebos import DYADS, two_sided
from comity.explain.thresholds import threshold

Z80 = 1.2815515655446004


def tier_of(
    contraction: float, placebos: Sequence[Placebo], designs: Sequence[DesignEstimate]
) -> tuple[str, DesignEstimate | None]:
    """Return the tier of an estimate and the design it rests on, if any."""
    if not contraction >= threshold("prior_driven"):
        return "prior-driven", None
    if any(item.fired for item in placebos if item.name == DYADS):
        return "not identified", None
    carrying = sorted((item for item in designs if item.carries), key=lambda item: item.grade)
    if carrying:
        return carrying[0].grade, carrying[0]
    return "C", None


def effect_sentence(
    tier: str,
    words: str,
    unit: str,
    estimate: tuple[float, float, float],
    *,
    design: DesignEstimate | None,
    z: float,
    robustness: float,
    placebos: Sequence[Placebo] = (),
) -> str:
    """Return the one sentence on a driver that its tier allows.

    Parameters
    ----------
    tier
        As `tier_of` gives it.
    words, unit
        Of the driver.
    estimate
        Posterior mean and 80% interval of the panel.
    design
        What tier A or B rests on; its own estimate is the one that is told.
    z
        Estimate over standard error, without the prior.
    robustness
        Robustness value of the estimate that is told.
    placebos
        Those that fired are named.
    """
    subject = words[0].upper() + words[1:]
    told = logit_difference(*estimate)
    per = f"{told} a unit ({unit})"
    if tier == "prior-driven":
        return f"{subject}: not identified here; the number is the prior, {told}."
    if tier == "not identified":
        caught = next(item for item in placebos if item.name == DYADS)
        return (
            f"{subject}: not identified. Pairs of which it says nothing show a slope as well, "
            f"{signed(caught.value)} logit a unit beside {signed(estimate[0])}."
        )
    if design is not None:
        low, high = design.estimate - Z80 * design.sd, design.estimate + Z80 * design.sd
        per = f"{logit_difference(design.estimate, low, high)} a unit ({unit})"
    if tier == "A" and design is not None:
        return f"The relation is moved by {words}, under {design.words}: {per}."
    if tier == "B" and design is not None:
        return (
            f"It is consistent with an effect of {words}, if {design.assumption}: {per}. To undo "
            f"it a confounder would have to explain {percent(robustness)} of what is left of both."
        )
    fired = [item.name for item in placebos if item.fired]
    doubt = f" Placebos that fired: {', '.join(fired)}." if fired else ""
    if two_sided(z) < threshold("level"):
        return f"The relation is associated with {words}: {per}.{doubt}"
    return f"No association with {words} is clear: {per}.{doubt}"


def refusal_sentence(words: str, why: str) -> str:
    """Return what to do where there is no number.

    >>> refusal_sentence("open disputes", "disputes.csv has no row. Add a docket.")
    'Open disputes: no number. disputes.csv has no row. Add a docket.'
    """
    return f"{words[0].upper()}{words[1:]}: no number. {why}"
