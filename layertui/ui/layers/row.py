"""One layer as the list shows it, with the four sizes it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.display import size as display_size
from layertui.ui.layers.pace import Pace, pace_words

if TYPE_CHECKING:
    from layertui.image import Layer

_INSTRUCTION_LIMIT = 512


class LayerSize(Enum):
    """Which bytes of a layer are meant; the value is its name in settings.

    Attributes:
        STORED: Those of its files.
        COMPRESSED: Those of its blob, as the image carries it.
        NET: Those by which it makes what is shown grow, or below 0 shrink.
        TOTAL: Those of its files and of all files in the layers below.
    """

    STORED = "stored"
    COMPRESSED = "compressed"
    NET = "net"
    TOTAL = "total"

    @property
    def words(self) -> str:
        """What a person calls it."""
        return _WORDS[self]

    @property
    def following(self) -> LayerSize:
        """The one after this, the first after the last."""
        every = list(LayerSize)
        return every[(every.index(self) + 1) % len(every)]


_WORDS = {
    LayerSize.STORED: "size of files",
    LayerSize.COMPRESSED: "compressed size",
    LayerSize.NET: "net effect",
    LayerSize.TOTAL: "running total",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One layer on the screen.

    Attributes:
        number: Its number.
        instruction: What made it, one printable line.
        base: True for a layer that the user did not build.
        size: Bytes of its files, or None as long as it is not read.
        compressed: Bytes of its blob as the image carries it, or None where unknown.
        net: Bytes by which it makes what is shown grow, or None as long as that is not known.
        total: Bytes of its files and those of the layers below, or None likewise.
        holds_no_files: True where it is known to hold no file or link, and to remove none.
        pace: How much of its blob is read, and how fast.
        brought: Whether its blob has to be brought from elsewhere, and is not here yet.
        known: Whether it was read before, and nothing of it is read now.
        listed: Whether its files are those that it lists of itself, and it is still to be read.
        problem: What is wrong with it, printable, or empty.
        verified: Whether its digests are right, or None where that is not known.
    """

    number: int
    instruction: str
    base: bool
    size: int | None = None
    compressed: int | None = None
    net: int | None = None
    total: int | None = None
    holds_no_files: bool = False
    pace: Pace = field(default_factory=Pace)
    brought: bool = False
    known: bool = False
    listed: bool = False
    problem: str = ""
    verified: bool | None = None

    @property
    def being_read(self) -> bool:
        """Whether its size is still to come."""
        return self.size is None and not self.problem

    @property
    def progress(self) -> float | None:
        """How much of its blob is read, 0 to 1; None where its size is not known before."""
        if not self.compressed:
            return None
        return min(1.0, self.pace.done / self.compressed)

    @property
    def progress_words(self) -> str:
        """How far it is: `45 %`, or the bytes read where it is not known how many there are."""
        share = self.progress
        if share is not None:
            return f"{share * 100:.0f} %"
        return display_size(self.pace.done) if self.pace.done else "\u2026"

    @property
    def arrival(self) -> str:
        """How fast it comes from elsewhere, and how long that will take; empty at the end."""
        return pace_words(self.pace, self.compressed) if self.brought else ""

    @property
    def trouble(self) -> str:
        """What is wrong with it or with its digests, or empty."""
        return self.problem or ("wrong digest" if self.verified is False else "")

    def bytes_of(self, size: LayerSize) -> int | None:
        """Return one of its sizes, or None where it is not known."""
        return {
            LayerSize.STORED: self.size,
            LayerSize.COMPRESSED: self.compressed,
            LayerSize.NET: self.net,
            LayerSize.TOTAL: self.total,
        }[size]


def layer_row(layer: Layer) -> LayerRow:
    """Return the row of a layer that is not read yet."""
    text = layer.history.instruction if layer.history else ""
    line = printable(" ".join(text[:_INSTRUCTION_LIMIT].split()), _INSTRUCTION_LIMIT)
    return LayerRow(
        number=layer.index,
        instruction=line or "(no history)",
        base=layer.base,
        compressed=layer.stored_size,
        brought=layer.delivery is not None and not layer.unreadable,
        problem=f"not readable: {printable(layer.unreadable, 60)}" if layer.unreadable else "",
    )
