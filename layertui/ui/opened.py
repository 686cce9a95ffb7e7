"""The image that is open, what it came from, and the threads that open and read it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from layertui.ui.job import Job
from layertui.ui.reading import open_elsewhere, open_other

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message

    from layertui.image import Image
    from layertui.sources import Source
    from layertui.ui.open_choice import OpenChoice
    from layertui.ui.request import OpenRequest


class Opened:
    """What one screen has open.

    What was open before another image is closed with it at the end: threads that were asked to
    stop may still be in the midst of reading it.

    Args:
        post: Takes messages from any thread.

    Attributes:
        job: The thread that reads, or None before the first frame.
        other: The thread that opens another image, or None.
        image: The image, or None as long as none is open.
        source: What it came from, or what one is still to be chosen of, or None.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._to_close: list[Image | Source] = []
        self.job: Job | None = None
        self.other: Job | None = None
        self.image: Image | None = None
        self.source: Source | None = None

    def read(self, work: Callable[[Job], None]) -> None:
        """Begin to open or read an image."""
        self.job = Job(work, self._post)
        self.job.start()

    def read_other(self, wanted: OpenChoice, request: OpenRequest) -> None:
        """Begin to open another image of the source; the one that is there stays until then."""
        if self.source is not None:
            self._open(partial(open_other, self.source, wanted, request))

    def read_elsewhere(self, request: OpenRequest) -> None:
        """Begin to open an image of another source; the one that is there stays until then."""
        self._open(partial(open_elsewhere, request))

    def take(self, image: Image, source: Source) -> None:
        """Take an image that is open now."""
        self.image = image
        self.take_source(source)
        self._to_close.append(image)

    def take_source(self, source: Source) -> None:
        """Take a source to choose an image from."""
        self.source = source
        self._to_close.append(source)

    def stop(self) -> None:
        """Ask the threads that read and open to stop."""
        for job in (self.job, self.other):
            if job is not None:
                job.cancel()

    def close(self) -> None:
        """Release files."""
        for each in self._to_close:
            each.close()
        self._to_close.clear()

    def _open(self, work: Callable[[Job], None]) -> None:
        if self.other is not None:
            self.other.cancel()
        self.other = Job(work, self._post)
        self.other.start()
