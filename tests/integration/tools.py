"""Commands of the system: whether they are there, and what they say."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRE = "LAYERTUI_REQUIRE_INTEGRATION"
"""The environment variable that makes a missing tool a failure, set to 1."""

TIMEOUT = 300
"""Seconds after which a command is taken to hang."""


class ToolError(Exception):
    """A command that failed, with the end of what it wrote to stderr."""


def require(*names: str) -> None:
    """Skip the test, or fail it where tools are required, unless all commands are installed."""
    if missing := [name for name in names if shutil.which(name) is None]:
        unavailable(f"not installed: {', '.join(missing)}")


def require_root() -> None:
    """Skip or fail the test unless this process may make device nodes and change owners."""
    if os.geteuid() != 0:
        unavailable("needs root")


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where tools are required."""
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{reason} ({REQUIRE} is set)", pytrace=False)
    pytest.skip(reason)


def run(*command: object, env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end and return what it wrote to stdout.

    Raises:
        ToolError: It failed.
    """
    words = [os.fspath(word) if isinstance(word, os.PathLike) else str(word) for word in command]
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TIMEOUT,
        env={**os.environ, **(env or {})},
        check=False,
    )
    if done.returncode:
        raise ToolError(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout
