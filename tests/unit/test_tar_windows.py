"""The same entries come through a blob and through a stream, whatever its pieces are."""

from __future__ import annotations

from xxhash import xxh3_128_digest

from layertui.blob import BytesBlob
from layertui.errors import DamagedImageError
from layertui.layers.window import BlobWindow, StreamWindow, payload_digest
from tests import builders
from tests.builders import file, header, layer, special
from tests.layers import pieces, read_window
from tests.unit.test_tar_sparse import FORMATS

EVERYTHING = layer(
    builders.directory("d", mode=0o1777),
    file("d/empty"),
    file("d/small", b"small"),
    file("d/" + "long" * 60, b"l" * 511, uid=1 << 31, mtime=-5),
    file(
        "pax", b"p" * 513, pax={"path": b"renamed", "mtime": b"1.25", "SCHILY.xattr.user.a": b"b"}
    ),
    special(b"g", builders.pax_records({"path": b"evil"})),
    file("big", b"b" * 3000),
    builders.symlink("l", "t" * 150),
    builders.hardlink("h", "d/small"),
    builders.device("c", 1, 3),
    builders.fifo("p"),
    header(b"unknown", kind=b"Z", size=700) + builders.padded(b"u" * 700),
    *FORMATS.values(),
    file("last", b"z" * 512),
)


def test_an_archive_with_everything_reads_alike_in_pieces_of_every_size() -> None:
    plain = read_window(BlobWindow(BytesBlob(EVERYTHING)))
    whole = read_window(StreamWindow(iter([EVERYTHING])))
    assert len(plain.headers) == 15
    assert plain.codes == ["unknown-type"]
    assert [entry._replace(digest=b"") for entry in plain.headers] == [
        entry._replace(digest=b"") for entry in whole.headers
    ]
    for size in range(1, 1101):
        assert read_window(StreamWindow(pieces(EVERYTHING, size))) == whole


def test_a_stream_takes_the_digest_of_every_payload() -> None:
    blob = BytesBlob(EVERYTHING)
    for size in (1, 511, 512, 513, 100_000):
        for entry in read_window(StreamWindow(pieces(EVERYTHING, size))).headers:
            if entry.size and not entry.sparse:
                assert entry.digest == payload_digest(blob, entry.payload, entry.size)
                content = EVERYTHING[entry.payload : entry.payload + entry.size]
                assert entry.digest == xxh3_128_digest(content)


def test_a_blob_is_not_read_where_payloads_are() -> None:
    class Counting(BytesBlob):
        read = 0

        def read_at(self, offset: int, length: int) -> bytes:
            data = super().read_at(offset, length)
            self.read += len(data)
            return data

    blob = Counting(layer(*(file(f"f{number}", bytes(1 << 20)) for number in range(20))))
    assert len(read_window(BlobWindow(blob)).headers) == 20
    assert blob.read < 1 << 20


def test_a_stream_that_fails_gives_what_came_before_and_its_own_reason() -> None:
    def failing() -> object:
        yield layer(file("first"), file("second", b"x" * 600))[:1200]
        raise DamagedImageError("the compressed data is cut off")

    window = StreamWindow(failing())  # type: ignore[arg-type]
    reading = read_window(window)
    assert reading.names == [b"first", b"second"]
    assert "the compressed data is cut off at offset 1200" in str(reading.error)


def test_a_stream_keeps_no_more_than_it_was_asked_for() -> None:
    window = StreamWindow(pieces(bytes(10 << 20), 1 << 16))
    for position in range(0, 10 << 20, 1 << 19):
        view, _ = window.view(position)
        assert len(view) <= 1 << 17


def test_reading_past_the_end_gives_less() -> None:
    for window in (BlobWindow(BytesBlob(b"x" * 600)), StreamWindow(pieces(b"x" * 600, 7))):
        assert window.read(0, 100) == b"x" * 100
        assert window.read(500, 512) == b"x" * 100
        assert window.read(600, 512) == b""
        assert window.read(1 << 70, 512) == b""


def test_what_follows_a_position_is_found_by_its_first_byte_that_is_not_zero() -> None:
    data = b"x" * 600 + bytes(5000) + b"y" + bytes(1500) + b"z"
    for size in (1, 512, 1 << 20):
        for window in (BlobWindow(BytesBlob(data)), StreamWindow(pieces(data, size))):
            window.view(512)
            assert window.data_after(1000) == 5600
    for window in (BlobWindow(BytesBlob(data)), StreamWindow(pieces(data, 7))):
        assert window.data_after(7102) is None
        assert window.data_after(1 << 70) is None
