"""The benchmark images, step by step; the figures of each are in the README of this folder."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.benchmarks.content import Content, Member, Tree, entry, with_parents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MB = 1_000_000

ROOT = (
    Tree(root="usr/bin", directories=1, files=900, size=45 * MB),
    Tree(root="usr/lib/x86_64-linux-gnu", directories=120, files=1_500, size=70 * MB),
    Tree(root="usr/share", directories=900, files=4_500, size=30 * MB),
    Tree(root="etc", directories=120, files=700, size=2 * MB),
    Tree(root="var/lib/dpkg/info", directories=1, files=900, size=4 * MB),
)
TOOLCHAIN = (
    Tree(root="usr/lib/gcc", directories=60, files=700, size=190 * MB),
    Tree(root="usr/include", directories=500, files=7_000, size=60 * MB),
    Tree(root="usr/lib/llvm", directories=200, files=2_500, size=240 * MB),
    Tree(root="usr/share/doc", directories=900, files=6_500, size=40 * MB),
)
APT = Tree(root="var/lib/apt/lists", directories=3, files=40, size=60 * MB)
ARCHIVES = Tree(root="var/cache/apt/archives", directories=2, files=160, size=70 * MB)
PACKAGES = Tree(
    root="usr/local/lib/python3.11/site-packages", directories=1_400, files=13_000, size=380 * MB
)
WHEELS = Tree(root="root/.cache/pip", directories=160, files=300, size=55 * MB)
MODULES = Tree(root="srv/app/node_modules", directories=2_400, files=15_000, size=120 * MB)
SOURCES = Tree(root="srv/app/src", directories=160, files=1_300, size=38 * MB)
BULK = Tree(root="srv/bulk", directories=600, files=12_000, size=1_000 * MB)
SMALL = Tree(root="data", directories=50_000, files=950_000, size=180 * MB)
MORE = Tree(root="more", directories=2_000, files=38_000, size=40 * MB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One layer: the command that stands in the history, and what it does to the files."""

    command: str
    members: Callable[[], Iterable[Member]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One image: its name, its tag, and its layers from the base up."""

    name: str
    steps: tuple[Step, ...]

    @property
    def reference(self) -> str:
        """The tag it carries."""
        return f"bench/{self.name}:1"

    def entries(self, step: Step) -> Iterator[bytes]:
        """Yield the tar entries of one layer."""
        content = _content()
        return (entry(member, content) for member in with_parents(step.members()))


def add(*trees: Tree) -> Iterator[Member]:
    """Yield everything in the trees."""
    for tree in trees:
        yield from tree.members()


def rewrite(tree: Tree, *, every: int) -> Iterator[Member]:
    """Yield each `every`-th file of a tree with other content."""
    for member in tree.files_of_every(every):
        yield dataclasses.replace(member, version=1)


def change_owner(tree: Tree, *, every: int) -> Iterator[Member]:
    """Yield each `every`-th file of a tree with other mode and owner, the same content."""
    for member in tree.files_of_every(every):
        yield dataclasses.replace(member, mode=0o664, uid=1_000)


def remove(*trees: Tree) -> Iterator[Member]:
    """Yield one whiteout for each tree."""
    for tree in trees:
        yield Member(path=tree.root.encode(), kind="whiteout")


def remove_files(tree: Tree, *, count: int) -> Iterator[Member]:
    """Yield a whiteout for each of `count` files of a tree, spread evenly."""
    for member in itertools.islice(tree.files_of_every(max(1, tree.files // count)), count):
        yield Member(path=member.path, kind="whiteout")


@cache
def _content() -> Content:
    return Content(seed=20_240_102)


SERVICE_STEPS = (
    Step(command="#(nop) ADD file:rootfs.tar in /", members=lambda: add(*ROOT)),
    Step(
        command="apt-get update && apt-get install -y build-essential clang",
        members=lambda: add(*TOOLCHAIN, APT, ARCHIVES),
    ),
    Step(
        command="pip install -r requirements.txt",
        members=lambda: add(PACKAGES, WHEELS),
    ),
    Step(command="npm ci", members=lambda: add(MODULES)),
    Step(
        command="chown -R app /srv/app/node_modules",
        members=lambda: change_owner(MODULES, every=4),
    ),
    Step(
        command="rm -rf /var/lib/apt/lists /var/cache/apt/archives /root/.cache/pip",
        members=lambda: itertools.chain(
            remove(APT, ARCHIVES, WHEELS), remove_files(TOOLCHAIN[3], count=25)
        ),
    ),
    Step(command="#(nop) COPY dir:src in /srv/app/src", members=lambda: add(SOURCES)),
    Step(
        command="apt-get upgrade -y",
        members=lambda: itertools.chain(
            rewrite(ROOT[0], every=3),
            rewrite(ROOT[1], every=4),
            rewrite(PACKAGES, every=9),
            remove_files(ROOT[3], count=10),
        ),
    ),
)
MILLION_STEPS = (
    Step(command="#(nop) ADD file:data.tar in /", members=lambda: add(SMALL)),
    Step(
        command="refresh /data",
        members=lambda: itertools.chain(rewrite(SMALL, every=19), add(MORE)),
    ),
)
GIGABYTE_STEPS = (Step(command="#(nop) COPY dir:bulk in /srv/bulk", members=lambda: add(BULK)),)
