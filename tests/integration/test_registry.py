"""Images in Debian's registry are the images that skopeo put there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests import archives, builders
from tests.integration.registries import (
    Passing,
    TokenServer,
    basic_auth,
    docker_registry,
    log_in,
)
from tests.integration.tools import require, run
from tests.lazy import estargz

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.sample import Saved
    from tests.registries import Reply, Request

NAME = "public/sample"
FORMS = {
    "docker": ("--format=v2s2",),
    "oci": ("--format=oci",),
    "zstd": ("--format=oci", "--dest-compress-format=zstd"),
}
"""How skopeo puts the sample into the registry, by tag."""

BASE, OWN = (builders.layer(builders.file(name, name.encode() * 9)) for name in ("base", "own"))
SHARING = {"base": [BASE], "own": [BASE, OWN]}
"""Layers of two images of which one is the base of the other, by tag."""

SOURCE = ("reference", "source", "tags")
"""What a report says of where its image is from."""


class Kept(NamedTuple):
    """A registry with images.

    Attributes:
        host: Where it is.
        storage: Its folder of images.
    """

    host: str
    storage: Path

    def name(self, tag: str) -> str:
        return f"registry:{self.host}/{NAME}:{tag}"


@pytest.fixture(scope="session")
def kept(classic: Saved, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    require("skopeo", "docker-registry")
    classic.locator("docker save")
    folder = tmp_path_factory.mktemp("registry")
    with docker_registry(folder / "plain", folder / "storage") as host:
        for tag, options in FORMS.items():
            _push(host, tag, f"docker-archive:{classic.archive}", *options)
        _push(host, "multi", f"oci:{_layout(folder / 'multi', _multi())}", "--all")
        for tag, layers in SHARING.items():
            image = archives.manifested(layers)
            layout = image.members | archives.layout(image.descriptor)
            _push(host, tag, f"oci:{_layout(folder / tag, layout)}")
        _push(host, "estargz", f"oci:{_layout(folder / 'estargz', _estargz())}")
        yield Kept(host, folder / "storage")


def _push(host: str, tag: str, source: str, *options: str) -> None:
    target = f"docker://{host}/{NAME}:{tag}"
    flags = ("--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false")
    run("skopeo", *flags, *options, source, target)


def _layout(folder: Path, members: archives.Members) -> Path:
    return archives.write_directory(members, folder)


def _multi() -> archives.Members:
    """Return an image for three platforms."""
    members: archives.Members = {}
    descriptors = []
    for processor in ("amd64", "arm64", "s390x"):
        layers = [builders.layer(builders.file("for", processor.encode()))]
        image = archives.manifested(
            layers,
            about=archives.config(layers, architecture=processor),
            platform={"os": "linux", "architecture": processor},
        )
        members |= image.members
        descriptors.append(image.descriptor)
    blob, index = archives.nested_index(*descriptors)
    return members | blob | archives.layout(index)


def _estargz() -> archives.Members:
    stored, plain, annotations = estargz({"a": b"first", "etc/b": b"second" * 1000})
    image = archives.manifested([plain], pack=lambda _: stored)
    manifest = archives.manifest_of(image)
    manifest["layers"][0]["annotations"] = annotations
    data = archives.dump(manifest)
    members = {**image.members, archives.blob_name(data): data}
    return members | archives.layout(archives.descriptor(data, archives.OCI_MANIFEST))


class Run(NamedTuple):
    """How a run of layertui ended."""

    code: int
    output: bytes
    complaint: str


def layertui(home: Path, *arguments: str) -> Run:
    """Run layertui in a home of its own, which it leaves without temporary files."""
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    kept = ("PATH", "LANG", "PYTHONPATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-m", "layertui", *arguments],
        capture_output=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert list(temporary.iterdir()) == []
    return Run(done.returncode, done.stdout, done.stderr.decode())


def report(home: Path, *arguments: str) -> dict[str, Any]:
    """Return the report on an image, without where it is from."""
    done = layertui(home, "--no-cache", "--json", "-", *arguments)
    assert done.code == 0, done.complaint
    value: dict[str, Any] = json.loads(done.output)
    for name in SOURCE:
        del value["image"][name]
    return value


@pytest.mark.parametrize("tag", [*FORMS, "estargz"])
@pytest.mark.parametrize("verify", [(), ("--verify",)])
def test_the_report_is_that_of_the_same_image_in_a_directory(
    kept: Kept, tmp_path: Path, tag: str, verify: tuple[str, ...]
) -> None:
    source = f"docker://{kept.host}/{NAME}:{tag}"
    target = f"dir:{tmp_path}/copy"
    run("skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", source, target)
    expected = report(tmp_path, *verify, target)
    found = report(tmp_path, *verify, kept.name(tag))
    assert [layer["verified"] for layer in found["layers"]] == [True] * len(expected["layers"])
    if not verify:  # what is fetched is checked on the way
        expected["layers"] = [{**layer, "verified": True} for layer in expected["layers"]]
    assert found == expected


@pytest.mark.parametrize("processor", ["amd64", "arm64", "s390x"])
def test_a_platform_is_chosen(kept: Kept, tmp_path: Path, processor: str) -> None:
    found = report(tmp_path, "--platform", f"linux/{processor}", kept.name("multi"))
    assert found["image"]["platform"] == f"linux/{processor}"
    assert [entry["size"] for entry in found["filesystem"]] == [len(processor)]


def test_what_is_not_there_is_named(kept: Kept, tmp_path: Path) -> None:
    for name, told in [
        (kept.name("none"), "has no tag none"),
        (f"registry:{kept.host}/none", "none has no tag latest"),
    ]:
        done = layertui(tmp_path, "--json", "-", name)
        assert done.code == 2
        assert told in done.complaint
        assert done.complaint.count("\n") == 1


def test_a_password_lets_in(kept: Kept, tmp_path: Path) -> None:
    auth = basic_auth(tmp_path / "auth")
    with docker_registry(tmp_path / "basic", kept.storage, **auth) as host:
        name = f"registry:{host}/{NAME}:oci"
        refused = layertui(tmp_path, "--json", "-", name)
        assert refused.code == 2
        assert f"Log in with `docker login {host}`" in refused.complaint
        log_in(tmp_path, host)
        assert report(tmp_path, name) == report(tmp_path, kept.name("oci"))


def test_tokens_let_in_whom_they_are_for(kept: Kept, tmp_path: Path) -> None:
    with (
        TokenServer(tmp_path / "tokens") as tokens,
        docker_registry(tmp_path / "auth", kept.storage, **tokens.auth) as host,
    ):
        expected = report(tmp_path, kept.name("oci"))
        assert report(tmp_path, f"registry:{host}/{NAME}:oci") == expected
        assert tokens.seen[-1].authorization is None
        private = f"registry:{host}/private/sample:oci"
        refused = layertui(tmp_path, "--json", "-", private)
        assert refused.code == 2
        assert "needs a login, or does not exist" in refused.complaint
        log_in(tmp_path, host)
        unknown = layertui(tmp_path, "--json", "-", private)
        assert "has no" in unknown.complaint
        assert tokens.seen[-1].authorization is not None


def test_every_blob_is_fetched_once(kept: Kept, tmp_path: Path) -> None:
    with Passing(kept.host) as proxy:
        found = report(tmp_path, "--verify", f"registry:{proxy.host}/{NAME}:oci")
        asked = proxy.paths("/blobs/")
        assert len(asked) == len(set(asked))
        digests = {layer["digest"] for layer in found["layers"]}
        assert {path.rpartition("/")[2] for path in asked} >= digests


def test_of_an_image_whose_base_is_known_only_the_rest_is_fetched(
    kept: Kept, tmp_path: Path
) -> None:
    def fetched(tag: str) -> tuple[set[str], list[str]]:
        """Look at an image; return the digests of blobs that were fetched, and of its layers."""
        with Passing(kept.host) as proxy:
            done = layertui(tmp_path, "--json", "-", f"registry:{proxy.host}/{NAME}:{tag}")
            assert done.code == 0, done.complaint
            image = json.loads(done.output)
            blobs = {path.rpartition("/")[2] for path in proxy.paths("/blobs/")}
        return blobs - {image["image"]["imageId"]}, [each["digest"] for each in image["layers"]]

    blobs, layers = fetched("base")
    assert blobs == set(layers)
    blobs, layers = fetched("own")
    assert blobs == {layers[1]}
    assert fetched("own")[0] == set()


def test_what_happens_on_the_way_does_not_change_the_report(kept: Kept, tmp_path: Path) -> None:
    expected = report(tmp_path, kept.name("oci"))
    with Passing(kept.host) as proxy:
        seen: set[str] = set()

        def first_time(asked: Request) -> Reply | None:
            if asked.path in seen or "/blobs/" not in asked.path:
                return None
            seen.add(asked.path)
            usual: Reply = proxy.usual(asked)
            return replace(usual, cut=max(1, len(usual.body) // 2))

        proxy.rules.append(first_time)
        assert report(tmp_path, f"registry:{proxy.host}/{NAME}:oci") == expected
        assert any("range" in asked.headers for asked in proxy.seen)


def test_a_blob_that_was_altered_makes_the_image_incomplete(kept: Kept, tmp_path: Path) -> None:
    digest = report(tmp_path, kept.name("oci"))["layers"][0]["digest"]
    with Passing(kept.host) as proxy:
        proxy.always(digest, lambda usual: replace(usual, body=usual.body[:-9] + bytes(9)))
        done = layertui(tmp_path, "--json", "-", f"registry:{proxy.host}/{NAME}:oci")
    assert done.code == 2
    warnings = json.loads(done.output)["warnings"]
    assert any("does not have the digest" in each["message"] for each in warnings)
