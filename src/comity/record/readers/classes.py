"""SQL pieces that turn codes into quad classes and dates into days, and say what is wrong."""

from __future__ import annotations

FIRST_DAY = "1800-01-01"
END_DAY = "2100-01-01"
"""Acts lie on or after the first of these days and before the second."""


def plain(column: str, *empty: str) -> str:
    """Return a text column without blanks or quotation marks around it, NULL where it says nothing.

    Quotation marks go only in pairs. ``empty`` are words that stand for nothing.
    """
    text = (
        f"CASE WHEN starts_with({column}, '\"') AND ends_with({column}, '\"') "
        f"AND length({column}) > 1 THEN trim(substr({column}, 2, length({column}) - 2)) "
        f"ELSE trim({column}) END"
    )
    for word in ("", *empty):
        text = f"nullif({text}, '{word}')"
    return text


def is_digits(column: str) -> str:
    """Return the condition that a text is made of digits and has no more than four."""
    return f"length({column}) BETWEEN 1 AND 4 AND translate({column}, '0123456789', '') = ''"


def cameo_quad_class(code: str) -> str:
    """Return the quad class of a CAMEO code by its root, NULL where it has none.

    Roots 01-05 verbal cooperation, 06-08 material cooperation, 09-13 verbal conflict, 14-20
    material conflict. A code of one digit is a root without its zero.
    """
    root = f"CASE WHEN length({code}) = 1 THEN '0' || {code} ELSE substr({code}, 1, 2) END"
    return f"""CASE WHEN {is_digits(code)} THEN
        CASE WHEN {root} BETWEEN '01' AND '05' THEN 1::TINYINT
             WHEN {root} BETWEEN '06' AND '08' THEN 2::TINYINT
             WHEN {root} BETWEEN '09' AND '13' THEN 3::TINYINT
             WHEN {root} BETWEEN '14' AND '20' THEN 4::TINYINT END END"""


def intensity(column: str) -> str:
    """Return the publisher's intensity, NULL outside its scale of -10 to 10."""
    number = f"TRY_CAST({column} AS DOUBLE)"
    return f"CASE WHEN {number} BETWEEN -10 AND 10 THEN {number} END"


def usable_date(date: str) -> str:
    """Return a date, NULL where it lies outside the range of days that acts may have."""
    return f"CASE WHEN {date} >= DATE '{FIRST_DAY}' AND {date} < DATE '{END_DAY}' THEN {date} END"


def fault(date_text: str, date: str, code_text: str, quad_class: str, kind: str) -> str:
    """Return why a row cannot be used, NULL in a good row."""
    found = f"substr({date_text}, 1, 40)"
    code = f"substr({code_text}, 1, 40)"
    return f"""CASE
        WHEN {date_text} IS NULL THEN 'the event has no date'
        WHEN {date} IS NULL THEN 'the date "' || {found} || '" cannot be read'
        WHEN {date} < DATE '{FIRST_DAY}' OR {date} >= DATE '{END_DAY}'
            THEN 'the date "' || {found} || '" lies outside {FIRST_DAY} to {END_DAY}'
        WHEN {quad_class} IS NULL AND {code_text} IS NULL THEN 'the event has no {kind}'
        WHEN {quad_class} IS NULL THEN '"' || {code} || '" is no {kind}'
    END"""
