"""Globs of rules over the paths of a filesystem, fast where a million paths do not match.

A glob without a slash is about names at any depth, one with a slash about paths from the root;
`*` and `?` stop at slashes, `**` as a component of its own goes over them. Case counts. Links in
the part without wildcards are followed inside the image, so that `/bin/sh` is found where `/bin`
is a link.

    /etc/ssl/*.pem    only what is below /etc/ssl is looked at: a range of the table
    *.pem             `.pem` and the end of a path are looked for in all paths at once
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

from layertui.filesystem.links import follow
from layertui.filesystem.patterns import glob_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layertui.filesystem.nodes import NodeTable
    from layertui.filesystem.tree import Filesystem

_WILD = re.compile(r"[*?\[\\]")
_SET = re.compile(r"\[[!^]?\]?[^\]/]*\]|\\.", re.DOTALL)
_TOKEN = re.compile(rf"{_SET.pattern}|\*+|.", re.DOTALL)
_NUL = r"\x00"
_INNER = r"[^\x00]"
_EVERYTHING = ("/**", "/**/*", "/**/**")
_END = "/"
"""What stands between the keys of a block, which have NUL for the slashes of paths."""

_BLOCK = 16_384
"""Keys in a block."""

_FEW = 4_096
"""Nodes that are tried one by one."""

_SHORTEST = 3
"""Characters of a literal that is worth looking for."""


class Glob:
    """A glob.

    Args:
        text: As it was written.

    Raises:
        re.error: It is none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        head, rest = _parts(text)
        self.head = head
        self.is_plain = not rest
        self.takes_all = rest in _EVERYTHING
        self._rest = rest
        if rest:
            self._match = re.compile(_expression(rest), re.DOTALL).fullmatch

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Glob) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Glob({self.text!r})"

    def matches(self, path: bytes) -> bool:
        """Tell whether an absolute path matches; no links are followed."""
        text = _text(path).replace("/", "\0")
        head = self.head.replace("/", "\0")
        if self.is_plain:
            return text.rstrip("\0") == head
        return text.startswith(f"{head}\0") and self.fits(text[len(head) + 1 :])

    def fits(self, key: str) -> bool:
        """Tell whether a key below the head matches."""
        return self.takes_all or self._match("\0" + key) is not None

    def fitting(self, keys: Sequence[str], skip: int) -> Iterator[object]:
        """Return by key whether it matches below a head of so many characters."""
        if self._match_name is not None:
            return map(self._match_name, [key[key.rfind("\0") + 1 :] for key in keys])
        return map(self._match, ["\0" + key[skip:] for key in keys])

    @cached_property
    def _match_name(self) -> Callable[[str], re.Match[str] | None] | None:
        """What tries names alone, where a glob is about names at any depth."""
        name = self._rest.removeprefix("/**/")
        if "/" in name:
            return None
        return re.compile(_step(name), re.DOTALL).fullmatch

    @cached_property
    def literal(self) -> str:
        """The longest text that every key that matches has, its end included; or nothing."""
        plain = _SET.sub("*", self._rest)
        parts = [part.replace("/", "\0") for part in re.split(r"[*?\[]+", plain)]
        if not plain.endswith(("*", "?", "[")):
            parts[-1] += _END
        # The slash at its start may be the one that ends the path before it.
        longest = max((part.lstrip("\0") for part in parts), key=len)
        return longest if len(longest) >= _SHORTEST else ""


def _parts(text: str) -> tuple[str, str]:
    """Return the directories of a glob without wildcards, and the rest from a slash on.

    The rest is empty where nothing in it is wild.
    """
    path = text if "/" in text.rstrip("/") or text.startswith("/") else f"**/{text}"
    steps = [step for step in path.split("/") if step]
    pairs = zip(steps, [*steps[1:], ""], strict=True)
    steps = [step for step, after in pairs if not step == after == "**"]
    wild = next((place for place, step in enumerate(steps) if _WILD.search(step)), None)
    if wild is None:
        return "".join(f"/{step}" for step in steps), ""
    rest = "".join(f"/{step}" for step in steps[wild:])
    return "".join(f"/{step}" for step in steps[:wild]), rest


def _expression(rest: str) -> str:
    """Return the expression of what is below the head, over keys that start with a separator.

    What stands between two stars is taken where it comes first, and never anywhere else: if what
    follows cannot be found from there, it cannot be found from later on. So the time to try a
    path grows with its length, whatever the path.
    """
    runs: list[list[str]] = [[]]
    for step in rest[1:].split("/"):
        if step == "**":
            runs.append([])
        else:
            runs[-1].append(f"{_NUL}{_step(step)}")
    first, *others = ("".join(run) for run in runs)
    if not others:
        return first
    *middle, last = others
    passed = "".join(f"(?>(?:{_NUL}{_INNER}*)*?{run}(?={_NUL}))" for run in middle if run)
    return f"{first}{passed}" + (f"(?:{_NUL}.*)?{last}" if last else f"{_NUL}.*")


def _step(step: str) -> str:
    """Return the expression of one name."""
    parts = [""]
    for token in _TOKEN.findall(step):
        if token.startswith("*"):
            parts.append("")
        else:
            parts[-1] += token
    first, *others = (glob_expression(part).replace("/", _NUL) for part in parts)
    passed = "".join(f"(?>{_INNER}*?{part})" for part in others[:-1] if part)
    return first + passed + (f"{_INNER}*{others[-1]}" if others else "")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class Searcher:
    """Looks for globs in the paths of one filesystem; blocks of keys are kept as text.

    Args:
        filesystem: The filesystem.
        layer: The layer after which links are followed.
    """

    def __init__(self, filesystem: Filesystem, layer: int) -> None:
        self._filesystem = filesystem
        self._table: NodeTable = filesystem.table
        self._layer = layer
        self._blocks: dict[int, str] = {}

    def nodes(self, glob: Glob) -> Iterator[int]:
        """Yield the nodes that a glob matches in any layer, in preorder; never the root."""
        for start, end, skip in self.ranges(glob):
            if glob.is_plain or glob.takes_all:
                yield from range(start, end)
            elif end - start <= _FEW:
                yield from (node for node in range(start, end) if self._fits(glob, node, skip))
            elif glob.literal:
                yield from self._with_literal(glob, start, end, skip)
            else:
                yield from self._one_by_one(glob, start, end, skip)

    def has(self, glob: Glob, node: int) -> bool:
        """Tell whether a glob matches a node."""
        return any(
            start <= node < end
            and (glob.is_plain or glob.takes_all or self._fits(glob, node, skip))
            for start, end, skip in self.ranges(glob)
        )

    def ranges(self, glob: Glob) -> list[tuple[int, int, int]]:
        """Return the nodes that may match as ranges, with the characters of the head each."""
        cached = self._ranges.get(glob)
        if cached is None:
            cached = self._ranges[glob] = self._found_ranges(glob)
        return cached

    @cached_property
    def _ranges(self) -> dict[Glob, list[tuple[int, int, int]]]:
        return {}

    def _found_ranges(self, glob: Glob) -> list[tuple[int, int, int]]:
        if not glob.head:
            return [(1, len(self._table), 0)]
        ranges = []
        for node in self._heads(glob):
            if glob.is_plain:
                ranges.append((node, node + 1, 0))
            else:
                skip = len(_text(self._table.keys[node])) + 1 if node else 0
                ranges.append((node + 1, self._table.end(node), skip))
        return ranges

    def _heads(self, glob: Glob) -> list[int]:
        """Return the node that the head of a glob names, and where links lead from it."""
        path = glob.head.encode("utf-8", "surrogateescape")
        written = self._table.find(path)
        followed = follow(self._filesystem, path, self._layer, last=not glob.is_plain).node
        return sorted({node for node in (written, followed) if node is not None})

    def _fits(self, glob: Glob, node: int, skip: int) -> bool:
        return glob.fits(_text(self._table.keys[node])[skip:])

    def _with_literal(self, glob: Glob, start: int, end: int, skip: int) -> Iterator[int]:
        """Yield what matches; only keys that have the literal of the glob are tried."""
        literal = glob.literal
        for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
            text = self._text(block)
            # A node is as many separators away from the start of its block as its place in it.
            node, counted, place = block * _BLOCK - 1, 0, text.find(literal)
            while place >= 0:
                node += text.count(_END, counted, place)
                first, last = text.rfind(_END, 0, place) + 1, text.find(_END, place)
                counted = place
                if start <= node < end and glob.fits(text[first + skip : last]):
                    yield node
                place = text.find(literal, last)

    def _one_by_one(self, glob: Glob, start: int, end: int, skip: int) -> Iterator[int]:
        for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
            keys = self._text(block)[1:-1].split(_END)
            nodes = range(block * _BLOCK, block * _BLOCK + len(keys))
            marked = compress(nodes, glob.fitting(keys, skip))
            yield from (node for node in marked if start <= node < end)

    def _text(self, block: int) -> str:
        """Return the keys of a block, each between two separators."""
        known = self._blocks.get(block)
        if known is None:
            keys = self._table.keys[block * _BLOCK : (block + 1) * _BLOCK]
            known = self._blocks[block] = _text(b"/%b/" % b"/".join(keys))
        return known
