"""What two versions of a path are, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui import display

if TYPE_CHECKING:
    from layertui.filesystem.tree import Entry

_XATTR_SHOWN = 512
"""Bytes of an extended attribute that are told."""

Value = str | int | bytes | tuple[int, int] | None
"""A type, a size, a mode, owner and group, nanoseconds, the text of a link, device numbers, an
extended attribute; None where there is no such thing."""


class Known(NamedTuple):
    """What is known of a version.

    Attributes:
        entry: What it is.
        real: The same; of a hard link, what it leads to, if that is there.
    """

    entry: Entry
    real: Entry


class Field(NamedTuple):
    """One field of two versions.

    Attributes:
        name: "type", "size", "mode", "owner", "time", "link", "device", "hard link", or "xattr".
        old: Of the one version.
        new: Of the other.
        attribute: The name of an extended attribute, raw.
    """

    name: str
    old: Value
    new: Value
    attribute: bytes = b""

    @property
    def differs(self) -> bool:
        """Whether the versions differ in it.

        A time that is not known differs from none. A hard link is what it leads to.
        """
        if self.name == "hard link" or (self.name == "time" and None in (self.old, self.new)):
            return False
        return self.old != self.new

    @property
    def title(self) -> str:
        """What it is called, printable."""
        return display.printable(self.attribute, 60) if self.attribute else self.name

    def words(self, value: Value) -> str:
        """Return a value of this field in printable words; nothing where there is none."""
        if value is None:
            return ""
        if self.name == "xattr" and isinstance(value, bytes):
            return _attribute_words(value)
        return _words(self.name, value)


def fields_of(old: Known | None, new: Known | None) -> tuple[Field, ...]:
    """Return the fields that one of two versions has.

    Args:
        old: The one version, or None where the path is not there.
        new: The other.
    """
    before, after = _values(old), _values(new)
    plain = tuple(
        Field(name, before.get(name), after.get(name))
        for name in _NAMES
        if name in before or name in after
    )
    return plain + _attributes(old, new)


_NAMES = ("type", "size", "mode", "owner", "time", "link", "device", "hard link")


def _values(known: Known | None) -> dict[str, Value]:
    """Return the values that a version has, by field."""
    if known is None:
        return {}
    entry = known.real
    values: dict[str, Value] = {
        "type": entry.type,
        "mode": entry.mode,
        "owner": (entry.uid, entry.gid),
        "time": entry.mtime,
    }
    if entry.type == "file":
        values["size"] = entry.size
    if entry.link is not None and entry.type in ("symlink", "hardlink"):
        values["link"] = entry.link
    if entry.device is not None:
        values["device"] = entry.device
    if known.entry.type == "hardlink" != entry.type:
        values["hard link"] = known.entry.link
    return values


def _attributes(old: Known | None, new: Known | None) -> tuple[Field, ...]:
    before, after = dict(old.real.xattrs if old else ()), dict(new.real.xattrs if new else ())
    names = sorted({*before, *after})
    return tuple(Field("xattr", before.get(name), after.get(name), name) for name in names)


def _words(name: str, value: Value) -> str:
    if isinstance(value, bytes):
        return display.printable(value)
    if isinstance(value, tuple):
        return ("{}:{}" if name == "owner" else "{}, {}").format(*value)
    if isinstance(value, int):
        return _number_words(name, value)
    return value or ""


def _number_words(name: str, value: int) -> str:
    if name == "mode":
        return f"{value:04o} {display.mode('', value)[1:]}"
    if name == "time":
        return display.time(value) or f"{value} ns"
    if value < 1000:
        return f"{value} B"
    return f"{display.size(value)} ({display.count(value)} B)"


def _attribute_words(value: bytes) -> str:
    """Return a value as text where it is one, else in hex."""
    shown = value[:_XATTR_SHOWN]
    text = shown.rstrip(b"\0").decode("ascii", "replace")
    words = text if text.isprintable() and "\ufffd" not in text else shown.hex(" ")
    return words + "\u2026" * (len(value) > _XATTR_SHOWN)
