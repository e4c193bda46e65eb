"""GDELT 2.0: export files of fifteen minutes each, since February 2015.

What is known to be wrong with the files, and what is done about it, stands in `DEFECTS` here and
in `gdelt`. Only the export files hold acts; files of mentions and of the knowledge graph do not.
"""

from __future__ import annotations

from comity.record.readers.gdelt import DEFECTS, HEAD, PLACES, SPELLINGS, gdelt_select, joined
from comity.record.readers.reader import Layout, Reader

_PLACE = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
COLUMNS = (
    *HEAD,
    *(f"{place}_{name}" for place in PLACES for name in _PLACE),
    "DATEADDED",
    "SOURCEURL",
)
"""The 61 columns of an export file."""

_REQUIRED = ("Day", "Actor1CountryCode", "Actor2CountryCode", "EventCode")
READER = Reader(
    name="gdelt2",
    title="GDELT 2.0 events",
    layouts=(
        Layout("export, 61 columns", "\t", False, COLUMNS, ()),
        Layout("export with a header, tabs", "\t", True, COLUMNS, _REQUIRED, SPELLINGS),
        Layout(
            "export with a header, commas", ",", True, COLUMNS, _REQUIRED, SPELLINGS, is_quoted=True
        ),
    ),
    select=gdelt_select(
        "gdelt2",
        rows="raw",
        n_acts="1::BIGINT",
        row_key=joined("Day", "Actor1Code", "Actor2Code", "EventCode", "SOURCEURL"),
    ),
    tables=("state_codes", "actor_types"),
    defects=(
        *DEFECTS,
        "The numbering of events starts anew with 2.0, so that an act that both versions hold has "
        "two ids. Import one version for a period, not both.",
        "Stories in other languages are machine-translated since 2015, so that levels cannot be "
        "compared with 1.0. Each version needs an intercept of its own.",
    ),
)
"""Reader of GDELT 2.0 export files."""
