"""References are of what was used, and of nothing else."""

import re
from pathlib import Path

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


def test_every_work_that_a_score_names_is_cited():
    """Authors and year as the judge room's own texts give them."""
    folder = Path(__file__).parents[3] / "src" / "comity" / "judge"
    text = " ".join(" ".join(path.read_text("utf-8").split()) for path in folder.glob("*.py"))
    named = set(re.findall(r"([A-Z][a-z]+)(?:(?:,| &| and)[\w ,&]*)? \((\d{4})\)", text))
    cited = {
        (item.authors.split(",")[0].split(" &")[0], str(item.year))
        for item in used_references({})[0]
    }
    assert ("Czado", "2009") in named
    assert ("Gneiting", "2007") in named
    assert named <= cited, named - cited


def test_the_named_scores_are_cited_with_their_use():
    wanted = {"brier-1950", "good-1952", "matheson-winkler-1976", "epstein-1969", "murphy-1973",
              "gneiting-raftery-2007", "dimitriadis-2021", "brandt-freeman-schrodt-2014",
              "czado-2009"}  # fmt: skip
    cited = {item.key: item for item in used_references({})[0]}
    assert wanted <= cited.keys()
    assert all(cited[key].kind == "score" and cited[key].used_for for key in wanted)
