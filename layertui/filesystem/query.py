"""What a line of the filter asks for: a pattern, bounds on the size, types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from layertui.display import printable
from layertui.errors import QueryError
from layertui.layers.entries import (
    BLOCKDEV,
    CHARDEV,
    DIRECTORY,
    FIFO,
    FILE,
    HARDLINK,
    SYMLINK,
)
from layertui.quantity import bytes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS_BY_TYPE: Mapping[str, tuple[int, ...]] = {
    "file": (FILE,),
    "dir": (DIRECTORY,),
    "link": (SYMLINK,),
    "hardlink": (HARDLINK,),
    "device": (CHARDEV, BLOCKDEV),
    "fifo": (FIFO,),
}
"""The kinds of an entry that a type stands for, as users write it."""

TYPES = tuple(KINDS_BY_TYPE)
"""What `type:` takes."""

_TYPE = "type:"
_BOUND = re.compile(r"([<>]=?|=)([0-9].*)?", re.DOTALL)
_SHOWN = 40


class Syntax(Enum):
    """How a pattern is read."""

    TEXT = "text"
    GLOB = "glob"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Query:
    """What a path must be like; one that asks for nothing is false.

    Attributes:
        text: The pattern, empty where there is none.
        syntax: How it is read.
        least: Bytes a file must have at least, or None.
        most: Bytes a file must have at most, or None.
        kinds: Types out of TYPES, any of them; empty where none is asked for.

    """

    text: str = ""
    syntax: Syntax = Syntax.TEXT
    least: int | None = None
    most: int | None = None
    kinds: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.text) or self.judges

    @property
    def judges(self) -> bool:
        """True where it asks for a size or a type, which differ from version to version."""
        return self.least is not None or self.most is not None or bool(self.kinds)


class _Bounds(NamedTuple):
    least: int | None
    most: int | None

    def within(self, other: _Bounds) -> _Bounds:
        """Return the bounds that keep both."""
        least = [bound for bound in (self.least, other.least) if bound is not None]
        most = [bound for bound in (self.most, other.most) if bound is not None]
        return _Bounds(max(least, default=None), min(most, default=None))


def parse_query(line: str, syntax: Syntax = Syntax.TEXT) -> Query:
    r"""Return what a line asks for.

    Words such as `>10MB`, `<=1KiB` or `=0` bound the size, `type:file,link` names types; what
    is left is the pattern. A backslash before such a word makes it part of the pattern.

    Raises:
        QueryError: The line cannot be understood.

    """
    pattern: list[str] = []
    bounds, kinds = _Bounds(None, None), frozenset[str]()
    for word in line.split(" "):
        bound = _BOUND.fullmatch(word)
        if bound is not None:
            bounds = bounds.within(_bounds(word, *bound.groups()))
        elif word.startswith(_TYPE):
            kinds |= _types(word.removeprefix(_TYPE))
        else:
            pattern.append(word[1:] if _is_escaped(word) else word)
    text = re.sub(r"(?<!\\) +\Z", "", " ".join(pattern).lstrip(" "))
    query = Query(text, syntax, bounds.least, bounds.most, kinds)
    if text:
        from layertui.filesystem.patterns import check_pattern

        check_pattern(query)
    return query


def line_of(query: Query) -> str:
    """Return a line that asks for the same as a query."""
    words = [_escaped(word) for word in query.text.split(" ")] if query.text else []
    if query.least is not None and query.least == query.most:
        words.append(f"={query.least}")
    else:
        words += [f">={query.least}"] if query.least is not None else []
        words += [f"<={query.most}"] if query.most is not None else []
    words += [_TYPE + ",".join(sorted(query.kinds))] if query.kinds else []
    return " ".join(words)


def _escaped(word: str) -> str:
    """Return a word of a pattern so that it is read as one."""
    is_other = _BOUND.fullmatch(word) or word.startswith(_TYPE)
    return f"\\{word}" if is_other else word


def _is_escaped(word: str) -> bool:
    rest = word[1:]
    return word.startswith("\\") and bool(_BOUND.fullmatch(rest) or rest.startswith(_TYPE))


def _bounds(word: str, operator: str, number: str | None) -> _Bounds:
    size = bytes_of(number) if number else None
    if size is None:
        trouble = "is not a size" if number else "needs a size"
        raise QueryError(
            f"{printable(word, _SHOWN)} {trouble}",
            hint=f"Write a number with a unit, such as {operator}10MB or {operator}4KiB.",
            brief=(trouble,),
        )
    return {
        ">": _Bounds(size + 1, None),
        ">=": _Bounds(size, None),
        "<": _Bounds(None, size - 1),
        "<=": _Bounds(None, size),
        "=": _Bounds(size, size),
    }[operator]


def _types(text: str) -> frozenset[str]:
    names = [name for name in text.lower().split(",") if name]
    unknown = next((name for name in names if name not in TYPES), None)
    choice = f"The types are {', '.join(TYPES)}."
    if not names:
        raise QueryError(f"{_TYPE} needs a type", hint=choice, brief=("needs a type",))
    if unknown is not None:
        raise QueryError(
            f"no type {printable(unknown, _SHOWN)!r}; did you mean {_nearest(unknown)}?",
            hint=choice,
            brief=(f"did you mean {_nearest(unknown)}?", f"{_nearest(unknown)}?"),
        )
    return frozenset(names)


def _nearest(name: str) -> str:
    """Return the type that a word is most like, one that it starts before all."""
    from difflib import get_close_matches

    started = (known for known in TYPES if known.startswith(name))
    return next(started, None) or get_close_matches(name[:_SHOWN], TYPES, 1, 0)[0]
