"""States, dyads and directed dyads, and the arithmetic that places them in arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError, nearest_match

ROLES = ("hub", "spoke", "rival", "proliferator", "patron", "bystander")
COMPONENTS = ("hub", "partner", "rival", "proliferator")
"""Components of a government's orientation, each in [-1, 1]; larger is more conciliatory."""

ROLE_COMPONENT = {"hub": 0, "spoke": 1, "rival": 2, "proliferator": 3}
"""Which component a government uses toward a state of that role; other roles use none."""


@dataclass(frozen=True)
class StateIndex:
    """The states of a case in the one order that every array uses: sorted by code.

    A dyad is an unordered pair, labelled ``JPN-KOR`` with the codes sorted; a directed dyad is an
    ordered pair source, target, labelled ``JPN>KOR``. Dyads run (0,1), (0,2), ..., directed dyads
    run row by row without the diagonal.

    >>> index = StateIndex(["KOR", "USA", "JPN"])
    >>> index.dyads
    ('JPN-KOR', 'JPN-USA', 'KOR-USA')
    >>> index.dyad_number("USA-JPN"), index.directed_number("KOR", "JPN")
    (1, 2)
    """

    codes: tuple[str, ...]

    def __init__(self, codes: Iterable[str]) -> None:
        ordered = tuple(sorted(codes))
        if len(set(ordered)) != len(ordered):
            raise ParameterError(f"state codes must differ; found {', '.join(ordered)}.")
        object.__setattr__(self, "codes", ordered)

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the codes in order."""
        return iter(self.codes)

    @property
    def n_dyads(self) -> int:
        """Number of unordered pairs, n(n-1)/2."""
        return len(self.codes) * (len(self.codes) - 1) // 2

    @property
    def n_directed(self) -> int:
        """Number of ordered pairs, n(n-1)."""
        return len(self.codes) * (len(self.codes) - 1)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self.codes)}

    def number(self, code: str) -> int:
        """Return the position of a state; ParameterError names the nearest code."""
        try:
            return self._position[code]
        except KeyError:
            hint = nearest_match(code, self.codes)
            raise ParameterError(f'no state "{code}" in this case. {hint}'.rstrip()) from None

    @cached_property
    def pairs(self) -> NDArray[np.int64]:
        """State positions of each dyad, shape (dyad, 2), first < second."""
        n = len(self.codes)
        return np.array([(i, j) for i in range(n) for j in range(i + 1, n)], np.int64).reshape(
            -1, 2
        )

    @cached_property
    def directed_pairs(self) -> NDArray[np.int64]:
        """Source and target positions of each directed dyad, shape (directed_dyad, 2)."""
        n = len(self.codes)
        return np.array([(i, j) for i in range(n) for j in range(n) if i != j], np.int64).reshape(
            -1, 2
        )

    @cached_property
    def dyads(self) -> tuple[str, ...]:
        """Labels of the dyads, in order."""
        return tuple(f"{self.codes[i]}-{self.codes[j]}" for i, j in self.pairs)

    @cached_property
    def directed_dyads(self) -> tuple[str, ...]:
        """Labels of the directed dyads, in order."""
        return tuple(f"{self.codes[i]}>{self.codes[j]}" for i, j in self.directed_pairs)

    def directed_number(self, source: str, target: str) -> int:
        """Return the position of the directed dyad source -> target."""
        i, j = self.number(source), self.number(target)
        if i == j:
            raise ParameterError(f'a directed dyad needs two states; found "{source}" twice.')
        return i * (len(self.codes) - 1) + (j if j < i else j - 1)

    def dyad_number(self, label: str) -> int:
        """Return the position of a dyad given as ``A-B`` in either order."""
        parts = label.split("-")
        if len(parts) != 2:
            raise ParameterError(f'a dyad is written as JPN-KOR; found "{label}".')
        i, j = sorted(self.number(part) for part in parts)
        if i == j:
            raise ParameterError(f'a dyad needs two states; found "{label}".')
        n = len(self.codes)
        return i * (2 * n - i - 1) // 2 + (j - i - 1)

    def dyad_label(self, label: str) -> str:
        """Return the sorted label of a dyad given in either order."""
        return self.dyads[self.dyad_number(label)]

    @cached_property
    def directions(self) -> NDArray[np.int64]:
        """The two directed dyads of each dyad, shape (dyad, 2): first -> second, then back."""
        return np.array(
            [
                (
                    self.directed_number(self.codes[i], self.codes[j]),
                    self.directed_number(self.codes[j], self.codes[i]),
                )
                for i, j in combinations(range(len(self.codes)), 2)
            ],
            np.int64,
        ).reshape(-1, 2)


def component_toward(roles: Iterable[str]) -> int:
    """Return which orientation component is used toward a state with these roles, or -1.

    Roles are looked at in the order hub, spoke, proliferator, rival, so that a state that is both
    proliferator and rival is treated as the proliferator.
    """
    held = set(roles)
    for role in ("hub", "spoke", "proliferator", "rival"):
        if role in held:
            return ROLE_COMPONENT[role]
    return -1
