"""The entries of a sample layer, and their bytes in a tar archive."""

from __future__ import annotations

import hashlib
import tarfile
from typing import Literal, NamedTuple

BASE_TIME = 1_714_435_200
"""When the base image was made, seconds since 1970."""


class Entry(NamedTuple):
    """One entry of a layer.

    Attributes:
        name: Without a leading slash.
        data: Content of a file.
        kind: The type flag of its header.
        mode: Permission bits.
        owner: User and group id.
        time: Seconds since 1970, 0 for the time of the step.
        link: The target of a link.
        device: Major and minor number.
        xattrs: Extended attributes, values as text.
    """

    name: str
    data: bytes = b""
    kind: bytes = tarfile.REGTYPE
    mode: int = 0o644
    owner: int = 0
    time: int = 0
    link: str = ""
    device: tuple[int, int] = (0, 0)
    xattrs: tuple[tuple[str, str], ...] = ()


def directory(name: str, *, mode: int = 0o755, owner: int = 0, time: int = BASE_TIME) -> Entry:
    """Return a directory."""
    return Entry(name, kind=tarfile.DIRTYPE, mode=mode, owner=owner, time=time)


def directories(*names: str, owner: int = 0, time: int = BASE_TIME) -> list[Entry]:
    """Return several directories."""
    return [directory(name, owner=owner, time=time) for name in names]


def symlink(name: str, target: str) -> Entry:
    """Return a symbolic link."""
    return Entry(name, kind=tarfile.SYMTYPE, mode=0o777, link=target)


def hardlink(name: str, target: str) -> Entry:
    """Return a hard link to another path of the layer."""
    return Entry(name, kind=tarfile.LNKTYPE, link=target)


def device(name: str, major: int, minor: int) -> Entry:
    """Return a character device."""
    return Entry(name, kind=tarfile.CHRTYPE, mode=0o666, device=(major, minor))


def fifo(name: str) -> Entry:
    """Return a named pipe."""
    return Entry(name, kind=tarfile.FIFOTYPE, mode=0o600)


def whiteout(path: str) -> Entry:
    """Return the marker that takes a lower path away."""
    parent, _, name = path.rpartition("/")
    return Entry(f"{parent}/.wh.{name}")


def opaque(path: str) -> Entry:
    """Return the marker that empties a directory."""
    return Entry(f"{path}/.wh..wh..opq")


def noise(name: str, size: int) -> bytes:
    """Return bytes that look like those of a packed file and are all of a name's own."""
    return hashlib.shake_256(name.encode()).digest(size)


def program(name: str, size: int, mode: int = 0o755) -> Entry:
    """Return a file with the magic bytes of a Linux executable."""
    return Entry(name, b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + noise(name, size - 16), mode=mode)


def text(name: str, size: int, line: str) -> Entry:
    """Return a file of numbered lines."""
    lines = (f"{line} {number}\n" for number in range(1, size // len(line)))
    return Entry(name, "".join(lines).encode()[:size])


def blocks(entry: Entry, time: int) -> bytes:
    """Return the header and the padded content of an entry."""
    member = tarfile.TarInfo(entry.name)
    member.type = entry.kind
    member.mode = entry.mode
    member.uid = member.gid = entry.owner
    member.size = len(entry.data)
    member.mtime = entry.time or time
    member.linkname = entry.link
    member.devmajor, member.devminor = entry.device
    member.pax_headers = {f"SCHILY.xattr.{name}": value for name, value in entry.xattrs}
    form: Literal[1, 2] = tarfile.PAX_FORMAT if entry.xattrs else tarfile.GNU_FORMAT
    header = member.tobuf(form, encoding="utf-8", errors="surrogateescape")
    return header + entry.data + bytes(-len(entry.data) % tarfile.BLOCKSIZE)
