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
from comity.study.references import used_references
from comity.study.study import Study

__all__ = [
    "StepCache",
    "Study",
    "cache_folder",
    "clear_cache",
    "compare_scenarios",
    "cut_case",
    "explain_relations",
    "judge_claims",
    "measure_relations",
    "parse_day",
    "simulate_ensemble",
    "used_references",
]
