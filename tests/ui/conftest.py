from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.engines import without_engines
from tests.ui.images import write_hostile, write_shop

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion


class SvgExtension(SingleFileSnapshotExtension):
    """One SVG file a snapshot."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the colours of the machine out."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_engines(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the engines of the machine out."""
    without_engines(tmp_path_factory.mktemp("root"), monkeypatch)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small image, by a path that is the same in every run."""
    write_shop(tmp_path / "shop.tar")
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    return Path("shop.tar")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """An image every text of which is hostile."""
    return write_hostile(tmp_path / "hostile.tar")


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with an SVG file."""
    return snapshot.use_extension(SvgExtension)
