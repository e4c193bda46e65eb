"""Event files in comity's own form: dated acts, or counts by year or month."""

from __future__ import annotations

from collections.abc import Mapping

from comity.record.readers.reader import Layout, Reader

ACTS = ("date", "source", "target", "quad_class", "code", "goldstein", "n_acts")
CLASSES = (
    "verbal_cooperation",
    "material_cooperation",
    "verbal_conflict",
    "material_conflict",
)
SPELLINGS = {
    "date": ("event_date",),
    "source": ("source_state",),
    "target": ("target_state",),
    "quad_class": ("quad",),
    "code": ("cameo", "cameo_code", "event_code"),
    "n_acts": ("count", "n"),
}
FIRST_YEAR, LAST_YEAR = 1800, 2199

_STATE = "'[A-Z][A-Z][A-Z]'"

_STATE_FAULTS = f"""
    WHEN source NOT GLOB {_STATE} THEN 'source is not three capital letters'
    WHEN target NOT GLOB {_STATE} THEN 'target is not three capital letters'"""

_COUNT_FAULT = """
    WHEN {0}::VARCHAR GLOB '*[!0-9]*' OR length({0}::VARCHAR) > 9
    THEN '{0} is not a whole number below a thousand million'"""

_COMMON = """
    source AS source_state, '' AS source_sector, source AS source_name,
    target AS target_state, '' AS target_sector, target AS target_name"""

# DuckDB takes the word "epoch" for that day.
_WORD = "day = DATE '1970-01-01' AND contains(lower(date::VARCHAR), 'e')"

_CODE_CLASS = """CASE
            WHEN code[1:2] BETWEEN '01' AND '05' THEN 1
            WHEN code[1:2] BETWEEN '06' AND '08' THEN 2
            WHEN code[1:2] BETWEEN '09' AND '13' THEN 3
            WHEN code[1:2] BETWEEN '14' AND '20' THEN 4
            END::TINYINT"""

_ACTS = f"""
SELECT line, day AS event_date, {_COMMON},
    code, quad AS quad_class, TRY_CAST(goldstein AS DOUBLE) AS goldstein,
    coalesce(TRY_CAST(n_acts AS BIGINT), 1) AS n_acts, 0::TINYINT AS period_months,
    concat_ws('|', 'act', coalesce(day::VARCHAR, ''), coalesce(source, ''), coalesce(target, ''),
        coalesce(code, ''), coalesce(quad_class::VARCHAR, ''), coalesce(goldstein::VARCHAR, ''),
        coalesce(n_acts::VARCHAR, '')) AS row_key,
    CASE
    WHEN day BETWEEN DATE '{FIRST_YEAR}-01-01' AND DATE '{LAST_YEAR}-12-31' AND NOT ({_WORD})
    AND source GLOB {_STATE} AND target GLOB {_STATE} AND quad_class IN ('1', '2', '3', '4')
    AND n_acts IS NULL AND (goldstein IS NULL OR isfinite(TRY_CAST(goldstein AS DOUBLE)))
    THEN NULL  -- nearly every row, so that the reasons below cost nothing
    WHEN date IS NULL THEN 'date is empty'
    WHEN day IS NULL OR {_WORD} THEN 'date is not a day written YYYY-MM-DD'
    WHEN day NOT BETWEEN DATE '{FIRST_YEAR}-01-01' AND DATE '{LAST_YEAR}-12-31'
    THEN 'date lies outside {FIRST_YEAR} to {LAST_YEAR}'{_STATE_FAULTS}
    WHEN quad_class IS NOT NULL AND quad_class NOT IN ('1', '2', '3', '4')
    THEN 'quad_class is not 1, 2, 3 or 4'
    WHEN quad IS NULL AND code IS NULL THEN 'quad_class and code are empty'
    WHEN quad IS NULL THEN 'code is no CAMEO code'
    WHEN goldstein IS NOT NULL AND NOT coalesce(isfinite(TRY_CAST(goldstein AS DOUBLE)), false)
    THEN 'goldstein is not a number'{_COUNT_FAULT.format("n_acts")}
    END AS fault
FROM (
    SELECT *, TRY_CAST(date AS DATE) AS day,
        CASE WHEN quad_class IS NOT NULL THEN TRY_CAST(quad_class AS TINYINT)
        ELSE {_CODE_CLASS} END AS quad
    FROM raw WHERE layout LIKE 'acts%'
)"""

_COUNTS = f"""
SELECT line, day AS event_date, {_COMMON},
    NULL AS code, (number + 1)::TINYINT AS quad_class, NULL::DOUBLE AS goldstein,
    coalesce(TRY_CAST([{", ".join(CLASSES)}][number + 1] AS BIGINT), 0) AS n_acts,
    months AS period_months,
    concat_ws('|', 'count', coalesce(day::VARCHAR, ''), months, coalesce(source, ''),
        coalesce(target, ''), number, coalesce([{", ".join(CLASSES)}][number + 1], '')) AS row_key,
    CASE
    WHEN month IS NULL AND year IS NULL THEN 'year and month are empty'
    WHEN day IS NULL AND month IS NOT NULL THEN 'month is not written YYYY-MM'
    WHEN day IS NULL THEN 'year is not written YYYY'
    WHEN day NOT BETWEEN DATE '{FIRST_YEAR}-01-01' AND DATE '{LAST_YEAR}-12-31'
    THEN 'the period lies outside {FIRST_YEAR} to {LAST_YEAR}'{_STATE_FAULTS}
    {"".join(_COUNT_FAULT.format(name) for name in CLASSES)}
    END AS fault
FROM (
    SELECT *, CASE WHEN month IS NULL THEN 12 ELSE 1 END::TINYINT AS months,
        CASE WHEN month GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]' THEN TRY_CAST(month || '-01' AS DATE)
        WHEN month IS NULL AND year GLOB '[0-9][0-9][0-9][0-9]'
        THEN TRY_CAST(year || '-01-01' AS DATE) END AS day
    FROM raw WHERE layout LIKE 'counts%'
), (SELECT unnest(range(4)) AS number)"""


def _brief(kinds: Mapping[str, str]) -> str:
    """Return the SELECT of good acts alone, see `Reader.brief`.

    Code and class are both looked at only in a file that leaves a class empty: reading the codes of
    a text file costs more than all checks here.
    """
    if kinds.get("date") != "DATE" or kinds.get("goldstein", "DOUBLE") != "DOUBLE":
        return ""
    if not kinds.keys().isdisjoint(("n_acts", *CLASSES)):
        return ""
    if "quad_class" not in kinds:
        quad, wanted = _CODE_CLASS, "quad_class IS NOT NULL"
    elif kinds["quad_class"] == "VARCHAR":
        quad = "(ascii(quad_class) - 48)::TINYINT"
        wanted = (
            "given_class BETWEEN '1' AND '4' AND strlen(given_class) = 1 OR given_class IS NULL"
        )
    else:
        quad, wanted = (
            "TRY_CAST(quad_class AS TINYINT)",
            "coalesce(given_class BETWEEN 1 AND 4, true)",
        )
    finite = "AND (goldstein IS NULL OR isfinite(goldstein))" if "goldstein" in kinds else ""
    return f"""
SELECT * FROM (
    SELECT date AS event_date, source AS source_state, '' AS source_sector,
        target AS target_state, '' AS target_sector, {quad} AS quad_class,
        quad_class AS given_class, goldstein, 1::BIGINT AS n_acts, 0::TINYINT AS period_months
    FROM raw
) WHERE ({wanted}) {finite}"""


_DELIMITERS = (("comma", ","), ("tab", "\t"), ("semicolon", ";"))

_ACT_LAYOUTS = [
    Layout(
        name=f"acts by {choice}, {word}",
        delimiter=delimiter,
        has_header=True,
        columns=ACTS,
        required=("date", "source", "target", choice),
        spellings=SPELLINGS,
        is_quoted=True,
    )
    for word, delimiter in _DELIMITERS
    for choice in ("quad_class", "code")
]
_COUNT_LAYOUTS = [
    Layout(
        name=f"counts by {period}, {word}",
        delimiter=delimiter,
        has_header=True,
        columns=("source", "target", period, *CLASSES),
        required=("source", "target", period, *CLASSES),
        spellings=SPELLINGS,
        is_quoted=True,
    )
    for word, delimiter in _DELIMITERS
    for period in ("month", "year")
]

READER = Reader(
    name="csv",
    title="comity's own form: dated acts, or counts of acts by year or month",
    layouts=(*_ACT_LAYOUTS, *_COUNT_LAYOUTS),
    select=f"{_ACTS}\nUNION ALL\n{_COUNTS}",
    weights=("n_acts", *CLASSES),
    types={"date": "DATE", "quad_class": "TINYINT", "goldstein": "DOUBLE"},
    brief=_brief,
    states=("source", "target"),
)
