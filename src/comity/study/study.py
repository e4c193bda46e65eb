"""One case from record to answers: every step once, kept by the hash of what it read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.core.case import Case
from comity.core.errors import ConfigError, nearest_match
from comity.core.receipt import Receipt, hash_of, write_receipt
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.study.cache import StepCache, cache_folder
from comity.study.measuring import measure, place_pairs, read_quarrels, read_settings, same_record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from comity.core.class_counts import ClassCounts
    from comity.core.effects import Effects
    from comity.core.ensemble import Contrast, Ensemble
    from comity.core.history import DriverHistory, EventCounts
    from comity.core.judged import JudgedNumber
    from comity.core.keeping import Keep
    from comity.core.posterior import PosteriorDraws
    from comity.core.quarrels import QuarrelReading
    from comity.core.relations import Relations
    from comity.core.verdicts import Verdict
    from comity.core.world_place import WorldPlaces

Progress = Callable[[str, float], None]
"""Told which step runs and how much of it is done, 0 to 1."""

NULL = "null"
BASELINE = Scenario(
    id="baseline", title="Baseline", description="Nothing is held; every process runs freely."
)
_SIMULATE_READS = ("seed", "n_draws", "n_members", "n_months")


class Study:
    """One case from record to answers; the only place that wires the rooms together.

    Each step is computed when first asked for and kept: in memory for the life of the study and,
    unless ``settings.use_cache`` is off, in the user's cache folder under the hash of everything it
    reads. An edited case, setting or rule is therefore computed anew.

    Parameters
    ----------
    case
        A checked case.
    settings
        What the run is asked to do; defaults where absent.
    cache
        Where finished steps are kept; the user's cache folder where absent.
    progress
        Told which step runs and how much of it is done.
    store
        An event store whose acts join those of the case in the measurement.

    Attributes
    ----------
    finished
        Names of the steps that are done, in order, with "kept" for those found in the cache.
    draws
        Which parameter draws futures keep, (draw,); all where None. The futures of those kept are
        the same.
    keep
        Where simulations that take long keep how far they have come; nowhere unless it is set.
    """

    def __init__(
        self,
        case: Case,
        settings: Settings | None = None,
        *,
        cache: StepCache | None = None,
        progress: Progress | None = None,
        store: Path | None = None,
    ) -> None:
        self.case = case
        self.store = store
        self.settings = settings or Settings()
        folder = cache_folder() if self.settings.use_cache else None
        self.cache = cache or StepCache(folder)
        self.keep: Keep | None = None
        self.draws: NDArray[np.bool_] | None = None
        self.finished: dict[str, str] = {}
        self._progress = progress or (lambda step, done: None)
        self._ensembles: dict[str, Ensemble] = {}
        self._contrasts: dict[tuple[str, str], Contrast] = {}
        self._counts: EventCounts | None = None
        self._stored: tuple[ClassCounts, ...] | None = None
        self._history: DriverHistory | None = None
        self._relations: Relations | None = None
        self._effects: Effects | None = None
        self._verdicts: tuple[Verdict, ...] | None = None

    @property
    def counts(self) -> EventCounts:
        """Directed acts by month."""
        if self._counts is None:
            from comity.record import count_events

            self._counts = count_events(self.case)
        return self._counts

    @property
    def stored(self) -> tuple[ClassCounts, ...]:
        """Acts of the event store between the case's states and within its months, by source."""
        if self._stored is None and self.store is not None:
            from comity.record.store import count_stored_events

            found = count_stored_events(
                self.store,
                states=self.case.index.codes,
                first=self.case.first_month,
                last=self.case.last_month,
            )
            self._stored = tuple(one for one in found.by_source() if len(one.directed))
        return self._stored or ()

    @property
    def history(self) -> DriverHistory:
        """Recorded series of the drivers."""
        if self._history is None:
            from comity.record import driver_history

            self._history = driver_history(self.case)
        return self._history

    @property
    def relations(self) -> Relations:
        """The relation of every pair, month by month."""
        if self._relations is None:
            self._relations = measure(self)
        return self._relations

    @property
    def effects(self) -> Effects:
        """What moves relations, with the strength of the evidence."""
        if self._effects is None:
            self._effects = self._explain()
        return self._effects

    def _explain(self) -> Effects:
        from comity.study.explaining import explain, explaining_reads

        reads = [*explaining_reads(self), self.settings.seed]
        rooms = ("record", "measure", "explain")
        return self.step("effects", rooms, reads, lambda: explain(self))

    def take_relations(self, relations: Relations) -> None:
        """Take a measurement that is at hand instead of measuring again.

        Raises
        ------
        ConfigError
            It was measured from other states or other months than those of the case.
        """
        self._relations = same_record(self.case, relations)

    def quarrels(self, dyad: str) -> QuarrelReading:
        """Return level and flare of one pair on the grid, with heavy-tailed flares.

        Raises
        ------
        ConfigError
            An event store joins the record; the grid reads the case's own acts only.
        """
        return read_quarrels(self, dyad)

    @cached_property
    def world(self) -> WorldPlaces | None:
        """Places of the pairs among all pairs of the event store; None where it holds no world."""
        return place_pairs(self)

    @property
    def judged(self) -> dict[str, JudgedNumber]:
        """Judged numbers of the case, package defaults included."""
        from comity.simulate import merged_parameters

        return dict(merged_parameters(self.case))

    @property
    def parameters(self) -> dict[str, JudgedNumber]:
        """Numbers behind the futures: the judged ones, and what was learned in place of some."""
        judged, learned = self.judged, self.learned
        return judged if learned is None else judged | learned.as_judged(judged)

    @property
    def learned(self) -> PosteriorDraws | None:
        """Draws that stand in place of judged numbers; None where drivers stay as judged."""
        from comity.core.posterior import driver_draws

        return driver_draws(self.effects) if self.settings.drivers == "estimated" else None

    def scenario(self, scenario_id: str) -> Scenario:
        """Return a scenario of the case, or several composed as ``one+other``.

        Raises
        ------
        ConfigError
            No scenario has that id; the message names the nearest one.
        """
        parts = [self._single(part.strip()) for part in scenario_id.split("+")]
        if len(parts) == 1:
            return parts[0]
        from comity.simulate import compose_scenarios

        return compose_scenarios(*parts)

    def _single(self, scenario_id: str) -> Scenario:
        found = self.case.scenario(scenario_id)
        if found is None and scenario_id == BASELINE.id:
            return BASELINE
        if found is None:
            known = self.scenario_ids
            raise ConfigError(
                f"scenario: must be one of the case {self.case.id}; "
                f'found "{scenario_id}". {nearest_match(scenario_id, known)}'.rstrip()
            )
        return found

    @property
    def scenario_ids(self) -> tuple[str, ...]:
        """Ids of the scenarios, the baseline first."""
        others = (item.id for item in self.case.scenarios if item.id != BASELINE.id)
        return (BASELINE.id, *others)

    def ensemble(self, scenario_id: str = BASELINE.id) -> Ensemble:
        """Return the futures of a scenario."""
        if scenario_id not in self._ensembles:
            scenario = self.scenario(scenario_id)
            self._ensembles[scenario_id] = self._simulate(scenario, null=False)
        return self._ensembles[scenario_id]

    def null(self) -> Ensemble:
        """Return the futures of the null simulator: a random walk plus turnover."""
        if NULL not in self._ensembles:
            self._ensembles[NULL] = self._simulate(self.scenario(BASELINE.id), null=True)
        return self._ensembles[NULL]

    def write_paths(
        self, file: Path, scenario_id: str = BASELINE.id, *, null: bool = False
    ) -> Ensemble:
        """Simulate the futures of a scenario and write every month of each to a Parquet file.

        Raises
        ------
        ConfigError
            The file cannot be written.
        """
        scenario = self.scenario(scenario_id)
        found = self._simulate(scenario, null=null, paths_file=file)
        self._ensembles[NULL if null else scenario_id] = found
        return found

    def _simulate(
        self, scenario: Scenario, *, null: bool, paths_file: Path | None = None
    ) -> Ensemble:
        name = NULL if null else f"futures {scenario.id}"
        removals: list[Callable[[], None]] = []
        keep = None if self.keep is None else replace(self.keep, when_done=removals.append)

        def compute() -> Ensemble:
            from comity.simulate import simulate_scenario

            return simulate_scenario(
                self.case,
                scenario,
                start=self.relations.start,
                history=self.history,
                settings=self.settings,
                learned=self.learned,
                null=null,
                draws=self.draws,
                paths_file=paths_file,
                keep=keep,
                progress=self._ticks(name),
            )

        reads = [*self.simulation_reads(), scenario, null]
        rooms = ("record", "measure", "simulate")
        found = self.step(name, rooms, reads, compute, anew=paths_file is not None)
        # Not before the answer is kept as a step: a kill in between would cost the whole run.
        for remove in removals:
            remove()
        return found

    def contrast(self, scenario_id: str, against: str = BASELINE.id) -> Contrast:
        """Return the paired difference of two scenarios on the same random numbers."""
        pair = (scenario_id, against)
        if pair not in self._contrasts:
            scenario, other = self.scenario(scenario_id), self.scenario(against)
            name = f"{scenario.id} against {other.id}"

            def compute() -> Contrast:
                from comity.simulate import contrast_scenarios

                return contrast_scenarios(
                    self.case,
                    scenario,
                    other,
                    start=self.relations.start,
                    history=self.history,
                    settings=self.settings,
                    learned=self.learned,
                    draws=self.draws,
                    progress=self._ticks(name),
                )

            reads = [*self.simulation_reads(), scenario, other]
            rooms = ("record", "measure", "simulate")
            self._contrasts[pair] = self.step(name, rooms, reads, compute)
        return self._contrasts[pair]

    def has_contrast(self, scenario_id: str, against: str) -> bool:
        """Whether the paired difference of two scenarios has been computed."""
        return (scenario_id, against) in self._contrasts

    def with_settings(self, settings: Settings) -> Study:
        """Return the study with other settings for its futures; what was measured is shared."""
        other = Study(
            self.case, settings, cache=self.cache, progress=self._progress, store=self.store
        )
        other._counts, other._history, other._relations = self.counts, self.history, self.relations
        other.finished, other.draws = self.finished, self.draws
        return other

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return one verdict per claim.

        Raises
        ------
        ConfigError
            Fewer than two futures of each parameter draw: no interval, and so no verdict, could be
            given for what the model says.
        """
        if self._verdicts is None:
            from comity.study.judging import judge

            self._verdicts = judge(self)
        return self._verdicts

    def receipt(self, *, written: str = "") -> Receipt:
        """Return the receipt of what has been computed so far."""
        counts = {"acts": int(self.counts.volume.sum()), "tones": len(self.counts.tone)}
        counts["futures_out_of_range"] = sum(e.n_out_of_range for e in self._ensembles.values())
        return write_receipt(self.case, self.settings, counts=counts, written=written)

    def simulation_reads(self, settings: Settings | None = None) -> list[Any]:
        """Return everything that futures of this study, or with other settings, depend on."""
        settings = settings or self.settings
        read = {name: getattr(settings, name) for name in _SIMULATE_READS}
        measured = read_settings(self.settings)
        taken = [list(one.names), one.draws] if (one := self.learned) is not None else []
        kept = [] if self.draws is None else [self.draws.tolist()]
        return [self._case_hash, read, measured, taken, *kept]

    @cached_property
    def _case_hash(self) -> str:
        return hash_of(self.case)

    def step(
        self, name: str, rooms: tuple[str, ...], reads: Any, compute: Any, *, anew: bool = False
    ) -> Any:
        """Return a step's result, kept from before where its inputs are the same."""
        self._progress(name, 0.0)
        slug = "".join(letter if letter.isalnum() else "-" for letter in name)[:60]
        result, was_kept = self.cache.get(slug, rooms, reads, compute, anew=anew)
        self.finished[name] = "kept" if was_kept else "computed"
        self._progress(name, 1.0)
        return result

    def told(self, step: str, done: float) -> None:
        """Report progress within a step."""
        self._progress(step, done)

    def _ticks(self, name: str) -> Callable[..., None]:
        def tick(done: float, total: float | None = None) -> None:
            self._progress(name, done if total is None else done / max(total, 1))

        return tick
