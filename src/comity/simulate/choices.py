"""What a run may depend on: the judged numbers that its rules read, and choices between forms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from comity.core.case import Case
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.scenarios import Scenario
from comity.simulate.block import asked_reads
from comity.simulate.layout import build_layout
from comity.simulate.parameters import chosen_name, merged_parameters


@dataclass(frozen=True)
class Choice:
    """A choice between rival forms of the model.

    ``values`` are those of the judged number ``name``, one a level; or, where ``switches`` names a
    judged number, what that number is multiplied by.
    """

    name: str
    words: str
    levels: tuple[str, ...]
    values: tuple[float, ...]
    who: str
    why: str
    switches: str = ""

    @property
    def number(self) -> str:
        """The judged number that is set or switched."""
        return self.switches or self.name


@cache
def structural_choices() -> tuple[Choice, ...]:
    """Return the choices between forms of the model that the package knows."""
    text = files("comity.simulate").joinpath("choices.toml").read_text(encoding="utf-8")
    return tuple(
        Choice(
            name=entry["name"],
            words=entry["words"],
            levels=tuple(entry["levels"]),
            values=tuple(entry["values"]),
            who=entry["who"],
            why=entry["why"],
            switches=entry.get("switches", ""),
        )
        for entry in tomllib.loads(text)["choice"]
    )


def numbers_read(
    case: Case, scenarios: Iterable[Scenario], history: DriverHistory, n_months: int
) -> Mapping[str, JudgedNumber]:
    """Return the judged numbers that the futures of these scenarios read, by name, in order.

    Numbers that hold no uncertainty are among them. A number that is read may still change
    nothing, where a scenario holds what it leads to.
    """
    numbers = merged_parameters(case)
    found: dict[str, JudgedNumber] = {}
    for scenario in scenarios:
        reads, _ = asked_reads(build_layout(case, scenario, history, n_months=n_months))
        for read in reads:
            name = chosen_name(read, numbers)
            if name is not None:
                found.setdefault(name, numbers[name])
    return found
