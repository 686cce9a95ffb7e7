"""What the special headers before an entry say of it.

Source of the rules: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Standard".
"""

from __future__ import annotations

from layertui.layers.fields import pax_records

_LONG_NAME, _LONG_LINK = ord("L"), ord("K")
_SPARSE_POINTS = frozenset((b"GNU.sparse.offset", b"GNU.sparse.numbytes"))


class Overrides:
    """The long names and PAX records for one entry.

    Attributes:
        count: How many special headers there were.
        name: The GNU long name, or None.
        link: The GNU long link, or None.
        pax: The PAX records, the last of each key.
        points: The values of the repeated records of sparse files, in order.
    """

    __slots__ = ("count", "link", "name", "pax", "points")

    def __init__(self) -> None:
        self.count = 0
        self.name: bytes | None = None
        self.link: bytes | None = None
        self.pax: dict[bytes, bytes] = {}
        self.points: list[bytes] = []

    def take(self, kind: int, data: bytes) -> None:
        """Take in the payload of a GNU or PAX header; ValueError tells what is wrong with it."""
        if kind == _LONG_NAME:
            self.name = data.partition(b"\0")[0]
        elif kind == _LONG_LINK:
            self.link = data.partition(b"\0")[0]
        else:
            self.pax, self.points = {}, []
            for key, value in pax_records(data):
                self.pax[key] = value
                if key in _SPARSE_POINTS:
                    self.points.append(value)

    def entry_name(self, block: bytes) -> bytes:
        """Return the name of the entry; the GNU one goes before the PAX one."""
        return self.name or self.pax.get(b"path") or ustar_name(block)

    def entry_link(self, block: bytes) -> bytes:
        """Return the link target of the entry; the GNU one goes before the PAX one."""
        return self.link or self.pax.get(b"linkpath") or block[157:257].partition(b"\0")[0]


def ustar_name(block: bytes) -> bytes:
    """Return the name of a header block, with the prefix that POSIX headers may have."""
    name = block[:100].partition(b"\0")[0]
    if block[257:263] != b"ustar\0" or not block[345]:
        return name
    end = 476 if block[508:512] == b"tar\0" else 500
    return block[345:end].partition(b"\0")[0] + b"/" + name
