"""Effects as the JSON document of `comity explain`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from comity.cli.explain_parts import (
    DesignPartPart,
    DriverPart,
    EventBinPart,
    EventStudyPart,
    ExplainDocument,
    GovernmentPart,
    PlaceboPart,
)
from comity.core.months import month_text

if TYPE_CHECKING:
    from comity.core.effects import DesignEstimate, DriverEffect, Effects, EventStudy, Placebo
    from comity.study import Study


def explain_document(study: Study, effects: Effects, driver: str | None = None) -> ExplainDocument:
    """Return the effects of a case; of one driver where it is named."""
    return ExplainDocument(
        case=study.case.id,
        as_of=study.case.as_of.isoformat(),
        drivers=[_driver(item) for item in effects.drivers if driver in (None, item.name)],
        governments=[
            GovernmentPart(
                dyad=item.dyad,
                governments=item.governments,
                first_month=month_text(item.first_month),
                n_months=item.n_months,
                relation=known(item.relation),
                interval80=(known(item.low), known(item.high)),
                mean_sd=known(item.mean_sd),
                effect=known(item.effect),
                effect_sd=known(item.effect_sd),
            )
            for item in effects.governments
        ],
        event_studies=[_event_study(item) for item in effects.event_studies],
        one_pair=effects.one_pair,
        n_pairs=effects.n_pairs,
        n_factors=effects.n_factors,
        half_life_months=list(effects.half_life),
        notes=list(effects.notes),
        receipt=study.receipt().as_dict(),
    )


def _driver(item: DriverEffect) -> DriverPart:
    return DriverPart(
        name=item.name,
        words=item.words,
        unit=item.unit,
        source=item.source,
        caution=item.caution,
        tier=item.tier,  # pyright: ignore[reportArgumentType]
        sentence=item.sentence,
        estimate=known(item.estimate),
        sd=known(item.sd),
        interval80=(known(item.low), known(item.high)),
        interval95=(known(item.low95), known(item.high95)),
        prior_mean=known(item.prior_mean),
        prior_sd=known(item.prior_sd),
        contraction=known(item.contraction),
        data_estimate=known(item.data_estimate),
        data_se=known(item.data_se),
        robustness=known(item.robustness),
        placebos=[_placebo(one) for one in item.placebos],
        designs=[_design(one) for one in item.designs],
    )


def _placebo(item: Placebo) -> PlaceboPart:
    return PlaceboPart(
        name=item.name,
        words=item.words,
        value=known(item.value),
        p_value=known(item.p_value),
        fired=item.fired,
    )


def _design(item: DesignEstimate) -> DesignPartPart:
    return DesignPartPart(
        name=item.name,
        words=item.words,
        grade=item.grade,
        assumption=item.assumption,
        n_events=item.n_events,
        estimate=known(item.estimate),
        sd=known(item.sd),
        data_estimate=known(item.data_estimate),
        data_se=known(item.data_se),
        contraction=known(item.contraction),
        refusal=item.refusal,
        placebos=[_placebo(one) for one in item.placebos],
    )


def _event_study(item: EventStudy) -> EventStudyPart:
    return EventStudyPart(
        name=item.name,
        words=item.words,
        n_occasions=item.n_occasions,
        n_windows=item.n_windows,
        bins=[
            EventBinPart(
                first_month=one.first_month,
                last_month=one.last_month,
                estimate=known(one.estimate),
                se=known(one.se),
            )
            for one in item.bins
        ],
        mean=known(item.mean),
        mean_se=known(item.mean_se),
        degrees=known(item.degrees),
        p_value=known(item.p_value),
        lead_p=known(item.lead_p),
        refusal=item.refusal,
    )


def known(value: float) -> float | None:
    """Return a number, or None where it is not known or has no end."""
    return value if math.isfinite(value) else None
