"""Bytes of packages and of none sum to what is shipped, whatever databases say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.insight.packages.changes import packages_of
from layertui.insight.packages.package import Package
from layertui.insight.packages.text import package_lines
from tests import builders
from tests.databases import (
    apk,
    dist_info,
    dpkg_list,
    opened,
    rpm_database,
    rpm_package,
    stanza,
    status,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.insight.packages.summary import PackageBytes, Unowned

FILES = ["a", "b", "usr/bin/a", "usr/bin/b", "usr/lib/site/a", "node_modules/n/a"]
PATHS = st.sampled_from(FILES)
CONTENTS = st.sampled_from([b"", b"1", b"22", b"333", b"4" * 700])
MODES = st.sampled_from([0o644, 0o755])
NAMES = st.sampled_from(["p", "q", "r"])
VERSIONS = st.sampled_from(["1", "2"])

PLACES = st.sampled_from([
    "var/lib/dpkg/status", "var/lib/dpkg/info/p.list", "var/lib/dpkg/diversions",
    "var/lib/dpkg/status.d/p", "var/lib/dpkg/info/q.md5sums", "lib/apk/db/installed",
    "var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages", "usr/lib/site/p.dist-info/METADATA",
    "usr/lib/site/p.dist-info/RECORD", "usr/lib/site/q.egg-info", "node_modules/n/package.json",
    "gems/specifications/p-1.gemspec",
])  # fmt: skip

LINES = st.sampled_from([
    b"Package: p", b"Version: 1", b"Status: install ok installed", b"", b"P:p", b"V:1",
    b"F:usr/bin", b"R:a", b"/usr/bin/a", b"/b", b"Name: p", b"a,,",
    b'"b",,', b"../../../b,,", b"{", b"\xff\0",
    b'{"name":"n","version":"1"}', b"0  usr/bin/b", b'  s.name = "p"', b"\x1b[31m",
])  # fmt: skip
GARBAGE = st.one_of(st.binary(max_size=60), st.lists(LINES, max_size=6).map(b"\n".join))


@st.composite
def entries(draw: st.DrawFn) -> list[bytes]:
    kind = draw(st.integers(0, 11))
    listed = draw(st.lists(PATHS, max_size=3, unique=True))
    names = draw(st.lists(NAMES, max_size=2, unique=True))
    if kind <= 3:
        return [
            builders.file(draw(PATHS), draw(CONTENTS), mode=draw(st.sampled_from([0o644, 0o755])))
        ]
    if kind == 4:
        return [builders.whiteout(draw(st.one_of(PATHS, PLACES)))]
    if kind == 5:
        return [builders.hardlink(draw(PATHS), draw(PATHS))]
    if kind == 6:
        lists = [dpkg_list(name, *(f"/{path}" for path in listed)) for name in names[:1]]
        return [status(*(stanza(name, draw(VERSIONS)) for name in names)), *lists]
    if kind == 7:
        return [apk("lib/apk/db/installed", {(name, draw(VERSIONS)): listed for name in names})]
    if kind == 8:
        headers = [rpm_package(name, draw(VERSIONS), *(f"/{x}" for x in listed)) for name in names]
        return [builders.file("var/lib/rpm/rpmdb.sqlite", rpm_database(*headers))]
    if kind == 9:
        return dist_info("usr/lib/site", draw(NAMES), draw(VERSIONS), "a", *listed)
    return [builders.file(draw(PLACES), draw(GARBAGE))]


LAYERS = st.lists(
    st.lists(entries(), max_size=5).map(lambda parts: [each for part in parts for each in part]),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(LAYERS)
def test_bytes_of_packages_and_of_none_sum_to_those_of_the_image_and_of_each_layer(
    stack: list[list[bytes]],
) -> None:
    filesystem, accounting, contents = opened(*stack)
    found = packages_of(filesystem, accounting, contents)
    for layer, account in zip(found.layers, accounting.layers, strict=True):
        assert sum(each.shipped for each in layer.owned) + layer.unowned.shipped == account.size
        wasted = sum(each.wasted for each in layer.owned) + layer.unowned.wasted
        assert wasted == account.wasted_size
    parts: list[PackageBytes | Unowned] = [*found.packages, found.unowned]
    assert sum(each.shipped for each in parts) == accounting.size
    assert sum(each.visible for each in parts) == accounting.visible_size
    assert sum(each.wasted for each in parts) == accounting.wasted_size
    assert min(each.visible for each in parts) >= 0


@settings(max_examples=200, deadline=None)
@given(LAYERS)
def test_changes_of_layers_lead_from_one_to_the_next(stack: list[list[bytes]]) -> None:
    filesystem, accounting, contents = opened(*stack)
    found = packages_of(filesystem, accounting, contents)
    installed = set[Package]()
    for layer in found.layers:
        changes = (*layer.added, *layer.upgraded, *layer.removed)
        before = {change.before for change in changes if change.before}
        assert before <= installed
        installed = (installed - before) | {change.after for change in changes if change.after}
        assert len(installed) == layer.installed
        assert sum(change.superseded for change in changes) <= (
            accounting.layers[layer.layer].superseded_size
        )
    assert tuple(sorted(installed)) == found.installed


@settings(max_examples=200, deadline=None)
@given(LAYERS)
def test_lines_are_printable(stack: list[list[bytes]]) -> None:
    found = packages_of(*opened(*stack))
    assert all(line.isprintable() for line in package_lines(found, 2))


WRITTEN = st.lists(PATHS, max_size=4, unique=True)
LISTED = st.dictionaries(NAMES, st.lists(PATHS, max_size=3, unique=True), max_size=3)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(LISTED, st.lists(PATHS, max_size=4, unique=True)), min_size=1, max_size=4)
)
def test_a_copy_is_of_the_package_that_lists_it_in_its_layer_or_else_below(
    stack: list[tuple[dict[str, list[str]], list[str]]],
) -> None:
    """The reference: look up every copy in lists of paths, those of the layer first."""
    layers = []
    for listed, files in stack:
        lists = [dpkg_list(name, *(f"/{path}" for path in own)) for name, own in listed.items()]
        names = sorted(listed)
        layers.append([
            *(builders.file(path, path.encode()) for path in files), *lists,
            status(*map(stanza, names)),
        ])  # fmt: skip
    found = packages_of(*opened(*layers))
    below: dict[str, set[str]] = {}
    for layer, (listed, files) in zip(found.layers, stack, strict=True):
        owners = _owners(listed)
        gone = {path: names - set(listed) for path, names in below.items()}
        owned = {each.package.name for each in layer.owned}
        for path in files:
            if not owners.get(path) and not gone.get(path):
                assert f"/{path}".encode() in {copy.path for copy in layer.unowned.largest}
        sizes: Sequence[int] = [len(path) for path in files if owners.get(path) or gone.get(path)]
        assert sum(each.shipped for each in layer.owned) == sum(sizes)
        assert owned <= set(listed) | {name for names in gone.values() for name in names}
        below = owners


def _owners(listed: dict[str, list[str]]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for name, paths in listed.items():
        for path in paths:
            owners.setdefault(path, set()).add(name)
    return owners
