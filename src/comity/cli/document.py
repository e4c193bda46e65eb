"""What every JSON document that a command prints is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Number = float | None


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
