"""Text that comes from outside, made safe to show."""

from __future__ import annotations

import os
import unicodedata

_UNSAFE = ("Cc", "Cf", "Cs")  # control, format (also what turns the direction), half a pair


def printable(text: str, *, keep: str = "\n\t") -> str:
    r"""Return a text in which characters that could steer a terminal are escapes.

    Bytes of a file name that are no text become escapes too.

    >>> print(printable("a\x1b[31mb"))
    a\x1b[31mb
    """
    if text.isascii() and text.isprintable():
        return text
    whole = os.fsencode(text) if _has_bytes(text) else text.encode("utf-8", "backslashreplace")
    return "".join(
        letter if letter in keep or unicodedata.category(letter) not in _UNSAFE
        else letter.encode("unicode_escape").decode()
        for letter in whole.decode("utf-8", "backslashreplace")
    )  # fmt: skip


def _has_bytes(text: str) -> bool:
    """Whether all surrogates of a text stand for bytes of a file name."""
    found = [letter for letter in text if "\ud800" <= letter <= "\udfff"]
    return bool(found) and all("\udc80" <= letter <= "\udcff" for letter in found)
