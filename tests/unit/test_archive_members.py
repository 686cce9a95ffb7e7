"""Links, duplicates and damage among the members of an outer tarball."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError, DamagedImageError, LimitExceededError
from layertui.layers.compression import Decompression
from layertui.limits import Limits
from layertui.sources import open_image
from layertui.sources.container import normalised
from tests import archives, builders
from tests.archives import Link, Members, member, sample_layers, tarball

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.image import Image
    from tests.unit.conftest import OpenMembers

LAYERS = sample_layers(2)


def with_layer(link: Link, **more: bytes | Link) -> Members:
    """Return a docker-archive whose second layer is a link."""
    about = archives.config(LAYERS)
    members: Members = {"config.json": about, "a/layer.tar": LAYERS[0], "b/layer.tar": link}
    names = ["a/layer.tar", "b/layer.tar"]
    return members | more | archives.docker_manifest(archives.item("config.json", names))


def second_layer(image: Image) -> bytes:
    blob = image.layers[1].blob
    assert blob is not None
    return b"".join(Decompression(blob))


@pytest.mark.parametrize(
    "link",
    [
        Link("../c/layer.tar"),
        Link("/c/layer.tar"),
        Link("c/layer.tar", hard=True),
        Link("./c/layer.tar", hard=True),
        Link("../c/layer.tar", hard=True),
        Link("../../../c/layer.tar"),
    ],
)
def test_a_layer_may_be_a_link_to_another_member(link: Link, open_members: OpenMembers) -> None:
    members = with_layer(link) | {"c/layer.tar": LAYERS[1]}

    assert second_layer(open_members(members)) == LAYERS[1]


def test_a_hard_link_may_be_relative_to_its_directory(open_members: OpenMembers) -> None:
    members = with_layer(Link("beside.tar", hard=True)) | {"b/beside.tar": LAYERS[1]}

    assert second_layer(open_members(members)) == LAYERS[1]


def test_links_may_lead_to_links(open_members: OpenMembers) -> None:
    members = with_layer(Link("../0")) | {str(n): Link(str(n + 1)) for n in range(14)}

    assert second_layer(open_members(members | {"14": LAYERS[1]})) == LAYERS[1]


def test_too_many_links_are_an_error(open_members: OpenMembers) -> None:
    members = with_layer(Link("../0")) | {str(n): Link(str(n + 1)) for n in range(20)}

    with pytest.raises(DamagedImageError, match="too many links"):
        open_members(members | {"20": LAYERS[1]})


@pytest.mark.parametrize("hard", [False, True])
def test_a_circle_of_links_is_an_error_that_names_it(hard: bool, open_members: OpenMembers) -> None:
    members = with_layer(Link("c/layer.tar" if hard else "../c/layer.tar", hard=hard))
    members["c/layer.tar"] = Link("b/layer.tar" if hard else "../b/layer.tar", hard=hard)
    started = time.perf_counter()

    with pytest.raises(DamagedImageError, match=r"a circle of links .*: b/layer\.tar -> c/layer"):
        open_members(members)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("target", ["../../../../etc/passwd", "/etc/passwd"])
@pytest.mark.parametrize("hard", [False, True])
def test_a_link_out_of_the_archive_is_a_missing_layer(
    target: str, hard: bool, open_members: OpenMembers
) -> None:
    image = open_members(with_layer(Link(target, hard=hard)))

    assert image.layers[1].unreadable == "missing"
    assert image.incomplete
    assert "not in" in image.notices[-1].message


opened_paths: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        opened_paths.append(str(arguments[0]))


def test_no_file_of_the_host_is_opened_for_an_archive(
    tmp_path: Path, open_members: OpenMembers
) -> None:
    outside = tmp_path / "outside.tar"
    outside.write_bytes(LAYERS[1])
    members = with_layer(Link(str(outside))) | {
        "../../etc/passwd": b"a member",
        "d": Link("/etc/shadow"),
    }
    members |= archives.docker_manifest(
        archives.item("config.json", ["a/layer.tar", "b/layer.tar", "../../etc/hostname", "d"])
    )
    sys.addaudithook(_watch)
    opened_paths.clear()

    image = open_members(members)

    touched = set(opened_paths) - {str(tmp_path / "image.tar")}
    assert not {path for path in touched if path.startswith(("/etc", str(outside)))}
    assert [layer.unreadable for layer in image.layers] == ["", "missing", "missing", "missing"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("./a/b", "a/b"),
        ("/a//b/", "a/b"),
        ("../../a", "a"),
        ("a/../../b", "b"),
        ("//a", "a"),
        (".", ""),
    ],
)
def test_names_are_relative_and_never_lead_out(name: str, expected: str) -> None:
    assert normalised(name) == expected


def test_of_two_members_of_one_name_the_last_counts(tmp_path: Path) -> None:
    good = archives.docker_save(LAYERS)
    other = archives.docker_manifest(archives.item("other.json", []))
    path = tmp_path / "image.tar"
    path.write_bytes(tarball(other, end=b"") + tarball(good))
    image = open_image(str(path))

    assert len(image.layers) == 2
    assert [notice.code for notice in image.notices] == ["ambiguous-archive"]
    assert "manifest.json" in image.notices[0].message
    assert not image.incomplete
    image.close()


def test_two_members_with_the_same_content_are_no_ambiguity(tmp_path: Path) -> None:
    members = archives.docker_save(LAYERS)
    path = tmp_path / "image.tar"
    path.write_bytes(tarball(members, end=b"") + tarball(members))
    image = open_image(str(path))

    assert image.notices == ()
    image.close()


def test_an_archive_cut_off_in_a_layer_gives_what_is_there(tmp_path: Path) -> None:
    members = archives.docker_save(LAYERS)
    manifest = {"manifest.json": members.pop("manifest.json")}
    large = builders.layer(builders.file("large", bytes(100_000)))
    ordered = manifest | dict(reversed(members.items()))
    name = next(key for key, data in members.items() if data == LAYERS[0])
    data = tarball({key: value for key, value in ordered.items() if key != name})[:-1024]
    path = tmp_path / "image.tar"
    path.write_bytes((data + member(name, large))[:-90_000])
    image = open_image(str(path))

    assert image.incomplete
    assert "archive-damaged" in [notice.code for notice in image.notices]
    assert second_layer(image) == LAYERS[1]
    image.close()


def test_an_archive_cut_off_before_its_manifest_says_so(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(tarball(archives.docker_save(LAYERS))[:3000])

    with pytest.raises(DamagedImageError, match="damaged"):
        open_image(str(path))


def test_more_members_than_the_limit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(builders.file("a") * 50_000 + builders.END)

    with pytest.raises(LimitExceededError, match="more than 1000 members"):
        open_image(str(path), limits=Limits(archive_members=1000))


def test_the_walk_through_an_archive_can_be_stopped(tmp_path: Path) -> None:
    path = archives.write_tarball(archives.docker_save(LAYERS), tmp_path / "image.tar")

    with pytest.raises(CancelledError):
        open_image(str(path), cancelled=lambda: True)
