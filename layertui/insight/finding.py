"""What was found in an image: one thing that an engineer may want to change, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

METADATA_COPY: Final = "metadata-copy"
LEFT_OVER: Final = "left-over"
DUPLICATE: Final = "duplicate"
SECRET: Final = "secret"
SETUID: Final = "setuid"
SETGID: Final = "setgid"
WORLD_WRITABLE: Final = "world-writable"
CAPABILITY: Final = "capability"
OWNER: Final = "owner"

KINDS = (
    METADATA_COPY,
    LEFT_OVER,
    DUPLICATE,
    SECRET,
    SETUID,
    SETGID,
    WORLD_WRITABLE,
    CAPABILITY,
    OWNER,
)
"""The kinds of findings, in the order of a report."""

CERTAIN: Final = "certain"
LIKELY: Final = "likely"
HINT: Final = "hint"

CONFIDENCES = (CERTAIN, LIKELY, HINT)
"""How sure a finding is, the surest first."""

PATHS_SHOWN = 20
"""How many paths a finding carries at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something found in an image.

    Attributes:
        kind: One of KINDS.
        group: What of the kind, printable: "apt lists", "private key", ...
        layer: The layer that ships it, or None for the config and the history.
        size: Bytes that would go from the size of the image if the advice were followed, as the
            accounting counts them; 0 where it is not about bytes.
        paths: The largest paths, absolute, at most PATHS_SHOWN of them.
        more: How many paths there are besides.
        base: Whether the layer is one of the base.
        confidence: One of CONFIDENCES.
        message: What it is and why it matters, one printable line.
        cure: What to do in the Dockerfile, one printable line, or empty.
        ghost: Whether the merged filesystem of all layers does not show it.
    """

    kind: str
    group: str
    layer: int | None
    size: int = 0
    paths: tuple[bytes, ...] = ()
    more: int = 0
    base: bool = False
    confidence: str = CERTAIN
    message: str
    cure: str = ""
    ghost: bool = False
