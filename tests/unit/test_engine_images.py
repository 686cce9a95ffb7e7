"""Images as engines tell of them, before anything is exported."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest

from layertui.errors import (
    CancelledError,
    DamagedImageError,
    EngineError,
    ImageError,
    ImageNotFoundError,
    UsageError,
)
from layertui.layers.cache import IndexCache
from layertui.layers.pool import index_layers
from layertui.limits import Limits
from layertui.sources import open_image, open_source
from layertui.sources.engine import images_in
from layertui.sources.engine.documents import history_of, images_of, inspected_of
from layertui.sources.engine.service import Service
from tests import archives
from tests.engines import CREATED, NAME, FakeEngine, fake_engine, step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layertui.image import Image

LAYERS = archives.sample_layers(3)
ARM = {"os": "linux", "architecture": "arm64", "variant": "v8"}
AMD = {"os": "linux", "architecture": "amd64"}


@pytest.fixture
def engine(surroundings: Path) -> Iterator[FakeEngine]:
    """A Docker engine at its usual socket."""
    with ExitStack() as until_the_end:
        engine = until_the_end.enter_context(fake_engine())
        usual = surroundings / "var/run/docker.sock"
        usual.parent.mkdir(parents=True)
        usual.symlink_to(engine.path)
        yield engine


@pytest.fixture
def until_the_end() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def keep(engine: FakeEngine, **more: Any) -> str:
    return engine.keep(LAYERS, archives.tarball(archives.docker_save(LAYERS)), **more)


def opened(name: str, until_the_end: ExitStack, **how: Any) -> Image:
    return until_the_end.enter_context(closing(open_image(name, **how)))


def test_an_image_is_as_its_engine_tells(engine: FakeEngine, until_the_end: ExitStack) -> None:
    identity = keep(engine)
    image = opened(f"docker:{NAME}", until_the_end)

    assert (image.reference, image.source, image.tags) == (f"docker:{NAME}", "docker", (NAME,))
    assert (image.image_id, image.manifest_digest) == (identity, None)
    assert str(image.platform) == "linux/amd64"
    assert image.config.created == CREATED
    assert image.config.config.env == ("A=1",)
    assert not image.notices
    assert not image.incomplete
    assert [layer.base for layer in image.layers] == [True, False, False]
    below = archives.digest(LAYERS[0])
    assert image.layers[0].chain_id == below
    (document,) = image.documents
    assert (document.kind, json.loads(document.read())["Id"]) == ("inspect", identity)


@pytest.mark.parametrize("name", [NAME, f"docker-daemon:{NAME}", f"docker://{NAME}"])
def test_an_image_is_found_by(name: str, engine: FakeEngine, until_the_end: ExitStack) -> None:
    keep(engine)
    assert opened(name, until_the_end).tags == (NAME,)


def test_the_source_may_be_named_as_dive_does(engine: FakeEngine, until_the_end: ExitStack) -> None:
    keep(engine)
    assert opened(NAME, until_the_end, source="docker").source == "docker"


def test_a_bare_name_that_no_engine_has_goes_on_to_its_registry(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ImageNotFoundError("no registry has it")

    monkeypatch.setattr("layertui.sources.registry.open_registry", refuse)
    with pytest.raises(ImageNotFoundError, match="no registry has it"):
        open_image("nobody/has:it")
    assert engine.count("nobody/has:it/json") == 1


def test_a_container_does_not_answer_to_a_bare_name(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.containers["web"] = {"Id": "1", "Name": "/web", "Image": keep(engine)}
    registry = object()
    monkeypatch.setattr("layertui.sources.registry.open_registry", lambda *_, **__: registry)
    assert open_source("web") is registry


def test_an_image_that_is_not_there_can_be_pulled(engine: FakeEngine) -> None:
    with pytest.raises(ImageNotFoundError, match="Docker has no image `gone:1`") as caught:
        open_image("docker:gone:1")
    assert caught.value.hint == "Fetch it first: docker pull gone:1"


@pytest.mark.parametrize(
    "name", ["-v", "--all", "a b", "a/../b", "../x", "a//b", "a?x=1", "a%2fb", "\x1b[1m", "x" * 600]
)
def test_what_no_image_is_called_is_not_asked_for(name: str, engine: FakeEngine) -> None:
    with pytest.raises(UsageError, match="no image is called") as caught:
        open_image(f"docker:{name}")
    assert caught.value.message.isprintable()
    assert engine.asked == [("/version", {})]


def test_the_history_is_told_oldest_first(engine: FakeEngine, until_the_end: ExitStack) -> None:
    steps = [
        step('/bin/sh -c #(nop)  CMD ["sh"]'),
        step("/bin/sh -c make", 20),
        step("COPY a b # buildkit", 10, Comment="buildkit.dockerfile.v0"),
        step("/bin/sh -c #(nop) ADD file:1 in / ", 1000),
    ]
    keep(engine, steps=steps)
    image = opened(NAME, until_the_end)

    assert [each.created_by for each in image.config.steps] == [
        each["CreatedBy"] for each in reversed(steps)
    ]
    assert [each.empty_layer for each in image.config.steps] == [False, False, False, True]
    assert image.config.steps[0].created == "2024-05-06T07:08:09Z"
    assert image.layers[1].history is image.config.steps[1]


@pytest.mark.parametrize(
    ("steps", "made"),
    [
        (["ADD a", "ENV A=1", "RUN true", "WORKDIR /x", "CMD sh"], "ADD a, RUN true"),
        (["ADD a", "ENV A=1", "WORKDIR /x", "CMD sh"], "ADD a, WORKDIR /x"),
        (["ADD a", "USER x", "bazel build ..."], "ADD a, bazel build ..."),
        (["RUN 1", "RUN 2", "RUN 3"], "RUN 1, RUN 2"),
        (["RUN 1"], "RUN 1"),
    ],
)
def test_which_steps_made_a_layer_is_told_by_bytes_then_by_instruction(
    steps: list[str], made: str
) -> None:
    answer = json.dumps([step(each) for each in reversed(steps)]).encode()
    found = history_of(answer, 2, who="Docker")
    assert ", ".join(each.created_by for each in found if not each.empty_layer) == made


def test_bytes_go_before_words_in_a_history() -> None:
    answer = json.dumps([step("RUN true"), step("ENV A=1", 7)]).encode()
    assert [each.empty_layer for each in history_of(answer, 1, who="Docker")] == [False, True]


@pytest.mark.parametrize("created", [0, -62135596800, 10**30])
def test_a_time_that_is_none_is_left_out(created: int) -> None:
    answer = json.dumps([step("RUN x", 1, Created=created)]).encode()
    assert history_of(answer, 1, who="Docker")[0].created == ""


def test_a_history_that_does_not_fit_is_a_notice(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    keep(engine, steps=[step("RUN x", 1)])
    codes = [notice.code for notice in opened(NAME, until_the_end).notices]
    assert codes == ["history-mismatch"]


def test_podman_tells_the_history_with_the_image() -> None:
    steps = [
        {"created": CREATED, "created_by": "RUN x"},
        {"created_by": "ENV", "empty_layer": True},
    ]
    about: archives.Json = {
        "Id": "ab" * 32,
        "History": steps,
        "RepoTags": None,
        "RootFS": {"Layers": []},
    }
    found = inspected_of(json.dumps([about]).encode(), asked="x", who="Podman")

    assert [each.empty_layer for each in found.history] == [False, True]
    assert found.target == f"sha256:{'ab' * 32}"


@pytest.mark.parametrize(
    "answer", [b"[]", b"null", b"1", b"{", b'{"Id": 1}', b'{"Id":"x","RootFS":{"Layers":["../x"]}}']
)
def test_an_answer_that_is_none_is_an_error(answer: bytes) -> None:
    with pytest.raises(DamagedImageError) as caught:
        inspected_of(answer, asked="x", who="Docker")
    assert caught.value.message.startswith("what Docker tells of the image")


def test_with_containerds_store_the_id_is_that_of_a_manifest(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    engine.api = "1.50"
    manifest = archives.digest(b"manifest")
    keep(engine, Descriptor={"mediaType": archives.OCI_INDEX, "digest": manifest, "size": 1})
    image = opened(NAME, until_the_end)
    assert (image.image_id, image.manifest_digest) == (
        None,
        archives.digest(b"config of " + NAME.encode()),
    )


def test_another_platform_than_the_engine_has_is_not_found(engine: FakeEngine) -> None:
    keep(engine)
    with pytest.raises(ImageNotFoundError, match="for linux/amd64, not for linux/arm64") as caught:
        open_image(NAME, platform="linux/arm64")
    assert "pull --platform linux/arm64" in caught.value.hint


@pytest.mark.parametrize(("api", "passed"), [("1.47", False), ("1.48", True), ("1.50", True)])
def test_only_the_wanted_platform_is_exported_where_the_engine_can(
    api: str, passed: bool, engine: FakeEngine, until_the_end: ExitStack
) -> None:
    engine.api = api
    keep(engine)
    image = opened(NAME, until_the_end, platform="linux/amd64")
    assert image.layers[0].delivery is not None
    image.layers[0].delivery.open(lambda: False)

    asked = {path.rpartition("/")[2]: params for path, params in engine.asked}
    wanted = {"platform": '{"os":"linux","architecture":"amd64"}'} if passed else {}
    assert asked["get"] == asked["history"] == wanted
    assert ("platform" in asked["json"]) == (api == "1.50")


def test_the_platforms_that_an_engine_tells_of_are_offered(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    engine.api = "1.50"
    manifests = [
        {"ID": archives.digest(b"1"), "Kind": "image", "Available": True,
         "ImageData": {"Platform": AMD}},
        {"ID": archives.digest(b"2"), "Kind": "image", "Available": False,
         "Descriptor": {"digest": archives.digest(b"2"), "platform": ARM}},
        {"ID": archives.digest(b"3"), "Kind": "attestation", "Available": True},
    ]  # fmt: skip
    keep(engine, Manifests=manifests)
    source = until_the_end.enter_context(closing(open_source(NAME)))
    (offering,) = source.offerings()

    assert offering.names == (NAME,)
    assert [(each.platform, each.present) for each in offering.platforms] == [
        ("linux/amd64", True),
        ("linux/arm64/v8", False),
    ]
    assert source.image(position=0).position == 0
    assert source.listing == (f"0  {NAME}",)


def test_an_engine_that_tells_of_no_platforms_offers_one(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    identity = keep(engine)
    source = until_the_end.enter_context(closing(open_source(NAME)))
    (offering,) = source.offerings()
    assert [tuple(each) for each in offering.platforms] == [("linux/amd64", identity[7:19], True)]
    with pytest.raises(CancelledError):
        source.offerings(lambda: True)


def test_there_is_one_image_to_choose(engine: FakeEngine, until_the_end: ExitStack) -> None:
    keep(engine)
    for choice in ("", "0", "@0", NAME):
        assert opened(NAME, until_the_end, choice=choice).tags == (NAME,)
    with pytest.raises(ImageNotFoundError, match="is one image"):
        open_image(NAME, choice="1")


def test_a_base_is_another_image_of_the_engine(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    keep(engine)
    engine.keep(LAYERS[:2], b"", name="base:1")
    image = opened(NAME, until_the_end, base="base:1")
    assert [layer.base for layer in image.layers] == [True, True, False]
    assert image.base_image is not None
    assert image.base_image.name == "base:1"
    assert engine.count("/get") == 0


def test_images_are_listed_with_what_they_share(engine: FakeEngine) -> None:
    engine.api = "1.42"
    keep(engine)
    engine.keep(LAYERS[:1], b"", name="base:1")
    listed = {image.name: image for image in images_in("docker")}

    assert set(listed) == {NAME, "base:1"}
    image = listed[NAME]
    assert (image.argument, image.keeper) == (f"docker:{NAME}", "Docker")
    assert (image.layers, image.shared_layers, image.shared_size) == (3, 1, 10)
    assert (image.platform, image.size) == ("linux/amd64", 1000)
    assert image.created == 1_714_979_289 * 10**9
    assert ("/images/json", {"shared-size": "1"}) in engine.asked


def test_an_image_that_is_gone_while_listing_has_no_layers_told(engine: FakeEngine) -> None:
    identity = keep(engine)
    engine.images.pop(identity)
    (image,) = images_in("docker")
    assert (image.layers, image.platform) == (None, "")
    with pytest.raises(CancelledError):
        images_in("docker", lambda: True)


def test_a_nameless_image_is_listed_by_its_id(engine: FakeEngine) -> None:
    identity = keep(engine, RepoTags=["<none>:<none>"])
    (image,) = images_in("docker")
    assert (image.name, image.argument) == ("", f"docker:{identity[7:19]}")


def test_podmans_command_lists_as_its_service_does() -> None:
    line = {"Id": "ab" * 32, "RepoTags": None, "Names": ["localhost/a:1"], "Created": 5, "Size": 7}
    (image,) = images_of(json.dumps([line]).encode(), who="Podman")
    assert (image.tags, image.short_id) == (("localhost/a:1",), "ab" * 6)


def test_a_list_of_nothing_is_empty() -> None:
    assert images_of(b"null", who="Docker") == ()


def test_without_an_engine_a_list_says_so() -> None:
    for name in ("docker", "podman"):
        with pytest.raises(EngineError):
            images_in(name)


def test_an_old_engine_is_told_apart(engine: FakeEngine) -> None:
    engine.api = "1.12"
    with pytest.raises(EngineError, match=r"too old to be asked: its API is older than 1\.24"):
        open_image(f"docker:{NAME}")


def test_an_engine_that_is_no_engine_is_told_apart(engine: FakeEngine) -> None:
    engine.api = ""
    with pytest.raises(ImageError, match="Docker at unix:"):
        open_image(f"docker:{NAME}")


def test_a_dead_socket_and_a_living_one(
    surroundings: Path, engine: FakeEngine, until_the_end: ExitStack
) -> None:
    import socket

    keep(engine)
    usual = surroundings / "var/run/docker.sock"
    usual.unlink()
    dead = engine.path.with_name("dead.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(dead))
    usual.symlink_to(dead)
    with pytest.raises(EngineError, match="connection refused") as caught:
        open_image(f"docker:{NAME}")
    assert "Docker seems not to be running" in caught.value.hint

    desktop = surroundings / "home/.docker/run/docker.sock"
    desktop.parent.mkdir(parents=True)
    desktop.symlink_to(engine.path)
    assert opened(f"docker:{NAME}", until_the_end).tags == (NAME,)
    dead.unlink()


def test_a_socket_without_permission_tells_of_the_group(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(EngineError, match="may not be asked: permission denied") as caught:
        Service(engine.endpoint)
    assert "`docker`" in caught.value.hint
    assert "sudo" in caught.value.hint


def test_a_socket_that_is_missing_is_told_with_who_names_it() -> None:
    from layertui.sources.engine.endpoints import Endpoint

    endpoint = Endpoint(engine="docker", host="unix:///no/such.sock", origin="DOCKER_HOST")
    with pytest.raises(EngineError, match=r"is not there; DOCKER_HOST names it"):
        Service(endpoint)


def test_an_image_whose_layers_are_known_is_not_exported_again(
    engine: FakeEngine, until_the_end: ExitStack, tmp_path: Path
) -> None:
    keep(engine)
    cache = IndexCache(tmp_path / "cache", capacity=1 << 30, limits=Limits())
    for exports in (1, 1):
        image = opened(NAME, until_the_end)
        indexed = list(index_layers(image.layers, cache=cache))
        assert len(indexed) == len(LAYERS)
        assert all(each.index.complete for each in indexed)
        assert engine.count("/get") == exports
