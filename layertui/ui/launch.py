"""Starting the screen, and leaving it at once whatever is still being read."""

from __future__ import annotations

import os
import sys
import threading
from time import monotonic
from typing import TYPE_CHECKING

from layertui.ui.app import ExplorerApp

if TYPE_CHECKING:
    from layertui.ui.request import OpenRequest

_PATIENCE = 0.1
"""Seconds that threads get to notice that they are not needed any more."""


def launch(request: OpenRequest) -> int:
    """Show the screen until the user leaves; return the exit code.

    Where a thread is in the midst of what cannot be interrupted (sorting a million paths), the
    process ends here: the interpreter would wait for that thread before it ends.
    """
    app = ExplorerApp(request)
    app.run()
    code = app.return_code or 0
    app.stop_reading()
    if not _quiet_by(monotonic() + _PATIENCE):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    app.close_image()
    return code


def _quiet_by(deadline: float) -> bool:
    """Tell whether all other threads have ended by a time."""
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    for thread in others:
        thread.join(max(deadline - monotonic(), 0))
    return not any(thread.is_alive() for thread in others)
