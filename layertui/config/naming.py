"""Names that users write: is one known, and which did they mean."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 60
"""Characters of a wrong name or value that an error repeats."""


def quoted(value: object) -> str:
    """Return a name or a value as an error repeats it."""
    return printable(repr(value), _SHOWN)


def suggestion(name: str, known: Iterable[str], *, else_known: bool = True) -> str:
    """Return the hint that names the nearest of the known names.

    Args:
        name: What was written.
        known: What could have been.
        else_known: List all names where none is near; otherwise the hint is empty then.
    """
    names = list(known)
    if near := nearest(name, names):
        return f"Did you mean {near}?"
    return f"Known: {', '.join(names)}." if else_known else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the nearest of the known names, or nothing where none is near."""
    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower()[:_SHOWN], by_lower, n=1, cutoff=0.5)
    return by_lower[near[0]] if near else ""


def check_names(names: Iterable[object], known: Iterable[str], where: str) -> None:
    """Refuse names that are not known.

    Args:
        names: What was written.
        known: What may be.
        where: Where it was written, printable.

    Raises:
        ConfigError: A name is not known; the hint tells the nearest.
    """
    listed = list(known)
    for name in names:
        if name not in listed:
            raise ConfigError(
                f"{where}: unknown key {quoted(name)}", hint=suggestion(str(name), listed)
            )
