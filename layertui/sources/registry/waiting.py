"""Waiting that can be stopped: for what another thread does, and for time to pass."""

from __future__ import annotations

import time
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Cancelled

INTERVAL = 0.1
"""Seconds between two looks at whether to stop."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time, and how to let it pass.

    Attributes:
        now: Returns seconds since some moment.
        sleep: Lets seconds pass.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def pause(self, seconds: float, cancelled: Cancelled) -> None:
        """Let time pass.

        Raises:
            CancelledError: `cancelled` said so.
        """
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            stop_if(cancelled)
            self.sleep(min(left, INTERVAL))
        stop_if(cancelled)


def awaited(work: Callable[[Cancelled], _Result], cancelled: Cancelled) -> _Result:
    """Return what work comes to that is done in a thread of its own.

    Names are looked up and connections made by the system, which cannot be asked to stop: when
    it is cancelled the thread is left to itself, told to stop, and ends with its next step.

    Raises:
        CancelledError: `cancelled` said so.
    """
    stop_if(cancelled)
    left = Event()
    outcome: Future[_Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work(left.is_set))
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, name="layertui-registry", daemon=True).start()
    try:
        while not wait((outcome,), timeout=INTERVAL).done:
            stop_if(cancelled)
    finally:
        left.set()
    return outcome.result()


def stop_if(cancelled: Cancelled) -> None:
    """Go on, unless the work is to stop.

    Raises:
        CancelledError: `cancelled` said so.
    """
    if cancelled():
        raise CancelledError("the reading was stopped")
