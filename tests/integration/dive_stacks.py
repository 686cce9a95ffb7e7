"""Random stacks of layers for dive, each from a seed.

`python -m tests.integration.dive_stacks SEED` shows one.

Even seeds give what builders write, odd ones what no builder should: duplicates, entries below
files and markers, AUFS metadata, bare whiteouts, markers with content. Left out is what layertui
reads in another way than dive: names that lead out of the root, entries of unknown types, links and
directories whose headers tell a size.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field

from tests import builders

NAMES = ("a", "b", ".c", "+d", "e f", "é", "g.wh.h")
"""Two of them sort before their whiteouts."""

DIRECTORY_CHANCE = 0.3
SPARSE = {
    "GNU.sparse.map": b"0,1",
    "GNU.sparse.numblocks": b"1",
    "GNU.sparse.size": b"600",
}
"""The PAX records of a file of 600 bytes, the first of which is stored."""


@dataclass(slots=True)
class _Writer:
    """Writes the layers of a stack.

    Attributes:
        rng: Decides everything.
        odd: Whether to write what no builder should.
        lower: Paths that layers below have written, whether still there or not.
        written: Paths of the layer that is being written; directories end in a slash.
    """

    rng: random.Random
    odd: bool
    lower: list[str] = field(default_factory=list)
    written: dict[str, None] = field(default_factory=dict)

    def layer(self) -> bytes:
        """Return the next layer."""
        self.written = {}
        entries = [self._entry() for _ in range(self.rng.choice((0, 1, 3, 6, 10, 16)))]
        self.lower += self.written
        return builders.layer(*entries)

    def _entry(self) -> bytes:
        draw = self.rng.random()
        if draw < 0.2:
            return self._whiteout()
        if draw < 0.25:
            return builders.opaque(self._path())
        if self.odd and draw < 0.35:
            return self._oddity()
        return self._plain()

    def _whiteout(self) -> bytes:
        """Return a whiteout, mostly of something that has been there."""
        if self.lower and self.rng.random() < 0.8:
            path = self.rng.choice(self.lower).rstrip("/")
            above = path.count("/") and self.rng.random() < 0.3
            return builders.whiteout(path.rpartition("/")[0] if above else path)
        return builders.whiteout(self._path())

    def _oddity(self) -> bytes:
        path = self._path()
        size = self.rng.randrange(300)
        return self.rng.choice((
            lambda: builders.file(f"{path}/.wh.a", bytes(size)),
            lambda: builders.file(f"{path}/.wh..wh..opq", bytes(size)),
            lambda: builders.directory(f"{path}/.wh.b"),
            lambda: builders.symlink(f"{path}/.wh..c", "a"),
            lambda: builders.file(f"{path}/.wh.a/b", bytes(size)),
            lambda: builders.file(f"{path}/.wh."),
            lambda: builders.file(".wh."),
            lambda: builders.file(f"{path}/.wh.."),
            lambda: builders.file(f"{path}/.wh..wh.a", bytes(size)),
            lambda: builders.file(f"{path}/.wh..wh..b/c", bytes(size)),
            lambda: builders.file(".wh..wh.aufs"),
            lambda: _plink(path, size),
            lambda: builders.file(path, b"x", pax=SPARSE),
            lambda: builders.directory(self.rng.choice((".", "./", "/"))),
        ))()  # fmt: skip

    def _plain(self) -> bytes:
        path = self._path()
        if self.rng.random() < DIRECTORY_CHANCE:
            self.written.setdefault(f"{path}/")
            return builders.directory(self._spelled(path))
        if not self.odd and self._is_taken(path):
            return b""
        self.written.setdefault(path)
        spelled = self._spelled(path)
        draw = self.rng.random()
        if draw < 0.75:
            return builders.file(spelled, bytes(self.rng.choice((0, 1, 7, 100, 700, 4_000))))
        if draw < 0.83:
            return builders.symlink(spelled, "a")
        if draw < 0.91:
            return builders.hardlink(spelled, self.rng.choice([*self.written]).rstrip("/"))
        return self.rng.choice((builders.fifo(spelled), builders.device(spelled, 1, 3)))

    def _is_taken(self, path: str) -> bool:
        """Tell whether the layer has the path already or makes a directory of it."""
        return any(other.rstrip("/") == path or other.startswith(f"{path}/") or
                   path.startswith(f"{other}/") for other in self.written)  # fmt: skip

    def _path(self) -> str:
        """Return a path, often one that is there or below one that is there."""
        names = [self.rng.choice(NAMES) for _ in range(self.rng.choice((1, 1, 2, 3)))]
        draw = self.rng.random()
        if self.lower and draw < 0.6:
            known = self.rng.choice(self.lower)
            if not known.endswith("/"):
                return known if draw < 0.5 or not self.odd else f"{known}/{names[0]}"
            return known.rstrip("/") if draw < 0.3 else known + names[0]
        return "/".join(names)

    def _spelled(self, path: str) -> str:
        """Return another name for a path."""
        return self.rng.choice((path, path, path, f"./{path}", f"/{path}", f"b/../{path}",
                                path.replace("/", "//"), path.replace("/", "/./")))  # fmt: skip


def _plink(path: str, size: int) -> bytes:
    """Return a hard link to AUFS metadata, and what it leads to."""
    entries = (
        builders.directory(".wh..wh.plnk"),
        builders.file(".wh..wh.plnk/7.1", bytes(size)),
        builders.hardlink(path, ".wh..wh.plnk/7.1"),
    )
    return b"".join(entries)


def random_layers(seed: int) -> list[bytes]:
    """Return the layers of a stack, bottom to top; one of them sometimes twice."""
    rng = random.Random(seed)
    writer = _Writer(rng, odd=bool(seed % 2))
    layers = [writer.layer() for _ in range(rng.choice((1, 2, 3, 4, 6)))]
    if rng.random() < 0.2:
        layers.append(rng.choice(layers))
    return layers


if __name__ == "__main__":
    import io
    import tarfile

    for number, data in enumerate(random_layers(int(sys.argv[1]))):
        print(f"layer {number}")  # noqa: T201
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                print(f"  {member.name!r} {member.type!r} {member.size}")  # noqa: T201
