"""Published numbers and first calculations beside what comity finds, or why it cannot.

Each row of ``published_numbers.toml`` states a number, whose it is, and either a recorded figure
with the tolerance asked of it, or the name of the test that computes ours, or why it is out of
reach. Tests and the page on published numbers read the same rows.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from comity.core.errors import ConfigError
from comity.core.estimates import Estimate
from comity.core.sources import SEEN_WORDS, source
from comity.explain.world_figures import recorded_figures


@dataclass(frozen=True)
class PublishedNumber:
    """A number, its work, and what is asked of ours.

    With ``value`` ours must lie within ``tolerance``; with ``low_above``, ``high_below`` or
    ``holds`` its interval must lie above, below or around that value.
    """

    words: str
    source: str  # key of comity.core.sources
    published: str
    value: float | None = None
    figure: str = ""  # name of a recorded figure
    ours: str = ""  # what the test named finds
    test: str = ""
    tolerance: float | None = None
    low_above: float | None = None
    high_below: float | None = None
    holds: float | None = None
    why: str = ""  # where the tolerance comes from
    reason: str = ""  # why it is out of reach

    def accepts(self, found: Estimate) -> bool:
        """Whether a figure is what was published, within the tolerance."""
        asked = [
            self.value is None or abs(found.value - self.value) <= (self.tolerance or 0.0),
            self.low_above is None or found.low > self.low_above,
            self.high_below is None or found.high < self.high_below,
            self.holds is None or found.low < self.holds < found.high,
        ]
        return all(asked)

    @property
    def demand(self) -> str:
        """What is asked, in words."""
        if self.tolerance is not None:
            return f"within {self.tolerance:g}" if self.tolerance else "the same"
        if self.low_above is not None:
            return f"interval above {self.low_above:g}"
        if self.high_below is not None:
            return f"interval below {self.high_below:g}"
        return f"interval holds {self.holds:g}"


@cache
def published_numbers() -> tuple[PublishedNumber, ...]:
    """Return every row, in file order.

    Raises
    ------
    ConfigError
        A row says neither what comity finds nor why it cannot, or says both; or it asks nothing.
    """
    text = files("comity.explain").joinpath("published_numbers.toml").read_text(encoding="utf-8")
    rows = tuple(PublishedNumber(**row) for row in tomllib.loads(text)["number"])
    for row in rows:
        ways = [bool(row.figure), bool(row.test and row.ours), bool(row.reason)]
        asks = [row.tolerance, row.low_above, row.high_below, row.holds]
        if sum(ways) != 1 or (not row.reason and all(one is None for one in asks)):
            raise ConfigError(
                f'published_numbers.toml, "{row.words}": a row must name a figure or a test and '
                "what is asked of it, or the reason why it is out of reach; found something else. "
                "Give one of the three."
            )
    return rows


def numbers_table() -> list[tuple[str, str, str, str, str]]:
    """Return a row for each number within reach: what, published, work, comity, what is asked."""
    figures = {figure.name: figure for figure in recorded_figures()}
    return [
        (
            row.words, row.published, _work(row),
            _shown(figures[row.figure]) if row.figure else row.ours,
            f"{row.demand}. {row.why}",
        )
        for row in published_numbers()
        if not row.reason
    ]  # fmt: skip


def out_of_reach_table() -> list[tuple[str, str, str, str]]:
    """Return a row for each number out of reach: what, published, work, reason."""
    return [
        (row.words, row.published, _work(row), row.reason)
        for row in published_numbers()
        if row.reason
    ]


def _work(row: PublishedNumber) -> str:
    work = source(row.source)
    note = SEEN_WORDS[work.seen]
    return f"{work.authors} {work.year}" + (f" ({note})" if note else "")


def _shown(figure: Estimate) -> str:
    if figure.is_exact and figure.value == round(figure.value):
        return f"{figure.value:,.0f}"
    digits = 1 if figure.value > 10 else 3 if figure.value < 1 else 2
    text = f"{figure.value:,.{digits}f}"
    if figure.is_exact:
        return text
    return f"{text} [{figure.low:,.{digits}f}, {figure.high:,.{digits}f}]"
