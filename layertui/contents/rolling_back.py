"""An image as it was at one of its layers, as an archive that engines load.

The archive is a docker-archive and an OCI image layout at once, as `docker save` writes it.
Layers are copied as they are stored where every engine reads that (plain and gzip), else
uncompressed. While they pass by they are checked, and the documents come last: what ends early
is no image.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import CHUNK_SIZE, WatchedBlob, chunks
from layertui.contents import earlier
from layertui.contents.tar_stream import END, header, padding
from layertui.display import printable
from layertui.errors import DamagedImageError, UsageError
from layertui.layers.compression import Decompression
from layertui.layers.decoders import Encoding, encoding_of
from layertui.layers.entries import DIRECTORY
from layertui.layers.hashing import HashedBlob
from layertui.layers.verify import computable, wrong_diff_id, wrong_digest
from layertui.oci import media_types
from layertui.oci.digest import Digest
from layertui.oci.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layertui.blob import Blob, Cancelled
    from layertui.contents.opening import Contents
    from layertui.contents.tar_stream import Write
    from layertui.image import Image, Layer
    from layertui.limits import Limits

_LAYOUT = b'{"imageLayoutVersion":"1.0.0"}'


class RolledBack(NamedTuple):
    """What was written.

    Attributes:
        image_id: The digest of the config.
        layers: How many layers the image has.
        size: Bytes of the archive.
        name: What the image is called, or empty.
    """

    image_id: Digest
    layers: int
    size: int
    name: str


class _Known(NamedTuple):
    """How a layer is named in the archive, and how many bytes it has there."""

    digest: Digest
    size: int


class _Found(NamedTuple):
    """The digests of a layer as it was copied, None where it could not be."""

    digest: Digest | None
    diff_id: Digest


class _Part(NamedTuple):
    """A layer as it is in the archive."""

    digest: Digest
    size: int
    diff_id: Digest
    is_packed: bool

    @property
    def descriptor(self) -> earlier.Json:
        media_type = media_types.OCI_LAYER + ("+gzip" if self.is_packed else "")
        return {"mediaType": media_type, "digest": str(self.digest), "size": self.size}


def roll_back(
    image: Image,
    number: int,
    contents: Contents,
    write: Write,
    *,
    name: str = "",
    limits: Limits | None = None,
    cancelled: Cancelled | None = None,
    progress: Callable[[int], None] | None = None,
) -> RolledBack:
    """Write an image as it was at a layer.

    Args:
        image: The image.
        number: Of the layer.
        contents: The contents of the image.
        write: Takes the bytes of the archive.
        name: What the image is to be called, or nothing.
        limits: Bounds on the layers.
        cancelled: Asked between reads; True ends in CancelledError.
        progress: Told the bytes of layers as stored that are copied.

    Raises:
        CancelledError: `cancelled` said so.
        DamagedImageError: A layer is not what the image says it is.
        LayertuiError: A layer is not to be had.
        UsageError: The name is none.
    """
    full, tag = image_name(name)
    copying = _Copying(contents, write, limits, cancelled, progress)
    parts = [copying.layer(layer) for layer in image.layers[: number + 1]]
    config = earlier.earlier_config(image, number, [part.diff_id for part in parts])
    manifest = earlier.manifest(config, [part.descriptor for part in parts])
    names = [earlier.blob_name(part.digest) for part in parts]
    for document in (config, manifest):
        copying.member(earlier.blob_name(Digest.of(document)), document)
    copying.member("index.json", earlier.index(manifest, full, tag))
    listed = earlier.archive_manifest(Digest.of(config), names, familiar(full))
    copying.member("manifest.json", listed)
    copying.member("oci-layout", _LAYOUT)
    copying.write(END)
    return RolledBack(Digest.of(config), len(parts), copying.size, familiar(full))


def image_name(name: str) -> tuple[str, str]:
    """Return the name of an image in full and its tag; nothing for nothing.

    Raises:
        UsageError: It is no name with which an image can be loaded.
    """
    if not name:
        return "", ""
    reference = parse_reference(name)
    if reference.digest is not None:
        raise UsageError(f"`{printable(name, 200)}`: a digest cannot be given, only a tag")
    return str(reference), reference.tag


def familiar(name: str) -> str:
    """Return the full name of an image as people write it."""
    return name.removeprefix("docker.io/").removeprefix("library/")


class _Copying:
    """The archive that is written."""

    def __init__(
        self,
        contents: Contents,
        write: Write,
        limits: Limits | None,
        cancelled: Cancelled | None,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.size = 0
        self._contents = contents
        self._write = write
        self._limits = limits
        self._cancelled = cancelled
        self._progress = progress or (lambda _: None)
        self._copied = 0
        self._there: dict[Digest, _Part] = {}
        self._folders: set[str] = set()

    def write(self, data: bytes | memoryview) -> None:
        self._write(data)
        self.size += len(data)

    def member(self, name: str, data: bytes) -> None:
        """Write a file of the archive."""
        self._begin(name, len(data))
        self.write(data)
        self.write(padding(len(data)))

    def layer(self, layer: Layer) -> _Part:
        """Write a layer, check it, and return what it is in the archive."""
        blob = self._contents.blob(layer.index, self._cancelled)
        encoding = encoding_of(blob)
        as_stored = encoding in (Encoding.PLAIN, Encoding.GZIP)
        known = self._known(layer, blob, as_stored=as_stored)
        if known.digest not in self._there:
            self._begin(earlier.blob_name(known.digest), known.size)
            found = (self._stored if as_stored else self._unpacked)(layer, blob)
            _agree(layer, known, found)
            self.write(padding(known.size))
            packed = encoding is Encoding.GZIP
            self._there[known.digest] = _Part(*known, found.diff_id, is_packed=packed)
        self._copied += blob.size
        part = self._there[known.digest]
        if computable(layer.diff_id) is None:
            return part._replace(diff_id=layer.diff_id or part.diff_id)
        _agree(layer, known, _Found(known.digest, part.diff_id))
        return part

    def _begin(self, name: str, size: int) -> None:
        """Write the header of a file of the archive, and of the folders it is in."""
        folders = [f"{name[:place]}/" for place, letter in enumerate(name) if letter == "/"]
        for folder in folders:
            if folder not in self._folders:
                self._folders.add(folder)
                self.write(header(folder.encode(), DIRECTORY, mode=0o755))
        self.write(header(name.encode(), size=size))

    def _known(self, layer: Layer, blob: Blob, *, as_stored: bool) -> _Known:
        """Return how a layer is named in the archive, read for that where no document tells."""
        if as_stored:
            listed = (layer.digest, layer.diff_id if encoding_of(blob) is Encoding.PLAIN else None)
            for digest in listed:
                if digest is not None and digest.algorithm == "sha256":
                    return _Known(digest, blob.size)
            return _summed(chunks(self._watched(blob)))
        return _summed(Decompression(self._watched(blob), limits=self._limits))

    def _stored(self, layer: Layer, blob: Blob) -> _Found:
        hashed = HashedBlob(self._watched(blob), "sha256")
        written = _WrittenBlob(hashed, self.write)
        diff_id = _diff_id(layer, Decompression(written, limits=self._limits))
        written.finish()
        return _Found(hashed.finish(), diff_id)

    def _unpacked(self, layer: Layer, blob: Blob) -> _Found:
        state = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            for chunk in Decompression(self._watched(blob), limits=self._limits):
                state.update(chunk)
                self.write(chunk)
                yield chunk

        diff_id = _diff_id(layer, pieces())
        return _Found(Digest(f"sha256:{state.hexdigest()}"), diff_id)

    def _watched(self, blob: Blob) -> Blob:
        return WatchedBlob(
            blob,
            cancelled=self._cancelled,
            progress=lambda done: self._progress(self._copied + done),
        )


class _WrittenBlob:
    """A blob that is written while something else reads it, each byte once and in order."""

    def __init__(self, blob: Blob, write: Write) -> None:
        self.size = blob.size
        self._blob = blob
        self._write = write
        self._written = 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end."""
        data = self._blob.read_at(offset, length)
        end = offset + len(data)
        if offset <= self._written < end:
            self._write(memoryview(data)[self._written - offset :])
            self._written = end
        return data

    def finish(self) -> None:
        """Write what was not read."""
        while self.read_at(self._written, CHUNK_SIZE):
            pass


def _summed(pieces: Iterable[bytes]) -> _Known:
    state, size = hashlib.sha256(), 0
    for piece in pieces:
        state.update(piece)
        size += len(piece)
    return _Known(Digest(f"sha256:{state.hexdigest()}"), size)


def _diff_id(layer: Layer, pieces: Iterable[bytes]) -> Digest:
    """Return the digest of an uncompressed layer, by the algorithm that its DiffID has."""
    wanted = computable(layer.diff_id)
    algorithm = wanted.algorithm if wanted else "sha256"
    state = hashlib.new(algorithm)
    for piece in pieces:
        state.update(piece)
    return Digest(f"{algorithm}:{state.hexdigest()}")


def _agree(layer: Layer, known: _Known, found: _Found) -> None:
    """Check that a layer is what the documents say.

    Raises:
        DamagedImageError: It is not.
    """
    wrong = None
    if found.digest != known.digest:
        wrong = wrong_digest(known.digest, layer.index)
    elif computable(layer.diff_id) is not None and found.diff_id != layer.diff_id:
        wrong = wrong_diff_id(layer.diff_id or found.diff_id, layer.index)
    if wrong is not None:
        raise DamagedImageError(f"layer {layer.index}: {wrong.message}")
