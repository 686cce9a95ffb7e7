"""What is told about the image as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import count, percent, printable, size
from layertui.ui.drawing.cells import bar, cut, left, right
from layertui.ui.image.report import source_of
from layertui.ui.waste.causes import CAUSE_WORDS
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.waste import Accounting
    from layertui.image import Image
    from layertui.notices import Notice

_LABEL_WIDTH = 12
_BAR_WIDTH = 8
_NOTICES_SHOWN = 50


def image_summary(
    image: Image, accounting: Accounting | None, notices: Sequence[Notice], width: int
) -> list[Line]:
    """Return what is shipped, shown and wasted, and why; then what is odd about the image."""
    return [
        *(_bytes(accounting, width) if accounting else [(Span("is being read", "dim"),)]),
        (),
        *_identity(image, width),
        *_notices(notices, width),
    ]


def _bytes(accounting: Accounting, width: int) -> Iterator[Line]:
    layers, base = len(accounting.layers), accounting.base_layers
    of_base = f"in {count(layers)} layers, {count(min(base, layers))} base"
    share = percent(accounting.wasted_size / accounting.size) if accounting.size else "0 %"
    wasted = "waste" if accounting.wasted_size else ""
    yield _figure("shipped", size(accounting.size), of_base)
    files = f"{count(accounting.visible_files)} files and links"
    yield _figure("shown", size(accounting.visible_size), files)
    yield _figure("wasted", size(accounting.wasted_size), f"{share} of shipped", wasted)
    for cause, amount in accounting.causes._asdict().items():
        words = CAUSE_WORDS[cause]
        part = "waste" if amount else "dim"
        yield (
            Span(" " * _LABEL_WIDTH),
            Span(right(size(amount) if amount else "-", 8), part),
            Span(f"  {left(words, 20)} " if width >= 52 else f"  {words}", "" if amount else "dim"),
            *_bar(amount, accounting.wasted_size, width),
        )
    yield _figure("efficiency", percent(accounting.efficiency), "shown of shipped")
    if accounting.user_size:
        of_user = f"wasted of {size(accounting.user_size)}"
        yield _figure("your layers", percent(accounting.user_wasted_percent), of_user)


def _bar(amount: int, whole: int, width: int) -> Iterator[Span]:
    if amount and whole and width >= 52:
        yield Span(bar(amount / whole, _BAR_WIDTH), "bar")


def _figure(label: str, value: str, words: str, part: str = "") -> Line:
    return (
        Span(left(label, _LABEL_WIDTH), "dim"),
        Span(right(value, 8), part or "strong"),
        Span(f"  {words}", "dim"),
    )


def _identity(image: Image, width: int) -> Iterator[Line]:
    facts = (
        ("tags", ", ".join(printable(tag, 200) for tag in image.tags[:20])),
        ("platform", str(image.platform)),
        ("source", source_of(image)),
        ("ImageID", image.image_id or ""),
        ("manifest", image.manifest_digest or ""),
    )
    for label, value in facts:
        if value:
            text = cut(printable(value), width - _LABEL_WIDTH)
            yield (Span(left(label, _LABEL_WIDTH), "dim"), Span(text))


def _notices(notices: Sequence[Notice], width: int) -> Iterator[Line]:
    if notices:
        yield ()
    for notice in notices[:_NOTICES_SHOWN]:
        where = "" if notice.layer is None else f"layer {notice.layer}: "
        yield (Span(cut(f"! {where}{printable(notice.message)}", width), "error"),)
    if len(notices) > _NOTICES_SHOWN:
        yield (Span(f"and {count(len(notices) - _NOTICES_SHOWN)} more", "dim"),)
