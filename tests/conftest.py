"""What holds for every test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER = "LAYERTUI_CACHE_FOLDER"


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
