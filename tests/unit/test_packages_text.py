"""What is said of the packages of an image, line by line."""

from __future__ import annotations

from layertui.display import size
from layertui.insight.packages.text import package_lines
from tests import builders
from tests.databases import apk, dpkg_list, packages, stanza, status


def test_lines_say_whose_the_bytes_are_and_what_each_layer_did() -> None:
    names = ["one", "two", "three"]
    found = packages(
        [
            *(builders.file(f"usr/{name}", name.encode() * 1_000) for name in names),
            *(dpkg_list(name, f"/usr/{name}") for name in names),
            status(*map(stanza, names)),
            builders.file("opt/own\n\x1b", b"o" * 100_000),
            apk("lib/apk/db/installed", {("musl", "1.2"): ["lib/musl.so"]}),
        ],
        [builders.file("opt/plain", b"p")],
        [
            builders.file("usr/one", b"1" * 9_000),
            *(builders.whiteout(f"usr/{name}") for name in names[1:]),
            status(stanza("one", "1:2-\x1b")),
        ],
    )
    lines = list(package_lines(found, 1))
    unowned = found.unowned
    sizes = [size(unowned.shipped), size(unowned.visible), size(unowned.wasted)]
    assert lines == [
        "Packages: 1 apt, 1 apk",
        "   shipped     shown    wasted",
        "    9.0 kB    9.0 kB         -  one 1:2-\\x1b (apt)",
        "   11.0 kB                      4 more packages",
        "  ".join(["", *(f"{each:>8}" for each in sizes), "of no package"]),
        "                                  100 kB  /opt/own\\n\\x1b  (layer 0)",
        f"                                and {unowned.copies - 1} more files",
        "",
        "Layer 0: packages 4 added",
        "  +   5.0 kB  three 1 (apt)",
        "  +   6.0 kB  in 3 more",
        "",
        "Layer 2: packages 1 upgraded, 2 removed",
        "  ^   9.0 kB  one 1:2-\\x1b (apt), 1 below; wastes 3.0 kB below",
        "  -        -  three 1 (apt); wastes 5.0 kB below",
        "  -        -  in 1 more; wastes 3.0 kB below",
    ]


def test_an_image_without_packages_says_so() -> None:
    lines = list(package_lines(packages([builders.file("a", b"a")])))
    assert lines[0] == "Packages: none that any package manager tells of"
    assert len(lines) == 4
