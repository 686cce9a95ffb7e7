"""What the raw documents of an image are called."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from layertui.display import count, printable, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.image import Document

_NAME_LIMIT = 40
_BY_NAME = ("archive manifest", "repositories")


def document_names(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """Return for each document what it is called, in full and short; printable."""
    return [_names(document) for document in documents]


def document_facts(document: Document) -> tuple[str, str]:
    """Return the file that a document is, and its size and type; printable."""
    amount = size(document.blob.size)
    if document.blob.size >= 1000:
        amount = f"{amount} ({count(document.blob.size)} bytes)"
    kind = f", {printable(document.media_type, 100)}" if document.media_type else ""
    return printable(document.name, 200), f"{amount}{kind}"


def _names(document: Document) -> tuple[str, str]:
    base = printable(posixpath.basename(document.name), _NAME_LIMIT)
    if document.kind in _BY_NAME or (document.digest is None and "/" not in document.name):
        return base, base
    if document.kind == "layer config":
        short = printable(document.name, 12).removesuffix("\u2026")
        return f"layer {short}", short
    short = document.digest.short if document.digest else base
    return f"{document.kind} {short}", document.kind
