"""The compiled ensemble beside the plain reference, difference by difference."""

from collections.abc import Iterator, Mapping

import numpy as np

from comity.core.case import Case
from comity.core.ensemble import Ensemble
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.relations import RelationStart
from comity.core.rows import STATUSES
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate import merged_parameters, simulate_scenario
from comity.simulate.reference import MemberPath, outcome_happened, simulate_member
from comity.simulate.scenario import prospect_agreements

# The reference takes exact quantiles and tangents, the kernel those of `comity.simulate.single`.
#
# Stored paths: half a step of single precision below 16, 4.8e-7.
# Noise: a normal's error is odd in its word and independent between months, so that its mean is 0;
# its sd is 1.3e-7 (`error_of_noise` is what it is at most). Levels add 0.15 of it a month here: at
# a memory of 1 over 100 months the sum's sd is 2.0e-7; flares, 0.4 at a memory of 0.7, have 0.7e-7.
# Both have 2.1e-7; seven times that is 1.5e-6, and numbers by the million stay below. (If all
# errors were as large as they can be and of one sign, it would be 6e-6.)
# Tangents: with errors of 4e-7, balance, a mean of products of two, is off by 8e-7 at most; its
# effect is up to 2 in random worlds (0.25 elsewhere), which makes 1.6e-6.
RELATION_WITHIN = 4e-6  # logits; 6e-7 is the most seen, in 4,000 months of random worlds too
# Commitment adds 0.08 of a normal at a memory of 0.8: seven sds are 1.2e-7. Alignment follows it
# and tension slowly; 6e-8 is the most seen.
LEVEL_WITHIN = 1e-6
# What happens is compared exactly. A uniform that decides lies between the kernel's probability and
# the reference's once in 1e7 decisions at most: relations are 2e-7 apart, and a probability moves
# by less than half of that. The comparisons of this package decide some 600,000 times (40 a month
# in 14,000 months of members): for one in 17 choices of all their seeds, at worst, something would
# happen in one and not in the other. The seeds are fixed but in nightly runs.


def run_kernel(
    case: Case,
    scenario: Scenario,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    null: bool = False,
) -> Ensemble:
    """Return the ensemble with its paths."""
    return simulate_scenario(
        case, scenario, start=start, history=history, settings=settings, null=null, keep_paths=True
    )


def differences(
    ensemble: Ensemble,
    case: Case,
    scenario: Scenario,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    null: bool = False,
    *,
    n_checked: int = 20,
    parameters: Mapping[str, JudgedNumber] | None = None,
) -> Iterator[str]:
    """Yield a sentence for each series of the first members in which kernel and reference differ.

    Relations may differ by `RELATION_WITHIN`, other levels by `LEVEL_WITHIN`, what happens not at
    all. When every member is checked, the means over members are compared as well, to 1e-9: those
    of relations with the means of the kernel's own paths.
    """
    numbers = merged_parameters(case) if parameters is None else parameters
    checked = min(n_checked, settings.n_members)
    paths: list[MemberPath] = []
    for member in range(checked):
        path = simulate_member(
            case, scenario, start=start, history=history, parameters=numbers, settings=settings,
            member=member, null=null,
        )  # fmt: skip
        paths.append(path)
        yield from _of_member(ensemble, case, scenario, path, member)
    if checked == settings.n_members:
        yield from _of_means(ensemble, case, paths)


def _of_member(
    ensemble: Ensemble, case: Case, scenario: Scenario, path: MemberPath, member: int
) -> Iterator[str]:
    where = f'member {member} of "{scenario.id}"'
    assert ensemble.paths is not None
    found = ensemble.paths[member]
    expected = np.array([path.relation[dyad] for dyad in case.index.dyads])
    off = np.abs(found - expected)
    if not np.all(off <= RELATION_WITHIN):
        dyad, lead = np.argwhere(~(off <= RELATION_WITHIN))[0]
        yield (
            f"{where}: relation of {case.index.dyads[dyad]} in month {lead + 1} is "
            f"{found[dyad, lead]:.7f} in the kernel, {expected[dyad, lead]:.7f} in the reference"
        )
    for name, reference in continuous_series(case, path).items():
        kernel = ensemble.events[name][member]
        reference = reference.reshape(kernel.shape)  # no spoke: no rows
        if not np.allclose(kernel, reference, rtol=0, atol=LEVEL_WITHIN):
            yield f"{where}: {name} differs by {np.abs(kernel - reference).max():.2e}"
    for name, series in discrete_series(case, scenario, path).items():
        kernel = np.asarray(ensemble.events[name][member])
        reference = np.array(series, kernel.dtype).reshape(kernel.shape)
        if not np.array_equal(kernel, reference):
            place = np.argwhere(kernel != reference)[0]
            yield (
                f"{where}: {name}{place.tolist()} is {kernel[tuple(place)]} in the kernel, "
                f"{reference[tuple(place)]} in the reference"
            )


def continuous_series(case: Case, path: MemberPath) -> dict[str, np.ndarray]:
    """Return the levels of a reference path as the kernel's tables of one member hold them."""
    spokes = case.with_role("spoke")
    return {
        "alignment_security": np.array([path.alignment_security[code] for code in spokes]),
        "alignment_economy": np.array([path.alignment_economy[code] for code in spokes]),
        "public_good": np.array([path.public_good]),
    }


def discrete_series(case: Case, scenario: Scenario, path: MemberPath) -> dict[str, list]:
    """Return what happened in a reference path as the kernel's tables of one member hold it."""
    numbers = {
        state: [item.id for item in case.coalitions if item.state == state] for state in case.index
    }
    last = case.last_month
    asked = [item for item in case.outcomes if 1 <= item.lead(last) <= _n_months(path)]
    return {
        "changed": [path.changed[state] for state in case.index],
        "support_changed": [path.support_changed[state] for state in case.index],
        "coalition": [
            [numbers[state].index(name) for name in path.coalition[state]] for state in case.index
        ],
        "status": [
            [STATUSES.index(word) for word in path.status[item.id]]
            for item in (*case.agreements, *prospect_agreements(case), *scenario.agreements)
            if item.id in path.status
        ],
        "flares": [path.flares[item.id] for item in case.disputes],
        "dispute_open": [path.dispute_open[dyad] for dyad in case.index.dyads],
        "mediated": [[value > 0 for value in path.mediated[dyad]] for dyad in case.index.dyads],
        "summits": [path.summits[dyad] for dyad in case.index.dyads],
        "trilateral": [path.trilateral],
        "coordination": [path.coordination[row.id] for row in case.demands],
        "stage": [path.stage[code] for code in case.with_role("proliferator")],
        "outcomes": [outcome_happened(path, item, case) for item in asked],
    }


def _n_months(path: MemberPath) -> int:
    return len(next(iter(path.relation.values())))


def _of_means(ensemble: Ensemble, case: Case, paths: list[MemberPath]) -> Iterator[str]:
    dyads, last = case.index.dyads, case.last_month
    # Summaries are made of what the paths say in single precision; those were compared above.
    assert ensemble.paths is not None
    relation = np.mean(ensemble.paths, axis=0, dtype=np.float64)
    spread = np.std(ensemble.paths, axis=0, dtype=np.float64)
    is_open = np.mean([[path.dispute_open[dyad] for dyad in dyads] for path in paths], axis=0)
    for name, found, expected, within in (
        ("relation_mean", ensemble.relation_mean, relation, 1e-9),
        ("dispute_open", ensemble.dispute_open, is_open, 1e-9),
    ):
        worst = float(np.max(np.abs(found - expected)))
        if not worst <= within:
            yield f"{name} differs by up to {worst:.2e}"
    if len(paths) > 1:
        # Either divisor is right; relations that agree to 1e-9 leave this much of a variance open.
        within = 2e-9 * (1 + float(spread.max()))
        divided = min(
            float(np.max(np.abs(ensemble.relation_sd**2 - factor * spread**2)))
            for factor in (1.0, len(paths) / (len(paths) - 1))
        )
        if not divided <= within:
            yield f"relation_sd squared is not the variance of the members, by {divided:.2e}"
    if ensemble.n_out_of_range != sum(path.is_out_of_range for path in paths):
        yield f"{ensemble.n_out_of_range} members are out of range in the kernel"
    for estimate in ensemble.outcomes:
        if not 1 <= estimate.outcome.lead(last) <= _n_months(paths[0]):
            continue
        share = np.mean([outcome_happened(path, estimate.outcome, case) for path in paths])
        if abs(estimate.probability - share) > 1e-12:
            yield (
                f'outcome "{estimate.outcome.id}" happens in {estimate.probability} of the members '
                f"of the kernel, {share} of the reference"
            )
