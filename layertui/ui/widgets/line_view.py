"""Lines that are drawn when they are seen, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from layertui.ui.drawing.cells import cut
from layertui.ui.drawing.contrast import readable_style

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from textual import events

_STRIPS_KEPT = 1_024
_LEAST_CONTRAST = 4.5
_LEAST_QUIET_CONTRAST = {"dim": 3.0, "comment": 3.0, "bar": 2.5}


class Span(NamedTuple):
    """A piece of a line.

    Attributes:
        text: Printable.
        part: Which of the component classes `line-view--PART` it looks like, several of them
            separated by spaces and each over the one before, or empty.
        target: What a click on it is about, or empty.
    """

    text: str
    part: str = ""
    target: str = ""


Line = tuple[Span, ...]


class LineView(ScrollView):
    """A scrolling view whose lines are made of spans by `line`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-view--added",
        "line-view--modified",
        "line-view--removed",
        "line-view--waste",
        "line-view--error",
        "line-view--dim",
        "line-view--bar",
        "line-view--strong",
        "line-view--cursor",
        "line-view--cursor-blurred",
        "line-view--mark",
        "line-view--struck",
        "line-view--match",
        "line-view--keyword",
        "line-view--string",
        "line-view--comment",
        "line-view--operator",
    }
    """
    | Class | Description |
    | :- | :- |
    | `line-view--added` | What is new. |
    | `line-view--modified` | What is changed. |
    | `line-view--removed` | What is gone. |
    | `line-view--waste` | What is shipped and not shown. |
    | `line-view--error` | What is wrong with the image. |
    | `line-view--dim` | What recedes. |
    | `line-view--bar` | The bars beside sizes. |
    | `line-view--strong` | What stands out. |
    | `line-view--cursor` | The line under the cursor. |
    | `line-view--cursor-blurred` | The same while another pane has the focus. |
    | `line-view--mark` | The mark at the start of that line. |
    | `line-view--struck` | What is not there any more. |
    | `line-view--match` | The part of a text that a search found. |
    | `line-view--keyword` | A keyword of an instruction. |
    | `line-view--string` | A string or a variable in it. |
    | `line-view--comment` | A comment in it. |
    | `line-view--operator` | An operator in it. |
    """

    DEFAULT_CSS = """
    LineView {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $foreground 20%;
        scrollbar-color-hover: $foreground 40%;
        scrollbar-color-active: $primary;
        background: $background;
        color: $foreground;

        & > .line-view--added { color: $text-success; }
        & > .line-view--modified { color: $text-warning; }
        & > .line-view--removed { color: $text-error; }
        & > .line-view--waste { color: $waste; }
        & > .line-view--error { color: $text-error; text-style: bold; }
        & > .line-view--dim { color: $foreground 55%; }
        & > .line-view--bar { color: $foreground 45%; }
        & > .line-view--strong { text-style: bold; }
        & > .line-view--cursor { background: $primary 35%; text-style: bold; }
        & > .line-view--cursor-blurred { background: $foreground 10%; }
        & > .line-view--mark { color: $primary; text-style: bold; }
        & > .line-view--struck { text-style: strike; }
        & > .line-view--match { background: $warning 30%; text-style: underline; }
        & > .line-view--keyword { color: $text-primary; text-style: bold; }
        & > .line-view--string { color: $text-secondary; }
        & > .line-view--comment { color: $foreground 55%; text-style: italic; }
        & > .line-view--operator { color: $text-primary; }
    }
    LineView:ansi {
        background: ansi_default;
        color: ansi_default;
        scrollbar-background: ansi_default;
        scrollbar-background-hover: ansi_default;
        scrollbar-background-active: ansi_default;
        scrollbar-color: ansi_bright_black;
        scrollbar-color-hover: ansi_blue;
        scrollbar-color-active: ansi_blue;

        & > .line-view--dim { color: ansi_default; text-style: dim; }
        & > .line-view--bar { color: ansi_default; text-style: dim; }
        & > .line-view--comment { color: ansi_default; text-style: dim italic; }
        & > .line-view--match { background: ansi_default; text-style: bold underline; }
        & > .line-view--cursor { background: ansi_default; text-style: reverse; }
        & > .line-view--cursor-blurred { background: ansi_default; text-style: bold; }
    }
    LineView:ansi:light {
        & > .line-view--modified { color: ansi_blue; }
    }
    """

    ALLOW_SELECT = False

    LEAST_CONTRAST: ClassVar[float] = _LEAST_CONTRAST
    """The contrast ratio, by WCAG 2, that text without a component class has at least."""

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(id=identity)
        self._strips: LRUCache[Hashable, Strip] = LRUCache(_STRIPS_KEPT)
        self._part_styles: dict[str, Style] = {}
        self._looks: dict[tuple[str, str], Style] = {}
        self._line_count = 0
        self._notice: tuple[str, ...] = ()

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return self._line_count

    @property
    def line_width(self) -> int:
        """The cells of a line."""
        return self.scrollable_content_region.width

    def line(self, number: int, width: int, /) -> Iterable[Span]:
        """Return what a line shows; to be overridden."""
        raise NotImplementedError

    def line_part(self, _number: int, /) -> str:
        """Return the component class, by its last part, that lies under a whole line."""
        return ""

    def set_line_count(self, count: int) -> None:
        """Show this many lines, all of them new."""
        if count != self._line_count:
            self._line_count = count
            # set as a reactive, it would lay out the whole screen anew
            self.set_reactive(LineView.virtual_size, Size(0, count))
            self._scroll_update(self.virtual_size)
        self.redraw()

    def show_notice(self, *lines: str) -> None:
        """Show printable lines in the middle instead of what there is; none: show it again."""
        if lines != self._notice:
            self._notice = lines
            self.refresh()

    def redraw(self) -> None:
        """Make all lines anew."""
        self._strips.clear()
        self.refresh()

    def redraw_line(self, number: int) -> None:
        """Make one line anew, wherever it is."""
        self._strips.discard(number)
        self.refresh_line(number)

    def render_line(self, y: int) -> Strip:
        """Return a line of the viewport."""
        number, width = y + self.scroll_offset.y, self.line_width
        if self._notice:
            return self._paint_notice(y, width)
        if number >= self._line_count:
            return Strip.blank(width, self.rich_style)
        strip = self._strips.get(number)
        if strip is None or strip.cell_length != width:
            strip = self._strips[number] = self._paint(number, width)
        return strip

    def notify_style_update(self) -> None:
        """Forget lines in colours that are not right any more."""
        super().notify_style_update()
        self._strips.clear()
        self._part_styles.clear()
        self._looks.clear()

    def _on_mount(self, _event: events.Mount) -> None:
        if getattr(self.app, "ascii", False):
            from layertui.ui.drawing.glyphs import WholeCellBar

            self.vertical_scrollbar.renderer = WholeCellBar  # type: ignore[misc]

    def _on_resize(self, _event: events.Resize) -> None:
        self.redraw()

    def _paint_notice(self, y: int, width: int) -> Strip:
        number = y - max(0, self.size.height - len(self._notice)) // 2
        under = self.rich_style
        text = cut(self._notice[number], width) if 0 <= number < len(self._notice) else ""
        start = (width - cell_len(text)) // 2
        spaces = (
            Segment(" " * start, under),
            Segment(" " * (width - start - cell_len(text)), under),
        )
        words = Segment(text, self._look("dim", ""))
        return Strip([spaces[0], words, spaces[1]], width)

    def _paint(self, number: int, width: int) -> Strip:
        over = self.line_part(number)
        segments: list[Segment] = []
        left = width
        for span in self.line(number, width):
            text = cut(span.text, left)
            left -= cell_len(text)
            style = self._look(span.part, over)
            if span.target:
                style += Style(meta={"target": span.target})
            segments.append(Segment(text, style))
            if left <= 0:
                break
        segments.append(Segment(" " * left, self._look("", over)))
        return Strip(segments, width)

    def _look(self, parts: str, over: str) -> Style:
        """Return what text in component classes looks like below others: readable."""
        known = self._looks.get((parts, over))
        if known is None:
            style = self.rich_style + self._part_style(parts) + self._part_style(over)
            if style.reverse and style.dim:
                style += Style(dim=False)
            least = min(
                (_LEAST_QUIET_CONTRAST.get(part, _LEAST_CONTRAST) for part in parts.split()),
                default=self.LEAST_CONTRAST,
            )
            known = self._looks[parts, over] = readable_style(style, least)
        return known

    def _part_style(self, parts: str) -> Style:
        """Return what component classes change, the later ones over the earlier."""
        known = self._part_styles.get(parts)
        if known is None:
            each = (self._component_style(part) for part in parts.split())
            known = self._part_styles[parts] = sum(each, Style.null())
        return known

    def _component_style(self, part: str) -> Style:
        """Return what a component class changes, translucent colours laid over the background."""
        styles = self.get_component_styles(f"line-view--{part}")
        behind = self.background_colors[1]
        style = styles.partial_rich_style
        if styles.has_rule("color") and styles.color.a < 1:
            style += Style(color=(behind + styles.color).rich_color)
        if styles.has_rule("background") and styles.background.a < 1:
            style += Style(bgcolor=(behind + styles.background).rich_color)
        return style
