"""The page of the Python interface lists every name that a room offers, and only real ones."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

PAGE = Path("docs/reference/api.md")
OFFERED = (
    "comity",
    "comity.explain",
    "comity.record.store",
    "comity.measure.baselines",
    "comity.measure.quarrels",
)
ELSEWHERE = ("core.settings", "core.case")  # described where they are used
LISTED = re.findall(r"\.\. auto(?:function|class):: (\S+)", PAGE.read_text(encoding="utf-8"))


def found(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module or "comity"), name)


@pytest.mark.parametrize("package", OFFERED)
def test_what_a_package_offers_is_on_the_page(package: str) -> None:
    module = importlib.import_module(package)
    names = getattr(module, "__all__", None) or [name for name in vars(module) if name[0] != "_"]
    offered = [getattr(module, name) for name in names]
    wanted = {
        item for item in offered
        if (inspect.isclass(item) or inspect.isfunction(item)) and "comity" in item.__module__
        and not item.__module__.removeprefix("comity.").startswith(ELSEWHERE)
    }  # fmt: skip
    missing = {item.__qualname__ for item in wanted - {found(path) for path in LISTED}}
    assert not missing


def test_every_name_on_the_page_has_a_first_sentence() -> None:
    for path in LISTED:
        assert (inspect.getdoc(found(path)) or "").split("\n")[0].endswith((".", ":")), path
