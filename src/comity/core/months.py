"""Months as integers since January 1970; dates only at the edges."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from comity.core.errors import ParameterError

_MONTH_TEXT = re.compile(r"(\d{4})-(\d{2})")
_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def month_of(date: dt.date) -> int:
    """Return the month that holds ``date``, in months since 1970-01.

    >>> month_of(dt.date(1970, 2, 14))
    1
    """
    return (date.year - 1970) * 12 + date.month - 1


def parse_month(text: str) -> int:
    """Return the month written as ``YYYY-MM``.

    Raises
    ------
    ParameterError
        The text is not a calendar month.

    >>> parse_month("2025-09")
    668
    """
    match = _MONTH_TEXT.fullmatch(text.strip())
    if not match or not 1 <= int(match[2]) <= 12:
        raise ParameterError(f'a month is written as YYYY-MM; found "{text}".')
    return (int(match[1]) - 1970) * 12 + int(match[2]) - 1


def month_text(month: int) -> str:
    """Return ``month`` as ``YYYY-MM``.

    >>> month_text(668)
    '2025-09'
    """
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"


def month_words(month: int) -> str:
    """Return ``month`` for people.

    >>> month_words(668)
    'Sep 2025'
    """
    return f"{_NAMES[month % 12][:3]} {1970 + month // 12}"


def month_name(month: int) -> str:
    """Return ``month`` as it is said in a sentence.

    >>> month_name(668)
    'September 2025'
    """
    return f"{_NAMES[month % 12]} {1970 + month // 12}"


def month_start(month: int) -> dt.date:
    """Return the first day of ``month``."""
    return dt.date(1970 + month // 12, month % 12 + 1, 1)


def calendar_month(month: int) -> int:
    """Return the month of the year, 1 to 12."""
    return month % 12 + 1


def _coerce_month(value: object) -> int:
    if isinstance(value, dt.date):
        return month_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return parse_month(value)
    raise ValueError("a month is written as YYYY-MM")


Month = Annotated[int, BeforeValidator(_coerce_month), PlainSerializer(month_text)]
"""A month field: read from ``YYYY-MM``, held as months since 1970-01."""
