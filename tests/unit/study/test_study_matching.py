"""The prior page: histories of futures, the record's own one, and verdicts of the kept draws."""

import numpy as np
import pytest
from tests.oracle.simulate.small_world import BASELINE, small_case, small_history
from tests.oracle.simulate.small_world import small_start as start_of

from comity.core.errors import ParameterError
from comity.core.settings import Settings
from comity.judge import figures_asked
from comity.record import driver_history, histories_without, load_case, own_history
from comity.simulate import simulate_histories, simulate_scenario
from comity.simulate.world import BLOCK
from comity.study import Study, matched_verdicts, prior_page

SMALL = load_case("tests/fixtures/small-case")
CASE = small_case(lead=12)
WORLD = {"start": start_of(CASE), "history": small_history(CASE)}
WORLDS = 2 * BLOCK + 30  # three blocks a draw
SETTINGS = Settings(n_months=30, n_members=6 * WORLDS, n_draws=6, seed=4, n_threads=2)


def test_histories_are_read_off_the_same_months_as_kept_paths():
    asked = [item for item in figures_asked(CASE) if item.kind != "alignment_security"]

    def read(tables):
        return np.array([item.read(tables) for item in asked])

    found = simulate_histories(CASE, BASELINE, read, settings=SETTINGS, **WORLD)
    run = simulate_scenario(CASE, BASELINE, settings=SETTINGS, keep_paths=True, **WORLD)
    row = [item.kind for item in asked].index("in_dispute")
    pair = CASE.index.dyad_number(asked[row].of_whom)
    expected = run.events["dispute_open"][:, pair].mean(axis=1)
    assert expected.std() > 0
    # Member g lives in draw g mod 6.
    np.testing.assert_allclose(found[row], expected.reshape(-1, 6).T)
    spread = run.paths[:, pair].astype(float).std(axis=1, ddof=1)
    np.testing.assert_allclose(found[0], spread.reshape(-1, 6).T)


def test_draws_with_unequal_futures_are_refused():
    with pytest.raises(ParameterError, match="the same number of futures; found 601 futures of 6 "):
        simulate_histories(
            CASE, BASELINE, lambda tables: np.zeros((1, 1)),
            settings=SETTINGS.model_copy(update={"n_members": 601}), **WORLD,
        )  # fmt: skip


def test_the_records_own_history_is_what_its_rows_say():
    own = own_history(SMALL)
    n = len(SMALL.months)
    assert {rows.shape for table in own.values() for rows in table.values()} == {(1, n)}
    docket = SMALL.disputes[0]
    assert own["flares"][docket.id].sum() == len(docket.flares)
    pair = SMALL.index.dyad_label("-".join(docket.parties))
    load = driver_history(SMALL).dispute_load[SMALL.index.dyad_number(pair)]
    np.testing.assert_array_equal(own["dispute_open"][pair][0] > 0, load > 0)
    fewer = list(histories_without(SMALL, pair))
    own_dockets = [row for row in SMALL.disputes if set(row.parties) == set(docket.parties)]
    assert len(fewer) == len(own_dockets)
    assert docket.id not in fewer[0]["flares"]


def test_a_page_names_the_record_and_its_kept_draws_change_what_is_answered():
    study = Study(SMALL, Settings(n_members=400, n_draws=40, n_paths=64, use_cache=False))
    page = prior_page(study, cutoff=1.0)
    assert page.n_months == len(SMALL.months)
    assert (page.n_members, page.n_draws) == (400, 40)
    by_name = {item.figure.name: item for item in page.figures}
    pair = page.matching.targets[0].figure.partition(".")[2]
    flares = sum(len(row.flares) for row in SMALL.disputes
                 if set(row.parties) == set(pair.split("-")))  # fmt: skip
    assert by_name[f"flares.{pair}"].record == pytest.approx(12 * flares / page.n_months)
    assert len(by_name[f"relation_sd.{pair}"].figure.recorded) == 64
    assert by_name[f"in_dispute.{pair}"].record_sd > 0
    assert 0 < page.matching.n_rejected < 40
    (found,) = matched_verdicts(study, page)
    assert found.answer != found.answer_kept
    strict = prior_page(study, cutoff=1e6)
    assert strict.matching.kept.all()
    assert matched_verdicts(study, strict) == ()
