"""Which judged numbers and choices move the answers: screening of all, indices of the strongest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core.errors import ConfigError, ParameterError, nearest_match
from comity.core.receipt import hash_of
from comity.core.sensitivity import REST, Factor, Indices, Screening, Sensitivity
from comity.core.settings import Settings
from comity.study.factors import Factors, check_names, factors_of
from comity.study.measuring import read_settings
from comity.study.points import ask_points
from comity.study.study import BASELINE

if TYPE_CHECKING:
    from comity.study.study import Study

N_BASES = 30
N_BASE = 1024
N_WORLDS = 500
N_TOP = 12
SETS = 2
"""Sets of worlds in a screening; each has half of them."""
MOST_POINTS = 100_000
ROOMS = ("record", "measure", "simulate", "judge")


@dataclass(frozen=True)
class _Asked:
    """One scenario, or its difference from another, and outcomes to ask about."""

    study: Study
    scenario: str
    against: str
    outcomes: tuple[str, ...]
    n_months: int

    @property
    def words(self) -> str:
        return self.scenario + (f" against {self.against}" if self.against else "")

    @property
    def factors(self) -> Factors:
        names = (self.scenario, self.against) if self.against else (self.scenario,)
        return factors_of(self.study, names, self.n_months)

    def reads(self, *design: Any) -> list[Any]:
        """Return everything that an answer depends on, so that it is kept under its hash."""
        study = self.study
        other = study.scenario(self.against) if self.against else None
        return [
            hash_of(study.case), read_settings(study.settings), study.parameters,
            study.scenario(self.scenario), other, self.outcomes, self.n_months, *design,
        ]  # fmt: skip


def _asked(
    study: Study, scenario: str, against: str, outcomes: Sequence[str], n_months: int | None
) -> _Asked:
    case = study.case
    if scenario == against:
        raise ConfigError(
            f'against: a scenario against itself differs by nothing; found "{against}" twice. Name '
            "another."
        )
    by_id = {item.id: item.lead(case.last_month) for item in case.outcomes}
    for name in outcomes:
        if name not in by_id:
            raise ConfigError(
                f'outcome: must be one of the case {case.id}; found "{name}". '
                f"{nearest_match(name, by_id)}".rstrip()
            )
    months = n_months or max((by_id[name] for name in outcomes), default=study.settings.n_months)
    chosen = tuple(dict.fromkeys(outcomes)) or tuple(
        name for name, lead in by_id.items() if 1 <= lead <= months
    )
    if not chosen:
        raise ConfigError(
            f"outcome: the case {case.id} must ask about something that falls due within {months} "
            "months; found nothing. Ask for more months."
        )
    return _Asked(study, scenario, against, chosen, months)


def screen(
    study: Study,
    scenario: str = BASELINE.id,
    against: str = "",
    *,
    outcomes: Sequence[str] = (),
    n_months: int | None = None,
    n_bases: int = N_BASES,
    n_worlds: int = N_WORLDS,
) -> Screening:
    """Rank everything that is not known by how far it moves each outcome.

    Parameters
    ----------
    study
        The case and its settings; seed and threads are read.
    scenario, against
        A scenario, and another whose difference from it is asked about.
    outcomes
        Ids of outcomes, all answered from the same futures; those that fall due where absent.
    n_months
        Months simulated: up to the last outcome, or those of the settings, where absent.
    n_bases
        Points from which every factor is moved alone.
    n_worlds
        Worlds of each point, half of them in each of two sets; four or more.

    Returns
    -------
    Screening
        ``ranking(outcome)`` names the factors, the strongest first.

    Raises
    ------
    ConfigError
        A scenario or outcome is unknown, or nothing is uncertain.
    ParameterError
        Too few worlds or base points, or more points than can be simulated.
    """
    if n_worlds < 2 * SETS:
        raise ParameterError(
            f"worlds: {2 * SETS} or more of each point are needed to tell chance from the rest; "
            f"found {n_worlds}."
        )
    asked = _asked(study, scenario, against, outcomes, n_months)
    seed = study.settings.seed
    each = n_worlds // SETS

    def compute() -> Screening:
        from comity.judge.morris import elementary_effects, radial_design

        factors = asked.factors
        _check_size(n_bases * (1 + len(factors.items)), each)
        design = radial_design(factors.levels, n_bases, seed)
        points = factors.points(design.rows)
        answers = [
            ask_points(
                study, scenario, against, n_worlds=each, n_months=asked.n_months,
                outcomes=asked.outcomes, seed=(seed + number) % 2**64,
                step=f"screening {asked.words}",
            )(points).mean
            for number in range(SETS)
        ]  # fmt: skip
        return elementary_effects(
            np.stack(answers), design, quantities=asked.outcomes, factors=factors.items,
            n_worlds=each * SETS, seed=seed,
        )  # fmt: skip

    return study.step(
        f"screening {asked.words}", ROOMS, asked.reads("screening", n_bases, each), compute
    )


def share_out(
    study: Study,
    names: Sequence[str],
    scenario: str = BASELINE.id,
    against: str = "",
    *,
    outcomes: Sequence[str] = (),
    n_months: int | None = None,
    n_base: int = N_BASE,
    n_worlds: int = N_WORLDS,
) -> Indices:
    """Share out the variance that ignorance leaves in each outcome among factors.

    All factors vary; those not named form one group, `comity.core.sensitivity.REST`, so that shares
    are of all that is not known and a screening that missed something is found out.

    Parameters
    ----------
    names
        Factors that get indices of their own.
    n_base
        Base samples, a power of two.
    n_worlds
        Worlds of each point, other ones at every point.
    study, scenario, against, outcomes, n_months
        As in `screen`.

    Raises
    ------
    ConfigError
        A scenario, outcome or factor is unknown, or nothing is uncertain.
    ParameterError
        Too few worlds, or base samples that are no power of two or more than can be simulated.
    """
    asked = _asked(study, scenario, against, outcomes, n_months)
    factors = asked.factors
    chosen = tuple(dict.fromkeys(names))
    check_names(factors, chosen, study.parameters)
    seed = study.settings.seed

    def compute() -> Indices:
        from comity.judge.sobol import sobol_design, sobol_indices

        by_name = {item.name: item for item in factors.items}
        shown = [by_name[name] for name in chosen]
        n_rest = len(by_name) - len(shown)
        if n_rest:
            shown.append(Factor(REST, "rest", f"{n_rest} other factors together"))
        group = {name: number for number, name in enumerate(chosen)}
        _check_size(n_base * (2 + len(shown)), n_worlds)
        design = sobol_design([group.get(name, len(group)) for name in by_name], n_base, seed)
        found = ask_points(
            study, scenario, against, n_worlds=n_worlds, n_months=asked.n_months,
            outcomes=asked.outcomes, shared_worlds=False, step=f"indices {asked.words}",
        )(factors.points(design.rows))  # fmt: skip
        return sobol_indices(
            found.mean, found.variance / n_worlds, n_base=n_base, quantities=asked.outcomes,
            factors=shown, n_worlds=n_worlds, seed=seed,
        )  # fmt: skip

    reads = asked.reads("indices", chosen, n_base, n_worlds)
    return study.step(f"indices {asked.words}", ROOMS, reads, compute)


def sensitivity(
    study: Study,
    scenario: str = BASELINE.id,
    against: str = "",
    *,
    outcomes: Sequence[str] = (),
    n_months: int | None = None,
    n_bases: int = N_BASES,
    n_base: int = N_BASE,
    n_worlds: int = N_WORLDS,
    n_top: int = N_TOP,
    also: Sequence[str] = (),
) -> Sensitivity:
    """Screen everything, then share out the variance among the factors that move most.

    ``n_top`` factors of the screening get indices, and those named in ``also``; with none of
    either, only the screening is made. Other parameters are those of `screen` and `share_out`.
    """
    asked = _asked(study, scenario, against, outcomes, n_months)
    check_names(asked.factors, also, study.parameters)
    same: dict[str, Any] = {"outcomes": asked.outcomes, "n_months": asked.n_months,
                            "n_worlds": n_worlds}  # fmt: skip
    screening = screen(study, scenario, against, n_bases=n_bases, **same)
    names = tuple(dict.fromkeys((*screening.strongest(n_top), *also)))
    indices = None
    if names:
        indices = share_out(study, names, scenario, against, n_base=n_base, **same)
    return Sensitivity(study.case.id, scenario, against, asked.n_months, screening, indices)


def _check_size(n_points: int, n_worlds: int) -> None:
    most = Settings.model_fields["n_members"].metadata
    limit = next(item.le for item in most if hasattr(item, "le"))
    if n_points > MOST_POINTS or n_points * n_worlds > limit:
        raise ParameterError(
            f"sensitivity: at most {MOST_POINTS:,} points and {limit:,} futures can be simulated "
            f"at once; found {n_points:,} points of {n_worlds:,} worlds. Ask for fewer base "
            "points, fewer factors or fewer worlds."
        )
