"""The kinds of values that settings have: how each is read, and how it is written.

A kind knows three forms of a value: as TOML has it, as the text of an environment variable,
and as the program takes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from layertui.config.naming import quoted, suggestion
from layertui.errors import ConfigError
from layertui.quantity import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?", re.ASCII)
_YES = ("true", "yes", "on", "1")
_UNITS = {"TiB": 1 << 40, "GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10}
_NO = ("false", "no", "off", "0")


class Kind(Protocol):
    """A kind of value."""

    def read(self, given: object, where: str) -> object:
        """Return a TOML value as the program takes it.

        Args:
            given: The value.
            where: The setting and where it was given, printable.

        Raises:
            ConfigError: It is of another kind; the hint tells what was expected.
        """

    def parse(self, text: str) -> object:
        """Return the TOML value that a text stands for; what it cannot be stays a text."""

    def write(self, value: object) -> object:
        """Return a value of the program as TOML has it."""


class _AsItIs:
    """Values that are the same in the program, in TOML and, as far as they are texts, in a text."""

    def parse(self, text: str) -> object:
        """Return the text."""
        return text

    def write(self, value: object) -> object:
        """Return the value."""
        return value


class Text(_AsItIs):
    """Any text of one line.

    Args:
        expected: What it should be, a sentence.
    """

    def __init__(self, expected: str) -> None:
        self._expected = expected

    def read(self, given: object, where: str) -> str:
        """Return the text."""
        if not isinstance(given, str) or not given.isprintable():
            raise _wrong(given, where, self._expected)
        return given


class Choice(_AsItIs):
    """One of several words."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words

    def read(self, given: object, where: str) -> str:
        """Return the word."""
        if not isinstance(given, str) or given not in self._words:
            raise _wrong(given, where, f"It is {_either(self._words)}.", self._words)
        return given


class Several:
    """A list of words out of several; a text separates them with commas."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words

    def read(self, given: object, where: str) -> tuple[str, ...]:
        """Return the words, each once."""
        expected = f"It is a list of {_either(self._words)}."
        if not isinstance(given, list):
            raise _wrong(given, where, expected)
        for word in given:
            if not isinstance(word, str) or word not in self._words:
                raise _wrong(word, f"one of {where}", expected, self._words)
        return tuple(dict.fromkeys(given))

    def parse(self, text: str) -> object:
        """Return the words as a list."""
        return [word.strip() for word in text.split(",") if word.strip()]

    def write(self, value: object) -> object:
        """Return the words as a list."""
        return list(value) if isinstance(value, (tuple, list)) else value


class Hosts:
    """A list of hosts, each with a port or without; a text separates them with commas."""

    def read(self, given: object, where: str) -> tuple[str, ...]:
        """Return the hosts, each once."""
        expected = 'It is a list of hosts such as "registry.example:5000".'
        if not isinstance(given, list):
            raise _wrong(given, where, expected)
        for host in given:
            if not isinstance(host, str) or not _HOST.fullmatch(host):
                raise _wrong(host, f"one of {where}", expected)
        return tuple(dict.fromkeys(given))

    def parse(self, text: str) -> object:
        """Return the hosts as a list."""
        return [host.strip() for host in text.split(",") if host.strip()]

    def write(self, value: object) -> object:
        """Return the hosts as a list."""
        return list(value) if isinstance(value, (tuple, list)) else value


class Flag(_AsItIs):
    """Yes or no."""

    def read(self, given: object, where: str) -> bool:
        """Return whether it is yes."""
        if not isinstance(given, bool):
            raise _wrong(given, where, "It is true or false.", ("true", "false"))
        return given

    def parse(self, text: str) -> object:
        """Return whether the text says yes."""
        word = text.strip().lower()
        return True if word in _YES else False if word in _NO else text


class FlagOrAuto:
    """Yes, no, or as it turns out, which is None in the program and `auto` elsewhere."""

    def read(self, given: object, where: str) -> bool | None:
        """Return whether it is yes, or None."""
        if given == "auto":
            return None
        if not isinstance(given, bool):
            words = ("true", "false", "auto")
            raise _wrong(given, where, 'It is true, false or "auto".', words)
        return given

    def parse(self, text: str) -> object:
        """Return whether the text says yes, or `auto`."""
        return Flag().parse(text)

    def write(self, value: object) -> object:
        """Return whether it is yes, or `auto`."""
        return "auto" if value is None else value


class Whole(_AsItIs):
    """A whole number.

    Args:
        lowest: The least it may be.
        highest: The most it may be, or None.
        expected: What it should be, a sentence.
    """

    def __init__(self, lowest: int, highest: int | None, expected: str) -> None:
        self._lowest = lowest
        self._highest = highest
        self._expected = expected

    def read(self, given: object, where: str) -> int:
        """Return the number."""
        if not isinstance(given, int) or isinstance(given, bool) or given < self._lowest:
            raise _wrong(given, where, self._expected)
        if self._highest is not None and given > self._highest:
            raise _wrong(given, where, self._expected)
        return given

    def parse(self, text: str) -> object:
        """Return the number where the text is one."""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text


class Bytes:
    """A number of bytes, as a number or with a unit (`2 GiB`)."""

    def read(self, given: object, where: str) -> int:
        """Return the number."""
        number = bytes_of(given) if isinstance(given, str) else given
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise _wrong(given, where, "It is a number of bytes with a unit, such as 500 MB.")
        return number

    def parse(self, text: str) -> object:
        """Return the text."""
        return text

    def write(self, value: object) -> object:
        """Return the number with the largest binary unit that it is a multiple of."""
        if not isinstance(value, int):
            return value
        unit = next((unit for unit in _UNITS if value and not value % _UNITS[unit]), "B")
        return f"{value // _UNITS.get(unit, 1)} {unit}"


class Keys:
    """Key names, one or several; the program has them in a text, separated by commas."""

    def read(self, given: object, where: str) -> str:
        """Return the names in a text."""
        names = self._names(given)
        bare = [_bare(name) for name in names if isinstance(name, str)]
        if not all(bare) or not bare or len(bare) < len(names):
            raise _wrong(given, where, 'It is a key such as "f2", or a list of keys.')
        return ",".join(bare)

    def parse(self, text: str) -> object:
        """Return the text."""
        return text

    def write(self, value: object) -> object:
        """Return the names in a text."""
        return value

    def _names(self, given: object) -> list[object]:
        if isinstance(given, str):
            return [given] if given.strip() == "," else [*given.split(",")]
        return given if isinstance(given, list) else []


def _bare(name: str) -> str:
    """Return a key name without blanks around it; the comma by its name, as it separates names."""
    stripped = name.strip()
    return "comma" if stripped == "," else stripped


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}"


def _wrong(given: object, where: str, expected: str, words: Iterable[str] = ()) -> ConfigError:
    """Return the error that a value is of another kind."""
    nearest = suggestion(str(given), words, else_known=False) if words else ""
    hint = f"{expected} {nearest}".strip()
    return ConfigError(f"{where} is {quoted(given)}", hint=hint)
