"""The story of the sample image, step by step: a small web service on a small base.

The build makes every kind of change, and wastes bytes in every way there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.demo.entries import (
    BASE_TIME,
    Entry,
    device,
    directories,
    directory,
    fifo,
    hardlink,
    noise,
    opaque,
    program,
    symlink,
    text,
    whiteout,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BUILD_TIME = 1_715_000_400
"""When the service was built, seconds since 1970."""

_BASE_STEPS = 2
_STEP_SECONDS = 7
_SOURCE_TIME = 1_714_989_600
_SERVICE_USER = 1000


class Step(NamedTuple):
    """One step of the history.

    Attributes:
        created_by: As a builder records it.
        entries: Returns the entries of its layer, or None where it makes none.
        comment: As a builder records it.
    """

    created_by: str
    entries: Callable[[], list[Entry]] | None = None
    comment: str = "buildkit.dockerfile.v0"


_BASE_PACKAGES = (
    "apt", "base-files", "base-passwd", "bash", "coreutils", "dash", "debconf", "dpkg",
    "findutils", "grep", "gzip", "hostname", "libc6", "login", "mount", "sed", "tar", "util-linux",
)  # fmt: skip
_ADDED_PACKAGES = ("ca-certificates", "curl", "libcurl4", "openssl", "tzdata")
_PASSWD = b"root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"
_CITIES = ("Amsterdam", "Berlin", "Lisbon", "London", "Madrid", "Oslo", "Paris", "Rome", "Vienna")
_BIND_LOW_PORTS = "\1\0\0\2\0\4" + 14 * "\0"
"""`cap_net_bind_service=ep` as the kernel stores it, version 2."""


def _package_status(*packages: str) -> Entry:
    """Return the records of the package manager, rewritten whole whenever one is added."""
    records = (
        f"Package: {package}\nStatus: install ok installed\nArchitecture: amd64\n"
        f"Version: 1.{number}\n" + f"Depends: {', '.join(packages[:number])}\n" * 12 + "\n"
        for number, package in enumerate(packages)
    )
    return Entry("var/lib/dpkg/status", "".join(records).encode())


def _base() -> list[Entry]:
    """Return a small distribution; the folders in `usr/share/doc` have no entries."""
    return [
        *directories("dev", "etc", "root", "run", "srv", "usr", "usr/bin", "usr/lib"),
        *directories("usr/local", "usr/local/bin", "usr/share", "var", "var/cache", "var/lib"),
        *directories("var/lib/dpkg", "var/log"),
        directory("tmp", mode=0o1777),
        symlink("bin", "usr/bin"),
        symlink("lib", "usr/lib"),
        device("dev/null", 1, 3),
        device("dev/zero", 1, 5),
        fifo("run/initctl"),
        Entry("etc/hostname", b"localhost\n"),
        Entry("etc/passwd", _PASSWD),
        Entry("etc/shadow", b"root:*:19843:0:99999:7:::\n", mode=0o640),
        symlink("etc/localtime", "/usr/share/zoneinfo/Etc/UTC"),
        program("usr/bin/bash", 262_144),
        symlink("usr/bin/sh", "bash"),
        program("usr/bin/coreutils", 163_840),
        *[hardlink(f"usr/bin/{name}", "usr/bin/coreutils") for name in ("cat", "cp", "ls", "mv")],
        program("usr/bin/su", 55_680, mode=0o4755),
        program("usr/bin/wall", 22_912, mode=0o2755),
        program("usr/lib/libc.so.6", 491_520),
        program("usr/lib/libcrypto.so.3", 204_800, mode=0o644),
        symlink("usr/lib/libcrypto.so", "libcrypto.so.3"),
        directory("usr/share/doc"),
        *[
            text(f"usr/share/doc/{package}/copyright", 1_800 + 240 * len(package), "License, line")
            for package in _BASE_PACKAGES
        ],
        _package_status(*_BASE_PACKAGES),
    ]


def _packages() -> list[Entry]:
    """Return what `apt-get install` leaves, the package lists included."""
    london = "usr/share/zoneinfo/Europe/London"
    return [
        *directories("etc", "usr", "usr/bin", "usr/lib", "usr/share"),
        *directories("etc/ssl", "etc/ssl/certs", "usr/share/zoneinfo", time=0),
        text("etc/ssl/certs/ca-certificates.crt", 131_072, "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG"),
        program("usr/bin/curl", 188_416),
        program("usr/bin/openssl", 98_304),
        program("usr/lib/libcurl.so.4", 221_184, mode=0o644),
        *[Entry(f"usr/share/zoneinfo/Europe/{city}", noise(city, 1_180)) for city in _CITIES],
        *[hardlink(f"usr/share/zoneinfo/{name}", london) for name in ("Europe/Belfast", "GB")],
        Entry("usr/share/zoneinfo/Etc/UTC", b"TZif2".ljust(114, b"\0")),
        Entry("var/cache/apt/pkgcache.bin", noise("pkgcache", 143_360)),
        text("var/lib/apt/lists/bookworm_main_Packages", 376_832, "Package: sample-package"),
        text("var/lib/apt/lists/bookworm-updates_InRelease", 24_576, "SHA256: 5e0c"),
        _package_status(*_BASE_PACKAGES, *_ADDED_PACKAGES),
        text("var/log/apt/history.log", 2_304, "Start-Date: 2024-05-06"),
    ]


def _clean_up() -> list[Entry]:
    return [
        whiteout("usr/share/doc"),
        whiteout("var/cache/apt"),
        whiteout("var/lib/apt/lists/bookworm-updates_InRelease"),
        whiteout("var/lib/apt/lists/bookworm_main_Packages"),
    ]


def _service_user() -> list[Entry]:
    shop = f"shop:x:{_SERVICE_USER}:{_SERVICE_USER}::/srv/api:/usr/sbin/nologin\n".encode()
    return [directory("etc"), Entry("etc/passwd", _PASSWD + shop), Entry("etc/passwd-", _PASSWD)]


def _working_directory() -> list[Entry]:
    return [*directories("srv"), directory("srv/api", time=0)]


def _sources(owner: int = 0) -> list[Entry]:
    """Return the checked-out service, with what a `.dockerignore` would have kept out."""
    icons = "node_modules/@shop/ui/dist/icons/24/outline"
    settings = '[server]\nlisten = ":8080"\n\n[database]\npool = 16\n'
    folders = (".git", "bin", "fixtures", "lib", "logs", "releases", "static")
    entries = [
        *directories(*folders, time=0),
        Entry(".env", b"DATABASE_PASSWORD=correct-horse-battery-staple\n", mode=0o600),
        Entry(".git/HEAD", b"ref: refs/heads/main\n"),
        Entry(".git/objects/pack/pack-7d1f.pack", noise("pack", 262_144), mode=0o444),
        Entry("README.md", b"# api\n\nThe web service behind the shop.\n"),
        _server(),
        text("bin/server.map", 40_960, "main.go:"),
        Entry("fixtures/caf\udce9.csv", "café,2.40\nthé,2.10\n".encode("latin-1")),
        text("fixtures/products.csv", 61_440, "product,12.50,EUR,"),
        text("lib/vendor.js", 286_720, "!function(e,t){return e+t};//"),
        text("logs/debug.log", 27_648, "2024-05-06T11:20:00Z DEBUG request"),
        *[text(f"{icons}/{name}.svg", 640, "<path/>") for name in ("cart", "heart", "user")],
        Entry("releases/2.3", b"2.3.9\n"),
        Entry("releases/2.4", b"2.4.0\n"),
        symlink("current", "releases/2.3"),
        Entry("settings.toml", settings.encode()),
        text("static/app.css", 18_432, ".product-card { margin: 4px; } /*"),
        text("static/app.js", 90_112, "export const item = () => render();//"),
        Entry("static/logo.png", b"\x89PNG\r\n\x1a\n" + noise("logo", 9_208)),
    ]
    return [_in_service(entry, owner, _SOURCE_TIME) for entry in entries]


def _server(mode: int = 0o755) -> Entry:
    """Return the service itself, relative to its folder."""
    return program("bin/server", 303_104, mode)._replace(time=_SOURCE_TIME)


def _in_service(entry: Entry, owner: int, time: int = 0) -> Entry:
    """Return an entry that is named within the folder of the service."""
    name = f"srv/api/{entry.name}"
    return entry._replace(name=name, owner=owner, time=entry.time or time)


def _copied_sources() -> list[Entry]:
    return [*directories("srv"), directory("srv/api", time=0), *_sources()]


def _changed_owner() -> list[Entry]:
    return [
        *directories("srv"),
        directory("srv/api", owner=_SERVICE_USER, time=0),
        *_sources(_SERVICE_USER),
    ]


def _tidied() -> list[Entry]:
    """Return what the multi-line RUN does: it removes, rebuilds, links, touches and chmods."""
    entries = [
        directory("static"),
        opaque("static"),
        text("static/app.5e1f.css", 14_336, ".product-card{margin:4px}/*"),
        text("static/app.js", 43_008, "export const item=()=>render()//"),
        whiteout(".env"),
        whiteout(".git"),
        symlink("logs", "/var/log/api"),
        symlink("current", "releases/2.4"),
        Entry("releases/2.4", b"2.4.0\n"),
        _server(mode=0o750),
    ]
    log = directory("var/log/api", owner=_SERVICE_USER, time=0)
    return [*(_in_service(entry, _SERVICE_USER) for entry in entries), log]


def _copied_again() -> list[Entry]:
    """Return a file that the COPY of the sources brought already."""
    vendor = next(entry for entry in _sources(_SERVICE_USER) if entry.name.endswith("vendor.js"))
    return [*directories("srv"), vendor]


def _capable() -> list[Entry]:
    server = _server(mode=0o750)._replace(xattrs=(("security.capability", _BIND_LOW_PORTS),))
    return [_in_service(server, _SERVICE_USER)]


def _entrypoint() -> list[Entry]:
    script = b'#!/bin/sh\nset -eu\n\n. /srv/api/.profile 2>/dev/null || true\nexec "$@"\n'
    return [
        *directories("usr", "usr/local", "usr/local/bin"),
        Entry("usr/local/bin/docker-entrypoint.sh", script, mode=0o755),
    ]


def step_time(number: int) -> int:
    """Return when a step was made, seconds since 1970."""
    return BASE_TIME if number < _BASE_STEPS else BUILD_TIME + number * _STEP_SECONDS


STEPS = (
    Step("/bin/sh -c #(nop) ADD file:5aa1c2f0b7d3 in / ", _base, comment=""),
    Step('/bin/sh -c #(nop)  CMD ["bash"]', comment=""),
    Step("ARG VERSION=2.4"),
    Step("ENV SHOP_ENV=production"),
    Step(
        "RUN |1 VERSION=2.4 /bin/sh -c apt-get update"
        "     && apt-get install --yes --no-install-recommends ca-certificates curl tzdata"
        " # buildkit",
        _packages,
    ),
    Step(
        "RUN |1 VERSION=2.4 /bin/sh -c rm -rf /var/lib/apt/lists/* /var/cache/apt /usr/share/doc"
        " # buildkit",
        _clean_up,
    ),
    Step(
        "RUN |1 VERSION=2.4 /bin/sh -c useradd --system --uid 1000 --home /srv/api shop # buildkit",
        _service_user,
    ),
    Step("WORKDIR /srv/api", _working_directory),
    Step("COPY . . # buildkit", _copied_sources),
    Step("RUN |1 VERSION=2.4 /bin/sh -c chown -R shop:shop /srv/api # buildkit", _changed_owner),
    Step(
        "RUN |1 VERSION=2.4 /bin/sh -c set -eu\n"
        "rm -rf .env .git static && mkdir static\n"
        "bin/server bundle --out static\n"
        "rm -r logs && mkdir -p /var/log/api && ln -s /var/log/api logs\n"
        'ln -sfn "releases/$VERSION" current && touch "releases/$VERSION"\n'
        "chmod 0750 bin/server\n"
        " # buildkit",
        _tidied,
    ),
    Step("COPY --chown=shop:shop lib/vendor.js lib/vendor.js # buildkit", _copied_again),
    Step(
        "RUN |1 VERSION=2.4 /bin/sh -c setcap cap_net_bind_service=+ep bin/server # buildkit",
        _capable,
    ),
    Step("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", _entrypoint),
    Step("EXPOSE map[8080/tcp:{}]"),
    Step("USER shop"),
    Step('ENTRYPOINT ["docker-entrypoint.sh"]'),
    Step('CMD ["bin/server" "--listen" ":8080"]'),
)
"""The history of the sample, oldest first."""
