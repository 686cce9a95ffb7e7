"""Mode, owner, time and device number of tar headers, lenient where a number is wrong.

A wrong number is taken as 0 with a notice: the checksum vouches for the rest of the header.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.layers import fields
from layertui.layers.entries import Attributes

if TYPE_CHECKING:
    from layertui.layers.entries import Columns
    from layertui.layers.overrides import Overrides

Report = Callable[[str, str, bytes], None]
"""Called with a notice code, a printable message and the raw name of the entry."""

_XATTR = b"SCHILY.xattr."
_CACHED_FIELDS = 1 << 16


def bounded(cache: dict[bytes, int]) -> dict[bytes, int]:
    """Return a cache of decoded fields, emptied when an archive makes it large."""
    if len(cache) > _CACHED_FIELDS:
        cache.clear()
    return cache


class AttributeDecoder:
    """Decodes what repeats from entry to entry once.

    Args:
        columns: Where owners get their numbers.
        report: Told of numbers that cannot be read.
    """

    def __init__(self, columns: Columns, report: Report) -> None:
        self._columns = columns
        self._report = report
        self._owners: dict[bytes, int] = {}
        self._times: dict[bytes, int] = {}

    def owner(self, block: bytes, overrides: Overrides) -> tuple[int, bytes]:
        """Return the number of an owner and the fields that stand for it, b"" for wrong ones."""
        field = block[100:124]
        known = self._owners.get(field)
        if known is not None:
            return known, field
        number = self._columns.owner_number(Attributes(*self._mode_and_ids(block, overrides)))
        if min(_number(field[start : start + 8]) for start in (0, 8, 16)) < 0:
            return number, b""
        bounded(self._owners)[field] = number
        return number, field

    def time(self, block: bytes, overrides: Overrides) -> tuple[int, bytes]:
        """Return a time and the field that stands for it, b"" for a wrong one."""
        field = block[136:148]
        known = self._times.get(field)
        if known is not None:
            return known, field
        try:
            value = fields.seconds(fields.number(field))
        except ValueError:
            return self._lenient(field, "time", block, overrides), b""
        bounded(self._times)[field] = value
        return value, field

    def pax_owner(self, block: bytes, overrides: Overrides) -> Attributes:
        """Return mode, owner and extended attributes of an entry with PAX records."""
        mode, uid, gid = self._mode_and_ids(block, overrides)
        pax = overrides.pax
        xattrs = sorted((key[len(_XATTR) :], pax[key]) for key in pax if key.startswith(_XATTR))
        return Attributes(
            mode,
            self._pax_number(b"uid", uid, block, overrides),
            self._pax_number(b"gid", gid, block, overrides),
            tuple(xattrs),
        )

    def pax_time(self, block: bytes, overrides: Overrides) -> int:
        """Return the time of an entry that may have a PAX record for it."""
        value = overrides.pax.get(b"mtime")
        if not value:
            return self.time(block, overrides)[0]
        try:
            return fields.timestamp(value)
        except ValueError:
            self._note_number("unreadable time", block, overrides)
            return fields.UNKNOWN_TIME

    def device(self, block: bytes, overrides: Overrides) -> tuple[int, int]:
        """Return the major and minor number of a device."""
        return (
            self._lenient(block[329:337], "device number", block, overrides),
            self._lenient(block[337:345], "device number", block, overrides),
        )

    def _mode_and_ids(self, block: bytes, overrides: Overrides) -> tuple[int, int, int]:
        mode, uid, gid = (
            self._lenient(block[start : start + 8], "mode, user or group id", block, overrides)
            for start in (100, 108, 116)
        )
        return mode & 0o7777, uid, gid

    def _pax_number(self, key: bytes, default: int, block: bytes, overrides: Overrides) -> int:
        value = overrides.pax.get(key)
        if not value:
            return default
        try:
            return fields.decimal(value)
        except ValueError:
            self._note_number(f"unreadable {key.decode()}, taken as 0", block, overrides)
            return 0

    def _lenient(self, field: bytes, what: str, block: bytes, overrides: Overrides) -> int:
        """Return a number, 0 with a notice where it is wrong: the checksum vouches for the rest."""
        value = _number(field)
        if value < 0:
            self._note_number(f"unreadable {what}, taken as 0", block, overrides)
        return max(0, value)

    def _note_number(self, problem: str, block: bytes, overrides: Overrides) -> None:
        name = overrides.entry_name(block)
        self._report("bad-number", f"{printable(name)}: {problem}", name)


def _number(field: bytes) -> int:
    """Return a number of at most 63 bits, less than 0 where it is wrong."""
    try:
        return min(fields.number(field), (1 << 63) - 1)
    except ValueError:
        return -1
