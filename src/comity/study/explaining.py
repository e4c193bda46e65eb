"""The step from measured relations and recorded drivers to effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.core.receipt import hash_of

if TYPE_CHECKING:
    from comity.core.effects import Effects
    from comity.study.study import Study


def explain(study: Study) -> Effects:
    """Return what moves relations in a study's case."""
    from comity.explain import explain_drivers
    from comity.measure.evidence import relation_evidence
    from comity.record import driver_panel

    case, relations, settings = study.case, study.relations, study.settings
    shared = {"others": study.stored, "seed": settings.seed, "n_threads": settings.n_threads}
    evidence = relation_evidence(study.counts, relations, **shared)
    apart = ((0,), tuple(range(1, len(study.stored) + 1))) if study.stored else ()
    return explain_drivers(
        evidence,
        driver_panel(case, study.judged, study.history),
        relations,
        study.judged,
        counts=study.counts,
        by_source=[
            relation_evidence(study.counts, relations, only=only, **shared) for only in apart
        ],
        focal=case.focal_dyads,
        words=case.dyad_words,
        seed=settings.seed,
        n_threads=settings.n_threads,
        progress=study.told,
    )


def explaining_reads(study: Study) -> list[Any]:
    """Return everything that the effects depend on, beside the measurement's own settings."""
    stored = [hash_of([list(one.index.codes), one.acts, one.directed, one.time, one.source,
                       one.months, list(one.sources)]) for one in study.stored]  # fmt: skip
    # A measurement that was handed in is part of the answer.
    drawn = hash_of([study.relations.hyperparameter_draws, study.relations.paths])
    return [hash_of(study.case), study.judged, stored, drawn]
