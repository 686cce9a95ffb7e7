"""Take something out of the image to a place that is typed."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from layertui.contents.destination import destination, opened
from layertui.contents.extracting import extract
from layertui.contents.planning import Selection, planned
from layertui.contents.unpacking import FolderSink, foreseen
from layertui.display import printable
from layertui.errors import CancelledError, UsageError
from layertui.ui.extracting import words
from layertui.ui.job import LatestJob
from layertui.ui.screens.writing import Line, WritingScreen, Written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layertui.contents.extracting import Progress
    from layertui.contents.planning import LoneCopy, Plan
    from layertui.ui.extracting.request import ExtractRequest
    from layertui.ui.job import Job


class ExtractScreen(WritingScreen):
    """Takes a path out, with all that is below it.

    Args:
        request: What to take out of what.
    """

    class _Planned(Message):
        """What will be written is known."""

        def __init__(self, job: Job, plan: Plan, left_out: Mapping[str, int]) -> None:
            super().__init__()
            self.job = job
            self.plan = plan
            self.left_out = left_out

    def __init__(self, request: ExtractRequest) -> None:
        self._contents = request.contents
        self._source = request.source
        self._plan: Plan | None = None
        self._left_out: Mapping[str, int] = {}
        super().__init__()
        self._planning = LatestJob(self.post_message)

    @property
    def lines(self) -> Sequence[Line]:
        """The place."""
        return [Line("to", _place(self._source), "a new path, or a folder that is there")]

    @property
    def heading(self) -> str:
        """What is taken out."""
        return words.heading(self._source)

    @property
    def about(self) -> str:
        """How much it is, and what is never written."""
        if self._plan is None:
            return f"counting what there is, {words.state(self._source)}"
        lines = [words.planned(self._plan), words.left_out(self._left_out)]
        return "\n".join(line for line in lines if line)

    @property
    def can_toggle(self) -> bool:
        """Whether the layer itself may be meant instead of all layers up to it."""
        return isinstance(self._source, Selection)

    @property
    def busy(self) -> bool:
        """Whether something is being counted or written."""
        return super().busy or self._planning.job is not None

    def on_mount(self) -> None:
        """Ask, and count meanwhile."""
        super().on_mount()
        self._count()

    def _count(self) -> None:
        self._plan = None
        self.show_about()
        self._planning.begin(partial(self._look_ahead, self._source)).start()

    def _look_ahead(self, source: Selection | LoneCopy, job: Job) -> None:
        plan = planned(source)
        try:
            left_out = foreseen(plan, job.cancelled)
        except CancelledError:
            return
        job.post(self._Planned(job, plan, left_out))

    @on(_Planned)
    def _planned(self, message: _Planned) -> None:
        message.stop()
        if self._planning.finish(message.job):
            self._plan, self._left_out = message.plan, message.left_out
            self.show_about()

    def action_change_kind(self) -> None:
        """Change between all layers up to the one looked at, and that one itself."""
        if self._job is not None or not isinstance(self._source, Selection):
            return
        before, self._source = self._source, replace(self._source, only=not self._source.only)
        (field,) = self._inputs
        if field.value == _place(before):
            field.value = _place(self._source)
        self._count()

    def work(self, typed: Sequence[str], *, overwrite: bool) -> Written:
        """Write to the place."""
        source, plan = self._source, self._plan
        if plan is None or plan.selection != source:
            plan = planned(source)
        if not plan.count:
            raise UsageError(f"There is nothing, {words.state(source)}.")
        path = os.fsencode(os.path.expanduser(typed[0]))  # noqa: PTH111
        place = destination(
            path, source.own_name, is_directory=source.is_directory, overwrite=overwrite
        )
        with opened(place) as folder:
            outcome = extract(
                plan,
                self._contents,
                FolderSink(folder, place, source.link_text),
                cancelled=self.stopped,
                progress=partial(self._progress, plan.size),
            )
        return Written(words.done(outcome, place.path), list(words.told(outcome)))

    def _progress(self, total: int, done: Progress) -> None:
        self.tell(done.size, total)

    def on_unmount(self) -> None:
        """Count and write no more."""
        self._planning.drop()
        super().on_unmount()


def _place(source: Selection | LoneCopy) -> str:
    """Return the place that is proposed."""
    return f"./{printable(source.own_name, 200)}"
