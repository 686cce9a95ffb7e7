"""The parts of a regular expression, one character or construct each."""

from __future__ import annotations

import re
import warnings
from functools import cached_property
from typing import NamedTuple

BREAK = ord("\n")

_TOKEN = re.compile(
    r"\\x[0-9a-fA-F]{2}|\\[0-7]{3}|\\[0-9]{1,2}|\\.|\\"
    r"|\[\^?\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*\]"
    r"|\(\?#[^)]*\)|\(\?P<\w+>|\(\?P=\w+\)|\(\?\(\w+\)|\(\?<?[=!:>]|\(\?[a-zA-Z-]+[:)]|\("
    r"|\{[0-9]*,[0-9]*\}[+?]?|\{[0-9]+\}[+?]?|[*+?][+?]?|.",
    re.DOTALL,
)
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\s", "upper": "A-Z",
    "word": r"\w", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
"""What stands for `[:alpha:]` and its like."""

_NAMED = re.compile(r"\[:([a-z]+):\]")
_FOREIGN = re.compile(r"^\\[`']$|^\[:\^?[a-z]+:\]|^\[.*(?<!\\)\[([:.=]).*?\1\]", re.DOTALL)
"""What grep knows, or refuses, and Python takes for something else."""

_CLOSED = re.compile(r"\(\?#|\(\?P=|\(\?[a-zA-Z-]+\)")
_COUNTED = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}")
_PLACES = frozenset((r"\A", r"\Z", r"\b", r"\B", r"\<", r"\>", "^", "$"))
_ALL = 256


class Repeat(NamedTuple):
    """How often what stands before it is there.

    Attributes:
        least: At least.
        most: At most, or None for without end.
        goes_back: Whether fewer are tried where what follows does not match.
    """

    least: int
    most: int | None
    goes_back: bool


class Token:
    """A part of an expression.

    Args:
        text: As written.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def is_escape(self) -> bool:
        """Whether a backslash is before it."""
        return self.text.startswith("\\")

    @property
    def is_class(self) -> bool:
        """Whether it is `[...]`."""
        return self.text.startswith("[") and len(self.text) > 1

    @property
    def is_foreign(self) -> bool:
        """Whether it means something to grep that it does not mean here."""
        return bool(_FOREIGN.search(self.text))

    @property
    def opens(self) -> bool:
        """Whether it opens a group."""
        return self.text.startswith("(") and not _CLOSED.match(self.text)

    @property
    def closes(self) -> bool:
        """Whether it closes a group."""
        return self.text == ")"

    @property
    def is_place(self) -> bool:
        """Whether it matches no character, only a place between two."""
        return self.text in _PLACES or bool(_CLOSED.match(self.text) and "=" not in self.text)

    @cached_property
    def repeat(self) -> Repeat | None:
        """How often it says that what stands before it is there; None where it does not."""
        text = self.text
        if text[0] in "*+?":
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[text[0]]
            return Repeat(least, most, goes_back=not text.endswith("+") or text == "+")
        counted = _COUNTED.match(text)
        if counted is None or text == "{,}":
            return None
        first, comma, last = counted.groups()
        most = (int(last) if last else None) if comma else int(first)
        return Repeat(int(first or 0), most, goes_back=not text.endswith("+"))

    @property
    def least(self) -> int | None:
        """How often at least what stands before it is there; None where it does not say so."""
        return self.repeat.least if self.repeat is not None else None

    @cached_property
    def characters(self) -> frozenset[int] | None:
        """The bytes it matches one of; None where it is anything else than one byte."""
        text = self.text
        if self.repeat is not None or text in ("|", ")") or text.startswith("(") or self.is_place:
            return None
        if re.fullmatch(r"\\[0-9]{1,2}", text) or (not text.isascii()):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                match = re.compile(text.encode()).fullmatch
        except (re.error, OverflowError):
            return None
        return frozenset(each for each in range(_ALL) if match(bytes((each,))))

    @property
    def matches_break(self) -> bool:
        """Whether it matches a line break."""
        return BREAK in (self.characters or ())

    @cached_property
    def literal(self) -> str | None:
        """The character that it stands for, or None."""
        text = self.text
        if len(text) == 1 and not text.isascii():
            return text
        found = self.characters
        return chr(*found) if found is not None and len(found) == 1 and min(found) < 0x80 else None


def tokens_of(text: str) -> list[Token]:
    """Return the parts of an expression, which may be none."""
    return [Token(_spelt_out(part[0])) for part in _TOKEN.finditer(text)]


def _spelt_out(part: str) -> str:
    """Return a part with what names of characters in a class stand for."""
    if not part.startswith("[") or "[:" not in part[1:]:
        return part
    return part[0] + _NAMED.sub(lambda name: _POSIX.get(name[1], name[0]), part[1:])
