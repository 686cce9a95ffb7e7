"""What the dialogs that write files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.contents.leading import ABSOLUTE, ENDLESS, LEADS_OUT, UNUSABLE
from layertui.contents.planning import Selection
from layertui.contents.unpacking import DEVICE, PIPE
from layertui.display import count, printable, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layertui.contents.extracting import Outcome
    from layertui.contents.planning import LoneCopy, Plan

_PLURALS = {
    ABSOLUTE: "absolute links",
    LEADS_OUT: "links that lead out of the folder",
    ENDLESS: "links through more links than are followed",
    UNUSABLE: "links without a usable text",
    DEVICE: "devices",
    PIPE: "named pipes",
}


def heading(source: Selection | LoneCopy) -> str:
    """Return what is taken out."""
    if not isinstance(source, Selection):
        return f"Extract {printable(source.entry.path)}"
    if not source.node:
        return f"Extract layer {source.layer} itself" if source.only else "Extract all files"
    return f"Extract {printable(source.filesystem.table.path(source.node))}"


def state(source: Selection | LoneCopy) -> str:
    """Return in which state it is taken out."""
    if not isinstance(source, Selection):
        return f"as layer {source.place.layer} ships it"
    only = "only what layer {0} itself has" if source.only else "the state after layer {0}"
    return only.format(source.layer)


def amount(paths: int, bytes_of_files: int) -> str:
    """Return how much is written."""
    return f"{counted(paths, 'path')}, {size(bytes_of_files)}"


def counted(number: int, thing: str) -> str:
    """Return a number of things."""
    return f"{count(number)} {thing}" + ("" if number == 1 else "s")


def left_out(foreseen: Mapping[str, int]) -> str:
    """Return what will be left out, or nothing."""
    if not foreseen:
        return ""
    parts = (
        f"{count(number)} {_PLURALS.get(reason, reason)}" if number > 1 else reason
        for reason, number in foreseen.items()
    )
    return f"left out: {', '.join(parts)}"


def planned(plan: Plan) -> str:
    """Return how much of what will be written."""
    return f"{amount(plan.count, plan.size)}, {state(plan.selection)}"


def done(outcome: Outcome, place: bytes) -> str:
    """Return what was written, and where."""
    return f"{amount(outcome.count, outcome.size)} written to {printable(place)}"


def told(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield paths that were not written as they are, and why; what went wrong first."""
    for each in sorted(outcome.left_out, key=lambda left: left.by_rule):
        yield printable(each.path), f"left out, {each.reason}"
    for altered in outcome.altered:
        yield printable(altered.path), f"without {altered.lacks}"
