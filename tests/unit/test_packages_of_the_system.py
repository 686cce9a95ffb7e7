"""Whose files are, by the databases of dpkg and apk."""

from __future__ import annotations

import pytest

from layertui.insight.packages.package import Package
from layertui.insight.packages.summary import PackageChange
from tests import builders
from tests.databases import apk, dpkg_list, packages, shipped, stanza, status

DPKG = "var/lib/dpkg"


def test_files_are_of_the_package_that_lists_them() -> None:
    found = packages(
        [
            builders.file("usr/bin/curl", b"c" * 70),
            builders.file("usr/bin/jq", b"j" * 30),
            builders.file("opt/own", b"o" * 5),
            dpkg_list("curl", "/usr", "/usr/bin", "/usr/bin/curl"),
            dpkg_list("jq:amd64", "/usr", "/usr/bin", "/usr/bin/jq"),
            status(stanza("curl", "7.88.1-10"), stanza("jq", "1.6", "amd64")),
        ]
    )
    sizes = shipped(found)
    assert (sizes["curl"], sizes["jq"]) == (70, 30)
    assert found.installed == (
        Package("apt", "curl", "7.88.1-10", "amd64"),
        Package("apt", "jq", "1.6", "amd64"),
    )
    largest = [copy.path for copy in found.unowned.largest]
    assert b"/opt/own" in largest
    assert b"/usr/bin/jq" not in largest
    assert found.notices == ()


def test_a_layer_that_only_rewrites_the_database_gets_no_credit() -> None:
    """Another package is installed above; what was there below stays with the layer below."""
    found = packages(
        [
            builders.file("usr/bin/curl", b"c" * 70),
            dpkg_list("curl", "/usr/bin/curl"),
            status(stanza("curl")),
        ],
        [
            builders.file("usr/bin/jq", b"j" * 30),
            dpkg_list("jq", "/usr/bin/jq"),
            status(stanza("curl"), stanza("jq")),
        ],
        [status(stanza("curl"), stanza("jq"))],
    )
    below, above, touched = found.layers
    assert [change.after for change in below.added] == [Package("apt", "curl", "1", "amd64")]
    assert above.added == (PackageChange(None, Package("apt", "jq", "1", "amd64"), 30, 0),)
    assert (touched.added, touched.upgraded, touched.removed) == ((), (), ())
    assert [layer.installed for layer in found.layers] == [1, 2, 2]
    assert shipped(found, 1)["jq"] == 30
    assert "curl" not in shipped(found, 1)


def test_an_upgrade_says_what_it_ships_and_what_it_wastes_below() -> None:
    old, new = stanza("openssl", "3.0.1"), stanza("openssl", "3.0.2")
    found = packages(
        [
            builders.file("usr/bin/openssl", b"o" * 70),
            builders.file("usr/lib/old", b"o" * 9),
            dpkg_list("openssl", "/usr/bin/openssl", "/usr/lib/old"),
            status(old),
        ],
        [
            builders.file("usr/bin/openssl", b"n" * 80),
            builders.whiteout("usr/lib/old"),
            dpkg_list("openssl", "/usr/bin/openssl"),
            status(new),
        ],
    )
    before = Package("apt", "openssl", "3.0.1", "amd64")
    after = Package("apt", "openssl", "3.0.2", "amd64")
    assert found.layers[1].upgraded == (PackageChange(before, after, 80, 79),)
    assert [(each.package, each.shipped, each.wasted) for each in found.packages] == [
        (after, 80, 0),
        (before, 79, 79),
    ]
    assert found.installed == (after,)


def test_a_removed_package_leaves_its_bytes_in_the_layer_below() -> None:
    found = packages(
        [
            builders.file("usr/bin/gcc", b"g" * 70),
            dpkg_list("gcc", "/usr/bin/gcc"),
            status(stanza("gcc"), stanza("dash")),
        ],
        [
            builders.whiteout("usr/bin/gcc"),
            builders.whiteout(f"{DPKG}/info/gcc.list"),
            status(stanza("dash")),
        ],
    )
    gcc = Package("apt", "gcc", "1", "amd64")
    assert found.layers[1].removed == (PackageChange(gcc, None, 0, 70),)
    assert next(each for each in found.packages if each.package == gcc).visible == 0
    assert [package.name for package in found.installed] == ["dash"]


def test_bytes_in_the_layer_that_removes_their_package_are_still_of_it() -> None:
    listed = dpkg_list("gcc", "/usr/bin/gcc")
    found = packages(
        [builders.file("usr/bin/gcc", b"g" * 70), listed, status(stanza("gcc"))],
        [builders.file("usr/bin/gcc", b"h" * 71), status(stanza("dash"))],
        [builders.file("usr/bin/gcc", b"i" * 72)],
    )
    assert shipped(found, 1)["gcc"] == 71
    assert shipped(found, 2) == {"": 72}


@pytest.mark.parametrize("state", ["config-files", "not-installed"])
def test_a_package_without_files_is_not_installed(state: str) -> None:
    found = packages([status(stanza("gone", state=state), stanza("there", state="unpacked"))])
    assert [package.name for package in found.installed] == ["there"]


def test_a_list_may_name_a_directory_by_a_link() -> None:
    found = packages(
        [
            builders.symlink("bin", "usr/bin"),
            builders.file("usr/bin/ls", b"l" * 40),
            builders.symlink("usr/lib64", "/usr/lib"),
            builders.file("usr/lib/deep/lib.so", b"s" * 50),
            dpkg_list("coreutils", "/bin", "/bin/ls", "/usr/lib64/deep/lib.so"),
            status(stanza("coreutils")),
        ]
    )
    assert shipped(found)["coreutils"] == 90


def test_directories_that_are_merged_later_are_followed_from_then_on() -> None:
    """The list is from below; the layer moves `/bin` to `/usr/bin` and ships the files again."""
    found = packages(
        [
            builders.file("bin/ls", b"l" * 40),
            dpkg_list("coreutils", "/bin", "/bin/ls"),
            status(stanza("coreutils")),
        ],
        [builders.symlink("bin", "usr/bin"), builders.file("usr/bin/ls", b"l" * 40)],
    )
    assert shipped(found, 0)["coreutils"] == 40
    assert shipped(found, 1)["coreutils"] == 40


def test_a_link_that_is_listed_itself_is_not_followed() -> None:
    found = packages(
        [
            builders.symlink("usr/bin/sh", "/usr/bin/mine"),
            builders.file("usr/bin/mine", b"m" * 40),
            dpkg_list("dash", "/usr/bin/sh"),
            status(stanza("dash")),
        ]
    )
    assert "dash" not in shipped(found)


def test_a_diverted_file_is_of_the_package_it_was_diverted_from() -> None:
    found = packages(
        [
            builders.file("usr/bin/tool", b"w" * 10),
            builders.file("usr/bin/tool.real", b"r" * 20),
            dpkg_list("tool", "/usr/bin/tool"),
            dpkg_list("wrapper", "/usr/bin/tool"),
            builders.file(
                f"{DPKG}/diversions", b"/usr/bin/tool\n/usr/bin/tool.real\nwrapper\n/cut off\n"
            ),
            status(stanza("tool"), stanza("wrapper")),
        ]
    )
    sizes = shipped(found)
    assert (sizes["tool"], sizes["wrapper"]) == (20, 10)


def test_distroless_images_have_a_file_for_each_package() -> None:
    text = b"Package: base-files\nVersion: 12.4\nArchitecture: amd64\n"
    found = packages(
        [
            builders.file("etc/os-release", b"o" * 40),
            builders.file(f"{DPKG}/status.d/base", text),
            builders.file(
                f"{DPKG}/status.d/base.md5sums",
                b"d41d8cd98f00b204e9800998ecf8427e  etc/os-release\n",
            ),
        ]
    )
    assert shipped(found)["base-files"] == 40
    assert found.installed == (Package("apt", "base-files", "12.4", "amd64"),)


def test_checksums_stand_in_for_a_list_that_is_not_there() -> None:
    found = packages(
        [
            builders.file("usr/share/doc/x", b"x" * 7),
            builders.file(f"{DPKG}/info/x.md5sums", b"0" * 32 + b"  usr/share/doc/x\n"),
            status(stanza("x")),
        ]
    )
    assert shipped(found)["x"] == 7


def test_a_copy_that_its_own_layer_supersedes_is_of_the_owner_of_its_path() -> None:
    found = packages(
        [
            builders.file("usr/bin/curl", b"1" * 30),
            builders.file("opt/own", b"3" * 5),
            builders.file("usr/bin/curl", b"2" * 40),
            builders.file("opt/own", b"4" * 6),
            dpkg_list("curl", "/usr/bin/curl"),
            status(stanza("curl")),
        ]
    )
    (curl,) = found.packages
    assert (curl.shipped, curl.wasted) == (70, 30)
    assert found.unowned.wasted == 5
    assert {copy.size for copy in found.unowned.largest if copy.path == b"/opt/own"} == {5, 6}


def test_a_copy_is_of_the_package_that_lists_a_hard_link_to_it() -> None:
    found = packages(
        [
            builders.file("usr/bin/a-perl", b"p" * 30),
            builders.hardlink("usr/bin/perl", "usr/bin/a-perl"),
            dpkg_list("perl", "/usr/bin/perl"),
            status(stanza("perl")),
        ]
    )
    assert shipped(found)["perl"] == 30


def test_metadata_copies_of_a_whole_package_are_waste_of_it() -> None:
    found = packages(
        [
            builders.file("usr/bin/curl", b"c" * 70),
            dpkg_list("curl", "/usr/bin/curl"),
            status(stanza("curl")),
        ],
        [builders.file("usr/bin/curl", b"c" * 70, mode=0o755)],
    )
    (curl,) = found.packages
    assert (curl.shipped, curl.wasted, curl.visible) == (140, 70, 70)


@pytest.mark.parametrize("place", ["lib/apk/db/installed", "usr/lib/apk/db/installed"])
def test_packages_of_apk_are_compared_between_layers(place: str) -> None:
    busybox = {("busybox", "1.36.1-r5"): ["bin/busybox", "etc/securetty"]}
    below = [
        builders.file("bin/busybox", b"b" * 80),
        builders.file("etc/securetty", b"s" * 4),
        apk(place, busybox),
    ]
    above = [
        builders.file("usr/bin/curl", b"c" * 30),
        apk(place, {**busybox, ("curl", "8.9-r0"): ["usr/bin/curl"]}),
    ]
    found = packages(below, above)
    assert [change.after for change in found.layers[1].added] == [
        Package("apk", "curl", "8.9-r0", "x86_64")
    ]
    assert shipped(found, 0)["busybox"] == 84
    assert shipped(found, 1)["curl"] == 30


def test_a_file_in_the_root_may_be_listed() -> None:
    found = packages(
        [builders.file("init", b"i" * 8), apk("lib/apk/db/installed", {("i", "1"): ["init"]})]
    )
    assert shipped(found)["i"] == 8


def test_names_of_any_bytes_are_kept_and_long_ones_are_cut() -> None:
    text = b"Package: \xff\x1b[31m" + b"x" * 5_000 + b"\nVersion: 1\n\nPackage: \n\nVersion: 2\n"
    found = packages([builders.file("var/lib/dpkg/status", text)])
    (package,) = found.installed
    assert package.name.startswith("\udcff\x1b[31mxxx")
    assert len(package.name) == 256
