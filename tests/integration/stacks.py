"""Random stacks of layers, each from a seed; `python -m tests.integration.stacks SEED` shows one.

Left out are the questions on which umoci does not answer as the specification does, or answers
by the order of the entries; each has a name in `AVOIDED`.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from typing import Literal

from tests import builders

Kind = Literal[
    "file", "directory", "symlink", "hardlink", "fifo", "chardev", "blockdev", "whiteout", "opaque"
]

AVOIDED = {
    "bare whiteout": "`.wh.`, `.wh..` and `.wh...`: umoci removes the directory, then fails",
    "aufs metadata": "`.wh..wh.plnk` and the like: umoci leaves them visible",
    "root of another type": "umoci refuses `.` as anything but a directory",
    "child of a file": "`d/x/k` where `d/x` is no directory and has no entry: umoci fails",
    "child of a symbolic link": "umoci follows the link, overlay and layertui do not",
    "hard link to nothing": "forward, missing and self references: umoci fails",
    "hard link before its target": (
        "a link to a lower file that the same layer replaces after it: umoci links the lower file"
    ),
    "late removal of a bare directory": (
        "a whiteout or opaque marker after an entry below it, where a directory between has no "
        "entry of its own but one in a lower layer: umoci then keeps the lower mode and owner"
    ),
    "duplicate that ends as a directory": (
        "a path written as something else and then, in the same layer, as a directory: umoci "
        "has removed by then what was below it, layertui lets the last one stand"
    ),
    "set-group-ID directory": "the kernel hands it on to directories that umoci makes in it",
    "hard link to a symbolic link": (
        "umoci links it; the comparison takes every hard link to be a file, a test of its own "
        "looks at this"
    ),
}
"""What is not generated, and why."""

NAMES = (b"a", b"b", b"c", b"d e", b".f", b"\xc3\xa9", b"\xff")
OTHER_KINDS: tuple[Kind, ...] = ("symlink", "hardlink", "fifo", "chardev", "blockdev")
MODES = (0o644, 0o600, 0o755, 0o4755, 0o2711, 0o000)
DIRECTORY_MODES = (0o755, 0o700, 0o1777, 0o070)
OWNERS = (0, 1, 1000, 70_000)
LINK_TEXTS = (b"a", b"../b", b"/c", b"missing/../\xff", b"d e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of a layer.

    Attributes:
        kind: What it is.
        path: Without a leading slash; of an opaque marker the directory, empty for the root.
        serial: Counts over the stack: size and time of a file. Two files with one serial have
            the same content.
        mode: Permission bits.
        uid: Owner, and group.
        link: Text of a symbolic link, or path of a hard link's target.
    """

    kind: Kind
    path: bytes
    serial: int
    mode: int = 0o644
    uid: int = 0
    link: bytes = b""

    def entry(self) -> bytes:
        """Return its bytes."""
        match self.kind:
            case "whiteout":
                return builders.whiteout(self.path)
            case "opaque":
                return builders.opaque(self.path)
            case "file":
                return builders.file(
                    self.path, bytes(self.serial), mode=self.mode, uid=self.uid, gid=self.uid,
                    mtime=self.serial,
                )  # fmt: skip
            case "directory":
                return builders.directory(self.path, mode=self.mode, uid=self.uid, gid=self.uid)
            case "symlink":
                return builders.symlink(self.path, self.link, mtime=self.serial)
            case "hardlink":
                return builders.hardlink(self.path, self.link)
            case "fifo":
                return builders.fifo(self.path, mode=self.mode)
            case "chardev":
                return builders.device(self.path, 1, self.serial, mode=self.mode)
            case "blockdev":
                return builders.device(self.path, 7, self.serial, kind=b"4", mode=self.mode)


Stack = tuple[tuple[Step, ...], ...]
"""The layers bottom to top."""


@dataclass(slots=True)
class _LayerWriter:
    """Writes the steps of one layer on what is below it.

    Attributes:
        rng: Decides everything.
        serial: The last one given out.
        copies: Serials of the files by path, of all layers so far.
        lower: Kinds of the paths that are still there from below.
        written: Kinds of the paths that this layer has written, parents without an entry too.
        explicit: The paths that have an entry.
        pinned: Targets of hard links; they are not replaced any more.
        steps: What has been written.
    """

    rng: random.Random
    serial: int
    copies: dict[bytes, int]
    lower: dict[bytes, Kind]
    written: dict[bytes, Kind] = field(default_factory=dict)
    explicit: set[bytes] = field(default_factory=set)
    pinned: set[bytes] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def remove_early(self) -> None:
        """Write a removal that comes before everything in its place."""
        if self.rng.random() < 0.3:
            self._empty(self._some_directory())
        else:
            self._white_out(self._some_path())

    def remove_late(self) -> None:
        """Write a removal after entries that survive it."""
        if self.rng.random() < 0.4:
            path = self._some_directory()
            if not self._has_bare_directory(path):
                self._empty(path)
        else:
            path = self._some_path()
            if not self._has_bare_directory(path, itself=True):
                self._white_out(path)

    def write(self) -> None:
        """Write one entry, and entries for the parents that need one."""
        path = self._some_path()
        if any(self._kind(parent) not in {None, "directory"} for parent in parents(path)):
            self._clear_the_way(path)
        kinds = [kind for kind in self._kinds() if self._may_be(path, kind)]
        if kinds and self._parents_are_directories(path):
            self._put(kinds[0], path)

    def result(self) -> dict[bytes, Kind]:
        """Return the kinds of all paths after the layer."""
        return {**self.lower, **self.written}

    def _kinds(self) -> list[Kind]:
        """Return some kind that is no directory and the directory, in any order."""
        other: Kind = "file" if self.rng.random() < 0.5 else self.rng.choice(OTHER_KINDS)
        return [other, "directory"] if self.rng.random() < 0.7 else ["directory", other]

    def _may_be(self, path: bytes, kind: Kind) -> bool:
        """Tell whether a path may be written as a directory, or as anything else."""
        if path in self.pinned:
            return False
        if kind == "directory":
            return self.written.get(path, kind) == kind
        return not any(below(pinned, path) for pinned in self.pinned)

    def _clear_the_way(self, path: bytes) -> None:
        """Give the parents that are no directories below an entry as one."""
        for parent in parents(path):
            kind = self._kind(parent)
            if kind not in {None, "directory"} and self._may_be(parent, "directory"):
                self._put("directory", parent)

    def _parents_are_directories(self, path: bytes) -> bool:
        return all(self._kind(parent) in {None, "directory"} for parent in parents(path))

    def _put(self, kind: Kind, path: bytes) -> None:
        link = self._link(kind, path)
        if kind == "hardlink" and not link:
            kind = "file"
        same = self.lower.get(path) == kind == "file" and self.rng.random() < 0.4
        serial = self.copies[path] if same else 0
        if kind != "directory" or self._kind(path) != "directory":
            self._forget(path)
        self.written |= dict.fromkeys(parents(path), "directory")
        self.written[path] = kind
        self.explicit.add(path)
        modes = DIRECTORY_MODES if kind == "directory" else MODES
        mode, uid = self.rng.choice(modes), self.rng.choice(OWNERS)
        self._add(kind, path, mode=mode, uid=uid, link=link, serial=serial)

    def _link(self, kind: Kind, path: bytes) -> bytes:
        if kind == "symlink":
            return self.rng.choice(LINK_TEXTS)
        if kind != "hardlink":
            return b""
        targets = [
            target
            for target, of in self.result().items()
            if of in {"file", "hardlink"} and target != path and not below(target, path)
        ]
        target = self.rng.choice(targets) if targets else b""
        self.pinned |= {target} - {b""}
        return target

    def _forget(self, path: bytes) -> None:
        """Drop a path and all below it from both states."""
        for state in (self.lower, self.written):
            for gone in [other for other in state if other == path or below(other, path)]:
                del state[gone]
        self.explicit = {kept for kept in self.explicit if kept in self.written}

    def _white_out(self, path: bytes) -> None:
        if self._reachable(path):
            self.lower = {
                other: kind
                for other, kind in self.lower.items()
                if other != path and not below(other, path)
            }
            self._add("whiteout", path)

    def _empty(self, path: bytes) -> None:
        if self._reachable(path + b"/") and self._kind(path) in {None, "directory"}:
            self.lower = {
                other: kind for other, kind in self.lower.items() if not below(other, path)
            }
            self._add("opaque", path)

    def _reachable(self, path: bytes) -> bool:
        """Tell whether no parent is a symbolic link, here or below."""
        return all(
            state.get(parent) != "symlink"
            for parent in parents(path)
            for state in (self.lower, self.written)
        )

    def _has_bare_directory(self, path: bytes, *, itself: bool = False) -> bool:
        """Tell whether a lower directory at or below a path is written to without an entry."""
        return any(
            other in self.lower and other not in self.explicit
            for other in self.written
            if below(other, path) or (itself and other == path)
        )

    def _kind(self, path: bytes) -> Kind | None:
        return self.written.get(path, self.lower.get(path))

    def _some_path(self) -> bytes:
        """Return a path that is there, or one that may not be."""
        if self.lower and self.rng.random() < 0.5:
            return self.rng.choice([*self.lower])
        if self.written and self.rng.random() < 0.1:
            return self.rng.choice([*self.written])
        return b"/".join(self.rng.choices(NAMES, k=self.rng.choice((1, 2, 2, 3, 3, 4))))

    def _some_directory(self) -> bytes:
        known = [path for path, kind in self.lower.items() if kind == "directory"]
        return self.rng.choice([*known, b"", self._some_path()])

    def _add(
        self,
        kind: Kind,
        path: bytes,
        *,
        mode: int = 0,
        uid: int = 0,
        link: bytes = b"",
        serial: int = 0,
    ) -> None:
        self.serial += 1
        serial = serial or self.serial
        if kind == "file":
            self.copies[path] = serial
        self.steps.append(Step(kind=kind, path=path, serial=serial, mode=mode, uid=uid, link=link))


def stack(seed: int) -> Stack:
    """Return the stack of a seed: two to four layers of up to twenty-four entries."""
    rng = random.Random(seed)
    layers: list[tuple[Step, ...]] = []
    state: dict[bytes, Kind] = {}
    copies: dict[bytes, int] = {}
    serial = 0
    for number in range(rng.randint(2, 4)):
        writer = _LayerWriter(rng=rng, serial=serial, copies=copies, lower=state)
        for _ in range(rng.randint(0, 4) if number else 0):
            writer.remove_early()
        for _ in range(rng.randint(1, 16)):
            writer.write()
        for _ in range(rng.randint(0, 3) if number else 0):
            writer.remove_late()
        layers.append(tuple(writer.steps))
        state, serial = writer.result(), writer.serial
    return tuple(layers)


def blobs(layers: Stack) -> list[bytes]:
    """Return the layers as tarballs."""
    return [builders.layer(*(step.entry() for step in steps)) for steps in layers]


def described(layers: Stack) -> str:
    """Return the layers as text, one line an entry."""
    lines = []
    for number, steps in enumerate(layers):
        lines.append(f"layer {number}")
        for step in steps:
            link = f" -> {step.link!r}" if step.link else ""
            lines.append(
                f"    {step.kind:9} {step.path!r}{link} mode={step.mode:o} uid={step.uid}"
                f" serial={step.serial}"
            )
    return "\n".join(lines)


def parents(path: bytes) -> list[bytes]:
    """Return the directories above a path, the root left out, topmost first."""
    parts = path.split(b"/")
    return [b"/".join(parts[:count]) for count in range(1, len(parts))]


def below(path: bytes, top: bytes) -> bool:
    """Tell whether a path is below another one; everything is below the empty one."""
    return path.startswith(top + b"/") if top else bool(path)


if __name__ == "__main__":
    sys.stdout.write(described(stack(int(sys.argv[1]))) + "\n")
