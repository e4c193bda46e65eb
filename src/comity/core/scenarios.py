"""Scenarios: what is held or moved, from when to when, on what condition and how surely."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from comity.core.conditions import condition_in_words
from comity.core.months import Month, month_name, month_text
from comity.core.quantities import CLAMPABLE, QUANTITIES
from comity.core.rows import Form

__all__ = ["CLAMPABLE", "Change", "Clamp", "NewAgreement", "Scenario"]

Change = Literal["set", "add", "scale"]


class Clamp(BaseModel):
    """Hold or move one named quantity over some months: do(quantity = value), or a lever on it.

    Parameters
    ----------
    quantity, value
        What is held, ``quantity.entity``, and at what.
    change
        ``set`` holds the quantity; ``add`` and ``scale`` move what the model itself would give,
        and the result is cut to the quantity's range. A relation is moved in logits.
    start_month, end_month
        Calendar months, inclusive, open when absent.
    from_lead, to_lead
        The same as months after the last recorded one; 1 is the first new month.
    while_
        Condition, see `comity.core.conditions`; ``while`` in a file. An act happens once, in the
        first month of the window in which it holds; everything else acts month by month.
    chance
        Drawn once per future: then the clamp acts through its window, or not at all.
    why
        Why this and why so much.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: str
    value: float | str
    change: Change = "set"
    start_month: Month | None = None
    end_month: Month | None = None
    from_lead: int | None = Field(default=None, ge=1)
    to_lead: int | None = Field(default=None, ge=1)
    # "while" is a word of the language, so that Python needs another name for the field.
    while_: str = Field(
        default="",
        validation_alias=AliasChoices("while", "while_"),
        serialization_alias="while",
    )
    chance: float = Field(default=1.0, gt=0, le=1, allow_inf_nan=False)
    why: str = ""

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.start_month is not None and self.from_lead is not None:
            raise ValueError("give start_month or from_lead, not both")
        if self.end_month is not None and self.to_lead is not None:
            raise ValueError("give end_month or to_lead, not both")
        if None not in (self.start_month, self.end_month):
            first, last = month_text(self.start_month or 0), month_text(self.end_month or 0)
            if last < first:
                raise ValueError(f"a window must not end before it starts; found {first} to {last}")
        if (self.to_lead or self.from_lead or 0) < (self.from_lead or 0):
            raise ValueError(
                "a window must not end before it starts; found "
                f"from_lead {self.from_lead} and to_lead {self.to_lead}"
            )
        return self

    @property
    def process(self) -> str:
        """The quantity without its entity."""
        return self.quantity.partition(".")[0]

    @property
    def entity(self) -> str:
        """The state, dyad, demand, agreement or docket that the quantity belongs to."""
        return self.quantity.partition(".")[2]

    @property
    def is_act(self) -> bool:
        """Whether it happens in one month and does not last."""
        return self.process in QUANTITIES and QUANTITIES[self.process].is_act

    def leads(self, start: int, n_months: int) -> tuple[int, int]:
        """Return first and last lead (1-based, inclusive), cut to the horizon."""
        first = self.from_lead or 1
        last = self.to_lead or n_months
        if self.start_month is not None:
            first = max(1, self.start_month - start)
        if self.end_month is not None:
            last = self.end_month - start
        return first, min(last, n_months)

    def acting_leads(self, start: int, n_months: int) -> tuple[int, int]:
        """Return first and last lead in which it can act; last < first: never.

        An act without a condition has one month: the first of its window, if that is still to come.
        """
        first, last = self.leads(start, n_months)
        if not self.is_act or self.while_:
            return first, last
        if self.start_month is not None and self.start_month <= start:
            return 1, 0
        return first, min(first, last)

    def in_words(self, start: int, n_months: int) -> str:
        """Return one sentence that says what is held or moved, when, and on what condition."""
        first, last = self.acting_leads(start, n_months)
        if last < first:
            return f"{self.quantity} is not held within {n_months} months."
        span = f"from {month_name(start + first)} to {month_name(start + last)}"
        if first == last:
            span = f"in {month_name(start + first)}"
        if self.while_ and self.is_act:
            when = f" once, in the first month {span} in which {condition_in_words(self.while_)}"
        else:
            when = f" {span}"
            when += f" while {condition_in_words(self.while_)}" if self.while_ else ""
        if self.chance < 1:
            when += f", with a chance of {100 * self.chance:g}%, drawn once per future"
        return f"{self._deed()}{when}."

    def _deed(self) -> str:
        value, entity = self.value, self.entity
        if not isinstance(value, str) and self.change == "add":
            verb = "raised" if value >= 0 else "lowered"
            return f"{self.quantity} is {verb} by {abs(value):g}"
        if not isinstance(value, str) and self.change == "scale":
            return f"{self.quantity} is multiplied by {value:g}"
        shown = value if isinstance(value, str) else f"{value:g}"
        match self.process:
            case "coalition":
                return f'Coalition "{shown}" of {entity} takes office'
            case "flare":
                return f'Dispute "{entity}" flares with severity {shown}'
            case "summit":
                return f"{entity} meet at a summit"
            case "first_visit":
                whom = "the other spokes before the hub" if value else "the hub before other spokes"
                return f"Every new leader of {entity} sees {whom}"
            case _:
                return f"{self.quantity} is held at {shown}"


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
