"""Why copies are wasted, in words for people."""

from __future__ import annotations

CAUSE_WORDS = {
    "removed": "removed later",
    "rewritten": "rewritten later",
    "metadata": "mode, owner or time",
    "identical": "copied unchanged",
    "repeated": "repeats the base",
}
"""Why a copy is wasted, in words that fit in `CAUSE_WIDTH` cells."""

CAUSE_WIDTH = 19

SHORT_CAUSE_WORDS = {
    "removed": "removed",
    "rewritten": "rewritten",
    "metadata": "mode, owner",
    "identical": "unchanged",
    "repeated": "repeats",
}
"""The same where all causes share one line."""

EXPLANATIONS = {
    "removed": (
        "A later layer removes the file, yet the layer that added it still ships it. "
        "Remove it in the RUN that makes it, or do not copy it at all."
    ),
    "rewritten": (
        "A later layer writes other content to the same path, and both are shipped. "
        "Write the file once, in its final form."
    ),
    "metadata": (
        "chmod or chown in a later RUN copies the whole file. "
        "Set mode and owner in the RUN or COPY that adds it."
    ),
    "identical": (
        "A later layer ships the very same file again. "
        "Copy it once, in the first layer that needs it."
    ),
    "repeated": (
        "Your layer ships what the base already has at that path. Leave it out of what you copy."
    ),
}
"""What each cause means, and the cure."""
