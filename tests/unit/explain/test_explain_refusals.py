"""Where the data cannot be asked there is a sentence that says what to do, and no number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.fixtures.simulated_panels import judged_effects, simulate_world

from comity.core.drivers import DriverPanel, DriverSeries
from comity.core.errors import ParameterError
from comity.core.evidence import RelationEvidence
from comity.core.history import EventCounts
from comity.explain.assumptions import priors_for
from comity.explain.explain import estimate_effects
from comity.explain.refusals import driver_refusals


def series(name: str, values: np.ndarray, missing: str = "") -> DriverSeries:
    return DriverSeries(name, name.replace("_", " "), "unit", "tests", values, missing=missing)


def rows(evidence: RelationEvidence, panel: DriverPanel, **more):
    volume = np.ones((panel.index.n_dyads, len(panel.months)), np.int64)
    found = estimate_effects(
        evidence, panel, judged_effects(panel.names), volume=volume, n_keep=20, n_shuffles=19,
        n_threads=1, **more,
    )  # fmt: skip
    return {row.name: row for row in found.rows}


def assert_no_number(row) -> None:
    assert row.tier == "not estimable"
    numbers = [row.estimate, row.sd, row.low, row.high, row.low95, row.high95, row.contraction,
               row.data_estimate, row.data_se, row.robustness]  # fmt: skip
    assert np.isnan(numbers).all()
    assert row.placebos == ()


@pytest.fixture(scope="module")
def world():
    return simulate_world(11, n_states=5, n_times=96)


def test_a_driver_that_never_varies(world):
    still = series("still", np.ones_like(world.relation))
    found = rows(world.evidence, world.panel.with_driver(still))
    assert_no_number(found["still"])
    assert found["still"].sentence == (
        "Still: no number. It has the same value in every month of each of the 10 pairs, so that "
        "nothing can be set beside it. Lengthen the record until it moves, or leave it to its "
        "prior."
    )
    assert found["driver_0"].is_estimated


def test_a_driver_that_moves_where_nobody_looks(world):
    values = np.zeros_like(world.relation)
    values[0, 90:] = 1.0
    evidence = world.evidence.without(np.zeros(len(world.evidence.time), bool))
    heard = (evidence.pair != 0) | (evidence.time < 80)
    evidence = replace(
        evidence, time=evidence.time[heard], site=evidence.site[:, heard],
        offset=np.concatenate([[0], np.cumsum(np.bincount(evidence.pair[heard], minlength=10))]),
    )  # fmt: skip
    found = rows(evidence, world.panel.with_driver(series("late", values)))
    assert_no_number(found["late"])
    assert found["late"].sentence == (
        "Late: no number. It moves in 1 pairs, and none of them has acts both before and after a "
        "move. Add acts of these pairs, or let stored events join the record (--store)."
    )


def test_collinear_drivers(world):
    twin = series("twin", 2 * world.panel.drivers[1].values + 3)
    found = rows(world.evidence, world.panel.with_driver(twin))
    for name, other in (("twin", "driver 1"), ("driver_1", "twin")):
        assert_no_number(found[name])
        assert found[name].sentence.endswith(
            f"no number. It moves together with another driver ({other}), and the record cannot "
            "tell them apart. Leave one of the two out, or add months in which they part."
        )
    assert found["driver_0"].is_estimated


def test_a_missing_table(world):
    missing = "disputes.csv has no row that says anything of it. Add a docket with its flares."
    absent = series("dispute_load", np.zeros_like(world.relation), missing)
    found = rows(world.evidence, world.panel.with_driver(absent))
    assert_no_number(found["dispute_load"])
    assert found["dispute_load"].sentence == f"Dispute load: no number. {missing}"


def test_a_short_panel():
    world = simulate_world(12, n_times=24)
    found = rows(world.evidence, world.panel)
    for row in found.values():
        assert_no_number(row)
        assert row.sentence.endswith(
            "no number. The record has 24 months, and an explanation needs 36 or more. Start the "
            "case earlier (first_month in case.toml) or let stored events join it (--store)."
        )


def test_a_record_with_hardly_any_acts():
    world = simulate_world(13, n_times=60, heard=0.02)
    n = len(world.evidence.time)
    found = rows(world.evidence, world.panel)
    for row in found.values():
        assert_no_number(row)
        assert f"Acts are recorded in {n} pair-months, and an explanation needs 60" in row.sentence


def test_separated_outcomes(world):
    values = np.zeros_like(world.relation)
    values[:, 48:] = 1.0
    switch = series("switch", values)
    both = world.panel.index.directions
    good = np.zeros((world.panel.index.n_directed, 96), np.int64)
    bad = np.zeros_like(good)
    good[both[:, 0], 60], bad[both[:, 0], 20] = 2, 1
    counts = EventCounts(
        world.panel.index, world.panel.months, good, bad, np.zeros(0), np.zeros(0, np.int64),
        np.zeros(0, np.int64), np.zeros(0, bool), np.zeros(0, np.int64),
    )  # fmt: skip
    found = rows(world.evidence, world.panel.with_driver(switch), counts=counts)
    assert_no_number(found["switch"])
    assert found["switch"].sentence == (
        "Switch: no number. The acts are separated: all 20 acts while it was on and all 10 while "
        "it was off are of one kind each (cooperative while on), so that no slope is too steep. "
        "Add acts that were overlooked, or record the driver in steps rather than on and off."
    )
    bad[both[:, 0], 60] = 1  # one act of the other kind, and it can be asked again
    refused = driver_refusals(
        world.panel.with_driver(switch), world.evidence, good[both].sum(axis=1),
        bad[both].sum(axis=1),
    )  # fmt: skip
    assert "switch" not in refused


def test_no_change_of_government(world):
    panel = replace(world.panel, government=np.zeros_like(world.panel.government))
    row = rows(world.evidence, panel)["government_sd"]
    assert_no_number(row)
    assert row.sentence.endswith("Lengthen the record, or add governments to governments.csv.")


def test_a_driver_without_a_judged_effect():
    numbers = judged_effects(["known"])
    with pytest.raises(ParameterError) as caught:
        priors_for(["known", "unknown"], numbers)
    assert str(caught.value) == (
        "parameters.toml: driver unknown needs a judged effect relation.beta.unknown that admits "
        "more than one value; found none. Give low, central and high."
    )
