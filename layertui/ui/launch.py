"""Starting the screen, and leaving it at once whatever is still being read."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from layertui.errors import UsageError
from layertui.ui.app import ExplorerApp
from layertui.ui.terminal import is_browser, needs_ascii, take_terminal

if TYPE_CHECKING:
    from layertui.ui.request import OpenRequest

_SWITCH_INTERVAL = 0.001
"""Seconds until the thread of the screen gets its turn among those that read and search."""

_PATIENCE = 0.1
"""Seconds that threads get to notice that they are not needed any more."""


def launch(request: OpenRequest) -> int:
    """Show the screen until the user leaves; return the exit code.

    Where a thread is in the midst of what cannot be interrupted (sorting a million paths), the
    process ends here: the interpreter would wait for that thread before it ends.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL)
    app = ExplorerApp(_fitting(request))
    app.run(mouse=request.screen.mouse)
    code = app.return_code or 0
    app.opened.stop()
    if not _quiet_by(monotonic() + _PATIENCE):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    app.opened.close()
    return code


def _fitting(request: OpenRequest) -> OpenRequest:
    """Return a request that says whether the terminal shows no more than ASCII.

    Raises:
        UsageError: The image would be what a browser sends.
    """
    screen = request.screen
    if is_browser(os.environ):
        from layertui.sources.locator import STDIN

        if request.image == STDIN:
            hint = "Name a file: textual serve 'layertui image.tar'"
            raise UsageError("a browser leaves no standard input for an image", hint=hint)
        return replace(request, screen=replace(screen, ascii=bool(screen.ascii)))
    encoding = take_terminal()
    if screen.ascii is None:
        screen = replace(screen, ascii=needs_ascii(os.environ, encoding))
    return replace(request, screen=screen)


def _quiet_by(deadline: float) -> bool:
    """Tell whether all other threads have ended by a time."""
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    for thread in others:
        thread.join(max(deadline - monotonic(), 0))
    return not any(thread.is_alive() for thread in others)
