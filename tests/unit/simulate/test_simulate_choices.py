"""Choices between forms of the model, and which judged numbers a run reads."""

from tests.oracle.simulate.small_world import BASELINE, small_case, small_history

from comity.simulate import default_parameters, merged_parameters, numbers_read, structural_choices
from comity.simulate.block import asked_reads
from comity.simulate.layout import build_layout

CASE = small_case(lead=12)
NUMBERS = merged_parameters(CASE)
DEFAULTS = default_parameters()


def test_every_choice_has_a_value_for_each_form_and_stands_at_one_of_them():
    for choice in structural_choices():
        assert len(choice.levels) == len(set(choice.levels)) == len(set(choice.values)) >= 2
        assert choice.who
        assert choice.why
        number = DEFAULTS[choice.number]
        if choice.switches:
            assert choice.values == (0.0, 1.0)
            assert choice.name not in DEFAULTS
        else:
            assert number.is_fixed
            assert number.central in choice.values


def test_what_is_read_is_what_the_rules_ask_for_and_nothing_else():
    history = small_history(CASE)
    found = numbers_read(CASE, [BASELINE], history, 12)
    reads, fields = asked_reads(build_layout(CASE, BASELINE, history, n_months=12))
    assert fields[-1][3] == len(reads)
    assert set(found) <= {name for read in reads for name in read.names}
    assert "dispute.settle_rate" in found
    unread = set(NUMBERS) - set(found)
    assert unread, "offices that no state holds have numbers too"
    assert all(not unread & set(read.names[:1]) for read in reads)
