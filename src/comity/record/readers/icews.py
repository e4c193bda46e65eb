"""ICEWS coded events: files of the publisher and the extract with one row per day and pair.

What is known to be wrong with the files, and what is done about it, stands in `DEFECTS`. A state
is found by `actors.name_key`, a sector by the label of lowest rank among an actor's labels
(`tables/icews_sectors.csv`), a quad class by the root of the CAMEO code.
"""

from __future__ import annotations

from comity.record.readers.actors import NAMED_STATES, find_state, known_sector, name_key
from comity.record.readers.classes import (
    cameo_quad_class,
    fault,
    intensity,
    is_digits,
    plain,
    usable_date,
)
from comity.record.readers.reader import Layout, Reader

DEFECTS = (
    "Codes that went through a spreadsheet lack their leading zero (40 for 040, 211 for 0211). "
    "No code of the files looked at has fewer than three digits, so that two digits, and three "
    "whose first two are above 20, get their zero back.",
    "The country of many actors is empty. The country in brackets at the end of the name, or the "
    "name itself, is looked up instead; actors that are no state keep an empty state.",
    "The word NULL stands for an empty country or sector in some files and is read as empty.",
    "Some files put texts into quotation marks and others hold stray ones. Tabs alone part the "
    "fields of a tab-separated file; a pair of marks around a field is taken off.",
    "An event id is given to two events of different dates in 145,312 cases that a user of the "
    "data counted. Duplicates are rows that agree in id, date, both actors and code.",
    "One act told in several sentences or stories has several rows. They are kept: they are no "
    "exact duplicates.",
    "Meetings and visits are coded once in each direction. Both rows are kept.",
    "Lists of sectors are parted by commas, and a few labels hold commas themselves. The pieces of "
    "such a label are looked up one by one.",
)

_RAW_COLUMNS = (
    "event_id",
    "event_date",
    "source_name",
    "source_sectors",
    "source_country",
    "event_text",
    "cameo_code",
    "intensity",
    "target_name",
    "target_sectors",
    "target_country",
    "story_id",
    "sentence_number",
    "publisher",
    "city",
    "district",
    "province",
    "country",
    "latitude",
    "longitude",
)
_RAW_REQUIRED = (
    "event_date",
    "source_name",
    "source_country",
    "cameo_code",
    "target_name",
    "target_country",
)
_DAILY_COLUMNS = (
    "event_date",
    "source_state",
    "source_sector",
    "target_state",
    "target_sector",
    "cameo_code",
    "event_text",
    "intensity",
    "quad_class",
    "source_name",
    "target_name",
    "n_rows",
)
_DAILY = Layout(
    name="one row per day, actors and code",
    delimiter=",",
    has_header=True,
    columns=_DAILY_COLUMNS,
    required=("event_date", "source_state", "target_state", "cameo_code"),
    spellings={
        "event_date": ("date",),
        "event_text": ("cameo_label",),
        "intensity": ("goldstein",),
    },
    is_quoted=True,
)
_TABS = Layout("tab-separated", "\t", True, _RAW_COLUMNS, _RAW_REQUIRED)
_COMMAS = Layout("comma-separated", ",", True, _RAW_COLUMNS, _RAW_REQUIRED, is_quoted=True)


def _plain_columns() -> str:
    absent = {
        name: ("NULL",)
        for name in ("source_country", "target_country", "source_sectors", "target_sectors")
    }
    names = dict.fromkeys((*_RAW_COLUMNS[:13], *_DAILY_COLUMNS))
    return ",\n        ".join(f"{plain(name, *absent.get(name, ()))} AS {name}" for name in names)


_CODE = f"""CASE
        WHEN NOT ({is_digits("digits")}) THEN digits
        WHEN length(digits) = 2 AND digits >= '10' THEN '0' || digits
        WHEN length(digits) = 3 AND substr(digits, 1, 2) > '20' THEN '0' || digits
        ELSE digits END"""


def _key(side: str) -> str:
    return (
        f"CASE WHEN {side}_state IS NOT NULL THEN 'iso3:' || lower({side}_state) "
        f"ELSE {name_key(f'{side}_country', f'{side}_name')} END"
    )


def _sector(side: str) -> str:
    return f"""CASE
        WHEN acts.{side}_sector IS NOT NULL THEN {known_sector(f"acts.{side}_sector")}
        WHEN acts.{side}_sectors IS NOT NULL THEN coalesce({side}_sectors.sector, 'other')
        WHEN {side}.iso3 IS NOT NULL 
            AND (acts.{side}_country IS NULL AND acts.{side}_key = lower(acts.{side}_name)
                OR {side}_spelling.spelling IS NOT NULL) THEN 'state'
        ELSE '' END"""


def _bare(side: str) -> str:
    """Return the join that tells whether an actor without labels is a state named as such."""
    return f"""
LEFT JOIN spellings AS {side}_spelling
    ON {side}_spelling.spelling = CASE WHEN acts.{side}_sectors IS NULL
        AND acts.{side}_country IS NOT NULL THEN lower(acts.{side}_name) END"""


_KEY_COLUMNS = (
    "event_id",
    "event_date_text",
    "source_name",
    "source_country",
    "source_state",
    "cameo",
    "target_name",
    "target_country",
    "target_state",
    "if(event_id IS NULL, story_id, '')",
    "if(event_id IS NULL, sentence_number, '')",
    "if(event_id IS NULL, source_sector, '')",
    "if(event_id IS NULL, target_sector, '')",
)
_ROW_KEY = " || chr(31) || ".join(f"coalesce({name}, '')" for name in _KEY_COLUMNS)

SELECT = f"""
WITH {NAMED_STATES},
spellings AS MATERIALIZED (SELECT DISTINCT spelling FROM state_names),
texts AS (
    SELECT line,
        {_plain_columns()}
    FROM raw
),
coded AS (
    SELECT *, event_date AS event_date_text,
        CASE WHEN ends_with(cameo_code, '.0') THEN substr(cameo_code, 1, length(cameo_code) - 2)
             ELSE cameo_code END AS digits
    FROM texts
),
acts AS (
    SELECT * REPLACE (
            coalesce(TRY_CAST(event_date AS DATE),
                CAST(try_strptime(event_date, ['%m/%d/%Y', '%Y%m%d']) AS DATE)) AS event_date),
        {_CODE} AS cameo, {_key("source")} AS source_key, {_key("target")} AS target_key
    FROM coded
),
classed AS (
    SELECT *, {cameo_quad_class("cameo")} AS quad FROM acts
),
lists AS (
    SELECT source_sectors AS sectors FROM texts WHERE source_sectors IS NOT NULL
    UNION SELECT target_sectors FROM texts WHERE target_sectors IS NOT NULL
),
labels AS (
    SELECT sectors, lower(trim(unnest(string_split(substr(sectors, 1, 2000), ',')))) AS label
    FROM lists
),
sector_of AS MATERIALIZED (
    SELECT sectors, arg_min(sector, CAST(rank AS INTEGER)) AS sector
    FROM labels JOIN icews_sectors ON label LIKE pattern
    GROUP BY sectors
)
SELECT
    acts.line,
    {usable_date("acts.event_date")} AS event_date,
    source.iso3 AS source_state,
    {_sector("source")} AS source_sector,
    acts.source_name,
    target.iso3 AS target_state,
    {_sector("target")} AS target_sector,
    acts.target_name,
    acts.cameo AS code,
    acts.quad AS quad_class,
    {intensity("acts.intensity")} AS goldstein,
    greatest(1, coalesce(TRY_CAST(acts.n_rows AS BIGINT), 1))::BIGINT AS n_acts,
    0::TINYINT AS period_months,
    'icews' || chr(31) || {_ROW_KEY} AS row_key,
    {fault("acts.event_date_text", "acts.event_date", "acts.cameo", "acts.quad", "CAMEO code")}
        AS fault
FROM classed AS acts
{find_state("source", "spelling", "source_key")}
{find_state("target", "spelling", "target_key")}
{_bare("source")}
{_bare("target")}
LEFT JOIN sector_of AS source_sectors ON source_sectors.sectors = acts.source_sectors
LEFT JOIN sector_of AS target_sectors ON target_sectors.sectors = acts.target_sectors
"""

READER = Reader(
    name="icews",
    title="ICEWS coded event data",
    layouts=(_TABS, _COMMAS, _DAILY),
    select=SELECT,
    tables=("state_names", "state_codes", "icews_sectors"),
    defects=DEFECTS,
)
"""Reader of ICEWS files."""
