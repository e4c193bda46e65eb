"""The JSON document of `comity measure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.documents import (
    ChangesPart,
    MeasureDocument,
    QuarrelPart,
    RelationPart,
    ScorePart,
    TurningPointPart,
)
from comity.cli.measure_world import world_part
from comity.core.change_words import few_acts_words
from comity.core.months import month_text

if TYPE_CHECKING:
    from comity.core.changes import Changes
    from comity.core.quarrels import PairQuarrels, QuarrelReading
    from comity.study import Study


def measure_document(
    study: Study, dyad: str | None, on_grid: QuarrelReading | None = None
) -> MeasureDocument:
    """Return the relations of one pair, or of all, month by month."""
    relations = study.relations
    labels = relations.index.dyads if dyad is None else (dyad,)
    return MeasureDocument(
        case=study.case.id,
        as_of=study.case.as_of.isoformat(),
        reference_source=relations.reference_source,
        months=[month_text(int(month)) for month in relations.months],
        relations=[_part(study, label, on_grid) for label in labels],
        hyperparameters={
            name: [float(value) for value in values]
            for name, values in relations.hyperparameters.items()
        },
        thresholds=relations.changes.thresholds,
        usual=dict(relations.changes.usual),
        scores=[
            ScorePart(
                baseline=score.baseline,
                n_cells=score.n_cells,
                difference=score.difference,
                difference_low=score.difference_low,
                difference_high=score.difference_high,
            )
            for score in relations.scores
        ],
        notes=list(relations.notes),
        stored_sources=[label for one in study.stored for label in one.sources],
        world=world_part(study.world, labels),
        receipt=study.receipt().as_dict(),
    )


def _part(study: Study, label: str, on_grid: QuarrelReading | None) -> RelationPart:
    relations = study.relations
    number = relations.index.dyad_number(label)
    quantiles = relations.dyad_quantiles(label)
    acts = relations.n_events[list(relations.index.directions[number])].sum(axis=0)
    caution = few_acts_words(int(acts.sum()), len(relations.months), relations.changes)
    return RelationPart(
        dyad=label,
        words=study.case.dyad_words(label),
        share=quantiles[2].tolist(),
        share_low=quantiles[0].tolist(),
        share_high=quantiles[-1].tolist(),
        relation=relations.dyad_mean[number].tolist(),
        sd=relations.dyad_sd[number].tolist(),
        level=relations.level_mean[number].tolist(),
        level_sd=relations.level_sd[number].tolist(),
        filtered_relation=relations.dyad_filtered_mean[number].tolist(),
        filtered_sd=relations.dyad_filtered_sd[number].tolist(),
        percentile=relations.own_percentile(label).tolist(),
        acts=acts.tolist(),
        changes=_changes(study.relations.changes, label, number, caution),
        changes_on_grid=None if on_grid is None else _on_grid(on_grid.pair(label), caution),
    )


def _changes(changes: Changes, label: str, number: int, caution: str) -> ChangesPart:
    return ChangesPart(
        flare_down=changes.flare_down[number].tolist(),
        flare_up=changes.flare_up[number].tolist(),
        turning_down=changes.turning_down[number].tolist(),
        turning_up=changes.turning_up[number].tolist(),
        level_change=changes.level_change[number].tolist(),
        quarrels=[QuarrelPart.model_validate(q.as_dict()) for q in changes.quarrels_of(label)],
        turning_points=[
            TurningPointPart.model_validate(turn.as_dict())
            for turn in changes.turning_points_of(label)
        ],
        caution=caution,
    )


def _on_grid(pair: PairQuarrels, caution: str) -> ChangesPart:
    return ChangesPart(
        flare_down=pair.flare_down.tolist(),
        flare_up=pair.flare_up.tolist(),
        turning_down=pair.turning_down.tolist(),
        turning_up=pair.turning_up.tolist(),
        level_change=pair.level_change.tolist(),
        quarrels=[QuarrelPart.model_validate(q.as_dict()) for q in pair.quarrels],
        turning_points=[TurningPointPart.model_validate(t.as_dict()) for t in pair.turning_points],
        caution=caution,
    )
