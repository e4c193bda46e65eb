"""`comity backtest`: what would have been said at earlier months, and was it any good."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import (
    SEED,
    CaseArgument,
    JsonOption,
    MembersOption,
    NoCacheOption,
    SeedOption,
)
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.core.backtest import Backtest, Calibration, MethodGain

NAME = "backtest"
EXAMPLE = "comity backtest japan-korea-us --every 12 --first 2010-01"
FEWER = 5_000
OTHER = ("measurement", "simulator", "null simulator", "50/50")
"""What a target is beside without being one of the rules."""
SHOWN = {
    "acts": "Cooperative acts among a directed pair's acts of the month, given their number; log "
    "score in nats an act cell",
    "relations": "Relations of the focal pairs, as measured later with the whole record; CRPS in "
    "logit",
    "turnovers": "A new head of government within so many months; Brier score",
    "flares": "A dispute flares within so many months, pairs with a docket; Brier score",
    "agreement ends": "An agreement in force is no longer so many months on; Brier score",
}


def command(
    ctx: typer.Context,
    case: CaseArgument,
    every: Annotated[
        int, typer.Option("--every", min=1, max=120, help="Months between origins.")
    ] = 6,
    first: Annotated[
        str, typer.Option("--first", metavar="YYYY-MM", help="First origin; else after 7 years.")
    ] = "",
    last: Annotated[
        str, typer.Option("--last", metavar="YYYY-MM", help="Last origin; else the record's.")
    ] = "",
    store: Annotated[
        Path | None, typer.Option("--store", help="Event store whose acts join and are scored.")
    ] = None,
    members: MembersOption = FEWER,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Score forecasts of earlier months, made from what was recorded by then, beside baselines."""
    from comity.cli.output import print_json
    from comity.cli.progress import StepProgress
    from comity.core.receipt import write_receipt
    from comity.judge.backtest import backtest_gains
    from comity.judge.calibration import backtest_calibration
    from comity.record import load_case
    from comity.study.backtest import SETTINGS, backtest_case, default_origins
    from comity.study.cache import StepCache, cache_folder

    loaded = load_case(case)
    settings = SETTINGS.model_copy(update={"n_members": members, "seed": seed})
    low, high = (_month(f"--{name}", text) for name, text in (("first", first), ("last", last)))
    origins = default_origins(loaded, every)
    if low is not None or high is not None:
        begin = origins[0] if low is None and origins else low or loaded.first_month
        end = high if high is not None else loaded.last_month - 1
        origins = list(range(begin, end + 1, every))
    session = session_of(ctx)
    session.progress = StepProgress.to_stderr()
    found = backtest_case(
        loaded, origins=origins, settings=settings, store=store, progress=session.progress,
        cache=StepCache(None if no_cache else cache_folder()),
    )  # fmt: skip
    session.close()
    gains = backtest_gains(found, seed=seed)
    calibration = backtest_calibration(found, seed=seed)
    if as_json:
        from comity.cli.backtest_document import backtest_document

        receipt = write_receipt(loaded, settings.model_copy(update={"n_months": max(found.leads)}))
        print_json(backtest_document(found, gains, calibration, receipt))
    else:
        _print(found, gains, calibration)


def _month(option: str, text: str) -> int | None:
    from comity.core.errors import ConfigError, ParameterError
    from comity.core.months import parse_month

    try:
        return parse_month(text) if text else None
    except ParameterError:
        raise ConfigError(
            f'{option}: a month is written as YYYY-MM; found "{text}". Write for example 2010-01.'
        ) from None


def _print(
    found: Backtest, gains: tuple[MethodGain, ...], calibration: tuple[Calibration, ...]
) -> None:
    from comity.cli.backtest_calibration import print_calibration
    from comity.cli.output import print_heading, print_table, print_text
    from comity.core.months import month_words

    print_heading(
        f"Backtest: {len(found.origins)} origins from {month_words(int(found.origins[0]))} to "
        f"{month_words(int(found.origins[-1]))}",
        "Each origin knows what was recorded by then. Smaller scores are better; a gain above 0 "
        "says that comity beats the baseline, with its 95% interval (blocks of months resampled).",
    )
    columns = ("beside", *(_lead_words(lead) for lead in found.leads))
    for losses in found.losses:
        own = [gain for gain in gains if (gain.target, gain.score) == (losses.target, losses.score)]
        if not own or losses.target in {gain.target for gain in gains[: gains.index(own[0])]}:
            continue  # the second score of a target is in --json
        by_place = {(gain.method, gain.lead): gain for gain in own}
        words = SHOWN.get(losses.target, SHOWN["acts"])
        print_heading(losses.target.capitalize(), f"{words}; comity's {losses.methods[0]}.")
        rows = [("comity's mean score", *(_mean(own, lead) for lead in found.leads))]
        rows += [
            (method, *(_gain(by_place.get((method, lead))) for lead in found.leads))
            for method in losses.methods[1:]
        ]
        rows.append(("could be seen", *(_power(own, lead) for lead in found.leads)))
        print_table(columns, rows, right=columns[1:])
        own_method = (losses.target, losses.methods[0])
        print_calibration([x for x in calibration if (x.target, x.method) == own_method])
    print_text(
        "Could be seen: the true gain over the rule with the best score that so much data would "
        "tell from zero four times out of five. What is smaller, this backtest cannot show, "
        "whichever way it comes out.",
        "Calibration: a star marks what lies outside its 90% band, where about one in ten honest "
        "forecasts lies.",
    )


def _lead_words(lead: int) -> str:
    return "1 month" if lead == 1 else f"{lead} months"


def _mean(gains: list[MethodGain], lead: int) -> str:
    here = [gain for gain in gains if gain.lead == lead]
    if not here:
        return ""
    most = max(here, key=lambda gain: gain.n)
    return f"{most.our_mean:.3f} (n {most.n:,})"


def _gain(gain: MethodGain | None) -> str:
    if gain is None:
        return ""
    if math.isnan(gain.low):
        return f"{gain.gain:+.3f} too few"
    return f"{gain.gain:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"


def _power(gains: list[MethodGain], lead: int) -> str:
    """Return what could be seen against the rule that came out strongest, and its name."""
    rules = [
        gain
        for gain in gains
        if gain.lead == lead and gain.method not in OTHER and not math.isnan(gain.detectable)
    ]
    return f"{min(rules, key=lambda gain: gain.mean).detectable:.3f}" if rules else ""
