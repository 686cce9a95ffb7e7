"""A file is handed to the pager or the editor of the user, as a copy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from layertui.contents.private_copy import PrivateCopy
from layertui.display import size
from layertui.errors import LayertuiError, LimitExceededError
from layertui.ui.viewer.file_view import Reading
from layertui.ui.viewer.other_programs import command_for, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from textual.app import App
    from textual.screen import Screen

    from layertui.blob import Blob
    from layertui.ui.job import Job
    from layertui.ui.viewer.file_view import Content
    from layertui.ui.viewer.request import ViewRequest

    _Base = Screen[Any]
else:
    _Base = object


@dataclass
class Copied(Message):
    """The copy is there."""

    job: Job
    copy: PrivateCopy


class Handing:
    """Copies a file beside the screen, and hands the copy over.

    Args:
        post: Takes messages from any thread.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self.reading = Reading(post)
        self._command: list[str] = []

    def begin(self, wanted: str, content: Content, name: bytes, most: int) -> None:
        """Begin to copy.

        Args:
            wanted: "pager" or "editor".
            content: What is in the file.
            name: What it is called in the image.
            most: Bytes that are copied at most.

        Raises:
            LayertuiError: There is no such program, or the file is too large.
        """
        if content.size > most:
            raise LimitExceededError(
                f"the file has {size(content.size)}, and at most {size(most)} are copied",
                hint="The setting handed_size of [limits] says how much.",
            )
        self._command = command_for(wanted, os.environ)

        def work(job: Job, blob: Blob) -> None:
            copy = PrivateCopy(name)
            copy.write(blob, job.cancelled)
            job.post(Copied(job, copy))
            if job.cancelled():
                copy.remove()

        self.reading.begin(content, work)

    def finish(self, message: Copied, app: App[object]) -> None:
        """Let the program have the terminal, and take the copy away after it.

        Raises:
            LayertuiError: It cannot be run.
        """
        try:
            if message.job is self.reading.job:
                with app.suspend():
                    run(self._command, message.copy.path)
        finally:
            message.copy.remove()


class HandsOver(_Base):
    """To be put before the `Screen` that the viewer is: the keys for the pager and the editor."""

    if TYPE_CHECKING:
        request: ViewRequest
        handing: Handing

        @property
        def content(self) -> Content | None:
            """What is in the file that is shown, or None where nothing can be."""

    @property
    def can_hand_over(self) -> bool:
        """Whether there is something to hand over, and a terminal that can be given away."""
        driver = self.app._driver  # noqa: SLF001 - there is no other way to it
        return self.content is not None and driver is not None and driver.can_suspend

    def action_pager(self) -> None:
        """Show a copy of the file in $PAGER."""
        self._hand_to("pager")

    def action_editor(self) -> None:
        """Open a copy of the file in $EDITOR."""
        self._hand_to("editor")

    def _hand_to(self, wanted: str) -> None:
        content = self.content
        if content is None:
            return
        name, most = self.request.path.rpartition(b"/")[2], self.request.limits.handed_size
        try:
            self.handing.begin(wanted, content, name, most)
        except LayertuiError as error:
            self._refuse(error)

    def on_copied(self, message: Copied) -> None:
        """Hand the copy over."""
        try:
            self.handing.finish(message, self.app)
        except LayertuiError as error:
            self._refuse(error)
        self.refresh()

    def _refuse(self, error: LayertuiError) -> None:
        hint = f" {error.hint}" if error.hint else ""
        self.notify(f"{error.message}.{hint}", markup=False, severity="error")
