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
    *("morris-1991", "campolongo-2007", "campolongo-2011", "saltelli-2010", "jansen-1999"),
    "gneiting-raftery-2007",
    "brier-1950",
    "good-1952",
    "epstein-1969",
    "matheson-winkler-1976",
    "winkler-1972",
    "gneiting-2005",
    "grimit-2006",
    "murphy-1973",
    "dimitriadis-2021",
    "brocker-smith-2007",
    "dawid-1984",
    "czado-2009",
    "kunsch-1989",
    "brandt-freeman-schrodt-2014",
    "garwood-1936",
    "przyborowski-wilenski-1940",
    *("barlow-1972", "efron-1982"),
)
"""Keys of the works behind history matching, sensitivity, scores, calibration and thresholds."""
