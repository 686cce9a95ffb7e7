"""Long work beside the screen, in a thread that never keeps the process from ending."""

from __future__ import annotations

from threading import Event, RLock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message


class Job(Thread):
    """A daemon thread that is stopped by being asked.

    Textual's thread workers and pools are joined when the loop or the process ends; quitting
    would wait for whatever cannot be interrupted.

    Args:
        work: What to do; it asks `cancelled` between steps and tells the screen by `post`.
        post: Takes messages from any thread.
    """

    def __init__(self, work: Callable[[Job], None], post: Callable[[Message], object]) -> None:
        super().__init__(name="layertui-reading", daemon=True)
        self._work = work
        self._post = post
        self._stopped = Event()
        self._telling = RLock()

    def run(self) -> None:
        """Do the work."""
        self._work(self)

    def cancel(self) -> None:
        """Ask the work to stop; what it tells from now on goes nowhere."""
        with self._telling:
            self._stopped.set()

    def cancelled(self) -> bool:
        """Tell whether the work was asked to stop."""
        return self._stopped.is_set()

    def post(self, message: Message) -> None:
        """Tell the screen, as long as it is there."""
        with self._telling:
            if self.cancelled():
                return
            try:
                self._post(message)
            except RuntimeError:  # the loop of the screen has ended, so nobody listens
                self.cancel()


class LatestJob:
    """The one job of its kind whose result is wanted: a newer one drops the one before.

    Args:
        post: Takes messages from any thread.

    Attributes:
        job: The job that goes on, or None.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self.job: Job | None = None

    def begin(self, work: Callable[[Job], None]) -> Job:
        """Drop the job there is and return the one for this work, which is still to be started."""
        self.drop()
        self.job = Job(work, self._post)
        return self.job

    def drop(self) -> None:
        """Let the job that goes on be for nothing."""
        if self.job is not None:
            self.job.cancel()
            self.job = None

    def finish(self, job: Job) -> bool:
        """Tell whether a job is the one that is wanted; then none is from now on."""
        wanted = job is self.job
        if wanted:
            self.job = None
        return wanted
