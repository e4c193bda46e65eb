"""Does the argument hold: verdicts on claims, from stated rules."""

from comity.judge.argument import judge_claims
from comity.judge.figures import figures_asked, spoke_pairs
from comity.judge.history_matching import SOURCES as MATCHING
from comity.judge.history_matching import match_history
from comity.judge.prior_predictive import place_figure
from comity.judge.rules import RULES, Rule
from comity.judge.vary import claims_that_can_change, vary_claim

__all__ = [
    "RULES",
    "SOURCES",
    "Rule",
    "claims_that_can_change",
    "figures_asked",
    "judge_claims",
    "match_history",
    "place_figure",
    "spoke_pairs",
    "vary_claim",
]

SOURCES = (
    *MATCHING,
    "campolongo-2007", "campolongo-2011", "jansen-1999", "morris-1991", "saltelli-2010",
)  # fmt: skip
"""Keys of the works that matching to history and sensitivity stand on."""
