"""What the tables say beside their numbers."""

import json

from comity.cli.measure import thin_words
from comity.cli.simulate import print_chances
from comity.core.settings import Settings
from comity.record import load_case
from comity.study import StepCache, Study


def test_a_span_without_outcomes_says_so(comity, small):
    said = comity("simulate", small, "--months", "1", "--members", "1")
    assert said.code == 0
    assert "Chances over 1 future to Jan 2020;" in said.out
    case = load_case(small)
    earliest = min(outcome.lead(case.last_month) for outcome in case.outcomes)
    expected = f"No outcome falls due by Jan 2020; the earliest needs {earliest} months.\n"
    assert expected in said.out
    assert (
        expected in comity("compare", small, "hub-mediates", "--months", "1", "--members", "50").out
    )


def test_futures_out_of_range_are_explained(small, capsys):
    class Futures:
        n_members, months, outcomes = 500, [600], ()

    study = Study(load_case(small), Settings(), cache=StepCache(None))
    for number, words, held in [(1, "1 future left", "was"), (115, "115 futures left", "were")]:
        Futures.n_out_of_range = number
        print_chances(study, Futures, (), "Baseline")
        said = " ".join(capsys.readouterr().out.split())
        assert said.endswith(
            f"{words} the range of ±12 logits, beyond which a share is 0 or 100 in 100 for all "
            f"purposes, and {held} held at its edge."
        )


def test_pairs_with_few_acts_are_named_under_the_table():
    assert thin_words({"A and B": 12}) == ""
    assert thin_words({"A and B": 11, "B and C": 0}) == (
        "Fewer than 12 acts are recorded of A and B (11); none of B and C. Such a reading rests "
        "mostly on the pool of all pairs."
    )
    assert thin_words({"B and C": 0}).startswith("No act is recorded of B and C. Such a ")


def test_a_pair_may_be_written_in_lower_case_and_a_cut_case_warns_shortly(comity, small, tmp_path):
    assert comity("measure", small, "--dyad", "ccc-bbb").code == 0
    folder = tmp_path / "case"
    comity("new", folder, "--from", small)
    path = folder / "case.toml"
    text = path.read_text("utf-8").replace('"Made up for tests."', '"Made up. Dense in 2018."')
    path.write_text(text, "utf-8")
    assert "Made up. Dense in 2018.\n" in comity("measure", folder).out
    said = comity("measure", folder, "--as-of", "2016-06").out
    assert said.endswith("Made up.\n")


def test_futures_take_estimated_drivers_where_asked(comity, small):
    few = ("simulate", small, "--members", "1000", "--months", "24", "--json")
    judged, estimated = (comity(*few, "--drivers", word) for word in ("judged", "estimated"))
    assert (judged.code, estimated.code) == (0, 0)
    assert json.loads(estimated.out)["receipt"]["settings"]["drivers"] == "estimated"
    assert json.loads(judged.out)["receipt"]["settings"]["drivers"] == "judged"
    wrong = comity(*few, "--drivers", "guessed")
    assert wrong.code == 2
    assert "'guessed' is not one of 'judged', 'estimated'" in wrong.err
