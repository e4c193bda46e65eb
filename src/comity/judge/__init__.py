"""Does the argument hold: verdicts on claims, from stated rules."""

from comity.judge.argument import judge_claims
from comity.judge.rules import RULES, Rule

__all__ = ["RULES", "Rule", "judge_claims"]
