"""An image without the contents of its files: its documents, and what is in its layers.

    magic and format | length and checksum of the head | head | index | index | ...

The head is msgpack: what the image is, and how long the index of each layer is, which stands
packed as the cache keeps it (`layers/serial.py`) with a checksum of its own.
"""
# msgspec reads the annotations of this module while it runs, so they are not postponed.

import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from xxhash import xxh3_128_digest

from layertui import __version__
from layertui.blob import Blob, BytesBlob, Cancelled
from layertui.display import printable
from layertui.errors import DamagedImageError, ImageError, ImageNotFoundError
from layertui.image import BaseImage, Document, Image, Layer
from layertui.layers.index import LayerIndex
from layertui.layers.serial import UnusableIndexError, pack, read_packed, unpack, unpacked_size
from layertui.limits import GIB, Limits
from layertui.notices import Notice
from layertui.oci.config import ImageConfig
from layertui.oci.digest import Digest
from layertui.oci.platform import Platform
from layertui.sources.base import named_base
from layertui.sources.offering import OfferedPlatform, Offering
from layertui.sources.stored import SAVED_MAGIC, StoredFile

FORMAT = 1
"""Raised whenever bytes mean something else."""

_START = len(SAVED_MAGIC) + 2
_SIZES = 8 + 16
_LARGEST_HEAD = 256 << 20
_LARGEST_LAYER = 2 * GIB
_ORIGIN = "saved"
_MACHINE = (sys.byteorder, array("I").itemsize, array("i").itemsize)
"""What columns of numbers depend on."""


class _SavedLayer(msgspec.Struct, kw_only=True, frozen=True):
    """A layer; `step` is the place in the history of what made it, `length` that of its index."""

    media_type: str
    digest: Digest | None
    diff_id: Digest | None
    chain_id: Digest | None
    stored_size: int | None
    unreadable: str
    step: int | None
    base: bool
    length: int


class _SavedDocument(msgspec.Struct, kw_only=True, frozen=True):
    """One of the documents, as it stands."""

    kind: str
    name: bytes
    media_type: str
    digest: Digest | None
    data: bytes


class _Head(msgspec.Struct, kw_only=True, frozen=True):
    """What an image is; names are raw."""

    version: str
    machine: tuple[str, int, int]
    source: str
    tags: tuple[bytes, ...]
    config: ImageConfig
    image_id: Digest | None
    manifest_digest: Digest | None
    platform: Platform
    annotations: dict[str, str]
    base_image: tuple[bytes, int] | None
    notices: tuple[Notice, ...]
    incomplete: bool
    layers: tuple[_SavedLayer, ...]
    documents: tuple[_SavedDocument, ...]


def saved_image(
    image: Image, indexes: Sequence[LayerIndex], *, cancelled: Cancelled = lambda: False
) -> Iterator[bytes]:
    """Yield an image without the contents of its files, piece by piece.

    Contents of plain layers are read once for their digests, by which they are told apart later.

    Args:
        image: The image, open.
        indexes: Those of its layers.
        cancelled: Asked between files; True ends in CancelledError.

    Raises:
        CancelledError: `cancelled` said so.
        LayertuiError: A document or a content cannot be read.
    """
    packed = [_packed(index, cancelled) for index in indexes]
    layers = tuple(
        _saved_layer(image, layer, len(data))
        for layer, data in zip(image.layers, packed, strict=True)
    )
    head = msgspec.msgpack.encode(_head(image, layers), enc_hook=_plain)
    yield SAVED_MAGIC + FORMAT.to_bytes(2, "little")
    yield len(head).to_bytes(8, "little") + xxh3_128_digest(head) + head
    yield from packed


def _packed(index: LayerIndex, cancelled: Cancelled) -> bytes:
    try:
        return pack(index.with_digests(cancelled), origin=_ORIGIN, keys=())
    except UnusableIndexError as error:
        raise ImageError(f"a layer cannot be saved: {error}") from None


def _saved_layer(image: Image, layer: Layer, length: int) -> _SavedLayer:
    steps = image.config.steps
    step = next((number for number, each in enumerate(steps) if each is layer.history), None)
    return _SavedLayer(
        media_type=layer.media_type,
        digest=layer.digest,
        diff_id=layer.diff_id,
        chain_id=layer.chain_id,
        stored_size=layer.stored_size,
        unreadable=layer.unreadable,
        step=step,
        base=layer.base,
        length=length,
    )


def _head(image: Image, layers: tuple[_SavedLayer, ...]) -> _Head:
    base = image.base_image
    return _Head(
        version=__version__,
        machine=_MACHINE,
        source=image.source,
        tags=tuple(map(_bytes, image.tags)),
        config=image.config,
        image_id=image.image_id,
        manifest_digest=image.manifest_digest,
        platform=image.platform,
        annotations=dict(image.annotations),
        base_image=None if base is None else (_bytes(base.name), base.steps),
        notices=image.notices,
        incomplete=image.incomplete,
        layers=layers,
        documents=tuple(map(_saved_document, image.documents)),
    )


def _saved_document(document: Document) -> _SavedDocument:
    return _SavedDocument(
        kind=document.kind,
        name=_bytes(document.name),
        media_type=document.media_type,
        digest=document.digest,
        data=document.read(),
    )


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _plain(value: object) -> str:
    """Return a digest as the text it is."""
    if not isinstance(value, Digest):
        raise NotImplementedError(type(value))
    return str(value)


def _digest(kind: type[Any], value: object) -> object:
    if kind is not Digest or not isinstance(value, str):
        raise NotImplementedError(kind)
    return Digest(value)


class SavedSource:
    """A saved image in a file.

    Args:
        file: The file; closing the source closes it.
        reference: What the user asked for, raw.
        label: What to call the file in messages.
        open_other: Opens another image for a platform, for one that is called a base.
        limits: Bounds on layers.

    Raises:
        DamagedImageError: It is not what was saved.
    """

    def __init__(
        self,
        file: StoredFile,
        *,
        reference: str,
        label: str,
        open_other: Callable[[str, str, Cancelled], Image],
        limits: Limits,
    ) -> None:
        self._file = file
        self._open_other = open_other
        head, start = _read_head(file.blob, label)
        self._image = _image(file, head, start, reference, limits)

    @property
    def listing(self) -> tuple[str, ...]:
        """One printable line for the image."""
        return (f"0  {', '.join(printable(tag) for tag in self._image.tags) or '<none>'}",)

    def offerings(self, cancelled: Cancelled = lambda: False) -> tuple[Offering, ...]:
        """Return what can be opened."""
        del cancelled
        image = self._image
        short_id = image.image_id.short if image.image_id else ""
        platform = OfferedPlatform(str(image.platform), short_id, present=True)
        return (Offering(number=0, names=image.tags, platforms=(platform,)),)

    def image(
        self,
        *,
        choice: str = "",
        platform: str = "",
        position: int | None = None,
        base: str = "",
        cancelled: Cancelled = lambda: False,
    ) -> Image:
        """Return the image; closing it closes the source.

        Args:
            choice: Its number, 0, one of its names or its id, or empty.
            platform: What it has to run on, or empty.
            position: Not looked at: there is one.
            base: A number of layers or an image; the base it was saved with where empty.
            cancelled: Asked while another image is opened that is called the base.

        Raises:
            ImageNotFoundError: It is another image, or one for another platform.
            UsageError: The platform is not one, or the base is not below the image.
        """
        del position
        image = self._image
        names = ("", "0", *image.tags, str(image.image_id), getattr(image.image_id, "encoded", ""))
        if choice not in names:
            raise ImageNotFoundError(f"the saved image is not {printable(choice, 200)}")
        if platform and not image.platform.satisfies(Platform.parse(platform)):
            raise ImageNotFoundError(f"the saved image is for {image.platform}")
        same = str(image.platform) if image.platform.known else ""
        return (
            named_base(image, base, _alone, lambda name: self._open_other(name, same, cancelled))
            if base
            else image
        )

    def close(self) -> None:
        """Close the file; idempotent."""
        self._file.close()


def _alone(name: str) -> Image:
    """Refuse to find an image beside one that is saved alone."""
    raise ImageNotFoundError(f"there is no {printable(name, 200)} beside a saved image")


def _read_head(blob: Blob, label: str) -> tuple[_Head, int]:
    """Return the head of a saved image, and where the indexes begin.

    Raises:
        DamagedImageError: It is not what was saved.
    """
    start = blob.read_at(0, _START + _SIZES)
    if int.from_bytes(start[len(SAVED_MAGIC) : _START], "little") != FORMAT:
        raise _by_another_version(label)
    length = int.from_bytes(start[_START : _START + 8], "little")
    if len(start) < _START + _SIZES or length > min(blob.size, _LARGEST_HEAD):
        raise _damaged(label)
    data = blob.read_at(len(start), length)
    if xxh3_128_digest(data) != start[_START + 8 :]:
        raise _damaged(label)
    try:
        head = msgspec.msgpack.decode(data, type=_Head, dec_hook=_digest)
    except (msgspec.MsgspecError, ValueError, RecursionError, NotImplementedError):
        raise _by_another_version(label) from None
    if head.machine != _MACHINE:
        raise DamagedImageError(f"{label} was saved on a machine of another kind")
    end = len(start) + length + sum(max(0, layer.length) for layer in head.layers)
    if end != blob.size or min((layer.length for layer in head.layers), default=0) < 0:
        raise _damaged(label)
    return head, len(start) + length


def _damaged(label: str) -> DamagedImageError:
    hint = "Save it again, or copy it again from where it was saved."
    return DamagedImageError(f"{label} is a saved index that is cut off or damaged", hint=hint)


def _by_another_version(label: str) -> DamagedImageError:
    hint = "Save it again with this one."
    return DamagedImageError(f"{label} was saved by another version of layertui", hint=hint)


def _image(file: StoredFile, head: _Head, start: int, reference: str, limits: Limits) -> Image:
    layers = []
    for number, saved in enumerate(head.layers):
        layers.append(_layer(head, number, file.part(start, saved.length), limits))
        start += saved.length
    base = head.base_image
    return Image(
        reference=printable(reference),
        source=head.source,
        tags=tuple(map(_text, head.tags)),
        config=head.config,
        image_id=head.image_id,
        manifest_digest=head.manifest_digest,
        platform=head.platform,
        layers=tuple(layers),
        documents=tuple(map(_document, head.documents)),
        annotations=head.annotations,
        base_image=None if base is None else BaseImage(name=_text(base[0]), steps=base[1]),
        notices=head.notices,
        incomplete=head.incomplete,
        close=file.close,
    )


def _document(saved: _SavedDocument) -> Document:
    return Document(
        kind=saved.kind,
        name=_text(saved.name),
        blob=BytesBlob(saved.data),
        media_type=saved.media_type,
        digest=saved.digest,
    )


def _layer(head: _Head, number: int, blob: Blob, limits: Limits) -> Layer:
    saved, steps = head.layers[number], head.config.steps
    in_history = saved.step is not None and 0 <= saved.step < len(steps)
    return Layer(
        index=number,
        media_type=saved.media_type,
        digest=saved.digest,
        diff_id=saved.diff_id,
        chain_id=saved.chain_id,
        stored_size=saved.stored_size,
        delivery=None if saved.unreadable else _Saved(blob, limits),
        unreadable=saved.unreadable,
        history=steps[saved.step] if in_history and saved.step is not None else None,
        base=saved.base,
    )


class _Saved:
    """The index of a layer in place of the layer: a delivery that brings no contents.

    Args:
        blob: The index, packed.
        limits: Bounds on it.
    """

    in_order = False

    def __init__(self, blob: Blob, limits: Limits) -> None:
        self._blob = blob
        self._limits = limits

    def saved_index(self) -> LayerIndex:
        """Return the index.

        Raises:
            DamagedImageError: It is not what was saved.
        """
        try:
            packed = read_packed(self._blob.read_at(0, self._blob.size))
            if packed.rows > self._limits.layer_entries or unpacked_size(packed) > _LARGEST_LAYER:
                raise UnusableIndexError("it is larger than a limit allows")
            index = unpack(packed)
        except UnusableIndexError as error:
            raise DamagedImageError(
                f"the saved index of the layer cannot be used: {error}"
            ) from None
        if sum(map(len, index.implied)) > self._limits.implied_size:
            raise DamagedImageError("the saved index of the layer implies too many directories")
        return index

    def open(self, cancelled: Cancelled) -> Blob:
        """Refuse: there are no contents.

        Raises:
            ImageError: Always.
        """
        del cancelled
        raise ImageError(
            "the contents of files are not included in a saved index",
            hint="Open the image that it was made of.",
        )
