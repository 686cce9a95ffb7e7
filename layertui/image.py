"""What every source yields and everything downstream takes: an image and its layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layertui.blob import Blob, Delivery
    from layertui.notices import Notice
    from layertui.oci.config import History, ImageConfig
    from layertui.oci.digest import Digest
    from layertui.oci.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer as an image lists it; layer 0 is the base.

    Attributes:
        index: Its number, counted bottom to top from 0.
        media_type: As the manifest says, or empty.
        digest: Of the blob as stored, or None where no document tells.
        diff_id: Of the uncompressed layer as the config says, or None.
        chain_id: Of this layer applied on all below it, or None.
        stored_size: Bytes of the blob as stored, or None where unknown.
        blob: The bytes as stored, or None where they are not at hand.
        delivery: What brings the bytes, or None where they are at hand or cannot be had.
        unreadable: Why the content cannot be read ("foreign", "encrypted", "missing",
            "unsupported: ..."), or empty.
        history: The step of the history that made it, or None.
        base: True for a layer that the user did not build.
    """

    index: int
    media_type: str = ""
    digest: Digest | None = None
    diff_id: Digest | None = None
    chain_id: Digest | None = None
    stored_size: int | None = None
    blob: Blob | None = None
    delivery: Delivery | None = None
    unreadable: str = ""
    history: History | None = None
    base: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One of the documents that an image was put together from; it is read when it is asked for.

    Attributes:
        kind: What it is: "archive manifest", "repositories", "index", "manifest", "config" or
            "layer config".
        name: Of its file in the archive or directory, raw.
        blob: Its bytes; how many there may be was checked when the image was opened.
        media_type: As another document says, or empty.
        digest: As another document says, or None.
    """

    kind: str
    name: str
    blob: Blob
    media_type: str = ""
    digest: Digest | None = None

    def read(self) -> bytes:
        """Return the document as it stands.

        Raises:
            DamagedImageError: It cannot be read.
        """
        return self.blob.read_at(0, self.blob.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImage:
    """The image that the base layers are.

    Attributes:
        name: As the user or an annotation calls it, raw.
        steps: How many steps of the history are its own.
    """

    name: str
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image, opened; its layers are not read yet.

    Attributes:
        reference: What the user asked for, printable.
        source: The transport it came by, as skopeo names it.
        tags: The names it carries, raw.
        config: The image config.
        image_id: The digest of the config, or None where there is none (V1 archives).
        manifest_digest: The digest of the manifest, or None where there is none.
        platform: What the config says it runs on.
        layers: Bottom to top.
        documents: What it was put together from, the outermost first.
        annotations: Of its manifest and of the descriptor that led to it, raw.
        base_image: Which image the base layers are, or None where that is not known.
        number: Which image of its source it is, as `--image` counts.
        position: Which of the images for several platforms it is, from 0.
        notices: What is odd about the archive and its documents.
        incomplete: True when a document or a blob of it is missing or wrong.
        close: Releases files; idempotent.
    """

    reference: str
    source: str
    tags: tuple[str, ...]
    config: ImageConfig
    image_id: Digest | None
    manifest_digest: Digest | None
    platform: Platform
    layers: tuple[Layer, ...]
    documents: tuple[Document, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    base_image: BaseImage | None = None
    number: int = 0
    position: int = 0
    notices: tuple[Notice, ...] = ()
    incomplete: bool = False
    close: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)
