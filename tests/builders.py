"""Layers from a few lines: every tar header is written byte by byte, so nothing is beyond reach."""

from __future__ import annotations

BLOCK = 512
END = bytes(2 * BLOCK)


def octal(value: int, width: int) -> bytes:
    """Return a NUL-terminated octal field, base-256 where it does not fit or is negative."""
    text = b"%0*o" % (width - 1, value) if value >= 0 else b""
    if text and len(text) < width:
        return text + b"\0"
    return (value & ((1 << (8 * width - 1)) - 1) | 1 << (8 * width - 1)).to_bytes(width, "big")


def header(
    name: bytes,
    *,
    kind: bytes = b"0",
    size: int = 0,
    mode: int = 0o644,
    uid: int = 0,
    gid: int = 0,
    mtime: int = 0,
    link: bytes = b"",
    device: tuple[int, int] = (0, 0),
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
) -> bytes:
    """Return one header block with a right checksum."""
    fields = [
        name.ljust(100, b"\0"),
        octal(mode, 8),
        octal(uid, 8),
        octal(gid, 8),
        octal(size, 12),
        octal(mtime, 12),
        b" " * 8,
        kind,
        link.ljust(100, b"\0"),
        magic,
        bytes(64),
        octal(device[0], 8),
        octal(device[1], 8),
        prefix.ljust(155, b"\0"),
        bytes(12),
    ]
    return with_checksum(b"".join(fields))


def with_checksum(block: bytes) -> bytes:
    """Return a header block with its checksum field put right."""
    blank = block[:148] + b" " * 8 + block[156:]
    return blank[:148] + b"%06o\0 " % sum(blank) + blank[156:]


def padded(data: bytes) -> bytes:
    """Return a payload filled up to whole blocks."""
    return data + bytes(-len(data) % BLOCK)


def pax_records(records: dict[str, bytes]) -> bytes:
    """Return `LEN KEY=VALUE` lines."""
    lines = []
    for key, value in records.items():
        body = b" " + key.encode() + b"=" + value + b"\n"
        length = len(body) + 1
        while len(b"%d" % length) + len(body) != length:
            length = len(b"%d" % length) + len(body)
        lines.append(b"%d" % length + body)
    return b"".join(lines)


def special(kind: bytes, data: bytes, name: bytes = b"././@LongLink") -> bytes:
    """Return a special header (GNU `L` and `K`, PAX `x` and `g`) with its payload."""
    return header(name, kind=kind, size=len(data)) + padded(data)


def file(
    path: str | bytes,
    data: bytes = b"",
    *,
    mode: int = 0o644,
    uid: int = 0,
    gid: int = 0,
    mtime: int = 0,
    pax: dict[str, bytes] | None = None,
) -> bytes:
    """Return a regular file."""
    return _entry(path, b"0", data, mode=mode, uid=uid, gid=gid, mtime=mtime, pax=pax)


def directory(
    path: str | bytes,
    *,
    mode: int = 0o755,
    uid: int = 0,
    gid: int = 0,
    mtime: int = 0,
    pax: dict[str, bytes] | None = None,
) -> bytes:
    """Return a directory; the trailing slash is added."""
    name = _raw(path)
    name = name if name.endswith(b"/") else name + b"/"
    return _entry(name, b"5", b"", mode=mode, uid=uid, gid=gid, mtime=mtime, pax=pax)


def symlink(path: str | bytes, target: str | bytes, *, mode: int = 0o777, mtime: int = 0) -> bytes:
    """Return a symbolic link."""
    return _entry(path, b"2", b"", mode=mode, mtime=mtime, link=_raw(target))


def hardlink(path: str | bytes, target: str | bytes, *, mode: int = 0o644) -> bytes:
    """Return a hard link to another path of the layer or of a lower one."""
    return _entry(path, b"1", b"", mode=mode, link=_raw(target))


def device(
    path: str | bytes, major: int, minor: int, *, kind: bytes = b"3", mode: int = 0o600
) -> bytes:
    """Return a character (`3`) or block (`4`) device."""
    return _entry(path, kind, b"", mode=mode, device=(major, minor))


def fifo(path: str | bytes, *, mode: int = 0o644) -> bytes:
    """Return a named pipe."""
    return _entry(path, b"6", b"", mode=mode)


def whiteout(path: str | bytes) -> bytes:
    """Return the whiteout of a path: `d/.wh.name`."""
    parent, _, name = _raw(path).rpartition(b"/")
    return file((parent + b"/" if parent else b"") + b".wh." + name)


def opaque(path: str | bytes = b"") -> bytes:
    """Return the opaque whiteout of a directory; without a path, of the root."""
    raw = _raw(path)
    return file((raw + b"/" if raw else b"") + b".wh..wh..opq")


def layer(*entries: bytes) -> bytes:
    """Return an uncompressed layer: the entries and two zero blocks."""
    return b"".join(entries) + END


def _entry(
    path: str | bytes,
    kind: bytes,
    data: bytes,
    *,
    mode: int,
    uid: int = 0,
    gid: int = 0,
    mtime: int = 0,
    link: bytes = b"",
    device: tuple[int, int] = (0, 0),
    pax: dict[str, bytes] | None = None,
) -> bytes:
    name = _raw(path)
    long = [special(b"L", name + b"\0")] if len(name) > 100 else []
    long += [special(b"K", link + b"\0")] if len(link) > 100 else []
    extended = [special(b"x", pax_records(pax), b"PaxHeaders/entry")] if pax else []
    block = header(
        name[:100], kind=kind, size=len(data), mode=mode, uid=uid, gid=gid, mtime=mtime,
        link=link[:100], device=device,
    )  # fmt: skip
    return b"".join([*extended, *long, block, padded(data)])


def _raw(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
