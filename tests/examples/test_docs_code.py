"""The code on the page about adding a rule runs as it stands, and the rule moves nothing else."""

import re
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "adding-a-rule.md"


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> dict:
    """Return the names that the page's code leaves behind."""
    rule, setup, run = re.findall(
        r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    folder = tmp_path_factory.mktemp("rule")
    (folder / "exercises.py").write_text(rule, encoding="utf-8")
    names: dict = {"__name__": "page"}
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for text in (setup, run):
            exec(compile(text, PAGE.name, "exec"), names)
    return names


def test_a_rule_without_effect_leaves_every_trace_bit_for_bit(page):
    without, idle = page["without"], page["idle"]
    assert without.paths.tobytes() == idle.paths.tobytes()
    assert len(without.events) > 10
    for name, table in without.events.items():
        assert table.tobytes() == idle.events[name].tobytes(), name


def test_with_an_effect_only_what_follows_from_it_differs(page):
    idle, warm = page["idle"], page["warm"]
    first = int(page["first_august"])
    index, states = idle.index, page["case"].with_role
    allies = {*states("hub"), *states("spoke")}
    allied = [set(dyad.split("-")) <= allies for dyad in index.dyads]
    moved = (idle.paths != warm.paths).any(axis=0)
    assert not moved[:, :first].any()
    assert moved[allied, first].all()
    # In the month itself only allied pairs move, each in about half of the futures, by the impulse.
    assert not moved[np.logical_not(allied), first].any()
    size = (warm.paths - idle.paths)[:, allied, first]
    held = np.abs(size - 0.1) < 1e-5
    assert np.all(held | (size == 0))
    error = (0.25 / held.size) ** 0.5
    assert abs(held.mean() - 0.5) < 4 * error
    # Governments, flares and the moves of the track draw as before; only their chances may shift.
    assert np.array_equal(idle.events["changed"], warm.events["changed"])
    assert np.array_equal(idle.events["coalition"], warm.events["coalition"])
    assert np.array_equal(
        idle.events["flares"][..., : first + 1], warm.events["flares"][..., : first + 1]
    )


def test_a_stream_of_another_rule_is_refused_by_name(page):
    """Two rules that claim one stream would share its numbers unseen."""
    exercises, registry = page["exercises"], page["RULES"]
    rules = (*registry, page["Rule"]("again", exercises), page["Rule"]("twice", exercises))
    with pytest.raises(Exception, match="exercise/"):
        page["futures"](0.0, rules)
