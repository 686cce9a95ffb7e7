"""Something that looks like a secret, in a text; what it is stays there."""

from __future__ import annotations

from typing import NamedTuple

from layertui.insight.finding import CERTAIN

STARS = "****"
"""What stands for a secret, however long it is."""


class Hit(NamedTuple):
    """A place in a text that looks like a secret.

    Attributes:
        group: What it is: "private key", "GitHub token", ...
        start: The offset of the secret in its text.
        end: The offset behind it.
        shown: What may be shown of it: what all of its kind begin with, or the name it goes by,
            and stars.
        confidence: How sure it is.
    """

    group: str
    start: int
    end: int
    shown: str
    confidence: str = CERTAIN


def masked(prefix: str = "") -> str:
    """Return a secret as it may be shown: the beginning that is no secret, and stars."""
    return prefix + STARS


def apart(hits: list[Hit]) -> list[Hit]:
    """Return hits without those that overlap one before them in the list, in order of the text."""
    kept: list[Hit] = []
    for hit in hits:
        if not any(hit.start < other.end and other.start < hit.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)
