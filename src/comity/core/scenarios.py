"""Scenarios: what is held, from when to when."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.months import Month, month_text
from comity.core.rows import Form

CLAMPABLE = {
    "mediation": "the hub mediates between a pair: 0 not at all, 1 all the time (name a dyad)",
    "fear": "a spoke's fear of being abandoned by the hub, 0 to 1 (name a state)",
    "pressure": "the hub's pressure on a spoke, 0 to 1 (name a state)",
    "threat": "the threat a state feels from the common adversary, 0 to 1 (name a state)",
    "density": "density of working channels of a pair, 0 to 1 (name a dyad)",
    "talks": "talks with the proliferator are under way, 0 to 1 (name the proliferator)",
    "coalition": "which coalition takes office in that month (name a state)",
    "agreement": "status of an agreement from that month on (name an agreement)",
    "flare": "a dispute flares in that month, with this severity 1 to 3 (name a docket)",
}
"""Quantities a scenario can hold, written ``quantity.entity`` such as ``mediation.JPN-KOR``."""


class Clamp(BaseModel):
    """Hold one named quantity at a value over some months: do(quantity = value).

    ``start_month`` and ``end_month`` (inclusive, open when absent) are calendar months or, given as
    ``from_lead`` and ``to_lead``, months after the last recorded one (1 is the first new month).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: str
    value: float | str
    start_month: Month | None = None
    end_month: Month | None = None
    from_lead: int | None = Field(default=None, ge=1)
    to_lead: int | None = Field(default=None, ge=1)
    why: str = ""

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.start_month is not None and self.from_lead is not None:
            raise ValueError("give start_month or from_lead, not both")
        if self.end_month is not None and self.to_lead is not None:
            raise ValueError("give end_month or to_lead, not both")
        pairs = ((self.start_month, self.end_month), (self.from_lead, self.to_lead))
        for first, last in pairs:
            if first is not None and last is not None and last < first:
                raise ValueError("the window ends before it starts")
        return self

    @property
    def process(self) -> str:
        """The quantity without its entity."""
        return self.quantity.partition(".")[0]

    @property
    def entity(self) -> str:
        """The state, dyad, agreement or docket that the quantity belongs to."""
        return self.quantity.partition(".")[2]

    def leads(self, start: int, n_months: int) -> tuple[int, int]:
        """Return first and last lead (1-based, inclusive), cut to the horizon."""
        first = self.from_lead or 1
        last = self.to_lead or n_months
        if self.start_month is not None:
            first = max(1, self.start_month - start)
        if self.end_month is not None:
            last = self.end_month - start
        return first, min(last, n_months)

    def in_words(self, start: int, n_months: int) -> str:
        """Return one sentence that says what is held and when."""
        first, last = self.leads(start, n_months)
        sentence = f"{self.quantity} is held at {self.value} from {month_text(start + first)}"
        return f"{sentence} to {month_text(start + last)}."


class NewAgreement(BaseModel):
    """An agreement that does not exist yet and that the scenario brings about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    parties: tuple[str, ...] = Field(min_length=2)
    form: Form
    depth: float = Field(ge=0, le=3)
    issues: tuple[str, ...] = ()
    why: str = ""


class Scenario(BaseModel):
    """What is assumed about the future and held there; the baseline holds nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    question: str = ""
    description: str = ""
    clamps: tuple[Clamp, ...] = ()
    agreements: tuple[NewAgreement, ...] = ()
