from __future__ import annotations

import bz2
import gzip
import lzma
import random
import struct
import sys
import tracemalloc
from collections.abc import Callable

import pytest

from layertui.blob import BytesBlob
from layertui.errors import LayertuiError, LimitExceededError
from layertui.layers import decoders
from layertui.layers.compression import Decompression
from layertui.layers.decoders import DamagedStreamError, Encoding, sniff
from layertui.limits import GIB, MIB, Limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]

SKIPPABLE = b"\x5a\x2a\x4d\x18" + struct.pack("<I", 5) + b"table"


def zstd_with_checksum(data: bytes) -> bytes:
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


PACKS = {
    Encoding.GZIP: gzip.compress,
    Encoding.ZSTD: zstd_with_checksum,
    Encoding.XZ: lzma.compress,
    Encoding.BZIP2: bz2.compress,
}
every_encoding = pytest.mark.parametrize(
    ("encoding", "pack"), [pytest.param(*pair, id=pair[0].value) for pair in PACKS.items()]
)


@pytest.fixture(params=["isal", "zlib"])
def gzip_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "zlib":
        monkeypatch.setattr(decoders, "igzip_lib", None)
    elif decoders.igzip_lib is None:
        pytest.skip("isal has no wheel here")


def sample(size: int, seed: int = 1) -> bytes:
    """Return bytes that compress a little."""
    return random.Random(seed).randbytes(size // 2) + bytes(size - size // 2)


def read(data: bytes, **limits: int) -> tuple[bytes, Decompression, LayertuiError | None]:
    """Return what could be decoded, the stream, and the error that ended it."""
    stream = Decompression(BytesBlob(data), limits=Limits(**limits))
    found = bytearray()
    try:
        for chunk in stream:
            assert 0 < len(chunk) <= MIB
            found += chunk
    except LayertuiError as error:
        return bytes(found), stream, error
    return bytes(found), stream, None


@every_encoding
def test_a_stream_is_told_by_its_first_bytes(encoding: Encoding, pack: Pack) -> None:
    assert sniff(pack(b"data")[:16]) is encoding


@pytest.mark.parametrize("head", [b"", b"\x1f", b"BZh9 name of a file", b"\x50\x2a\x4d", b"etc/"])
def test_other_first_bytes_are_plain(head: bytes) -> None:
    assert sniff(head) is Encoding.PLAIN


@pytest.mark.parametrize("number", range(16))
def test_every_skippable_frame_starts_a_zstd_stream(number: int) -> None:
    assert sniff(bytes((0x50 + number,)) + SKIPPABLE[1:]) is Encoding.ZSTD


@every_encoding
@pytest.mark.parametrize("size", [0, 1, 1000, 3 * MIB + 7])
def test_a_stream_gives_what_was_compressed(encoding: Encoding, pack: Pack, size: int) -> None:
    data = sample(size)
    found, stream, error = read(pack(data))

    assert found == data
    assert error is None
    assert (stream.encoding, stream.trailing) == (encoding, 0)
    assert stream.consumed == len(pack(data))


@pytest.mark.usefixtures("gzip_library")
@pytest.mark.parametrize("members", [2, 500])
def test_members_of_a_gzip_stream_follow_one_another(members: int) -> None:
    data = sample(5000)

    assert read(gzip.compress(data) * members)[0] == data * members


def test_plain_bytes_pass_as_they_are() -> None:
    data = b"plain" + sample(3 * MIB)
    found, stream, _ = read(data)

    assert (found, stream.encoding) == (data, Encoding.PLAIN)


@every_encoding
def test_members_follow_one_another_with_zeros_between(encoding: Encoding, pack: Pack) -> None:
    one, two = sample(100_000, 1), sample(300_000, 2)
    found, stream, error = read(pack(one) + bytes(8) + pack(two) + bytes(700_000))

    assert found == one + two
    assert (stream.trailing, error) == (0, None)


@every_encoding
def test_garbage_behind_the_end_is_counted(encoding: Encoding, pack: Pack) -> None:
    found, stream, error = read(pack(b"data") + bytes(3) + b"garbage")

    assert found == b"data"
    assert (stream.trailing, error) == (7, None)


def test_skippable_frames_may_stand_anywhere_between_zstd_frames() -> None:
    packed = SKIPPABLE + zstd.compress(b"one") + SKIPPABLE * 2 + zstd.compress(b"two") + SKIPPABLE
    found, stream, error = read(packed)

    assert found == b"onetwo"
    assert (stream.trailing, error) == (0, None)


@pytest.mark.usefixtures("gzip_library")
def test_gzip_cut_off_anywhere_is_noticed() -> None:
    data = sample(600)
    packed = gzip.compress(data, mtime=0)
    for length in range(3, len(packed)):
        found, _, error = read(packed[:length])

        assert isinstance(error, DamagedStreamError), length
        assert data.startswith(found)


@pytest.mark.usefixtures("gzip_library")
def test_a_wrong_checksum_or_length_of_gzip_is_noticed_after_all_data() -> None:
    data = sample(3 * MIB)
    packed = gzip.compress(data, mtime=0)
    for place in range(len(packed) - 8, len(packed)):
        for bit in range(8):
            damaged = bytearray(packed)
            damaged[place] ^= 1 << bit
            found, _, error = read(bytes(damaged))

            assert isinstance(error, DamagedStreamError), (place, bit)
            assert found == data


@pytest.mark.usefixtures("gzip_library")
def test_a_flipped_byte_anywhere_in_gzip_data_is_noticed() -> None:
    packed = gzip.compress(sample(400), mtime=0)
    for place in range(10, len(packed)):
        damaged = bytearray(packed)
        damaged[place] ^= 0x04

        assert isinstance(read(bytes(damaged))[2], DamagedStreamError), place


@every_encoding
def test_all_that_comes_before_the_damage_is_given(encoding: Encoding, pack: Pack) -> None:
    data = random.Random(3).randbytes(6 * MIB)
    packed = pack(data)
    found, _, error = read(packed[: len(packed) // 2])

    assert isinstance(error, DamagedStreamError)
    assert error.offset == len(packed) // 2
    assert data.startswith(found)
    assert len(found) > len(data) // 2 - MIB


@every_encoding
def test_a_flipped_byte_in_the_middle_is_noticed(encoding: Encoding, pack: Pack) -> None:
    data = random.Random(4).randbytes(4 * MIB)
    damaged = bytearray(pack(data))
    damaged[len(damaged) // 2] ^= 0x55
    found, _, error = read(bytes(damaged))

    assert isinstance(error, DamagedStreamError)
    assert found[:MIB] == data[:MIB]


@every_encoding
def test_a_message_about_damage_tells_where(encoding: Encoding, pack: Pack) -> None:
    _, _, error = read(pack(sample(5000))[:-4])

    assert error is not None
    assert "compressed offset" in error.message
    assert error.message.isprintable()


def test_a_zstd_window_larger_than_the_limit_is_refused() -> None:
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 24})
    packed = compressor.compress(sample(20 * MIB)) + compressor.flush()

    assert read(packed)[2] is None
    assert isinstance(read(packed, zstd_window=8 * MIB)[2], LimitExceededError)


def test_an_xz_dictionary_larger_than_the_limit_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 64 * MIB}]
    packed = lzma.compress(b"data", filters=filters)

    assert read(packed)[2] is None
    assert isinstance(read(packed, zstd_window=16 * MIB)[2], LimitExceededError)


@every_encoding
def test_a_layer_larger_than_the_limit_is_refused(encoding: Encoding, pack: Pack) -> None:
    found, _, error = read(pack(bytes(5 * MIB)), layer_size=2 * MIB)

    assert isinstance(error, LimitExceededError)
    assert "layer_size" in error.hint
    assert len(found) <= 2 * MIB


def test_a_bomb_is_refused_once_a_gigabyte_has_come_out() -> None:
    packed = zstd.compress(bytes(64 * MIB)) * 40
    seen: list[int] = []
    stream = map(len, Decompression(BytesBlob(packed)))

    with pytest.raises(LimitExceededError, match="decompression bomb"):
        seen.extend(stream)
    assert GIB - MIB <= sum(seen) <= GIB


def test_a_bomb_takes_little_memory() -> None:
    packed = gzip.compress(bytes(200 * MIB))
    tracemalloc.start()
    try:
        for _ in Decompression(BytesBlob(packed)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 8 * MIB
