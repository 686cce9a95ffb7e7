"""Choose the colours: each theme is seen while the cursor is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from layertui.display import printable
from layertui.errors import LayertuiError
from layertui.filesystem.finding import rank
from layertui.ui.commands import theme_names
from layertui.ui.screens.picker import PickerInput, PickerScreen
from layertui.ui.widgets.pick_list import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

_MARK = "\u2713"


class ThemeInput(PickerInput):
    """Takes what is typed; no theme has a space in its name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "screen.use", "Use for now", id="themes.use", priority=True),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | space | Use the theme until the program ends. |
    """


class ThemesScreen(PickerScreen[str, str]):
    """Lists the themes; the result is the name of the one that is used now, or None.

    Args:
        keep: Writes the name of a theme into the settings file, may raise LayertuiError; None
            where there is no such file, so that a theme is used until the program ends.
        file: The name of that file.
    """

    DEFAULT_CSS: ClassVar[str] = """
    ThemesScreen #theme-hints {
        height: auto;
        max-height: 5;
        padding: 0 1;
        border-top: solid $foreground 20%;
        color: $foreground 70%;
    }
    ThemesScreen #theme-hints.-error { color: $text-error; }
    ThemesScreen.-flat #theme-hints { display: none; }
    ThemesScreen.-flat #theme-hints.-error { display: block; max-height: 2; border-top: none; }
    ThemesScreen:ansi #theme-hints {
        border-top: solid ansi_bright_black;
        color: ansi_default;
    }
    ThemesScreen:ansi #theme-hints.-error { color: ansi_red; }
    """

    heading = "Theme"
    placeholder = "a part of its name"
    nothing = "No theme matches."
    input_type = ThemeInput

    def __init__(self, keep: Callable[[str], None] | None, file: str = "") -> None:
        super().__init__()
        self._keep = keep
        self._file = printable(file)
        self._before = ""
        self._hints = Static(id="theme-hints", markup=False)

    def below(self) -> ComposeResult:
        """Say what the keys do."""
        yield self._hints

    def start(self) -> None:
        """Put the cursor on the theme that is used."""
        self._before = self.app.theme
        super().start()
        names = [choice.value for choice in self.picks.choices]
        self.picks.place(names.index(self._before) if self._before in names else 0)
        self.call_after_refresh(self.picks.show_cursor)
        self._tell(
            *self._ways(),
            *(("NO_COLOR is set: colours are off, whatever the theme.",) if self._plain else ()),
        )

    def _ways(self) -> tuple[str, ...]:
        """Return what the keys do."""
        back = f"esc goes back to {self._before}"
        if self._keep is None:
            return (f"enter uses it until layertui ends, {back}",)
        return f"enter uses it and keeps it in {self._file}", f"space uses it for now, {back}"

    @property
    def _plain(self) -> bool:
        return self.app.no_color

    def search(self, text: str) -> None:
        """Show the themes that match."""
        names = theme_names(self.app)
        found = rank(text, names)
        choices = [self._choice(names[number], spots) for number, spots in found]
        self.show(choices, text, found=len(choices), among=len(names))

    def _choice(self, name: str, spots: tuple[int, ...]) -> Choice[str]:
        theme = self.app.available_themes[name]
        kind = "dark" if theme.dark else "light"
        words = f"the terminal's colours, {kind}" if theme.ansi else kind
        mark = f"{_MARK}  " if name == self._before else ""
        return Choice(value=name, text=name, spots=spots, note=mark + words)

    def highlighted(self, value: str) -> None:
        """Let the screen be seen in the colours of a theme, unless the dialog was left."""
        if not self.is_current:
            return
        if self.app.theme != value and not self._plain:
            self.app.theme = value
        self.styles.background = "transparent" if self.app.current_theme.ansi else None

    def chosen(self, value: str) -> None:
        """Use a theme and keep it; where it cannot be kept, say so and stay."""
        try:
            if self._keep is not None:
                self._keep(value)
        except LayertuiError as error:
            self._tell(error.message, *((error.hint,) if error.hint else ()), wrong=True)
            return
        self._use(value)

    def action_use(self) -> None:
        """Use the theme under the cursor without keeping it."""
        self.do_with_choice(self._use)

    def action_leave(self) -> None:
        """Go back to the theme before."""
        self.app.theme = self._before
        self.dismiss(None)

    def _use(self, name: str) -> None:
        if not self._plain:
            self.app.theme = name
        self.dismiss(name)

    def _tell(self, *lines: str, wrong: bool = False) -> None:
        self._hints.set_class(wrong, "-error")
        self._hints.update(Content("\n".join(lines)))
