"""The layers in an archive that passes by, known by what they hold, not by their names.

Every regular member is hashed as it is spooled. One whose digest is a DiffID is that layer, at
once; links to it are other names of it and need not be followed. Compressed layers, as engines
with containerd's store send them, are those that a manifest in the archive lists for the config
that has the DiffIDs; what is left at the end is decompressed and hashed.

Source: OCI image-spec image-layout.md; docker image-spec v1.2; containerd's archive exporter.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import BytesBlob, WatchedBlob
from layertui.errors import DamagedImageError, EngineError, LayertuiError, LimitExceededError
from layertui.layers.compression import Decompression
from layertui.layers.decoders import Encoding, encoding_of
from layertui.layers.entries import Columns
from layertui.layers.tar import read_columns
from layertui.layers.window import StreamWindow
from layertui.oci.config import parse_config
from layertui.oci.digest import Digest
from layertui.oci.manifest import Manifest, parse_manifest
from layertui.sources.engine.failures import broken_off, message_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layertui.blob import Blob, Cancelled, FileBlob
    from layertui.limits import Limits
    from layertui.sources.engine.arrival import Found, Spools
    from layertui.sources.spool import Spool

TAIL = 8 << 10
"""Bytes of the end of a stream in which an engine may have written an error."""

_EMPTY = Digest.of(b"")


def only_whole(code: str, message: str, name: bytes) -> None:  # noqa: ARG001
    """Refuse an archive that just ends: engines write an end marker.

    Raises:
        DamagedImageError: It has none.
    """
    if code == "no-end-marker":
        raise DamagedImageError("it has no end")


class _Member(NamedTuple):
    digest: Digest
    offset: int
    size: int


class _AllFoundError(Exception):
    """Nothing more is wanted of the stream."""


class LayersInExport:
    """Finds layers in an archive.

    Args:
        diff_ids: Of the layers.
        who: Which engine sends it, printable.
        limits: Bounds on the archive and on documents in it.
    """

    def __init__(self, diff_ids: Sequence[Digest], *, who: str, limits: Limits) -> None:
        self._diff_ids = tuple(dict.fromkeys(diff_ids))
        self._who = who
        self._limits = limits

    def __call__(self, chunks: Iterator[bytes], spools: Spools, found: Found) -> None:
        """Read an archive until all layers were found or it ends.

        Raises:
            EngineError: It ends early, or the engine says that it could not go on.
            DamagedImageError: It is not an archive.
            LimitExceededError: It asks for more than a limit allows.
        """
        spool = spools.new()
        search = _Search(self._diff_ids, spool, found, self._limits)
        tail = _Tail()
        try:
            window = _Window(_spooled(chunks, spool, tail), search.arrived)
            self._read(window, tail)
            search.look_inside()
        except _AllFoundError:
            return

    def _read(self, window: _Window, tail: _Tail) -> None:
        most = self._limits.archive_members
        try:
            limits = replace(self._limits, layer_entries=most)
            read_columns(window, Columns(), limits=limits, report=only_whole)
        except DamagedImageError as error:
            self._drain(window)
            said = message_in(tail.data)
            raise broken_off(self._who, said or error.message) from None
        if said := message_in(tail.data):
            raise broken_off(self._who, said)
        if not window.end:
            raise EngineError(f"{self._who} has sent nothing")

    def _drain(self, window: _Window) -> None:
        """Read what is left, which may say why it is no archive any more."""
        try:
            window.data_after(window.end)
        except LayertuiError:
            return


class _Tail:
    """The last bytes of a stream."""

    def __init__(self) -> None:
        self.data = b""

    def add(self, chunk: bytes) -> None:
        last = chunk[-TAIL:]
        self.data = last if len(last) == TAIL else (self.data + last)[-TAIL:]


def _spooled(chunks: Iterator[bytes], spool: Spool, tail: _Tail) -> Iterator[bytes]:
    for chunk in chunks:
        spool.append(chunk)
        tail.add(chunk)
        yield chunk


class _Window(StreamWindow):
    """A window that hashes every payload and tells of it."""

    def __init__(self, chunks: Iterator[bytes], arrived: Callable[[_Member], None]) -> None:
        super().__init__(chunks)
        self._arrived = arrived

    def digest(self, position: int, size: int, *, wanted: bool = True) -> bytes:  # noqa: ARG002
        """Return nothing: the digest goes to whoever looks for members."""
        state = hashlib.sha256()
        passed = 0
        for part in self.passing(position, size):
            state.update(part)
            passed += len(part)
        if passed == size:
            self._arrived(_Member(Digest(f"sha256:{state.hexdigest()}"), position, size))
        return b""


class _Search:
    """What is wanted and what has passed by."""

    def __init__(
        self, diff_ids: Sequence[Digest], spool: Spool, found: Found, limits: Limits
    ) -> None:
        self._wanted = set(diff_ids)
        self._spool = spool
        self._tell = found
        self._limits = limits
        self._members: dict[Digest, _Member] = {}
        self._documents = _Documents(limits)
        if _EMPTY in self._wanted:
            self._found(_EMPTY, BytesBlob(b""))

    def arrived(self, member: _Member) -> None:
        """Take a member for a layer or a document if it is one."""
        blob = self._blob(member)
        if member.digest in self._wanted:
            self._found(member.digest, blob)
        self._members.setdefault(member.digest, member)
        if self._documents.add(member.digest, blob):
            for digest in self._documents.layers:
                self._claim(digest)
        else:
            self._claim(member.digest)

    def look_inside(self) -> None:
        """Look for what was not found in members that hide what they hold."""
        for member in self._members.values():
            if not self._wanted:
                return
            blob = self._blob(member)
            others = {each.algorithm for each in self._wanted} - {"sha256"}
            if encoding_of(blob) is Encoding.PLAIN and not others:
                continue
            for algorithm in {"sha256", *others}:
                with suppress(DamagedImageError, LimitExceededError, ValueError):
                    diff_id = _content_digest(blob, algorithm, self._limits)
                    if diff_id in self._wanted:
                        self._found(diff_id, blob)

    def _claim(self, digest: Digest) -> None:
        """Take a member for the layer that a manifest says it is, if its content is."""
        diff_id, member = self._documents.layers.get(digest), self._members.get(digest)
        if member is None or diff_id not in self._wanted:
            return
        self._found(diff_id, ClaimedLayer(self._blob(member), diff_id, self._limits))

    def _found(self, diff_id: Digest, blob: Blob) -> None:
        self._wanted.remove(diff_id)
        self._tell(diff_id, blob)
        if not self._wanted:
            raise _AllFoundError

    def _blob(self, member: _Member) -> FileBlob:
        return self._spool.blob(member.size, offset=member.offset)


class _Documents:
    """Manifests and configs that have passed by, and which layers they tell of.

    Attributes:
        layers: DiffIDs by the digests of the blobs that are said to have them.
    """

    def __init__(self, limits: Limits) -> None:
        self.layers: dict[Digest, Digest] = {}
        self._limits = limits
        self._left = limits.index_descriptors
        self._manifests: list[Manifest] = []
        self._configs: dict[Digest, tuple[Digest, ...]] = {}

    def add(self, digest: Digest, blob: Blob) -> bool:
        """Take in a blob if it is a document; tell whether more layers are known by it."""
        if blob.size > self._limits.config_size or blob.read_at(0, 1) != b"{" or not self._left:
            return False
        self._left -= 1
        data = blob.read_at(0, blob.size)
        what = f"the blob {digest.short}"
        if b'"rootfs"' in data:
            try:
                self._configs[digest] = parse_config(data, what=what).diff_ids
            except LayertuiError:
                return False
        else:
            try:
                manifest = parse_manifest(data, what=what)
            except LayertuiError:
                return False
            if not isinstance(manifest, Manifest):
                return False
            self._manifests.append(manifest)
        return self._match()

    def _match(self) -> bool:
        known = len(self.layers)
        for manifest in self._manifests:
            diff_ids = self._configs.get(manifest.config.digest, ())
            if len(diff_ids) == len(manifest.layers):
                digests = (layer.digest for layer in manifest.layers)
                self.layers |= dict(zip(digests, diff_ids, strict=True))
        return len(self.layers) > known


class ClaimedLayer:
    """A compressed blob that a manifest lists for a DiffID; not yet looked into."""

    def __init__(self, blob: Blob, diff_id: Digest, limits: Limits) -> None:
        self.size = blob.size
        self._blob = blob
        self._diff_id = diff_id
        self._limits = limits

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end."""
        return self._blob.read_at(offset, length)

    def checked(self, cancelled: Cancelled) -> Blob:
        """Return the blob once its content was found to be the layer.

        Raises:
            DamagedImageError: It is another, or cannot be read.
            LimitExceededError: It asks for more than a limit allows.
            CancelledError: `cancelled` said so.
        """
        watched = WatchedBlob(self._blob, cancelled=cancelled)
        if _content_digest(watched, self._diff_id.algorithm, self._limits) != self._diff_id:
            raise DamagedImageError(
                f"the layer {self._diff_id.short} is another than the engine says it is"
            )
        return self._blob


def _content_digest(blob: Blob, algorithm: str, limits: Limits) -> Digest:
    """Return the digest of a blob once decompressed."""
    state = hashlib.new(algorithm)
    for chunk in Decompression(blob, limits=limits):
        state.update(chunk)
    return Digest(f"{algorithm}:{state.hexdigest()}")
