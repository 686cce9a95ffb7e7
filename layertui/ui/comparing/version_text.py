"""What is told of the versions of a path, and in which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from layertui.contents.history_words import taken_words, type_words, what_happened
from layertui.contents.metadata import fields_of
from layertui.contents.versions import Happened
from layertui.display import mode, printable, size, time
from layertui.ui.drawing.cells import cut, left, wrap
from layertui.ui.tables.columns import Column, Order
from layertui.ui.waste.text import instruction_of
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.contents.metadata import Field
    from layertui.contents.versions import PathVersion
    from layertui.image import Image

OLDEST_FIRST = Order("layer", falling=False)

_MOST_STEP_LINES = 2
_TITLE_WIDTH = 10
_NARROWEST, _WIDEST = 26, 36
"""Cells of what happened: at most so many that the size has room in 60 cells, too."""

_LOOKS = {
    Happened.ADDED: "added",
    Happened.BROUGHT_BACK: "added",
    Happened.CHANGED: "modified",
    Happened.REPEATED: "waste",
    Happened.REMOVED: "removed",
    Happened.SUPERSEDED: "waste",
}
_MARKS = {
    Happened.ADDED: "+",
    Happened.BROUGHT_BACK: "+",
    Happened.CHANGED: "~",
    Happened.REPEATED: "=",
    Happened.REMOVED: "-",
    Happened.SUPERSEDED: "=",
}


class Listed(NamedTuple):
    """A version in the list.

    Attributes:
        number: Its place in the history, from 0.
        version: The version.
    """

    number: int
    version: PathVersion


def version_columns(image: Image, history: Sequence[PathVersion]) -> tuple[Column[Listed], ...]:
    """Return the columns of the versions of a history."""
    longest = max((cell_len(what_happened(version)) + 2 for version in history), default=0)
    room = min(max(longest, _NARROWEST), _WIDEST)

    def told(listed: Listed, width: int) -> Span:
        version = listed.version
        words = f"{_MARKS[version.happened]} {what_happened(version)}"
        return Span(cut(words, width), _LOOKS[version.happened])

    return (
        Column(name="layer", title="layer", width=6, numbers=True, priority=6,
               cell=lambda listed, _width: Span(str(listed.version.layer)),
               key=lambda listed: listed.number),
        Column(name="happened", title="what happened", width=room, priority=5, cell=told),
        Column(name="size", title="size", width=8, numbers=True, falling=True, priority=4,
               cell=lambda listed, _width: Span(_size(listed.version)),
               key=lambda listed: listed.version.entry.size if listed.version.entry else -1),
        Column(name="mode", title="mode", width=10, priority=2,
               cell=lambda listed, _width: Span(_mode(listed.version), "dim")),
        Column(name="time", title="time", width=20, priority=1,
               cell=lambda listed, _width: Span(_time(listed.version), "dim")),
        Column(name="instruction", title="instruction", width=18, flexible=True, priority=3,
               cell=lambda listed, _width: Span(instruction_of(image, listed.version.layer))),
    )  # fmt: skip


def _size(version: PathVersion) -> str:
    entry = version.entry
    return size(entry.size) if entry is not None and entry.type in ("file", "hardlink") else "-"


def _mode(version: PathVersion) -> str:
    return mode(version.entry.type, version.entry.mode) if version.entry is not None else ""


def _time(version: PathVersion) -> str:
    return (time(version.entry.mtime) or "-")[:20] if version.entry is not None else ""


def version_title(listed: Listed) -> str:
    """Return what a version is called."""
    version = listed.version
    return f"Layer {version.layer}: {what_happened(version)}"


def version_lines(image: Image, version: PathVersion, width: int) -> list[Line]:
    """Return all about a version: what made it, and its fields beside those from below."""
    return [*_made(image, version, width), *_about(version, width), *_fields(version, width)]


def _made(image: Image, version: PathVersion, width: int) -> Iterator[Line]:
    lines = wrap(instruction_of(image, version.layer), width, indent="    ")
    for line in lines[: _MOST_STEP_LINES - 1]:
        yield (Span(line, "strong"),)
    rest = " ".join(line.strip() for line in lines[_MOST_STEP_LINES - 1 :])
    if rest:
        yield (Span(cut(f"    {rest}", width), "strong"),)


def _about(version: PathVersion, width: int) -> Iterator[Line]:
    """Yield what there is to say beside the fields."""
    removal = version.removal
    if version.happened is Happened.SUPERSEDED:
        yield _titled("note", "no filesystem shows it, and the layer ships it all the same", width)
    if removal is not None and version.entry is not None:
        yield _titled("note", taken_words(version), width)
    elif removal is not None:
        yield _titled("gone by", printable(removal.marker), width)
    if version.shipped_size:
        yield _titled("shipped", f"{size(version.shipped_size)} by this layer", width)
    elif version.entry is not None and version.entry.type == "hardlink" and version.place:
        yield _titled("shipped", f"by layer {version.place.layer}, the link takes no room", width)


def _titled(title: str, words: str, width: int) -> Line:
    cells = width - _TITLE_WIDTH - 1
    return Span(left(title, _TITLE_WIDTH) + " ", "dim"), Span(cut(words, cells))


def _fields(version: PathVersion, width: int) -> Iterator[Line]:
    """Yield the fields, of what changed as it was and as it is."""
    shown = version.known or version.known_below
    below = version.known_below if version.happened is Happened.CHANGED else shown
    for field in fields_of(below, shown):
        yield _field(field, width, gone=version.entry is None)


def _field(field: Field, width: int, *, gone: bool) -> Line:
    title = Span(left(field.title, _TITLE_WIDTH) + " ", "dim")
    new = (
        type_words(str(field.new)) if field.name == "type" and field.new else field.words(field.new)
    )
    if not field.differs:
        return title, Span(cut(new or "-", width - _TITLE_WIDTH - 1), "dim" if gone else "")
    old = (
        type_words(str(field.old)) if field.name == "type" and field.old else field.words(field.old)
    )
    told = f"{old or '-'} \u2192 {new or '-'}"
    return title, Span(cut(told, width - _TITLE_WIDTH - 1), "modified")
