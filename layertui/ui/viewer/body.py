"""The part of the viewer that shows the content: as text, as bytes, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical

from layertui.contents.encodings import TextEncoding
from layertui.contents.kinds import Family, Kind
from layertui.errors import QueryError
from layertui.ui.viewer.hex_view import HexView
from layertui.ui.viewer.search_line import SearchLine
from layertui.ui.viewer.text_view import TextView
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.viewer.file_view import Content, FileView
    from layertui.ui.widgets.text_pane import Layout

_AS_TEXT = Kind(Family.TEXT, "text", (), TextEncoding.UTF_8)
"""What bytes are looked at as where they are looked at as text."""


class ViewerBody(Vertical):
    """One of three views is seen.

    Attributes:
        text: Text.
        hex: Bytes.
        words: What is told where there is no content.
    """

    DEFAULT_CSS: ClassVar[str] = """
    ViewerBody {
        height: 1fr;
        TextView, HexView { height: 1fr; }
        TextPane { height: 1fr; padding: 0 1; }
        .-away { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="viewer-body")
        self.text = TextView(wraps=False, identity="viewer-text")
        self.hex = HexView(identity="viewer-hex")
        self.words = TextPane(identity="viewer-words")
        self._search_line = SearchLine(self)
        self._kind: Kind | None = None
        self._content: Content | None = None
        self._file_name = b""
        self._limit = 0

    def compose(self) -> ComposeResult:
        """Put all of them in place."""
        yield self.text
        yield self.hex
        yield self.words
        yield self._search_line

    def on_mount(self) -> None:
        """Begin with none of them."""
        self._reveal(None)

    @property
    def view(self) -> FileView | None:
        """The view of the content that is seen, or None."""
        return next((each for each in (self.text, self.hex) if not each.has_class("-away")), None)

    @property
    def is_hex(self) -> bool:
        """Whether bytes are seen."""
        return self.view is self.hex

    def tell(self, layout: Layout) -> None:
        """Tell something instead of a content."""
        self.forget()
        self._reveal(self.words)
        self.words.show(layout)

    def forget(self) -> None:
        """Let go of the content that was shown."""
        self.text.forget()
        self.hex.forget()
        self._content = None
        self._reveal(None)

    def show(
        self,
        content: Content,
        kind: Kind,
        name: bytes,
        limit: int,
        *,
        as_hex: bool,
        line: int | None = None,
        offset: int | None = None,
    ) -> None:
        """Show a content.

        Args:
            content: What is in a file.
            kind: What it is.
            name: The last component of its path.
            limit: Bytes of text that are read of it.
            as_hex: Whether to show bytes.
            line: The line to go to, or None.
            offset: The byte to go to, or None.
        """
        self.forget()
        self._content, self._file_name, self._limit = content, name, limit
        self._kind = kind if kind.encoding is not None else None
        if as_hex:
            self._show_hex(offset)
        else:
            self._show_text(line)

    def turn(self) -> None:
        """Show the text as bytes, or the bytes as text."""
        if self._content is None:
            return
        if self.is_hex:
            self._reveal(self.text)
            if self.text.load is None:
                self._show_text(None)
            if self._has_same_places:
                self.text.go_to(self.hex.place)
        else:
            offset = self.text.top_offset if self._has_same_places else 0
            self._reveal(self.hex)
            if not self.hex.is_filled:
                self._show_hex(offset)
            else:
                self.hex.go_to(offset)

    # Search

    def edit_search(self) -> None:
        """Let it be typed what is looked for."""
        self._search_line.edit()

    def search_for(self, text: str) -> None:
        """Look for a text, and go to the content."""
        view = self.view
        try:
            if view is not None:
                view.search(text)
        except QueryError as error:
            self._search_line.refuse(error.brief[0] if error.brief else error.message)
        else:
            self.search_left()

    def search_left(self) -> None:
        """Go back to the content."""
        self._search_line.display = False
        self.screen.set_focus(self.view)

    # What is seen

    @property
    def _has_same_places(self) -> bool:
        """Whether places of the text are places of the file, which other encodings shift."""
        encoding = self._kind.encoding if self._kind is not None else None
        return encoding in (None, TextEncoding.UTF_8)

    def _show_text(self, line: int | None) -> None:
        assert self._content is not None
        self._reveal(self.text)
        self.text.show(self._content, self._kind or _AS_TEXT, self._file_name, self._limit, line)

    def _show_hex(self, offset: int | None) -> None:
        assert self._content is not None
        self._reveal(self.hex)
        self.hex.show(self._content, offset)

    def _reveal(self, shown: FileView | TextPane | None) -> None:
        for each in (self.text, self.hex, self.words):
            each.set_class(each is not shown, "-away")
        self.screen.set_focus(shown)
