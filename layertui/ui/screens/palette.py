"""The command palette: everything that can be done now, found by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.filesystem.finding import rank
from layertui.ui.commands import Command
from layertui.ui.screens.picker import PickerScreen
from layertui.ui.widgets.pick_list import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class PaletteScreen(PickerScreen[Command, Command]):
    """Lists commands by what they are about; the result is one to run, or None.

    Args:
        commands: What can be done.
    """

    heading = "Commands"
    hint = "enter does it, esc leaves"
    placeholder = "what to do, such as sort"
    nothing = "No command matches."

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands

    def search(self, text: str) -> None:
        """Show the commands that match."""
        choices = list(command_choices(self._commands, text))
        self.show(choices, text, found=len(choices), among=len(self._commands))

    def chosen(self, value: Command) -> None:
        """Leave, to do it on the screen below."""
        self.dismiss(value)


def command_choices(commands: Sequence[Command], text: str) -> Iterator[Choice[Command]]:
    """Yield the commands that match, the group of the best one first, all of it together."""
    groups: dict[str, list[Choice[Command]]] = {}
    for number, spots in rank(text, [command.title for command in commands]):
        command = commands[number]
        choice = Choice(
            value=command, text=command.title, spots=spots, note=command.keys, group=command.group
        )
        groups.setdefault(command.group, []).append(choice)
    for choices in groups.values():
        yield from choices
