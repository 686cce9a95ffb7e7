"""Package databases from a few lines, as package managers write them."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.analysis.waste import account
from layertui.blob import BytesBlob
from layertui.contents.opening import Contents
from layertui.filesystem.merge import merge
from layertui.image import Layer
from layertui.insight.packages.changes import packages_of
from layertui.layers.indexing import index_layer
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layertui.analysis.waste import Accounting
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.packages.summary import Packages

STATUS = "var/lib/dpkg/status"


def opened(*layers: Sequence[bytes]) -> tuple[Filesystem, Accounting, Contents]:
    """Return an image of plain layers, each given as its entries."""
    blobs = [BytesBlob(builders.layer(*entries)) for entries in layers]
    filesystem = merge([index_layer(blob, number=number) for number, blob in enumerate(blobs)])
    contents = Contents([Layer(index=number, blob=blob) for number, blob in enumerate(blobs)])
    return filesystem, account(filesystem, base_layers=1), contents


def packages(*layers: Sequence[bytes]) -> Packages:
    """Return the packages of an image of plain layers, each given as its entries."""
    filesystem, accounting, contents = opened(*layers)
    found = packages_of(filesystem, accounting, contents)
    assert sum(each.shipped for each in found.packages) + found.unowned.shipped == accounting.size
    return found


def shipped(found: Packages, layer: int | None = None) -> dict[str, int]:
    """Return bytes by name of a package, of one layer or of all; of none, by an empty name."""
    part = found if layer is None else found.layers[layer]
    owned = part.packages if layer is None else found.layers[layer].owned  # type: ignore[union-attr]
    sizes = {each.package.name: each.shipped for each in owned if each.shipped}
    return {**sizes, "": part.unowned.shipped} if part.unowned.shipped else sizes


def stanza(
    name: str, version: str = "1", architecture: str = "amd64", state: str = "installed"
) -> bytes:
    """Return a paragraph of a dpkg status file."""
    return (
        f"Package: {name}\nStatus: install ok {state}\nPriority: optional\nSection: admin\n"
        f"Installed-Size: 12\nMaintainer: Some Body <body@example.org>\n"
        f"Architecture: {architecture}\nVersion: {version}\n"
        f"Description: what {name} is\n Version: no field, but a line of the description\n\n"
    ).encode()


def status(*stanzas: bytes) -> bytes:
    """Return the status file of dpkg as an entry."""
    return builders.file(STATUS, b"".join(stanzas))


def dpkg_list(name: str, *paths: str) -> bytes:
    """Return the list of a package of dpkg as an entry; its paths are absolute."""
    lines = ["/.", *paths]
    return builders.file(f"var/lib/dpkg/info/{name}.list", "\n".join(lines).encode() + b"\n")


def apk(place: str, installed: Mapping[tuple[str, str], Sequence[str]]) -> bytes:
    """Return the database of apk as an entry: paths by name and version."""
    return builders.file(place, apk_text(installed).encode())


def apk_text(installed: Mapping[tuple[str, str], Sequence[str]]) -> str:
    """Return the database of apk: paths by name and version."""
    paragraphs = []
    for (name, version), paths in installed.items():
        lines = ["C:Q1abc=", f"P:{name}", f"V:{version}", "A:x86_64", "S:100", "I:200", "T:what"]
        for path in paths:
            folder, _, file = path.rpartition("/")
            lines += [f"F:{folder}", f"R:{file}", "a:0:0:755", "Z:Q1abc="]
        paragraphs.append("\n".join(lines) + "\n\n")
    return "".join(paragraphs)


def rpm_header(fields: Iterable[tuple[int, int, int, bytes]]) -> bytes:
    """Return a header of rpm: tag, type, count and data of each field."""
    entries, store = [], b""
    for tag, kind, number, data in fields:
        store += bytes(-len(store) % 4)
        entries.append(struct.pack(">IIII", tag, kind, len(store), number))
        store += data
    return struct.pack(">II", len(entries), len(store)) + b"".join(entries) + store


def rpm_package(name: str, version: str, *paths: str) -> bytes:
    """Return the header of a package of rpm; its paths are absolute."""
    folders = list(dict.fromkeys(path.rpartition("/")[0] + "/" for path in paths))
    numbers = [folders.index(path.rpartition("/")[0] + "/") for path in paths]
    names = [path.rpartition("/")[2] for path in paths]
    files = [
        (1116, 4, len(paths), struct.pack(f">{len(paths)}I", *numbers)),
        (1117, 8, len(paths), _texts(names)),
        (1118, 8, len(folders), _texts(folders)),
    ]
    return rpm_header([
        (1000, 6, 1, _texts([name])),
        (1001, 6, 1, _texts([version])),
        (1002, 6, 1, _texts(["2.fc40"])),
        (1022, 6, 1, _texts(["x86_64"])),
        *(files if paths else []),
    ])  # fmt: skip


def rpm_database(*headers: bytes, journal: str = "wal") -> bytes:
    """Return a database of rpm."""
    return sqlite_database(
        f"PRAGMA journal_mode = {journal}",
        "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
        *(f"INSERT INTO Packages (blob) VALUES (x'{header.hex()}')" for header in headers),
    )


def sqlite_database(*statements: str) -> bytes:
    """Return what a database is after some statements."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "database"
        with closing(sqlite3.connect(path)) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()
            database.execute("PRAGMA wal_checkpoint = TRUNCATE")
        return path.read_bytes()


def dist_info(folder: str, name: str, version: str, *paths: str) -> list[bytes]:
    """Return the metadata of a package of pip as entries; its paths are from the folder."""
    place = f"{folder}/{name}-{version}.dist-info"
    own = [f"{name}-{version}.dist-info/{file}" for file in ("METADATA", "RECORD")]
    record = "".join(f"{_quoted(path)},sha256=abc,12\r\n" for path in (*paths, *own))
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: in the description\n"
    return [
        builders.file(f"{place}/METADATA", text.encode()),
        builders.file(f"{place}/RECORD", record.encode()),
    ]


def go_program(
    text: str = "path\tshop.test/api/cmd\nmod\tshop.test/api\tv1.4.2\th1:x\n"
    "dep\tlib.test/a\tv0.1.0\th1:y\ndep\tlib.test/b\tv2.0.0\n=>\tfork.test/b\tv2.0.1\th1:z\n",
    *,
    size: int = 300_000,
    version: str = "go1.24.1",
) -> bytes:
    """Return an ELF program as Go links it, with the two strings in its data."""
    raw = b"s" * 16 + text.encode() + b"e" * 16
    info = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0")
    info += _counted(version.encode()) + _counted(raw)
    head = elf_head((1, 5, 0, 0x400000, 4096), (1, 6, 8192, 0x600000, 65536))
    return (head.ljust(8192, b"\0") + bytes(64) + info).ljust(size, b"\0")


def elf_head(*segments: tuple[int, int, int, int, int]) -> bytes:
    """Return the head of an ELF program: type, flags, offset, address and size of segments."""
    head = b"\x7fELF\2\1\1".ljust(16, b"\0")
    head += struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, 0x401000, 64, 0, 0, 64, 56, len(segments), 64, 0, 0
    )
    for kind, flags, offset, address, length in segments:
        head += struct.pack(
            "<IIQQQQQQ", kind, flags, offset, address, address, length, length, 4096
        )
    return head


def _counted(data: bytes) -> bytes:
    """Return data after its length as a varint."""
    length, head = len(data), b""
    while length >= 0x80:
        head += bytes((length & 0x7F | 0x80,))
        length >>= 7
    return head + bytes((length,)) + data


def _texts(texts: Sequence[str]) -> bytes:
    return b"".join(text.encode() + b"\0" for text in texts)


def _quoted(path: str) -> str:
    return f'"{path}"' if "," in path else path
