"""`layertui tree`: a filesystem drawn as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.cli import run
from tests import archives
from tests.builders import directory, file, hardlink, layer, symlink, whiteout

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[bytes]
LAYERS = [
    layer(
        directory("a"), file("a/x", b"1" * 1000), file("a/y/deep"), file("a/y/z/end"),
        file("b"), symlink("c", "a/y"),
    ),
    layer(file("a/x", b"22"), whiteout("a/y"), file("a/new")),
]  # fmt: skip


@pytest.fixture
def image(tmp_path: Path) -> str:
    return str(archives.write_tarball(archives.docker_save(LAYERS), tmp_path / "image.tar"))


def drawn(capsys: Output, *arguments: str, code: int = 0) -> list[str]:
    assert run(["tree", "--no-ascii", *arguments]) == code
    return capsys.readouterr().out.decode().splitlines()


def test_a_tree_is_drawn_with_links_and_where_they_lead(image: str, capfdbinary: Output) -> None:
    assert drawn(capfdbinary, "--layer", "0", image) == [
        "/",
        "├── a",
        "│   ├── x",
        "│   └── y",
        "│       ├── deep",
        "│       └── z",
        "│           └── end",
        "├── b",
        "└── c -> a/y",
    ]


def test_a_hard_link_is_told_from_a_symbolic_one(tmp_path: Path, capfdbinary: Output) -> None:
    members = archives.docker_save([layer(file("a"), hardlink("b", "a"), symlink("c", "a"))])
    path = str(archives.write_tarball(members, tmp_path / "image.tar"))
    assert drawn(capfdbinary, path) == ["/", "├── a", "├── b => /a", "└── c -> a"]


def test_a_tree_starts_where_it_is_asked_to_and_goes_as_deep(
    image: str, capfdbinary: Output
) -> None:
    assert drawn(capfdbinary, "--layer=0", "--depth=1", image, "c") == [
        "/a/y", "├── deep", "└── z",
    ]  # fmt: skip


def test_a_tree_of_ascii_is_drawn_where_it_is_asked_for(image: str, capfdbinary: Output) -> None:
    assert drawn(capfdbinary, "--ascii", image, "/a") == ["/a", "|-- new", "`-- x"]


def test_sizes_are_those_of_all_in_a_directory(image: str, capfdbinary: Output) -> None:
    assert drawn(capfdbinary, "-s", "--layer=0", "--depth=1", image)[1:3] == [
        "├── [  1.0 kB]  a", "├── [     0 B]  b",
    ]  # fmt: skip


def test_what_a_layer_changed_is_drawn_with_marks(image: str, capfdbinary: Output) -> None:
    assert drawn(capfdbinary, "--changes", image) == [
        "/",
        "└── a",
        "    ├── + new",
        "    ├── ~ x",
        "    └── - y",
        "        ├── - deep",
        "        └── - z",
        "            └── - end",
    ]


def test_a_path_that_is_not_there_ends_in_1(image: str, capfdbinary: Output) -> None:
    assert drawn(capfdbinary, image, "/c", code=1) == []
