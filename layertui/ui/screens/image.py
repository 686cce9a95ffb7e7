"""All that is known about the image, on pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from layertui.display import printable
from layertui.errors import CancelledError, LayertuiError
from layertui.ui.drawing.blocks import BlockList, Blocks, note
from layertui.ui.image.documents import document_facts, document_names
from layertui.ui.image.history import history_page
from layertui.ui.image.json_lines import JsonIndex, JsonLines
from layertui.ui.image.offerings import offerings_page, open_item
from layertui.ui.image.pages import overview, settings_page
from layertui.ui.job import Job
from layertui.ui.open_choice import OpenChoice
from layertui.ui.place import Place
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.block_view import BlockView
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.name_line import NameLine
from layertui.ui.widgets.title_line import Title, TitleLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from layertui.image import Document
    from layertui.sources import Source
    from layertui.sources.offering import Offering
    from layertui.ui.image.report import ImageReport

Outcome: TypeAlias = Place | OpenChoice | None
"""Where to go, what to open instead, or neither."""

_NAMES = (
    ("1 Overview", "1 Overview"),
    ("2 Config", "2 Config"),
    ("3 History", "3 History"),
    ("4 Platforms and images", "4 Images"),
    ("5 Raw JSON", "5 JSON"),
)
_OFFERINGS, _DOCUMENTS = 3, 4
_SMALL = 64 << 10
"""Bytes of a document that are laid out before the next frame."""

_COPY_LIMIT = 256 << 10


class ImageScreen(LeftOnce, Screen[Outcome]):
    """Pages about an image; the result is where to go, or what to open instead.

    Args:
        report: What is known about the image.
        source: What else can be opened, or None where nothing is known of it.

    Attributes:
        text: What the page shows.
    """

    AUTO_FOCUS = "#image-text"
    BINDING_GROUP_TITLE = "Image"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "page(1)", "Next page", id="image.next", key_display="tab"),
        Binding("escape,I", "leave", "Back", id="image.leave", key_display="esc"),
        Binding("shift+tab", "page(-1)", "Previous page", id="image.previous", show=False),
        Binding("right,l", "walk(1)", "Next page or document", id="image.right", show=False),
        Binding("left,h", "walk(-1)", "Previous page or document", id="image.left", show=False),
        *(
            Binding(str(number + 1), f"show_page({number})", name.partition(" ")[2],
                    id=f"image.page-{number + 1}", show=False)
            for number, (name, _) in enumerate(_NAMES)
        ),
        Binding("enter", "open", "Open", id="image.open"),
        Binding("enter", "to_layer", "To its layer", id="image.to-layer"),
        Binding("y", "copy", "Copy", id="image.copy"),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | tab, shift+tab | Go to the next page, to the one before. |
    | right, l, left, h | The same; where raw documents are shown, from one to the next. |
    | 1, 2, 3, 4, 5 | Go to a page. |
    | enter | Open the image or platform under the cursor, or go to the layer. |
    | y | Copy what is under the cursor. |
    | escape, I | Go back. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    ImageScreen {
        layout: vertical;
        background: $background;

        #image-text { height: 1fr; }
        #image-documents { display: none; }
        &.-documents #image-documents { display: block; }
    }
    """

    class _OfferingsFound(Message):
        """It is known what can be opened."""

        def __init__(self, offerings: tuple[Offering, ...]) -> None:
            super().__init__()
            self.offerings = offerings

    class _DocumentLaidOut(Message):
        """A document is ready to be seen, or cannot be read."""

        def __init__(self, job: Job, blocks: Blocks, index: JsonIndex | None) -> None:
            super().__init__()
            self.job = job
            self.blocks = blocks
            self.index = index

    def __init__(self, report: ImageReport, source: Source | None) -> None:
        super().__init__()
        self._report = report
        self._source = source
        self._page = 0
        self._document = 0
        self._cursors: dict[tuple[int, int], int] = {}
        self._offerings: tuple[Offering, ...] | None = None
        self._index: tuple[int, JsonIndex] | None = None
        self._jobs: dict[str, Job] = {}
        self._page_names = NameLine(framed=True, identity="image-pages")
        self._document_names = NameLine(framed=False, identity="image-documents")
        self.text = BlockView(identity="image-text")
        self._facts = FrameLine("bottom")

    def compose(self) -> ComposeResult:
        """Put the names of the pages above what they show."""
        platform = str(self._report.image.platform)
        yield TitleLine(Title(kind="image", name=self._report.name, words=platform))
        yield Frame(self._page_names, self._document_names, self.text, bottom=self._facts)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the first page."""
        self._show()

    def on_unmount(self) -> None:
        """Stop what is going on beside the screen."""
        for job in self._jobs.values():
            job.cancel()

    @property
    def busy(self) -> bool:
        """Whether something is found out or laid out beside the screen."""
        return any(job.is_alive() for job in self._jobs.values())

    def show_report(self, report: ImageReport) -> None:
        """Take what has become known in the meantime."""
        self._report = report
        if self._page not in (_OFFERINGS, _DOCUMENTS):
            self._show()

    # Pages

    def _show(self) -> None:
        """Show the page, with the cursor where it was when it was last seen."""
        documents = self._report.image.documents
        is_raw = self._page == _DOCUMENTS
        self.set_class(is_raw and len(documents) > 1, "-documents")
        self._page_names.show(_NAMES, self._page)
        self._document_names.show(document_names(documents), self._document)
        facts = document_facts(documents[self._document]) if is_raw and documents else ("",)
        self._facts.tell(*facts)
        self.text.show(self._layout, cursor=self._cursors.get(self._place, self._first_item()))

    @property
    def _place(self) -> tuple[int, int]:
        return self._page, self._document if self._page == _DOCUMENTS else 0

    def _first_item(self) -> int:
        if self._page == _OFFERINGS and self._offerings:
            return open_item(self._offerings, self._report.image)
        return 0

    def _layout(self, width: int) -> Blocks | None:
        pages = (overview, settings_page, history_page)
        if self._page < len(pages):
            return BlockList(pages[self._page](self._report, width))
        return self._offered(width) if self._page == _OFFERINGS else self._raw(width)

    def _offered(self, width: int) -> Blocks | None:
        """Return what can be opened; where that is not known yet, begin to find it out."""
        if self._offerings is not None:
            return BlockList(offerings_page(self._offerings, self._report.image, width))
        if self._source is not None:
            if "offerings" not in self._jobs:
                self._start("offerings", partial(self._find_offerings, self._source))
            return None
        return BlockList([note("Nothing is known of what else is here.", width)])

    def _raw(self, width: int) -> Blocks | None:
        """Return a document laid out; where that may take long, begin to do it."""
        documents = self._report.image.documents
        if not documents:
            return BlockList([note("The image has no documents.", width)])
        document, known = documents[self._document], None
        if self._index is not None and self._index[0] == self._document:
            known = self._index[1]
        if document.blob.size > _SMALL:
            self._start("document", partial(self._lay_out, document, known, width))
            return None
        blocks, index = _laid_out(document, known, width, lambda: False)
        self._index = (self._document, index) if index else None
        return blocks

    # Work beside the screen

    def _start(self, name: str, work: Callable[[Job], None]) -> None:
        if name in self._jobs:
            self._jobs[name].cancel()
        self._jobs[name] = Job(work, self.post_message)
        self._jobs[name].start()

    def _find_offerings(self, source: Source, job: Job) -> None:
        try:
            job.post(self._OfferingsFound(source.offerings(job.cancelled)))
        except CancelledError:
            pass
        except LayertuiError:
            job.post(self._OfferingsFound(()))

    def _lay_out(self, document: Document, known: JsonIndex | None, width: int, job: Job) -> None:
        try:
            blocks, index = _laid_out(document, known, width, job.cancelled)
        except CancelledError:
            return
        job.post(self._DocumentLaidOut(job, blocks, index))

    @on(_OfferingsFound)
    def _offerings_found(self, message: _OfferingsFound) -> None:
        self._offerings = message.offerings
        if self._page == _OFFERINGS:
            self._show()

    @on(_DocumentLaidOut)
    def _document_laid_out(self, message: _DocumentLaidOut) -> None:
        if message.job is self._jobs.get("document") and self._page == _DOCUMENTS:
            self._index = (self._document, message.index) if message.index else None
            self.text.take(message.blocks)

    # Actions

    @on(BlockView.Highlighted)
    def _highlighted(self) -> None:
        if self.text.current is not None:
            self._cursors[self._place] = self.text.cursor
        self.refresh_bindings()

    @on(BlockView.Chosen)
    async def _chosen(self) -> None:
        for action in ("open", "to_layer"):
            if self.check_action(action, ()):
                await self.run_action(action)
                return

    @on(NameLine.Asked, "#image-pages")
    def _page_asked(self, message: NameLine.Asked) -> None:
        self.action_show_page(message.number)

    @on(NameLine.Asked, "#image-documents")
    def _document_asked(self, message: NameLine.Asked) -> None:
        self._show_document(message.number)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with what is under the cursor."""
        if action not in ("open", "to_layer", "copy"):
            return True
        block = self.text.current
        if block is None:
            return False
        if action == "open":
            return block.choice is not None
        return block.layer is not None if action == "to_layer" else bool(block.value)

    def action_page(self, step: int) -> None:
        """Go to another page, from the last to the first."""
        self.action_show_page((self._page + step) % len(_NAMES))

    def action_show_page(self, number: int) -> None:
        """Go to a page."""
        if number != self._page:
            self._page = number
            self._show()

    def action_walk(self, step: int) -> None:
        """Go to the next page, or among raw documents to the next of those."""
        if self._page == _DOCUMENTS and self._document + step >= 0:
            self._show_document(self._document + step)
        elif 0 <= self._page + step < len(_NAMES):
            self.action_show_page(self._page + step)

    def action_open(self) -> None:
        """Open the image or platform under the cursor."""
        block = self.text.current
        if block is not None and block.choice is not None:
            self.dismiss(block.choice)

    def action_to_layer(self) -> None:
        """Go to the layer that the item under the cursor is about."""
        block = self.text.current
        if block is not None and block.layer is not None:
            self.dismiss(Place(layer=block.layer))

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        block = self.text.current
        if block is not None and block.value:
            self.app.copy_to_clipboard(printable(block.value, _COPY_LIMIT))
            self.notify("Copied what is under the cursor.", markup=False, timeout=3)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _show_document(self, number: int) -> None:
        if number != self._document and 0 <= number < len(self._report.image.documents):
            self._document = number
            self._show()


def _laid_out(
    document: Document, known: JsonIndex | None, width: int, cancelled: Callable[[], bool]
) -> tuple[Blocks, JsonIndex | None]:
    """Return a document laid out, and where its lines start, for another width."""
    try:
        index = known or JsonIndex(document.read(), cancelled)
        return JsonLines(index, width, cancelled), index
    except CancelledError:
        raise
    except LayertuiError as error:
        return BlockList([note(f"! {error.message}", width, "error")]), None
