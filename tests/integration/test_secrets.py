"""Secrets planted in an image over a real Debian base: how many are found, missed, and false."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, NamedTuple

import pytest

from layertui.analysis.inspection import inspect_image
from layertui.contents.opening import Contents
from layertui.insight.secrets import find_secrets
from layertui.sources import open_image
from tests import archives, builders, planted
from tests.integration.tools import ToolError, require, run, unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.insight.finding import Finding
    from tests.planted import Planted

PACKAGES = "ca-certificates,curl,git,openssl,perl,python3"
"""What is in the base, with all that it needs: certificates and programs that read keys."""

LIVE, GHOST = planted.every(11), planted.every(101)
IN_HISTORY, IN_ENVIRONMENT = planted.tokens(201), planted.tokens(301)


class Search(NamedTuple):
    """What was found in the image, and how many files its base has."""

    findings: list[Finding]
    base_files: int


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    folder = tmp_path_factory.mktemp("secrets")
    image = open_image(str(planted_image(debian(folder), folder)), base="1")
    try:
        inspection = inspect_image(image)
        findings = list(find_secrets(inspection, Contents(image.layers)))
    finally:
        image.close()
    return Search(findings, len(inspection.filesystem.indexes[0]))


def debian(folder: Path) -> bytes:
    """Return this machine's release of Debian as a layer."""
    require("mmdebstrap")
    suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
    try:
        run("mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", suite, folder / "base.tar")
    except ToolError as error:
        unavailable(f"no base system: {error}")
    return (folder / "base.tar").read_bytes()


def planted_image(base: bytes, folder: Path) -> Path:
    """Write an image of a base, live secrets, secrets that are removed, and steps with some."""
    layers = [
        base,
        builders.layer(*(builders.file(f"srv/live/{each.path}", each.text) for each in LIVE)),
        builders.layer(*(builders.file(f"srv/gone/{each.path}", each.text) for each in GHOST)),
        builders.layer(builders.whiteout("srv/gone")),
    ]
    steps = [
        *({"created": archives.CREATED, "created_by": "RUN make"} for _ in layers),
        *(
            {"created": archives.CREATED, "created_by": step, "empty_layer": True}
            for step in (f"RUN |1 A={text(each)} /bin/sh -c make # buildkit" for each in IN_HISTORY)
        ),
    ]
    env = [f"A{number}={text(each)}" for number, each in enumerate(IN_ENVIRONMENT)]
    about = archives.config(layers, history=steps, config={"Env": ["PATH=/bin", *env]})
    return archives.write_tarball(archives.docker_save(layers, about=about), folder / "image.tar")


def text(secret: Planted) -> str:
    """Return a secret as a command has it, with the name that one without a shape needs."""
    prefix = {"AWS secret access key": "aws_secret_key=", "Azure account key": "AccountKey="}
    return prefix.get(secret.group, "") + secret.secret.decode()


def wanted(secrets: list[Planted], folder: str) -> set[tuple[str, bytes]]:
    """Return what has to be found; system files count only at their own places."""
    return {
        (each.group, f"/srv/{folder}/{each.path}".encode())
        for each in secrets
        if not each.path.startswith(("etc/", "run/"))
    }


def test_every_secret_in_a_file_is_found(search: Search) -> None:
    found = {(each.group, each.paths[0]) for each in search.findings if each.paths}
    assert wanted(LIVE, "live") - found == set()


def test_every_secret_in_a_file_that_was_removed_is_found_as_a_ghost(search: Search) -> None:
    found = {(each.group, each.paths[0]) for each in search.findings if each.ghost}
    assert wanted(GHOST, "gone") - found == set()


def test_every_secret_in_the_history_and_the_environment_is_found(search: Search) -> None:
    messages = [each.message for each in search.findings if each.layer is None]
    assert sum("of the history" in each for each in messages) >= len(IN_HISTORY)
    assert sum("in the environment" in each for each in messages) >= len(IN_ENVIRONMENT)


def test_nothing_in_a_debian_base_is_taken_for_a_secret(search: Search) -> None:
    assert search.base_files > 5_000
    assert [each for each in search.findings if each.base] == []


def test_no_secret_is_shown(search: Search) -> None:
    shown = "\n".join(f"{each.message}{each.cure}{each.group}" for each in search.findings)
    for secret in (*LIVE, *GHOST, *IN_HISTORY, *IN_ENVIRONMENT):
        kept = secret.secret[len(secret.secret) // 3 :].decode()
        assert not any(kept[start : start + 6] in shown for start in range(len(kept) - 5))
