"""The receipt: what the run was made of, so that it can be made again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from comity.show.sections.section import Section, StudyLike


def receipt_rows(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Return a nested receipt as name and value, names joined by dots.

    Mappings, dataclasses, pydantic models and sequences are opened; None and empty ones read
    ``none``.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    elif isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, Mapping) and value:
        return [
            row
            for key, item in value.items()
            for row in receipt_rows(item, f"{name}.{key}" if name else str(key))
        ]
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        if all(isinstance(item, str | int | float) for item in value):
            return [(name, ", ".join(str(item) for item in value))]
        return [
            row for k, item in enumerate(value) for row in receipt_rows(item, f"{name}.{k + 1}")
        ]
    empty = value is None or (isinstance(value, Sequence | Mapping) and not value)
    return [(name, "none" if empty else str(value))]


def receipt_section(study: StudyLike) -> Section:
    """Return the section; every report has one."""
    rows = receipt_rows(study.receipt())
    version = next((value for name, value in rows if name.endswith("version")), "")
    made = f" with comity {version}" if version else ""
    return Section(
        "receipt",
        "Receipt",
        f"This report can be made again{made}, byte for byte on one platform",
        "receipt.html.j2",
        {"rows": rows},
    )
