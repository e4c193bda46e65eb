"""The steps that measure: relations, quarrels of one pair, places in the world."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from comity.core.errors import ConfigError
from comity.core.settings import Settings

if TYPE_CHECKING:
    from comity.core.case import Case
    from comity.core.class_counts import ClassCounts
    from comity.core.history import EventCounts
    from comity.core.quarrels import QuarrelReading
    from comity.core.relations import Relations
    from comity.core.world_place import WorldPlaces
    from comity.study.study import Study

ROOMS = ("record", "measure")
_READS = ("seed", "n_draws", "n_hyper_draws", "n_paths")


def read_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that the measurement reads."""
    return {name: getattr(settings, name) for name in _READS}


def measure(study: Study) -> Relations:
    """Return the relation of every pair, month by month."""
    # Settings that the measurement must not read are put back to their defaults, so that what
    # is not in the key cannot be in the answer.
    read = read_settings(study.settings)
    settings = Settings(**read, n_threads=study.settings.n_threads)

    def compute() -> Relations:
        from comity.measure import fit_relations

        return fit_relations(study.counts, settings=settings, others=study.stored)

    reads = [arrays_of(study.counts), read, *(arrays_of(one) for one in study.stored)]
    return study.step("relations", ROOMS, reads, compute)


def same_record(case: Case, relations: Relations) -> Relations:
    """Return a measurement that is at hand.

    Raises
    ------
    ConfigError
        It was measured from other states or other months than those of the case.
    """
    same = relations.index.codes == case.index.codes
    if not same or relations.months.tolist() != case.months.tolist():
        raise ConfigError(
            f"relations: must be measured from the case {case.id} as it stands; found "
            f"{len(relations.index)} states and {len(relations.months)} months where the case "
            f"has {len(case.index)} and {len(case.months)}. Measure the case again."
        )
    return relations


def read_quarrels(study: Study, dyad: str) -> QuarrelReading:
    """Return level and flare of one pair on the grid.

    Raises
    ------
    ConfigError
        An event store joins the record.
    """
    if study.store is not None:
        raise ConfigError(
            "quarrels: the grid reads the case's own acts and must not be asked with an event "
            f'store; found "{study.store}". Leave the store or the quarrels out.'
        )
    label = study.case.index.dyad_label(dyad)

    def compute() -> QuarrelReading:
        from comity.measure.quarrels import read_focal

        return read_focal(
            study.counts,
            study.relations,
            label,
            n_paths=study.settings.n_paths,
            seed=study.settings.seed,
            n_threads=study.settings.n_threads or os.cpu_count() or 1,
        )

    reads = [arrays_of(study.counts), read_settings(study.settings), label]
    return study.step(f"quarrels of {label}", ROOMS, reads, compute)


def place_pairs(study: Study) -> WorldPlaces | None:
    """Return the places of the pairs among all pairs of the event store."""
    from comity.study.world import world_counts

    found = world_counts(study.store, study.case) if study.store is not None else None
    if found is None:
        return None
    counts, n_left_out = found

    def compute() -> WorldPlaces:
        from comity.measure.world import measure_world

        return measure_world(
            counts, study.case.index.dyads, n_left_out=n_left_out, seed=study.settings.seed,
            n_threads=study.settings.n_threads, progress=study.told,
        )  # fmt: skip

    reads = [arrays_of(counts), study.case.index.dyads, n_left_out, study.settings.seed]
    return study.step("world", ROOMS, reads, compute)


def arrays_of(counts: EventCounts | ClassCounts) -> list[Any]:
    """Return everything in counts that an answer may depend on."""
    return [
        list(counts.index.codes),
        *(getattr(counts, name) for name in counts.__dataclass_fields__ if name != "index"),
    ]
