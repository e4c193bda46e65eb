"""`comity measure`: where every pair stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import SEED, CaseArgument, JsonOption, NoCacheOption, SeedOption
from comity.cli.session import session_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.study import Study

NAME = "measure"
EXAMPLE = "comity measure japan-korea-us --dyad JPN-KOR --as-of 2019-08"
FEW_ACTS = 12


def command(
    ctx: typer.Context,
    case: CaseArgument,
    dyad: Annotated[
        str | None, typer.Option("--dyad", metavar="DYAD", help="One pair, year by year.")
    ] = None,
    quarrels: Annotated[
        bool,
        typer.Option(
            "--quarrels",
            help="Read the pair's quarrels and turning points on a grid, with heavy-tailed flares.",
        ),
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Cut the record after this day or month and fit anew."
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", metavar="FILE", help="Let the acts of this event store join the record."
        ),
    ] = None,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Measure the relation of every pair, month by month, with its interval."""
    from comity.core.errors import ConfigError
    from comity.core.settings import Settings
    from comity.record import load_case
    from comity.study import cut_case, parse_day

    if quarrels and dyad is None:
        raise ConfigError(
            "--quarrels: one pair must be named; found none. Add --dyad, as in --dyad JPN-KOR."
        )
    loaded = load_case(case)
    if as_of is not None:
        loaded = cut_case(loaded, parse_day(as_of))
    wanted = None if dyad is None else loaded.index.dyad_label(dyad.upper())
    settings = Settings(seed=seed, use_cache=not no_cache)
    study = session_of(ctx).open(loaded, settings, store)
    _ = study.relations, study.world
    on_grid = study.quarrels(wanted) if quarrels and wanted is not None else None
    session_of(ctx).close()
    if as_json:
        from comity.cli.measure_document import measure_document
        from comity.cli.output import print_json

        print_json(measure_document(study, wanted, on_grid))
        return
    from comity.cli.measure_changes import print_changes, print_pair_changes

    if wanted is None:
        print_standing(study, study.case.index.dyads)
        print_changes(study, study.case.index.dyads)
        print_warning(study, is_cut=as_of is not None)
    else:
        _print_years(study, wanted)
        print_pair_changes(study, wanted, on_grid)


def print_standing(study: Study, dyads: tuple[str, ...]) -> None:
    """Print where pairs stand in the last recorded month."""
    from comity.cli.measure_world import with_world, world_words
    from comity.cli.output import print_heading, print_table
    from comity.core.months import month_words
    from comity.core.wording import percent, percent_interval

    case, relations = study.case, study.relations
    print_heading(
        f"Where they stand in {month_words(case.last_month)}",
        "Expected share of cooperative acts with its 80% interval; place in the pair's own "
        "history (0 coldest, 100 warmest); acts recorded in the last 12 months and in all.",
    )
    n_acts = dict[str, int]()
    rows: list[tuple[str, ...]] = []
    for label in dyads:
        number = relations.index.dyad_number(label)
        low, _, middle, _, high = relations.dyad_quantiles(label)[:, -1]
        directions = list(relations.index.directions[number])
        n_acts[label] = int(relations.n_events[directions].sum())
        rows.append(
            (
                case.dyad_words(label),
                percent(float(middle)),
                percent_interval(low, high),
                f"{relations.own_percentile(label)[-1]:.0f}",
                str(int(relations.n_events[directions, -12:].sum())),
                str(n_acts[label]),
            )
        )
    columns = ("pair", "share", "80% interval", "own history", "12 months", "in all")
    if study.world is not None:
        columns, rows = (*columns, "world"), with_world(rows, study.world, dyads)
    print_table(columns, rows, right=columns[1:])
    if study.world is not None:
        print_heading("", world_words(study.world))
    if thin := thin_words({case.dyad_words(label): number for label, number in n_acts.items()}):
        print_heading("", thin)


def print_warning(study: Study, *, is_cut: bool = False) -> None:
    """Print the case's warning.

    Of a case that was cut, only its first sentence is printed: the others may speak of years that
    were cut off.
    """
    from comity.cli.output import print_heading

    if warning := study.case.warning:
        print_heading("", _first_sentence(warning) if is_cut else warning)


def thin_words(n_acts: Mapping[str, int]) -> str:
    """Return which pairs, by their words, have too few acts to be read on their own.

    >>> thin_words({"Japan and Korea": 40, "Japan and China": 3, "China and Korea": 0})[:61]
    'Fewer than 12 acts are recorded of Japan and China (3); none '
    """
    few = [f"{words} ({number})" for words, number in n_acts.items() if 0 < number < FEW_ACTS]
    none = [words for words, number in n_acts.items() if number == 0]
    parts = [
        f"Fewer than {FEW_ACTS} acts are recorded of {', '.join(few)}" if few else "",
        f"{'none' if few else 'No act is recorded'} of {', '.join(none)}" if none else "",
    ]
    said = "; ".join(filter(None, parts))
    return f"{said}. Such a reading rests mostly on the pool of all pairs." if said else ""


def _first_sentence(text: str) -> str:
    sentence, stop, _ = text.partition(". ")
    return sentence + stop.rstrip()


def _print_years(study: Study, label: str) -> None:
    from comity.cli.output import print_heading, print_table
    from comity.core.wording import percent, percent_interval

    relations = study.relations
    number = relations.index.dyad_number(label)
    quantiles = relations.dyad_quantiles(label)
    directions = list(relations.index.directions[number])
    years = 1970 + relations.months // 12
    print_heading(
        study.case.dyad_words(label),
        "Mean over each year's months of the expected share of cooperative acts and of the ends "
        "of its 80% interval (smoothed: every recorded month is used); acts recorded.",
    )
    rows: list[tuple[str, ...]] = []
    for year in sorted(set(years.tolist())):
        inside = years == year
        low, middle, high = (float(quantiles[row, inside].mean()) for row in (0, 2, -1))
        acts = int(relations.n_events[directions][:, inside].sum())
        rows.append((str(year), percent(middle), percent_interval(low, high), str(acts)))
    columns = ("year", "share", "80% interval", "acts")
    print_table(columns, rows, right=columns[1:])
