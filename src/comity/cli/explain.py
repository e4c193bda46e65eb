"""`comity explain`: what moves relations, and how far the data can say so."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import SEED, CaseArgument, JsonOption, NoCacheOption, SeedOption
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.core.effects import DriverEffect, Effects
    from comity.study import Study

NAME = "explain"
EXAMPLE = "comity explain japan-korea-us --driver dispute_load"


def command(
    ctx: typer.Context,
    case: CaseArgument,
    driver: Annotated[
        str | None,
        typer.Option("--driver", metavar="NAME", help="Everything behind one driver."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Cut the record after this day or month and fit anew."
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            metavar="FILE",
            help="Let the acts of this event store join the record, as a second source beside it.",
        ),
    ] = None,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Estimate what moves relations, with placebos, evidence tiers and a sentence for each."""
    from comity.core.settings import Settings
    from comity.record import load_case
    from comity.study import cut_case, parse_day

    loaded = load_case(case)
    if as_of is not None:
        loaded = cut_case(loaded, parse_day(as_of))
    settings = Settings(seed=seed, use_cache=not no_cache)
    study = session_of(ctx).open(loaded, settings, store)
    effects = study.effects
    found = None if driver is None else effects.driver(driver)
    session_of(ctx).close()
    if as_json:
        from comity.cli.explain_document import explain_document
        from comity.cli.output import print_json

        print_json(explain_document(study, effects, driver))
    elif found is not None:
        _print_one(found)
    else:
        _print_all(study, effects)


def _print_all(study: Study, effects: Effects) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    print_heading(
        "What moves relations",
        "Long-run effect of a unit of each driver on the mean relation of a pair, logit; larger is "
        "warmer. Learned: how much of the prior's variance the data took away. comity explain CASE "
        "--driver NAME says everything behind one.",
    )
    rows = [
        (
            item.name,
            item.tier,
            *_effect_words(item),
            f"{100 * max(item.contraction, 0):.0f}%" if item.is_estimated else "",
            ", ".join(one.name for one in item.placebos if one.fired) or "none fired"
            if item.is_estimated
            else "",
        )
        for item in sorted(effects.drivers, key=_by_tier)
    ]
    columns = ("driver", "tier", "effect", "80% interval", "learned", "placebos")
    print_table(columns, rows, right=("effect", "80% interval", "learned"), words="placebos")
    print_heading("In words", "The verb says how far the evidence goes.")
    print_text(*(item.sentence for item in sorted(effects.drivers, key=_by_tier)))
    _print_governments(study, effects)
    _print_event_studies(effects)
    print_heading("", " ".join(effects.notes))
    if study.case.warning:
        print_heading("", study.case.warning)


def _by_tier(item: DriverEffect) -> int:
    from comity.core.effects import TIERS

    return TIERS.index(item.tier)


def _effect_words(item: DriverEffect) -> tuple[str, str]:
    """Return effect and interval; what is only a prior stands in brackets."""
    from comity.core.effects import CARRIED
    from comity.core.wording import signed

    if not item.is_estimated:
        return "no number", ""
    told = signed(item.estimate), f"{signed(item.low)} to {signed(item.high)}"
    return told if item.tier in CARRIED else (f"[{told[0]}]", f"[{told[1]}]")


def _print_event_studies(effects: Effects) -> None:
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.wording import signed

    print_heading(
        "Before and after changes of government",
        "Mean difference of relations in the 24 months after from the three months before, logit, "
        "beside pairs on which no change falls; p of no difference, and of leads where there are "
        "none.",
    )
    rows = [
        (
            item.words,
            str(item.n_occasions),
            signed(item.mean),
            f"{item.mean_se:.2f}",
            f"{item.p_value:.2f}",
            f"{item.lead_p:.2f}",
        )
        for item in effects.event_studies
        if not item.refusal
    ]
    columns = ("occasions", "number", "after", "se", "p", "leads p")
    if rows:
        print_table(columns, rows, right=columns[1:])
    print_text(
        *(
            f"{item.words[0].upper()}{item.words[1:]}: no number. {item.refusal}"
            for item in effects.event_studies
            if item.refusal
        )
    )


def _print_governments(study: Study, effects: Effects) -> None:
    from comity.cli.output import print_heading, print_table
    from comity.core.months import month_words
    from comity.core.relations import share
    from comity.core.wording import percent, percent_interval

    label = study.case.index.dyad_label(study.case.focal_dyads[0])
    rows = [
        (
            item.governments,
            month_words(item.first_month),
            str(item.n_months),
            percent(float(share(item.relation))),
            percent_interval(float(share(item.low)), float(share(item.high))),
            f"{item.mean_sd:.2f}",
        )
        for item in effects.governments
        if item.dyad == label
    ]
    print_heading(
        f"Relation of {study.case.dyad_words(label)} by pair of governments",
        "Mean over their months of the expected share of cooperative acts, with its 80% interval; "
        "standard error that such a mean has from persistence alone, in standard deviations of the "
        f"relation. {effects.one_pair}",
    )
    columns = ("governments", "from", "months", "share", "80% interval", "se")
    print_table(columns, rows, right=columns[2:])


def _print_one(item: DriverEffect) -> None:
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.wording import signed

    print_heading(f"{item.words[0].upper()}{item.words[1:]}", f"{item.name}; unit: {item.unit}")
    print_text(item.sentence, f"Source: {item.source}")
    if item.caution:
        print_text(f"Caution: {item.caution}")
    if not item.is_estimated:
        return
    print_heading("The number", "Logit a unit.")
    rows = [
        ("prior", signed(item.prior_mean), f"sd {item.prior_sd:.2f}"),
        ("posterior", signed(item.estimate), f"sd {item.sd:.2f}"),
        ("80% interval", signed(item.low), signed(item.high)),
        ("95% interval", signed(item.low95), signed(item.high95)),
        ("learned", f"{100 * max(item.contraction, 0):.0f}%", "of the prior's variance"),
    ]
    if math.isfinite(item.data_se):
        rows += [
            ("data alone", signed(item.data_estimate), f"se {item.data_se:.2f}"),
            ("robustness", f"{100 * item.robustness:.0f}%", "of what is left of both, to undo it"),
        ]
    print_table(("", "", ""), rows, right=("",))
    print_heading("Placebos", "Each should find nothing.")
    state = {True: "fired", False: "quiet", None: "not run"}
    print_table(
        ("placebo", "", "what it found"),
        [(one.name, state[one.fired], one.words) for one in item.placebos],
        words="what it found",
    )
    for design in item.designs:
        print_heading(f"Design: {design.words}", f"{design.n_events} occasions.")
        if math.isfinite(design.estimate):
            print_text(
                f"By itself: {signed(design.estimate)} logit a unit (sd {design.sd:.2f}); data "
                f"alone {signed(design.data_estimate)} (se {design.data_se:.2f})."
            )
        print_text(
            design.refusal or f"It can carry tier {design.grade}, if {design.assumption}.",
            *(f"{one.name}: {one.words}" for one in design.placebos),
        )
