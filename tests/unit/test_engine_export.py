"""Layers in exports of every shape, which pass by once."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest

from layertui.blob import chunks
from layertui.errors import (
    CancelledError,
    DamagedImageError,
    EngineError,
    LayertuiError,
    LimitExceededError,
)
from layertui.limits import Limits
from layertui.sources.engine.arrival import Patience
from layertui.sources.engine.service import Service
from layertui.sources.engine.source import EngineSource
from tests import archives
from tests.builders import file, layer
from tests.engines import NAME, Body, FakeEngine, HangupError, fake_engine, in_chunks

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.image import Image
    from tests.archives import Members

LAYERS = archives.sample_layers(3)
BIG = layer(file("big", os.urandom(3 << 20)))


@pytest.fixture(autouse=True)
def spools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder in which no name is ever left."""
    folder = tmp_path / "spools"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


class Opened:
    """An image of a fake engine, with short patience."""

    def __init__(
        self, engine: FakeEngine, *, limits: Limits | None = None, patience: Patience | None = None
    ) -> None:
        service = Service(engine.endpoint)
        self.source = EngineSource(
            service,
            service.inspect(NAME),
            reference=NAME,
            limits=limits or Limits(),
            open_other=lambda *_: pytest.fail("no other image is opened"),
            patience=patience,
        )
        self.image: Image = self.source.image()

    def read(self, number: int, cancelled: Callable[[], bool] = lambda: False) -> bytes:
        delivery = self.image.layers[number].delivery
        assert delivery is not None
        assert not delivery.in_order
        blob = delivery.open(cancelled)
        assert delivery.open(cancelled) is blob
        return b"".join(chunks(blob))

    def close(self) -> None:
        self.image.close()


@pytest.fixture
def opened(engine: FakeEngine) -> Iterator[Callable[..., Opened]]:
    """Open the image that the engine keeps; closed at the end."""
    with ExitStack() as until_the_end:

        def open_image(**how: Any) -> Opened:
            return until_the_end.enter_context(closing(Opened(engine, **how)))

        yield open_image


OpenImage = Callable[..., Opened]


def layers_first(members: Members) -> Members:
    """Return members with what is no document at the front."""
    return dict(sorted(members.items(), key=lambda item: is_json(item[1])))


def documents_first(members: Members) -> Members:
    """Return members with documents at the front."""
    return dict(sorted(members.items(), key=lambda item: not is_json(item[1])))


def is_json(data: bytes | archives.Link) -> bool:
    return isinstance(data, bytes) and data[:1] in (b"{", b"[")


def linked(layers: list[bytes]) -> Members:
    """Return an archive whose layers stand under other names, which lead to them."""
    members: Members = {f"{number}.tar": data for number, data in enumerate(layers)}
    links = {
        f"{number}/layer.tar": archives.Link(f"../{number}.tar", hard=bool(number % 2))
        for number in range(len(layers))
    }
    return members | links


SHAPES: dict[str, Members] = {
    "Docker up to 24": archives.docker_save(LAYERS),
    "Docker 25 and later": archives.hybrid(LAYERS),
    "containerd's store": archives.containerd(LAYERS),
    "containerd's store, layers first": layers_first(archives.containerd(LAYERS)),
    "containerd's store, documents first": documents_first(archives.containerd(LAYERS)),
    "Podman": archives.podman_save(LAYERS),
    "links to layers": linked(LAYERS),
    "gzip under names that tell nothing": archives.kaniko(LAYERS),
    "zstd in an OCI layout": archives.oci(LAYERS, pack=zstd.compress),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_layer_is_found_in_an_export_of(
    shape: str, engine: FakeEngine, opened: OpenImage
) -> None:
    engine.keep(LAYERS, archives.tarball(SHAPES[shape]))
    image = opened()
    contents = [image.read(number) for number in (2, 0, 1)]
    plain = [gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data for data in contents]
    plain = [zstd.decompress(data) if data[:2] == b"(\xb5" else data for data in plain]

    assert plain == [LAYERS[2], LAYERS[0], LAYERS[1]]
    assert engine.count("/get") == 1


def test_nothing_is_exported_before_a_layer_is_read(engine: FakeEngine, opened: OpenImage) -> None:
    engine.keep(LAYERS, archives.tarball(archives.docker_save(LAYERS)))
    image = opened().image

    assert [layer.diff_id for layer in image.layers] == [archives.digest(each) for each in LAYERS]
    assert all(layer.blob is None and layer.delivery is not None for layer in image.layers)
    assert engine.count("/get") == 0


def test_a_layer_is_there_while_the_rest_is_still_to_come(
    engine: FakeEngine, opened: OpenImage
) -> None:
    gate = threading.Event()
    data = archives.tarball({"a": LAYERS[0], "b": LAYERS[1]})
    middle = data.index(b"file-1")

    def body() -> Iterator[bytes]:
        yield data[:middle]
        gate.wait(30)
        yield data[middle:]

    engine.keep(LAYERS[:2], body)
    image = opened()
    try:
        assert image.read(0) == LAYERS[0]
    finally:
        gate.set()
    assert image.read(1) == LAYERS[1]


def test_a_layer_that_an_image_has_twice_is_read_twice(
    engine: FakeEngine, opened: OpenImage
) -> None:
    layers = [LAYERS[0], LAYERS[1], LAYERS[0]]
    engine.keep(layers, archives.tarball({"a": LAYERS[0], "b": LAYERS[1]}))
    image = opened()
    assert image.read(2) == image.read(0) == LAYERS[0]


@pytest.mark.parametrize("content", [b"", b"{}", b"{" * 2000, bytes(1024)])
def test_an_empty_layer_and_one_that_looks_like_a_document_are_found(
    content: bytes, engine: FakeEngine, opened: OpenImage
) -> None:
    engine.keep([content, LAYERS[0]], archives.tarball({"a": content, "b": LAYERS[0]}))
    assert opened().read(0) == content


def test_what_the_export_does_not_hold_is_named(engine: FakeEngine, opened: OpenImage) -> None:
    engine.keep(LAYERS, archives.tarball(archives.docker_save(LAYERS[:2])))
    image = opened()
    assert image.read(1) == LAYERS[1]
    short = archives.hex_digest(LAYERS[2])[:12]
    message = rf"the export of Docker does not hold layer 2 \({short}\)"
    with pytest.raises(EngineError, match=message):
        image.read(2)


def test_a_layer_with_another_content_is_not_taken_for_it(
    engine: FakeEngine, opened: OpenImage
) -> None:
    lie = archives.manifested([BIG], about=archives.config(LAYERS[:1]))
    engine.keep(LAYERS[:1], archives.tarball(lie.members))
    with pytest.raises(DamagedImageError, match="is another than the engine says"):
        opened().read(0)


def test_a_stream_that_ends_early_is_no_image(engine: FakeEngine, opened: OpenImage) -> None:
    data = archives.tarball({"a": LAYERS[0], "b": BIG})
    engine.keep([LAYERS[0], BIG], data[: len(data) // 2])
    image = opened()
    assert image.read(0) == LAYERS[0]
    with pytest.raises(EngineError, match="Docker broke off in the middle of the export"):
        image.read(1)


def test_a_member_that_is_cut_off_is_no_layer(engine: FakeEngine, opened: OpenImage) -> None:
    longer = archives.tarball({"a": LAYERS[0] + bytes(512)})
    engine.keep(LAYERS[:1], longer[: 512 + len(LAYERS[0])])
    with pytest.raises(EngineError, match="broke off in the middle of the export"):
        opened().read(0)


def test_the_engine_is_let_go_once_all_layers_are_there(
    engine: FakeEngine, opened: OpenImage
) -> None:
    gone = threading.Event()

    def body() -> Iterator[bytes]:
        yield archives.member("a", LAYERS[0])
        try:
            while True:
                yield archives.member("other", b"x" * 10_000)
        finally:
            gone.set()

    engine.keep(LAYERS[:1], body)
    assert opened().read(0) == LAYERS[0]
    assert gone.wait(10)


def test_an_engine_that_goes_away_is_told(engine: FakeEngine, opened: OpenImage) -> None:
    data = archives.tarball({"a": LAYERS[0], "b": BIG})

    def body() -> Iterator[bytes]:
        yield data[: 1 << 20]
        raise HangupError

    engine.keep([LAYERS[0], BIG], body)
    with pytest.raises(EngineError, match="broke off in the middle of the export"):
        opened().read(1)


@pytest.mark.parametrize(
    "error",
    [
        {"errorDetail": {"message": "disk\x1b full"}, "error": "disk full"},
        {"message": "disk\x1b full"},
        {"cause": "x", "message": "disk\x1b full", "response": 500},
    ],
)
def test_an_error_in_the_stream_is_the_engines_own(
    error: archives.Json, engine: FakeEngine, opened: OpenImage
) -> None:
    data = archives.tarball({"a": LAYERS[0], "b": BIG})
    engine.keep([LAYERS[0], BIG], data[: 1 << 20] + archives.dump(error) + b"\n")
    with pytest.raises(EngineError) as caught:
        opened().read(1)
    assert caught.value.message.endswith(r"export: disk\x1b full")


def test_an_export_that_is_refused_is_told(engine: FakeEngine, opened: OpenImage) -> None:
    del engine.exports[engine.keep(LAYERS, b"")]
    with pytest.raises(LayertuiError, match=r"Docker at unix:.* says: No such image"):
        opened().read(0)


def test_nothing_at_all_is_no_image(engine: FakeEngine, opened: OpenImage) -> None:
    engine.keep(LAYERS, b"")
    with pytest.raises(EngineError, match="Docker has sent nothing"):
        opened().read(0)


def stuck(data: bytes, gate: threading.Event) -> Body:
    def body() -> Iterator[bytes]:
        yield from [data] if data else []
        gate.wait(30)

    return body


@pytest.mark.parametrize("sent", [b"", b"half a header"])
def test_waiting_is_cancelled_at_once_and_the_engine_told(
    sent: bytes, engine: FakeEngine, opened: OpenImage
) -> None:
    gate, gone = threading.Event(), threading.Event()

    def body() -> Iterator[bytes]:
        yield from [sent] if sent else []
        while not gate.wait(0.02):
            try:
                yield b"."
            except GeneratorExit:
                gone.set()
                raise

    engine.keep(LAYERS, body)
    image = opened()
    asked = iter([False, False, True])
    with pytest.raises(CancelledError):
        image.read(0, lambda: next(asked))
    engine.exports[image.image.image_id or ""] = in_chunks(
        archives.tarball(archives.docker_save(LAYERS))
    )
    assert gone.wait(10)
    assert image.read(0) == LAYERS[0]
    assert engine.count("/get") == 2


def test_an_export_goes_on_while_somebody_waits(engine: FakeEngine, opened: OpenImage) -> None:
    gate = threading.Event()
    data = archives.tarball({"a": LAYERS[0]})

    def body() -> Iterator[bytes]:
        gate.wait(30)
        yield data

    engine.keep(LAYERS[:1], body)
    image = opened()
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(image.read, 0)
        while not engine.count("/get"):
            gate.wait(0.01)
        with pytest.raises(CancelledError):
            image.read(0, lambda: True)
        gate.set()
        assert other.result(30) == LAYERS[0]
    assert engine.count("/get") == 1


def test_closing_the_image_stops_the_engine(engine: FakeEngine, opened: OpenImage) -> None:
    gate = threading.Event()
    engine.keep(LAYERS, stuck(b"x", gate))
    image = opened()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(image.read, 0)
        while not engine.count("/get"):
            gate.wait(0.01)
        image.close()
        with pytest.raises(CancelledError):
            waiting.result(10)
    with pytest.raises(CancelledError):
        image.read(1)
    gate.set()


@pytest.mark.parametrize("sent", [b"", b"half a header"])
def test_an_engine_that_says_nothing_is_given_up(
    sent: bytes, engine: FakeEngine, opened: OpenImage
) -> None:
    gate = threading.Event()
    engine.keep(LAYERS, stuck(sent, gate))
    image = opened(patience=Patience(first=0.2, next=0.2))
    with pytest.raises(EngineError, match="has sent nothing for a long time"):
        image.read(0)
    with pytest.raises(EngineError, match="has sent nothing for a long time"):
        image.read(1)
    assert engine.count("/get") == 1
    gate.set()


def test_an_export_is_bounded(engine: FakeEngine, opened: OpenImage) -> None:
    engine.keep([BIG], archives.tarball({"a": BIG}))
    with pytest.raises(LimitExceededError, match=r"the image holds more than 1\.0 MB"):
        opened(limits=Limits(spool_size=1_000_000)).read(0)


def test_the_members_of_an_export_are_bounded(engine: FakeEngine, opened: OpenImage) -> None:
    members: Members = {str(number): b"" for number in range(2000)}
    members["a"] = LAYERS[0]
    engine.keep(LAYERS[:1], archives.tarball(members))
    with pytest.raises(LimitExceededError, match="more than 1000"):
        opened(limits=Limits(archive_members=1000)).read(0)
