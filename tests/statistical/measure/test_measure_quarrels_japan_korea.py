"""Japan-Korea 2005-2015 read with hyper-parameters from China's two pairs only."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from comity.core.months import parse_month
from comity.core.quarrels import PairActs, PairQuarrels
from comity.measure.quarrels import QuarrelFit, fit_quarrels, read_quarrels
from comity.measure.quarrels.fit import held_out_scores

pytestmark = pytest.mark.statistical
FALLS = ("2005-03", "2006-04", "2008-07", "2011-08", "2012-08", "2013-04", "2014-01")
FIRST, LAST = parse_month("2005-01"), parse_month("2015-12")


def load(folder: Path, *dyads: str) -> list[PairActs]:
    """Every row one act, all sectors, both directions pooled."""
    counts = {dyad: np.zeros((2, LAST - FIRST + 1), np.int64) for dyad in dyads}
    path = folder / "icews_events_2005_2015.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            dyad = "-".join(sorted((row["source_state"], row["target_state"])))
            if dyad in counts:
                t = parse_month(row["date"][:7]) - FIRST
                counts[dyad][0, t] += int(row["quad_class"]) <= 2
                counts[dyad][1, t] += 1
    return [PairActs(d, np.arange(FIRST, LAST + 1), c[0], c[1]) for d, c in counts.items()]


@pytest.fixture(scope="module")
def china_pairs(shared_data: Path) -> list[PairActs]:
    return load(shared_data, "CHN-JPN", "CHN-KOR")


@pytest.fixture(scope="module")
def japan_korea(shared_data: Path) -> PairActs:
    return load(shared_data, "JPN-KOR")[0]


@pytest.fixture(scope="module")
def fit(china_pairs: list[PairActs]) -> QuarrelFit:
    return fit_quarrels(china_pairs, n_draws=32)


@pytest.fixture(scope="module")
def pair(fit: QuarrelFit, japan_korea: PairActs) -> PairQuarrels:
    return read_quarrels([japan_korea], fit, n_paths=1600).pairs[0]


def test_hyperparameters_are_well_found(fit: QuarrelFit) -> None:
    assert fit.largest_gradient_at_mode < 0.01
    assert fit.effective > 32


def test_known_falls_are_flares_and_little_else_is(pair: PairQuarrels) -> None:
    falls = [parse_month(month) for month in FALLS]
    found = {
        text: pair.flare_between(fall - 1, fall + 1)
        for text, fall in zip(FALLS, falls, strict=True)
    }
    assert sum(value > 0.5 for value in found.values()) >= 5, found
    # each fall is where the flare is most likely in its half-year
    for text, fall in zip(FALLS, falls, strict=True):
        t = fall - FIRST
        near = pair.flare_down[max(0, t - 1) : t + 2].max()
        assert near == pair.flare_down[max(0, t - 3) : t + 4].max(), text
    distance = np.abs(np.subtract.outer(pair.months, falls)).min(axis=1)
    others = (pair.flare_down > 0.5) & (distance > 1)
    assert others.sum() <= 3, pair.months[others]


def test_the_level_falls_for_good_in_2012_and_only_then(pair: PairQuarrels) -> None:
    year = (pair.months - FIRST) // 12 + 2005
    assert year[np.nanargmax(pair.turning_down)] == 2012
    assert np.nanmax(pair.turning_down[year == 2012]) > 0.5
    for text in FALLS:
        lasting = (pair.lasting_change(parse_month(text) - 1) < -0.4).mean()
        assert (lasting > 0.4) == (text == "2012-08"), (text, lasting)


def test_two_components_predict_a_held_out_pair_better_than_one(
    fit: QuarrelFit, china_pairs: list[PairActs], japan_korea: PairActs
) -> None:
    one = fit_quarrels(china_pairs, n_draws=8, variant="one heavy-tailed component")
    two, single = (held_out_scores(found, japan_korea)[0] for found in (fit, one))
    assert two > single + 1.0, (two, single)
