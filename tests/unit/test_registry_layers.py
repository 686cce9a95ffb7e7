"""Layers on their way, and what can happen to them: right and whole, or an error that says why."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from layertui.blob import chunks
from layertui.errors import (
    CancelledError,
    DamagedImageError,
    ImageNotFoundError,
    LayertuiError,
    LimitExceededError,
    RegistryError,
    UnsupportedImageError,
)
from layertui.layers.pool import index_layers
from layertui.limits import Limits
from layertui.oci.digest import Digest
from layertui.sources.candidate import Part
from layertui.sources.registry import blobs, transport
from layertui.sources.registry.blobs import RegistryDelivery
from layertui.sources.registry.client import Client
from layertui.sources.registry.failures import UnreachableError
from tests import archives, builders
from tests.layers import paths
from tests.registries import NAME, FakeClock, Registry, Reply, Server, TokenServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.image import Image
    from layertui.sources.registry.blobs import RegistryBlob
    from tests.registries import Request
    from tests.unit.conftest import OpenName

SIZE = 300_000
LAYER = builders.layer(builders.file("big", random.Random(1).randbytes(SIZE)))
PACKED = archives.packed(LAYER)
HALF = len(PACKED) // 2


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as running:
        running.put(archives.oci([LAYER]))
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def image(registry: Registry, open_name: OpenName, clock: FakeClock) -> Image:
    return open_name(f"{registry.host}/{NAME}:2.4", clock=clock).image()


def opened(image: Image) -> RegistryBlob:
    delivery = image.layers[0].delivery
    assert isinstance(delivery, RegistryDelivery)
    return delivery.open(lambda: False)


def content(image: Image) -> bytes:
    return b"".join(chunks(opened(image), 1 << 16))


def layer_requests(registry: Registry) -> list[Request]:
    return [asked for asked in registry.seen if archives.digest(PACKED) in asked.path]


def of_layer(change: Callable[[Reply], Reply] | Reply) -> tuple[str, Any]:
    return archives.digest(PACKED), change


@pytest.mark.parametrize("at", [1, 1000, HALF, len(PACKED) - 1])
def test_a_connection_that_is_cut_is_taken_up_from_there(
    registry: Registry, image: Image, clock: FakeClock, at: int
) -> None:
    registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=at))
    assert content(image) == PACKED
    assert [asked.headers.get("range") for asked in layer_requests(registry)] == [
        None,
        f"bytes={at}-",
    ]
    assert clock.waited == 1


def test_a_server_that_does_not_know_parts_begins_anew(registry: Registry, image: Image) -> None:
    registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=HALF), Reply(body=PACKED))
    assert content(image) == PACKED


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=416),
        Reply(status=206, body=PACKED[HALF + 9 :],
              headers={"Content-Range": f"bytes {HALF + 9}-{len(PACKED) - 1}/{len(PACKED)}"}),
        Reply(status=206, body=PACKED[HALF:]),
    ],
)  # fmt: skip
def test_a_part_that_is_not_the_one_asked_for_is_not_taken(
    registry: Registry, image: Image, answer: Reply
) -> None:
    registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=HALF), answer)
    assert content(image) == PACKED
    assert [asked.headers.get("range") for asked in layer_requests(registry)][-1] is None


def test_a_part_that_begins_earlier_is_taken_from_where_it_is_new(
    registry: Registry, image: Image
) -> None:
    headers = {"Content-Range": f"bytes 10-{len(PACKED) - 1}/{len(PACKED)}"}
    early = Reply(status=206, body=PACKED[10:], headers=headers)
    registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=HALF), early)
    assert content(image) == PACKED


def test_a_part_that_nobody_asked_for_is_refused(registry: Registry, image: Image) -> None:
    headers = {"Content-Range": f"bytes 10-{len(PACKED) - 1}/{len(PACKED)}"}
    registry.always(*of_layer(Reply(status=206, body=PACKED[10:], headers=headers)))
    with pytest.raises(RegistryError, match="answered 206"):
        content(image)


def test_a_connection_that_always_breaks_is_given_up(
    registry: Registry, image: Image, clock: FakeClock
) -> None:
    registry.always(*of_layer(lambda usual: replace(usual, cut=1000)))
    with pytest.raises(RegistryError, match=r"cannot be had: .* after .* of .*") as caught:
        content(image)
    assert "Try again" in caught.value.hint
    assert len(layer_requests(registry)) == 4
    assert clock.waited == 1 + 3 + 9


@pytest.mark.parametrize("times", [1, 3, 4])
def test_a_registry_that_is_away_for_a_moment_is_waited_for(
    image: Image, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    away = UnreachableError("registry.example refuses connections")
    usual, failures = Client.get, [away] * times

    def get(*arguments: Any, **options: Any) -> Any:
        if failures:
            raise failures.pop()
        return usual(*arguments, **options)

    monkeypatch.setattr(Client, "get", get)
    if times <= 3:
        assert content(image) == PACKED
        assert clock.waited == [1.0, 4.0, 13.0][times - 1]
    else:
        with pytest.raises(RegistryError, match=r"cannot be had: registry\.example refuses"):
            content(image)


def test_a_connection_that_breaks_after_a_good_part_each_time_is_not_given_up(
    registry: Registry, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "_PROGRESS", 10_000)
    registry.always(*of_layer(lambda usual: replace(usual, cut=20_000)))
    assert content(image) == PACKED
    assert len(layer_requests(registry)) == -(-len(PACKED) // 20_000)


def test_a_server_that_ends_a_body_of_no_said_length_early_is_asked_for_the_rest(
    registry: Registry, image: Image
) -> None:
    registry.once(archives.digest(PACKED), Reply(body=PACKED[:HALF], length=None))
    assert content(image) == PACKED


def test_a_server_that_stops_sending_is_asked_for_the_rest(
    registry: Registry, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_READ_TIMEOUT", 0.05)
    for_ever = threading.Event()
    registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=HALF, stall=for_ever))
    try:
        assert content(image) == PACKED
    finally:
        for_ever.set()
    assert layer_requests(registry)[-1].headers["range"] == f"bytes={HALF}-"


def test_a_server_that_trickles_is_given_up(
    registry: Registry, image: Image, clock: FakeClock
) -> None:
    registry.always(*of_layer(lambda usual: replace(usual, cut=100)))
    clock.step = 40.0
    with pytest.raises(RegistryError, match="sends next to nothing"):
        content(image)


def test_speed_is_measured_over_a_while() -> None:
    clock = FakeClock()
    pace = transport._Pace(clock.clock())
    clock.time = 29
    assert not pace.is_too_slow(1)
    clock.time = 31
    assert pace.is_too_slow(1000)
    clock.time = 62
    assert not pace.is_too_slow(31 * transport.SLOWEST)


@pytest.mark.parametrize(
    ("body", "length"),
    [
        (PACKED + b"x", -1),
        (PACKED[:-1], -1),
        (PACKED, len(PACKED) + 5),
        (PACKED, len(PACKED) - 5),
        (PACKED + b"x" * 10_000_000, None),
        (b"", -1),
    ],
)
def test_a_layer_of_another_size_than_listed_is_refused(
    registry: Registry, image: Image, body: bytes, length: int | None
) -> None:
    registry.always(*of_layer(Reply(body=body, length=length)))
    with pytest.raises(DamagedImageError, match=f"it is listed with {len(PACKED)}"):
        content(image)
    assert len(layer_requests(registry)) == 1


def test_a_layer_with_a_wrong_digest_is_never_read_to_its_end(
    registry: Registry, image: Image
) -> None:
    wrong = PACKED[:-9] + bytes(9)
    registry.always(*of_layer(Reply(body=wrong)))
    blob = opened(image)
    assert blob.read_at(0, len(PACKED) - 1) == wrong[:-1]
    for _ in range(2):
        with pytest.raises(DamagedImageError, match="does not have the digest"):
            blob.read_at(len(PACKED) - 1, 1)
    with pytest.raises(DamagedImageError):
        blob.read_at(0, len(PACKED) + 9)


def test_bytes_that_a_second_connection_changes_are_noticed(
    registry: Registry, image: Image
) -> None:
    registry.once(
        archives.digest(PACKED), Reply(body=PACKED, cut=HALF), Reply(body=bytes(len(PACKED)))
    )
    with pytest.raises(DamagedImageError, match="does not have the digest"):
        content(image)


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_busy_is_asked_again(
    registry: Registry, image: Image, clock: FakeClock, status: int
) -> None:
    registry.once(archives.digest(PACKED), *[Reply(status=status)] * 2)
    assert content(image) == PACKED
    assert clock.waited == 4


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (404, ImageNotFoundError, "has no image sha256:"),
        (403, RegistryError, "needs a login, or does not exist"),
        (500, RegistryError, "answered 500"),
        (418, RegistryError, "answered 418"),
        (429, RegistryError, "no more requests for now"),
    ],
)
def test_a_layer_that_is_not_given_is_named(
    registry: Registry, image: Image, status: int, error: type[LayertuiError], told: str
) -> None:
    registry.always(*of_layer(Reply(status=status)))
    with pytest.raises(error, match=told):
        content(image)


def test_another_attempt_is_made_when_the_layer_is_opened_again(
    registry: Registry, image: Image
) -> None:
    registry.always(*of_layer(Reply(status=418)))
    with pytest.raises(RegistryError):
        content(image)
    registry.rules.clear()
    assert content(image) == PACKED


def test_a_redirect_is_followed_for_every_part(registry: Registry, image: Image) -> None:
    with Server() as storage:
        storage.rules.append(lambda asked: registry.usual(_as_if(asked)))
        storage.once("/there", Reply(body=PACKED, cut=HALF))
        away = {"Location": f"{storage.url}/there"}
        registry.always(*of_layer(Reply(status=307, headers=away)))
        storage.rules.insert(0, storage.rules.pop())
        assert content(image) == PACKED
        assert [asked.headers.get("range") for asked in storage.seen] == [None, f"bytes={HALF}-"]


def _as_if(asked: Request) -> Request:
    return asked._replace(path=f"/v2/{NAME}/blobs/{archives.digest(PACKED)}")


def test_a_circle_of_redirects_ends(registry: Registry, image: Image) -> None:
    path = f"/v2/{NAME}/blobs/{archives.digest(PACKED)}"
    registry.always(*of_layer(Reply(status=302, headers={"Location": path})))
    with pytest.raises(RegistryError, match="redirects more than 10 times"):
        content(image)
    assert len(layer_requests(registry)) == 11


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://me:x@127.0.0.1/", "gopher://h/"]
)
def test_a_redirect_to_something_odd_is_refused(
    registry: Registry, image: Image, location: str
) -> None:
    registry.always(*of_layer(Reply(status=302, headers={"Location": location})))
    with pytest.raises(RegistryError, match="which is not followed"):
        content(image)


def test_a_login_that_ends_in_the_middle_of_a_layer_is_renewed(
    registry: Registry, open_name: OpenName
) -> None:
    with TokenServer() as tokens:
        registry.ask_for(tokens.challenge(), "Bearer token-1")
        image = open_name(f"{registry.host}/{NAME}:2.4").image()

        def ends(asked: Request) -> Reply | None:
            if "range" not in asked.headers:
                return None
            registry.accepted = {"Bearer token-2"}
            return None

        registry.rules.append(ends)
        registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=HALF))
        assert content(image) == PACKED
        assert tokens.given == 2


def test_waiting_for_bytes_can_be_cancelled_and_taken_up_again(
    registry: Registry, image: Image
) -> None:
    for_ever = threading.Event()
    registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=HALF, stall=for_ever))
    delivery = image.layers[0].delivery
    assert isinstance(delivery, RegistryDelivery)
    asked = threading.Event()
    blob = delivery.open(asked.is_set)
    assert blob.read_at(0, HALF) == PACKED[:HALF]
    started = monotonic()
    asked.set()
    with pytest.raises(CancelledError):
        blob.read_at(HALF, 1)
    assert monotonic() - started < 1
    for_ever.set()
    assert content(image) == PACKED
    assert layer_requests(registry)[-1].headers["range"] == f"bytes={HALF}-"


def test_closing_the_image_ends_all_waiting(registry: Registry, image: Image) -> None:
    for_ever = threading.Event()
    registry.once(archives.digest(PACKED), Reply(body=PACKED, cut=HALF, stall=for_ever))
    blob = opened(image)
    blob.read_at(0, HALF)
    outcome: list[BaseException] = []

    def read() -> None:
        try:
            blob.read_at(HALF, 1)
        except CancelledError as error:
            outcome.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    image.close()
    reader.join(5)
    for_ever.set()
    assert len(outcome) == 1
    with pytest.raises(CancelledError):
        blob.read_at(0, 1)


def test_readers_side_by_side_share_one_download(registry: Registry, image: Image) -> None:
    found: list[bytes] = []
    readers = [threading.Thread(target=lambda: found.append(content(image))) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [PACKED] * 4
    assert len(layer_requests(registry)) == 1


def test_a_layer_is_read_anywhere_once_it_is_there(image: Image) -> None:
    blob = opened(image)
    assert blob.size == len(PACKED)
    assert blob.read_at(HALF, 10) == PACKED[HALF : HALF + 10]
    assert blob.read_at(0, 5) == PACKED[:5]
    assert blob.read_at(len(PACKED) - 3, 100) == PACKED[-3:]
    assert blob.read_at(len(PACKED), 100) == b""


@pytest.mark.parametrize("layers", [[LAYER], [b""], [bytes(1024)], [LAYER, b"", LAYER]])
def test_the_layers_are_indexed_as_those_of_an_archive(
    registry: Registry, open_name: OpenName, layers: list[bytes], open_members: Any
) -> None:
    name = registry.put(archives.oci(layers, pack=bytes, layer_type=archives.OCI_LAYER))
    stored = open_members(archives.oci(layers, pack=bytes, layer_type=archives.OCI_LAYER))
    ours, theirs = (
        {each.number: (each.index.complete, paths(each.index)) for each in index_layers(one.layers)}
        for one in (open_name(name).image(), stored)
    )
    assert ours == theirs


@pytest.mark.parametrize(
    ("part", "limits", "error", "told"),
    [
        (Part(names=("x",), digest=Digest.of(b"")), Limits(), DamagedImageError, "does not tell"),
        (Part(names=("x",), digest=Digest.of(b""), size=1 << 50), Limits(spool_size=9),
         LimitExceededError, "more than 9 B"),
        (Part(names=("x",), digest=Digest(f"blake3:{'0' * 64}"), size=1), Limits(),
         UnsupportedImageError, "cannot be checked"),
    ],
)  # fmt: skip
def test_a_layer_that_could_not_be_kept_or_checked_is_not_asked_for(
    registry: Registry,
    open_name: OpenName,
    part: Part,
    limits: Limits,
    error: type[LayertuiError],
    told: str,
) -> None:
    source = open_name(f"{registry.host}/{NAME}:2.4")
    count = len(registry.seen)
    with pytest.raises(error, match=told):
        RegistryDelivery(source._client, part, limits).open(lambda: False)
    assert len(registry.seen) == count
