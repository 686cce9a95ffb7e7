"""Layers that were read before: what is believed of a cache, and what is kept in it."""

from __future__ import annotations

import gzip
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from layertui.blob import BytesBlob, FileBlob
from layertui.errors import DamagedImageError
from layertui.image import Layer
from layertui.layers.cache import IndexCache
from layertui.layers.pool import index_layers, verify_layers
from layertui.limits import Limits
from layertui.oci.digest import Digest
from tests.builders import file, layer
from tests.layers import codes, paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layertui.blob import Blob
    from layertui.layers.reader import IndexedLayer

PLAIN = layer(file("f", b"content" * 9), file("g", b"other"))
STORED = gzip.compress(PLAIN, mtime=0)
DIFF_ID, DIGEST = Digest.of(PLAIN), Digest.of(STORED)
OTHER = Digest.of(b"other")


class Counted(FileBlob):
    """A part of a file that counts what is read of it."""

    __slots__ = ("read",)

    def __init__(self, descriptor: int, *, offset: int, size: int) -> None:
        super().__init__(descriptor, offset=offset, size=size)
        self.read = 0

    def read_at(self, offset: int, length: int) -> bytes:
        data = super().read_at(offset, length)
        self.read += len(data)
        return data


class Stored(NamedTuple):
    """A file with a layer in it."""

    path: Path
    blob: Counted


@pytest.fixture
def cache(tmp_path: Path) -> IndexCache:
    return IndexCache(tmp_path / "cache", capacity=1 << 30, limits=Limits())


class Files:
    """Makes files that seem to be old."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: list[int] = []

    def __call__(self, content: bytes, name: str = "blob") -> Stored:
        path = self._folder / name
        path.write_bytes(content)
        self._opened.append(os.open(path, os.O_RDONLY))
        return Stored(path, Counted(self._opened[-1], offset=0, size=len(content)))

    def close(self) -> None:
        for descriptor in self._opened:
            os.close(descriptor)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    now = time.time_ns
    monkeypatch.setattr("layertui.blob.time.time_ns", lambda: now() + 3_000_000_000)
    made = Files(tmp_path)
    yield made
    made.close()


def compressed(blob: Blob, **fields: Digest | None) -> Layer:
    given = Layer(index=0, blob=blob, digest=DIGEST, diff_id=DIFF_ID)
    return replace(given, **fields)  # type: ignore[arg-type]


def plain(blob: Blob, **fields: Digest | None) -> Layer:
    return replace(Layer(index=0, blob=blob, diff_id=DIFF_ID), **fields)  # type: ignore[arg-type]


def read(of: Layer, cache: IndexCache | None, limits: Limits | None = None) -> IndexedLayer:
    [indexed] = index_layers([of], cache=cache, limits=limits)
    return indexed


def test_bytes_of_a_file_are_known_by_their_identity(cache: IndexCache, files: Files) -> None:
    for content, of in ((STORED, compressed), (PLAIN, plain)):
        blob = files(content, of.__name__).blob
        first = read(of(blob), cache)
        blob.read = 0
        again = read(of(blob), cache)
        assert (first.known, again.known) == (False, True)
        assert blob.read < 100
        assert again.index == first.index
        assert again.index.blob is first.index.blob is (blob if of is plain else None)


def test_a_file_that_was_changed_is_read_again(cache: IndexCache, files: Files) -> None:
    read(plain(files(PLAIN).blob), cache)
    changed = read(plain(files(layer(file("h"))).blob), cache)
    assert (changed.known, paths(changed.index)) == (False, [b"h"])


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    cache: IndexCache, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    identities = iter(["a", "b"])
    monkeypatch.setattr(FileBlob, "identity", lambda _: next(identities))
    assert read(compressed(files(STORED).blob), cache).keys == ()
    assert cache.entries() == ()


def test_a_compressed_layer_in_another_file_is_known_once_it_is_hashed(
    cache: IndexCache, files: Files
) -> None:
    first = read(compressed(files(STORED).blob), cache)
    blob = files(STORED, "copy").blob
    again = read(compressed(blob), cache)
    assert (again.known, again.index) == (True, first.index)
    assert blob.read >= len(STORED)
    blob.read = 0
    assert read(compressed(blob), cache).known
    assert blob.read < 100


def test_other_bytes_under_a_digest_that_is_known_are_read_and_told(
    cache: IndexCache, files: Files
) -> None:
    read(compressed(files(STORED).blob), cache)
    other = gzip.compress(layer(file("h")), mtime=0)
    for _ in range(2):
        wrong = read(compressed(files(other, "other").blob), cache)
        assert (wrong.known, wrong.verified, wrong.keys) == (False, False, ())
        assert paths(wrong.index) == [b"h"]
        assert codes(wrong.index) == ["digest-mismatch"]
    assert len(cache.entries()) == 1


def test_a_wrong_digest_is_told_as_verifying_does_and_nothing_is_kept(
    cache: IndexCache, files: Files
) -> None:
    of = compressed(files(STORED).blob, digest=OTHER)
    indexed = read(of, cache)
    [outcome] = verify_layers([of], [read(of, None)])
    assert indexed.index.notices == outcome.notices
    assert (indexed.verified, outcome.ok) == (False, False)
    assert cache.entries() == ()
    [again] = verify_layers([of], [indexed], cache=cache)
    assert again == ((), False)


def test_without_a_cache_nothing_is_hashed(files: Files) -> None:
    indexed = read(compressed(files(STORED).blob, digest=OTHER), None)
    assert (indexed.verified, codes(indexed.index)) == (None, [])


def test_a_digest_that_was_not_computed_is_not_kept(cache: IndexCache, files: Files) -> None:
    read(compressed(files(STORED).blob), cache)
    read(plain(files(PLAIN, "plain").blob), cache)
    assert cache.get([DIGEST], with_digests=True) is not None
    assert cache.get([DIFF_ID], with_digests=False) is None
    assert cache.get([DIFF_ID], with_digests=True) is None


def test_what_was_verified_is_known_by_its_diff_id(cache: IndexCache, files: Files) -> None:
    for of in (plain(files(PLAIN, "plain").blob), compressed(files(STORED).blob)):
        first = read(of, cache)
        [outcome] = verify_layers([of], [first], cache=cache)
        assert outcome == ((), True)
        assert cache.get([DIFF_ID], with_digests=False) == first.index
        again = read(of, cache)
        assert again.known
        assert {DIFF_ID, *first.keys} <= set(again.keys)
    assert cache.get([DIFF_ID], with_digests=True) is not None


def test_what_is_not_right_is_not_kept_under_its_digests(cache: IndexCache, files: Files) -> None:
    of = plain(files(PLAIN).blob, diff_id=OTHER)
    [outcome] = verify_layers([of], [read(of, cache)], cache=cache)
    assert [notice.code for notice in outcome.notices] == ["diff-id-mismatch"]
    assert cache.get([OTHER], with_digests=False) is None


def test_a_known_layer_that_is_at_hand_is_verified_again(cache: IndexCache, files: Files) -> None:
    blob = files(STORED).blob
    read(compressed(blob), cache)
    of = compressed(blob, digest=OTHER)
    indexed = read(of, cache)
    assert indexed.known
    [outcome] = verify_layers([of], [indexed], cache=cache)
    assert [notice.code for notice in outcome.notices] == ["digest-mismatch"]
    assert outcome.ok is False


def test_a_layer_that_was_verified_while_it_was_read_is_not_read_again(
    cache: IndexCache, files: Files
) -> None:
    blob = files(STORED).blob
    of = compressed(blob, diff_id=None)
    indexed = read(of, cache)
    assert indexed.verified
    blob.read = 0
    assert verify_layers([of], [indexed]) == [((), True)]
    assert blob.read == 0


def test_a_plain_layer_is_hashed_only_where_that_is_faster_than_reading(
    cache: IndexCache, files: Files
) -> None:
    many = layer(*(file(f"{number}") for number in range(200)))
    large = layer(file("large", bytes(1 << 20)))
    for content, is_hashed in ((many, True), (large, False)):
        digest = Digest.of(content)
        of = plain(files(content, "one").blob, diff_id=digest)
        verify_layers([of], [read(of, cache)], cache=cache)
        blob = files(content, "two").blob
        again = read(plain(blob, diff_id=digest), cache)
        assert again.known is is_hashed
        assert (blob.read >= len(content)) is is_hashed
        assert again.index.blob is blob


def test_garbage_behind_the_compressed_stream_is_no_matter_of_the_diff_id(
    cache: IndexCache, files: Files
) -> None:
    stored = STORED + b"garbage"
    of = compressed(files(stored).blob, digest=Digest.of(stored))
    indexed = read(of, cache)
    assert codes(indexed.index) == ["trailing-garbage"]
    [outcome] = verify_layers([of], [indexed], cache=cache)
    assert outcome.ok
    assert cache.get([Digest.of(stored)], with_digests=True) is not None
    assert cache.get([DIFF_ID], with_digests=False) is None


def test_a_damaged_layer_is_not_kept(cache: IndexCache, files: Files) -> None:
    for stored in (STORED[:-9], STORED[:40]):
        indexed = read(compressed(files(stored).blob, digest=Digest.of(stored)), cache)
        assert (indexed.index.complete, indexed.keys) == (False, ())
    assert cache.entries() == ()


def test_notices_of_a_known_layer_have_its_number(cache: IndexCache, files: Files) -> None:
    content = layer(file("../f"))
    blob = files(content).blob
    read(plain(blob), cache)
    first, second = index_layers(
        [Layer(index=0, blob=BytesBlob(layer(file("g")))), Layer(index=1, blob=blob)], cache=cache
    )
    known = first if first.known else second
    assert [notice.layer for notice in known.index.notices] == [1]


def test_what_a_layer_may_imply_is_a_bound_on_a_known_one_too(
    cache: IndexCache, files: Files
) -> None:
    blob = files(layer(file("a" * 40 + "/f"))).blob
    assert read(plain(blob), cache).index.complete
    assert not read(plain(blob), cache, Limits(implied_size=9)).index.complete
    assert read(plain(blob), cache).known


def test_bytes_that_are_in_no_file_are_known_by_their_digest_only(cache: IndexCache) -> None:
    first = read(compressed(BytesBlob(STORED)), cache)
    assert first.keys == (DIGEST,)
    assert read(compressed(BytesBlob(STORED)), cache).known


def test_a_layer_without_digests_in_a_file_without_a_name_is_not_kept(cache: IndexCache) -> None:
    assert read(Layer(index=0, blob=BytesBlob(STORED)), cache).keys == ()
    assert cache.entries() == ()


def test_a_cache_that_cannot_be_used_changes_nothing(tmp_path: Path, files: Files) -> None:
    (tmp_path / "taken").touch()
    broken = IndexCache(tmp_path / "taken", capacity=1 << 30, limits=Limits())
    blob = files(STORED).blob
    for _ in range(2):
        indexed = read(compressed(blob), broken)
        assert (indexed.known, paths(indexed.index)) == (False, [b"f", b"g"])
    assert broken.problem


def test_a_file_that_cannot_be_read_is_damaged_as_ever(cache: IndexCache) -> None:
    class Unreadable(BytesBlob):
        def read_at(self, offset: int, length: int) -> bytes:
            if offset > 0 or length > 512:
                raise DamagedImageError("reading failed")
            return super().read_at(offset, length)

    indexed = read(compressed(Unreadable(STORED)), cache)
    assert (indexed.index.complete, indexed.keys) == (False, ())
