"""The demo in one go, on the small case in place of the bundled one."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

from tests.unit.judge.conftest import make_contrast

from comity import record
from comity.cli.demo import strongest_differences
from comity.core.settings import Settings
from comity.record import load_case
from comity.study import StepCache, Study


def test_the_demo_prints_its_tables_and_writes_the_report(comity, small, tmp_path, monkeypatch):
    copytree(small, tmp_path / small)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(record, "bundled_cases", lambda: {small: Path(small)})
    said = comity("demo", "--members", "1000")
    assert (said.code, said.err) == (0, "")
    for heading in ("Where they stand in", "What follows: ", "What if: ", "The argument: 3 claims"):
        assert heading in said.out
    report = tmp_path / "comity-report.html"
    assert said.out.rstrip().endswith(f"Report: {report}")
    assert report.stat().st_size < 3_000_000


def test_what_a_scenario_holds_is_no_finding(small, monkeypatch):
    case = load_case(small)
    study = Study(case, Settings(), cache=StepCache(None))
    held = {clamp.entity for clamp in study.scenario("coalition-change").clamps}
    assert held == {"BBB"}
    found = make_contrast(case).outcomes[0]
    outcomes = [item for item in case.outcomes if item.state == "BBB"]
    assert outcomes, "the small case asks something of the state that the scenario holds"
    monkeypatch.setattr(Study, "scenario_ids", ("baseline", "coalition-change"))
    for outcome, n_rows in [(outcomes[0], 0), (found.outcome, 1)]:
        paired = _with(make_contrast(case), outcome)
        monkeypatch.setattr(Study, "contrast", lambda self, name, paired=paired: paired)
        wide = case.model_copy(update={"headline_outcomes": (outcome.id,)})
        study = Study(wide, Settings(), cache=StepCache(None))
        assert len(strongest_differences(study)) == n_rows


def _with(paired, outcome):
    return replace(paired, outcomes=(replace(paired.outcomes[0], outcome=outcome),))
