"""Archives and compressed files: what they are, and what their first bytes tell of what is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.contents.formats.fields import number, text_until_nul
from layertui.contents.kinds import Fact, Family, Kind
from layertui.display import count, size, time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.contents.kinds import Sample

_TAR_MAGIC, _TAR_MAGIC_PLACE = b"ustar", 257
_MOST_NAMES = 5
"""Names of members that are told."""
_MOST_MEMBERS = 200
_LONGEST_NAME = 256
_GZIP_NAME, _GZIP_EXTRA = 8, 4
_ZIP_ENCRYPTED = 1
_ZIP_KINDS = {
    b".jar": "Java archive", b".war": "Java web archive", b".apk": "Android package",
    b".whl": "Python wheel", b".docx": "Word document", b".xlsx": "Excel workbook",
    b".odt": "OpenDocument text", b".epub": "EPUB book", b".egg": "Python egg",
    b".nupkg": "NuGet package", b".xpi": "browser extension",
}  # fmt: skip
_GIB = 1 << 30


def archive(sample: Sample) -> Kind | None:
    """Return what an archive or a compressed file is, or None for anything else."""
    head = sample.head
    for magic, judge in _JUDGES:
        if head.startswith(magic):
            return judge(sample)
    for magic, name in _PLAIN:
        if head.startswith(magic):
            return Kind(Family.ARCHIVE, name)
    if head[_TAR_MAGIC_PLACE:].startswith(_TAR_MAGIC):
        return _tar(sample)
    if head[:4] == b"hsqs":
        return _squashfs(sample)
    if head[_ISO_PLACE : _ISO_PLACE + 5] == b"CD001":
        return Kind(Family.ARCHIVE, "ISO 9660 image")
    return None


_ISO_PLACE = 32_769


def _named(names: Iterator[str]) -> tuple[Fact, ...]:
    """Return the first names of members as a fact."""
    first = [name for name, _ in zip(names, range(_MOST_NAMES + 1), strict=False)]
    if not first:
        return ()
    more = ", ..." if len(first) > _MOST_NAMES else ""
    return (Fact("Begins with", ", ".join(first[:_MOST_NAMES]) + more),)


def _tar(sample: Sample) -> Kind:
    return Kind(Family.ARCHIVE, "tar archive", _named(_tar_names(sample.head)))


def _tar_names(head: bytes) -> Iterator[str]:
    place = 0
    for _ in range(_MOST_MEMBERS):
        if head[place + _TAR_MAGIC_PLACE : place + _TAR_MAGIC_PLACE + 5] != _TAR_MAGIC:
            return
        if head[place + 156 : place + 157] not in b"gxLK":
            yield text_until_nul(head, place, 100)
        digits = head[place + 124 : place + 136].strip(b"\0 ")
        length = int(digits, 8) if digits.isdigit() and not digits.strip(b"01234567") else -1
        if not 0 <= length < len(head):
            return
        place += 512 + -(-length // 512) * 512


def _gzip(sample: Sample) -> Kind:
    head, facts = sample.head, list[Fact]()
    flags, moment = number(head, 3, 1) or 0, number(head, 4, 4)
    if flags & _GZIP_NAME and not flags & _GZIP_EXTRA:
        facts.append(Fact("Name", text_until_nul(head, 10, _LONGEST_NAME)))
    if moment:
        facts.append(Fact("Written", time(moment * 1_000_000_000) or ""))
    tar = sample.name.endswith((b".tgz", b".tar.gz"))
    name = "tar archive, compressed with gzip" if tar else "gzip compressed data"
    return Kind(Family.ARCHIVE, name, tuple(facts))


def _zstd(sample: Sample) -> Kind:
    """Read the header of a frame: RFC 8878, 3.1.1.1."""
    head, facts = sample.head, list[Fact]()
    descriptor = number(head, 4, 1)
    if descriptor is not None:
        single, code = bool(descriptor & 0x20), descriptor >> 6
        place = 5 + (not single) + (0, 1, 2, 4)[descriptor & 3]
        length = (1 if single else 0, 2, 4, 8)[code]
        content = number(head, place, length) if length else None
        if content is not None:
            facts.append(Fact("Unpacked", size(content + (256 if length == 2 else 0))))
        window = number(head, 5, 1)
        if not single and window is not None:
            base = 1 << (10 + (window >> 3))
            facts.append(Fact("Window", size(base + base // 8 * (window & 7))))
    return Kind(Family.ARCHIVE, "Zstandard compressed data", tuple(facts))


def _zip(sample: Sample) -> Kind:
    names = [*_zip_members(sample.head)]
    known = (kind for end, kind in _ZIP_KINDS.items() if sample.name.lower().endswith(end))
    kind = next(known, None)
    locked = any(flags & _ZIP_ENCRYPTED for _, flags in names)
    facts = [*_named(name for name, _ in names)]
    if locked:
        facts.append(Fact("Locked", "with a password"))
    return Kind(Family.ARCHIVE, f"{kind} (zip)" if kind else "zip archive", tuple(facts))


def _zip_members(head: bytes) -> Iterator[tuple[str, int]]:
    """Yield names and flags of the members that stand in the head."""
    place = 0
    for _ in range(_MOST_MEMBERS):
        fields = [number(head, place + each, length) for each, length in _ZIP_FIELDS]
        if head[place : place + 4] != b"PK\3\4" or None in fields:
            return
        flags, packed, name, extra = (each or 0 for each in fields)
        raw = head[place + 30 : place + 30 + min(name, _LONGEST_NAME)]
        yield raw.decode("utf-8", "surrogateescape"), flags
        if flags & 8 and not packed:  # the size stands behind the content
            return
        place += 30 + name + extra + packed


_ZIP_FIELDS = ((6, 2), (18, 4), (26, 2), (28, 2))


def _ar(sample: Sample) -> Kind:
    """Return what an `ar` archive is: a Debian package, or a library of objects."""
    names = [*_ar_names(sample.head)]
    if names[:1] != ["debian-binary"]:
        return Kind(Family.ARCHIVE, "library of object files (ar)")
    version = sample.head[68:80].split(b"\n")[0].decode("ascii", "replace")
    facts = (Fact("Format", version), *_named(iter(names[1:])))
    return Kind(Family.ARCHIVE, "Debian package", facts)


def _ar_names(head: bytes) -> Iterator[str]:
    place = 8
    for _ in range(_MOST_MEMBERS):
        header = head[place : place + 60]
        digits = header[48:58].strip()
        if header[58:60] != b"`\n" or not digits.isdigit():
            return
        yield header[:16].decode("utf-8", "surrogateescape").strip().rstrip("/")
        length = int(digits)
        place += 60 + length + length % 2


def _rpm(sample: Sample) -> Kind:
    facts = (Fact("Name", text_until_nul(sample.head, 10, 66)),)
    source = number(sample.head, 6, 2, "big") == 1
    return Kind(Family.ARCHIVE, "RPM source package" if source else "RPM package", facts)


def _xz(sample: Sample) -> Kind:
    checks = {0: "none", 1: "CRC-32", 4: "CRC-64", 10: "SHA-256"}
    check = checks.get((number(sample.head, 7, 1) or 0) & 15)
    facts = (Fact("Check", check),) if check else ()
    return Kind(Family.ARCHIVE, "xz compressed data", facts)


def _squashfs(sample: Sample) -> Kind:
    files, block = number(sample.head, 4, 4), number(sample.head, 12, 4)
    facts = list[Fact]()
    if files is not None:
        facts.append(Fact("Files", count(files)))
    if block is not None and block < _GIB:
        facts.append(Fact("Blocks", size(block)))
    return Kind(Family.ARCHIVE, "SquashFS file system", tuple(facts))


_JUDGES: tuple[tuple[bytes, Callable[[Sample], Kind]], ...] = (
    (b"\x1f\x8b\x08", _gzip),
    (b"\x28\xb5\x2f\xfd", _zstd),
    (b"PK\3\4", _zip),
    (b"!<arch>\n", _ar),
    (b"\xed\xab\xee\xdb", _rpm),
    (b"\xfd7zXZ\0", _xz),
)
_PLAIN = (
    (b"PK\5\6", "empty zip archive"),
    (b"BZh", "bzip2 compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x04\x22\x4d\x18", "LZ4 compressed data"),
    (b"070701", "cpio archive"),
    (b"070702", "cpio archive with checksums"),
    (b"070707", "old cpio archive"),
    (b"MSCF\0\0\0\0", "Windows cabinet"),
    (b"LZIP", "lzip compressed data"),
    (b"\x1f\x9d", "compress'd data"),
    (b"\x89LZO\0\r\n", "LZO compressed data"),
)
