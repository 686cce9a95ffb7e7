"""Whether bytes are text, and how it is encoded."""

from __future__ import annotations

import codecs
from enum import Enum

_JUDGED = 8 << 10
"""Bytes at the start of a file by which it is known as text, as `grep` judges it."""
_ODD_SHARE = 0.1
"""Of all bytes, so many may be control characters that text seldom has."""
_LONGEST = 4
"""Bytes of one character."""

_USUAL = bytes({*range(0x20, 0x7F), *range(0x80, 0x100), *b"\t\n\v\f\r\b\x1b"})


class TextEncoding(Enum):
    """How text is encoded; the value is what users call it."""

    UTF_8 = "UTF-8"
    UTF_8_MARKED = "UTF-8 with a byte order mark"
    UTF_16_LITTLE = "UTF-16, little endian"
    UTF_16_BIG = "UTF-16, big endian"
    LATIN_1 = "not UTF-8, shown as Latin-1"

    @property
    def codec(self) -> str:
        """The name that Python knows it by."""
        return _CODECS[self]

    @property
    def mark(self) -> bytes:
        """What stands before the text."""
        return _MARKS.get(self, b"")

    @property
    def is_wide(self) -> bool:
        """Whether characters are pairs of bytes."""
        return self in (TextEncoding.UTF_16_LITTLE, TextEncoding.UTF_16_BIG)


_CODECS = {
    TextEncoding.UTF_8: "utf-8",
    TextEncoding.UTF_8_MARKED: "utf-8",
    TextEncoding.UTF_16_LITTLE: "utf-16-le",
    TextEncoding.UTF_16_BIG: "utf-16-be",
    TextEncoding.LATIN_1: "latin-1",
}
_MARKS = {
    TextEncoding.UTF_8_MARKED: codecs.BOM_UTF8,
    TextEncoding.UTF_16_LITTLE: codecs.BOM_UTF16_LE,
    TextEncoding.UTF_16_BIG: codecs.BOM_UTF16_BE,
}


def encoding_of_text(head: bytes, *, is_whole: bool = True) -> TextEncoding | None:
    """Return how text is encoded, or None for what is no text.

    Args:
        head: The first bytes of a file.
        is_whole: Whether there are no more.
    """
    for encoding, mark in _MARKS.items():
        if head.startswith(mark):
            return encoding if _is_text_behind_mark(head, encoding, is_whole=is_whole) else None
    judged = head[:_JUDGED]
    if b"\0" in judged:
        return None
    odd = len(judged.translate(None, _USUAL))
    if odd > len(judged) * _ODD_SHARE:
        return None
    return TextEncoding.UTF_8 if _is_utf_8(head, is_whole=is_whole) else TextEncoding.LATIN_1


def _is_utf_8(head: bytes, *, is_whole: bool) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=is_whole)
    except UnicodeDecodeError as error:
        return not is_whole and error.start > len(head) - _LONGEST
    return True


def _is_text_behind_mark(head: bytes, encoding: TextEncoding, *, is_whole: bool) -> bool:
    """Tell whether what follows a mark is text; two bytes may be there by chance."""
    body = head[len(encoding.mark) : _JUDGED]
    if not encoding.is_wide:
        return b"\0" not in body
    if not is_whole:
        body = body[: len(body) // 2 * 2]
    text = body.decode(encoding.codec, "replace")
    odd = sum(each == "\ufffd" or (each < " " and each not in "\t\n\v\f\r\x1b") for each in text)
    return odd <= len(text) * _ODD_SHARE
