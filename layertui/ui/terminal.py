"""What the terminal can show, and its keyboard where standard input is something else.

Nothing here takes time to import: it is asked before it is known whether there will be a screen.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_TTY = "/dev/tty"
_ABOVE_STANDARD_STREAMS = 3
_WITHOUT_LINES = re.compile(r"linux\b|vt\d+|ansi\b|cons25|sun\b|wy(se)?-?\d+|hp\d+|adm\d+|tvi\d+")
"""Terminals, by the start of TERM, that lack some of the glyphs.

The Linux console has a font of 256 or 512 glyphs: none of Debian's has the mark of the cursor,
the check mark or the eighths of a block. The others are terminals older than Unicode.
"""

_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python puts into LC_CTYPE where the locale is C, or is not installed."""

_PLAIN_LOCALES = frozenset({"C", "POSIX"})


def is_browser(environment: Mapping[str, str]) -> bool:
    """Tell whether the screen goes to a browser, as under `textual serve`."""
    return environment.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def needs_ascii(environment: Mapping[str, str], encoding: str) -> bool:
    """Tell whether the terminal shows no more than ASCII.

    Args:
        environment: The environment variables.
        encoding: How the stream to the terminal encodes, which Python may have chosen against
            the locale: in the locale C it writes UTF-8.
    """
    if is_browser(environment):
        return False
    if _WITHOUT_LINES.match(environment.get("TERM", "")):
        return True
    return not _is_utf_8(encoding) or not _shows_utf_8(_locale(environment))


def _locale(environment: Mapping[str, str]) -> str:
    """Return the locale of characters that the user has, or empty for none."""
    values = [environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    everything, characters, language = values
    if characters in _COERCED:
        return everything or language or characters
    return everything or characters or language


def _shows_utf_8(locale: str) -> bool:
    """Tell whether a locale may have more than ASCII; one without an encoding says nothing."""
    if locale in _PLAIN_LOCALES:
        return False
    _, _, encoding = locale.partition("@")[0].partition(".")
    return not encoding or _is_utf_8(encoding)


def _is_utf_8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def obstacle(environment: Mapping[str, str]) -> str | None:
    """Return why there can be no screen, empty if nobody looks, or None where there can be one."""
    if is_browser(environment):
        return None
    if not _is_terminal(sys.stdout):
        return ""
    if environment.get("TERM", "") in ("", "dumb"):
        return "this terminal has no screen"
    if not _is_terminal(sys.__stdin__) and not _keyboard_opens():
        return f"there is no keyboard: standard input is no terminal, and {_TTY} cannot be opened"
    return None


def take_terminal() -> str:
    """Let Textual have the keyboard and the screen whatever the standard streams are.

    It reads what Python calls `__stdin__` and draws on `__stderr__`. An image on standard input
    stays where it is, at descriptor 0; where that is closed, nothing else gets its number.

    Returns:
        How the stream to the terminal encodes.
    """
    if sys.__stdin__ is None:
        os.open(os.devnull, os.O_RDONLY)
    if not _is_terminal(sys.__stdin__):
        sys.__stdin__ = os.fdopen(_open_keyboard(), encoding="utf-8")  # type: ignore[misc]
    if not _is_terminal(sys.__stderr__):
        sys.__stderr__ = sys.__stdout__  # type: ignore[misc]
    return sys.__stderr__.encoding if sys.__stderr__ else "utf-8"


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _keyboard_opens() -> bool:
    try:
        os.close(_open_keyboard())
    except OSError:
        return False
    return True


def _open_keyboard() -> int:
    """Open the terminal above the descriptors of the standard streams, one of which may be closed.

    Raises:
        OSError: There is none.
    """
    import fcntl

    opened = os.open(_TTY, os.O_RDWR | os.O_CLOEXEC)
    try:
        return fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, _ABOVE_STANDARD_STREAMS)
    finally:
        os.close(opened)
