"""What holds for every test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xdist.remote import Producer

settings.register_profile("layertui", deadline=None)
settings.load_profile("layertui")

_FOLDER = "LAYERTUI_CACHE_FOLDER"
_TERMINALS = "test_browser", "test_hostile_walk", "test_terminal", "test_walk"
"""Files of the integration tests that wait for a terminal most of their time."""


class _Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Gives tests to processes one by one, but all that need an engine to one of them.

    Those in a terminal need little of an engine, so they have one of their own.
    """

    def _split_scope(self, nodeid: str) -> str:
        """Return a name that tests of one process have in common."""
        folder, _, name = nodeid.partition("::")[0].removesuffix(".py").rpartition("/")
        if not folder.endswith("integration"):
            return nodeid
        return "terminals" if name in _TERMINALS else "engines"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Spread tests over processes."""
    return _Sharing(config, log)


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what fixtures of several tests start, and their processes, out of the user's cache."""
    before = os.environ.get(_FOLDER)
    os.environ[_FOLDER] = str(tmp_path_factory.mktemp("cache") / "layers")
    yield
    del os.environ[_FOLDER]
    if before is not None:
        os.environ[_FOLDER] = before


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache of a test and of the processes that it starts; not there yet."""
    folder = tmp_path_factory.mktemp("cache") / "layers"
    monkeypatch.setenv(_FOLDER, str(folder))
    return folder
