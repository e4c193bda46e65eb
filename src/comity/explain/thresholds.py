"""The conventions of the explanation by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from comity.core.judged import JudgedNumber


@cache
def thresholds() -> Mapping[str, JudgedNumber]:
    """Return every convention with its range, who chose it and why."""
    text = resources.files("comity.explain").joinpath("thresholds.toml").read_text("utf-8")
    return {name: JudgedNumber(**entry) for name, entry in tomllib.loads(text).items()}


def threshold(name: str) -> float:
    """Return the value of one convention.

    >>> threshold("prior_driven")
    0.1
    """
    return thresholds()[name].central
