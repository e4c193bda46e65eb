"""The JSON document of `comity measure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.documents import MeasureDocument, RelationPart, ScorePart
from comity.cli.measure_world import world_part
from comity.core.months import month_text

if TYPE_CHECKING:
    from comity.study import Study


def measure_document(study: Study, dyad: str | None) -> MeasureDocument:
    """Return the relations of one pair, or of all, month by month."""
    relations = study.relations
    labels = relations.index.dyads if dyad is None else (dyad,)
    return MeasureDocument(
        case=study.case.id,
        as_of=study.case.as_of.isoformat(),
        reference_source=relations.reference_source,
        months=[month_text(int(month)) for month in relations.months],
        relations=[_part(study, label) for label in labels],
        hyperparameters={
            name: [float(value) for value in values]
            for name, values in relations.hyperparameters.items()
        },
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


def _part(study: Study, label: str) -> RelationPart:
    relations = study.relations
    number = relations.index.dyad_number(label)
    quantiles = relations.dyad_quantiles(label)
    acts = relations.n_events[list(relations.index.directions[number])].sum(axis=0)
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
    )
