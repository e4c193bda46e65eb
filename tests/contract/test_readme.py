"""The README's picture of the rooms is the tree, its commands exist, its links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_of_the_rooms_matches_the_tree():
    drawn = set(re.findall(r"^  (\w+)/ ", README, re.MULTILINE))
    found = {
        path.name
        for path in (ROOT / "src" / "comity").iterdir()
        if path.is_dir() and not path.name.startswith("__")
    }
    assert drawn == found


def test_every_make_target_and_verb_named_exists():
    from comity.cli.schemas import DOCUMENTS

    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)  ", README)) <= targets
    verbs = set(re.findall(r"\.venv/bin/comity ([a-z]+)", README))
    assert verbs
    assert verbs <= set(DOCUMENTS)


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_to_files(target):
    assert (ROOT / target).exists(), target
