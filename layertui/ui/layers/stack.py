"""What the screen knows about the layers of the image, as it becomes known."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from layertui.filesystem.changes import Comparison
from layertui.ui.layers.range import LayerRange, with_mark
from layertui.ui.layers.row import LayerRow, LayerSize, layer_row
from layertui.ui.layers.text import LayerReport
from layertui.ui.layers.titles import titles_above_base, titles_of_layers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layertui.analysis.tallies import LayerTally
    from layertui.analysis.waste import Accounting
    from layertui.image import Image
    from layertui.layers.verify import Verification
    from layertui.notices import Notice
    from layertui.ui.messages import LayerFacts


class LayerStack:
    """The state behind the main screen; it knows no widgets.

    Attributes:
        image: The image, or None until it is opened.
        rows: One a layer.
        usable: How many of the lowest layers are in the filesystem.
        accounting: Where the bytes went, or None until all layers are merged.
        with_base: True to compare with the base, False with the layer below.
        layer_size: Which size of the layers is shown.
        marked: The range of layers that is looked at instead of one, or None.
    """

    def __init__(self) -> None:
        self.with_base = False
        self.layer_size = LayerSize.STORED
        self._forget()

    def _forget(self) -> None:
        self.image: Image | None = None
        self.rows: list[LayerRow] = []
        self.usable = 0
        self.accounting: Accounting | None = None
        self.marked: LayerRange | None = None
        self._base_layers = 0
        self._finished: set[int] = set()
        self._notices: dict[int, tuple[Notice, ...]] = {}
        self._tallies: Sequence[LayerTally] = ()
        self._steps: dict[int, list[str]] = {}
        self._incomplete = False

    @property
    def finished(self) -> int:
        """How many layers are read."""
        return len(self._finished)

    @property
    def incomplete(self) -> bool:
        """True when a part of the image is missing, damaged or not what it claims to be."""
        return self._incomplete

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is odd about the image and its layers."""
        of_image = self.image.notices if self.image else ()
        return (*of_image, *(n for number in sorted(self._notices) for n in self._notices[number]))

    def open(self, image: Image) -> None:
        """Take an image whose layers are not read yet, and forget any other one."""
        self._forget()
        self.image = image
        self.rows = [layer_row(layer) for layer in image.layers]
        self._base_layers = sum(layer.base for layer in image.layers)
        self._incomplete = image.incomplete
        self._steps = _empty_steps(image)

    def advance(
        self, read: Mapping[int, int], finished: Mapping[int, LayerFacts], now: float
    ) -> set[int]:
        """Take what has come out about layers; return the numbers of those that look new.

        Args:
            read: Bytes of its blob that are read, by number.
            finished: What is known of layers whose index is there, by number.
            now: Seconds of a clock that never goes back.
        """
        for number, done in read.items():
            if number not in self._finished:
                row = self.rows[number]
                self.rows[number] = replace(row, pace=row.pace.advanced(done, now))
        for number, facts in finished.items():
            self._finish(number, facts)
        return {*read, *finished}

    def build(
        self, usable: int, tallies: Sequence[LayerTally], net_sizes: Sequence[int] = ()
    ) -> None:
        """Take what layers did, as far as they are merged, and their net effect in bytes."""
        self.usable, self._tallies = usable, tallies
        totals = accumulate(row.size or 0 for row in self.rows[:usable])
        for number, (net, total) in enumerate(zip(net_sizes[:usable], totals, strict=False)):
            row = self.rows[number]
            known = row.size is not None
            self.rows[number] = replace(
                row,
                net=net if known else None,
                total=total if known else None,
                holds_no_files=row.size == 0 and not row.problem and _has_no_files(tallies[number]),
            )

    def verify(self, number: int, verification: Verification) -> None:
        """Take whether the digests of a layer are right."""
        self.rows[number] = replace(self.rows[number], verified=verification.ok)
        self._notices[number] = (*self._notices.get(number, ()), *verification.notices)
        self._incomplete = self._incomplete or verification.ok is False

    def report(self, number: int) -> LayerReport | None:
        """Return all that is known about a layer, or None where there is no such layer."""
        if self.image is None or number >= len(self.rows):
            return None
        known = number < self.usable
        return LayerReport(
            image=self.image,
            layer=self.image.layers[number],
            row=self.rows[number],
            tally=self._tallies[number] if known else None,
            account=self.accounting.layers[number] if self.accounting else None,
            notices=self._notices.get(number, ()),
            steps=self._steps.get(number, ()),
        )

    def reports(self, number: int) -> tuple[LayerReport, ...]:
        """Return what is known about a layer, or about those of the range, bottom to top."""
        low, high = self.bounds(number) or (number, number)
        found = (self.report(each) for each in range(low, high + 1))
        return tuple(report for report in found if report is not None)

    def mark(self, number: int) -> None:
        """Mark an end of a range of layers, or take away the range that is there."""
        self.marked = with_mark(self.marked, number)

    def bounds(self, number: int) -> tuple[int, int] | None:
        """Return the lowest and the highest layer of the range, or None where there is none."""
        return self.marked.bounds(number) if self.marked is not None else None

    def comparison(self, number: int) -> Comparison:
        """Return the states to compare while the cursor is on a layer."""
        if self.marked is not None:
            low, high = self.marked.bounds(number)
            return Comparison(low - 1, high)
        if not self.with_base:
            return Comparison(number - 1, number)
        return Comparison(min(self._base_layers - 1, number), number)

    def titles(self, number: int) -> tuple[str, ...]:
        """Return in words what is compared, the longest first."""
        if self.marked is not None:
            return titles_of_layers(*self.marked.bounds(number))
        if not self.with_base:
            return titles_of_layers(number, number)
        return titles_above_base(self._base_layers, number)

    def waiting(self, number: int) -> str:
        """Return why a comparison cannot be shown yet, or nothing where it can be."""
        upper = self.comparison(number).upper
        if upper < self.usable:
            return ""
        below = next((row for row in self.rows[: upper + 1] if row.being_read), None)
        if below is None:
            return "The layers are being put together."
        if below.number == upper:
            return f"Layer {upper} is being read."
        return f"Layer {below.number}, below this one, is being read."

    def _finish(self, number: int, facts: LayerFacts) -> None:
        row = self.rows[number]
        problem = row.problem
        if not facts.complete and not problem:
            fetched = all(notice.code != "layer-not-fetched" for notice in facts.notices)
            problem = "damaged" if fetched else "not fetched"
        known = facts.complete or not row.problem
        size = facts.size if known else None
        self.rows[number] = replace(
            row,
            size=size,
            problem=problem,
            brought=row.brought and facts.listed,
            known=facts.known,
            listed=facts.listed,
        )
        if not facts.listed:
            self._finished.add(number)
        self._notices[number] = facts.notices
        self._incomplete = self._incomplete or not facts.complete


def _has_no_files(tally: LayerTally) -> bool:
    return not (tally.added.files or tally.modified.files or tally.removed.files)


def _empty_steps(image: Image) -> dict[int, list[str]]:
    """Return by layer the instructions after it that made no layer; those before all, at 0."""
    from layertui.oci.config import layer_numbers

    steps = image.config.steps
    found: dict[int, list[str]] = {}
    current = 0
    for step, number in zip(steps, layer_numbers(steps, len(image.layers)), strict=True):
        if number is None:
            found.setdefault(current, []).append(step.instruction)
        else:
            current = number
    return found
