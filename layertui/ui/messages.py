"""What reading threads tell the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layertui.analysis.tallies import LayerTally
    from layertui.analysis.waste import Accounting
    from layertui.errors import LayertuiError
    from layertui.filesystem.view import TreeView
    from layertui.image import Image
    from layertui.layers.verify import Verification
    from layertui.notices import Notice
    from layertui.sources import Source


class LayerFacts(NamedTuple):
    """What the index of a layer tells without the layers below.

    Attributes:
        size: Bytes of its copies.
        complete: False when it could not be read to its end.
        notices: What is odd about it.
        known: Whether the cache knew it, so that nothing of it was read.
        listed: Whether it is what the layer lists of itself, which is still to be read.
    """

    size: int
    complete: bool
    notices: tuple[Notice, ...]
    known: bool = False
    listed: bool = False


@dataclass
class OpeningProgressed(Message):
    """Bytes were copied while the image is opened; `total` is None where unknown."""

    done: int
    total: int | None

    def can_replace(self, message: Message) -> bool:
        """Let the latest stand for earlier ones."""
        return isinstance(message, OpeningProgressed)


@dataclass
class SeveralImages(Message):
    """The source holds several images, one printable line each; it stays open."""

    source: Source
    choices: tuple[str, ...]


@dataclass
class ImageOpened(Message):
    """The layers are found but not read; the source has the other images and platforms."""

    image: Image
    source: Source


@dataclass
class OtherOpened(Message):
    """Another image of the source is opened, and can be read instead of the one that is there."""

    image: Image
    source: Source


@dataclass
class OtherFailed(Message):
    """Another image of the source cannot be had; the one that is there stays."""

    error: LayertuiError


@dataclass
class LayersProgressed(Message):
    """Layers came further: bytes read by number, and facts of those that are finished."""

    read: Mapping[int, int]
    finished: Mapping[int, LayerFacts]


@dataclass
class FilesystemBuilt(Message):
    """The lowest `usable` layers are merged, and it is known what each of them did."""

    view: TreeView
    usable: int
    tallies: Sequence[LayerTally]


@dataclass
class ImageAccounted(Message):
    """All layers are merged and every byte is accounted for."""

    accounting: Accounting


@dataclass
class LayerVerified(Message):
    """The digests of a layer were computed."""

    number: int
    verification: Verification


@dataclass
class ReadingFailed(Message):
    """The image cannot be had."""

    error: LayertuiError


@dataclass
class ReadingCrashed(Message):
    """Something is wrong with this program."""

    error: BaseException
