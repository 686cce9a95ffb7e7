"""The commands by name; what is no command is the name of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PROGRAM = "layertui"


def _joined(before: Sequence[str], after: Sequence[str]) -> list[str]:
    return [*before, *after]


class Entry(NamedTuple):
    """A command.

    Attributes:
        summary: What it does, one line.
        load: Imports and returns it.
        arrange: Puts what stands before its name and behind it into one list of arguments.
    """

    summary: str
    load: Callable[[], click.Command]
    arrange: Callable[[Sequence[str], Sequence[str]], list[str]] = _joined


def _demo() -> click.Command:
    from layertui.cli.explore import demo_command

    return demo_command()


def _build() -> click.Command:
    from layertui.cli.build import build_command

    return build_command()


def _build_arguments(before: Sequence[str], after: Sequence[str]) -> list[str]:
    from layertui.cli.build import split_arguments

    return split_arguments(before, after)


def _config() -> click.Command:
    from layertui.cli.settings import command

    return command


def _cache() -> click.Command:
    from layertui.cli.cache import command

    return command


def _ls() -> click.Command:
    from layertui.cli.ls import command

    return command


def _tree() -> click.Command:
    from layertui.cli.tree import command

    return command


def _cat() -> click.Command:
    from layertui.cli.cat import command

    return command


def _history() -> click.Command:
    from layertui.cli.history import command

    return command


def _diff() -> click.Command:
    from layertui.cli.diff import command

    return command


def _ghosts() -> click.Command:
    from layertui.cli.ghosts import command

    return command


def _grep() -> click.Command:
    from layertui.cli.grep import command

    return command


def _extract() -> click.Command:
    from layertui.cli.extract import command

    return command


def _rollback() -> click.Command:
    from layertui.cli.rollback import command

    return command


def _export() -> click.Command:
    from layertui.cli.export import command

    return command


def _ci() -> click.Command:
    from layertui.cli.ci import command

    return command


COMMANDS: Mapping[str, Entry] = {
    "demo": Entry("The same as with IMAGE, on a built-in sample image.", _demo),
    "build": Entry(
        "Build an image with Docker or Podman, then do the same.", _build, _build_arguments
    ),
    "ls": Entry("List the files of an image.", _ls),
    "tree": Entry("Draw the files of an image as a tree.", _tree),
    "cat": Entry("Print files of an image.", _cat),
    "history": Entry("Tell what each layer did to a path.", _history),
    "diff": Entry("Compare a path with itself in another layer.", _diff),
    "ghosts": Entry("List the files that are shipped and not shown.", _ghosts),
    "grep": Entry("Search what is in the files of an image.", _grep),
    "extract": Entry("Take files out of an image, to a folder or a tar stream.", _extract),
    "rollback": Entry("Write an image as it was at one of its layers.", _rollback),
    "export": Entry("Write a file to be opened later without the image.", _export),
    "ci": Entry("Write rules for CI, or say what they judge.", _ci),
    "cache": Entry("Show or forget what is remembered of the layers that were read.", _cache),
    "config": Entry("Print the settings in effect, and where each comes from.", _config),
}


def named_command(
    arguments: Sequence[str], default: click.Command
) -> tuple[click.Command, str, list[str]]:
    """Return the command that arguments name, how it is called, and the other arguments.

    The name is the first argument that is neither an option nor the value of one; options of
    the default may stand before it. Behind `--` nothing is a name.

    Args:
        arguments: The command line without the program.
        default: The command where none is named.
    """
    place = _first_word(arguments, _value_options(default))
    if place is None or arguments[place] not in COMMANDS:
        return default, PROGRAM, list(arguments)
    name = arguments[place]
    entry = COMMANDS[name]
    rest = entry.arrange(arguments[:place], arguments[place + 1 :])
    return entry.load(), f"{PROGRAM} {name}", rest


def _first_word(arguments: Sequence[str], with_value: set[str]) -> int | None:
    """Return the place of the first argument that does not belong to an option."""
    place = 0
    while place < len(arguments) and arguments[place] != "--":
        argument = arguments[place]
        if argument == "-" or not argument.startswith("-"):
            return place
        place += 2 if argument in with_value else 1
    return None


def _value_options(command: click.Command) -> set[str]:
    """Return the options of a command that take the argument behind them."""
    return {
        name
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag
        for name in option.opts
    }


class WithCommands(click.Command):
    """A command whose help lists the others."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands below the options."""
        super().format_options(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])
