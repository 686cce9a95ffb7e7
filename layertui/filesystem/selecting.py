"""What the arguments of a command name in a filesystem, and what is below a path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from layertui.errors import UsageError
from layertui.filesystem.links import follow
from layertui.filesystem.patterns import LONGEST, glob_expression
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layertui.filesystem.links import Followed
    from layertui.filesystem.tree import Filesystem

_WILD = re.compile(rb"[*?\[]")


class Named(NamedTuple):
    """What an argument names.

    Attributes:
        given: The argument.
        nodes: What is there, in preorder; nothing where the argument names nothing.
        is_glob: Whether it is a glob, and not the path of something.
        followed: Where it leads as a path.
    """

    given: bytes
    nodes: tuple[int, ...]
    is_glob: bool
    followed: Followed


def named(filesystem: Filesystem, given: bytes, layer: int, *, last: bool = True) -> Named:
    """Return what a path or a glob names in the filesystem after a layer.

    A path is taken from the root, and links in it are followed inside the image. What is no
    path of anything and has one of `*`, `?`, `[` is a glob over whole paths: `*` stops at
    slashes, `**` goes over them.

    Args:
        filesystem: The filesystem.
        given: The argument.
        layer: The layer.
        last: Whether a link at the very end of a path is followed too.

    Raises:
        UsageError: It is no glob.
    """
    followed = follow(filesystem, given, layer, last=last)
    if followed.node is not None:
        return Named(given, (followed.node,), is_glob=False, followed=followed)
    if not _WILD.search(given):
        return Named(given, (), is_glob=False, followed=followed)
    nodes = _matching(filesystem, given)
    there = tuple(node for node in nodes if filesystem.exists(filesystem.version(node, layer)))
    return Named(given, there, is_glob=True, followed=followed)


def anywhere(filesystem: Filesystem, given: bytes, layer: int) -> Named:
    """Return what a path or a glob names in any layer, also what a later one removed.

    Args:
        filesystem: The filesystem.
        given: The argument.
        layer: The layer after which links are followed, where no layer has such a path.

    Raises:
        UsageError: It is no glob.
    """
    followed = follow(filesystem, given, layer)
    node = filesystem.table.find(b"/".join(part for part in given.split(b"/") if part))
    node = followed.node if node is None else node
    if node is not None:
        return Named(given, (node,), is_glob=False, followed=followed)
    is_glob = bool(_WILD.search(given))
    nodes = tuple(_matching(filesystem, given)) if is_glob else ()
    return Named(given, nodes, is_glob=is_glob, followed=followed)


def _matching(filesystem: Filesystem, glob: bytes) -> Iterator[int]:
    """Yield the nodes whose paths match a glob, whether they are there or not."""
    matches, table = glob_test(glob), filesystem.table
    return (node for node in range(1, len(table)) if matches(table.path(node)))


def glob_test(glob: bytes) -> Callable[[bytes], bool]:
    """Return what tells whether an absolute path matches a glob that is taken from the root.

    Raises:
        UsageError: It is no glob.
    """
    text = "/" + glob.decode("utf-8", "surrogateescape").lstrip("/")
    try:
        match = re.compile(glob_expression(text), re.DOTALL).fullmatch
    except re.error as error:
        raise UsageError(f"glob: {error.msg}") from None
    return lambda path: (
        match(path.decode("utf-8", "surrogateescape"), 0, LONGEST) is not None
        and len(path) <= 4 * LONGEST
    )


def below(
    filesystem: Filesystem, node: int, layer: int, depth: int | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the nodes below a node after a layer in preorder, and their versions.

    Args:
        filesystem: The filesystem.
        node: The node, which is not told.
        layer: The layer.
        depth: How many levels below it, or None for all.
    """
    table = filesystem.table
    ends, end = table.ends, table.end(node)
    deepest = None if depth is None else table.depth(node) + depth
    child = node + 1
    while child < end:
        version = filesystem.version(child, layer)
        is_there = filesystem.exists(version)
        if is_there:
            yield child, version
        inside = is_there and (deepest is None or table.depth(child) < deepest)
        child = child + 1 if inside else ends[child]


def is_directory(filesystem: Filesystem, node: int, layer: int) -> bool:
    """Tell whether a node is a directory after a layer."""
    version = filesystem.version(node, layer)
    if not node:
        return True
    return filesystem.exists(version) and filesystem.kind(version) == DIRECTORY


def ranges(filesystem: Filesystem, nodes: Iterable[int]) -> list[tuple[int, int]]:
    """Return nodes and all that is below them as ranges that do not overlap, in preorder."""
    found: list[tuple[int, int]] = []
    for node in sorted(set(nodes)):
        if not found or node >= found[-1][1]:
            found.append((node, filesystem.table.end(node)))
    return found
