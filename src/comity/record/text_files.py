"""Text files of a case, read line by line and never further than they make sense."""

from __future__ import annotations

from pathlib import Path

from comity.core.errors import Problem

MAX_LINE_BYTES = 1_000_000
MAX_FILE_BYTES = 64_000_000
_BOM = b"\xef\xbb\xbf"


def read_lines(path: Path, file: str) -> tuple[list[str] | None, list[Problem]]:
    """Return the lines of a UTF-8 text file without their ends, or None and what is wrong with it.

    A byte order mark at the start and Windows line ends are tolerated. Reading stops at the first
    line longer than a megabyte, so that a runaway line costs neither memory nor time. A line in
    another encoding is reported; the other lines are still looked at for the same fault.

    Parameters
    ----------
    path
        Where the file is.
    file
        Its name inside the case folder, for the problems.
    """
    try:
        if not path.is_file():
            return None, [Problem(file, 0, "", "must be a plain file", "something else", "")]
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            must = f"must be smaller than {MAX_FILE_BYTES // 1_000_000} MB"
            found = f"{size / 1e6:.0f} MB"
            too_big = Problem(file, 0, "", must, found, "Split the record or thin it out.")
            too_long = _first_long_line(path, file)
            return None, [too_long or too_big]
        return _read(path, file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return None, [Problem(file, 0, "", "must be readable", reason, "Check its permissions.")]


def _read(path: Path, file: str) -> tuple[list[str] | None, list[Problem]]:
    lines: list[str] = []
    problems: list[Problem] = []
    with path.open("rb") as stream:
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            number = len(lines) + 1
            if len(raw) > MAX_LINE_BYTES:
                return None, [*problems, _long_line(file, number)]
            if number == 1:
                raw = raw.removeprefix(_BOM)
            try:
                lines.append(raw.decode("utf-8").rstrip("\r\n"))
            except UnicodeDecodeError as error:
                found = f"byte 0x{raw[error.start]:02X} at place {error.start + 1} of the line"
                fix = "Save the file as UTF-8."
                problems.append(Problem(file, number, "", "must be UTF-8 text", found, fix))
                lines.append(raw.decode("utf-8", "replace").rstrip("\r\n"))
                if len(problems) == 1 and (raw[:2] in (b"\xff\xfe", b"\xfe\xff")):
                    return None, problems  # UTF-16: every further line would say the same
    return (None if problems else lines), problems


def _first_long_line(path: Path, file: str) -> Problem | None:
    with path.open("rb") as stream:
        head = stream.readline(MAX_LINE_BYTES + 1)
    return _long_line(file, 1) if len(head) > MAX_LINE_BYTES else None


def _long_line(file: str, number: int) -> Problem:
    return Problem(
        file, number, "", f"a line must be shorter than {MAX_LINE_BYTES:,} bytes",
        "a longer one", "Look for a missing line end; nothing after this line was read.",
    )  # fmt: skip
