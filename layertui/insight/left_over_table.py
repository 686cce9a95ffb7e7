"""What builds leave behind, as a table: which paths, and how to keep them out of an image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layertui.insight.finding import CERTAIN, HINT, LIKELY
from layertui.insight.globs import Glob

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOvers:
    """A group of what builds leave behind.

    Attributes:
        group: What it is called.
        paths: Which paths it is, see `globs`.
        besides: Paths that are not of it all the same.
        cure: What keeps it out of a layer that a RUN makes.
        ignored: The line of a `.dockerignore` that keeps it from being copied, or empty.
        confidence: How sure it is that nobody needs it.
    """

    group: str
    paths: tuple[Glob, ...]
    besides: tuple[Glob, ...] = field(default=())
    cure: str = ""
    ignored: str = ""
    confidence: str = CERTAIN


def left_overs(
    group: str,
    paths: str,
    cure: str,
    *,
    besides: str = "",
    ignored: str = "",
    confidence: str = CERTAIN,
) -> LeftOvers:
    """Return a group; its patterns are parted by spaces."""
    return LeftOvers(
        group=group,
        paths=tuple(map(Glob, paths.split())),
        besides=tuple(map(Glob, besides.split())),
        cure=cure,
        ignored=ignored,
        confidence=confidence,
    )


TABLE = (
    left_overs(
        "apt lists",
        "/var/lib/apt/lists/",
        "Add `rm -rf /var/lib/apt/lists/*` to the end of the same RUN",
    ),
    left_overs(
        "apt cache",
        "/var/cache/apt/ /var/lib/apt/periodic/",
        "Add `apt-get clean` to the end of the same RUN, or use `RUN --mount=type=cache`",
    ),
    left_overs(
        "dpkg back-ups",
        "/var/lib/dpkg/*-old /var/cache/debconf/*-old /var/backups/ *.dpkg-old *.dpkg-dist",
        "Remove them at the end of the same RUN",
    ),
    left_overs(
        "apk cache",
        "/var/cache/apk/ /etc/apk/cache/ /root/.cache/apk/",
        "Use `apk add --no-cache`",
    ),
    left_overs(
        "yum and dnf cache",
        "/var/cache/yum/ /var/cache/dnf/ /var/cache/libdnf5/ /var/lib/dnf/repos/",
        "Add `dnf clean all` (or `yum clean all`) to the end of the same RUN",
    ),
    left_overs(
        "zypper and pacman cache",
        "/var/cache/zypp/ /var/cache/pacman/pkg/ /var/lib/pacman/sync/",
        "Clean the cache at the end of the same RUN (`zypper clean -a`, `pacman -Scc`)",
    ),
    left_overs(
        "pip cache",
        ".cache/pip/ .cache/pypoetry/ .cache/pipenv/ .cache/uv/",
        "Use `pip install --no-cache-dir`, or `RUN --mount=type=cache,target=/root/.cache`",
    ),
    left_overs(
        "conda cache",
        "/opt/conda/pkgs/ miniconda3/pkgs/ anaconda3/pkgs/ micromamba/pkgs/",
        "Add `conda clean -afy` to the end of the same RUN",
    ),
    left_overs(
        "npm cache",
        ".npm/_cacache/ .npm/_logs/ .npm/_npx/ .cache/node-gyp/ .node-gyp/ npm-debug.log",
        "Add `npm cache clean --force` to the same RUN, or use `RUN --mount=type=cache`",
    ),
    left_overs(
        "yarn and pnpm cache",
        ".cache/yarn/ /usr/local/share/.cache/yarn/ .local/share/pnpm/store/ .pnpm-store/",
        "Add `yarn cache clean` (or `pnpm store prune`) to the end of the same RUN",
    ),
    left_overs(
        "cargo cache",
        ".cargo/registry/ .cargo/git/ /usr/local/cargo/registry/ /usr/local/cargo/git/",
        "Use `RUN --mount=type=cache,target=/usr/local/cargo/registry`, or build in another stage",
    ),
    left_overs(
        "go cache",
        "/go/pkg/mod/ go/pkg/mod/cache/ .cache/go-build/ /go/pkg/sumdb/",
        "Use `RUN --mount=type=cache,target=/go/pkg/mod`, or build in another stage",
    ),
    left_overs(
        "gem cache",
        "ruby/**/cache/*.gem bundle/**/cache/*.gem gems/cache/*.gem .bundle/cache/ .gem/specs/",
        "Remove `cache/*.gem` at the end of the same RUN",
    ),
    left_overs(
        "maven and gradle cache",
        ".m2/repository/ .gradle/caches/ .gradle/wrapper/ .ivy2/cache/ .sbt/boot/",
        "Build in another stage and copy the result, or use `RUN --mount=type=cache`",
    ),
    left_overs(
        "composer and nuget cache",
        ".composer/cache/ .cache/composer/ .local/share/NuGet/",
        "Clear the cache at the end of the same RUN, or use `RUN --mount=type=cache`",
    ),
    left_overs(
        "version control",
        ".git/ .hg/ .svn/ .bzr/",
        "Remove it in the same RUN, or clone in another stage",
        ignored="**/.git",
    ),
    left_overs(
        "core dumps",
        "core.[0-9]* vgcore.[0-9]* *.hprof hs_err_pid*.log *.stackdump *.coredump",
        "Remove them in the same RUN, and look at what crashed",
        ignored="**/core.*",
        confidence=LIKELY,
    ),
    left_overs(
        "test and lint caches",
        ".tox/ .nox/ .mypy_cache/ .pytest_cache/ .ruff_cache/ .hypothesis/ .nyc_output/ .coverage",
        "Remove them in the same RUN",
        ignored="**/.*_cache",
    ),
    left_overs(
        "build trees",
        "CMakeFiles/ autom4te.cache/ target/debug/ target/release/deps/ target/release/build/"
        " target/release/incremental/ target/release/.fingerprint/ node_modules/.cache/"
        " .next/cache/ .parcel-cache/ .eggs/ *.gcda *.gcno",
        "Build in another stage and copy the result, or remove the tree in the same RUN",
        ignored="**/target",
        confidence=LIKELY,
    ),
    left_overs(
        "object files",
        "*.o *.lo *.obj *.pdb *.tsbuildinfo",
        "Build in another stage and copy the result, or remove them in the same RUN",
        ignored="**/*.o",
        confidence=HINT,
    ),
    left_overs(
        "Python bytecode",
        "__pycache__/ *.pyc *.pyo",
        "Set PYTHONDONTWRITEBYTECODE=1 and use `pip install --no-compile`; starts get slower",
        ignored="**/__pycache__",
        confidence=HINT,
    ),
    left_overs(
        "logs",
        "/var/log/ .npm/_logs/ *.log",
        "Remove them at the end of the same RUN",
        ignored="**/*.log",
        confidence=LIKELY,
    ),
    left_overs(
        "temporary files",
        "/tmp/ /var/tmp/ *.tmp *.swp *~ .DS_Store Thumbs.db *.orig *.rej",
        "Remove them in the same RUN, or use `RUN --mount=type=tmpfs,target=/tmp`",
        ignored="**/*.tmp",
        confidence=LIKELY,
    ),
    left_overs(
        "other caches",
        "/var/cache/fontconfig/ /var/cache/man/ /root/.cache/ /home/*/.cache/ .wget-hsts",
        "Remove them at the end of the same RUN, or use `RUN --mount=type=cache`",
        confidence=LIKELY,
    ),
    left_overs(
        "documentation",
        "/usr/share/doc/ /usr/share/man/ /usr/share/info/ /usr/share/gtk-doc/ /usr/share/help/"
        " /usr/share/groff/ /usr/local/share/doc/ /usr/local/share/man/ /usr/local/man/",
        "Leave it out: dpkg's `path-exclude`, dnf's `tsflags=nodocs`; licences have to stay",
        besides="/usr/share/doc/**/copyright /usr/share/doc/**/LICENSE* /usr/share/doc/**/COPYING*",
        confidence=HINT,
    ),
    left_overs(
        "locales",
        "/usr/share/locale/ /usr/share/i18n/ /usr/lib/locale/ /usr/local/share/locale/",
        "Leave them out: dpkg's `path-exclude`, glibc's `langpacks`, `localepurge`",
        besides="/usr/lib/locale/C.utf8/ /usr/lib/locale/C.UTF-8/ /usr/share/locale/locale.alias",
        confidence=HINT,
    ),
)
"""The groups; a path is of the first that means it."""


def with_own(own: Sequence[LeftOvers]) -> tuple[LeftOvers, ...]:
    """Return the groups to look for: a user's own ones first, then those of no such name."""
    names = {group.group for group in own}
    others = [group for group in TABLE if group.group not in names]
    return (*(group for group in own if group.paths), *others)
