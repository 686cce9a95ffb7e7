from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.errors import DamagedImageError
from layertui.sources import open_image
from tests import archives
from tests.builders import file, layer

if TYPE_CHECKING:
    from pathlib import Path


def test_an_archive_cut_off_before_its_manifest_is_called_damaged(tmp_path: Path) -> None:
    old = archives.v1([layer(file("a", b"1")), layer(file("b", b"2" * 5000))])
    base = min(name for name, data in old.items() if data == layer(file("a", b"1"))).split("/")[0]
    rest = {name: data for name, data in old.items() if not name.startswith((base, "repos"))}
    whole = archives.tarball(rest)
    path = tmp_path / "partial.tar"
    path.write_bytes(whole[: whole.index(b"2" * 100) + 200])
    damage = "the archive is damaged: the tar ends within the content of an entry"
    with pytest.raises(DamagedImageError, match=damage) as caught:
        open_image(str(path))
    assert "again" in caught.value.hint
