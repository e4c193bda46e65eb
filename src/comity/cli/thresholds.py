"""`comity thresholds`: from which value of a number on a claim's answer changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import SEED, CaseArgument, JsonOption, NoCacheOption, SeedOption
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.core.claims import Claim
    from comity.core.thresholds import Moved, ThresholdMap
    from comity.study.threshold_answers import Effort
    from comity.study.thresholds import ThresholdAnswer

NAME = "thresholds"
EXAMPLE = "comity thresholds japan-korea-us 36"
MORE_EXAMPLES = (
    "comity thresholds japan-korea-us 43 --number demands.tariffs.substitutability",
    "comity thresholds japan-korea-us 40 --held density.JPN-KOR --low 0 --high 1 --level 0.4",
)


def command(
    ctx: typer.Context,
    case: CaseArgument,
    claim: Annotated[int, typer.Argument(metavar="CLAIM", help="Number of a claim.")],
    number: Annotated[
        list[str] | None,
        typer.Option(
            "--number", metavar="NAME", help="Judged number to move instead; once or twice."
        ),
    ] = None,
    held: Annotated[
        list[str] | None,
        typer.Option(
            "--held",
            metavar="QUANTITY",
            help="Quantity to hold at value after value, such as density.JPN-KOR.",
        ),
    ] = None,
    low: Annotated[
        list[float] | None, typer.Option("--low", help="Low end of each range, in order.")
    ] = None,
    high: Annotated[
        list[float] | None, typer.Option("--high", help="High end of each range, in order.")
    ] = None,
    level: Annotated[
        float | None, typer.Option("--level", help="Level to cross instead of the claim's own.")
    ] = None,
    points: Annotated[
        int | None, typer.Option("--points", help="Values of a number; of each, in a map.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", min=2, max=100_000, help="Draws of the other judged numbers."),
    ] = None,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            min=20,
            max=1_000_000,
            help="Worlds of each value and draw; ten times as many where others are central.",
        ),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option("--figure", metavar="FILE", help="Draw the map into a .png or .svg file."),
    ] = None,
    seed: SeedOption = SEED,
    no_cache: NoCacheOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find from which value of a number on the answer to a claim changes, and how surely."""
    from comity.cli.output import print_json
    from comity.core.settings import Settings
    from comity.record import load_case
    from comity.study.threshold_asked import claim_of, moved_instead
    from comity.study.thresholds import effort_of, find_thresholds

    if figure is not None:
        from comity.cli.out_file import check_out
        from comity.show.figures.threshold_map import check_map_file

        check_map_file(figure)
        check_out("--figure", figure)
    session = session_of(ctx)
    study = session.open(load_case(case), Settings(seed=seed, use_cache=not no_cache))
    found = claim_of(study, claim)
    every = moved_instead(
        study, found, numbers=number or (), held=held or (), low=low or (), high=high or (),
        level=level,
    )  # fmt: skip
    answers = tuple(
        find_thresholds(
            study,
            asked,
            line=_effort(effort_of(asked), points, draws, worlds),
            plane=_effort(effort_of(asked, is_map=True), points, draws, worlds),
        )
        for asked in every
    )
    session.close()
    if figure is not None:
        session.written.append(_draw(answers, figure))
    if as_json:
        from comity.cli.thresholds_document import thresholds_document

        print_json(thresholds_document(study.case.id, found, answers, study.receipt()))
    else:
        _print(found, answers)


def _effort(effort: Effort, points: int | None, draws: int | None, worlds: int | None) -> Effort:
    """Return the effort with what was asked for instead."""
    from comity.study.threshold_answers import BATCHES

    changes: dict[str, int] = {}
    if points is not None:
        changes["n_points"] = points
    if draws is not None:
        changes["n_draws"] = draws
    if worlds is not None and effort.n_worlds:
        own = -(-worlds // BATCHES) * BATCHES
        changes |= {"n_draw_worlds": own, "n_worlds": BATCHES * own}
    return replace(effort, **changes)


def _print(claim: Claim, answers: tuple[ThresholdAnswer, ...]) -> None:
    from comity.cli.output import print_heading, print_text
    from comity.judge.threshold_words import map_sentence, threshold_sentences

    print_heading(
        f"{claim.number}. {claim.words}",
        "Thresholds in the model; every number in it is judged, so that a threshold says where the "
        "judgement has to stand, not where it stands.",
    )
    for answer in answers:
        for line in answer.lines:
            print_heading(_title(answer.asked.words), _moves(line.moved))
            print_text(*threshold_sentences(line))
        if answer.map is not None:
            print_heading(
                f"{_title(answer.asked.words)}: {answer.map.first.name} across, "
                f"{answer.map.second.name} up",
                "Share of draws of the other numbers in which it holds: . under a tenth, - + * by "
                "quarters to nine tenths, # above; o where it begins or ends with the others "
                "central.",
            )
            print_text(*map_lines(answer.map), map_sentence(answer.map))


def _title(words: str) -> str:
    return words[0].upper() + words[1:]


def _moves(moved: Moved) -> str:
    unit = f", {moved.unit}" if moved.unit else ""
    return f"{moved.name}: {moved.meaning}{unit}"


def map_lines(found: ThresholdMap) -> tuple[str, ...]:
    """Return a map in characters, the second number's largest value on top."""
    from comity.judge.threshold_words import figure, span_words

    names = [figure(float(value), found.second) for value in found.second.values]
    width = max(map(len, names))
    lines: list[str] = []
    for row in range(len(names) - 1, -1, -1):
        cells = [_sign(share) for share in found.share_holding[row]]
        for crossing in found.rows[row].crossings:
            cells[int(abs(found.first.values - crossing.value).argmin())] = "o"
        lines.append(f"{names[row]:>{width}} |{' '.join(cells)}")
    foot = f"{' ' * width}  {span_words(found.first)}"
    return (*lines, foot)


def _sign(share: float) -> str:
    """Return the sign of a share of draws."""
    return next(sign for end, sign in ((0.1, "."), (0.35, "-"), (0.65, "+"), (0.9, "*"), (2, "#"))
                if share < end)  # fmt: skip


def _draw(answers: tuple[ThresholdAnswer, ...], file: Path) -> Path:
    from comity.show.figures.threshold_map import write_map

    maps = [answer.map for answer in answers if answer.map is not None]
    return write_map(maps, file)


__all__ = ["command", "map_lines"]
