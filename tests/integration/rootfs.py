"""A root filesystem as plain values: from a folder, from a `docker export`, and from ours."""

from __future__ import annotations

import os
import stat
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from layertui.filesystem.tree import Filesystem

NANOSECONDS = 1_000_000_000

STAT_TYPES = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "symlink",
    stat.S_IFCHR: "chardev",
    stat.S_IFBLK: "blockdev",
    stat.S_IFIFO: "fifo",
}
TAR_TYPES = {
    tarfile.REGTYPE: "file",
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "chardev",
    tarfile.BLKTYPE: "blockdev",
    tarfile.FIFOTYPE: "fifo",
}
DEVICES = ("chardev", "blockdev")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What a path is.

    A hard link is the file that it shares.

    Attributes:
        type: As in the report, except that there is no "hardlink".
        size: Bytes of a file, 0 for anything else.
        mode: Permission bits with setuid, setgid and sticky.
        uid: Owner.
        gid: Group.
        link: The text of a symbolic link.
        device: Major and minor number.
        mtime: Whole seconds; None for a directory, where the tools differ.
    """

    type: str
    size: int
    mode: int
    uid: int
    gid: int
    link: bytes | None
    device: tuple[int, int] | None
    mtime: int | None


Tree = dict[bytes, Node]
"""A root filesystem: nodes by their absolute paths, without the root."""


def from_folder(root: Path) -> Tree:
    """Return what is in a folder."""
    tree: Tree = {}
    top = os.fsencode(root)
    for parent, folders, files in os.walk(top):
        for name in folders + files:
            path = parent + b"/" + name
            tree[path[len(top) :]] = _from_stat(path, os.lstat(path))
    return tree


def from_tarball(path: Path) -> Tree:
    """Return what is in a tarball of a root filesystem."""
    tree: Tree = {}
    with tarfile.open(path) as archive:
        for member in archive:
            name = _absolute(member.name)
            linked = tree[_absolute(member.linkname)] if member.islnk() else None
            if name != b"/":
                tree[name] = linked or _from_member(member)
    return tree


def from_filesystem(filesystem: Filesystem, layer: int) -> Tree:
    """Return our merged filesystem after a layer."""
    tree: Tree = {}
    for entry in filesystem.listing(layer):
        kind = "file" if entry.type == "hardlink" else entry.type
        seconds = None if entry.mtime is None else entry.mtime // NANOSECONDS
        tree[entry.path] = Node(
            type=kind,
            size=entry.size if kind == "file" else 0,
            mode=entry.mode,
            uid=entry.uid,
            gid=entry.gid,
            link=entry.link if kind == "symlink" else None,
            device=entry.device if kind in DEVICES else None,
            mtime=None if kind == "directory" else seconds,
        )
    return tree


def without(tree: Tree, paths: Collection[bytes]) -> Tree:
    """Return a tree without some paths and all that is below them."""
    return {
        path: node
        for path, node in tree.items()
        if not any(path == gone or path.startswith(gone + b"/") for gone in paths)
    }


def differences(ours: Mapping[bytes, Node], theirs: Mapping[bytes, Node]) -> str:
    """Return a few lines for each path that is not the same in both, empty when all are."""
    return "\n".join(
        f"{path!r}:\n    ours   {ours.get(path)}\n    theirs {theirs.get(path)}"
        for path in sorted(ours.keys() | theirs.keys())
        if ours.get(path) != theirs.get(path)
    )


def _from_stat(path: bytes, status: os.stat_result) -> Node:
    kind = STAT_TYPES[stat.S_IFMT(status.st_mode)]
    device = os.major(status.st_rdev), os.minor(status.st_rdev)
    return Node(
        type=kind,
        size=status.st_size if kind == "file" else 0,
        mode=stat.S_IMODE(status.st_mode),
        uid=status.st_uid,
        gid=status.st_gid,
        link=_link_text(path) if kind == "symlink" else None,
        device=device if kind in DEVICES else None,
        mtime=None if kind == "directory" else status.st_mtime_ns // NANOSECONDS,
    )


def _link_text(path: bytes) -> bytes:
    return os.fsencode(Path(os.fsdecode(path)).readlink())


def _from_member(member: tarfile.TarInfo) -> Node:
    kind = TAR_TYPES[member.type]
    return Node(
        type=kind,
        size=member.size if kind == "file" else 0,
        mode=stat.S_IMODE(member.mode),
        uid=member.uid,
        gid=member.gid,
        link=os.fsencode(member.linkname) if kind == "symlink" else None,
        device=(member.devmajor, member.devminor) if kind in DEVICES else None,
        mtime=None if kind == "directory" else int(member.mtime),
    )


def _absolute(name: str) -> bytes:
    return b"/" + os.fsencode(name).strip(b"/").removeprefix(b"./")
