"""Does the argument hold: verdicts on claims, from stated rules."""

from comity.judge.argument import judge_claims
from comity.judge.rules import RULES, Rule

__all__ = ["RULES", "SOURCES", "Rule", "judge_claims"]

SOURCES = (
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
)
"""Keys of the works behind scores, calibration, intervals and comparisons of counts."""
