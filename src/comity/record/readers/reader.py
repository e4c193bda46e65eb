"""What a reader of event files must say about its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

CANONICAL = {
    "event_date": "DATE",
    "source_state": "VARCHAR",  # ISO 3166 alpha-3; NULL where the actor belongs to no state
    "source_sector": "VARCHAR",  # "" where the source of events gives none
    "source_name": "VARCHAR",  # as the publisher writes it
    "target_state": "VARCHAR",
    "target_sector": "VARCHAR",
    "target_name": "VARCHAR",
    "code": "VARCHAR",  # CAMEO or PLOVER code as published
    "quad_class": "TINYINT",  # 1 to 4, see comity.core.class_counts.QUAD_CLASSES
    "goldstein": "DOUBLE",  # the publisher's intensity; NULL where it gives none
    "n_acts": "BIGINT",  # acts that the row stands for, 1 unless the file is a summary
    "period_months": "TINYINT",  # 0 for a dated act, 1 or 12 for a summary of a month or year
    "row_key": "VARCHAR",  # equal in two rows if and only if they are exact duplicates
    "fault": "VARCHAR",  # NULL in a good row; else why the row cannot be used, for people
}
"""Columns that `Reader.select` yields, in this order, with their DuckDB types."""


@dataclass(frozen=True)
class Layout:
    """One form in which a publisher distributes its files.

    ``columns`` names the fields in file order, as `Reader.select` calls them. With a header, a file
    fits when every column in ``required`` is found under one of its spellings (compared in lower
    case, letters and digits only); other columns are kept out, missing optional ones are NULL.
    Without a header, a file fits by its number of fields.
    """

    name: str
    delimiter: str
    has_header: bool
    columns: tuple[str, ...]
    required: tuple[str, ...]
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_quoted: bool = False


@dataclass(frozen=True)
class Reader:
    """One public source of events: how its files look and what their columns mean.

    ``select`` is one DuckDB SELECT over the relation ``raw``: every column of every layout as
    VARCHAR (NULL where the layout lacks it or the field is empty), ``line`` (BIGINT) and ``layout``
    (the layout's name). It yields ``line`` and the columns of `CANONICAL`, exactly one row for each
    row of ``raw``, and never raises for any text in any column (TRY_CAST, try_strptime). A summary
    may yield several rows for one row of ``raw`` if all of them carry the same fault and differ in
    ``row_key``. It may read the relations named in ``tables``: files of ``comity/record/tables``
    without their ending, all columns VARCHAR.

    ``types`` names columns that ``select`` may also be given in another type than VARCHAR, so that
    a file in which every value is of that type is counted faster, with the same result.

    ``brief`` returns a SELECT over ``raw`` for counts alone, or "" where it knows none. It is given
    the type of every column that the file has. The SELECT yields the columns of `CANONICAL` that
    counts rest on, ``n_acts`` being 1, for the good rows. It may also yield rows whose states are
    not three capital letters or whose day is out of range: they are left out of the groups that
    they fall into. And it may leave the class NULL in a row that has to be looked at more closely:
    one of them, and the file is counted with ``select``. In the columns of ``states`` it is given
    empty text as it stands.
    """

    name: str
    title: str
    layouts: tuple[Layout, ...]
    select: str
    tables: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)
    weights: tuple[str, ...] | None = (
        None  # columns that n_acts rests on, it is 1 without; None: any
    )
    brief: Callable[[Mapping[str, str]], str] | None = None
    states: tuple[str, ...] = ()  # columns that hold states as they are
    epochs: tuple[tuple[str, str], ...] = ()  # (label, first day) of stretches coded differently
    defects: tuple[str, ...] = ()  # known defects of the files and what is done about each
