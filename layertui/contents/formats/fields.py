"""Numbers at places of a head that may be too short for them."""

from __future__ import annotations

from typing import Literal

Order = Literal["little", "big"]


def number(head: bytes, offset: int, length: int, order: Order = "little") -> int | None:
    """Return an unsigned number, or None where the head ends before it does."""
    data = head[offset : offset + length] if offset >= 0 else b""
    return int.from_bytes(data, order) if len(data) == length else None


def signed(head: bytes, offset: int, length: int, order: Order = "little") -> int | None:
    """Return a signed number, or None where the head ends before it does."""
    data = head[offset : offset + length] if offset >= 0 else b""
    return int.from_bytes(data, order, signed=True) if len(data) == length else None


def text_until_nul(head: bytes, offset: int, most: int) -> str:
    """Return text up to a zero byte, or to as many bytes as it has at most."""
    data = head[offset : offset + most].split(b"\0", 1)[0]
    return data.decode("utf-8", "surrogateescape")
