"""GDELT 1.0: daily and yearly export files, and the reduced file of 1979 to 2012.

What is known to be wrong with the files, and what is done about it, stands in `DEFECTS` here and
in `gdelt`. In the reduced file an actor is one CAMEO code: its first three letters are a state, if
they are one, and the next three a type.
"""

from __future__ import annotations

from comity.record.readers.gdelt import (
    DEFECTS,
    HEAD,
    PLACES,
    SPELLINGS,
    gdelt_select,
    joined,
)
from comity.record.readers.reader import Layout, Reader

_PLACE = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
COLUMNS_57 = (*HEAD, *(f"{place}_{name}" for place in PLACES for name in _PLACE), "DATEADDED")
"""Columns of files before April 2013."""

COLUMNS_58 = (*COLUMNS_57, "SOURCEURL")
"""Columns of daily files since April 2013."""

REDUCED_COLUMNS = (
    "Date",
    "Source",
    "Target",
    "CAMEOCode",
    "NumEvents",
    "NumArts",
    "QuadClass",
    "Goldstein",
    *(
        f"{actor}Geo{name}"
        for actor in ("Source", "Target", "Action")
        for name in ("Type", "Lat", "Long")
    ),
)
"""Columns of the reduced file."""

_REQUIRED = ("Day", "Actor1CountryCode", "Actor2CountryCode", "EventCode")
_REDUCED_REQUIRED = ("Date", "Source", "Target", "CAMEOCode", "NumEvents", "QuadClass")


def _rows() -> str:
    """Return the rows of both kinds of files under the names of the full one."""
    full = {
        "Day": 'coalesce(Day, "Date")',
        "EventCode": "coalesce(EventCode, CAMEOCode)",
        "GoldsteinScale": "coalesce(GoldsteinScale, Goldstein)",
    }
    for side, actor in ((1, "Source"), (2, "Target")):
        code = f"Actor{side}Code"
        # A code of three letters is a state or a type; the joins with both tables tell.
        kind = f'CASE WHEN length("{actor}") > 3 THEN substr("{actor}", 4, 3) ELSE "{actor}" END'
        full[code] = f'coalesce({code}, "{actor}")'
        full[f"Actor{side}CountryCode"] = (
            f'coalesce(Actor{side}CountryCode, substr("{actor}", 1, 3))'
        )
        full[f"Actor{side}Type1Code"] = f"coalesce(Actor{side}Type1Code, {kind})"
    replaced = ", ".join(f"{value} AS {name}" for name, value in full.items())
    return f"(SELECT * REPLACE ({replaced}) FROM raw)"


READER = Reader(
    name="gdelt1",
    title="GDELT 1.0 events",
    layouts=(
        Layout("daily export, 58 columns", "\t", False, COLUMNS_58, ()),
        Layout("older export, 57 columns", "\t", False, COLUMNS_57, ()),
        Layout("reduced file", "\t", True, REDUCED_COLUMNS, _REDUCED_REQUIRED),
        Layout("reduced file, no header", "\t", False, REDUCED_COLUMNS, ()),
        Layout("export with a header, tabs", "\t", True, COLUMNS_58, _REQUIRED, SPELLINGS),
        Layout(
            "export with a header, commas",
            ",",
            True,
            COLUMNS_58,
            _REQUIRED,
            SPELLINGS,
            is_quoted=True,
        ),
    ),
    select=gdelt_select(
        "gdelt1",
        rows=_rows(),
        n_acts="greatest(1, coalesce(TRY_CAST(acts.NumEvents AS BIGINT), 1))",
        row_key=joined(*REDUCED_COLUMNS, "Day", "Actor1Code", "Actor2Code", "EventCode"),
    ),
    tables=("state_codes", "actor_types"),
    defects=(
        *DEFECTS,
        "Files before April 2013 lack the address of the report. Both widths are read.",
        "A row of the reduced file stands for NumEvents acts of one day, code, pair and place.",
    ),
)
"""Reader of GDELT 1.0 files."""
