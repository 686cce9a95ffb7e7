"""`python -m layertui` and the `layertui` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command line and leave with its exit code.

    The process ends at once: taking down the millions of values of a large image one by one
    would only keep the user waiting.
    """
    try:
        from layertui.cli import run
    except KeyboardInterrupt:
        os._exit(130)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 2
    os._exit(code)


if __name__ == "__main__":
    main()
