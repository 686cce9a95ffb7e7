"""One line on stderr that tells how far long work has come; nothing where nobody looks."""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, TextIO

from layertui.display import size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from layertui.image import Layer

_PAUSE = 0.1
_FIRST_PAUSE = 0.5


class Narrator:
    """Tells progress on a terminal, several times a second at most, and wipes it at the end.

    Args:
        stream: Where to tell it; a stream that is not a terminal gets nothing.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._silent = not stream.isatty()
        self._due = monotonic() + _FIRST_PAUSE
        self._lock = Lock()
        self._told = False

    def __enter__(self) -> Narrator:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()

    def wipe(self) -> None:
        """Take away what is told, so that something else can be said."""
        if self._told:
            self._told = False
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def working(self, what: str, done: int, total: int | None) -> None:
        """Tell the bytes of any other work."""
        if not self._silent and monotonic() >= self._due:
            self._tell(f"{what} {size(done)}" + (f" of {size(total)}" if total else ""))

    def opening(self, done: int, total: int | None) -> None:
        """Tell the bytes copied while the image is opened."""
        self._tell(f"opening {size(done)}" + (f" of {size(total)}" if total else ""))

    def reading(self, layers: Sequence[Layer], word: str = "reading") -> Callable[[int, int], None]:
        """Return what takes the progress of these layers: number and bytes read.

        Args:
            layers: The layers.
            word: What is done with them.
        """
        total = sum(layer.stored_size or 0 for layer in layers)
        read: dict[int, int] = {}

        def progress(layer: int, done: int) -> None:
            read[layer] = done
            of_all = f" of {size(total)}" if total else ""
            self._tell(f"{word} {len(layers)} layers: {size(sum(read.values()))}{of_all}")

        return progress

    def _tell(self, text: str) -> None:
        if self._silent or monotonic() < self._due:
            return
        with self._lock:
            self._due = monotonic() + _PAUSE
            self._told = True
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()
