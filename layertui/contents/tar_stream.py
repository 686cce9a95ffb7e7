"""A tar stream: headers of POSIX 2001 (pax), the same bytes for the same files in every run.

Names, links and extended attributes are written as the bytes they are. What does not fit a
header of ustar goes into records before it, and only that. Source of the rules: POSIX.1-2017
pax, "ustar Interchange Format" and "pax Extended Header".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from layertui.contents.destination import ExtractionError, NotWrittenError
from layertui.display import printable
from layertui.display import size as shown_size
from layertui.errors import CancelledError, LayertuiError
from layertui.layers.entries import FILE, HARDLINK
from layertui.layers.fields import NANOSECONDS
from layertui.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layertui.contents.opening import Piece
    from layertui.contents.planning import Item

Write = Callable[[bytes | memoryview], object]
"""Takes the next bytes of the stream."""

BLOCK = 512
END = bytes(20 * BLOCK)
"""What ends a stream: zeros, of which two blocks are enough."""

_ZEROS = bytes(1 << 16)
_LARGEST_ID = 0o7777777
_LARGEST_NUMBER = 0o77777777777
_XATTR = b"SCHILY.xattr."


def header(
    name: bytes,
    kind: int = FILE,
    *,
    size: int = 0,
    mode: int = 0o644,
    uid: int = 0,
    gid: int = 0,
    mtime: int = 0,
    link: bytes = b"",
    device: tuple[int, int] = (0, 0),
    xattrs: Iterable[tuple[bytes, bytes]] = (),
) -> bytes:
    """Return the header of a member, with the records that it needs before it.

    Args:
        name: Raw; of a directory, with a slash at its end.
        kind: FILE, DIRECTORY, ...
        size: Bytes of content.
        mode: Permission bits.
        uid: Owner.
        gid: Group.
        mtime: Nanoseconds since 1970.
        link: Where a link leads.
        device: Major and minor number.
        xattrs: Extended attributes.
    """
    records: list[tuple[bytes, bytes]] = []
    seconds, rest = divmod(mtime, NANOSECONDS)
    if rest or not 0 <= seconds <= _LARGEST_NUMBER:
        records.append((b"mtime", _time(mtime)))
    fields = (
        _text(records, b"path", name),
        b"%07o\0" % (mode & 0o7777),
        _number(records, b"uid", uid, 8, _LARGEST_ID),
        _number(records, b"gid", gid, 8, _LARGEST_ID),
        _number(records, b"size", size, 12, _LARGEST_NUMBER),
        b"%011o\0" % min(max(0, seconds), _LARGEST_NUMBER),
        b" " * 8,
        b"%d" % kind,
        _text(records, b"linkpath", link),
        b"ustar\x0000",
        bytes(64),
        *(b"%07o\0" % min(number, _LARGEST_ID) for number in device),
        bytes(167),
    )
    records += [(_XATTR + key, value) for key, value in xattrs]
    return _records(records) + _checked(b"".join(fields))


def padding(size: int) -> bytes:
    """Return what fills a content of some bytes up to whole blocks."""
    return bytes(-size % BLOCK)


def _text(records: list[tuple[bytes, bytes]], key: bytes, text: bytes) -> bytes:
    if len(text) > 100:
        records.append((key, text))
    return text[:100].ljust(100, b"\0")


def _number(
    records: list[tuple[bytes, bytes]], key: bytes, value: int, width: int, largest: int
) -> bytes:
    if value > largest:
        records.append((key, b"%d" % value))
    return b"%0*o\0" % (width - 1, value if value <= largest else 0)


def _time(nanoseconds: int) -> bytes:
    seconds, rest = divmod(abs(nanoseconds), NANOSECONDS)
    sign = "-" if nanoseconds < 0 else ""
    return f"{sign}{seconds}.{rest:09d}".rstrip("0").rstrip(".").encode()


def _records(records: list[tuple[bytes, bytes]]) -> bytes:
    if not records:
        return b""
    data = b"".join(_record(key, value) for key, value in records)
    fields = (
        b"PaxHeaders/records".ljust(100, b"\0"), b"%07o\0" % 0o644, b"%07o\0" % 0, b"%07o\0" % 0,
        b"%011o\0" % len(data), b"%011o\0" % 0, b" " * 8, b"x", bytes(100), b"ustar\x0000",
        bytes(247),
    )  # fmt: skip
    return _checked(b"".join(fields)) + data + padding(len(data))


def _record(key: bytes, value: bytes) -> bytes:
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + 1
    while len(b"%d" % length) + len(body) != length:
        length = len(b"%d" % length) + len(body)
    return b"%d" % length + body


def _checked(block: bytes) -> bytes:
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


class TarSink:
    """Writes a tar stream of everything that an image has, owners and devices included.

    Whoever unpacks it decides what becomes of them. Files with holes are written with zeros, and
    left out where their holes make them larger than `spool_size`.

    Args:
        write: Takes the bytes.
        top: What the names begin with, or nothing for names below the top itself.
        limits: Bounds on files with holes.

    Attributes:
        lost: What is told where the work ends early.
    """

    def __init__(self, write: Write, top: bytes = b"", *, limits: Limits | None = None) -> None:
        self.lost = "The tar stream is cut off."
        self._write = write
        self._top = top
        self._most = (limits or Limits()).spool_size

    def directory(self, item: Item) -> None:
        """Write a directory; of the top itself, what an entry tells of it."""
        if self._name(item) == b"." and item.implied:
            return
        self._member(item, self._name(item) + b"/")

    def file(self, item: Item, pieces: Iterable[Piece]) -> None:
        """Write a file.

        Raises:
            NotWrittenError: Its holes make it too large.
            ExtractionError: Its content is not to be had, so that the stream ends within it.
        """
        if item.size > max(item.stored, self._most):
            raise NotWrittenError(
                f"{shown_size(item.size)} with its holes, of which {shown_size(item.stored)} are"
                " stored; the limit is spool_size"
            )
        self._member(item, self._name(item), size=item.size)
        reached = 0
        try:
            for offset, data in pieces:
                self._zeros(offset - reached)
                self._write(data)
                reached = offset + len(data)
        except CancelledError:
            raise
        except LayertuiError as error:
            raise ExtractionError(f"{printable(item.path)}: {error.message}") from None
        self._zeros(item.size - reached)
        self._write(padding(item.size))

    def hard_link(self, item: Item, first: Item) -> None:
        """Write a hard link."""
        hard = item._replace(kind=HARDLINK, xattrs=())
        self._member(hard, self._name(item), link=self._name(first))

    def symlink(self, item: Item) -> None:
        """Write a symbolic link."""
        self._member(item, self._name(item), link=item.text)

    def other(self, item: Item) -> None:
        """Write a device or a named pipe."""
        if item.kind == HARDLINK:
            raise NotWrittenError(f"a hard link to {printable(item.text)}, which is not there")
        self._member(item, self._name(item))

    def settle(self, item: Item) -> None:
        """Do nothing: a directory has its time from the start."""

    def lacks(self, item: Item) -> str:  # noqa: ARG002
        """Return what an item lacks: nothing."""
        return ""

    def finish(self) -> None:
        """End the stream."""
        self._write(END)

    def _name(self, item: Item) -> bytes:
        return b"/".join(part for part in (self._top, item.name) if part) or b"."

    def _member(self, item: Item, name: bytes, *, size: int = 0, link: bytes = b"") -> None:
        self._write(
            header(
                name,
                item.kind,
                size=size,
                mode=item.mode,
                uid=item.uid,
                gid=item.gid,
                mtime=item.mtime or 0,
                link=link,
                device=item.device or (0, 0),
                xattrs=item.xattrs,
            )
        )

    def _zeros(self, count: int) -> None:
        while count > 0:
            self._write(_ZEROS[:count])
            count -= len(_ZEROS)
