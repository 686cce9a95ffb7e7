"""What is told beside the list of layers: about the layer, or about the range that is marked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from time import sleep
from typing import TYPE_CHECKING

from textual.message import Message

from layertui.analysis.tallies import tally_between, work_between
from layertui.errors import CancelledError
from layertui.ui.job import LatestJob
from layertui.ui.layers.range_text import RangeReport, tell_range
from layertui.ui.layers.text import tell_layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.analysis.tallies import RangeTally
    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.tree import Filesystem
    from layertui.filesystem.view import TreeView
    from layertui.ui.job import Job
    from layertui.ui.layers.figures import Telling
    from layertui.ui.layers.stack import LayerStack

AT_ONCE = 10_000
"""Versions of paths that are counted within a few milliseconds, while a key is answered."""

_REST = 0.0005
"""Seconds that counting rests every few milliseconds, so that keys are answered meanwhile."""


@dataclass
class RangeCounted(Message):
    """A job has counted what a range of layers did."""

    job: Job
    tally: RangeTally


class LayerTeller:
    """Tells what is known; what a range of layers did is counted in the background.

    Args:
        stack: The layers.
        post: Takes messages from any thread.
    """

    def __init__(self, stack: LayerStack, post: Callable[[Message], object]) -> None:
        self._stack = stack
        self._latest = LatestJob(post)
        self._counted: tuple[Filesystem, Comparison] | None = None
        self._tally: RangeTally | None = None

    def tell(self, number: int, view: TreeView | None) -> Telling | None:
        """Return what is told while the cursor is on a layer, or None where there is none.

        Args:
            number: Of the layer.
            view: What the tree shows, if anything.
        """
        layers = self._stack.reports(number)
        if len(layers) > 1:
            return tell_range(RangeReport(layers=layers, tally=self._range_tally(number, view)))
        self._forget()
        return tell_layer(layers[0]) if layers else None

    def settled(self, message: RangeCounted) -> bool:
        """Take what a job counted; return whether it is what was asked for last."""
        if not self._latest.finish(message.job):
            return False
        self._tally = message.tally
        return True

    def wait(self) -> None:
        """Wait until nothing is counted."""
        if self._latest.job is not None:
            self._latest.job.join()

    def _range_tally(self, number: int, view: TreeView | None) -> RangeTally | None:
        """Return what is counted already, else begin to count."""
        comparison = self._stack.comparison(number)
        shown = view is not None and view.comparison == comparison
        if view is None or not shown or self._stack.waiting(number):
            self._forget()
            return None
        asked = view.filesystem, comparison
        if self._counted != asked:
            self._forget()
            self._counted = asked
            self._count(view)
        return self._tally

    def _count(self, view: TreeView) -> None:
        filesystem, comparison = view.filesystem, view.comparison
        if work_between(filesystem, comparison) <= AT_ONCE:
            self._tally = tally_between(filesystem, comparison, view.changes)
        else:
            work = partial(_count, filesystem, comparison, view.changes)
            self._latest.begin(work).start()

    def _forget(self) -> None:
        self._latest.drop()
        self._counted = self._tally = None


def _count(filesystem: Filesystem, comparison: Comparison, changes: bytes, job: Job) -> None:
    def cancelled() -> bool:
        sleep(_REST)
        return job.cancelled()

    try:
        tally = tally_between(filesystem, comparison, changes, cancelled=cancelled)
    except CancelledError:
        return
    job.post(RangeCounted(job, tally))
