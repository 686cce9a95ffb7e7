"""What is in a file: text, bytes, what it is, or where it leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message
from textual.screen import Screen

from layertui.contents.kinds import HEAD, Fact, Kind, Sample, kind_of
from layertui.contents.subjects import Subject, is_same, subject_at, way_of
from layertui.display import printable, size
from layertui.errors import LayertuiError
from layertui.ui.drawing.cells import wrap
from layertui.ui.place import Place
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.viewer.body import ViewerBody
from layertui.ui.viewer.facts_pane import FactsPane
from layertui.ui.viewer.file_view import Content, Ended, FileView, Passed, Reading
from layertui.ui.viewer.handing import Handing, HandsOver
from layertui.ui.viewer.keys import BINDINGS
from layertui.ui.viewer.telling import link_lines, nothing_words, noun, state_words, title
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.line_view import Line, Span
from layertui.ui.widgets.title_line import TitleLine
from layertui.ui.widgets.typing_line import takes_text

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from layertui.blob import Blob
    from layertui.ui.job import Job
    from layertui.ui.viewer.request import ViewRequest

_BESIDE = 150
"""Columns from which on the files stay in sight beside the viewer."""
_LEAST_BESIDE = 60
"""Columns that the viewer has at least beside the files."""


class ViewerScreen(LeftOnce, HandsOver, Screen["Place | None"]):
    """A file as a layer left it, or as it was below; the result is where to go.

    Args:
        request: What to show.

    Attributes:
        subject: What is shown, or None where there is nothing of that path.
        kind: What it is, or None before that is known.
        body: The content.
    """

    AUTO_FOCUS = None
    BINDING_GROUP_TITLE = "File"
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    DEFAULT_CSS: ClassVar[str] = """
    ViewerScreen {
        layout: vertical;
        background: $background;
        &.-beside { background: $background 0%; }
    }
    """

    @dataclass
    class _Judged(Message):
        job: Job
        kind: Kind

    def __init__(self, request: ViewRequest) -> None:
        super().__init__()
        self.request = request
        self._here, self._below = _subjects(request)
        self.subject = self._here or self._below
        self.kind: Kind | None = None
        self.body = ViewerBody()
        self._opening = Reading(self.post_message)
        self.handing = Handing(self.post_message)
        self._facts = FactsPane()
        self._is_zoomed = False
        self._sought: tuple[int | None, int | None] = None, None
        self._title = TitleLine(title(request.path, self.subject))
        self._top, self._bottom = FrameLine("top"), FrameLine("bottom")
        self._frame = Frame(
            self._top,
            self._facts,
            self.body,
            bottom=self._bottom,
            identity="viewer-frame",
        )

    def compose(self) -> ComposeResult:
        """Put what it is above what is in it."""
        yield self._title
        yield self._frame
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show it."""
        self._place()
        self._show(self.request.line, self.request.offset)

    # What is shown

    @property
    def busy(self) -> bool:
        """Whether something is read or found out beside the screen."""
        view = self.body.view
        jobs = (self._opening.job, self.handing.reading.job)
        highlighting = self.body.text.is_highlighting
        return any(jobs) or highlighting or (view is not None and view.busy)

    @property
    def is_below(self) -> bool:
        """Whether what was below is shown."""
        return self.subject is not None and self.subject is self._below

    @property
    def content(self) -> Content | None:
        """What is in the file that is shown, or None where nothing can be."""
        if self.subject is None or self.subject.place is None or not self.subject.entry.size:
            return None
        return Content(self.request.contents, self.subject.place)

    def _show(self, line: int | None = None, offset: int | None = None) -> None:
        """Show the subject, from its start or from a place on."""
        self.kind = None
        self._opening.drop()
        self._tell_facts()
        self._title.tell(title(self.request.path, self.subject))
        subject, content = self.subject, self.content
        if content is not None:
            self.body.forget()
            self._open(content, line, offset)
        elif subject is not None and subject.entry.type == "symlink":
            way = way_of(self.request.filesystem, self.request.path, subject.layer)
            self.body.tell(lambda width: [*link_lines(subject, way, width)])
        else:
            self._say(*nothing_words(subject))
        self._tell()

    def _open(self, content: Content, line: int | None, offset: int | None) -> None:
        """Find out what a file is, and show it then."""
        name = self.request.path.rpartition(b"/")[2]

        def work(job: Job, blob: Blob) -> None:
            job.post(self._Judged(job, kind_of(Sample(blob.read_at(0, HEAD), blob.size, name))))

        self._sought = line, offset
        self._opening.begin(content, work)

    @on(_Judged)
    def _judged(self, message: _Judged) -> None:
        content = self.content
        if message.job is not self._opening.job or content is None:
            return
        self.kind = message.kind
        line, offset = self._sought
        self.body.show(
            content,
            message.kind,
            self.request.path.rpartition(b"/")[2],
            self.request.limits.viewed_text_size,
            as_hex=message.kind.encoding is None,
            line=line,
            offset=offset,
        )
        self._tell_facts()
        self._tell()

    def _say(self, *sentences: str) -> None:
        """Tell sentences instead of a content."""

        def lines(width: int) -> list[Line]:
            return [(Span(line),) for words in sentences for line in wrap(words, max(width, 8))]

        self.body.tell(lines)

    def _tell_facts(self) -> None:
        """Tell what is known about the file, as much as there is room for."""
        facts = self.kind.facts if self.kind is not None else ()
        if self.subject is not None and self.subject.entry.type == "hardlink":
            target = (self.subject.entry.link or b"").decode("utf-8", "surrogateescape")
            facts = (Fact("Hard link to", target), *facts)
        self._facts.show(facts)

    def _tell(self) -> None:
        """Tell in the edges what is shown, and where it is."""
        if self.subject is None:
            return
        kind = self.kind.name if self.kind is not None else noun(self.subject.entry)
        state = state_words(
            self.subject, is_below=self.is_below, is_only=self.request.entry is not None
        )
        view = self.body.view
        encoding = self.kind.encoding if self.kind is not None else None
        told = (
            [kind]
            if view is None or self.body.is_hex or encoding is None
            else [f"{kind}, {encoding.value}", kind]
        )
        self._top.tell(tuple(told), *state)
        self._tell_place(view)
        self.refresh_bindings()

    def _tell_place(self, view: FileView | None) -> None:
        """Tell in the lower edge how far reading is, what is found, and what is seen."""
        reading = self._reading
        if reading is not None:
            self._bottom.tell(self._progress(reading))
            return
        if view is None:
            self._bottom.tell("")
            return
        left_out = self.body.text.left_out if view is self.body.text else ""
        words = [each for each in (view.found_words, left_out) if each]
        right = ["   ".join(words), words[0]] if words else []
        self._bottom.tell(view.place_words or "", *right)

    @property
    def _reading(self) -> Reading | None:
        """What is read now, and takes time, or None."""
        view = self.body.view
        every = (self._opening, self.handing.reading, *([view.reading] if view else ()))
        return next((each for each in every if each.job is not None and each.passed), None)

    def _progress(self, reading: Reading) -> str:
        """Return how far a layer is passed on the way to what is read."""
        place = self.subject.place if self.subject is not None else None
        total = place.stored.payload + place.stored.size if place is not None else 0
        return f"unpacking the layer: {size(reading.passed)} of up to {size(total)}; esc stops"

    @on(FileView.Changed)
    def _changed(self) -> None:
        self._tell()

    @on(FileView.Failed)
    def _failed(self, message: FileView.Failed) -> None:
        self._say(message.error.message, *([message.error.hint] if message.error.hint else ()))
        self._tell()

    @on(Passed)
    def _passed(self, message: Passed) -> None:
        if self._opening.take(message):
            self._say(
                "The layer is compressed: it is unpacked up to the file.",
                "The next file of this layer opens faster.",
            )
        self.handing.reading.take(message)
        self._tell()

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        is_opening = self._opening.finish(message)
        if not is_opening and not self.handing.reading.finish(message):
            return
        if isinstance(message.error, LayertuiError):
            error = message.error
            if is_opening:
                self._failed(FileView.Failed(error))
            else:
                self.notify(error.message, markup=False, severity="error")
        elif message.error is not None:
            raise message.error
        self._tell()

    def on_unmount(self) -> None:
        """Read no more."""
        self._opening.drop()
        self.handing.reading.drop()

    # What can be done

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        if action in ("turn", "turn_to_hex", "search", "step"):
            view = self.body.view
            return view is not None and self._offers(action, view)
        if action in ("compare", "compare_back"):
            there = self._here is not None and self._below is not None
            return there and self.is_below == (action == "compare_back")
        if action in ("pager", "editor"):
            return self.can_hand_over
        if action == "extract":
            return self.subject is not None and self.subject.place is not None
        if action == "follow":
            return self._target is not None
        return self._has_room_for(action)

    def _offers(self, action: str, view: FileView) -> bool:
        if action == "search":
            return view.can_search and not takes_text(self.focused)
        return view.has_found if action == "step" else self.body.is_hex == (action == "turn")

    def _has_room_for(self, action: str) -> bool:
        if action == "all_facts":
            return self._facts.can_toggle
        return self._beside_width is not None if action == "zoom" else True

    def action_back(self) -> None:
        """Stop what takes long, else end the search, else go back."""
        view = self.body.view
        if self.handing.reading.job is not None:
            self.handing.reading.drop()
            self._tell()
        elif view is not None and view.busy:
            view.stop()
        elif view is not None and view.found_words:
            view.search("")
        else:
            self.dismiss(None)

    def action_turn(self) -> None:
        """Show bytes as text."""
        self.body.turn()
        self._tell()

    def action_turn_to_hex(self) -> None:
        """Show text as bytes."""
        self.action_turn()

    def action_compare(self) -> None:
        """Show the file as it was below."""
        self.subject = self._below
        self._show()

    def action_compare_back(self) -> None:
        """Show the file as the layer left it."""
        self.subject = self._here
        self._show()

    def action_extract(self) -> None:
        """Take the file out of the image."""
        from layertui.contents.planning import LoneCopy
        from layertui.ui.extracting.request import ExtractRequest
        from layertui.ui.screens.extract import ExtractScreen

        subject = self.subject
        if subject is not None and subject.place is not None:
            source = LoneCopy(subject.entry, subject.place)
            request = ExtractRequest(contents=self.request.contents, source=source)
            self.app.push_screen(ExtractScreen(request), self._say_over)

    def _say_over(self, words: str | None) -> None:
        if words:
            self.notify(words, markup=False, timeout=3)

    def action_all_facts(self) -> None:
        """Show all that is known about the file, or less of it."""
        self._facts.toggle()

    def action_copy(self) -> None:
        """Copy the path."""
        path = printable(self.request.path)
        self.app.copy_to_clipboard(path)
        self.notify(f"Copied {path}", markup=False, timeout=3)

    # Links

    @property
    def _target(self) -> Subject | None:
        """What the link that is shown leads to, or None."""
        if self.subject is None or self.subject.entry.type != "symlink":
            return None
        way = way_of(self.request.filesystem, self.request.path, self.subject.layer)
        last = way[-1] if way else None
        if last is None or last.entry is None or last.entry.type == "symlink":
            return None
        return subject_at(self.request.filesystem, last.path, self.subject.layer)

    def action_follow(self) -> None:
        """Open what the link leads to; go to a directory."""
        target = self._target
        if target is None:
            return
        if target.entry.type == "directory":
            self.dismiss(Place(target.layer, target.entry.path))
            return
        request = replace(
            self.request,
            path=target.entry.path,
            layer=target.layer,
            below=None,
            entry=None,
            place=None,
            line=None,
            offset=None,
        )
        self.app.push_screen(ViewerScreen(request), self._came_back)

    def _came_back(self, place: Place | None) -> None:
        if place is not None:
            self.dismiss(place)

    # Search

    def action_search(self) -> None:
        """Let it be typed what is looked for."""
        self.body.edit_search()

    def action_step(self, direction: int) -> None:
        """Go to where it is found next, or before."""
        if (view := self.body.view) is not None:
            view.step(direction)

    # Room

    @property
    def _beside_width(self) -> int | None:
        """The columns to take where the files stay in sight, or None where there is no room."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        panes = getattr(below, "panes", None)
        if self.size.width < _BESIDE or panes is None:
            return None
        return panes.left_width if panes.left_width >= _LEAST_BESIDE else None

    def action_zoom(self) -> None:
        """Give the file all the room, or let the files be seen beside it."""
        self._is_zoomed = not self._is_zoomed
        self._place()

    def on_resize(self) -> None:
        """Take the room there is."""
        self._place()

    def _place(self) -> None:
        width = None if self._is_zoomed else self._beside_width
        self.set_class(width is not None, "-beside")
        self._frame.styles.width = width if width is not None else "100%"


def _subjects(request: ViewRequest) -> tuple[Subject | None, Subject | None]:
    """Return what is to be seen of a path, and what it was below where that is another version."""
    if request.entry is not None:
        return Subject(request.layer, request.entry, request.place), None
    layer, below = request.layer, request.below
    below = layer - 1 if below is None or below == layer else below
    here = subject_at(request.filesystem, request.path, layer)
    older = subject_at(request.filesystem, request.path, below)
    if here is not None and older is not None and is_same(here, older):
        older = None
    return here, older
