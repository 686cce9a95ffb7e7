"""Reading a compressed layer at any place."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import sys
import zlib
from collections.abc import Callable

import pytest

from layertui.blob import BytesBlob
from layertui.errors import CancelledError, LayertuiError
from layertui.layers import decoders, unpacked
from layertui.layers.decoders import DamagedStreamError
from layertui.layers.unpacked import UnpackedLayer
from layertui.limits import KIB, MIB, Limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]

PACKS: dict[str, Pack] = {
    "plain": bytes,
    "gzip": lambda data: gzip.compress(data, 1),
    "gzip-members": lambda data: b"".join(
        gzip.compress(data[start : start + 100 * KIB], 1)
        for start in range(0, len(data), 100 * KIB)
    ),
    "zstd": zstd.compress,
    "zstd-frames": lambda data: b"".join(
        zstd.compress(data[start : start + 300 * KIB]) for start in range(0, len(data), 300 * KIB)
    ),
    "xz": lambda data: lzma.compress(data, preset=0),
    "bzip2": bz2.compress,
}
DATA = random.Random(5).randbytes(700_000) + b"a tar of text " * 90_000


class CountingBlob(BytesBlob):
    """Counts the bytes that are read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.count = 0

    def read_at(self, offset: int, length: int) -> bytes:
        data = super().read_at(offset, length)
        self.count += len(data)
        return data


def layer_of(data: bytes) -> UnpackedLayer:
    return UnpackedLayer(BytesBlob(data), Limits())


@pytest.fixture(params=["zlib-ng", "zlib"])
def gzip_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "zlib":
        monkeypatch.setattr(decoders, "inflater", zlib)
    elif decoders.inflater is zlib:
        pytest.skip("no zlib-ng wheel on this platform")


@pytest.fixture
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "_STRETCH", 64 * KIB)
    monkeypatch.setattr(unpacked, "OUTPUT_SIZE", 16 * KIB)


@pytest.mark.usefixtures("short_stretches", "gzip_library")
@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_any_place_is_what_it_is_in_the_uncompressed_layer(pack: Pack) -> None:
    layer, chance = layer_of(pack(DATA)), random.Random(7)
    for _ in range(60):
        start, length = chance.randrange(len(DATA) + 10), chance.choice((0, 1, 512, 90_000))
        assert layer.read_at(start, length) == DATA[start : start + length]


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_fewer_bytes_come_only_where_the_layer_ends(pack: Pack) -> None:
    layer = layer_of(pack(DATA))
    assert layer.read_at(len(DATA) - 5, 100) == DATA[-5:]
    assert layer.read_at(len(DATA), 100) == b""
    assert layer.read_at(len(DATA) + 1_000, 100) == b""
    assert layer.read_at(0, 20) == DATA[:20]


@pytest.mark.usefixtures("short_stretches")
@pytest.mark.parametrize("kind", ["gzip", "gzip-members", "zstd-frames"])
def test_what_lies_before_a_place_that_was_passed_is_not_read_again(kind: str) -> None:
    blob = CountingBlob(PACKS[kind](DATA))
    layer = UnpackedLayer(blob, Limits())
    layer.read_at(len(DATA) - 10, 10)
    blob.count = 0
    layer.read_at(600_000, 10)
    assert blob.count < blob.size / 2


def test_going_on_reads_nothing_twice() -> None:
    blob = CountingBlob(PACKS["zstd"](DATA))
    layer = UnpackedLayer(blob, Limits())
    blob.count = 0
    for start in range(0, len(DATA), 10_000):
        layer.read_at(start, 10_000)
    assert blob.count < blob.size * 1.2


@pytest.mark.usefixtures("short_stretches")
def test_few_places_are_kept_however_long_the_layer_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "_MOST_PLACES", 4)
    layer = layer_of(PACKS["gzip-members"](DATA))
    layer.read_at(len(DATA), 1)
    assert 2 <= len(layer._places) <= 4
    assert layer.read_at(1_000_000, 50) == DATA[1_000_000:1_000_050]


def test_the_way_to_a_place_is_told_and_can_be_stopped() -> None:
    told: list[int] = []
    data = bytes(8 * MIB)
    layer = layer_of(gzip.compress(data, 1))
    with pytest.raises(CancelledError):
        layer.read_at(7 * MIB, 1, cancelled=lambda: len(told) > 3, progress=told.append)
    assert len(told) == 4
    assert told == sorted(told)
    assert layer.read_at(7 * MIB, 1, progress=told.append) == b"\0"
    assert told == sorted(told)


@pytest.mark.usefixtures("gzip_library")
def test_damage_is_told_and_what_is_before_it_can_still_be_read() -> None:
    packed = bytearray(gzip.compress(random.Random(1).randbytes(2 * MIB), 1))
    packed[MIB + 100 : MIB + 5_000] = bytes(4_900)
    whole = random.Random(1).randbytes(2 * MIB)
    layer = layer_of(bytes(packed))
    for _ in range(2):
        with pytest.raises(DamagedStreamError):
            layer.read_at(2 * MIB - 10, 10)
        assert layer.read_at(100, 10) == whole[100:110]


@pytest.mark.parametrize("kind", ["gzip", "zstd-frames", "xz"])
def test_a_stream_that_is_cut_off_is_damaged(kind: str) -> None:
    packed = PACKS[kind](DATA)
    layer = layer_of(packed[: len(packed) // 2])
    with pytest.raises(LayertuiError):
        layer.read_at(len(DATA) - 1, 1)
    assert layer.read_at(0, 10) == DATA[:10]


def test_what_is_behind_the_stream_is_no_part_of_it() -> None:
    layer = layer_of(gzip.compress(b"abc") + bytes(600) + b"garbage")
    assert layer.read_at(0, 10) == b"abc"
