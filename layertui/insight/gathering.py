"""Findings from many versions: the largest paths by name, the others as a number."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from layertui.display import count, printable
from layertui.errors import CancelledError
from layertui.insight.finding import PATHS_SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled

_INSTRUCTION_LIMIT = 120

_Member = TypeVar("_Member")


def check(cancelled: Cancelled | None) -> None:
    """Ask whether to stop.

    Raises:
        CancelledError: Yes.
    """
    if cancelled and cancelled():
        raise CancelledError("looking for findings was stopped")


class Share(NamedTuple):
    """What some copies are together.

    Attributes:
        size: Bytes of all of them.
        paths: Those of the largest, absolute.
        more: How many copies there are besides.
    """

    size: int
    paths: tuple[bytes, ...]
    more: int

    @property
    def files(self) -> str:
        """How many they are: `3 files`."""
        return several(self.files_count, "file")

    @property
    def files_count(self) -> int:
        """How many copies there are."""
        return len(self.paths) + self.more


def share_of(
    members: Collection[_Member], size: Callable[[_Member], int], path: Callable[[_Member], bytes]
) -> Share:
    """Return what copies are together, equally large ones in the order that they are given."""
    first = nlargest(PATHS_SHOWN, members, key=size)
    return Share(sum(map(size, members)), tuple(map(path, first)), len(members) - len(first))


def is_base(inspection: Inspection, layer: int | None) -> bool:
    """Tell whether a layer is one of the base."""
    return layer is not None and layer < inspection.accounting.base_layers


def instruction_of(inspection: Inspection, layer: int) -> str:
    """Return the instruction that made a layer, raw, or nothing."""
    layers = inspection.image.layers
    history = layers[layer].history if layer < len(layers) else None
    return history.instruction if history is not None else ""


def named_instruction(inspection: Inspection, layer: int) -> str:
    """Return a layer with the beginning of its instruction, printable."""
    text = printable(" ".join(instruction_of(inspection, layer).split()), _INSTRUCTION_LIMIT)
    return f"layer {layer} ({text})" if text else f"layer {layer}"


def is_copied(inspection: Inspection, layer: int) -> bool:
    """Tell whether a layer was copied from outside: by COPY or ADD."""
    words = instruction_of(inspection, layer).split(None, 1)
    return bool(words) and words[0].upper() in ("COPY", "ADD")


def several(number: int, one: str, many: str = "") -> str:
    """Return a number of things: `1 file`, `2 345 files`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"
