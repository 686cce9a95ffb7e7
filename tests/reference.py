"""A naive applier of layers, written from formats.md 2.1, to hold the real one against.

It keeps every state as a dict from path to node and knows nothing of versions or columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tests import builders


class Copy(NamedTuple):
    """A payload by where it is shipped: its layer, path and place in the archive."""

    layer: int
    path: str
    place: int


@dataclass(frozen=True)
class Item:
    """One entry or marker of a layer.

    Kinds are "file", "directory", "symlink", "hardlink", "fifo", "whiteout" and "opaque".
    """

    kind: str
    path: str
    data: bytes = b""
    mode: int = 0o644
    uid: int = 0
    mtime: int = 0
    link: str = ""

    def entry(self) -> bytes:
        """Return it as a tar entry."""
        if self.kind == "whiteout":
            return builders.whiteout(self.path)
        if self.kind == "opaque":
            return builders.opaque(self.path)
        if self.kind == "symlink":
            return builders.symlink(self.path, self.link, mode=self.mode, mtime=self.mtime)
        if self.kind == "hardlink":
            return builders.hardlink(self.path, self.link)
        if self.kind == "fifo":
            return builders.fifo(self.path, mode=self.mode)
        if self.kind == "directory":
            return builders.directory(self.path, mode=self.mode, uid=self.uid, mtime=self.mtime)
        return builders.file(self.path, self.data, mode=self.mode, uid=self.uid, mtime=self.mtime)


@dataclass(frozen=True)
class Node:
    """What a path is: its own kind and link, and what it is once hard links are followed."""

    kind: str
    link: str
    layer: int
    real_kind: str
    data: bytes
    mode: int
    uid: int
    mtime: int | None
    real_link: str
    copy: Copy | None

    @property
    def facts(self) -> tuple[object, ...]:
        """What is compared, without the time."""
        return (self.real_kind, self.data, self.mode, self.uid, self.real_link)


State = dict[str, Node]


def apply(below: State, items: list[Item], layer: int) -> State:
    """Return the state after a layer: first what goes, then what is written (C1)."""
    written = settled(items)
    state = dict(below)
    for item in items:
        if item.kind == "whiteout":
            drop(state, item.path, itself=True)
        elif item.kind == "opaque":
            drop(state, item.path, itself=False)
    nodes = {path: made(below, items, written, path, layer) for path in written}
    for path in sorted(nodes):
        if not is_directory(nodes[path]) or not is_directory(state.get(path)):
            drop(state, path, itself=True)
        for parent in parents(path):
            if not is_directory(state.get(parent)):
                state[parent] = implied(layer)
        state[path] = nodes[path]
    return state


def settled(items: list[Item]) -> dict[str, int]:
    """Return the place of the entry that counts, by path: the last, without conflicts (C9)."""
    last = {
        item.path: place
        for place, item in enumerate(items)
        if item.kind not in ("whiteout", "opaque")
    }
    kept = dict(last)
    for path, place in last.items():
        for parent in parents(path):
            if parent in last and items[last[parent]].kind != "directory":
                kept.pop(path if last[parent] > place else parent, None)
    return kept


def made(below: State, items: list[Item], written: dict[str, int], path: str, layer: int) -> Node:
    place = written[path]
    item = items[place]
    if item.kind == "hardlink":
        found = followed(below, items, written, path, layer)
        if found is not None:
            return Node(
                "hardlink", item.link, layer, found.real_kind, found.data, found.mode,
                found.uid, found.mtime, found.real_link, found.copy,
            )  # fmt: skip
    copy = Copy(layer, path, place) if item.kind == "file" else None
    mode = 0o644 if item.kind == "hardlink" else item.mode
    uid = item.uid if item.kind in ("file", "directory") else 0
    mtime = item.mtime if item.kind in ("file", "directory", "symlink") else 0
    data = item.data if item.kind == "file" else b""
    text = item.link if item.kind in ("symlink", "hardlink") else ""
    return Node(item.kind, text, layer, item.kind, data, mode, uid, mtime, text, copy)


def followed(
    below: State, items: list[Item], written: dict[str, int], path: str, layer: int
) -> Node | None:
    """Return what a hard link leads to: in its layer, else below (L1)."""
    seen = set[str]()
    while path in written:
        item = items[written[path]]
        if item.kind == "directory" or path in seen:
            return None
        if item.kind != "hardlink":
            return made(below, items, written, path, layer)
        seen.add(path)
        path = item.link
    found = below.get(path)
    return None if found is None or found.real_kind in ("directory", "hardlink") else found


def implied(layer: int) -> Node:
    return Node("directory", "", layer, "directory", b"", 0o755, 0, None, "", None)


def is_directory(node: Node | None) -> bool:
    return node is not None and node.real_kind == "directory"


def parents(path: str) -> list[str]:
    """Return the paths above, the topmost first."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def drop(state: State, path: str, *, itself: bool) -> None:
    for other in list(state):
        if (itself and other == path) or path == "" or other.startswith(path + "/"):
            del state[other]


def states(stack: list[list[Item]]) -> list[State]:
    """Return the state before any layer and after each."""
    found: list[State] = [{}]
    for layer, items in enumerate(stack):
        found.append(apply(found[-1], items, layer))
    return found


def change(below: State, above: State, path: str) -> str:
    """Return what happened to a path between two states."""
    before, after = below.get(path), above.get(path)
    if before is None:
        return "added" if after else "absent"
    if after is None:
        return "removed"
    same_time = before.mtime == after.mtime or None in (before.mtime, after.mtime)
    return "unmodified" if before.facts == after.facts and same_time else "modified"
