"""What changes in the futures of the bundled case when estimates replace judged numbers.

Run from the repository root: ``python benchmarks/estimated.py``; it prints the tables of the page
"Estimated against judged" as Markdown. Three sets of estimates, each against the judged numbers on
the same random numbers:

- *drivers*: posterior draws of the effects of drivers, where the data carry them (tier A, B or C);
- *every draw*: the same for all drivers, also those that are only the prior or not identified;
- *tables*: treaty review and turnover from ATOP and CHISOLS.

Differences are taken future by future; their standard errors are over parameter draws and futures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.effects import Effects
from comity.core.outcomes import Outcome
from comity.core.posterior import PosteriorDraws, driver_draws, parameter_of
from comity.core.settings import Settings
from comity.explain.world_figures import recorded_figures
from comity.record import load_case
from comity.simulate import default_parameters
from comity.simulate.block import new_slot, plan_run, run_block
from comity.simulate.outcomes import asked_outcomes, outcome_happened
from comity.simulate.pool import in_block_order, thread_count
from comity.simulate.split import Split, split_variance
from comity.study import Study
from comity.study.estimated import estimated_case

CASE, N_MEMBERS, N_DRAWS, SEED = "japan-korea-us", 50_000, 500, 1
ONE = "jpn-kor-warmer-57"
"""Outcome that is shown with one number at a time."""


@dataclass(frozen=True)
class Futures:
    """What happened in every future, and the relation of a pair at the end."""

    happened: NDArray[np.float64]  # (member, outcome)
    relation: NDArray[np.float64]  # (member,)      logit


class Runs:
    """Futures of scenarios under judged numbers and under estimates, each simulated once."""

    def __init__(self, study: Study) -> None:
        self.study, self.case = study, study.case
        self.outcomes = asked_outcomes(self.case, study.settings.n_months)
        self.learned: dict[str, PosteriorDraws | None] = {
            "judged": None,
            "drivers": driver_draws(study.effects),
            "every draw": every_draw(study.effects),
            "tables": None,
        }
        self.known = estimated_case(self.case)
        self._kept: dict[tuple[str, str], Futures] = {}

    def of(self, scenario: str, numbers: str) -> Futures:
        """Return the futures of a scenario under one set of numbers."""
        if (scenario, numbers) not in self._kept:
            self._kept[scenario, numbers] = self._run(scenario, numbers)
        return self._kept[scenario, numbers]

    def _run(self, scenario: str, numbers: str) -> Futures:
        case: Case = self.known if numbers == "tables" else self.case
        plan = plan_run(
            case, self.study.scenario(scenario), start=self.study.relations.start,
            history=self.study.history, settings=self.study.settings,
            learned=self.learned[numbers],
        )  # fmt: skip
        happened = np.zeros((N_MEMBERS, len(self.outcomes)))
        relation = np.zeros(N_MEMBERS)
        pair = case.index.dyad_number(case.focal_dyads[0])
        in_order = in_block_order(
            range(plan.n_blocks),
            thread_count(0),
            lambda: new_slot(plan),
            lambda slot, block: run_block(plan, slot, block),
        )
        for block, slot in in_order:
            n, rows = plan.members(block), plan.rows(block)
            for k, outcome in enumerate(self.outcomes):
                happened[rows, k] = outcome_happened(plan, outcome, slot.trace, block)[:n]
            relation[rows] = slot.trace.relation[pair, -1, :n]
        return Futures(happened, relation)

    def split(self, values: NDArray[np.float64]) -> Split:
        """Return mean, error and the parts of the variance of a quantity, (member, ...)."""
        draw = np.arange(N_MEMBERS) % N_DRAWS
        members = np.bincount(draw, minlength=N_DRAWS)
        by_draw = values.reshape(-1, N_DRAWS, *values.shape[1:]).sum(axis=0)
        return split_variance(np.moveaxis(by_draw, 0, -1), (values**2).sum(axis=0), members)

    def place(self, outcome: str) -> int:
        """Return the column of an outcome."""
        return [item.id for item in self.outcomes].index(outcome)


def every_draw(effects: Effects) -> PosteriorDraws:
    """Return the draws of all estimated effects, whatever their tier."""
    names = tuple(parameter_of(name) for name in effects.draw_names)
    return PosteriorDraws(names, effects.draws, ("Whatever its tier.",) * len(names))


def main() -> None:
    settings = Settings(n_members=N_MEMBERS, n_draws=N_DRAWS, seed=SEED)
    runs = Runs(Study(load_case(CASE), settings))
    print_tables_numbers(runs.case)
    print_drivers(runs)
    print_outcomes(runs)
    print_one_by_one(runs)
    print_contrasts(runs)


def print_tables_numbers(case: Case) -> None:
    """Print the numbers that the world tables give, and who uses them."""
    defaults, own = default_parameters(), set(case.parameters)
    print("\n## Numbers from tables\n\n| number | default | estimate | used by this case |")
    print("| --- | --- | --- | --- |")
    for figure in recorded_figures():
        if not figure.parameter:
            continue
        stem, _, kind = figure.parameter.rpartition(".")
        offices = [state.code for state in case.states if state.office == kind]
        free = [code for code in offices if f"{stem}.{code}" not in own]
        used = "yes" if figure.parameter.startswith("agreement") else ", ".join(free) or "no"
        before, after = defaults[figure.parameter], figure.as_judged()
        texts = [f"{x.central:.4f} [{x.low:.4f}, {x.high:.4f}]" for x in (before, after)]
        print(f"| `{figure.parameter}` | {texts[0]} | {texts[1]} | {used} |")


def print_drivers(runs: Runs) -> None:
    """Print prior and posterior of every driver, and whether it is handed on."""
    handed = driver_draws(runs.study.effects).names
    judged = runs.study.judged
    print(
        "\n## Drivers\n\n| driver | judged, 90% | posterior, 90% | tier | learned | futures take |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for item in runs.study.effects.drivers:
        before = judged[parameter_of(item.name)]
        was = f"{before.central:+.2f} [{before.low:+.2f}, {before.high:+.2f}]"
        now = "no number"
        if item.is_estimated:
            drawn = runs.study.effects.draws[:, runs.study.effects.draw_names.index(item.name)]
            low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
            now = f"{middle:+.2f} [{low:+.2f}, {high:+.2f}]"
        takes = "**posterior**" if parameter_of(item.name) in handed else "judged"
        print(f"| `{item.name}` | {was} | {now} | {item.tier} | {100 * item.contraction:.0f}% | "
              f"{takes} |".replace("nan%", "").replace("-0.", "−0."))  # fmt: skip


def chance(split: Split, k: int) -> str:
    return f"{split.mean[k]:.3f} [{split.low[k]:.2f}, {split.high[k]:.2f}]"


def ignorance(*splits: Split, k: int) -> str:
    return " → ".join(f"{float(np.clip(one.ignorance_share[k], 0, 1)):.2f}" for one in splits)


def shift(split: Split, k: int | None = None) -> str:
    mean, error = (
        (float(split.mean), float(split.monte_carlo_se))
        if k is None
        else (float(split.mean[k]), float(split.monte_carlo_se[k]))
    )
    return f"{mean:+.4f} ({error:.4f})".replace("-", "\u2212")


def print_outcomes(runs: Runs) -> None:
    """Print headline outcomes and the ones that move most, under each set of numbers."""
    judged = runs.of("baseline", "judged")
    sets = {name: runs.of("baseline", name) for name in ("drivers", "every draw", "tables")}
    moved = {name: runs.split(one.happened - judged.happened) for name, one in sets.items()}
    before, after = runs.split(judged.happened), runs.split(sets["drivers"].happened)
    headline = list(runs.case.headline_outcomes)
    largest = np.argsort(-np.abs(moved["drivers"].mean))
    rest = [k for k in largest.tolist() if runs.outcomes[k].id not in headline][:6]
    shown = [*(runs.place(name) for name in headline), *rest]
    print(f"\n## Outcomes, {N_MEMBERS:,} futures\n")
    print("| outcome | judged [80%] | drivers [80%] | ignorance | difference (s.e.) |")
    print("| --- | --- | --- | --- | --- |")
    for k in shown:
        cells = (chance(before, k), chance(after, k), ignorance(before, after, k=k))
        print(f"| {words(runs.outcomes[k])} | {' | '.join(cells)} | {shift(moved['drivers'], k)} |")
    print("\n| outcome | drivers | every draw | tables |\n| --- | --- | --- | --- |")
    for k in shown:
        cells = " | ".join(shift(split, k) for split in moved.values())
        print(f"| `{runs.outcomes[k].id}` | {cells} |")
    for name, split in moved.items():
        k = int(np.abs(split.mean).argmax())
        clear = int((np.abs(split.mean) > 2 * split.monte_carlo_se).sum())
        print(f"\n{name}: largest {shift(split, k)} ({runs.outcomes[k].id}); {clear} of "
              f"{len(runs.outcomes)} beyond two standard errors; mean absolute "
              f"{np.abs(split.mean).mean():.4f}")  # fmt: skip
    print("\n| focal relation after 60 months | mean | sd | ignorance | shift |")
    print("| --- | --- | --- | --- | --- |")
    for name, one in {"judged": judged, **sets}.items():
        split = runs.split(one.relation)
        print(f"| {name} | {split.mean:+.3f} | {one.relation.std():.3f} | "
              f"{float(split.ignorance_share):.3f} | "
              f"{shift(runs.split(one.relation - judged.relation))} |")  # fmt: skip


def print_one_by_one(runs: Runs) -> None:
    """Print what each posterior number would do alone, whatever its tier."""
    effects, judged = runs.study.effects, runs.of("baseline", "judged")
    k = runs.place(ONE)
    print(f"\n## One number at a time: `{ONE}`\n")
    print("| number | tier | chance | relation | ignorance, variance | chance, variance |")
    print("| --- | --- | --- | --- | --- | --- |")
    before = runs.split(judged.relation)
    print(f"| none | | | | {float(before.between):.3f} | {float(before.within):.3f} |")
    for column, name in enumerate(effects.draw_names):
        drawn = effects.draws[:, [column]]
        runs.learned[name] = PosteriorDraws((parameter_of(name),), drawn, ("Alone.",))
        alone = runs.of("baseline", name)
        after = runs.split(alone.relation)
        cells = (
            effects.driver(name).tier,
            shift(runs.split(alone.happened - judged.happened), k),
            shift(runs.split(alone.relation - judged.relation)),
            f"{float(after.between):.3f}",
            f"{float(after.within):.3f}",
        )
        print(f"| `{name}` | {' | '.join(cells)} |", flush=True)


def print_contrasts(runs: Runs) -> None:
    """Print what every claim asks of the futures, under judged numbers and under drivers."""
    asked = dict.fromkeys(
        (item.outcome, item.scenario, item.against or "")
        for claim in runs.case.claims
        if (item := claim.simulation) is not None and item.against
    )
    print("\n## Contrasts\n\n| outcome | what if, against | judged [80%] | drivers [80%] | "
          "drivers − judged | every draw − judged |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- |")
    for outcome, scenario, against in asked:
        k = runs.place(outcome)
        gaps = {
            name: runs.of(scenario, name).happened[:, k] - runs.of(against, name).happened[:, k]
            for name in ("judged", "drivers", "every draw")
        }
        cells = [
            f"{float(s.mean):+.4f} [{float(s.low):+.3f}, {float(s.high):+.3f}]".replace("-", "−")
            for s in (runs.split(gaps[name]) for name in ("judged", "drivers"))
        ]
        cells += [
            shift(runs.split(gaps[name] - gaps["judged"])) for name in ("drivers", "every draw")
        ]
        print(f"| `{outcome}` | `{scenario}`, `{against}` | {' | '.join(cells)} |", flush=True)


def words(outcome: Outcome) -> str:
    return f"{outcome.words} (`{outcome.id}`)"


if __name__ == "__main__":
    main()
