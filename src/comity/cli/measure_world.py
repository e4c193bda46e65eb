"""What `comity measure` says of the world around a case."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from comity.cli.documents import WorldPart

if TYPE_CHECKING:
    from comity.core.world_place import WorldPlaces

Rows = list[tuple[str, ...]]


def with_world(rows: Rows, world: WorldPlaces, dyads: Sequence[str]) -> Rows:
    """Return rows of pairs with each pair's place in the last month added, a dash for none."""
    places = [world.place[world.row(label), -1] for label in dyads]
    words = ["-" if math.isnan(place) else f"{place:.0f}" for place in places]
    return [(*row, word) for row, word in zip(rows, words, strict=True)]


def world_words(world: WorldPlaces) -> str:
    """Return what the column "world" shows."""
    left_out = f" ({world.n_left_out:,} with fewer acts are left out)" if world.n_left_out else ""
    return (
        f"World: expected place (0 coldest, 100 warmest) among the {world.n_pairs[-1]:,} pairs of "
        f"the store's {world.n_states} states{left_out} that have acts in the last month; a dash "
        "where the pair never had one or too few others do. It is read from "
        f"{', '.join(world.sources)} alone, acts up to that month: levels of different sources are "
        "not comparable, so it is not the place of the share beside it."
    )


def world_part(world: WorldPlaces | None, dyads: Sequence[str]) -> WorldPart | None:
    """Return the document's part about the world; None where none was measured."""
    if world is None:
        return None
    rows = {label: world.row(label) for label in dyads}
    return WorldPart(
        sources=list(world.sources),
        n_states=world.n_states,
        n_left_out=world.n_left_out,
        n_fitted_pairs=world.n_fitted_pairs,
        n_pairs=world.n_pairs.tolist(),
        place={label: world.place[row].tolist() for label, row in rows.items()},
        place_low={label: world.low[row].tolist() for label, row in rows.items()},
        place_high={label: world.high[row].tolist() for label, row in rows.items()},
    )
