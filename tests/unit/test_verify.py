from __future__ import annotations

import gzip
import random

import pytest

from layertui.blob import BytesBlob
from layertui.errors import CancelledError
from layertui.image import Layer
from layertui.layers.verify import verify_layer
from layertui.limits import Limits
from layertui.oci.digest import Digest

CONTENT = bytes(range(256)) * 9000
STORED = gzip.compress(CONTENT, mtime=0)


def layer(stored: bytes = STORED, algorithm: str = "sha256") -> Layer:
    return Layer(
        index=3,
        blob=BytesBlob(stored),
        digest=Digest.of(STORED, algorithm),
        diff_id=Digest.of(CONTENT, algorithm),
    )


def codes(of: Layer) -> list[str]:
    notices, ok = verify_layer(of)
    assert ok is (not notices)
    assert all(notice.layer == 3 for notice in notices)
    return [notice.code for notice in notices]


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_layer_that_is_what_it_says_is_verified(algorithm: str) -> None:
    assert verify_layer(layer(algorithm=algorithm)) == ((), True)


def test_a_plain_layer_is_verified() -> None:
    digest = Digest.of(CONTENT)

    assert verify_layer(Layer(index=0, blob=BytesBlob(CONTENT), digest=digest, diff_id=digest)) == (
        (),
        True,
    )


def test_a_plain_layer_with_a_wrong_byte_is_noticed() -> None:
    digest = Digest.of(CONTENT + b"x")

    assert codes(Layer(index=3, blob=BytesBlob(CONTENT), digest=digest, diff_id=digest)) == [
        "digest-mismatch"
    ]


def test_a_blob_that_was_compressed_again_has_another_digest_only() -> None:
    assert codes(layer(gzip.compress(CONTENT, 1, mtime=0))) == ["digest-mismatch"]


def test_other_content_has_another_diff_id() -> None:
    assert codes(layer(gzip.compress(CONTENT + b"x", mtime=0))) == [
        "diff-id-mismatch",
        "digest-mismatch",
    ]


def test_bytes_behind_the_end_of_the_stream_count_for_the_digest() -> None:
    assert codes(layer(STORED + b"garbage")) == ["digest-mismatch"]


def test_a_damaged_stream_is_noticed_with_its_digest() -> None:
    damaged = bytearray(STORED)
    damaged[-5] ^= 1

    assert codes(layer(bytes(damaged))) == ["layer-damaged", "digest-mismatch"]


def test_a_damaged_stream_is_hashed_once_though_it_is_read_twice() -> None:
    content = random.Random(1).randbytes(2_000_000)
    damaged = bytearray(gzip.compress(content, mtime=0))
    damaged[-5] ^= 1
    blob = bytes(damaged)
    of = Layer(index=3, blob=BytesBlob(blob), digest=Digest.of(blob), diff_id=Digest.of(content))

    assert codes(of) == ["layer-damaged"]


def test_without_documents_nothing_is_verified() -> None:
    assert verify_layer(Layer(index=0, blob=BytesBlob(STORED))) == ((), None)


def test_a_layer_that_is_not_there_is_not_verified() -> None:
    assert verify_layer(Layer(index=0, digest=Digest.of(b""))) == ((), None)


def test_only_the_digest_can_be_verified_without_a_diff_id() -> None:
    of = Layer(index=0, blob=BytesBlob(STORED), digest=Digest.of(STORED))

    assert verify_layer(of) == ((), True)


def test_a_layer_beyond_the_limit_is_not_verified() -> None:
    notices, ok = verify_layer(layer(), limits=Limits(layer_size=1000))

    assert [notice.code for notice in notices] == ["limit-exceeded"]
    assert ok is False


def test_the_reading_is_told_and_can_be_stopped() -> None:
    told: list[int] = []
    verify_layer(layer(), progress=told.append)

    assert max(told) == len(STORED)
    with pytest.raises(CancelledError):
        verify_layer(layer(), cancelled=lambda: True)
