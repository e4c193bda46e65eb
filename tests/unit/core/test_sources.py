"""The source registry: every key resolves, and a citation says how far a work was read."""

from __future__ import annotations

import pytest

from comity.core.errors import ConfigError
from comity.core.judged import JudgedNumber
from comity.core.sources import SEEN_WORDS, all_sources, citation, citations, source, sources_used


def number(key: str) -> JudgedNumber:
    return JudgedNumber(
        low=0.0, central=0.0, high=0.0, meaning="a test", who="a test", why="a test", source=key
    )


def test_source_gives_the_registered_work():
    assert source("salmon-2011").authors == "Salmon, Moraes, Dror & Shaw"


def test_source_names_the_nearest_key():
    with pytest.raises(ConfigError) as caught:
        source("chisol")
    assert str(caught.value) == (
        "sources.toml: a source key must be one that is registered; "
        'found "chisol". Nearest: "chisols".'
    )


def test_every_source_is_complete_and_in_the_known_words():
    for key, item in all_sources().items():
        assert item.key == key
        assert item.authors, key
        assert item.title, key
        assert item.venue, key
        assert item.kind in ("data", "model", "score", "rule", "case"), key
        assert item.seen in SEEN_WORDS, key
        assert 1900 < item.year < 2100, key


def test_sources_used_lists_each_once_and_skips_the_unsourced():
    used = sources_used({"a": number("gdelt"), "b": number("atop"), "c": number("gdelt")})
    assert [item.key for item in used] == ["atop", "gdelt"]
    assert sources_used({"a": number("")}) == ()
    assert sources_used({}) == ()


def test_sources_used_refuses_an_unknown_key():
    with pytest.raises(ConfigError, match="gdellt"):
        sources_used({"a": number("gdellt")})


def test_a_citation_from_memory_says_so():
    assert citation(source("snyder-1984")).endswith("[from memory, to be checked]")
    assert citation(source("cha-1999")).endswith("[abstract or review seen]")
    assert citation(source("icews")).endswith("https://doi.org/10.7910/DVN/28075")


def test_a_citation_says_what_it_is_used_for_where_that_is_stated():
    line = citation(source("brier-1950"))
    assert "Monthly Weather Review 78(1). For the score of yes or no. [from memory" in line


def test_citations_are_sorted():
    lines = citations(all_sources().values())
    assert list(lines) == sorted(lines)
    assert len(lines) == len(all_sources())
