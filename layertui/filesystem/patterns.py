"""The pattern of a query as something that is tried on names and paths.

A pattern without a slash is about the last component of a path, one with a slash about the
whole of it. Case counts only where the pattern has an upper-case letter.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from operator import contains
from typing import TYPE_CHECKING, Protocol

from layertui.display import printable
from layertui.errors import QueryError
from layertui.filesystem.query import Syntax

if TYPE_CHECKING:
    from layertui.filesystem.query import Query

_Method = Callable[[str, int, int], re.Match[str] | None]

LONGEST = 1_024
"""Characters of a name or path that a regular expression is tried on.

An expression may take a time that grows with the square of the length, and more."""

_INNER = r"[^/]*\Z"
"""What may follow a match in a path: the rest of the last component. What only the directories
above have is no match again in all that is below them."""

_FLAGS = re.compile(r"\(\?[aimsux]+\)")
_GLOB_PART = re.compile(r"/\*\*/|\*+|\?|\[[!^]?\]?[^\]/]*\]|\\?.", re.DOTALL)
_REPEAT = re.compile(r"(?<![*+?}])(?:[*+]|\{[0-9]*,[0-9]*\})(?!\+)")


class Pattern(Protocol):
    """What is tried on names, or on absolute paths where `on_paths` is True.

    Where `folded` is True, it expects them in lower case.
    """

    on_paths: bool
    folded: bool

    def marks(self, texts: list[str]) -> bytes:
        """Return a strip of the names or paths that match."""
        ...

    def may_be_in(self, text: str) -> bool:
        """Return False where no part of a text matches."""
        ...


class Literal:
    """Text that must be in a name; in a path it must reach into the last component.

    What only the directories above have is no match again in all that is below them.
    """

    def __init__(self, text: str, *, folded: bool) -> None:
        self.on_paths = "/" in text
        self.folded = folded
        self._text = text.lower() if folded else text

    def marks(self, texts: list[str]) -> bytes:
        """Return a strip of the names or paths that have the text."""
        found = bytes(map(contains, texts, repeat(self._text)))
        if not self.on_paths or 1 not in found:
            return found
        return bytes(map(self._reaches_name, texts))

    def may_be_in(self, text: str) -> bool:
        """Tell whether the text is in another."""
        return self._text in text

    def _reaches_name(self, path: str) -> bool:
        place = path.rfind(self._text)
        return place >= 0 and place + len(self._text) > path.rfind("/")


class Expression:
    """A regular expression, tried on the first LONGEST characters."""

    def __init__(self, method: _Method, *, on_paths: bool, folded: bool) -> None:
        self.on_paths = on_paths
        self.folded = folded
        self._method = method

    def marks(self, texts: list[str]) -> bytes:
        """Return a strip of the names or paths that match."""
        return bytes(map(bool, map(self._method, texts, repeat(0), repeat(LONGEST))))

    def may_be_in(self, _text: str) -> bool:
        """Return True: only trying tells."""
        return True


def pattern_of(query: Query) -> Pattern:
    """Return the pattern of a query that has one.

    Raises:
        QueryError: It is no regular expression.

    """
    text, syntax = query.text, query.syntax
    on_paths, folded = "/" in text, not _has_upper_case(text, syntax)
    if syntax is Syntax.TEXT:
        return Literal(text, folded=folded)
    if syntax is Syntax.GLOB:
        method = _compiled_glob(text.lower() if folded else text).fullmatch
    else:
        method = _compiled(text, re.IGNORECASE if folded else 0, inner=on_paths).search
    return Expression(method, on_paths=on_paths, folded=folded)


def check_pattern(query: Query) -> None:
    """Do nothing where the pattern of a query can be tried.

    Raises:
        QueryError: It is no regular expression, or one that might not end.

    """
    pattern_of(query)
    nested = _repeat_of_repeats(query.text) if query.syntax is Syntax.REGEX else None
    if nested is not None:
        raise QueryError(
            f"regular expression: {printable(nested, 40)} repeats a repeat and might not end",
            hint="Repeat once, or write a + behind the inner repeat, which then never goes back.",
            brief=("it repeats a repeat and might not end", "it repeats a repeat"),
        )


def _has_upper_case(text: str, syntax: Syntax) -> bool:
    if syntax is Syntax.REGEX:
        text = re.sub(r"\\.", "", text, flags=re.DOTALL)
    return any(map(str.isupper, text))


@contextmanager
def compiling() -> Iterator[None]:
    """Say of a regular expression that is compiled in the block why it cannot be.

    Raises:
        QueryError: It is no expression.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except re.error as error:
        place = "" if error.pos is None else f" at character {error.pos + 1}"
        trouble = printable(error.msg, 80)
        told = (f"{trouble}{place}", trouble, trouble.partition(",")[0])
        raise QueryError(f"regular expression: {told[0]}", brief=told) from None
    except (OverflowError, RecursionError):
        trouble = "it asks for too much"
        raise QueryError(f"regular expression: {trouble}", brief=(trouble,)) from None


def _compiled(text: str, flags: int, *, inner: bool) -> re.Pattern[str]:
    with compiling():
        plain = re.compile(text, flags)
        if not inner:
            return plain
        start = _FLAGS.match(text)
        body = text[start.end() :] if start else text
        end = "\n" if plain.flags & re.VERBOSE else ""
        return re.compile(f"(?:{body}{end}){_INNER}", plain.flags)


def _compiled_glob(glob: str) -> re.Pattern[str]:
    try:
        return re.compile(glob_expression(glob), re.DOTALL)
    except re.error as error:
        trouble = printable(error.msg, 80)
        raise QueryError(f"glob: {trouble}", brief=(trouble,)) from None


def _repeat_of_repeats(text: str) -> str | None:
    """Return the first group that repeats without end and holds what does so, too."""
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", lambda part: "x" * len(part[0]), text)
    opened: list[int] = []
    for place, letter in enumerate(plain):
        if letter == "(":
            opened.append(place)
        elif letter == ")" and opened:
            start = opened.pop()
            after = _REPEAT.match(plain, place + 1)
            if after and _REPEAT.search(plain.replace("(?", "(x"), start, place):
                return text[start : after.end()]
    return None


def glob_expression(glob: str) -> str:
    """Return the regular expression that matches in full what a glob is about.

    `*` and `?` stop at slashes, `**` goes over them; `[a-z]` and `[!a-z]` are one character.
    A glob with a slash that does not start with one matches at any depth.
    """
    on_paths = "/" in glob
    if on_paths:
        glob = glob.rstrip("/") or "/"
        glob = glob if glob.startswith("/") else f"/**/{glob}"
    return "".join(_glob_part(part[0]) for part in _GLOB_PART.finditer(glob))


def _glob_part(part: str) -> str:
    if part == "/**/":
        return "/(?:.*/)?"
    if part.startswith("*"):
        return "[^/]*" if part == "*" else ".*"
    if part == "?":
        return "[^/]"
    if part.startswith("[") and len(part) > 2:
        inside = re.sub(r"([\\\[&~|])", r"\\\1", part[1:-1])
        negated = inside.startswith(("!", "^"))
        return f"(?!/)[^{inside[1:]}]" if negated else f"[{inside}]"
    return re.escape(part[1:] if len(part) == 2 else part)
