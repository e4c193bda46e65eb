"""The public functions: a case in, a result out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from comity.core.case import Case
from comity.core.errors import ConfigError
from comity.core.settings import Drivers, Settings
from comity.study.cut import cut_case, parse_day
from comity.study.study import Study

if TYPE_CHECKING:
    from comity.core.effects import Effects
    from comity.core.ensemble import Contrast, Ensemble
    from comity.core.relations import Relations
    from comity.core.verdicts import Verdict

_DEFAULTS = Settings()


def _case(case: Case | str | Path) -> Case:
    if isinstance(case, Case):
        return case
    from comity.record import load_case

    return load_case(case)


def measure_relations(
    case: Case | str | Path,
    *,
    as_of: dt.date | str | None = None,
    seed: int = _DEFAULTS.seed,
    n_paths: int = _DEFAULTS.n_paths,
    n_hyper_draws: int = _DEFAULTS.n_hyper_draws,
    use_cache: bool = True,
) -> Relations:
    """Estimate where every pair of states stands, month by month, with its doubt.

    Cooperative acts are compared with conflictual ones given how many were recorded, so a month
    with more news is known better, not judged differently. A month without acts is filled in from
    its neighbours, with more doubt: silence is not read as coolness.

    Parameters
    ----------
    case
        A case, the name of a bundled one, or a folder.
    as_of
        Cut the record after this day (``YYYY-MM-DD`` or the end of ``YYYY-MM``) and fit anew, as if
        standing there. Absent: the case's own closing date.
    seed
        Seed of the posterior draws, 0 to 2^64 - 1.
    n_paths
        Joint posterior draws of past relations.
    n_hyper_draws
        Draws of the hyper-parameters whose doubt the intervals carry.
    use_cache
        Reuse a kept result with the same inputs.

    Returns
    -------
    Relations
        Means and standard deviations in logit units of the expected share of cooperative acts
        (larger is warmer), dims ``directed_dyad``, ``time`` and ``dyad``, ``time``; smoothed and
        filtered kept apart. No value is NaN: a pair without acts keeps the panel's mean with a
        wide interval.

    Raises
    ------
    CaseError
        The case cannot be read; every problem is listed.
    ConfigError
        ``as_of`` is not a day of the record.
    ConvergenceError
        The smoother gave up.

    Notes
    -----
    The model ignores that reporting may favour one kind of act for one pair: that is not
    identified from event data. See ``docs/theory/measurement.md``.

    Examples
    --------
    >>> relations = measure_relations("japan-korea-us")  # doctest: +SKIP
    >>> relations.dyad_quantiles("JPN-KOR")[:, -1].round(2)  # doctest: +SKIP
    """
    checked = _case(case)
    if as_of is not None:
        checked = cut_case(checked, parse_day(as_of) if isinstance(as_of, str) else as_of)
    settings = Settings(
        seed=seed, n_paths=n_paths, n_hyper_draws=n_hyper_draws, use_cache=use_cache
    )
    return Study(checked, settings).relations


def explain_relations(
    case: Case | str | Path,
    relations: Relations | None = None,
    *,
    store: Path | str | None = None,
    seed: int = _DEFAULTS.seed,
    use_cache: bool = True,
) -> Effects:
    """Estimate what moves relations, and say of every number how far the data carry it.

    Every driver gets its long-run effect with two intervals, the share of the prior's variance that
    the data took away, a suite of placebos, an evidence tier by rule, and the one sentence that the
    tier allows. Where the data cannot be asked there is no number but what to do.

    Parameters
    ----------
    case
        A case, the name of a bundled one, or a folder.
    relations
        What `measure_relations` gave for the same case; measured anew where absent.
    store
        An event store whose acts join those of the case, and stand beside them as a second source.
    seed
        Seed of the posterior draws and of the permutations, 0 to 2^64 - 1.
    use_cache
        Reuse a kept result with the same inputs.

    Returns
    -------
    Effects
        One row a driver, in logits a unit of the driver on the mean relation of a pair, larger is
        warmer; relations by pair of governments; and the posterior draws behind the rows.

    Raises
    ------
    CaseError
        The case cannot be read; every problem is listed.
    ConfigError
        ``relations`` was measured from other states or months.

    Notes
    -----
    One case holds a handful of governments and postures: most numbers stay near their prior, and
    say so. See ``docs/theory/drivers.md``.

    Examples
    --------
    >>> effects = explain_relations("japan-korea-us")  # doctest: +SKIP
    >>> effects.to_frame()[["driver", "tier", "estimate", "contraction"]]  # doctest: +SKIP
    """
    settings = Settings(seed=seed, use_cache=use_cache)
    study = Study(_case(case), settings, store=None if store is None else Path(store))
    if relations is not None:
        study.take_relations(relations)
    return study.effects


def simulate_ensemble(
    case: Case | str | Path,
    scenario: str = "baseline",
    *,
    n_members: int = _DEFAULTS.n_members,
    n_months: int = _DEFAULTS.n_months,
    n_draws: int = _DEFAULTS.n_draws,
    seed: int = _DEFAULTS.seed,
    drivers: Drivers = "judged",
    null: bool = False,
    keep_paths: bool = False,
    paths_file: str | Path | None = None,
    resume: bool = False,
    use_cache: bool = True,
) -> Ensemble:
    """Simulate many futures of the whole system under one scenario.

    Parameters
    ----------
    case
        A case, the name of a bundled one, or a folder.
    scenario
        Id of a scenario of the case, several composed as ``one+other``, or ``baseline``, in which
        nothing is held.
    n_members
        Number of futures. Adding more changes none of the earlier ones.
    n_months
        Months simulated after the last recorded one.
    n_draws
        Parameter draws over which the futures are spread.
    seed
        Seed of every random stream, 0 to 2^64 - 1.
    drivers
        ``judged`` takes the effects of drivers as judged; ``estimated`` takes posterior draws of
        `explain_relations` where the data carry them (tier A, B or C), the rest as judged.
    null
        Run the null simulator instead: turnover and a random walk.
    keep_paths
        Keep each future's relations (member, dyad, time) in memory; needs 4 bytes a value and is
        never kept on disk.
    paths_file
        Write every month of every future to this Parquet file: a row for each member and month, a
        column for each named quantity. Memory does not grow with the members, and the file appears
        only when it is whole. See ``docs/guide/long-runs.md``.
    resume
        Go on where a call with the same inputs was stopped, to the same bytes. A simulation that
        takes long keeps how far it has come in the cache, until it is done.
    use_cache
        Reuse a kept result with the same inputs.

    Returns
    -------
    Ensemble
        Quantiles and moments of relations in logit units, dims ``dyad``, ``time``; the chance of
        each outcome with its Monte Carlo error, its 80% interval over the judged numbers, and how
        much of its variance is ignorance. Futures that left the valid range are counted in
        ``n_out_of_range``.

    Raises
    ------
    CaseError
        The case cannot be read; every problem is listed.
    ConfigError
        The scenario is unknown or holds something that does not exist; a file cannot be written; or
        ``resume`` is asked where nothing is kept.
    ValidationError
        A number lies outside its range; see `comity.core.settings.Settings`.

    Notes
    -----
    Futures are conditional on no break of a kind that the model does not know: war, collapse,
    unification. See ``docs/theory/simulation.md``.

    Examples
    --------
    >>> future = simulate_ensemble("japan-korea-us", n_members=10_000)  # doctest: +SKIP
    >>> future.to_frame()[["words", "probability"]]  # doctest: +SKIP
    """
    settings = Settings(
        n_members=n_members, n_months=n_months, n_draws=n_draws, seed=seed, drivers=drivers,
        use_cache=use_cache,
    )  # fmt: skip
    study = Study(_case(case), settings)
    study.keep = study.cache.keep(resume=resume)
    if not keep_paths:
        if paths_file is not None:
            return study.write_paths(Path(paths_file), scenario, null=null)
        return study.null() if null else study.ensemble(scenario)
    if resume:
        raise ConfigError(
            "resume: paths that are asked for in memory are not kept; found keep_paths=True. "
            "Leave one of the two out, or name a paths_file."
        )
    from comity.simulate import simulate_scenario

    return simulate_scenario(
        study.case,
        study.scenario(scenario),
        start=study.relations.start,
        history=study.history,
        settings=settings,
        learned=study.learned,
        null=null,
        keep_paths=True,
        paths_file=None if paths_file is None else Path(paths_file),
    )


def compare_scenarios(
    case: Case | str | Path,
    scenario: str,
    *,
    against: str = "baseline",
    n_members: int = _DEFAULTS.n_members,
    n_months: int = _DEFAULTS.n_months,
    n_draws: int = _DEFAULTS.n_draws,
    seed: int = _DEFAULTS.seed,
    drivers: Drivers = "judged",
    use_cache: bool = True,
) -> Contrast:
    """Compare two scenarios future by future, on the same random numbers.

    Parameters
    ----------
    case
        A case, the name of a bundled one, or a folder.
    scenario, against
        Ids of two scenarios, or compositions such as ``one+other``. Differences are the first
        minus the second: positive where the first has the higher chance or the warmer relation.
    n_members, n_months, n_draws, seed, drivers, use_cache
        As in `simulate_ensemble`.

    Returns
    -------
    Contrast
        Differences of chances and of relations (logit, dims ``dyad``, ``time``) with Monte Carlo
        errors, 80% intervals over the judged numbers, and the variance saved by pairing.

    Raises
    ------
    CaseError
        The case cannot be read; every problem is listed.
    ConfigError
        A scenario is unknown or holds something that does not exist.

    Notes
    -----
    A difference says what follows from the model's assumptions. Where these are judged, so is the
    difference; it is no estimate of an effect in the world.

    Examples
    --------
    >>> contrast = compare_scenarios("japan-korea-us", "hub-mediates")  # doctest: +SKIP
    >>> contrast.to_frame()[["words", "difference"]]  # doctest: +SKIP
    """
    settings = Settings(
        n_members=n_members, n_months=n_months, n_draws=n_draws, seed=seed, drivers=drivers,
        use_cache=use_cache,
    )  # fmt: skip
    return Study(_case(case), settings).contrast(scenario, against)


def judge_claims(
    case: Case | str | Path,
    *,
    n_members: int = _DEFAULTS.n_members,
    seed: int = _DEFAULTS.seed,
    drivers: Drivers = "judged",
    use_cache: bool = True,
) -> tuple[Verdict, ...]:
    """Say of every claim what the record and the model say, and whether either can speak at all.

    Parameters
    ----------
    case
        A case, the name of a bundled one, or a folder.
    n_members, seed, drivers, use_cache
        As in `simulate_ensemble`.

    Returns
    -------
    tuple of Verdict
        One per claim in the order of the case, empty when it makes none. The words are those of
        `comity.core.claims.VERDICTS`; the rules are on ``docs/theory/verdicts.md``.

    Raises
    ------
    CaseError
        The case cannot be read; every problem is listed.
    ConfigError
        A claim asks for an outcome, scenario or statistic that does not exist.

    Examples
    --------
    >>> for verdict in judge_claims("japan-korea-us"):  # doctest: +SKIP
    ...     print(verdict.claim.number, verdict.sign, verdict.word)
    """
    settings = Settings(n_members=n_members, seed=seed, drivers=drivers, use_cache=use_cache)
    return Study(_case(case), settings).verdicts()
