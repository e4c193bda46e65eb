"""The works and data sets that numbers, models and rules rest on, and how far each was read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from comity.core.errors import ConfigError, nearest_match
from comity.core.judged import JudgedNumber

SourceKind = Literal["data", "model", "score", "rule", "case"]
Seen = Literal["read", "abstract", "memory"]
SEEN_WORDS: dict[str, str] = {
    "read": "",
    "abstract": "abstract or review seen",
    "memory": "from memory, to be checked",
}


@dataclass(frozen=True)
class Source:
    """A work or data set, what it is used for, and how far it was read.

    ``used_for`` is printed after the venue. ``seen`` is ``read`` (the data or the text itself),
    ``abstract`` (abstract, first pages or a review) or ``memory`` (to be checked before anybody
    relies on it).
    """

    key: str
    authors: str
    year: int
    title: str
    venue: str
    kind: SourceKind
    seen: Seen
    url: str = ""
    doi: str = ""
    used_for: str = ""  # what of comity rests on it, where its title does not say


@cache
def all_sources() -> Mapping[str, Source]:
    """Return every registered source by key, in file order.

    Raises
    ------
    ConfigError
        Two sources share a key.
    """
    text = files("comity.core").joinpath("sources.toml").read_text(encoding="utf-8")
    sources: dict[str, Source] = {}
    for entry in tomllib.loads(text)["source"]:
        item = Source(**entry)
        if item.key in sources:
            raise ConfigError(
                f'sources.toml: keys must differ; found "{item.key}" twice. Rename one of them.'
            )
        sources[item.key] = item
    return sources


def source(key: str) -> Source:
    """Return a source by key.

    Raises
    ------
    ConfigError
        No source has this key; the message names the nearest one.

    >>> source("salmon-2011").year
    2011
    """
    try:
        return all_sources()[key]
    except KeyError:
        raise ConfigError(
            "sources.toml: a source key must be one that is registered; "
            f'found "{key}". {nearest_match(key, all_sources())}'.rstrip()
        ) from None


def sources_used(parameters: Mapping[str, JudgedNumber]) -> tuple[Source, ...]:
    """Return the sources that these judged numbers name, each once, sorted by key.

    Numbers that name no source are left out; a key that is not registered raises ConfigError.
    """
    return tuple(source(key) for key in sorted({n.source for n in parameters.values() if n.source}))


def citation(item: Source) -> str:
    """Return one line for a list of references, with how far the work was read.

    >>> citation(source("snyder-1984"))
    'Snyder (1984). The security dilemma in alliance politics. World Politics 36(4). [from memory, \
to be checked]'
    """
    line = f"{item.authors} ({item.year}). {item.title}. {item.venue}."
    if item.used_for:
        line = f"{line} For {item.used_for}."
    if item.doi:
        line = f"{line} https://doi.org/{item.doi}"
    elif item.url:
        line = f"{line} {item.url}"
    note = SEEN_WORDS[item.seen]
    return f"{line} [{note}]" if note else line


def citations(items: Iterable[Source]) -> tuple[str, ...]:
    """Return the reference lines of several sources, sorted."""
    return tuple(sorted(citation(item) for item in items))
