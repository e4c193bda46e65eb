"""What the answers of a study may depend on, as columns of a design in the unit cube."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ConfigError, nearest_match
from comity.core.points import Floats
from comity.core.sensitivity import Factor

if TYPE_CHECKING:
    from comity.core.judged import JudgedNumber
    from comity.simulate.choices import Choice
    from comity.study.study import Study

START = Factor("start", "start", "where relations stand at the start, as measured")


@dataclass(frozen=True)
class Factors:
    """Judged numbers, choices and the start, in the order of a design's columns.

    ``start_order`` holds row numbers of the posterior draws from the coldest start of the spokes'
    relation to the warmest, so that the column of the start is monotone in that relation.
    """

    items: tuple[Factor, ...]
    numbers: Mapping[str, JudgedNumber]
    choices: Mapping[str, Choice]
    start_order: NDArray[np.int64]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(item.name for item in self.items)

    @property
    def levels(self) -> NDArray[np.int64]:
        """Number of levels of each factor, 0 for what has none, (factor,)."""
        return np.array([len(item.levels) for item in self.items])

    def points(self, rows: Floats) -> dict[str, Floats]:
        """Return values of judged numbers by name at rows of the unit cube, (point, factor)."""
        found: dict[str, Floats] = {}
        switched: dict[str, Floats] = {}
        for item, column in zip(self.items, rows.T, strict=True):
            # A design moves few values: a quantile is looked up once for each of them.
            value, place = np.unique(column, return_inverse=True)
            if item.kind == "number":
                found[item.name] = self.numbers[item.name].quantile(value)[place]
            elif item.kind == "start":
                row = (value * self.start_order.size).astype(int)
                found[item.name] = self.start_order[row].astype(float)[place]
            else:
                choice = self.choices[item.name]
                chosen = np.array(choice.values)[(value * len(item.levels)).astype(int)][place]
                (switched if choice.switches else found)[choice.number] = chosen
        for name, factor in switched.items():
            found[name] = factor * found.get(name, np.array(self.numbers[name].central))
        return found


def factors_of(study: Study, scenarios: Sequence[str], n_months: int) -> Factors:
    """Return everything that the futures of these scenarios read and that is not known.

    Raises
    ------
    ConfigError
        Nothing is uncertain: no number holds a range, no choice is read, and the start is known.
    """
    from comity.simulate import numbers_read, structural_choices

    asked = [study.scenario(name) for name in scenarios]
    behind = study.parameters  # with what was learned in place of what was judged
    read = numbers_read(study.case, asked, study.history, n_months)
    numbers = {name: behind[name] for name in read}
    choices = {item.name: item for item in structural_choices() if item.number in numbers}
    items = [
        Factor(name, "number", number.meaning)
        for name, number in numbers.items()
        if not number.is_fixed and name not in choices
    ]
    items += [Factor(item.name, "choice", item.words, item.levels) for item in choices.values()]
    order = _start_order(study)
    if order.size > 1:
        items.append(START)
    if not items:
        raise ConfigError(
            "sensitivity: something must be uncertain; found every judged number fixed, no choice "
            "between forms of the model and one start. Give a number a low below its high."
        )
    return Factors(tuple(items), numbers, choices, order)


def _start_order(study: Study) -> NDArray[np.int64]:
    """Return rows of the posterior draws by the mean relation among the spokes, coldest first."""
    case = study.case
    spokes = set(case.with_role("spoke"))
    pairs = [k for k, label in enumerate(case.index.dyads) if set(label.split("-")) <= spokes]
    relation = study.relations.start.relation
    return np.argsort(relation[:, pairs or slice(None)].mean(axis=1), kind="stable")


def check_names(factors: Factors, names: Sequence[str], known: Mapping[str, JudgedNumber]) -> None:
    """Refuse names that are no factors here.

    Raises
    ------
    ConfigError
        A name is no judged number, is held fixed, or is not read by these futures.
    """
    for name in names:
        if name in factors.names:
            continue
        if name not in known:
            raise ConfigError(
                f'numbers: must be judged numbers or choices of the case; found "{name}". '
                f"{nearest_match(name, (*factors.names, *known))}".rstrip()
            )
        why = "holds no range" if known[name].is_fixed else "is not read by these futures"
        raise ConfigError(
            f"numbers: one that is uncertain and that the futures read; found {name}, which {why}."
            " Leave it out."
        )
