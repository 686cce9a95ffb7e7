"""A number of bytes as a user writes it."""

from __future__ import annotations

import re

_LONGEST = 40
_BYTES = re.compile(r"([0-9][0-9,]*(?:\.[0-9]*)?) *([kmgtpe]?)(i?)(b?)", re.IGNORECASE)
_POWERS = {letter: power for power, letter in enumerate(("", "k", "m", "g", "t", "p", "e"))}


def bytes_of(text: str) -> int | None:
    """Return a number of bytes (`20MB`, `1.5 KiB`), or None where the text is none.

    `kB` is 1,000 and `KiB` 1,024.
    """
    match = _BYTES.fullmatch(text.strip()) if len(text) < _LONGEST else None
    if match is None:
        return None
    number, letter, binary, _ = match.groups()
    factor = (1024 if binary else 1000) ** _POWERS[letter.lower()]
    return int(float(number.replace(",", "")) * factor)
