"""The reader agrees with tarfile, and damage never leads to anything but our own errors."""

from __future__ import annotations

import gzip
import io
import sys
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.blob import BytesBlob
from layertui.display import printable
from layertui.filesystem.merge import merge
from layertui.layers.entries import DIRECTORY, KIND_NAMES
from layertui.layers.indexing import index_layer
from layertui.layers.window import StreamWindow
from tests.builders import with_checksum
from tests.layers import pieces, read_archive, read_window
from tests.unit.test_tar_windows import EVERYTHING

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
TYPES = {
    "file": tarfile.REGTYPE, "hardlink": tarfile.LNKTYPE, "symlink": tarfile.SYMTYPE,
    "chardev": tarfile.CHRTYPE, "blockdev": tarfile.BLKTYPE, "directory": tarfile.DIRTYPE,
    "fifo": tarfile.FIFOTYPE,
}  # fmt: skip
TEXT = st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1, max_size=40)
NAMES = st.lists(TEXT, min_size=1, max_size=9).map("/".join)


@st.composite
def members(draw: st.DrawFn) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member that every format but ustar can hold."""
    kind = draw(st.sampled_from(sorted(TYPES)))
    info = tarfile.TarInfo(draw(NAMES))
    info.type = TYPES[kind]
    info.mode = draw(st.integers(0, 0o7777))
    info.uid, info.gid = (draw(st.integers(0, 1 << 32)) for _ in range(2))
    info.mtime = draw(st.integers(-(1 << 33), 1 << 33))
    if kind in ("hardlink", "symlink"):
        info.linkname = draw(NAMES)
    if kind in ("chardev", "blockdev"):
        info.devmajor, info.devminor = draw(st.integers(0, 4095)), draw(st.integers(0, 4095))
    data = draw(st.binary(max_size=1500)) if kind == "file" else b""
    info.size = len(data)
    return info, data


def written(entries: list[tuple[tarfile.TarInfo, bytes]], tar_format: int) -> bytes:
    """Return an archive of the entries that its format can hold."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tar_format) as archive:
        for info, data in entries:
            try:
                archive.addfile(info, io.BytesIO(data))
            except ValueError:
                assert tar_format == tarfile.USTAR_FORMAT
    return stream.getvalue()


def as_tarfile_reads(data: bytes) -> list[tuple[object, ...]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errors="surrogateescape") as archive:
        return [
            (
                info.name.encode("utf-8", "surrogateescape"),
                info.type,
                info.size,
                info.mode,
                info.uid,
                info.gid,
                info.mtime,
                info.linkname.encode("utf-8", "surrogateescape"),
                (info.devmajor, info.devminor) if info.isdev() and not info.isfifo() else None,
                info.offset_data if info.isreg() else None,
            )
            for info in archive
        ]


def as_we_read(data: bytes) -> list[tuple[object, ...]]:
    reading = read_archive(data)
    assert reading.error is None
    return [
        (
            entry.name if entry.kind == DIRECTORY else entry.name.rstrip(b"/"),
            TYPES[KIND_NAMES[entry.kind]],
            entry.size,
            *entry.owner[:3],
            entry.mtime / 1_000_000_000,
            entry.link,
            entry.device,
            entry.payload if KIND_NAMES[entry.kind] == "file" else None,
        )
        for entry in reading.headers
    ]


@pytest.mark.parametrize("tar_format", FORMATS.values(), ids=FORMATS)
@settings(max_examples=150)
@given(entries=st.lists(members(), max_size=6))
def test_archives_that_tarfile_writes_are_read_as_tarfile_reads_them(
    tar_format: int, entries: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    data = written(entries, tar_format)
    assert as_we_read(data) == as_tarfile_reads(data)


STORED = {"plain": EVERYTHING, "gzip": gzip.compress(EVERYTHING), "zstd": zstd.compress(EVERYTHING)}


@pytest.mark.parametrize("stored", STORED.values(), ids=STORED)
@settings(max_examples=400)
@given(data=st.data())
def test_damaged_layers_are_indexed_and_merged_as_far_as_they_go(
    stored: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(stored)
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(stored) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    damaged = damaged[: data.draw(st.integers(0, len(stored)))]
    index = index_layer(BytesBlob(bytes(damaged)))
    for notice in index.notices:
        assert printable(notice.message) == notice.message
    merged = merge([index, index])
    assert [entry.path for entry in merged.listing(0)] == [
        entry.path for entry in merged.listing(1)
    ]


@settings(max_examples=400)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(EVERYTHING) // 512 - 1), st.integers(0, 511), st.binary(max_size=12)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_headers_with_other_fields_and_right_checksums_never_raise(
    changes: list[tuple[int, int, bytes]],
) -> None:
    blocks = [EVERYTHING[start : start + 512] for start in range(0, len(EVERYTHING), 512)]
    for number, place, field in changes:
        block = (blocks[number][:place] + field + blocks[number][place + len(field) :])[:512]
        blocks[number] = with_checksum(block)
    data = b"".join(blocks)
    plain, streamed = read_archive(data), read_window(StreamWindow(pieces(data, 4096)))
    assert plain.names == streamed.names
    merge([index_layer(BytesBlob(data)), index_layer(BytesBlob(gzip.compress(data)))])


@settings(max_examples=200)
@given(st.binary(max_size=3000))
def test_any_bytes_are_a_layer_with_a_notice_at_worst(data: bytes) -> None:
    for prefix in (b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\x00", b"BZh91AY&SY"):
        index_layer(BytesBlob(prefix + data))
