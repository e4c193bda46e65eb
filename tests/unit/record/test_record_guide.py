"""The guide to the case folder names every file, every column and every allowed word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from comity.core.case import Coalition, Demand, EventClass, ScheduledChange, StateEntry
from comity.core.claims import (
    Beside,
    Channel,
    Claim,
    DataEstimand,
    RecordEstimand,
    SimulationEstimand,
)
from comity.core.judged import JudgedNumber
from comity.core.outcomes import Outcome
from comity.core.parameter_names import PARAMETERS
from comity.core.quantities import CLAMPABLE, CONDITIONAL
from comity.core.questions import Question
from comity.core.rows import Agreement, AgreementStatus, Dispute, Event, Government, Row
from comity.core.scenarios import Clamp, NewAgreement, Scenario
from comity.record.draft import CaseHead
from comity.record.folder import KNOWN
from comity.record.tables import read_table

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "case-format.md"
SECTIONS: dict[str, tuple[type[BaseModel], ...]] = {
    "case.toml": (CaseHead, StateEntry, ScheduledChange, Coalition, Outcome),
    "governments.csv": (Government,),
    "events.csv": (Event,),
    "event_classes.csv": (EventClass,),
    "agreements.csv": (Agreement,),
    "agreement_status.csv": (AgreementStatus,),
    "disputes.csv": (Dispute,),
    "parameters.toml": (JudgedNumber,),
    "scenarios/*.toml": (Scenario, Clamp, NewAgreement),
    "demands.toml": (Demand,),
    "claims.toml": (Claim, RecordEstimand, DataEstimand, SimulationEstimand, Beside, Channel),
    "questions.toml": (Question,),
}


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def words_of(annotation: Any) -> set[str]:
    parts = get_args(annotation)
    return {p for p in parts if isinstance(p, str)}.union(*map(words_of, parts)) - {""}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_column_and_allowed_word_is_explained(sections, name: str) -> None:
    told = set(re.findall(r"`([^`\n]+)`", sections[name]))
    if name == "questions.toml":
        told |= set(re.findall(r"`([^`\n]+)`", sections["case.toml"]))
    for model in SECTIONS[name]:
        common = set(Row.model_fields) if issubclass(model, Row) else set()
        for field, info in model.model_fields.items():
            if field in common:
                assert f"`{field}`" in sections["Rules for all files"]
                continue
            field = info.serialization_alias or field
            assert field in told, f"{name} does not explain {field}"
            if model not in (NewAgreement,):
                assert words_of(info.annotation) <= told, f"{name}: {field}"


def test_every_file_is_listed() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert all(f"[`{name}`]" in text for name in (*KNOWN, "scenarios/*.toml"))
    assert set(SECTIONS) == {*KNOWN, "scenarios/*.toml"}


def test_every_quantity_is_listed(sections) -> None:
    known = {**CLAMPABLE, **CONDITIONAL}
    assert all(f"`{quantity}`" in sections["scenarios/*.toml"] for quantity in known)


def test_every_parameter_is_listed_and_no_other(sections) -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (`.+`) \|$", sections["parameters.toml"], re.MULTILINE))
    found = {family: tuple(re.findall(r"`([^`]+)`", told.get(family, ""))) for family in PARAMETERS}
    known = {
        family: tuple(leaf.replace("|", " or ") for leaf in leaves)
        for family, leaves in PARAMETERS.items()
    }
    assert found == known


def test_the_example_rows_can_be_read(sections, tmp_path: Path) -> None:
    for name, (model, *_) in SECTIONS.items():
        for example in re.findall(r"```csv\n(.*?)```", sections[name], flags=re.DOTALL):
            (tmp_path / name).write_text(example, encoding="utf-8")
            table = read_table(tmp_path / name, model)
            assert table.problems == []
            assert len(table.rows) == 1
