"""Split one line into its fields."""

from __future__ import annotations


class UnclosedQuoteError(ValueError):
    """A quotation mark opens a field and nothing closes it."""


class StrayTextError(ValueError):
    """Text follows the quotation mark that closes a field."""


def split_line(line: str, delimiter: str, *, is_quoted: bool) -> list[str]:
    """Return the fields of a line without its line end.

    In a quoted file a field that starts with a quotation mark ends at the next one that is not
    doubled; a mark elsewhere stands for itself.

    >>> split_line('a,"b ""c"", d",e"f', ",", is_quoted=True)
    ['a', 'b "c", d', 'e"f']
    """
    if not is_quoted or '"' not in line:
        return line.split(delimiter)
    fields: list[str] = []
    start = 0
    while True:
        if not line.startswith('"', start):
            end = line.find(delimiter, start)
            fields.append(line[start:] if end < 0 else line[start:end])
            if end < 0:
                return fields
        else:
            close = _closing_mark(line, start + 1)
            fields.append(line[start + 1 : close].replace('""', '"'))
            end = close + 1
            if end == len(line):
                return fields
            if not line.startswith(delimiter, end):
                raise StrayTextError
        start = end + len(delimiter)


def _closing_mark(line: str, start: int) -> int:
    while True:
        close = line.find('"', start)
        if close < 0:
            raise UnclosedQuoteError
        if not line.startswith('"', close + 1):
            return close
        start = close + 2
