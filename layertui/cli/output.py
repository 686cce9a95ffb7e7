"""What commands write to stdout: names and bytes as they are, made visible on a terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

import click

from layertui.display import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_Decorated = TypeVar("_Decorated", bound="Callable[..., Any]")


class Output:
    """Lines on stdout.

    Args:
        nul: Whether lines end in a NUL; names are then written as they are in any case.

    Attributes:
        is_terminal: Whether somebody looks at it, so that no byte of a name may steer a terminal.
    """

    def __init__(self, *, nul: bool = False) -> None:
        self.is_terminal = sys.stdout.isatty()
        self._is_raw = nul or not self.is_terminal
        self._end = b"\0" if nul else b"\n"
        self._stream = sys.stdout.buffer

    def shown(self, text: bytes) -> bytes:
        """Return text of an image as it is written here."""
        return text if self._is_raw else printable(text).encode("utf-8", "backslashreplace")

    def line(self, *parts: bytes) -> None:
        """Write a line."""
        self._stream.write(b"".join((*parts, self._end)))

    def write(self, data: bytes | memoryview) -> None:
        """Write bytes as they are."""
        self._stream.write(data)

    def flush(self) -> None:
        """Let all that was written go out now."""
        self._stream.flush()


def nul_option(decorated: _Decorated) -> _Decorated:
    """Add the option for names that end in a NUL."""
    text = "End each name in a NUL, for names with line breaks, as xargs -0 wants them."
    return click.option("-0", "--null", "nul", is_flag=True, help=text)(decorated)


def raw(argument: str) -> bytes:
    """Return an argument of the command line as the bytes it was given as."""
    return os.fsencode(argument)


def complain(message: str) -> None:
    """Say on stderr what is wrong with one of several arguments; `message` is printable."""
    click.echo(f"layertui: {message}", err=True)
