"""Does the argument hold: verdicts on claims, from stated rules."""

from comity.judge.argument import judge_claims
from comity.judge.rules import RULES, Rule

__all__ = ["RULES", "SOURCES", "Rule", "judge_claims"]

SOURCES = ("campolongo-2007", "campolongo-2011", "jansen-1999", "morris-1991", "saltelli-2010")
"""Keys of the works that sensitivity stands on."""
