"""What changes in the futures of the bundled case when estimates replace the package's defaults.

Run from the repository root: ``python benchmarks/estimated.py``. For every outcome of the baseline:
its chance with the default numbers and with the recorded estimates, on the same random numbers, and
how far either is known. Where the case states a number itself, the estimate is not used. The two
runs share their futures, so that a difference is due to the numbers.
"""

from __future__ import annotations

from comity.core.settings import Settings
from comity.explain.world_figures import recorded_figures
from comity.record import load_case
from comity.simulate import default_parameters
from comity.study import Study
from comity.study.estimated import estimated_case

CASE, N_MEMBERS, N_DRAWS, SEED = "japan-korea-us", 100_000, 500, 1


def main() -> None:
    case = load_case(CASE)
    settings = Settings(n_members=N_MEMBERS, n_draws=N_DRAWS, seed=SEED, use_cache=False)
    known = estimated_case(case)
    defaults, own = default_parameters(), set(case.parameters)
    print("Numbers: default low, central, high; estimate low, central, high; used by this case")
    for figure in recorded_figures():
        if not figure.parameter:
            continue
        before, after = defaults[figure.parameter], figure.as_judged()
        texts = [f"{x:8.4f}" for one in (before, after) for x in (one.low, one.central, one.high)]
        kind = figure.parameter.rpartition(".")[2]
        offices = [state.code for state in case.states if state.office == kind]
        stem = figure.parameter.rpartition(".")[0]
        free = [code for code in offices if f"{stem}.{code}" not in own]
        used = "yes" if figure.parameter.startswith("agreement") else ", ".join(free) or "no"
        print(f"  {figure.parameter:42}{''.join(texts)}  {used}")
    default = Study(case, settings).ensemble()
    estimated = Study(known, settings).ensemble()
    print("\nOutcome: default [80%], estimated [80%], share of the doubt that is ignorance")
    for one, other in zip(default.outcomes, estimated.outcomes, strict=True):
        texts = [
            f"{x.probability:.3f} [{x.low:.3f}, {x.high:.3f}] {x.ignorance_share:.2f}"
            for x in (one, other)
        ]
        error = (one.monte_carlo_se**2 + other.monte_carlo_se**2) ** 0.5
        print(f"  {one.outcome.id:44} {texts[0]}   {texts[1]}   unpaired s.e. {error:.3f}")


if __name__ == "__main__":
    main()
