"""Engines and images that are made once for all integration tests."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration import sample
from tests.integration.engines import Docker, Podman, docker_engine, podman_store
from tests.integration.tools import ToolError, require, require_root, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def engine() -> Iterator[Docker]:
    """A Docker engine of our own."""
    require_root()
    require("docker", "dockerd", "runc")
    with contextlib.ExitStack() as until_the_end:
        try:
            docker = until_the_end.enter_context(docker_engine())
        except ToolError as error:
            unavailable(str(error))
        yield docker


@pytest.fixture(scope="session")
def podman() -> Iterator[Podman]:
    """A Podman store of our own, for the images that Docker built."""
    with podman_store() as store:
        yield store


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build context of the sample."""
    require_root()
    return sample.build_context(tmp_path_factory.mktemp("context"))


@pytest.fixture(scope="session")
def classic(
    engine: Docker, podman: Podman, context: Path, tmp_path_factory: pytest.TempPathFactory
) -> sample.Saved:
    """The sample as Docker's own builder makes it."""
    engine.build(context, sample.TAG)
    folder = tmp_path_factory.mktemp("classic")
    return sample.Saved(engine=engine, podman=podman, tag=sample.TAG, folder=folder)


@pytest.fixture(scope="session")
def buildkit(
    engine: Docker, podman: Podman, context: Path, tmp_path_factory: pytest.TempPathFactory
) -> sample.Saved:
    """The sample as BuildKit makes it."""
    tag = f"{sample.TAG}-buildkit"
    try:
        engine.build(context, tag, buildkit=True)
    except ToolError as error:
        if "buildx" in str(error):
            unavailable("not installed: docker-buildx")
        raise
    folder = tmp_path_factory.mktemp("buildkit")
    return sample.Saved(engine=engine, podman=podman, tag=tag, folder=folder)
