"""A case whose default numbers are replaced by what was estimated from public tables."""

from __future__ import annotations

from comity.core.case import Case
from comity.core.estimates import with_estimates


def estimated_case(case: Case) -> Case:
    """Return the case with recorded estimates in place of the package's default numbers.

    Treaty review and turnover by kind of office then rest on ATOP and CHISOLS, each number with the
    interval, sample and choices of its estimate; what the case states itself stays. Whatever is
    simulated from the case uses them.
    """
    from comity.explain.world_figures import recorded_figures

    return with_estimates(case, recorded_figures())
