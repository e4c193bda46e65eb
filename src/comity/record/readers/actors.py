"""SQL pieces that turn a publisher's actors into states and sectors.

A state is found by one hash join with a small table, its dates in the condition of the join: the
spellings of one state in `tables/state_names.csv`, the codes of `tables/state_codes.csv`. No two
rows of a table share a spelling on one day, so that a join never multiplies rows. An actor without
a match belongs to no state: its state is NULL and its row is good.
"""

from __future__ import annotations

SECTORS = (
    "state",
    "gov",
    "mil",
    "leg",
    "opp",
    "nongov",
    "igo",
    "rebel",
    "media",
    "business",
    "other",
)
"""Sectors of an actor; ``state`` is the state named as such, ``""`` says that none was given."""

_PERIOD = """
    coalesce(TRY_CAST(nullif(valid_from, '') AS DATE), DATE '0001-01-01') AS first_day,
    coalesce(TRY_CAST(nullif(valid_to, '') AS DATE), DATE '9999-12-31') AS end_day"""

NAMED_STATES = f"""
states AS MATERIALIZED (
    SELECT spelling, nullif(iso3, '') AS iso3, {_PERIOD}
    FROM state_names
    UNION ALL
    SELECT 'iso3:' || lower(code), nullif(iso3, ''), {_PERIOD}
    FROM state_codes
)"""
"""Common table ``states`` by `name_key`, or by ``iso3:`` and a code in lower case."""

CODED_STATES = f"""
states AS MATERIALIZED (
    SELECT code, nullif(iso3, '') AS iso3, {_PERIOD}
    FROM state_codes
)"""
"""Common table ``states`` by code in capitals."""


def find_state(alias: str, column: str, key: str, rows: str = "acts") -> str:
    """Return the join that finds the state of an actor on the day of the act."""
    return f"""
LEFT JOIN states AS {alias}
    ON {alias}.{column} = {rows}.{key}
    AND {rows}.event_date >= {alias}.first_day
    AND {rows}.event_date < {alias}.end_day"""


def name_key(country: str, name: str) -> str:
    """Return the spelling to look up: the country, else what ends the name in brackets, else it.

    ICEWS leaves the country of many actors out, though the name ends in it, as in
    ``Citizen (Japan)``, or is itself a state.
    """
    inside = f"split_part({name}, '(', -1)"
    bracket = f"substr({inside}, 1, length({inside}) - 1)"
    text = (
        f"coalesce({country}, CASE WHEN ends_with({name}, ')') AND contains({name}, '(') "
        f"THEN {bracket} ELSE {name} END)"
    )
    return f"replace(lower(trim({text})), '\N{RIGHT SINGLE QUOTATION MARK}', '''')"


def known_sector(column: str) -> str:
    """Return a sector that is already in our words, ``other`` for any other word."""
    words = ", ".join(f"'{word}'" for word in SECTORS)
    return f"CASE WHEN lower({column}) IN ({words}) THEN lower({column}) ELSE 'other' END"
