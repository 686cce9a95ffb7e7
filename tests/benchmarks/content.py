"""File trees of a seed: names, sizes and bytes that look like an operating system's."""

from __future__ import annotations

import itertools
import random
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

POOL_SIZE = 8 << 20
"""Bytes that all contents are cut from; far more than the window of gzip, so cuts stay apart."""

CUT_SIZE = 256 << 10
"""A content longer than this is made of several cuts."""

SPREAD = 1.9
"""Sigma of the log-normal file sizes: the median is a sixth of the mean, the largest hundreds."""

MTIME = 1_700_000_000


class Content:
    """Bytes of any length that gzip brings to about 0.4 of their size, as it does Debian's.

    Seven eighths are text with the word frequencies of a natural language, the rest is noise.
    """

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        words = [rng.randbytes(rng.randint(1, 5)).hex().encode() for _ in range(4_000)]
        weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
        blocks = []
        for _ in range(POOL_SIZE // (16 << 10)):
            blocks.append(b" ".join(rng.choices(words, cum_weights=weights, k=3_000))[: 14 << 10])
            blocks.append(rng.randbytes(2 << 10))
        self._pool = b"".join(blocks)

    def take(self, key: bytes, size: int) -> bytes:
        """Return `size` bytes that belong to a key; other keys start with other bytes."""
        stamp = b"%08x" % zlib.crc32(key)
        cuts = [stamp]
        for number in range(0, max(size - len(stamp), 0), CUT_SIZE):
            place = zlib.crc32(stamp + b"%d" % number) % (len(self._pool) - CUT_SIZE)
            cuts.append(self._pool[place : place + CUT_SIZE])
        return b"".join(cuts)[:size]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of a layer before it has bytes.

    Attributes:
        path: Without a leading slash.
        kind: What it is; a whiteout hides `path`.
        size: Bytes of a file.
        version: Files of one path and version have the same content.
        mode: Permission bits.
        uid: Owner, and group.
    """

    path: bytes
    kind: Literal["directory", "file", "whiteout"] = "file"
    size: int = 0
    version: int = 0
    mode: int = 0o644
    uid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A directory full of files, the same ones each time it is asked.

    Attributes:
        root: Its path, without a leading slash.
        directories: How many directories, the root included.
        files: How many files.
        size: Bytes of all files together, nearly.
    """

    root: str
    directories: int
    files: int
    size: int

    def members(self) -> list[Member]:
        """Return the directories and files in order of their paths, parents first."""
        rng = random.Random(self.root)
        folders = self._folders(rng)
        weights = [rng.lognormvariate(0, SPREAD) for _ in range(self.files)]
        scale = self.size / sum(weights)
        found = [Member(path=path, kind="directory", mode=0o755) for path in folders]
        for number, weight in enumerate(weights):
            path = b"%s/%s%d" % (rng.choice(folders), _word(rng), number)
            found.append(Member(path=path, size=int(weight * scale)))
        return sorted(found, key=lambda member: member.path)

    def files_of_every(self, step: int) -> Iterator[Member]:
        """Yield each `step`-th file."""
        return itertools.islice(
            (member for member in self.members() if member.kind == "file"), 0, None, step
        )

    def _folders(self, rng: random.Random) -> list[bytes]:
        folders = [self.root.encode()]
        for number in range(1, self.directories):
            parent = folders[int(rng.random() ** 3 * number)]
            folders.append(b"%s/%s%d" % (parent, _word(rng), number))
        return folders


def with_parents(members: Iterable[Member]) -> Iterator[Member]:
    """Yield each member after the directories above it, as Docker lists a layer."""
    listed: set[bytes] = set()
    for member in members:
        for parent in _parents(member.path):
            if parent not in listed:
                listed.add(parent)
                yield Member(path=parent, kind="directory", mode=0o755)
        if member.path not in listed:
            listed.add(member.path)
            yield member


def entry(member: Member, content: Content) -> bytes:
    """Return a member as the bytes of a layer."""
    match member.kind:
        case "directory":
            return builders.directory(member.path, mode=member.mode, mtime=MTIME)
        case "whiteout":
            return builders.whiteout(member.path)
        case "file":
            data = content.take(b"%s\0%d" % (member.path, member.version), member.size)
            return builders.file(
                member.path, data, mode=member.mode, uid=member.uid, gid=member.uid, mtime=MTIME
            )


def _parents(path: bytes) -> Iterator[bytes]:
    end = path.find(b"/")
    while end >= 0:
        yield path[:end]
        end = path.find(b"/", end + 1)


def _word(rng: random.Random) -> bytes:
    return b"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))


_SYLLABLES = tuple(
    first + second
    for first in (b"b", b"d", b"g", b"k", b"l", b"m", b"n", b"p", b"r", b"s", b"t", b"v")
    for second in (b"a", b"e", b"i", b"o", b"u", b"in", b"ar")
)
