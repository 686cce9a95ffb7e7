"""An image whose packages are known: what is installed in which layer, by which package manager."""

from __future__ import annotations

import os
import platform
import sys
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from tests import databases
from tests.integration.sample import MERGED_USR
from tests.integration.tools import ToolError, require, run, unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.integration.engines import Docker

BASE = "base-files,base-passwd,coreutils,dash,diffutils,dpkg,grep,libc-bin,sed,tar"

DOCKERFILE = """\
FROM scratch
ADD base.tar /
COPY archives/ /archives/
RUN dpkg -i /archives/alpha-1.deb /archives/gamma-1.deb
RUN dpkg -i /archives/alpha-2.deb
RUN dpkg -i /archives/beta-1.deb
RUN dpkg -P gamma
COPY python/ /usr/local/
COPY apk/ /
"""

BASE_LAYER, COPIED, FIRST, UPGRADE, DIVERSION, REMOVAL, PYTHON, APK = range(8)
"""The layers."""

DIVERTING = (
    "dpkg-divert --package beta --rename --add --divert /usr/bin/alpha.real /usr/bin/alpha\n"
)

ARCHIVES: Mapping[str, Mapping[str, str]] = {
    "alpha-1": {"usr/bin/alpha": "1" * 1_000, "usr/share/alpha/gone": "g" * 300, "bin/alias": "a"},
    "alpha-2": {"usr/bin/alpha": "2" * 2_000, "bin/alias": "a" * 50},
    "beta-1": {"usr/bin/alpha": "b" * 30, "usr/bin/beta": "b" * 700},
    "gamma-1": {"opt/gamma/data": "c" * 5_000, "etc/gamma.conf": "conf"},
}
"""By name and version, the files of packages of dpkg."""

PYTHON_FILES = {"demo/__init__.py": "d" * 400, "demo/data, more.txt": "x" * 20}

APK_FILES = {"srv/apk/tool": "t" * 900}


class Listed(NamedTuple):
    """What package managers say of the image themselves.

    Attributes:
        versions: The versions of the packages of dpkg by name.
        files: The names of the packages of dpkg by the absolute paths of what they have.
        python: The absolute paths of what pip's package has.
    """

    versions: dict[str, str]
    files: dict[str, str]
    python: set[str]


def build(engine: Docker, folder: Path, tag: str) -> Listed:
    """Build the image and ask its package managers what they know of it."""
    (folder / "Dockerfile").write_text(DOCKERFILE)
    _base(folder / "base.tar")
    (folder / "archives").mkdir()
    for name, files in ARCHIVES.items():
        _archive(folder, name, files)
    python = _python(folder)
    _apk(folder / "apk")
    engine.build(folder, tag)
    script = (
        "dpkg-query -W -f '${Package} ${Version}\\n' | while read name version; do"
        ' echo "@ $name $version"; dpkg -L $name; done'
    )
    told = engine.run("run", "--rm", "--network=none", tag, "sh", "-c", script)
    return Listed(*_parsed(told), python)


def _base(target: Path) -> None:
    require("mmdebstrap", "dpkg-deb")
    suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
    options = ["--variant=custom", f"--include={BASE}", f"--hook-dir={MERGED_USR}"]
    try:
        run("mmdebstrap", *options, suite, target)
    except ToolError as error:
        unavailable(f"no base system: {error}")


def _archive(folder: Path, name: str, files: Mapping[str, str]) -> None:
    """Make an archive of a package of dpkg."""
    tree = folder / "trees" / name
    _write(tree, files)
    package, _, version = name.partition("-")
    control = (
        f"Package: {package}\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: Some Body <body@example.org>\nDescription: what it is\n"
    )
    _write(tree, {"DEBIAN/control": control})
    if package == "beta":
        _write(tree, {"DEBIAN/preinst": f"#!/bin/sh\nset -e\n{DIVERTING}"})
        (tree / "DEBIAN/preinst").chmod(0o755)
    target = folder / "archives" / f"{name}.deb"
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, target)


def _python(folder: Path) -> set[str]:
    """Install a wheel; return the paths of its files in the image, as pip lists them."""
    wheel = folder / "demo-1.5-py3-none-any.whl"
    own = "demo-1.5.dist-info"
    files = {
        **PYTHON_FILES,
        f"{own}/METADATA": "Metadata-Version: 2.1\nName: demo\nVersion: 1.5\n",
        f"{own}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{own}/entry_points.txt": "[console_scripts]\ndemo-tool = demo:main\n",
    }
    record = "".join(f'"{path}",,\n' for path in (*files, f"{own}/RECORD"))
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{own}/RECORD": record}.items():
            archive.writestr(path, text)
    options = ["--no-index", "--no-deps", "--no-warn-script-location", "--quiet"]
    target = folder / "python"
    try:
        run(sys.executable, "-m", "pip", "install", *options, f"--prefix={target}", wheel)
    except ToolError as error:
        unavailable(f"no pip: {error}")
    (site,) = target.glob("**/*-packages")
    told = run(sys.executable, "-m", "pip", "show", "-f", "demo", env={"PYTHONPATH": str(site)})
    listed = told.partition("Files:\n")[2].splitlines()
    return {
        "/usr/local/" + os.path.normpath(site.relative_to(target) / line.strip()) for line in listed
    }


def _apk(folder: Path) -> None:
    _write(folder, APK_FILES)
    text = databases.apk_text({("tool", "3.2-r1"): list(APK_FILES)})
    _write(folder, {"usr/lib/apk/db/installed": text})


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _parsed(told: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return versions and files from what `dpkg -L` says of each package."""
    versions, files = dict[str, str](), list[tuple[str, str]]()
    name = ""
    for line in told.splitlines():
        if line.startswith("@ "):
            _, name, version = line.split(" ")
            versions[name] = version
        elif line.startswith("/"):
            files.append((line, name))
        elif line.startswith(("diverted by", "locally diverted")):
            files[-1] = (line.partition(" to: ")[2], name)
    return versions, {_merged(path): owner for path, owner in files}


def _merged(path: str) -> str:
    """Return where a path leads with directories merged into `/usr`."""
    top = path.split("/")[1]
    return f"/usr{path}" if top in ("bin", "sbin", "lib", "lib64") and path != f"/{top}" else path
