"""Entry names as paths: bytes, without a leading slash, no empty, `.` or `..` components.

The root is the empty path. Whole layers are looked at in one go, and only names that need it
one by one. Source of the rules: OCI image-spec layer.md; names are never decoded or folded.
"""

from __future__ import annotations

from typing import NamedTuple

_SLASH_TO_NUL = bytes.maketrans(b"/", b"\0")
_SWAP = bytes.maketrans(b"/\0", b"\0/")


def canonical(name: bytes) -> bytes:
    """Return one name as a path; `..` is resolved within the root."""
    parts: list[bytes] = []
    for part in name.split(b"/"):
        if part == b"..":
            del parts[-1:]
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/".join(parts)


def escapes(name: bytes) -> bool:
    """Tell whether a name leads out of the root on its way."""
    depth = 0
    for part in name.split(b"/"):
        depth += (part not in (b"", b".", b"..")) - (part == b"..")
        if depth < 0:
            return True
    return False


class Paths(NamedTuple):
    """The paths of a layer in the order of its entries.

    Attributes:
        each: The paths, one an entry.
        heap: The same with a NUL before and behind each, to look at all of them at once.
        odd: True where any was written oddly.
    """

    each: list[bytes]
    heap: bytes
    odd: bool

    def keys(self) -> list[bytes]:
        """Return the paths with NUL for `/`: sorted as bytes they stand in preorder."""
        return self.heap[1:-1].translate(_SWAP).split(b"/") if self.each else []


def canonical_all(names: list[bytes]) -> Paths:
    """Return names as paths."""
    heap = _heap(names)
    if not _is_odd(heap):
        return Paths(names, heap, odd=False)
    if all(name.startswith(b"./") or name == b"." for name in names):
        names = [name[2:] for name in names]
        heap = _heap(names)
        if not _is_odd(heap):
            return Paths(names, heap, odd=False)
    paths = [canonical(name) for name in names]
    return Paths(paths, _heap(paths), odd=True)


def _heap(names: list[bytes]) -> bytes:
    return b"\0%b\0" % b"\0".join(names)


def _is_odd(heap: bytes) -> bool:
    """Tell whether a component of any name is `.` or `..`, or empty in a name that is not."""
    parts = heap.translate(_SLASH_TO_NUL)
    if b"\0." in parts and (b"\0.\0" in parts or b"\0..\0" in parts):
        return True
    return b"\0\0" in parts and any(odd in heap for odd in (b"\0/", b"//", b"/\0"))
