"""A file that passes by, read like one that lies there."""

from __future__ import annotations

import gzip

from layertui.analysis.waste import account
from layertui.blob import BytesBlob
from layertui.contents.opening import Contents, Piece, Stored
from layertui.filesystem.merge import merge
from layertui.image import Layer
from layertui.insight.packages.changes import packages_of
from layertui.insight.packages.passing import PassingBlob
from layertui.layers.fields import SparseMap
from layertui.layers.indexing import index_layer
from tests import builders
from tests.databases import elf_head

DATA = bytes(range(256)) * 1_000


def pieces(length: int) -> list[Piece]:
    return [(start, DATA[start : start + length]) for start in range(0, len(DATA), length)]


def test_bytes_are_given_front_to_back() -> None:
    blob = PassingBlob(len(DATA), iter(pieces(700)))
    for start, length in ((0, 64), (10, 2_000), (5, 3), (100_000, 64), (150_000, 300_000)):
        assert blob.read_at(start, length) == DATA[start : start + length]
    assert blob.read_at(len(DATA), 5) == b""
    assert not blob.missed


def test_bytes_that_have_passed_are_missed() -> None:
    blob = PassingBlob(len(DATA), iter(pieces(700)))
    assert blob.read_at(200_000, 10) == DATA[200_000:200_010]
    assert blob.read_at(199_000, 10) == DATA[199_000:199_010]
    assert blob.read_at(3, 5) == b""
    assert blob.missed


def test_no_more_is_taken_than_is_asked_for() -> None:
    left = iter(pieces(1_000))
    PassingBlob(len(DATA), left).read_at(0, 2_500)
    assert next(left)[0] == 3_000


def test_holes_are_zeros() -> None:
    stored = Stored(0, 30, SparseMap(500, ((100, 10), (300, 20))))
    contents = Contents([Layer(index=0, blob=BytesBlob(DATA))])
    whole = contents.open(0, stored).read_at(0, 500)
    for step in (1, 7, 150, 500):
        ((_, passing),) = contents.passing(0, [stored])
        blob = PassingBlob(stored.real_size, passing)
        assert b"".join(blob.read_at(at, step) for at in range(0, 500, step)) == whole


def test_a_program_whose_texts_have_passed_is_opened_again() -> None:
    """Programs of older toolchains point back to texts that stand before their data."""
    text = b"path\tx.test/cmd\nmod\tx.test\tv1\n"
    base, data = 0x600000, 3_000_000
    headers = (base + 8_192).to_bytes(8, "little") + (8).to_bytes(8, "little")
    headers += (base + 8_300).to_bytes(8, "little") + len(text).to_bytes(8, "little")
    info = b"\xff Go buildinf:\x08\0" + (base + 8_400).to_bytes(8, "little")
    info += (base + 8_416).to_bytes(8, "little")
    program = elf_head((1, 4, 0, base, data), (1, 6, data, base + data, 100_000))
    program = program.ljust(8_192, b"\0") + b"go1.17.1".ljust(108, b"\0") + text
    program = (program.ljust(8_400, b"\0") + headers).ljust(data, b"\0") + info
    entry = builders.file("tool", program.ljust(data + 300_000, b"\0"), mode=0o755)
    packed = BytesBlob(gzip.compress(builders.layer(entry)))
    filesystem = merge([index_layer(packed)])
    contents = Contents([Layer(index=0, blob=packed)])
    found = packages_of(filesystem, account(filesystem, base_layers=1), contents)
    assert [(each.name, each.version) for each in found.installed] == [("x.test", "v1")]
