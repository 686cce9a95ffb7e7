"""Times as image documents write them (RFC 3339, section 5.6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def nanoseconds(text: str) -> int | None:
    """Return a time as nanoseconds since 1970, or None where the text is not a time."""
    match = _RFC3339.fullmatch(text) if len(text) < 100 else None
    if match is None:
        return None
    *fields, fraction, sign, hours, minutes = match.groups()
    try:
        moment = datetime(*map(int, fields), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
    since = moment - _EPOCH
    offset = (int(hours) * 60 + int(minutes)) * 60 if sign else 0
    seconds = since.days * 86_400 + since.seconds + (offset if sign == "-" else -offset)
    return seconds * 1_000_000_000 + int((fraction or "").ljust(9, "0")[:9])
