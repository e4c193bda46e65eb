"""With a store its acts are what is forecast and scored, and those after an origin are unseen."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from comity.core.backtest import Backtest
from comity.core.months import parse_month
from comity.core.settings import Settings
from comity.record import load_case
from comity.record.store import import_events
from comity.study import StepCache
from comity.study.backtest import backtest_case

SETTINGS = Settings(n_members=200, n_draws=50, n_hyper_draws=3, n_paths=8, n_threads=1)
ORIGIN = "2018-03"


def run(folder: Path, last_months: int) -> Backtest:
    """Backtest one origin; acts of the months after it are hostile in so many of them."""
    generator = np.random.default_rng(3)
    lines = ["date,source,target,quad_class"]
    for year in range(2014, 2019):
        for month in range(1, 13 if year < 2018 else 7):
            later = year == 2018 and month > 3
            hostile = later and month - 3 > 3 - last_months
            kinds = generator.choice([1, 3], 4, p=[0.8, 0.2])
            for day, kind in enumerate(kinds):
                kind = 3 if hostile else kind
                lines += [f"{year}-{month:02d}-{day + 1:02d},{pair},{kind}"
                          for pair in ("BBB,CCC", "CCC,BBB", "AAA,BBB")]  # fmt: skip
    folder.mkdir()
    (folder / "acts.csv").write_text("\n".join(lines) + "\n", "utf-8")
    import_events(folder / "events.duckdb", "csv", [folder / "acts.csv"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # thin sources are named for people
        return backtest_case(
            load_case("tests/fixtures/small-case"), origins=[parse_month(ORIGIN)], leads=(1, 3),
            settings=SETTINGS, store=folder / "events.duckdb", cache=StepCache(None),
        )  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> tuple[Backtest, Backtest]:
    folder = tmp_path_factory.mktemp("store")
    return run(folder / "calm", 0), run(folder / "hostile", 1)


def test_stored_acts_are_scored_and_the_cases_own_are_not(found) -> None:
    calm, _ = found
    by_count = [losses for losses in calm.losses if losses.unit == "directed pair"]
    assert [losses.score for losses in by_count] == ["log", "ranked probability"]
    assert all(losses.target.startswith("acts of ") for losses in by_count)
    (log, _) = by_count
    scored = ~np.isnan(log.values[0, 0, 0])
    assert {log.units[k] for k in np.flatnonzero(scored)} == {"BBB>CCC", "CCC>BBB", "AAA>BBB"}
    assert {"measurement", "simulator", "Minnesota BVAR", "last twelve months"} <= set(log.methods)
    assert np.isfinite(log.values[:, 0, 0][:, scored]).all()


def test_acts_after_the_origin_move_only_the_score_of_their_own_month(found) -> None:
    """Three months on all acts turn hostile: the month before is scored as if they had not."""
    calm, hostile = (next(x for x in one.losses if x.score == "log") for one in found)
    assert calm.values[:, :, 0].tobytes() == hostile.values[:, :, 0].tobytes()
    ours = np.nansum(calm.values[0, 0, 1]), np.nansum(hostile.values[0, 0, 1])
    assert ours[1] > ours[0] + 1
