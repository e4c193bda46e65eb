"""`comity backtest`: what is refused, and what the table says."""

import pytest


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--first", "2019-13"), '--first: a month is written as YYYY-MM; found "2019-13".'),
        (("--last", "soon"), '--last: a month is written as YYYY-MM; found "soon".'),
        (("--first", "2010-02"), "from 2011-02 to 2019-10; found 2010-02. Choose others."),
        (("--last", "2020-12"), "Choose others."),
        (("--first", "2019-06", "--last", "2019-01"), "found none. Choose others."),
    ],
)
def test_months_outside_the_record_are_refused(comity, small, more, sentence):
    said = comity("backtest", small, *more)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err


def test_the_table_says_what_is_beside_what_and_what_could_be_seen(comity, small):
    span = ("--members", "500", "--first", "2018-11", "--last", "2018-11")
    said = comity("backtest", small, *span)
    assert said.code == 0
    for word in ("Acts", "Relations", "Turnovers", "Flares", "Agreement ends", "too few",
                 "Minnesota BVAR", "last twelve months", "could be seen"):  # fmt: skip
        assert word in said.out
    gains = comity("backtest", small, *span, "--json").document["gains"]
    assert {gain["lead_months"] for gain in gains} == {1, 3, 6, 12}
    assert all(gain["low"] is None for gain in gains)  # one origin is one block
    scores = {(gain["target"], gain["score"]) for gain in gains}
    assert scores == {
        ("acts", "log"), ("acts", "ranked probability"), ("relations", "CRPS"),
        ("turnovers", "Brier"), ("turnovers", "log"), ("flares", "Brier"), ("flares", "log"),
        ("agreement ends", "Brier"), ("agreement ends", "log"),
    }  # fmt: skip
