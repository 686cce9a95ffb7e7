"""Text: what it is written in, by its first line, its name and its first characters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from layertui.contents.kinds import Fact, Family, Kind
from layertui.display import count

if TYPE_CHECKING:
    from layertui.contents.encodings import TextEncoding
    from layertui.contents.kinds import Sample

_MOST_KEYS = 6
_SHOWN = 200
_SVG_SIZE = re.compile(rb"<svg\b[^>]{0,2000}")
_ATTRIBUTE = re.compile(rb"\b(width|height)\s*=\s*[\"']([^\"']{1,40})")
_SPECIFIC = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"%!ps", "PostScript"),
    (b"{\\rtf", "rich text (RTF)"),
    (b"ssh-rsa ", "OpenSSH public key"),
    (b"ssh-ed25519 ", "OpenSSH public key"),
    (b"ecdsa-sha2-", "OpenSSH public key"),
    (b"diff --git ", "patch"),
    (b"version https://git-lfs", "pointer to a file in Git LFS"),
    (b"begin:vcard", "address card (vCard)"),
)


def text(sample: Sample, encoding: TextEncoding) -> Kind:
    """Return what text is."""
    head = sample.head.removeprefix(encoding.mark)
    if encoding.is_wide:
        return Kind(Family.TEXT, "text", (), encoding)
    if head.startswith(b"#!"):
        return _script(head, encoding)
    start = head.lstrip()[:_SHOWN]
    if start[:1] in (b"{", b"[") and (found := _json(sample, head, encoding)) is not None:
        return found
    lower = start.lower()
    if b"<svg" in lower or (lower.startswith(b"<?xml") and b"<svg" in head[:4096]):
        return _svg(head, encoding)
    if lower.startswith(b"<?xml"):
        return Kind(Family.TEXT, "XML", (), encoding)
    name = next((name for magic, name in _SPECIFIC if lower.startswith(magic)), "text")
    return Kind(Family.TEXT, name, (), encoding)


def _script(head: bytes, encoding: TextEncoding) -> Kind:
    line = head[2:_SHOWN].split(b"\n", 1)[0].strip().decode("utf-8", "surrogateescape")
    return Kind(Family.TEXT, "script", (Fact("Run by", line),), encoding)


def _svg(head: bytes, encoding: TextEncoding) -> Kind:
    tag = _SVG_SIZE.search(head)
    sides = (
        {each[1]: each[2].decode("utf-8", "replace") for each in _ATTRIBUTE.finditer(tag[0])}
        if tag
        else {}
    )
    facts: tuple[Fact, ...] = ()
    if len(sides) == 2:
        facts = (Fact("Size", f"{sides[b'width']} x {sides[b'height']}"),)
    return Kind(Family.PICTURE, "SVG picture", facts, encoding)


def _json(sample: Sample, head: bytes, encoding: TextEncoding) -> Kind | None:
    """Return what JSON holds; of more than the head it is not known whether it is JSON."""
    if not sample.is_whole:
        ends = (b".json", b".geojson", b".ipynb", b".map")
        known = sample.name.lower().endswith(ends)
        return Kind(Family.JSON, "JSON", (), encoding) if known else None
    try:
        document: Any = json.loads(head)
    except (ValueError, RecursionError):
        return None
    return Kind(Family.JSON, "JSON", _json_facts(document), encoding)


def _json_facts(document: Any) -> tuple[Fact, ...]:
    if isinstance(document, dict):
        names = [*document]
        more = ", ..." if len(names) > _MOST_KEYS else ""
        words = f"object of {count(len(names))}"
        if names:
            words += f": {', '.join(names[:_MOST_KEYS])}{more}"
        return (Fact("Holds", words),)
    if isinstance(document, list):
        return (Fact("Holds", f"list of {count(len(document))}"),)
    return ()
