"""What the IMAGE argument asks for: a path, standard input, or a transport with a name."""

from __future__ import annotations

import os
from dataclasses import dataclass

from layertui.display import printable
from layertui.errors import UsageError

STDIN = "-"
ARCHIVES = ("docker-archive", "oci-archive")
DIRECTORIES = ("oci", "dir")
REGISTRY = "registry"
ENGINES = ("docker", "podman", "container")
_KEEPERS = (*ENGINES, REGISTRY)
_ALIASES = {
    "docker-tar": "docker-archive",
    "docker-daemon": "docker",
    "containers-storage": "podman",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Where an image is.

    Attributes:
        transport: As skopeo names it, or empty where the path tells.
        path: A path, `-`, or the name that an engine or registry knows.
        choice: The image of several that was named along with the path, or empty.
    """

    transport: str
    path: str
    choice: str = ""


def locate(text: str, source: str = "") -> Locator:
    """Return where the image is that a user asks for.

    A path that exists wins over any other reading.

    Args:
        text: A path, `-`, `TRANSPORT:REST`, or a name.
        source: dive's `--source`: a transport that the text does not repeat, or empty.

    Raises:
        UsageError: There is no such source, or nothing was asked for.
    """
    if not text:
        raise UsageError("no image was named", hint="Name a file, a directory or - for a pipe.")
    if source:
        return _with_source(text, _known(source))
    if text == STDIN or exists(text):
        return Locator(transport="", path=text)
    prefix, colon, rest = text.partition(":")
    transport = _ALIASES.get(prefix, prefix)
    if colon and transport in (*ARCHIVES, *DIRECTORIES, *_KEEPERS):
        return _of_transport(transport, rest)
    return Locator(transport="", path=text)


def exists(path: str) -> bool:
    """Tell whether there is a file or directory of that name."""
    try:
        return os.path.lexists(path)
    except ValueError:  # a zero byte
        return False


def _known(source: str) -> str:
    transport = _ALIASES.get(source, source)
    if transport not in (*ARCHIVES, *DIRECTORIES, *_KEEPERS):
        known = ", ".join((*_KEEPERS, *ARCHIVES, *DIRECTORIES))
        raise UsageError(f"there is no source `{printable(source, 40)}`", hint=f"Use {known}.")
    return transport


def _with_source(text: str, transport: str) -> Locator:
    prefix, colon, rest = text.partition(":")
    if colon and rest and _ALIASES.get(prefix, prefix) == transport and not exists(text):
        return _of_transport(transport, rest)
    return _of_transport(transport, text)


def _of_transport(transport: str, rest: str) -> Locator:
    rest = rest.removeprefix("//")
    if not rest:
        what = "NAME" if transport in _KEEPERS else "PATH"
        raise UsageError(f"nothing is named behind `{transport}:`", hint=f"Use {transport}:{what}.")
    if transport in _KEEPERS or transport == "dir":
        return Locator(transport=transport, path=rest)
    path, choice = _split(rest)
    return Locator(transport=transport, path=path, choice=choice)


def _split(rest: str) -> tuple[str, str]:
    """Return path and name of `PATH[:REF]`: the longest path that exists, else the shortest."""
    if exists(rest):
        return rest, ""
    parts = rest.split(":")
    for count in range(len(parts) - 1, 0, -1):
        path = ":".join(parts[:count])
        if path and exists(path):
            return path, ":".join(parts[count:])
    return parts[0], ":".join(parts[1:])
