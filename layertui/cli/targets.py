"""Where commands write data that is no text: a new file, or stdout."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layertui.cli.output import raw
from layertui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def force_hinted() -> Iterator[None]:
    """Say of what is there already how it may be written over."""
    from layertui.contents.destination import OccupiedError

    try:
        yield
    except OccupiedError as error:
        error.hint = "Name another place, or replace files that are there with --force."
        raise


@contextmanager
def binary_target(
    out: str | None, *, force: bool = False
) -> Iterator[Callable[[bytes | memoryview], object]]:
    """Give what takes the bytes.

    Args:
        out: The new file, or None for stdout.
        force: Whether a file that is there may be replaced.

    Raises:
        LayertuiError: The bytes cannot go there.
    """
    if out is not None:
        from layertui.contents.new_file import new_file

        with force_hinted(), new_file(raw(out), overwrite=force) as stream:
            yield stream.write
        return
    if sys.stdout.isatty():
        raise UsageError("an archive is not for a terminal; redirect stdout, or name a file")
    yield sys.stdout.buffer.write
    sys.stdout.buffer.flush()
