"""One case from record to answers."""

from comity.study.answers import (
    compare_scenarios,
    explain_relations,
    judge_claims,
    measure_relations,
    simulate_ensemble,
)
from comity.study.cache import StepCache, cache_folder, clear_cache
from comity.study.cut import cut_case, parse_day
from comity.study.matching import matched_verdicts, prior_page
from comity.study.references import used_references
from comity.study.study import Study
from comity.study.varying import vary_claims

__all__ = [
    "StepCache",
    "Study",
    "cache_folder",
    "clear_cache",
    "compare_scenarios",
    "cut_case",
    "explain_relations",
    "judge_claims",
    "matched_verdicts",
    "measure_relations",
    "parse_day",
    "prior_page",
    "simulate_ensemble",
    "used_references",
    "vary_claims",
]
