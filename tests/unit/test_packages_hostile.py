"""Package databases that were made to do harm, or that cannot be had, give notices and no more."""

from __future__ import annotations

import gzip
import random
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.waste import account
from layertui.blob import BytesBlob
from layertui.contents.opening import Contents
from layertui.errors import CancelledError
from layertui.filesystem.merge import merge
from layertui.image import Layer
from layertui.insight.packages import (
    dpkg,
    go_buildinfo,
    managers,
    npm,
    owners,
    package,
    pip,
    reading,
)
from layertui.insight.packages.changes import packages_of
from layertui.insight.packages.go_buildinfo import read_buildinfo
from layertui.insight.packages.package import GO, Budget, Package
from layertui.insight.packages.paths import DEEPEST_LINK, Paths, links_of
from layertui.layers.indexing import index_layer
from tests import builders
from tests.databases import (
    dist_info,
    dpkg_list,
    elf_head,
    go_program,
    opened,
    packages,
    shipped,
    stanza,
    status,
)

if TYPE_CHECKING:
    from layertui.insight.packages.summary import Packages

PROGRAM = go_program()


def messages(found: Packages) -> list[tuple[int | None, bytes | None, str]]:
    assert {notice.code for notice in found.notices} <= {"package-database"}
    return [(notice.layer, notice.path, notice.message) for notice in found.notices]


def test_a_database_that_is_too_large_stays_as_it_was_below(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dpkg, "MOST_STATUS", 1 << 20)
    found = packages(
        [status(stanza("curl"))], [status(stanza("jq"), b"x" * (1 << 20))], [status(stanza("dash"))]
    )
    assert [layer.installed for layer in found.layers] == [1, 1, 1]
    assert [change.after for change in found.layers[2].upgraded] == []
    assert [package.name for package in found.installed] == ["dash"]
    assert messages(found) == [(1, b"/var/lib/dpkg/status", "it is larger than 1 MiB")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"name": "\\ud800"}',
        b'{"a":' * 100_000,
        b"[" * 500_000,
        b'{"name": "x", "name"',
    ],
    ids=range(9),
)
def test_a_description_that_is_none_is_told(data: bytes) -> None:
    found = packages([builders.file("node_modules/x/package.json", data)])
    assert messages(found) == [
        (0, b"/node_modules/x/package.json", "it is no description of a package")
    ]
    assert found.installed == ()


def test_lists_may_not_lead_out_of_the_image() -> None:
    site = "usr/lib/site-packages"
    found = packages(
        [
            *dist_info(
                site, "evil", "1", "../" * 50 + "etc/passwd", "/../../etc/shadow", "..", "."
            ),
            builders.file("etc/passwd", b"p" * 1_000),
            builders.file("etc/shadow", b"s" * 3_000),
        ]
    )
    assert shipped(found)["evil"] // 1_000 == 4
    assert found.notices == ()


def test_links_in_a_circle_lead_nowhere() -> None:
    found = packages(
        [
            builders.symlink("a", "b"),
            builders.symlink("b", "a"),
            builders.symlink("c", "c"),
            builders.file("usr/bin/x", b"x" * 9),
            dpkg_list("x", "/a/b/x", "/c/c/c/x", "/a", "/usr/bin/x"),
            status(stanza("x")),
        ]
    )
    assert shipped(found)["x"] == 9


def test_paths_of_any_depth_and_length_cost_little() -> None:
    deep = ["/" + "/".join("d" * (1 + number % 3) for _ in range(2_000)) for number in range(400)]
    started = time.perf_counter()
    found = packages(
        [
            builders.symlink("d", "usr"),
            builders.file("usr/x", b"x"),
            dpkg_list("x", *deep, "/" + "y" * 1_000_000, "/" * 1_000_000, "/d/x"),
            status(stanza("x")),
        ]
    )
    assert shipped(found)["x"] == 1
    assert time.perf_counter() - started < 5


def test_a_path_longer_than_any_kernel_takes_leads_nowhere() -> None:
    folders = "/".join("f" * 200 for _ in range(25))
    found = packages(
        [
            builders.file(f"{folders}/x", b"x" * 10),
            dpkg_list("x", f"/{folders}/x"),
            status(stanza("x")),
        ]
    )
    assert "x" not in shipped(found)


def test_links_are_looked_for_in_the_first_directories_of_a_path_alone() -> None:
    filesystem, *_ = opened([builders.symlink("d", "usr"), builders.file("usr/d/x")])
    paths = Paths(filesystem, 0, links_of(filesystem))
    deep = b"/".join([b"d"] * 2_000)
    assert list(paths.nodes([deep, b"d/d/x", deep + b"/x"], {})) == [paths.node(b"usr/d/x")]
    assert len(paths._known) < 2 * DEEPEST_LINK


def test_holes_of_a_terabyte_are_not_filled() -> None:
    sparse = {
        "GNU.sparse.size": b"%d" % (1 << 40),
        "GNU.sparse.numblocks": b"1",
        "GNU.sparse.map": b"0,300000",
    }
    head = elf_head((1, 6, 1 << 39, 0x600000, 1 << 30)).ljust(300_000, b"\0")
    entries = [
        builders.file("program", head, mode=0o755, pax=sparse),
        builders.file("var/lib/dpkg/status", head, pax=sparse),
        builders.file("var/lib/rpm/rpmdb.sqlite", head, pax=sparse),
        builders.file("node_modules/a/package.json", head, pax=sparse),
    ]
    packed = BytesBlob(gzip.compress(builders.layer(*entries)))
    for blob in (packed, BytesBlob(builders.layer(*entries))):
        filesystem = merge([index_layer(blob)])
        assert filesystem.indexes[0].sparse
        contents = Contents([Layer(index=0, blob=blob)])
        found = packages_of(filesystem, account(filesystem, base_layers=1), contents)
        assert found.installed == ()
        assert sorted(path or b"" for _, path, _ in messages(found)) == [
            b"/node_modules/a/package.json",
            b"/var/lib/dpkg/status",
            b"/var/lib/rpm/rpmdb.sqlite",
        ]


def test_modules_within_modules_cost_little() -> None:
    layers, folder = [], ""
    for number in range(500):
        folder += f"node_modules/p{number}/"
        layers.append(builders.file(f"{folder}package.json", b'{"name": "p", "version": "1"}'))
    found = packages(layers)
    assert found.installed == (Package("npm", "p", "1"),)
    assert shipped(found) == {"p": 500 * 29}


@pytest.mark.parametrize("at", [0, 5, 64, 4_000, 8_250, 8_280, 8_300, 8_400])
def test_a_program_that_is_cut_off_is_none_or_says_less(at: int) -> None:
    info = read_buildinfo(BytesBlob(PROGRAM[:at]))
    assert info is None or info.go_version.startswith("go1") or not info.go_version


def test_a_program_of_any_bytes_is_none() -> None:
    numbers = random.Random(1)
    for _ in range(500):
        data = bytearray(PROGRAM[:9_000])
        for _ in range(5):
            data[numbers.randrange(180)] = numbers.randrange(256)
            data[8_256 + numbers.randrange(120)] = numbers.randrange(256)
        read_buildinfo(BytesBlob(bytes(data)))


def test_a_program_that_says_its_texts_are_endless_has_none() -> None:
    head = elf_head((1, 6, 4_096, 0x600000, 65_536)).ljust(4_096, b"\0")
    for length in (b"\xff" * 9 + b"\1", b"\xff\xff\xff\xff\x7f"):
        info = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + length + b"go1.24"
        assert read_buildinfo(BytesBlob(head + info.ljust(65_536, b"\0"))) is None


def test_segments_that_are_everywhere_are_looked_through_a_few_times() -> None:
    class Counted(BytesBlob):
        read = 0

        def read_at(self, offset: int, length: int) -> bytes:
            data = super().read_at(offset, length)
            self.read += len(data)
            return data

    size = 1 << 50
    many = [(1, 6, 0, 0x600000, size)] * 30 + [(0x6474E552, 4, 0, 0x600000, 100)] * 30
    blob = Counted(elf_head(*many).ljust(9 << 20, b"\xff"))
    assert read_buildinfo(blob) is None
    assert blob.read < 5 * go_buildinfo.MOST_DATA


@pytest.mark.parametrize(
    ("data", "mode", "is_program"),
    [(PROGRAM, 0o755, True), (PROGRAM, 0o010, True), (PROGRAM, 0o644, False), (b"x", 0o755, False)],
)
def test_only_a_large_file_that_may_be_executed_is_looked_into(
    data: bytes, mode: int, is_program: bool
) -> None:
    filesystem, *_ = opened([builders.file("x", data, mode=mode)])
    assert managers.is_program(filesystem.indexes[0], 0) is is_program


def test_more_documents_than_are_read_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_DOCUMENTS", 3)
    found = packages(
        [
            builders.file(f"node_modules/p{number}/package.json", b'{"name": "p%d"}' % number)
            for number in range(5)
        ]
    )
    assert len(found.installed) == 3
    assert [message for *_, message in messages(found)] == [
        "the image has more package databases than are read"
    ] * 2


@pytest.mark.parametrize("module", [pip, npm])
def test_large_metadata_is_told_of(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_METADATA", "MOST_RECORD", "MOST_DESCRIPTION"):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, 0)
    found = packages(
        [
            builders.file("node_modules/p/package.json", b"{}"),
            *dist_info("lib/site-packages", "p", "1"),
        ]
    )
    assert len(found.installed) == 1
    assert found.notices


def test_short_lines_that_grow_long_paths_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of two bytes becomes a path of thousands, in the list of apk and in that of pip."""
    monkeypatch.setattr(package, "MOST_HELD", 1 << 20)
    monkeypatch.setattr(Budget.__init__, "__defaults__", (1 << 20,))
    folder = "f" * 250
    grown = b"P:x\nV:1\nF:" + folder.encode() * 15 + b"\n" + b"R:a\n" * 5_000
    site = "/".join([folder] * 12)
    found = packages(
        [builders.file("lib/apk/db/installed", grown)],
        [
            builders.file(f"{site}/x.dist-info/METADATA", b"Name: x\nVersion: 1\n"),
            builders.file(f"{site}/x.dist-info/RECORD", b"a\n" * 5_000),
        ],
        [status(*(stanza(f"p{number}") for number in range(5_000)))],
    )
    assert [layer for layer, *_ in messages(found)] == [0, 1, 2]
    assert {message for *_, message in messages(found)} == {package.TOO_MUCH}


def test_what_documents_take_is_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_HELD", 100_000)
    lists = [dpkg_list(f"p{n}", *(f"/usr/{i}" for i in range(300))) for n in range(4)]
    found = packages(*([each] for each in lists), [lists[0]], [builders.whiteout("var")], lists[3:])
    assert [layer for layer, *_ in messages(found)] == [2, 3]


def test_packages_that_change_all_the_time_are_not_followed_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owners, "MOST_CHANGES", 5)
    found = packages(*([status(stanza("a", str(version)))] for version in range(9)))
    assert [len(layer.upgraded) for layer in found.layers] == [0, 1, 1, 1, 0, 0, 0, 0, 0]
    assert [(notice.layer, notice.code) for notice in found.notices] == [(3, "package-database")]


def test_a_layer_that_cannot_be_read_leaves_the_databases_below() -> None:
    filesystem, accounting, contents = opened(
        [builders.file("a", b"a" * 10), dpkg_list("a", "/a"), status(stanza("a"))],
        [builders.file("a", b"b" * 20), status(stanza("b"))],
    )
    blob = BytesBlob(b"")
    lower = contents._layers[0]
    broken = Contents([lower, Layer(index=1, blob=blob)])
    found = packages_of(filesystem, accounting, broken)
    assert [package.name for package in found.installed] == ["a"]
    assert shipped(found, 1)["a"] == 20
    assert [layer for layer, *_ in messages(found)] == [1]
    absent = Contents([lower, replace(lower, index=1, blob=None)])
    assert "not at hand" in messages(packages_of(filesystem, accounting, absent))[0][2]


def test_a_compressed_layer_is_read_as_well() -> None:
    entries = [
        *dist_info("usr/lib/site-packages", "six", "1", "six.py"),
        builders.file("usr/bin/go", PROGRAM, mode=0o755),
        dpkg_list("a", "/a"),
        status(stanza("a")),
    ]
    packed = BytesBlob(gzip.compress(builders.layer(*entries)))
    filesystem = merge([index_layer(packed)])
    accounting = account(filesystem, base_layers=1)
    found = packages_of(filesystem, accounting, Contents([Layer(index=0, blob=packed)]))
    assert found.notices == ()
    assert [package.name for package in found.installed] == ["a", "shop.test/api", "six"]


def test_the_work_can_be_stopped_at_any_time() -> None:
    entries = [
        *dist_info("usr/lib/site-packages", "six", "1", "six.py"),
        builders.file("usr/bin/go", PROGRAM, mode=0o755),
        dpkg_list("a", "/a"),
        status(stanza("a")),
    ]
    filesystem, accounting, contents = opened(entries, [status(stanza("b"))])
    asked = 0

    def never() -> bool:
        nonlocal asked
        asked += 1
        return False

    packages_of(filesystem, accounting, contents, cancelled=never)
    assert asked > 8
    for number in range(asked):
        answers = iter([False] * number)
        with pytest.raises(CancelledError):
            packages_of(filesystem, accounting, contents, cancelled=partial(next, answers, True))


def test_managers_that_are_not_asked_cost_nothing() -> None:
    filesystem, accounting, contents = opened(
        [builders.file("usr/bin/go", PROGRAM, mode=0o755), status(stanza("a"))]
    )
    asked = [manager for manager in managers.ALL if manager.name != GO]
    found = packages_of(filesystem, accounting, contents, managers=asked)
    assert [package.name for package in found.installed] == ["a"]


def test_an_image_without_layers_has_no_packages() -> None:
    found = packages()
    assert (found.packages, found.installed, found.layers) == ((), (), ())
