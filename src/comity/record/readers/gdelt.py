"""What GDELT 1.0 and 2.0 have in common: actors, codes and classes by the same columns."""

from __future__ import annotations

from comity.record.readers.actors import CODED_STATES, find_state
from comity.record.readers.classes import (
    cameo_quad_class,
    fault,
    intensity,
    is_digits,
    usable_date,
)

GDELT_FIRST_DAY = "1979-01-01"
"""First day that the publisher says the set covers; an earlier date is a fault."""

DEFECTS = (
    "NumMentions, NumSources and NumArticles count reports, not acts. A row is one act; attention "
    "is left out of the counts.",
    "Country codes are those of CAMEO, which are ISO codes with exceptions (ROM, TMP, MTN, WSB, "
    "GZS, BAG) and with regions that are no state (EUR, AFR, WST). Both stand in a table.",
    "Dates before 1979-01-01 lie outside what the publisher says the set covers. Such rows are set "
    "aside.",
    "An act is dated by the words of its report: a report that looks back has an older date, and a "
    "daily file therefore holds acts of other days. The date of the act is used.",
    "The published class and the root of the code agree by rule. Where they differ the root "
    "decides, except for a code of two digits from 10 to 20 with published class 1, which can only "
    "be 010 to 020 without its zero. Where the code has no root, the published class is used.",
    "The same act told by many outlets with other places or actors has several rows. They are "
    "kept, since only rows with the same id are exact duplicates.",
    "Many acts have no first or second actor. They are kept with an empty state.",
)
"""Defects of both versions."""

_ACTOR = (
    "Code",
    "Name",
    "CountryCode",
    "KnownGroupCode",
    "EthnicCode",
    "Religion1Code",
    "Religion2Code",
    "Type1Code",
    "Type2Code",
    "Type3Code",
)
HEAD = (
    "GlobalEventID",
    "Day",
    "MonthYear",
    "Year",
    "FractionDate",
    *(f"Actor1{name}" for name in _ACTOR),
    *(f"Actor2{name}" for name in _ACTOR),
    "IsRootEvent",
    "EventCode",
    "EventBaseCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "NumMentions",
    "NumSources",
    "NumArticles",
    "AvgTone",
)
"""The 35 columns with which every row begins."""

PLACES = ("Actor1Geo", "Actor2Geo", "ActionGeo")
"""Prefixes of the three groups of columns about places."""

SPELLINGS = {"GlobalEventID": ("global_event_id",), "Day": ("SQLDATE",)}
"""Names that other tools give to the columns when they add a header."""


def gdelt_select(name: str, *, rows: str, n_acts: str, row_key: str) -> str:
    """Return the SELECT of a version of GDELT.

    ``rows`` is a relation with the columns of the full files, ``n_acts`` an expression over it, and
    ``row_key`` one that tells rows apart where they lack an id.
    """
    code = f"""CASE
        WHEN EventCode IS NULL OR NOT ({is_digits("EventCode")}) THEN EventCode
        WHEN length(EventCode) = 2 AND EventCode BETWEEN '10' AND '20' AND QuadClass = '1'
            THEN '0' || EventCode
        WHEN length(EventCode) BETWEEN 2 AND 3 AND substr(EventCode, 1, 2) > '20'
            THEN '0' || EventCode
        ELSE EventCode END"""
    published = "CASE WHEN QuadClass IN ('1', '2', '3', '4') THEN QuadClass::TINYINT END"
    check = fault("acts.Day", "acts.event_date", "acts.code", "acts.quad_class", "CAMEO code")
    return f"""
WITH {CODED_STATES},
coded AS (
    SELECT *, {code} AS code,
        CAST(try_strptime(CASE WHEN length(Day) = 8 THEN Day END, '%Y%m%d') AS DATE) AS event_date
    FROM {rows}
),
acts AS (
    SELECT *, coalesce({cameo_quad_class("code")}, {published}) AS quad_class FROM coded
)
SELECT
    acts.line,
    {usable_date("acts.event_date")} AS event_date,
    actor1.iso3 AS source_state,
    {_sector(1)} AS source_sector,
    coalesce(acts.Actor1Name, acts.Actor1Code) AS source_name,
    actor2.iso3 AS target_state,
    {_sector(2)} AS target_sector,
    coalesce(acts.Actor2Name, acts.Actor2Code) AS target_name,
    acts.code,
    acts.quad_class,
    {intensity("acts.GoldsteinScale")} AS goldstein,
    {n_acts} AS n_acts,
    0::TINYINT AS period_months,
    '{name}' || chr(31) || coalesce(acts.GlobalEventID, {row_key}) AS row_key,
    coalesce({check}, CASE WHEN acts.event_date < DATE '{GDELT_FIRST_DAY}'
        THEN 'the date "' || acts.Day || '" lies before {GDELT_FIRST_DAY}, where the set begins'
        END) AS fault
FROM acts
{find_state("actor1", "code", "Actor1CountryCode")}
{find_state("actor2", "code", "Actor2CountryCode")}
LEFT JOIN actor_types AS type1 ON type1.code = acts.Actor1Type1Code
LEFT JOIN actor_types AS type2 ON type2.code = acts.Actor2Type1Code
"""


def joined(*names: str) -> str:
    """Return the columns of an act as one text."""
    return " || chr(31) || ".join(f"coalesce(acts.\"{name}\", '')" for name in names)


def _sector(side: int) -> str:
    actor = f"acts.Actor{side}"
    return f"""CASE
        WHEN type{side}.sector IS NOT NULL THEN type{side}.sector
        WHEN {actor}Type1Code <> {actor}CountryCode OR {actor}KnownGroupCode IS NOT NULL
            OR {actor}EthnicCode IS NOT NULL OR {actor}Religion1Code IS NOT NULL THEN 'other'
        WHEN actor{side}.iso3 IS NOT NULL THEN 'state'
        WHEN {actor}Type1Code IS NOT NULL THEN 'other'
        ELSE '' END"""
