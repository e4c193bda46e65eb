"""What a rule asks for: the parameters it reads and the random streams it draws from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Read:
    """One number of the parameter draw.

    Parameters
    ----------
    names
        Names in order of preference; the first that exists is read.
    otherwise
        Value when none exists; None makes the parameter compulsory.
    low, high
        Range in which the central value means anything.
    firm
        Whether every draw must lie in the range; otherwise a tail may pass its ends, as a real
        scale allows.
    """

    names: tuple[str, ...]
    otherwise: float | None = None
    low: float = float("-inf")
    high: float = float("inf")
    firm: bool = True


@dataclass(frozen=True)
class Stream:
    """One random stream, ``process/entity/purpose``.

    A dense stream is filled for the whole block; any other is read one number at a time. One
    of normals is dense and holds standard normals in place of its words. A shared stream belongs to
    another rule, which reads it at other months.
    """

    name: str
    dense: bool = False
    normal: bool = False
    shared: bool = False
