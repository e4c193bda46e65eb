"""A case as it stood on an earlier day."""

from __future__ import annotations

import datetime as dt

from comity.core.case import Case
from comity.core.errors import ConfigError
from comity.core.months import month_start, parse_month


def parse_day(text: str) -> dt.date:
    """Return the day written as ``YYYY-MM-DD``, or the last day of the month ``YYYY-MM``.

    Raises
    ------
    ConfigError
        The text is neither.

    >>> parse_day("2019-08"), parse_day("2019-08-22")
    (datetime.date(2019, 8, 31), datetime.date(2019, 8, 22))
    """
    try:
        if len(text) == len("2019-08"):
            return month_start(parse_month(text) + 1) - dt.timedelta(days=1)
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f'--as-of: a day is written as YYYY-MM-DD or a month as YYYY-MM; found "{text}". '
            "Write for example 2019-08."
        ) from None


def cut_case(case: Case, day: dt.date) -> Case:
    """Return the case with every row removed that lies after ``day``.

    Later ends, settlements, flares and changes of status are removed from the rows that stay.
    Judged numbers, scenarios and claims are left as they are: they were written later.

    Raises
    ------
    ConfigError
        The day lies outside the record or in its first month.
    """
    if not month_start(case.first_month + 1) <= day <= case.as_of:
        raise ConfigError(
            "--as-of: the day must lie at least one month into the record, from "
            f"{month_start(case.first_month + 1)} to {case.as_of}; found {day}. "
            "Choose a day in between."
        )
    agreements = tuple(row for row in case.agreements if row.signed is None or row.signed <= day)
    # A copy would take along what was computed once from the longer record (months, index).
    return Case.model_construct(
        **{
            **dict(case),
            "as_of": day,
            "content_hash": "",
            "events": tuple(row for row in case.events if row.date <= day),
            "governments": tuple(
                row
                if row.end is None or row.end <= day
                else row.model_copy(update={"end": None, "left": ""})
                for row in case.governments
                if row.start <= day
            ),
            "agreements": agreements,
            "statuses": tuple(
                row
                for row in case.statuses
                if row.date <= day and row.agreement in {item.id for item in agreements}
            ),
            "disputes": tuple(
                row.model_copy(
                    update={
                        "flares": tuple(flare for flare in row.flares if flare <= day),
                        "settled": row.settled if row.settled and row.settled <= day else None,
                    }
                )
                for row in case.disputes
                if row.opened <= day
            ),
        }
    )
