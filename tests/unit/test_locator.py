from __future__ import annotations

from pathlib import Path

import pytest

from layertui.errors import (
    EngineError,
    ImageNotFoundError,
    NotAnImageError,
    RegistryError,
    UsageError,
)
from layertui.sources import open_image
from layertui.sources.engine.finding import NoEngineError
from layertui.sources.locator import Locator, locate
from tests import archives


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a directory with a few files whose names look like something else."""
    monkeypatch.chdir(tmp_path)
    for name in ("image.tar", "a", "a:b.tar", "oci:x", "docker:x", "shop"):
        Path(name).write_bytes(b"")
    Path("layout").mkdir()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image.tar", ("", "image.tar", "")),
        ("-", ("", "-", "")),
        ("oci:x", ("", "oci:x", "")),
        ("docker:x", ("", "docker:x", "")),
        ("shop", ("", "shop", "")),
        ("other/name:tag", ("", "other/name:tag", "")),
        ("docker-archive:image.tar", ("docker-archive", "image.tar", "")),
        ("docker-archive://image.tar", ("docker-archive", "image.tar", "")),
        ("docker-archive:///no/image.tar", ("docker-archive", "/no/image.tar", "")),
        ("docker-archive:image.tar:a/b:c", ("docker-archive", "image.tar", "a/b:c")),
        ("docker-archive:a:b.tar:c", ("docker-archive", "a:b.tar", "c")),
        ("docker-archive:a:c", ("docker-archive", "a", "c")),
        ("docker-archive:gone.tar:c:d", ("docker-archive", "gone.tar", "c:d")),
        ("docker-archive:-", ("docker-archive", "-", "")),
        ("oci-archive:image.tar:@1", ("oci-archive", "image.tar", "@1")),
        ("oci:layout", ("oci", "layout", "")),
        ("oci:layout:2.4", ("oci", "layout", "2.4")),
        ("dir:layout", ("dir", "layout", "")),
        ("dir:a:b", ("dir", "a:b", "")),
        ("docker://shop/api:1", ("docker", "shop/api:1", "")),
        ("docker:api", ("docker", "api", "")),
        ("docker-daemon:api:1", ("docker", "api:1", "")),
        ("podman://api", ("podman", "api", "")),
        ("container:web", ("container", "web", "")),
        ("containers-storage:api", ("podman", "api", "")),
        ("registry:localhost:5000/api", ("registry", "localhost:5000/api", "")),
        ("localhost:5000/api", ("", "localhost:5000/api", "")),
        ("nul\0", ("", "nul\0", "")),
    ],
)
def test_what_was_asked_for_is_understood(text: str, expected: tuple[str, str, str]) -> None:
    transport, path, choice = expected

    assert locate(text) == Locator(transport=transport, path=path, choice=choice)


@pytest.mark.parametrize("source", ["docker-archive", "docker-tar"])
def test_a_source_says_what_the_text_does_not(source: str) -> None:
    assert locate("image.tar", source) == Locator(transport="docker-archive", path="image.tar")
    assert locate("docker-archive://image.tar", source).path == "image.tar"


def test_a_source_of_an_engine_takes_a_name() -> None:
    assert locate("shop", "podman") == Locator(transport="podman", path="shop")


def test_an_unknown_source_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="there is no source `tape`") as caught:
        locate("image.tar", "tape")
    assert "docker-archive" in caught.value.hint


def test_nothing_is_wrong_usage() -> None:
    with pytest.raises(UsageError):
        locate("")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("docker:api:2", "no Docker engine is running", "DOCKER_HOST"),
        ("docker://api", "no Docker engine is running", "DOCKER_HOST"),
        ("podman:api", "neither a podman command nor a socket", "CONTAINER_HOST"),
        ("container:web", "no Docker engine is running", "DOCKER_HOST"),
    ],
)
def test_an_engine_that_does_not_run_is_named(text: str, message: str, hint: str) -> None:
    with pytest.raises(EngineError, match=message) as caught:
        open_image(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("registry:api", "api"),
        ("registry://registry.example/api:1", "registry.example/api:1"),
        ("api", "api"),
        ("shop/api:2.4", "shop/api:2.4"),
        ("debian:bookworm", "debian:bookworm"),
    ],
)
def test_a_name_is_looked_up_in_its_registry(
    text: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(name: str, **_: object) -> None:
        asked.append(name)
        raise RegistryError("there is no network")

    monkeypatch.setattr("layertui.sources.registry.open_registry", refuse)
    with pytest.raises(RegistryError) as caught:
        open_image(text)
    assert asked == [name]
    assert ("There is no file" in caught.value.hint) == (text == name)


@pytest.mark.parametrize("text", ["docker:", "docker://", "registry:", "oci:", "docker-archive:"])
def test_a_transport_without_a_name_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="nothing is named behind"):
        open_image(text)


def test_an_engine_that_cannot_be_asked_for_a_name_is_told_where_nobody_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbid(transport: str, name: str, **_: object) -> None:
        if transport == "docker":
            raise EngineError("Docker may not be asked", hint="Use sudo.")
        raise NoEngineError("there is no podman", hint="Install it.")

    def refuse(name: str, **_: object) -> None:
        raise RegistryError("there is no network", hint="Check it.")

    monkeypatch.setattr("layertui.sources.engine.finding.open_in_engine", forbid)
    monkeypatch.setattr("layertui.sources.registry.open_registry", refuse)
    with pytest.raises(RegistryError) as caught:
        open_image("api")
    told = "There is no file api either. Docker may not be asked. Use sudo. Check it."
    assert caught.value.hint == told


@pytest.mark.parametrize(
    ("text", "hint"),
    [("https://registry.example/api", "HOST[:PORT]/NAME"), ("shop/API:1", "lower-case")],
)
def test_what_is_nearly_a_name_is_told_how_to_be_one(text: str, hint: str) -> None:
    with pytest.raises(ImageNotFoundError) as caught:
        open_image(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "./gone",
        "/gone/x",
        "gone.tar",
        "gone.tar.gz",
        "Gone",
        "a b",
        "nul\0",
        "oci:gone",
        "x\x1b[1m",
    ],
)
def test_a_path_that_is_not_there_is_not_found(text: str) -> None:
    with pytest.raises(ImageNotFoundError, match="there is no file or directory") as caught:
        open_image(text)
    assert caught.value.message.isprintable()
    assert "docker save IMAGE -o FILE" in caught.value.hint


def test_a_transport_wants_its_kind_of_path() -> None:
    with pytest.raises(NotAnImageError, match="is a directory"):
        open_image("docker-archive:layout")
    with pytest.raises(NotAnImageError, match="is not a directory"):
        open_image("oci:image.tar")


def test_a_transport_reads_only_its_own_documents() -> None:
    layers = archives.sample_layers(1)
    archives.write_tarball(archives.hybrid(layers), Path("hybrid.tar"))
    archives.write_tarball(archives.docker_save(layers), Path("docker.tar"))
    archives.write_tarball(archives.oci(layers), Path("oci.tar"))

    for text in (
        "docker-archive:hybrid.tar",
        "oci-archive:hybrid.tar",
        "docker-archive:docker.tar",
    ):
        image = open_image(text)
        assert image.source == text.partition(":")[0]
        image.close()
    with pytest.raises(NotAnImageError, match=r"no index\.json") as caught:
        open_image("oci-archive:docker.tar")
    assert "docker-archive" in caught.value.hint
    with pytest.raises(NotAnImageError):
        open_image("docker-archive:oci.tar")
