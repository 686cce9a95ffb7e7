from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from layertui.image import Image
from layertui.limits import Limits
from layertui.sources import open_image
from layertui.sources.registry import open_registry
from tests.archives import Members, write_tarball
from tests.engines import without_engines
from tests.registries import FakeClock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layertui.sources.registry import RegistrySource

OpenMembers = Callable[..., Image]


@pytest.fixture(autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the engines of the machine out; return the root that engines are looked for below."""
    return without_engines(tmp_path_factory.mktemp("root"), monkeypatch)


@pytest.fixture
def open_members(tmp_path: Path) -> Iterator[OpenMembers]:
    """Open members as a tarball; takes the options of `open_image` and closes the image."""
    images: list[Image] = []

    def opened(members: Members, **options: Any) -> Image:
        images.append(open_image(str(write_tarball(members, tmp_path / "image.tar")), **options))
        return images[-1]

    yield opened
    for image in images:
        image.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for this process, without logins, proxies and certificates."""
    for name in list(os.environ):
        if name.startswith(("XDG_", "DOCKER_", "SSL_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("REGISTRY_AUTH_FILE", raising=False)
    folder = tmp_path / "home"
    (folder / "tmp").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    return folder


class OpenName(Protocol):
    """Opens an image of a registry; time passes only by the clock given."""

    def __call__(
        self,
        name: str,
        *,
        clock: FakeClock | None = None,
        limits: Limits | None = None,
        insecure: Sequence[str] = (),
    ) -> RegistrySource: ...


@pytest.fixture
def open_name(home: Path) -> Iterator[OpenName]:
    """Open images of registries; nothing may be left in the temporary folder afterwards."""
    sources: list[RegistrySource] = []

    def opened(
        name: str,
        *,
        clock: FakeClock | None = None,
        limits: Limits | None = None,
        insecure: Sequence[str] = (),
    ) -> RegistrySource:
        source = open_registry(
            name,
            label=name,
            insecure=insecure,
            limits=limits or Limits(),
            open_other=lambda other, platform, cancelled: open_image(other, platform=platform),
            cancelled=lambda: False,
            clock=(clock or FakeClock()).clock(),
        )
        sources.append(source)
        return source

    yield opened
    for source in sources:
        source.close()
    assert list((home / "tmp").iterdir()) == []
