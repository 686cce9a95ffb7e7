"""ASN.1 in its distinguished encoding (X.690), as far as certificates and keys need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SEQUENCE, SET, INTEGER, BITS, OCTETS, IDENTIFIER = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06
UTC_TIME, LONG_TIME, BOOLEAN = 0x17, 0x18, 0x01
_MOST = 10_000
"""Elements of one sequence."""
_WIDE_TEXT = {0x1E: "utf-16-be", 0x1C: "utf-32-be"}


class Element(NamedTuple):
    """One element.

    Attributes:
        tag: Its first byte.
        body: What it holds.
    """

    tag: int
    body: bytes

    def inside(self) -> list[Element]:
        """Return the elements it holds, as far as they can be read."""
        return [*elements(self.body)]

    @property
    def text(self) -> str:
        """It as text."""
        codec = _WIDE_TEXT.get(self.tag, "utf-8")
        errors = "replace" if self.tag in _WIDE_TEXT else "surrogateescape"
        return self.body.decode(codec, errors)

    @property
    def number(self) -> int:
        """It as a number."""
        return int.from_bytes(self.body, "big", signed=True)

    @property
    def identifier(self) -> str:
        """It as an object identifier, with dots."""
        return _identifier(self.body)


def elements(data: bytes) -> Iterator[Element]:
    """Yield the elements that stand one after another, until something is none."""
    place = 0
    for _ in range(_MOST):
        if place >= len(data):
            return
        found = _element(data, place)
        if found is None:
            return
        element, place = found
        yield element


def only_element(data: bytes) -> Element | None:
    """Return the element that fills data to its end, or None where there is no such."""
    found = _element(data, 0)
    return found[0] if found is not None and found[1] == len(data) else None


def _element(data: bytes, place: int) -> tuple[Element, int] | None:
    if len(data) < place + 2:
        return None
    tag, length, start = data[place], data[place + 1], place + 2
    if length > 0x80:
        start += length & 0x7F
        if length > 0x84 or start > len(data):
            return None
        length = int.from_bytes(data[place + 2 : start], "big")
    elif length == 0x80:
        return None
    end = start + length
    return (Element(tag, data[start:end]), end) if end <= len(data) else None


def _identifier(body: bytes) -> str:
    parts, value = list[int](), 0
    for byte in body[:64]:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            parts.append(value)
            value = 0
    if not parts:
        return ""
    first = min(parts[0] // 40, 2)
    return ".".join(map(str, (first, parts[0] - 40 * first, *parts[1:])))
