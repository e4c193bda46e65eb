"""From a case to effects: what is handed on, kept, refused, and read apart by source."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import comity
from comity.core.effects import GOVERNMENT, TIERS
from comity.core.errors import ConfigError, ParameterError
from comity.core.settings import Settings
from comity.explain.placebos import SOURCE
from comity.record import load_case
from comity.record.store import import_events
from comity.simulate.rules.relations import EFFECTS
from comity.study import StepCache, Study

SMALL = "tests/fixtures/small-case"
FEW = Settings(n_hyper_draws=8, n_paths=64, n_threads=1)


@pytest.fixture(scope="module")
def case():
    return load_case(SMALL)


@pytest.fixture(scope="module")
def study(case, tmp_path_factory):
    made = Study(case, FEW, cache=StepCache(tmp_path_factory.mktemp("kept")))
    assert made.effects is made.effects
    return made


def test_every_driver_has_a_row_with_a_tier_and_a_sentence(study):
    rows = study.effects.drivers
    assert [row.name for row in rows] == [
        "orientation", "dispute_load", "mediation", "fear_symmetric", "fear_asymmetric",
        "pressure_common", "pressure_unequal", "agreement_stock", "shared_threat", "density",
        "balance", GOVERNMENT,
    ]  # fmt: skip
    for row in rows:
        assert row.tier in TIERS
        assert row.sentence.endswith(".")
        if not row.is_estimated:
            assert np.isnan([row.estimate, row.sd, row.low, row.high, row.contraction]).all()
            assert "no number" in row.sentence
            continue
        assert row.low95 < row.low < row.estimate < row.high < row.high95
        assert row.contraction <= 1
        assert row.placebos
    assert study.effects.driver("fear_asymmetric").tier == "not estimable"  # never moves here


def test_names_are_those_that_the_futures_read(study):
    drivers = [row.name for row in study.effects.drivers if row.name != GOVERNMENT]
    assert set(drivers) <= set(EFFECTS)
    names, draws = study.effects.draw_names, study.effects.draws
    assert draws.shape == (2000, len(names))
    for name in names:
        assert f"relation.beta.{name}" in study.parameters or name == GOVERNMENT
        row = study.effects.driver(name)
        column = draws[:, names.index(name)]
        if name != GOVERNMENT:
            assert abs(column.mean() - row.estimate) < 5 * row.sd / np.sqrt(2000 / 4)


def test_governments_stand_beside_what_their_mean_is_worth(study):
    effects = study.effects
    assert {row.dyad for row in effects.governments} == {"AAA-BBB", "BBB-CCC"}
    for row in effects.governments:
        assert 0 < row.mean_sd <= 1
        assert row.low <= row.relation <= row.high
    longest = max(effects.governments, key=lambda row: row.n_months)
    shortest = min(effects.governments, key=lambda row: row.n_months)
    assert longest.mean_sd < shortest.mean_sd
    assert "over 60 months of one government has a standard error of" in effects.one_pair


def test_effects_are_kept_and_come_back_as_they_were(case, study):
    again = Study(case, FEW, cache=study.cache)
    assert again.effects.drivers[0].sentence == study.effects.drivers[0].sentence
    assert again.finished["effects"] == "kept"
    for item in dataclasses.fields(study.effects):
        old, new = (getattr(one.effects, item.name) for one in (study, again))
        if item.name == "draws":
            assert (old == new).all()
        else:
            assert repr(new) == repr(old)  # a number that is not known is not equal to itself


def test_another_seed_is_another_answer(case, study):
    other = Study(case, FEW.model_copy(update={"seed": 2}), cache=study.cache)
    other.take_relations(study.relations)
    assert other.effects.draws.tolist() != study.effects.draws.tolist()


def test_the_public_function_takes_a_measurement_that_is_at_hand(case, study):
    effects = comity.explain_relations(case, study.relations, use_cache=False)
    assert effects.draws.tolist() == study.effects.draws.tolist()
    frame = effects.to_frame()
    assert list(frame["driver"]) == [row.name for row in effects.drivers]
    assert len(effects.governments_frame()) == len(effects.governments)
    assert "<table" in effects._repr_html_()


def test_a_measurement_of_another_record_is_refused(case, study):
    cut = dataclasses.replace(study.relations, months=study.relations.months[:-3])
    with pytest.raises(ConfigError) as caught:
        comity.explain_relations(case, cut)
    assert str(caught.value) == (
        "relations: must be measured from the case small-case as it stands; found 5 states and 117 "
        "months where the case has 5 and 120. Measure the case again."
    )


def test_an_unknown_driver_is_named_with_the_nearest(study):
    with pytest.raises(ParameterError) as caught:
        study.effects.driver("dispute_lod")
    assert str(caught.value) == 'no driver "dispute_lod" among 12. Nearest: "dispute_load".'


def test_a_store_is_read_as_a_second_source(case, tmp_path):
    generator = np.random.default_rng(4)
    lines = ["date,source,target,quad_class"]
    for year in range(2010, 2020):
        for month in range(1, 13):
            for source, target in (("BBB", "CCC"), ("CCC", "BBB"), ("AAA", "BBB"), ("BBB", "DDD")):
                kind = generator.choice([1, 3], p=[0.7, 0.3])
                lines.append(f"{year}-{month:02d}-10,{source},{target},{kind}")
    (tmp_path / "acts.csv").write_text("\n".join(lines) + "\n", "utf-8")
    store = tmp_path / "events.duckdb"
    import_events(store, "csv", [tmp_path / "acts.csv"])
    study = Study(case, FEW, cache=StepCache(None), store=store)
    placebo = study.effects.driver("dispute_load").placebos[-1]
    assert placebo.name == SOURCE
    assert placebo.fired is not None
    assert "from the record alone" in placebo.words
    assert "from the stored events alone" in placebo.words
