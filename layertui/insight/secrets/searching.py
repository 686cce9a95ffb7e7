"""Looking for secrets through the layers: every file that may hold one, each layer passed once.

Layers are passed side by side: decompression leaves the interpreter.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.places import stored_in
from layertui.contents.superseded import superseded_in
from layertui.errors import CancelledError, LayertuiError
from layertui.insight.copies import copies_of, shown_path, version_of_row
from layertui.insight.finding import CONFIDENCES, HINT, SECRET, Finding
from layertui.insight.gathering import check, is_base, several
from layertui.insight.globs import PathSet
from layertui.insight.secrets.config import secrets_of_config
from layertui.insight.secrets.files import LEFT_OUT, NAMED
from layertui.insight.secrets.hit import Hit, apart, masked
from layertui.insight.secrets.keys import private_keys_in
from layertui.insight.secrets.tokens import tokens_in
from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents, Piece, Progress, Stored
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.copies import Copies

LARGEST_FILE = 1 << 20
"""Bytes of a file that is looked into; of a larger one, nothing is."""

SMALLEST_FILE = 4
MOST_FINDINGS = 500
"""Findings of a layer; those beyond it are counted."""

_WORKERS = min(4, os.cpu_count() or 1)
_LOOKED_AT = 8 << 10
"""Bytes at the start of a file that have to be text for it to be read."""

_PLAIN, _SKIPPED = 0, 255
_TEST_NAMES = frozenset(
    b"test tests testing testdata test-data test_data fixtures fixture example examples sample"
    b" samples demo demos spec specs mock mocks".split()
)
_BREAK = b"\n"
_CURE = "Mount it for the RUN that needs it (`RUN --mount=type=secret`), and revoke it"
_GONE_CURE = "Removing it later does not take it out of the image: build anew, and revoke it"
_BASE_CURE = "It comes with the base image: take another one, and tell who makes it"


class _Candidate(NamedTuple):
    """A copy that may hold a secret.

    Attributes:
        kind: Its number in NAMED, from 1; 0 where its name tells nothing.
        version: The version that ships it, or None where its own layer took its place.
        own_path: Its path where it has no version, else nothing.
    """

    kind: int
    version: int | None
    own_path: bytes = b""


class _Found(NamedTuple):
    """A file with what looks like secrets.

    Attributes:
        path: Absolute.
        ghost: Whether the image does not show it.
        text: Its text, or nothing where it was not read.
    """

    path: bytes
    ghost: bool
    text: bytes


def find_secrets(
    inspection: Inspection,
    contents: Contents,
    *,
    layers: Collection[int] | None = None,
    cancelled: Cancelled | None = None,
    progress: Progress | None = None,
) -> Generator[Finding, None, None]:
    """Yield what looks like a secret: in config and history, then layer by layer.

    A layer that cannot be read is passed over; what is odd about it is told elsewhere.

    Args:
        inspection: The image.
        contents: What is in its files.
        layers: The numbers of the layers to look through; all of them where not given.
        cancelled: Asked between files; True ends in CancelledError.
        progress: Told the bytes of a layer as stored that are passed, from any thread.

    Raises:
        CancelledError: `cancelled` said so.
    """
    yield from secrets_of_config(inspection, cancelled=cancelled)
    filesystem = inspection.filesystem
    check(cancelled)
    search = _Search(inspection, contents, _kinds(filesystem), copies_of(filesystem), progress)
    wanted = range(len(filesystem.indexes)) if layers is None else sorted(layers)
    stopped = False

    def stop() -> bool:
        return stopped or bool(cancelled and cancelled())

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="secrets") as pool:
        try:
            for found in [pool.submit(search.layer, layer, stop) for layer in wanted]:
                yield from found.result()
        finally:
            stopped = True


@dataclass(frozen=True, slots=True)
class _Search:
    """What all layers are searched with, from any thread.

    Attributes:
        inspection: The image.
        contents: What is in its files.
        kinds: By node, its number in NAMED, or _SKIPPED.
        copies: What the image shows.
        progress: Told the bytes of a layer that are passed, or None.
    """

    inspection: Inspection
    contents: Contents
    kinds: bytearray
    copies: Copies
    progress: Progress | None

    def layer(self, layer: int, cancelled: Cancelled) -> list[Finding]:
        """Return what is found in a layer.

        Raises:
            CancelledError: `cancelled` said so.
        """
        check(cancelled)
        filesystem = self.inspection.filesystem
        candidates = _candidates(filesystem, self.kinds, layer)
        if not candidates:
            return []
        passing = self.contents.passing(
            layer, candidates, cancelled=cancelled, progress=self.progress
        )
        findings = (
            finding
            for candidate, text, hits in _in_layer(candidates, passing)
            for finding in _findings(
                self.inspection, layer, _found(filesystem, self.copies, candidate, text), hits
            )
        )
        return list(_capped(findings, layer))


def _kinds(filesystem: Filesystem) -> bytearray:
    """Return by node the number in NAMED that its name says, _SKIPPED for what is left out."""
    globs = [*LEFT_OUT, *(glob for named in NAMED for glob in named.paths)]
    directories = {key.rpartition(b"\0")[0] for key in filesystem.table.keys}
    ranges = PathSet(filesystem.table.keys, sorted(directories)).ranges(globs)
    strip = bytearray(len(filesystem.table))
    numbers = [_SKIPPED] * len(LEFT_OUT)
    numbers += [number for number, named in enumerate(NAMED, 1) for _ in named.paths]
    for number, found in reversed(list(zip(numbers, ranges, strict=True))):
        for start, end in found:
            strip[start:end] = bytes((number,)) * (end - start)
    return strip


def _candidates(filesystem: Filesystem, kinds: bytearray, layer: int) -> dict[Stored, _Candidate]:
    """Return what of a layer is to be looked into, by where it lies."""
    index, nodes = filesystem.indexes[layer], filesystem.versions.nodes
    start = version_of_row(filesystem, layer, 0)
    found: dict[Stored, _Candidate] = {}
    wanted = [SMALLEST_FILE <= size <= LARGEST_FILE for size in index.sizes]
    for row in compress(range(len(index)), wanted):
        kind = kinds[nodes[start + row]]
        if kind != _SKIPPED and index.kinds[row] == FILE and row not in index.sparse:
            found[stored_in(index, row)] = _Candidate(kind, start + row)
    for copy in superseded_in(index):
        node = filesystem.table.find(copy.copy.path)
        kind = _PLAIN if node is None else kinds[node]
        if copy.stored and kind != _SKIPPED and SMALLEST_FILE <= copy.stored.size <= LARGEST_FILE:
            found[copy.stored] = _Candidate(kind, None, b"/" + copy.copy.path)
    return found


def _in_layer(
    candidates: dict[Stored, _Candidate], passing: Iterable[tuple[Stored, Iterable[Piece]]]
) -> Iterator[tuple[_Candidate, bytes, list[Hit]]]:
    """Yield what of a layer has hits, with its text."""
    try:
        for stored, pieces in passing:
            candidate = candidates[stored]
            if candidate.kind and NAMED[candidate.kind - 1].reader is None:
                group = NAMED[candidate.kind - 1].group
                yield candidate, b"", [Hit(group, 0, stored.size, masked(), HINT)]
                continue
            text = _text(pieces)
            hits = secrets_in(text, candidate.kind) if text else None
            if hits:
                yield candidate, text, hits
    except CancelledError:
        raise
    except LayertuiError:
        return


def _found(filesystem: Filesystem, copies: Copies, candidate: _Candidate, text: bytes) -> _Found:
    version = candidate.version
    if version is None:
        return _Found(candidate.own_path, ghost=True, text=text)
    return _Found(
        shown_path(filesystem, copies, version), ghost=not copies.shown[version], text=text
    )


def _text(pieces: Iterable[Piece]) -> bytes:
    """Return a text, or nothing for what is none."""
    parts: list[bytes] = []
    looked_at = 0
    for _, piece in pieces:
        if looked_at < _LOOKED_AT:
            head = bytes(piece[: _LOOKED_AT - looked_at])
            if b"\0" in head:
                return b""
            looked_at += len(head)
        parts.append(bytes(piece))
    return b"".join(parts)


def secrets_in(text: bytes, kind: int = 0) -> list[Hit]:
    """Return what looks like a secret in the text of a file, in its order.

    Args:
        text: The text.
        kind: The number of the file in NAMED, from 1, or 0.
    """
    hits = [*private_keys_in(text), *tokens_in(text)]
    reader = NAMED[kind - 1].reader if kind else None
    if reader is not None:
        hits += reader(text)
    return apart(hits) if hits else hits


def _findings(
    inspection: Inspection, layer: int, found: _Found, hits: list[Hit]
) -> Iterator[Finding]:
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(_group(found.path, hit), []).append(hit)
    for group, members in groups.items():
        yield _finding(inspection, layer, found, group, members)


def _group(path: bytes, hit: Hit) -> str:
    is_host_key = path.rpartition(b"/")[2].startswith(b"ssh_host_")
    return "SSH host key" if is_host_key and hit.group == "private key" else hit.group


def _finding(
    inspection: Inspection, layer: int, found: _Found, group: str, hits: list[Hit]
) -> Finding:
    first = min(hits, key=lambda hit: CONFIDENCES.index(hit.confidence))
    line = f", line {found.text.count(_BREAK, 0, first.start) + 1}" if found.text else ""
    others = f" and {several(len(hits) - 1, 'other')}" if len(hits) > 1 else ""
    gone = ", removed or replaced later and still shipped" if found.ghost else ""
    is_test = not _TEST_NAMES.isdisjoint(found.path.lower().split(b"/"))
    is_theirs = is_base(inspection, layer)
    return Finding(
        kind=SECRET,
        group=group,
        layer=layer,
        paths=(found.path,),
        base=is_theirs,
        confidence=HINT if is_test else first.confidence,
        message=f"what looks like {_article(group)}: {first.shown}{line}{others}{gone}",
        cure=_BASE_CURE if is_theirs else _GONE_CURE if found.ghost else _CURE,
        ghost=found.ghost,
    )


def _article(group: str) -> str:
    return f"{'an' if group[0].lower() in 'aeio' else 'a'} {group}"


def _capped(findings: Iterable[Finding], layer: int) -> Iterator[Finding]:
    """Yield findings, and of too many how many more there are."""
    more = 0
    last = None
    for count, finding in enumerate(findings):
        if count < MOST_FINDINGS:
            yield finding
        else:
            more, last = more + 1, finding
    if last is not None:
        yield Finding(
            kind=SECRET,
            group="others",
            layer=layer,
            paths=last.paths,
            more=more - 1,
            base=last.base,
            confidence=HINT,
            message=f"{several(more, 'other file')} with what looks like secrets",
            cure=last.cure,
        )
