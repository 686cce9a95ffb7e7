"""Whose files are, by the metadata of pip, npm and RubyGems, and by what Go programs say."""

from __future__ import annotations

import json

import pytest

from layertui.blob import BytesBlob
from layertui.insight.packages.go_buildinfo import read_buildinfo
from layertui.insight.packages.package import Package
from tests import builders
from tests.databases import (
    dist_info,
    dpkg_list,
    elf_head,
    go_program,
    packages,
    shipped,
    stanza,
    status,
)

SITE = "usr/lib/python3/site-packages"


def described(folder: str, name: object, version: object = "1.0.0") -> bytes:
    data = json.dumps({"name": name, "version": version, "scripts": {"x": [1, {"y": None}]}})
    return builders.file(f"{folder}/package.json", data.encode())


def specified(place: str, name: str, version: str, platform: str = "") -> bytes:
    text = f'# -*- encoding: utf-8 -*-\nGem::Specification.new do |s|\n  s.name = "{name}".freeze\n'
    text += f'  s.version = "{version}".freeze\n' + (
        f'  s.platform = "{platform}".freeze\n' if platform else ""
    )
    return builders.file(place, text.encode() + b"end\n")


def test_pip_lists_files_wherever_they_are() -> None:
    found = packages(
        [
            *dist_info(
                SITE,
                "flask",
                "3.0.3",
                "flask/app.py",
                "../../../bin/flask",
                "flask/a, b.py",
                "/etc/flask",
            ),
            builders.file(f"{SITE}/flask/app.py", b"a" * 40),
            builders.file(f"{SITE}/flask/a, b.py", b"a" * 2),
            builders.file(f"{SITE}/flask/mine.py", b"m" * 3),
            builders.file("usr/bin/flask", b"f" * 7),
            builders.file("etc/flask", b"e" * 1),
        ]
    )
    metadata = 58 + len("flask3.0.3")
    record = found.packages[0].shipped - 40 - 2 - 7 - 1 - metadata
    assert found.installed == (Package("pip", "flask", "3.0.3"),)
    assert record > 0
    assert shipped(found)[""] == 3


def test_pip_packages_are_compared_between_layers() -> None:
    below = [
        *dist_info(SITE, "six", "1.15", "six.py"),
        builders.file(f"{SITE}/six.py", b"6" * 40),
    ]
    above = [
        builders.opaque(f"{SITE}/six-1.15.dist-info"),
        builders.whiteout(f"{SITE}/six-1.15.dist-info"),
        *dist_info(SITE, "six", "1.16", "six.py"),
        builders.file(f"{SITE}/six.py", b"7" * 50),
    ]
    layer = packages(below, above).layers[1]
    (change,) = layer.upgraded
    assert (change.before, change.after) == (
        Package("pip", "six", "1.15"),
        Package("pip", "six", "1.16"),
    )
    assert change.superseded > 40
    assert layer.added == layer.removed == ()


def test_a_package_that_lists_nothing_has_what_it_names() -> None:
    found = packages(
        [
            builders.file(f"{SITE}/old.egg-info/PKG-INFO", b"Name: old\nVersion: 0.1\n"),
            builders.file(f"{SITE}/old.egg-info/top_level.txt", b"old\n_old\n../../etc\n.\n"),
            builders.file(f"{SITE}/old/a.py", b"a" * 30),
            builders.file(f"{SITE}/_old.py", b"b" * 3),
            builders.file("etc/passwd", b"p" * 5),
            builders.file(f"{SITE}/single.egg-info", b"Name: single\nVersion: 2\n"),
        ]
    )
    assert shipped(found) == {"old": 30 + 3 + 23 + 21, "single": 24, "": 5}


def test_an_older_package_lists_files_from_its_own_directory() -> None:
    found = packages(
        [
            builders.file(f"{SITE}/old.egg-info/PKG-INFO", b"Name: old\nVersion: 0.1\n"),
            builders.file(f"{SITE}/old.egg-info/installed-files.txt", b"../old/a.py\nPKG-INFO\n"),
            builders.file(f"{SITE}/old/a.py", b"a" * 30),
        ]
    )
    assert shipped(found) == {"old": 30 + 23, "": 21}


def test_what_the_system_installed_is_of_the_system_alone() -> None:
    """Debian ships `.dist-info` in its own packages: the package of pip is not told twice."""
    place = f"{SITE}/six-1.16.dist-info"
    found = packages(
        [
            *dist_info(SITE, "six", "1.16", "six.py"),
            builders.file(f"{SITE}/six.py", b"6" * 40),
            dpkg_list("python3-six", f"/{place}/METADATA", f"/{place}/RECORD", f"/{SITE}/six.py"),
            status(stanza("python3-six")),
        ]
    )
    assert [package.name for package in found.installed] == ["python3-six"]
    assert shipped(found)["python3-six"] > 40


def test_a_package_that_carries_others_has_what_they_list() -> None:
    """Setuptools has `_vendor/NAME.dist-info` of its own: pip does not tell of these either."""
    vendored = f"{SITE}/setuptools/_vendor"
    inner = dist_info(vendored, "wheel", "0.43", "wheel/a.py", "wheel/beside.py")
    names = [f"setuptools/_vendor/wheel-0.43.dist-info/{name}" for name in ("METADATA", "RECORD")]
    found = packages(
        [
            *dist_info(SITE, "setuptools", "75", "setuptools/_vendor/wheel/a.py", *names),
            *inner,
            builders.file(f"{vendored}/wheel/a.py", b"w" * 1_000),
            builders.file(f"{vendored}/wheel/beside.py", b"b" * 5_000),
        ]
    )
    assert found.installed == (Package("pip", "setuptools", "75"),)
    assert shipped(found)[""] == 5_000


def test_a_package_of_npm_has_its_directory_up_to_the_modules_in_it() -> None:
    app = "srv/app/node_modules"
    found = packages(
        [
            described(f"{app}/left", "left", "1.1.0"),
            builders.file(f"{app}/left/lib/index.js", b"l" * 1_000),
            builders.file(f"{app}/left/node_modules/.package-lock.json", b"-" * 10_000),
            described(f"{app}/left/node_modules/@deep/pad", "@deep/pad"),
            builders.file(f"{app}/left/node_modules/@deep/pad/i.js", b"d" * 100_000),
            builders.file(f"{app}/left/z.js", b"z" * 2_000),
            described(f"{app}/left/lib/cjs", "not a package"),
            described("srv/app", "the application"),
        ]
    )
    assert found.installed == (
        Package("npm", "@deep/pad", "1.0.0"),
        Package("npm", "left", "1.1.0"),
    )
    sizes = {name: size // 1_000 for name, size in shipped(found).items()}
    assert sizes == {"left": 3, "@deep/pad": 100, "": 10}


def test_the_same_package_in_two_places_is_one() -> None:
    found = packages(
        [
            described("a/node_modules/pad", "pad"),
            described("b/node_modules/pad", "pad"),
            builders.file("b/node_modules/pad/x", b"x" * 1_000),
        ]
    )
    assert found.installed == (Package("npm", "pad", "1.0.0"),)
    assert shipped(found)["pad"] > 1_000


@pytest.mark.parametrize("name", [None, 7, "", ["x"]])
def test_a_package_of_npm_without_a_name_is_called_by_its_directory(name: object) -> None:
    found = packages([described("node_modules/@scope/pad", name, 3)])
    assert found.installed == (Package("npm", "@scope/pad", ""),)


def test_a_gem_has_its_directories_and_its_specification() -> None:
    home = "usr/local/bundle"
    found = packages(
        [
            specified(f"{home}/specifications/rack-2.2.9.gemspec", "rack", "2.2.9"),
            specified(
                f"{home}/specifications/nokogiri-1.16.0-x86_64-linux.gemspec",
                "nokogiri",
                "1.16.0",
                "x86_64-linux",
            ),
            builders.file(f"{home}/specifications/default/json-2.6.1.gemspec", b"unlike others"),
            builders.file(f"{home}/gems/rack-2.2.9/lib/rack.rb", b"r" * 1_000),
            builders.file(f"{home}/gems/nokogiri-1.16.0-x86_64-linux/n.so", b"n" * 2_000),
            builders.file(f"{home}/extensions/x86_64-linux/3.1.0/rack-2.2.9/made", b"e" * 4_000),
            builders.file(f"{home}/cache/rack-2.2.9.gem", b"c" * 8_000),
            builders.file(f"{home}/gems/other-1/x", b"o" * 16_000),
            builders.file("app/app.gemspec", b's.name = "no"'),
        ]
    )
    assert found.installed == (
        Package("gem", "json", "2.6.1"),
        Package("gem", "nokogiri", "1.16.0", "x86_64-linux"),
        Package("gem", "rack", "2.2.9"),
    )
    sizes = {name: size // 1_000 for name, size in shipped(found).items()}
    assert sizes == {"rack": 13, "nokogiri": 2, "json": 0, "": 16}


def test_a_program_of_go_is_a_package() -> None:
    found = packages(
        [
            builders.file("usr/local/bin/api", go_program(), mode=0o755),
            builders.file("usr/local/bin/data", go_program(), mode=0o644),
            builders.file("usr/local/bin/small", go_program(size=10_000), mode=0o755),
        ]
    )
    assert shipped(found)["shop.test/api"] == 300_000
    assert found.installed == (Package("go", "shop.test/api", "v1.4.2"),)
    (program,) = found.ownership.programs
    assert (program.path, program.layer) == (b"/usr/local/bin/api", 0)
    assert (program.info.go_version, program.info.path) == ("go1.24.1", "shop.test/api/cmd")
    assert program.info.modules == (("lib.test/a", "v0.1.0"), ("fork.test/b", "v2.0.1"))


def test_a_program_of_go_that_another_package_has_is_not_one() -> None:
    found = packages(
        [
            described("node_modules/esbuild", "esbuild"),
            builders.file("node_modules/esbuild/bin/esbuild", go_program(), mode=0o755),
            builders.file("usr/bin/dockerd", go_program(), mode=0o755),
            dpkg_list("docker.io", "/usr/bin/dockerd"),
            status(stanza("docker.io")),
        ]
    )
    assert [package.name for package in found.installed] == ["docker.io", "esbuild"]
    assert shipped(found)["docker.io"] == 300_000
    assert found.ownership.programs == ()


def test_a_program_of_go_that_is_replaced_is_upgraded_and_then_gone() -> None:
    newer = go_program("path\tcmd\nmod\tshop.test/api\tv2.0.0\n", size=400_000)
    found = packages(
        [builders.file("api", go_program(), mode=0o755)],
        [builders.file("api", newer, mode=0o755)],
        [builders.file("api", b"#!/bin/sh\n", mode=0o755)],
    )
    (upgraded,) = found.layers[1].upgraded
    assert (upgraded.shipped, upgraded.superseded) == (400_000, 300_000)
    (removed,) = found.layers[2].removed
    assert removed.before == Package("go", "shop.test/api", "v2.0.0")
    assert removed.superseded == 400_000


def test_a_program_that_becomes_executable_is_added_then() -> None:
    layers = ([builders.file("api", go_program(), mode=mode)] for mode in (0o644, 0o755, 0o600))
    found = packages(*layers)
    assert [(len(layer.added), len(layer.removed)) for layer in found.layers] == [
        (0, 0),
        (1, 0),
        (0, 1),
    ]


def test_what_only_looks_like_the_mark_of_go_is_passed_over() -> None:
    """The texts of a program may hold the mark; only where it is aligned, it is one."""
    program = bytearray(go_program())
    program[8_201:8_214] = b"\xff Go buildinf"
    program[8_214:8_216] = b":\x08"
    assert read_buildinfo(BytesBlob(bytes(program))) is not None


def test_the_name_of_a_program_without_a_module_is_its_path() -> None:
    found = packages([builders.file("tool", go_program("path\tshop.test/tool\n"), mode=0o755)])
    assert found.installed == (Package("go", "shop.test/tool", ""),)


def test_pointers_lead_to_the_strings_of_older_programs() -> None:
    """Up to Go 1.17; one string header for the version, one for the modules."""
    text = b"s" * 16 + b"path\tx.test/cmd\nmod\tx.test\tv1\n" + b"e" * 16
    base, place = 0x600000, 4_096
    strings = b"go1.17.1".ljust(64, b"\0") + text
    headers = (base + 512).to_bytes(8, "little") + (8).to_bytes(8, "little")
    headers += (base + 576).to_bytes(8, "little") + len(text).to_bytes(8, "little")
    info = b"\xff Go buildinf:\x08\0" + (base + 64).to_bytes(8, "little")
    info += (base + 80).to_bytes(8, "little")
    data = (info.ljust(64, b"\0") + headers).ljust(512, b"\0") + strings
    program = elf_head((1, 6, place, base, len(data))).ljust(place, b"\0") + data
    info_read = read_buildinfo(BytesBlob(program))
    assert info_read is not None
    assert (info_read.go_version, info_read.main) == ("go1.17.1", ("x.test", "v1"))


def test_what_is_fixed_while_a_program_is_loaded_is_passed_over() -> None:
    """Data starts after it, too far away to be found by looking from its start."""
    far = 9 << 20
    plain = go_program()
    info = plain[8_192:]
    head = elf_head((1, 6, 4_096, 0x600000, far + 65_536), (0x6474E552, 4, 4_096, 0x600000, far))
    program = head.ljust(4_096 + far, b"\0") + info
    assert read_buildinfo(BytesBlob(program)) is not None
