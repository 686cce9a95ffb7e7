"""What is found in an image: one finding a group of paths that have one cause and one cure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about an image that its author may want to change.

    Attributes:
        kind: What it is about: "metadata-copy", "left-over", "duplicate", "secret", "setuid",
            "world-writable", "capability", "owner", ...
        group: What of the kind: "apt lists", "private key", ...
        layer: The layer that ships it, or None for the config or the history.
        size: Bytes to gain, 0 where it is not about bytes.
        paths: The largest paths, absolute, at most 20.
        more: How many paths there are besides.
        base: Whether the layer is one of the base.
        confidence: "certain", "likely" or "hint".
        message: One printable line.
        cure: What to do in the Dockerfile, one printable line, or empty.
        ghost: Whether no merged filesystem of all layers shows it.
    """

    kind: str
    group: str
    layer: int | None
    size: int
    paths: tuple[bytes, ...]
    more: int
    base: bool
    confidence: str
    message: str
    cure: str
    ghost: bool
