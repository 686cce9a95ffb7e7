"""The one door between image text and a screen: printable names, sizes, modes, times."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

CELL_LIMIT = 4096
"""Characters of one piece of image text that are shown."""

MARKS_LIMIT = 4
"""Combining marks shown after one base character."""

_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")
_AGES = (
    ("year", 365 * 86_400),
    ("month", 30 * 86_400),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPACES = "\u00a0\u3000"


class _Terminal:
    """What the terminal of this process shows."""

    only_ascii = False


def show_only_ascii(*, wanted: bool) -> None:
    """Let `printable` escape whatever is not ASCII: the terminal of this process shows no more."""
    _Terminal.only_ascii = wanted


def printable(text: str | bytes, limit: int = CELL_LIMIT) -> str:
    r"""Return text of an image as one line that is safe on any terminal.

    Control, format, bidirectional, unassigned and private characters, line breaks and bytes
    that are not UTF-8 become visible escapes (`\x1b`, `\u202e`, `\xff`); a backslash stays.
    Text longer than `limit` characters ends in an ellipsis. See also `show_only_ascii`.
    """
    if isinstance(text, bytes):
        text = text[: limit * 4 + 4].decode("utf-8", "surrogateescape")
    ellipsis = "\u2026" if len(text) > limit else ""
    text = text[:limit]
    if not (text.isascii() and text.isprintable()):
        text = "".join(_visible(text))
    return text + ellipsis


def _visible(text: str) -> list[str]:
    shown: list[str] = []
    marks = 0
    beyond_ascii = not _Terminal.only_ascii
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        plain = (character.isprintable() or character in _SPACES) and marks <= MARKS_LIMIT
        plain = plain and (beyond_ascii or character.isascii())
        shown.append(character if plain else _escaped(character))
    return shown


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code in (0x09, 0x0A, 0x0D):
        return {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def printable_lines(text: str, limit: int = CELL_LIMIT) -> list[str]:
    """Return text of an image as lines, broken where it breaks, each of them printable."""
    return [printable(line.replace("\t", "    "), limit) for line in text[:limit].split("\n")]


def size(count: int) -> str:
    """Return a number of bytes in decimal units with at most three digits: `6.4 MB`."""
    if abs(count) < 1000:
        return f"{count} B"
    value = float(count)
    for unit in _UNITS:
        value /= 1000
        if abs(value) < 99.95:
            return f"{value:.1f} {unit}"
        if abs(value) < 999.5:
            return f"{value:.0f} {unit}"
    return f"{value:.0f} {_UNITS[-1]}"


def count(number: int) -> str:
    """Return a number with groups of three digits: `9 954`."""
    return f"{number:,}".replace(",", " ")


def percent(ratio: float) -> str:
    """Return a ratio of 0 to 1 as a percentage with one decimal: `16.3 %`."""
    return f"{ratio * 100:.1f} %"


def age(nanoseconds: int) -> str:
    """Return a length of time in its largest whole unit: `5 minutes`, `3 days`, `2 years`."""
    seconds = nanoseconds // 1_000_000_000
    for unit, length in _AGES:
        number = seconds // length
        if number >= 1:
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return "moments"


_TYPE_LETTERS = {
    "file": "-",
    "directory": "d",
    "symlink": "l",
    "hardlink": "-",
    "chardev": "c",
    "blockdev": "b",
    "fifo": "p",
}


def mode(kind: str, bits: int) -> str:
    """Return type and permission bits as `ls -l` writes them: `-rwsr-xr-x`."""
    letters = [
        letter if bits & (0o400 >> place) else "-" for place, letter in enumerate("rwxrwxrwx")
    ]
    for place, bit, special in ((2, 0o4000, "s"), (5, 0o2000, "s"), (8, 0o1000, "t")):
        if bits & bit:
            letters[place] = special if letters[place] == "x" else special.upper()
    return _TYPE_LETTERS.get(kind, "?") + "".join(letters)


def time(nanoseconds: int | None) -> str | None:
    """Return nanoseconds since 1970 as RFC 3339 in UTC, or None outside the years 1 to 9999."""
    if nanoseconds is None:
        return None
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f"{fraction}Z"
