"""The pager and the editor of the user, on a copy of a file."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from layertui.errors import LayertuiError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CHOICES = {
    "pager": (("PAGER",), ("less", "more")),
    "editor": (("VISUAL", "EDITOR"), ("editor", "nano", "vi")),
}
"""By what is wanted: the variables that name it, and what is taken where none does."""


def command_for(wanted: str, environment: Mapping[str, str]) -> list[str]:
    """Return the words of the command that shows or edits a file, without the file.

    Args:
        wanted: "pager" or "editor".
        environment: The environment variables.

    Raises:
        LayertuiError: There is no such program.
    """
    variables, usual = _CHOICES[wanted]
    for variable in variables:
        text = environment.get(variable, "").strip()
        if text:
            return _split(text, variable)
    found = next((name for name in usual if shutil.which(name)), None)
    if found is None:
        name = f"${variables[-1]}"
        raise LayertuiError(f"there is no {wanted}", hint=f"Set {name} to the one you use.")
    return [found]


def _split(text: str, variable: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words or shutil.which(words[0]) is None:
        raise LayertuiError(f"${variable} names no program", hint="Set it to one that is there.")
    return words


def run(command: list[str], path: Path) -> None:
    """Run a program on a file and wait for it; an interrupt is for the program alone.

    Raises:
        LayertuiError: It cannot be run.
    """
    environment = {key: value for key, value in os.environ.items() if key != "LESSOPEN"}
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        subprocess.run([*command, str(path)], stdin=sys.__stdin__, env=environment, check=False)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LayertuiError(f"{command[0]} cannot be run: {reason}") from None
    finally:
        signal.signal(signal.SIGINT, before)
