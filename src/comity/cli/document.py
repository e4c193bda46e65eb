"""What every JSON document and each of its parts has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Number = float | None
"""A number that is not known is null."""


class Document(BaseModel):
    """Base of every document and its parts: no key but those documented."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class ProblemPart(Document):
    """One thing that is wrong with a case."""

    file: str
    row: int
    column: str
    must: str
    found: str
    fix: str
