"""Highlighting in a process of its own, which is killed when it takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.contents.kinds import Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.contents.kinds import Kind

MOST = 512 << 10
"""Bytes of a text that is highlighted."""
_LONGEST_LINE = 4_096
"""Bytes of a line: longer ones are made by programs, and slow."""
_PATIENCE = 5.0
"""Seconds that it may take."""
_PAUSE = 0.05
_SCRIPT = Path(__file__).with_name("tokens.py")
_NAMED = (b"makefile", b"profile")
_PLAIN = (b".log", b".txt", b".list", b".md5sums", b".lock", b".out", b".crt", b".1")
PARTS = {
    "k": "keyword", "s": "string", "c": "comment", "n": "number", "a": "name", "f": "strong",
    " ": "",
}  # fmt: skip
"""By letter, the component class."""


def looks(name: bytes, kind: Kind, data: bytes, cancelled: Callable[[], bool]) -> bytes:
    """Return a letter of PARTS for each byte of a text, or nothing where it is not highlighted.

    Args:
        name: The last component of its path.
        kind: What it is.
        data: It in UTF-8.
        cancelled: Asked on the way; True ends it.
    """
    if not _may_have_language(name, kind, data):
        return b""
    if not 0 < len(data) <= MOST or max(map(len, data.split(b"\n"))) > _LONGEST_LINE:
        return b""
    asked = {
        "path": [each for each in sys.path if each],
        "name": name.decode("utf-8", "replace"),
        "language": _language(kind),
    }
    text = data.replace(b"\r\n", b" \n")
    found = _answer(json.dumps(asked).encode() + b"\n" + text, cancelled)
    return found if len(found) == len(data) else b""


def _may_have_language(name: bytes, kind: Kind, data: bytes) -> bool:
    """Tell whether it is worth a process to find out in which language a text is."""
    if _language(kind) or data.startswith(b"#!") or name in _NAMED:
        return True
    return (b"." in name or not name.islower()) and not name.lower().endswith(_PLAIN)


def _language(kind: Kind) -> str:
    if kind.family is Family.JSON:
        return "json"
    return {"XML": "xml", "SVG picture": "xml", "HTML": "html", "patch": "diff"}.get(kind.name, "")


def _answer(question: bytes, cancelled: Callable[[], bool]) -> bytes:
    """Return what the process answers, or nothing where it does not, in time."""
    command = [sys.executable, "-I", str(_SCRIPT)]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return b""
    with process:
        sent: bytes | None = question
        for _ in range(round(_PATIENCE / _PAUSE)):
            if cancelled():
                break
            with suppress(subprocess.TimeoutExpired):
                return process.communicate(sent, timeout=_PAUSE)[0]
            sent = None
        process.kill()
    return b""
