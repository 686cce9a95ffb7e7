"""Everything that can be done on a screen now, as commands with names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.actions import parse
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.app import App
    from textual.binding import Binding
    from textual.dom import DOMNode
    from textual.screen import Screen

    from layertui.ui.layers.row import LayerRow

_MOVEMENT = ("move.", "text.", "picker.")
_PAGES = (".page-down", ".page-up")
"""How the ids of keys start and end that only move in a pane."""

PALETTE = "palette"
"""The id of the key that shows the commands."""

PROGRAM = "Program"
THEMES = "Themes"
LAYERS = "All layers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that can be done.

    Attributes:
        group: What it is about; printable.
        title: What it does; text of an image in it is as it is there.
        keys: The key that does it as well, or empty.
        run: Does it, or returns what is to be awaited for that.
    """

    group: str
    title: str
    keys: str = ""
    run: Callable[[], object]

    async def do(self) -> None:
        """Do it, before anything else is done."""
        doing = self.run()
        if isawaitable(doing):
            await doing


def bound_commands(
    screen: Screen[Any], *, focus: Callable[[Widget], object] | None = None
) -> list[Command]:
    """Return what the keys of a screen do, of all its panes and of the program.

    What has the focus comes first, what is seen before what is not. Left out are keys that only
    move, those that would change nothing now, and those of a pane that the screen has, too.

    Args:
        screen: Whose keys.
        focus: Puts the focus on a pane before a command of it is run; by default the screen does.
    """
    commands: dict[str, Command] = {}
    bindings = [(*each, _doing(screen, *each)) for each in _bindings(screen)]
    own = {
        same
        for node, binding, doing in bindings
        if doing.target is node and doing.is_possible
        for same in (doing, _title(binding))
    }
    done: set[_Doing] = set()
    for node, binding, doing in bindings:
        elsewhere = doing.target is not node and not own.isdisjoint((doing, _title(binding)))
        if binding.id in commands or doing in done or elsewhere or not doing.is_possible:
            continue
        done.add(doing)
        commands[binding.id or ""] = _command(screen, node, binding, focus or screen.set_focus)
    return list(commands.values())


def layer_commands(
    rows: Sequence[LayerRow], current: int, go: Callable[[int], object]
) -> list[Command]:
    """Return what goes to other layers than the current one."""
    return [
        Command(
            group=LAYERS,
            title=f"Go to layer {row.number}: {row.instruction}",
            keys=str(row.number) if row.number < 10 else "",
            run=partial(go, row.number),
        )
        for row in rows
        if row.number != current
    ]


def theme_commands(app: App[Any]) -> list[Command]:
    """Return what changes the theme, for as long as the program runs."""
    if app.no_color:
        return []
    return [
        Command(group=THEMES, title=f"Theme: {name}", run=partial(setattr, app, "theme", name))
        for name in theme_names(app)
        if name != app.theme
    ]


def theme_names(app: App[Any]) -> list[str]:
    """Return the themes: the dark ones, the light ones, those of the terminal's own colours."""
    themes = app.available_themes.values()
    ordered = sorted(themes, key=lambda theme: (theme.ansi, not theme.dark, theme.name))
    return [theme.name for theme in ordered]


def _nodes(screen: Screen[Any]) -> Iterator[DOMNode]:
    """Yield what may have keys: what has the focus, what is seen, what is not, the program."""
    panes = [widget for widget in screen.walk_children(Widget) if widget.can_focus]
    panes.sort(key=lambda pane: (pane is not screen.focused, not pane.region))
    yield from panes
    yield from (widget for widget in screen.walk_children(Widget) if not widget.can_focus)
    yield screen
    yield screen.app


def _bindings(screen: Screen[Any]) -> Iterator[tuple[DOMNode, Binding]]:
    """Yield the keys that are commands, as the user has changed them, with what they belong to."""
    for node in _nodes(screen):
        bindings = node._bindings.copy()  # noqa: SLF001 - there is no other way to them
        bindings.apply_keymap(screen.app._keymap)  # noqa: SLF001
        for _key, binding in bindings:
            if _is_command(binding):
                yield node, binding


def _is_command(binding: Binding) -> bool:
    name = binding.id or ""
    movement = name.startswith(_MOVEMENT) or name.endswith(_PAGES)
    return bool(name and binding.description) and not movement and name != PALETTE


class _Doing(NamedTuple):
    """What a key does, and on what."""

    target: DOMNode
    name: str
    parameters: tuple[object, ...]

    @property
    def is_possible(self) -> bool:
        """Whether it would change something now."""
        return self.target.check_action(self.name, self.parameters) is True


def _doing(screen: Screen[Any], node: DOMNode, binding: Binding) -> _Doing:
    namespace, name, parameters = parse(binding.action)
    target = {"screen": screen, "app": screen.app}.get(namespace, node)
    return _Doing(target, name, parameters)


def _command(
    screen: Screen[Any], node: DOMNode, binding: Binding, focus: Callable[[Widget], object]
) -> Command:
    async def run() -> None:
        if isinstance(node, Widget) and node.can_focus:
            focus(node)
        await screen.app.run_action(binding.action, node)

    group = PROGRAM if node is screen.app else getattr(node, "BINDING_GROUP_TITLE", None)
    return Command(
        group=group or PROGRAM,
        title=_title(binding),
        keys=screen.app.get_key_display(replace(binding, key_display=None)),
        run=run,
    )


def _title(binding: Binding) -> str:
    return binding.tooltip or binding.description
