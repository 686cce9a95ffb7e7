"""What stands for the glyphs of the screen on a terminal that has ASCII only.

Text of an image is escaped where it comes in (`display.show_only_ascii`), which may make it wider;
what is drawn with it passes through `AsciiFilter` on its way out and keeps its width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.filter import LineFilter
from textual.scrollbar import ScrollBarRender

if TYPE_CHECKING:
    from textual.color import Color

_ALIKE = {
    # frames: light, heavy, doubled, round, and half a cell wide
    "-": "\u2500\u2504\u2508\u254c\u2574\u2576\u2578\u257a\u2594\u2580\U0001fb82",
    "=": "\u2501\u2505\u2509\u254d\u2550",
    "|": "\u2502\u2503\u2506\u2507\u250a\u250b\u2551\u258a\u258b\u258e\u258d\u258f\u2590\u2595",
    "_": "\u2581\u2582",
    "+": (
        "\u250c\u250f\u2510\u2513\u2514\u2517\u2518\u251b\u251c\u2523\u2524\u252b\u252c\u2533"
        "\u2534\u253b\u253c\u254b\u2554\u2557\u255a\u255d\u2560\u2563\u2566\u2569\u256c"
        "\u256d\u256e\u256f\u2570\u2599\u259b\u259c\u259f"
    ),
    # bars and scroll bars
    "#": "\u2583\u2584\u2585\u2586\u2587\u2588\u2589\u2593",
    ":": "\u2591\u2592",
    # marks and arrows
    ">": "\u2192\u21aa\u21b5\u23ce\u25b6\u25b8\u25ba\u203a\u276f\u258c",
    "<": "\u2190\u232b\u25c0\u25c2\u2039",
    "^": "\u2191\u25b2\u25b4",
    "v": "\u2193\u25bc\u25be",
    "x": "\u2717\u2718\u00d7",
    "*": "\u2713\u2714\u2022\u25cf\u25cb\u25c9\u25a0\u25aa\u2605",
    ".": "\u00b7\u22c5",
    "~": "\u2026\u2248",
    '"': "\u201c\u201d",
    "'": "\u2018\u2019",
    " ": "\u00a0\u3000\U0001f50e",
}
"""The glyphs of this program and of Textual, by the ASCII character that stands for them."""

_TRANSLATION = str.maketrans(
    {glyph: plain * cell_len(glyph) for plain, glyphs in _ALIKE.items() for glyph in glyphs}
    | {"\u2013": "-", "\u2014": "-"}
)


def plain(text: str) -> str:
    """Return text in ASCII that takes as many cells; what has no like is a question mark."""
    if text.isascii():
        return text
    told = text.translate(_TRANSLATION)
    if not told.isascii():
        told = "".join(each if each.isascii() else "?" * cell_len(each) for each in told)
    return set_cell_size(told, cell_len(text))


class AsciiFilter(LineFilter):
    """Lets nothing but ASCII through to the terminal."""

    def apply(self, segments: list[Segment], _background: Color) -> list[Segment]:
        """Return segments in ASCII."""
        return [Segment(plain(text), style, control) for text, style, control in segments]


ASCII_FILTER = AsciiFilter()
"""The only one, so that lines remember what has come of them."""


class WholeCellBar(ScrollBarRender):
    """A scroll bar that ends where a cell ends."""

    VERTICAL_BARS = HORIZONTAL_BARS = [" "]  # noqa: RUF012 - so it is in the class above
