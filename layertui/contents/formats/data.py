"""Other formats that are found in images often, by their magic numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.contents.formats.fields import number, text_until_nul
from layertui.contents.kinds import Fact, Family, Kind
from layertui.display import count, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.contents.kinds import Sample


_TRUE_TYPE = b"\0\1\0\0\0"
_MOST_TABLES = 256


def data(sample: Sample) -> Kind | None:
    """Return what a file of data is, or None for anything else."""
    head = sample.head
    for offset, magic, name in _KNOWN:
        if head.startswith(magic, offset) and _is_meant(magic, head):
            facts = _FACTS[name](head) if name in _FACTS else ()
            return Kind(Family.DATA, name, tuple(facts))
    if head.startswith(b"RIFF"):
        return _riff(head)
    return None


def _is_meant(magic: bytes, head: bytes) -> bool:
    """Tell whether a magic number of mostly zeros is not there by chance: tables have names."""
    if magic != _TRUE_TYPE:
        return True
    return 0 < (number(head, 4, 2, "big") or 0) < _MOST_TABLES and head[12:16].strip().isalnum()


def _riff(head: bytes) -> Kind:
    names = {b"WAVE": "WAV sound", b"AVI ": "AVI video"}
    return Kind(Family.DATA, names.get(head[8:12], "RIFF data"))


def _sqlite(head: bytes) -> list[Fact]:
    page, pages = number(head, 16, 2, "big"), number(head, 28, 4, "big")
    if page is None or pages is None:
        return []
    page = 65_536 if page == 1 else page
    return [Fact("Pages", f"{count(pages)} of {size(page)}")]


def _messages(head: bytes) -> list[Fact]:
    messages = number(head, 8, 4, "little" if head[:1] == b"\xde" else "big")
    return [Fact("Messages", count(messages))] if messages is not None else []


def _pdf(head: bytes) -> list[Fact]:
    version = head[5:8].decode("latin-1")
    return [Fact("Version", version)] if version else []


def _time_zone(head: bytes) -> list[Fact]:
    changes = number(head, 32, 4, "big")
    return [Fact("Changes of time", count(changes))] if changes else []


def _pack(head: bytes) -> list[Fact]:
    objects = number(head, 8, 4, "big")
    return [Fact("Objects", count(objects))] if objects is not None else []


def _terminal(head: bytes) -> list[Fact]:
    names = number(head, 2, 2) or 0
    return [Fact("Names", text_until_nul(head, 12, min(names, 256)))]


_FACTS: dict[str, Callable[[bytes], list[Fact]]] = {
    "SQLite database": _sqlite,
    "compiled translations (gettext)": _messages,
    "PDF document": _pdf,
    "time zone": _time_zone,
    "Git pack": _pack,
    "terminal description (terminfo)": _terminal,
}

_KNOWN = (
    (0, b"SQLite format 3\0", "SQLite database"),
    (0, b"%PDF-", "PDF document"),
    (0, b"\xde\x12\x04\x95", "compiled translations (gettext)"),
    (0, b"\x95\x04\x12\xde", "compiled translations (gettext)"),
    (0, b"TZif", "time zone"),
    (0, b"\x1a\x01", "terminal description (terminfo)"),
    (0, b"\x1e\x02", "terminal description (terminfo)"),
    (0, b"PACK\0\0\0", "Git pack"),
    (0, b"\xfftOc", "Git pack index"),
    (0, b"DIRC\0\0\0", "Git index"),
    (0, b"OTTO\0", "OpenType font"),
    (0, _TRUE_TYPE, "TrueType font"),
    (0, b"ttcf\0", "TrueType fonts"),
    (0, b"wOFF", "web font (WOFF)"),
    (0, b"wOF2", "web font (WOFF2)"),
    (0, b"OggS\0", "Ogg sound or video"),
    (0, b"fLaC", "FLAC sound"),
    (0, b"ID3\3", "MP3 sound"),
    (0, b"ID3\4", "MP3 sound"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM video"),
    (4, b"ftyp", "MP4 video or sound"),
    (12, b"\x61\x15\x06\0", "Berkeley database"),
    (12, b"\0\x06\x15\x61", "Berkeley database"),
    (12, b"\x62\x31\x05\0", "Berkeley database"),
    (0, b"\x13\x57\x9a\xce", "GNU database (gdbm)"),
    (0, b"\xcf\x9a\x57\x13", "GNU database (gdbm)"),
    (0, b"LUKS\xba\xbe", "encrypted disk (LUKS)"),
    (0, b"QFI\xfb", "disk image (QCOW)"),
    (0, b"KDMV", "disk image (VMDK)"),
    (0, b"conectix", "disk image (VHD)"),
    (1080, b"\x53\xef", "ext2, ext3 or ext4 file system"),
    (0, b"BC\xc0\xde", "LLVM bitcode"),
    (0, b"\x1bLua", "compiled Lua"),
    (0, b"\xd7\xcd\xc6\x9a", "Windows picture (WMF)"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
    (0, b"LPKSHHRH", "systemd journal"),
    (0, b"\x85\x01", "OpenPGP data"),
    (0, b"\x99\x01", "OpenPGP key"),
    (0, b"KBXf", "OpenPGP keybox"),
    (0, b"\xd4\xc3\xb2\xa1", "captured network traffic"),
    (0, b"\x0a\x0d\x0d\x0a", "captured network traffic"),
    (0, b"PAR1", "Parquet table"),
    (0, b"\x93NUMPY", "NumPy array"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5 data"),
    (0, b"GGUF", "model weights (GGUF)"),
)
