"""Private keys in a text: PEM, OpenSSH, PGP and PuTTY.

A line that only names the format, as programs that read keys have, is none: base64 has to follow
that starts as such a key does (RFC 7468; OpenSSH PROTOCOL.key; RFC 9580 section 6.2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layertui.insight.finding import CERTAIN, LIKELY
from layertui.insight.secrets.hit import Hit, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 16 << 10
_SHORTEST = 60
"""Characters of base64 that a key has at least; the shortest, Ed25519 in PKCS #8, has 64."""

_MOST = 20
_BEGIN = re.compile(rb"-----BEGIN ((?:[A-Z0-9]{1,10} ){0,2})PRIVATE KEY( BLOCK)?-----")
_HEADER = re.compile(rb"(?:\\n|\n|^)[A-Za-z][A-Za-z-]{1,20}: ?[^\n\\]{0,200}")
_SPACE = re.compile(rb"\\[nrt]|\\u000[aAdD]|[\s\"'+,|>\\#]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}(?:=[A-Za-z0-9+/]{4})?")
_STARTS = {b"OPENSSH ": b"b3BlbnNzaC1rZXktdjE", b"PGP ": b""}
_DER_SEQUENCE = b"M"
_PUTTY = re.compile(rb"PuTTY-User-Key-File-\d: [\w-]{3,30}\s")


def private_keys_in(text: bytes) -> Iterator[Hit]:
    """Yield the private keys of a text."""
    if b"PRIVATE KEY" in text:
        for count, match in enumerate(_BEGIN.finditer(text)):
            if count == _MOST:
                break
            hit = _pem(text, match)
            if hit is not None:
                yield hit
    putty = _PUTTY.search(text) if b"Private-Lines:" in text else None
    if putty is not None:
        yield Hit("private key", putty.start(), len(text), masked("PuTTY-User-Key-File "))


def _pem(text: bytes, begin: re.Match[bytes]) -> Hit | None:
    end = text.find(b"-----", begin.end(), begin.end() + _LONGEST)
    end = min(len(text), begin.end() + _LONGEST) if end < 0 else end
    written = text[begin.end() : end]
    body = _SPACE.sub(b"", _HEADER.sub(b"", written))
    # A plus stands between strings in programs and within base64: only its absence is told apart.
    start = _STARTS.get(begin[1], _DER_SEQUENCE)
    if len(body) < _SHORTEST or not body.startswith(start) or not _BASE64.fullmatch(body):
        return None
    if len(set(body)) < 20:
        return None
    is_encrypted = begin[1] == b"ENCRYPTED " or b"ENCRYPTED" in written[:200]
    shown = f"-----BEGIN {begin[1].decode()}PRIVATE KEY{(begin[2] or b'').decode()}-----"
    group, confidence = ("encrypted private key", LIKELY) if is_encrypted else ("", CERTAIN)
    return Hit(group or "private key", begin.start(), end, masked(shown), confidence)
