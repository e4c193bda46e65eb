"""Figures that are handed on: to the simulator, to the page, or refused with a sentence."""

from dataclasses import replace

import numpy as np
import pytest

from comity.core.errors import ConfigError, ParameterError
from comity.core.estimates import Estimate, NoEstimate, with_estimates
from comity.core.world_tables import Leaders, WorldTables
from comity.explain.tenure import (
    mean_tenure_by_hazard,
    mean_tenure_one_term,
    mean_tenure_two_terms,
    tenure_record,
)
from comity.explain.world_figures import figures_text, recorded_figures, world_figures
from comity.record import load_case
from comity.simulate import default_parameters, merged_parameters

FIGURE = Estimate(
    name="made.up", value=0.02, low=0.01, high=0.04, level=0.95, scale="positive",
    unit="events per month", meaning="a rate", sample="Twelve of them.", choices="All count.",
    code="comity.explain.turnover.rate_spread", sources=("chisols",),
    parameter="turnover.exit_hazard.military",
)  # fmt: skip


def test_an_interval_is_set_to_the_judged_level_on_its_own_scale():
    judged = FIGURE.as_judged()
    stretch = 1.6448536 / 1.9599640
    assert judged.low == pytest.approx(0.02 * np.exp(-stretch * np.log(2)))
    assert judged.high == pytest.approx(0.02 * np.exp(stretch * np.log(2)))
    assert (judged.tag, judged.source, judged.scale) == ("R", "chisols", "positive")
    assert judged.why == "Twelve of them. All count."
    share = replace(FIGURE, value=0.5, low=0.2, high=0.8, level=0.9, scale="unit").as_judged()
    assert (share.low, share.high) == (pytest.approx(0.2), pytest.approx(0.8))


def test_an_estimate_that_contradicts_itself_or_has_no_source_is_refused():
    with pytest.raises(ParameterError, match="low <= value <= high must hold"):
        replace(FIGURE, low=0.03)
    with pytest.raises(ConfigError, match="a source key must be one that is registered"):
        replace(FIGURE, sources=("chisol",))


def test_estimates_take_the_place_of_defaults_and_leave_the_case_its_own():
    case = load_case("japan-korea-us")
    own = "turnover.exit_hazard.JPN"
    known = with_estimates(
        case, [FIGURE, replace(FIGURE, parameter=own), replace(FIGURE, parameter="")]
    )
    before, after = merged_parameters(case), merged_parameters(known)
    assert after["turnover.exit_hazard.military"].central == 0.02
    assert after[own] == before[own]
    assert {name for name in before if before[name] != after[name]} == {FIGURE.parameter}
    with pytest.raises(ConfigError) as error:
        with_estimates(case, [FIGURE, FIGURE])
    assert str(error.value) == (
        'estimates: a number must be estimated once; found "turnover.exit_hazard.military" twice. '
        "Keep one of the two."
    )


def test_every_recorded_number_for_the_simulator_is_one_that_it_reads():
    numbers = default_parameters()
    handed = [figure for figure in recorded_figures() if figure.parameter]
    assert len(handed) == 15
    outside = set()
    for figure in handed:
        judged, default = figure.as_judged(), numbers[figure.parameter]
        assert judged.scale == default.scale, figure.name
        # An estimate and the package's default are about the same thing.
        assert judged.low <= default.central <= judged.high, figure.name
        if not default.low <= judged.central <= default.high:
            outside.add(figure.parameter)
    # The default is one parliamentary democracy's own record, the estimate that of 57.
    assert outside == {"turnover.exit_hazard.prime_minister"}


def test_recorded_figures_have_one_name_each_and_read_back_as_written():
    figures = recorded_figures()
    assert len({figure.name for figure in figures}) == len(figures)
    text = figures_text([*figures, NoEstimate("x", "x", "x: needs a table. Get it.")])
    assert text.endswith("\n# x: no figure. x: needs a table. Get it.\n")
    assert text.count("[[figure]]") == len(figures)


def test_missing_tables_leave_a_sentence_and_no_number():
    found = world_figures(WorldTables())
    assert all(isinstance(figure, NoEstimate) for figure in found)
    assert [figure.reason for figure in found][2:4] == [
        "treaties.hazard_ratio.depth: needs the alliance-level table of ATOP and the state-year "
        "table of CHISOLS and the alliance scores by Benson and Clinton. Put it into the folder of "
        "tables.",
        "treaties.survival: needs the alliance-level table of ATOP. Put it into the folder of "
        "tables.",
    ]


def test_mean_tenures_equal_their_sums_month_by_month():
    p = -np.expm1(-0.0046)
    months = np.arange(60)
    assert mean_tenure_one_term(0.0046, 60) == pytest.approx(np.sum((1 - p) ** months))
    assert mean_tenure_one_term(0.0046, 60) == pytest.approx(52.6, abs=0.05)
    assert mean_tenure_one_term(0.0, 60) == 60
    assert mean_tenure_by_hazard(0.0412) == pytest.approx(1 / -np.expm1(-0.0412))
    # Nobody leaves early: one term, and a second one where the party keeps office.
    assert mean_tenure_two_terms(0.0, 48, 0.0) == pytest.approx(48)
    assert mean_tenure_two_terms(0.0, 48, 1.0) == pytest.approx(96)
    with pytest.raises(ParameterError, match="a hazard must be 0 or more; found -1"):
        mean_tenure_by_hazard(-1)
    with pytest.raises(ParameterError, match="a term must last a month or more; found 0"):
        mean_tenure_one_term(0.1, 0)
    with pytest.raises(ParameterError, match="between 0 and 1; found 2"):
        mean_tenure_two_terms(0.1, 48, 2)


def test_a_tenure_record_counts_completed_spells_begun_since():
    day = np.array(["1940-01-01", "1950-01-01", "1952-01-01", "1955-01-01", "1960-01-01"])
    start = day.astype("datetime64[D]")
    end = np.append(start[1:], np.datetime64("1970-01-01"))
    none = np.array([""] * 5)
    leaders = Leaders(
        np.array(["JPN"] * 5), none, start, end, np.array([False] * 4 + [True]), none, "archigos"
    )
    record = tenure_record(leaders, "JPN")
    assert record.months.round(0).tolist() == [24, 36, 60]
    assert record.n_in_office == 1
    assert record.exits_per_month == pytest.approx(3 / record.months.sum())
    with pytest.raises(ParameterError) as error:
        tenure_record(leaders, "JPM")
    assert str(error.value) == (
        'leaders: the table must cover the state; found no "JPM". Nearest: "JPN".'
    )
