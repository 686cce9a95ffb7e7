"""What the viewer tells of a file besides its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from layertui.display import mode, printable, size, time
from layertui.ui.drawing.cells import cut, wrap
from layertui.ui.widgets.line_view import Line, Span
from layertui.ui.widgets.title_line import Title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.contents.kinds import Fact
    from layertui.contents.subjects import Step, Subject
    from layertui.filesystem.tree import Entry

_GAP = 3
"""Cells between two facts on a line."""
_ROOT = b"/"
_LONGEST = 1_000
"""Characters of a fact."""
_NOUNS = {
    "file": "file",
    "directory": "directory",
    "symlink": "symbolic link",
    "hardlink": "hard link",
    "chardev": "character device",
    "blockdev": "block device",
    "fifo": "named pipe",
}


def noun(entry: Entry) -> str:
    """Return what an entry is, in words."""
    return _NOUNS[entry.type]


def title(path: bytes, subject: Subject | None) -> Title:
    """Return what the line at the top says."""
    if subject is None:
        return Title(kind="File", name=printable(path), kind_stays=False)
    entry = subject.entry
    bits, owner = mode(entry.type, entry.mode), f"{entry.uid}:{entry.gid}"
    length = size(entry.size) if entry.type in ("file", "hardlink") else ""
    when = (time(entry.mtime) or "")[:16].replace("T", " ")
    rights = ((when, bits, owner, length), (bits, owner, length), (length,))
    return Title(
        kind="File" if entry.type in ("file", "hardlink") else noun(entry).capitalize(),
        name=printable(path),
        right=tuple((Span("   ".join(part for part in parts if part), "dim"),) for parts in rights),
        kind_stays=False,
    )


def fact_lines(facts: Sequence[Fact], width: int) -> list[Line]:
    """Return facts as lines, as many on each as there is room for."""
    lines: list[list[Span]] = []
    room = 0
    for fact in facts:
        label, text = f"{printable(fact.label)}  ", printable(fact.text, _LONGEST)
        needed = cell_len(label) + cell_len(text)
        part = "error" if fact.is_warning else ""
        if lines and needed + _GAP <= room:
            lines[-1] += [Span(" " * _GAP), Span(label, "dim"), Span(text, part)]
            room -= needed + _GAP
            continue
        first, *rest = wrap(text, max(width - cell_len(label), 8))
        lines.append([Span(label, "dim"), Span(first, part)])
        indent = " " * cell_len(label)
        lines += [[Span(indent), Span(line, part)] for line in rest]
        room = width - needed if not rest else 0
    return [tuple(line) for line in lines]


def link_lines(subject: Subject, way: Sequence[Step], width: int) -> Iterator[Line]:
    """Yield where a symbolic link leads, step by step."""
    yield (Span("The text of the link", "dim"),)
    for line in wrap(printable(subject.entry.link or b""), max(width - 2, 8)):
        yield (Span("  "), Span(line, "strong"))
    yield ()
    yield (Span("Inside the image it leads to", "dim"),)
    for step in way:
        told = _told(step)
        path = printable(step.path)
        if cell_len(path) + cell_len(told) + 5 <= width:
            yield (Span("  "), Span(path), Span(f"   {told}", "dim"))
        else:
            yield from ((Span("  "), Span(line)) for line in wrap(path, max(width - 2, 8)))
            yield (Span("    "), Span(cut(told, width - 4), "dim"))
    yield ()
    yield from ((Span(line, part),) for line, part in _outcome(way, width))


def _told(step: Step) -> str:
    entry = step.entry
    if step.path == _ROOT:
        return "the root of the image"
    if entry is None:
        return "is not there"
    if entry.type == "symlink":
        return f"a symbolic link to {printable(entry.link or b'', _LONGEST)}"
    length = f" of {size(entry.size)}" if entry.type in ("file", "hardlink") else ""
    return f"a {noun(entry)}{length}"


def _outcome(way: Sequence[Step], width: int) -> Iterator[tuple[str, str]]:
    last = way[-1].entry if way else None
    if way and way[-1].path == _ROOT:
        words, part = "It leads to the root of the image.", "dim"
    elif last is None:
        words, part = "It leads nowhere: nothing is there in this state of the image.", "error"
    elif last.type == "symlink":
        words, part = "It never ends: the links lead in a circle.", "error"
    elif last.type == "directory":
        words, part = "enter goes to the directory.", "dim"
    else:
        words, part = "enter opens what it leads to.", "dim"
    for line in wrap(words, max(width, 8)):
        yield line, part


def state_words(subject: Subject, *, is_below: bool, is_only: bool) -> tuple[str, ...]:
    """Return which state of the file is shown, the longest first."""
    number = subject.entry.layer
    if is_only:
        return (f"as layer {number} wrote it", f"layer {number}")
    if is_below:
        return (f"below, after layer {subject.layer}", f"below, layer {subject.layer}")
    from_layer = f"after layer {subject.layer}"
    if number != subject.layer:
        from_layer += f", from layer {number}"
    return from_layer, f"layer {subject.layer}"


def nothing_words(subject: Subject | None) -> Sequence[str]:
    """Return why there is no content to show."""
    if subject is None:
        return ("This path is not there, neither in this state of the image nor below.",)
    entry = subject.entry
    if entry.type in ("file", "hardlink"):
        if subject.place is None and entry.type == "hardlink":
            return ("It is a hard link, and what it leads to is not there.",)
        return ("The file is empty.",)
    words = [f"It is a {noun(entry)}: there is nothing to read."]
    if entry.device is not None:
        words.append(f"Its numbers are {entry.device[0]} and {entry.device[1]}.")
    return words
