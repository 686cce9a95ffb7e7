"""What a stream of an engine brings: a thread spools it and says what it finds, others wait.

nothing asked -- wait --> a run: thread, stream, spool -- end --> all found, or why not
`-- nobody waits any longer --> stopped; the next wait asks anew
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from layertui.display import printable
from layertui.errors import CancelledError, EngineError, LayertuiError
from layertui.sources.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.blob import Blob, Cancelled
    from layertui.limits import Limits
    from layertui.sources.engine.protocol import ByteStream

INTERVAL = 0.1
"""Seconds between two looks at whether a wait is cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds without a byte after which an engine is given up.

    Attributes:
        first: Before the first byte: older engines write the whole archive down before they send.
        next: Behind it.
    """

    first: float = 1800
    next: float = 120


class Follow(Protocol):
    """Reads a stream to its end, or to where nothing more is wanted."""

    def __call__(self, chunks: Iterator[bytes], spools: Spools, found: Found) -> None:
        """Tell what is found as it is found; raise LayertuiError for what goes wrong."""
        ...


class Found(Protocol):
    """Told of each thing that has arrived."""

    def __call__(self, name: str, blob: Blob) -> None:
        """Wake those who wait for it."""
        ...


class Spools:
    """Temporary files of one run, closed together."""

    def __init__(self, limits: Limits, what: str) -> None:
        self._limits = limits
        self._what = what
        self._made: list[Spool] = []

    def new(self) -> Spool:
        """Return a new one."""
        self._made.append(Spool(self._limits, self._what))
        return self._made[-1]

    def close(self) -> None:
        """Give all of them up; idempotent."""
        while self._made:
            self._made.pop().close()


@dataclass(slots=True, kw_only=True, eq=False)
class _Run:
    """One attempt; its thread alone writes to its spools."""

    stream: ByteStream
    spools: Spools
    started: float = field(default_factory=monotonic)
    last_byte: float | None = None
    error: LayertuiError | None = None
    stopped: bool = False
    finished: bool = False

    def is_stalled(self, patience: Patience) -> bool:
        if self.last_byte is None:
            return monotonic() - self.started > patience.first
        return monotonic() - self.last_byte > patience.next


class Arrival:
    """Blobs by name, brought by a stream that is asked for when the first of them is.

    Args:
        ask: Returns the stream, which has not started yet.
        follow: Finds the blobs in it.
        missing: Returns the error for a blob that was not in the stream.
        who: Whose stream it is, printable.
        what: What is copied, for messages.
        limits: Bounds on the copy.
        patience: When an engine is given up.
    """

    def __init__(
        self,
        ask: Callable[[], ByteStream],
        follow: Follow,
        *,
        missing: Callable[[str], LayertuiError],
        who: str,
        what: str,
        limits: Limits,
        patience: Patience | None = None,
    ) -> None:
        self._ask = ask
        self._follow = follow
        self._missing = missing
        self._who = who
        self._what = what
        self._limits = limits
        self._patience = patience or Patience()
        self._changed = threading.Condition()
        self._found: dict[str, Blob] = {}
        self._runs: list[_Run] = []
        self._waiting = 0
        self._closed = False

    def wait(self, name: str, cancelled: Cancelled) -> Blob:
        """Return a blob once it has arrived.

        Raises:
            CancelledError: `cancelled` said so, or the image was closed. Where nobody else
                waits, the engine is told to stop.
            LayertuiError: It cannot be had.
        """
        with self._changed:
            self._waiting += 1
            try:
                while name not in self._found:
                    if self._closed or cancelled():
                        raise CancelledError("the export was stopped")
                    self._look_after(self._current(), name)
                    self._changed.wait(INTERVAL)
                return self._found[name]
            except CancelledError:
                if self._waiting == 1:
                    self._stop()
                raise
            finally:
                self._waiting -= 1

    def close(self) -> None:
        """Stop the engine and give up what arrived; idempotent."""
        with self._changed:
            self._closed = True
            self._stop()
            for run in self._runs:
                if run.finished:
                    run.spools.close()
            self._changed.notify_all()

    def _look_after(self, run: _Run, name: str) -> None:
        """Raise why a blob does not come any more, if it does not."""
        if run.finished:
            raise run.error or self._missing(name)
        if run.is_stalled(self._patience):
            run.error = EngineError(
                f"{self._who} has sent nothing for a long time",
                hint="Is the engine busy? Try again.",
            )
            run.stream.close()
            raise run.error

    def _current(self) -> _Run:
        """Return the run that goes on or has ended; start one where there is none."""
        if not self._runs or self._runs[-1].stopped:
            run = _Run(stream=self._ask(), spools=Spools(self._limits, self._what))
            self._runs.append(run)
            threading.Thread(target=self._run, args=(run,), name="export", daemon=True).start()
        return self._runs[-1]

    def _stop(self) -> None:
        """Stop a run that still goes on."""
        for run in self._runs:
            if not (run.finished or run.stopped):
                run.stopped = True
                run.stream.close()

    def _run(self, run: _Run) -> None:
        error: LayertuiError | None = None
        try:
            self._follow(self._passing(run), run.spools, self._arrived)
        except LayertuiError as failure:
            error = failure
        except Exception as failure:  # whoever waits has to be told
            words = printable(f"{type(failure).__name__}: {failure}", 300)
            error = EngineError(f"the export of {self._who} cannot be read: {words}")
        finally:
            run.stream.close()
            with self._changed:
                run.error = run.error or error
                run.finished = True
                if self._closed:
                    run.spools.close()
                self._changed.notify_all()

    def _passing(self, run: _Run) -> Iterator[bytes]:
        for chunk in run.stream:
            if run.stopped:
                raise CancelledError("the export was stopped")
            run.last_byte = monotonic()
            yield chunk

    def _arrived(self, name: str, blob: Blob) -> None:
        with self._changed:
            self._found.setdefault(name, blob)
            self._changed.notify_all()
