"""POLECAT: weekly and yearly files of the set that follows ICEWS, coded by the PLOVER ontology.

What is known to be wrong with the files, and what is done about it, stands in `DEFECTS`. A state
is found by its ISO code as published, a sector by the primary sector
(`tables/actor_types.csv`), a quad class by the event type (`tables/plover_classes.csv`).
"""

from __future__ import annotations

from comity.record.readers.actors import CODED_STATES, find_state
from comity.record.readers.classes import (
    fault,
    intensity,
    plain,
    usable_date,
)
from comity.record.readers.reader import Layout, Reader

DEFECTS = (
    "The order of the columns differs between files, and one column is called Intensity or Event "
    "Intensity. Columns are found by name.",
    "Some files name columns in their header that their rows do not have (Headline, Event Text, "
    "Feed, Story ID). Rows are then narrower than the header and are set aside; without its header "
    "line such a file is read by the published order of forty columns.",
    "Rows with tabs or line ends inside a text are shifted. A row whose event type is no PLOVER "
    "type, or whose date is none, is set aside.",
    "The word None stands for an empty field and is read as empty.",
    "An actor may hold several states, parted by semicolons. One row can name one state only: a "
    "list of one state is that state, a list of several has no state, and the names are kept.",
    "Nothing promises that an event id is unique. Duplicates are rows that agree in id, date, "
    "type, mode and in the names and states of both actors.",
)

_COLUMNS = (
    "event_id",
    "event_date",
    "event_type",
    "event_mode",
    "intensity",
    "quad_code",
    "contexts",
    "actor_name",
    "actor_country",
    "actor_cow",
    "primary_actor_sector",
    "actor_sectors",
    "actor_title",
    "actor_name_raw",
    "wikipedia_actor_id",
    "recipient_name",
    "recipient_country",
    "recipient_cow",
    "primary_recipient_sector",
    "recipient_sectors",
    "recipient_title",
    "recipient_name_raw",
    "wikipedia_recipient_id",
    "placename",
    "city",
    "district",
    "province",
    "country",
    "latitude",
    "longitude",
    "geonames_id",
    "raw_placename",
    "feature_type",
    "source",
    "publication_date",
    "story_people",
    "story_organizations",
    "story_locations",
    "language",
    "version",
)
_REQUIRED = ("event_date", "event_type", "actor_country", "recipient_country")
_SPELLINGS = {"intensity": ("event_intensity",)}


def _named(name: str, delimiter: str) -> Layout:
    return Layout(name, delimiter, True, _COLUMNS, _REQUIRED, _SPELLINGS, is_quoted=True)


_USED = (
    "event_id",
    "event_date",
    "event_type",
    "event_mode",
    "intensity",
    "quad_code",
    "actor_name",
    "actor_name_raw",
    "actor_country",
    "primary_actor_sector",
    "recipient_name",
    "recipient_name_raw",
    "recipient_country",
    "primary_recipient_sector",
)
_TEXTS = ",\n        ".join(f"{plain(name, 'None')} AS {name}" for name in _USED)


def _one(column: str) -> str:
    """Return the only state of a list, NULL where the list holds several."""
    codes = f"upper(replace(substr({column}, 1, 2000), ' ', ''))"
    listed = f"list_distinct(string_split({codes}, ';'))"
    alone = f"list_filter({listed}, lambda code: code NOT IN ('', 'NONE'))"
    return f"""CASE
        WHEN NOT contains({column}, ';') THEN upper({column})
        WHEN len({alone}) = 1 THEN {alone}[1] END"""


_KEY_COLUMNS = (
    "event_id",
    "event_date_text",
    "type",
    "event_mode",
    "actor_name",
    "actor_name_raw",
    "actor_country",
    "recipient_name",
    "recipient_name_raw",
    "recipient_country",
)
_ROW_KEY = " || chr(31) || ".join(f"coalesce(acts.{name}, '')" for name in _KEY_COLUMNS)


def _sector(side: str) -> str:
    return f"CASE WHEN {side}_type IS NULL THEN '' ELSE coalesce({side}_types.sector, 'other') END"


_FAULT = fault(
    "acts.event_date_text",
    "acts.event_date",
    "acts.event_type",
    "classes.quad_class",
    "PLOVER event type",
)

SELECT = f"""
WITH {CODED_STATES},
texts AS (
    SELECT line,
        {_TEXTS}
    FROM raw
),
acts AS (
    SELECT * REPLACE (TRY_CAST(event_date AS DATE) AS event_date),
        event_date AS event_date_text,
        upper(event_type) AS type,
        {_one("actor_country")} AS actor_code,
        {_one("recipient_country")} AS recipient_code,
        upper(trim(split_part(primary_actor_sector, ';', 1))) AS actor_type,
        upper(trim(split_part(primary_recipient_sector, ';', 1))) AS recipient_type
    FROM texts
)
SELECT
    acts.line,
    {usable_date("acts.event_date")} AS event_date,
    actor.iso3 AS source_state,
    {_sector("actor")} AS source_sector,
    coalesce(acts.actor_name, acts.actor_name_raw) AS source_name,
    recipient.iso3 AS target_state,
    {_sector("recipient")} AS target_sector,
    coalesce(acts.recipient_name, acts.recipient_name_raw) AS target_name,
    acts.type || coalesce('-' || lower(acts.event_mode), '') AS code,
    TRY_CAST(classes.quad_class AS TINYINT) AS quad_class,
    {intensity("acts.intensity")} AS goldstein,
    1::BIGINT AS n_acts,
    0::TINYINT AS period_months,
    'polecat' || chr(31) || {_ROW_KEY} AS row_key,
    {_FAULT} AS fault
FROM acts
LEFT JOIN plover_classes AS classes ON classes.event_type = acts.type
{find_state("actor", "code", "actor_code")}
{find_state("recipient", "code", "recipient_code")}
LEFT JOIN actor_types AS actor_types ON actor_types.code = acts.actor_type
LEFT JOIN actor_types AS recipient_types ON recipient_types.code = acts.recipient_type
"""

READER = Reader(
    name="polecat",
    title="POLECAT event data",
    layouts=(
        _named("tab-separated", "\t"),
        _named("comma-separated", ","),
        Layout("tab-separated, no header", "\t", False, _COLUMNS, (), is_quoted=True),
    ),
    select=SELECT,
    tables=("state_codes", "plover_classes", "actor_types"),
    defects=DEFECTS,
)
"""Reader of POLECAT files."""
