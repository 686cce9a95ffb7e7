"""One Debian image with everything that a Dockerfile does to files, saved in every way there is."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.integration.tools import ToolError, require, run, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.engines import Docker, Podman

TAG = "localhost/layertui-sample:1"
"""With a host, so that Docker and Podman take it for the same name."""

BASE = "base-files,coreutils,dash,mount,ncurses-base,passwd,perl-base,tzdata"
"""A shell with its tools; setuid programs; packages that carry hard links and long link chains."""

MERGED_USR = "/usr/share/mmdebstrap/hooks/merged-usr"

DOCKERFILE = """\
FROM scratch
ADD base.tar /
ENV LANG=C.UTF-8
RUN mkdir -p /srv/app/cache/deep /srv/app/config /srv/app/bin /srv/app/logs /srv/app/switch \\
 && for n in 1 2 3 4 5 6; do seq $n 4000 > /srv/app/cache/deep/$n; done \\
 && echo one > /srv/app/config/settings && echo keep > /srv/app/config/keep \\
 && echo data > /srv/app/bin/tool && chmod 4755 /srv/app/bin/tool \\
 && ln /srv/app/bin/tool /srv/app/bin/tool-link \\
 && ln -s ../config/settings /srv/app/bin/settings \\
 && mkfifo /srv/app/pipe && echo old > /srv/app/logs/yesterday \\
 && echo inside > /srv/app/switch/file && echo plain > /srv/app/becomes-link
RUN mknod /srv/app/null c 1 3 && mknod /srv/app/loop b 7 300
RUN echo two > /srv/app/config/settings && echo more >> /srv/app/config/keep
RUN chmod -R g+w /srv/app/bin && chown -R 1000:1000 /srv/app/config
RUN rm /srv/app/cache/deep/1 /srv/app/cache/deep/2
RUN rm -rf /srv/app/cache
RUN rm -rf /srv/app/switch && echo now a file > /srv/app/switch \\
 && rm /srv/app/becomes-link && ln -s config/keep /srv/app/becomes-link
RUN rm -rf /srv/app/logs && mkdir /srv/app/logs && echo fresh > /srv/app/logs/today
RUN ln /srv/app/bin/tool /srv/app/tool-from-below && chmod 1777 /srv/app/logs
WORKDIR /srv/app/work
COPY payload/ /srv/app/payload/
USER 1000:1000
CMD ["/srv/app/bin/tool"]
"""

STEPS_WITH_FILES = 12
"""Instructions of the Dockerfile that make a layer."""

PAYLOAD = {"hello.txt": "hello\n", "sub/numbers": "12345\n" * 4_000, "na me-é": "x"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The sample in a Docker engine and wherever the transports put it.

    Attributes:
        engine: Where it was built.
        podman: Where Podman keeps it.
        tag: What it is called there.
        folder: Where it is saved to.
    """

    engine: Docker
    podman: Podman
    tag: str
    folder: Path
    _locators: dict[str, str] = field(default_factory=dict)

    def locator(self, transport: str) -> str:
        """Return the IMAGE argument for a name of `TRANSPORTS`, saving the image the first time."""
        if transport not in self._locators:
            self._locators[transport] = TRANSPORTS[transport](self)
        return self._locators[transport]

    @property
    def archive(self) -> Path:
        """What `docker save` writes."""
        return self.folder / "docker-save.tar"


def build_context(folder: Path) -> Path:
    """Write the Dockerfile and what it copies; the base is this machine's release of Debian."""
    require("mmdebstrap")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    for name, text in PAYLOAD.items():
        path = folder / "payload" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
    options = ["--variant=extract", f"--include={BASE}", f"--hook-dir={MERGED_USR}"]
    try:
        run("mmdebstrap", *options, suite, folder / "base.tar")
    except ToolError as error:
        unavailable(f"no base system: {error}")
    return folder


def _docker_save(saved: Saved) -> str:
    saved.engine.run("save", "--output", saved.archive, saved.tag)
    return f"docker-archive:{saved.archive}"


def _podman(form: str, transport: str) -> Callable[[Saved], str]:
    def save(saved: Saved) -> str:
        require("podman")
        saved.locator("docker save")
        names = saved.podman.run("images", "--format", "{{.Repository}}:{{.Tag}}").split()
        if saved.tag not in names:
            saved.podman.run("load", "--input", saved.archive)
        target = saved.folder / f"podman-{form}"
        saved.podman.run("save", "--format", form, "--output", target, saved.tag)
        return f"{transport}:{target}"

    return save


def _skopeo(transport: str, *, name: str = "", compression: str = "") -> Callable[[Saved], str]:
    def save(saved: Saved) -> str:
        require("skopeo")
        saved.locator("docker save")
        target = f"{transport}:{saved.folder}/skopeo-{transport}{compression}"
        options = [f"--dest-compress-format={compression}"] if compression else []
        source = f"docker-archive:{saved.archive}"
        run("skopeo", "--insecure-policy", "copy", *options, source, target + name)
        return target

    return save


TRANSPORTS: dict[str, Callable[[Saved], str]] = {
    "docker save": _docker_save,
    "podman docker-archive": _podman("docker-archive", "docker-archive"),
    "podman oci-archive": _podman("oci-archive", "oci-archive"),
    "podman oci-dir": _podman("oci-dir", "oci"),
    "podman docker-dir": _podman("docker-dir", "dir"),
    "skopeo docker-archive": _skopeo("docker-archive", name=":sample:1"),
    "skopeo oci-archive": _skopeo("oci-archive", name=":1"),
    "skopeo oci": _skopeo("oci", name=":1"),
    "skopeo dir": _skopeo("dir"),
    "skopeo oci zstd": _skopeo("oci", name=":1", compression="zstd"),
    "skopeo oci-archive zstd": _skopeo("oci-archive", name=":1", compression="zstd"),
}
"""How the sample is saved: each name with what saves it and returns the IMAGE argument."""
