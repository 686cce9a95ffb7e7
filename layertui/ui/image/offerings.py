"""The images and platforms that a source offers, on a page to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.ui.drawing.blocks import Block, note
from layertui.ui.drawing.cells import cut, left
from layertui.ui.open_choice import OpenChoice
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.image import Image
    from layertui.sources.offering import OfferedPlatform, Offering

_OPEN, _OTHER = "\u25cf", "\u25cb"
_PLATFORM_WIDTH = 22
_INDENT = "    "


def offerings_page(offerings: Sequence[Offering], image: Image, width: int) -> Iterator[Block]:
    """Yield each image with what it can be opened for; what is open is marked."""
    for offering in offerings:
        names = ", ".join(printable(name, 200) for name in offering.names) or "<none>"
        title = (Span(f"{offering.number:>2}  ", "dim"), Span(cut(names, width - 4), "strong"))
        yield Block(lines=(title,), fixed=True)
        for position, offered in enumerate(offering.platforms):
            is_open = (offering.number, position) == (image.number, image.position)
            yield _platform(offering.number, position, offered, is_open=is_open)
        for platform in offering.absent:
            words = left(printable(platform, 60), _PLATFORM_WIDTH)
            yield note(f"  {words}  listed, but not in the archive", width, indent=_INDENT)
        for problem in offering.problems:
            yield note(f"! {printable(problem)}", width, "error", indent=_INDENT)
        yield Block(lines=((),), fixed=True)
    if sum(len(offering.platforms) for offering in offerings) == 1:
        yield note("Nothing else can be opened here.", width)


def open_item(offerings: Sequence[Offering], image: Image) -> int:
    """Return which of the items of the page is what is open."""
    before = sum(len(each.platforms) for each in offerings if each.number < image.number)
    return before + image.position


def _platform(number: int, position: int, offered: OfferedPlatform, *, is_open: bool) -> Block:
    platform = offered.platform or "platform not told"
    words = "open" if is_open else "" if offered.present else "not in the archive"
    part = "strong" if is_open else "" if offered.present else "dim"
    line = (
        Span(f"{_INDENT}{_OPEN if is_open else _OTHER} ", "mark" if is_open else "dim"),
        Span(left(platform, _PLATFORM_WIDTH), part),
        Span(f"  {offered.short_id:<12}  ", "dim"),
        Span(words, "mark" if is_open else "dim"),
    )
    choice = OpenChoice(str(number), offered.platform, position)
    return Block(
        lines=(line,),
        value=offered.short_id,
        choice=None if is_open or not offered.present else choice,
    )
