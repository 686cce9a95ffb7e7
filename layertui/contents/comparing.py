"""Comparing two versions of a path: what they are, and what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import BytesBlob
from layertui.contents.byte_diff import MOST_RUNS, byte_difference
from layertui.contents.line_diff import line_difference
from layertui.contents.metadata import fields_of
from layertui.contents.middles import Middle, middle_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Blob, Cancelled
    from layertui.contents.byte_diff import ByteDifference
    from layertui.contents.line_diff import LineDifference
    from layertui.contents.metadata import Field, Known
    from layertui.contents.opening import Contents
    from layertui.contents.places import Place
    from layertui.contents.versions import PathVersion
    from layertui.filesystem.tree import Entry

TEXT_SIZE = 16 << 20
"""Bytes of a text that is compared line by line."""

TEXT_LINES = 500_000
"""Lines of such a text."""

_HEAD = 8_000
"""Bytes at the start that decide whether a content is text, as git does it."""


class Side(NamedTuple):
    """One of two versions that are compared.

    Attributes:
        layer: After which layer it is.
        known: What it is, or None where the path is not there.
        place: Where its content lies, or None where it has none.
    """

    layer: int
    known: Known | None
    place: Place | None

    @property
    def entry(self) -> Entry | None:
        """What it is, or None where the path is not there."""
        return self.known.entry if self.known is not None else None

    @property
    def lacks_content(self) -> bool:
        """Whether it is a file whose place is not known."""
        return self.place is None and self.known is not None and self.known.real.type == "file"


def side_of(version: PathVersion | None, layer: int) -> Side:
    """Return a version as a side; None: the path is not there after the layer."""
    if version is None:
        return Side(layer, None, None)
    return Side(layer, version.known, version.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDifference:
    """In which lines two texts differ.

    Attributes:
        old: The lines of the one, with their ends.
        new: The lines of the other.
        lines: The lines that differ.
        first_line: The number of the first line, from 0: of large texts, only the part is there
            outside of which they are the same.
    """

    old: list[bytes]
    new: list[bytes]
    lines: LineDifference
    first_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryDifference:
    """Where two contents differ that are not compared line by line.

    Attributes:
        old: The one content.
        new: The other.
        bytes: Where they differ.
        are_texts: Whether both are texts, too large to be compared line by line.
    """

    old: Blob
    new: Blob
    bytes: ByteDifference
    are_texts: bool


ContentDifference = TextDifference | BinaryDifference | None
"""How contents differ; None where they are the same, or where neither version has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of a path beside one another.

    Attributes:
        old: The one.
        new: The other.
        fields: What they are.
        content: How their contents differ.
        is_known: Whether both contents are at hand, so that they could be compared.
    """

    old: Side
    new: Side
    fields: tuple[Field, ...]
    content: ContentDifference
    is_known: bool = True

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        differs = any(field.differs for field in self.fields)
        return self.is_known and self.content is None and not differs

    def only_content(self, content: BinaryDifference) -> tuple[Side, Blob] | None:
        """Return the one version that has a content, with it; None where both have one."""
        if self.old.place is None:
            return self.new, content.new
        return (self.old, content.old) if self.new.place is None else None


def compared(
    contents: Contents,
    old: Side,
    new: Side,
    *,
    most_runs: int = MOST_RUNS,
    cancelled: Cancelled | None = None,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Compare two versions of a path.

    Texts that differ within `TEXT_SIZE` bytes are compared line by line, anything else offset by
    offset.

    Args:
        contents: The contents of the image.
        old: The one version.
        new: The other.
        most_runs: Places where bytes differ that are looked for.
        cancelled: Asked while contents are read and compared.
        progress: Told the bytes that are passed of a layer on the way to a content, and those
            of contents that are compared.

    Raises:
        CancelledError: `cancelled` said so.
        LayertuiError: A content is not to be had.
    """

    def opened(place: Place | None) -> Blob:
        if place is None:
            return BytesBlob(b"")
        return contents.open(place.layer, place.stored, cancelled=cancelled, progress=progress)

    difference: ContentDifference = None
    is_known = not (old.lacks_content or new.lacks_content)
    if is_known and old.place != new.place:
        difference = content_difference(
            opened(old.place), opened(new.place),
            most_runs=most_runs, cancelled=cancelled, progress=progress,
        )  # fmt: skip
    return Comparison(
        old=old,
        new=new,
        fields=fields_of(old.known, new.known),
        content=difference,
        is_known=is_known,
    )


def content_difference(
    old: Blob,
    new: Blob,
    *,
    most_runs: int = MOST_RUNS,
    cancelled: Cancelled | None = None,
    progress: Callable[[int], None] | None = None,
) -> ContentDifference:
    """Compare two contents; see `compared`."""
    are_texts = is_text(old) and is_text(new)
    if are_texts:
        part = _part(old, new, cancelled, progress)
        if part is not None and part.old == part.new:
            return None
        if part is not None and max(part.old.count(b"\n"), part.new.count(b"\n")) < TEXT_LINES:
            lines, others = lines_of(part.old), lines_of(part.new)
            found = line_difference(lines, others, cancelled=cancelled)
            return TextDifference(old=lines, new=others, lines=found, first_line=part.first_line)
    found_bytes = byte_difference(old, new, most=most_runs, cancelled=cancelled, progress=progress)
    if not found_bytes.runs:
        return None
    return BinaryDifference(old=old, new=new, bytes=found_bytes, are_texts=are_texts)


def _part(
    old: Blob,
    new: Blob,
    cancelled: Cancelled | None,
    progress: Callable[[int], None] | None,
) -> Middle | None:
    """Return what of two texts is compared line by line: all, or the part in which they differ."""
    if max(old.size, new.size) <= TEXT_SIZE:
        return Middle(old.read_at(0, old.size), new.read_at(0, new.size), 0)
    return middle_of(old, new, TEXT_SIZE, cancelled=cancelled, progress=progress)


def is_text(blob: Blob) -> bool:
    """Tell whether a content is taken for text: no NUL is near its start."""
    return b"\0" not in blob.read_at(0, _HEAD)


def lines_of(text: bytes) -> list[bytes]:
    """Return the lines of a text with their ends; the last may have none."""
    lines = [line + b"\n" for line in text.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines
