"""References are of what was used, and of nothing else."""

from comity.core.judged import JudgedNumber
from comity.core.sources import all_sources
from comity.study import used_references


def test_only_what_was_used_is_cited():
    number = JudgedNumber(
        low=0, central=1, high=2, meaning="m", who="w", why="y", source="kinne-2013"
    )
    stray = number.model_copy(update={"source": "a page of the case"})
    registered, unregistered = used_references({"a": number, "b": stray})
    keys = {item.key for item in registered}
    assert {"kinne-2013", "salmon-2011", "leeds-mattes-vogel-2009", "minka-2001"} <= keys
    assert {"morris-1991", "jansen-1999"} <= keys
    assert "achen-2006" not in keys
    assert "bueno-de-mesquita-2011" not in keys
    assert keys < set(all_sources())
    assert unregistered == ("a page of the case",)
