"""The headers of a tar archive, one entry after another, with Go's archive/tar as the reference.

Reads V7, ustar, GNU (long names, base-256, sparse) and PAX. A header is believed only when its
checksum is right; a position only ever grows; special headers are bounded in size and number.

    window -> read_columns -> columns

Source of the rules: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Standard";
OCI image-spec layer.md.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING
from zlib import adler32

from xxhash import xxh3_128_digest

from layertui.display import printable
from layertui.errors import DamagedImageError, LimitExceededError
from layertui.layers import fields
from layertui.layers.attributes import AttributeDecoder, bounded
from layertui.layers.entries import (
    BLOCKDEV,
    CHARDEV,
    DIRECTORY,
    FILE,
    HARDLINK,
    SYMLINK,
    Columns,
    Header,
)
from layertui.layers.overrides import Overrides, ustar_name
from layertui.limits import Limits

if TYPE_CHECKING:
    from layertui.layers.attributes import Report
    from layertui.layers.window import Window

BLOCK = 512

_ZEROS = bytes(BLOCK)
_COMMON = frozenset(b"01256")
_COMMON_FIELDS = Struct("100s24s12s12s8sB188xB166x").unpack
_FIRST_FLAG = 0x30
_GNU_SPARSE = ord("S")
_GNU_DUMPDIR = ord("D")
_PASSED_OVER = frozenset(b"gVNA")
_WITHOUT_PAYLOAD = frozenset(b"123456")
_SPECIAL = frozenset(b"xXLK") | _PASSED_OVER


class TarError(DamagedImageError):
    """The archive cannot be read on from an offset.

    Args:
        problem: What is wrong there, printable.
        offset: Bytes from the start of the uncompressed archive.
        is_placed: Whether the problem tells already where it is.

    """

    title = "Damaged layer"

    def __init__(self, problem: str, offset: int, *, is_placed: bool = False) -> None:
        super().__init__(problem if is_placed else f"{problem} at offset {offset}")
        self.offset = offset


def read_columns(
    window: Window,
    columns: Columns,
    *,
    limits: Limits | None = None,
    report: Report | None = None,
) -> None:
    """Add the entries of an archive to columns, up to its end.

    Raises:
        TarError: It is damaged; what the columns hold came before.
        LimitExceededError: It asks for more than a limit allows.

    """
    _Reader(window, columns, limits or Limits(), report or _ignore).run()


def _ignore(code: str, message: str, name: bytes) -> None:
    pass


def _after(payload: int, size: int) -> int:
    """Return where the header behind a payload starts."""
    return payload + (size + BLOCK - 1 & -BLOCK)


class _Reader:
    """One pass over an archive; fields that repeat from entry to entry are decoded once."""

    def __init__(self, window: Window, columns: Columns, limits: Limits, report: Report) -> None:
        self._window = window
        self._columns = columns
        self._limits = limits
        self._report = report
        self._checksums: dict[bytes, int] = {}
        self._sizes: dict[bytes, int] = {}
        self._special_bytes = 0
        self._attributes = AttributeDecoder(columns, report)

    def run(self) -> None:  # noqa: C901, PLR0912, PLR0915
        """Read to the end: common headers are decoded here, all others beside."""
        window, columns, hashes = self._window, self._columns, self._window.hashes
        sizes, checksums = self._sizes, self._checksums
        add_name, add_kind, add_size = (
            columns.names.append, columns.kinds.append, columns.sizes.append
        )  # fmt: skip
        add_owner, add_time, add_payload = (
            columns.owners.append, columns.mtimes.append, columns.payloads.append
        )  # fmt: skip
        number = moment = 0
        last_owner = last_time = b""
        overrides = Overrides()
        buffer, base, position, payload_end = b"", 0, 0, 0
        while True:
            at = position - base
            block = buffer[at : at + 512]
            if len(block) < 512:
                self._check_count()
                buffer, base = window.view(position)
                block = buffer[position - base : position - base + 512]
                if len(block) < 512:
                    self._check_end(position, len(block), payload_end)
                    return
            name, owner, size, time, checksum, kind, prefix = _COMMON_FIELDS(block)
            if adler32(block) & 0xFFFF != (checksums.get(checksum) or self._adler(checksum)):
                if block == _ZEROS:
                    self._check_marker(position)
                    return
                self._check_sum(block, position)
            if kind not in _COMMON or overrides.pax:
                if kind in _SPECIAL:
                    payload_end = position = self._special(block, position, overrides)
                    continue
                payload, count = self._unusual(block, position, overrides)
                overrides = Overrides()
            else:
                kind -= _FIRST_FLAG
                count = 0 if kind else sizes.get(size, -1)
                if count < 0:
                    count = self._size(block, position)
                if owner != last_owner:
                    number, last_owner = self._attributes.owner(block, overrides)
                if time != last_time:
                    moment, last_time = self._attributes.time(block, overrides)
                payload = position + 512
                add_name(name[: name.find(0)] if not name[99] else name.partition(b"\0")[0])
                add_kind(kind)
                add_size(count)
                add_owner(number)
                add_time(moment)
                add_payload(payload)
                if kind or prefix or overrides.count:
                    self._finish(block, kind, overrides)
                    overrides = Overrides() if overrides.count else overrides
                if count and hashes:
                    columns.add_digest(window.digest(payload, count))
            payload_end = payload + count
            position = payload + (count + 511 & -512)

    def _finish(self, block: bytes, kind: int, overrides: Overrides) -> None:
        """Complete the row of a link, of a directory, or of an entry with a long name."""
        columns = self._columns
        if overrides.name or block[345]:
            columns.names[-1] = overrides.name or ustar_name(block)
        if kind == DIRECTORY:
            columns.names[-1] = columns.names[-1].rstrip(b"/")
        elif kind in (HARDLINK, SYMLINK):
            columns.links[len(columns) - 1] = overrides.entry_link(block)

    def _check_count(self) -> None:
        if len(self._columns) > self._limits.layer_entries:
            raise LimitExceededError(
                f"more than {self._limits.layer_entries} entries",
                hint="The setting is layer_entries.",
            )

    def _check_end(self, position: int, left: int, payload_end: int) -> None:
        """Tell an archive that merely lacks its end marker from one that is cut off."""
        if failure := self._window.failure:
            is_placed = failure.offset is not None
            raise TarError(str(failure), self._window.end, is_placed=is_placed)
        if self._window.end < payload_end:
            raise TarError("the tar ends within the content of an entry", self._window.end)
        if left > 0 and position < self._window.end:
            raise TarError("the tar ends within a header", self._window.end)
        if position:
            message = f"no end marker at offset {self._window.end}, the layer may lack entries"
            self._report("no-end-marker", message, b"")

    def _check_marker(self, position: int) -> None:
        """Warn where anything but zeros follows the block of zeros that ends the archive."""
        data = self._window.data_after(position + BLOCK)
        if data is not None:
            message = f"the layer ends at offset {position}, what follows at {data} is not read"
            self._report("data-after-end", message, b"")

    def _adler(self, checksum: bytes) -> int:
        """Return the low half of the adler32 of the blocks that have a checksum field.

        It is 1 + the sum of all bytes, modulo 65,521: a sum that is taken in C.
        """
        try:
            wanted = fields.number(checksum)
        except ValueError:
            return -1
        half = (wanted - 8 * 0x20 + sum(checksum) + 1) % 65521
        bounded(self._checksums)[checksum] = half
        return half

    def _check_sum(self, block: bytes, position: int) -> None:
        """Accept the sum of unsigned or of signed bytes."""
        stored = block[148:156]
        try:
            wanted = fields.number(stored)
        except ValueError:
            wanted = -1
        total = sum(block) - sum(stored) + 8 * 0x20
        signed = total - 256 * sum(byte > 0x7F for byte in block[:148] + block[156:])
        if wanted not in (total, signed):
            raise TarError("a header with a wrong checksum", position)

    def _size(self, block: bytes, position: int) -> int:
        known = self._sizes.get(block[124:136])
        if known is not None:
            return known
        try:
            size = fields.number(block[124:136])
        except ValueError as error:
            raise TarError(f"a size that is {error}", position) from None
        bounded(self._sizes)[block[124:136]] = self._checked_size(size, position)
        return size

    def _checked_size(self, size: int, position: int) -> int:
        if size < 0 or position + size > (1 << 63) - 1:
            raise TarError("a size that is negative or beyond 63 bits", position)
        return size

    def _special(self, block: bytes, position: int, overrides: Overrides) -> int:
        """Take in a special header; return where the next header starts."""
        size = self._size(block, position)
        payload = position + BLOCK
        overrides.count += 1
        if overrides.count > self._limits.special_header_chain:
            message = f"more than {self._limits.special_header_chain} special headers in a row"
            raise LimitExceededError(
                f"{message} at offset {position}", hint="The setting is special_header_chain."
            )
        if block[156] not in _PASSED_OVER:
            self._take(block[156], self._special_data(payload, size), overrides, position)
        return _after(payload, size)

    def _special_data(self, payload: int, size: int) -> bytes:
        if size > self._limits.special_header_size:
            raise LimitExceededError(
                f"a special header of {size} bytes at offset {payload - BLOCK}",
                hint="The setting is special_header_size.",
            )
        self._special_bytes += size
        if self._special_bytes > self._limits.special_headers_size:
            raise LimitExceededError(
                f"special headers of more than {self._limits.special_headers_size} bytes",
                hint="The setting is special_headers_size.",
            )
        data = self._window.read(payload, size)
        if len(data) < size:
            raise TarError("the tar ends within a special header", self._window.end)
        return data

    def _take(self, kind: int, data: bytes, overrides: Overrides, position: int) -> None:
        try:
            overrides.take(kind, data)
        except ValueError as error:
            raise TarError(str(error), position) from None

    def _unusual(self, block: bytes, position: int, overrides: Overrides) -> tuple[int, int]:
        """Take in an entry with overrides or of an uncommon kind; return where its payload is."""
        pax = overrides.pax
        name = overrides.entry_name(block)
        kind = self._kind(block[156], name)
        try:
            size = fields.decimal(pax[b"size"]) if pax.get(b"size") else self._size(block, position)
            size = 0 if block[156] in _WITHOUT_PAYLOAD else self._checked_size(size, position)
            holes = self._holes(block, position, overrides, size) if kind == FILE else None
        except ValueError as error:
            raise TarError(f"{printable(name)}: {error}", position) from None
        payload = position + BLOCK
        if kind is None:
            return payload, size
        if holes and block[156] == _GNU_SPARSE:
            payload += holes.stored
        self._columns.add(Header(
            name=(holes and pax.get(b"GNU.sparse.name")) or name,
            kind=kind,
            size=0 if kind else size,
            owner=self._attributes.pax_owner(block, overrides),
            mtime=self._attributes.pax_time(block, overrides),
            link=overrides.entry_link(block),
            payload=payload,
            digest=self._digest(payload, size, holes) if kind == FILE and size else b"",
            device=self._device(block, kind, overrides),
            sparse=holes,
        ))  # fmt: skip
        return payload, size

    def _kind(self, flag: int, name: bytes) -> int | None:
        """Return the kind of an entry, None for one that is passed over."""
        if flag == 0 and name.endswith(b"/"):
            return DIRECTORY
        if flag in b"0\x007S":
            return FILE
        if flag in b"123456":
            return flag - _FIRST_FLAG
        if flag != _GNU_DUMPDIR:
            what = f"an entry of the unknown type {printable(bytes((flag,)))!r} is passed over"
            self._report("unknown-type", f"{printable(name)}: {what}", name)
        return None

    def _holes(
        self, block: bytes, position: int, overrides: Overrides, size: int
    ) -> fields.SparseMap | None:
        payload, limit = position + BLOCK, self._limits.special_header_size
        if block[156] == _GNU_SPARSE:
            return fields.gnu_sparse(
                block, lambda nth: self._window.read(payload + nth * BLOCK, BLOCK), limit
            )
        return fields.pax_sparse(
            overrides.pax,
            overrides.points,
            lambda length: self._window.read(payload, min(length, size)),
            limit,
        )

    def _device(self, block: bytes, kind: int, overrides: Overrides) -> tuple[int, int] | None:
        is_device = kind in (CHARDEV, BLOCKDEV)
        return self._attributes.device(block, overrides) if is_device else None

    def _digest(self, payload: int, size: int, holes: fields.SparseMap | None) -> bytes:
        """Return the digest of a payload; of a sparse file, of its data and where they lie."""
        if holes is None:
            return self._window.digest(payload, size)
        data = self._window.digest(payload, size, wanted=True)
        return xxh3_128_digest(repr((holes.real_size, holes.pieces)).encode() + data)
