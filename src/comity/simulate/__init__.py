"""The system month by month: scenarios in, ensembles of futures and paired contrasts out."""

from comity.simulate.choices import numbers_read, structural_choices
from comity.simulate.compose import compose_scenarios, scenario_in_words
from comity.simulate.contrast import contrast_scenarios
from comity.simulate.ensemble import simulate_scenario
from comity.simulate.kernel import kernel_folder
from comity.simulate.parameters import default_parameters, merged_parameters
from comity.simulate.points import simulate_points
from comity.simulate.registry import rule_sources
from comity.simulate.scenario import scenario_problems

__all__ = [
    "compose_scenarios",
    "contrast_scenarios",
    "default_parameters",
    "kernel_folder",
    "merged_parameters",
    "numbers_read",
    "rule_sources",
    "scenario_in_words",
    "scenario_problems",
    "simulate_points",
    "simulate_scenario",
    "structural_choices",
]
