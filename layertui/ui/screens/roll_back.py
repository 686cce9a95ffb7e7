"""Write the image as it was at a layer, to an archive that is typed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from layertui.contents.new_file import new_file
from layertui.contents.rolling_back import image_name, roll_back
from layertui.display import printable, size
from layertui.errors import ImageError
from layertui.oci.reference import split_reference
from layertui.ui.extracting.words import counted
from layertui.ui.screens.writing import Line, WritingScreen, Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.ui.extracting.request import RollBackRequest

_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 60


class RollBackScreen(WritingScreen):
    """Writes the layers up to one as an image of its own.

    Args:
        request: What to write.
    """

    def __init__(self, request: RollBackRequest) -> None:
        self._request = request
        super().__init__()

    @property
    def lines(self) -> Sequence[Line]:
        """The archive, and the name of the image in it."""
        return [
            Line("to", _archive(self._request), "a new file"),
            Line("as", "", "a name to load it by, such as shop/api:before"),
        ]

    @property
    def heading(self) -> str:
        """To where it is rolled back."""
        return f"Roll back to layer {self._request.layer}"

    @property
    def about(self) -> str:
        """What will be in the archive."""
        image, number = self._request.image, self._request.layer
        layers = image.layers[: number + 1]
        known = [layer.stored_size for layer in layers if layer.stored_size is not None]
        amount = f", {size(sum(known))}" if len(known) == len(layers) else ""
        step = layers[-1].history if layers else None
        last = f"the last step is {_first_line(step.instruction)}" if step else ""
        which = "layer 0 alone" if number == 0 else f"layers 0 to {number}"
        lines = [
            f"{which} of {counted(len(image.layers), 'layer')}{amount}",
            last,
            "for docker load, podman load and skopeo",
        ]
        return "\n".join(line for line in lines if line)

    def work(self, typed: Sequence[str], *, overwrite: bool) -> Written:
        """Write the archive."""
        request = self._request
        path = os.fsencode(os.path.expanduser(typed[0]))  # noqa: PTH111
        image_name(typed[1])
        self._check_layers()
        total = sum(layer.stored_size or 0 for layer in request.image.layers[: request.layer + 1])
        with new_file(path, overwrite=overwrite) as stream:
            rolled = roll_back(
                request.image,
                request.layer,
                request.contents,
                stream.write,
                name=typed[1],
                limits=request.limits,
                cancelled=self.stopped,
                progress=lambda done: self.tell(done, total),
            )
        named = f" as {rolled.name}" if rolled.name else ""
        return Written(
            f"{counted(rolled.layers, 'layer')}, {size(rolled.size)} written to"
            f" {printable(path)}{named}"
        )

    def _check_layers(self) -> None:
        """Refuse to write what is not all there.

        Raises:
            ImageError: A layer could not be read to its end.
        """
        indexes = self._request.filesystem.indexes[: self._request.layer + 1]
        for number, index in enumerate(indexes):
            if not index.complete:
                raise ImageError(f"layer {number} could not be read to its end")
        if len(indexes) <= self._request.layer:
            raise ImageError(f"layer {self._request.layer} is not read yet")


def _archive(request: RollBackRequest) -> str:
    """Return the archive that is proposed."""
    image = request.image
    name = split_reference(image.tags[0] if image.tags else image.reference)[0]
    name = name.rstrip("/").rpartition("/")[2]
    for ending in (".gz", ".tar"):
        name = name.removesuffix(ending)
    usual = _UNUSUAL.sub("-", name)[:_LONGEST].strip("-.") or "image"
    return f"./{usual}-layer-{request.layer}.tar"


def _first_line(text: str) -> str:
    return printable(text.partition("\n")[0], 50)
