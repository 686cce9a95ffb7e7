"""`layertui cat`: the content of files of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from layertui.cli.listing import layer_option, why_not
from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.cli.output import Output, complain
from layertui.display import printable
from layertui.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.cli.opened import OpenedImage
    from layertui.contents.places import Place

_EPILOG = """\b
PATH is taken from the root of the image; links are followed inside the image. A PATH that
is not there and has one of * ? [ is a glob; what matches and is no file is passed over.

\b
  layertui cat alpine /etc/os-release
  layertui cat --layer 2 app.tar /etc/passwd     as it was after the third layer
  layertui cat app.tar '/var/log/**' | less      many files, one after another

\b
Exit codes: 0 fine, 1 a PATH is not there, 2 one is no file or the answer could not be had.
An image of this name is ./cat"""

_PIECE = 1 << 20
_BATCH = 32 << 20
"""Bytes of files that are held at a time, to be read in one pass over their layers."""
_SMALL = 1 << 20
"""Bytes of a file that is worth holding."""


class _Wanted(NamedTuple):
    """A file to be printed, where its content lies, and how it was asked for."""

    given: bytes
    place: Place


@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@layer_option
@click.option("-P", "--no-follow", is_flag=True, help="Refuse a PATH that is a link itself.")
@image_options
def command(image: str, paths: Sequence[str], **options: Any) -> int:
    """Print files of an image as they are, byte for byte, without running it."""
    with opened_image(image, options) as opened:
        layer = opened.layer(options["layer"])
        wanted = _Search(opened, layer, follows=not options["no_follow"])
        output = Output()
        for batch in _batches(wanted.files(paths)):
            _print(opened, batch, output)
        output.flush()
        return opened.ended(wanted.code, layer)


class _Search:
    """The files that arguments name; what is none is complained of.

    Args:
        opened: The image.
        layer: The layer after which they are looked for.
        follows: Whether a link at the end of a path is followed.

    Attributes:
        code: How it went.
    """

    def __init__(self, opened: OpenedImage, layer: int, *, follows: bool) -> None:
        self.code = ExitCode.FINE
        self._filesystem = opened.filesystem
        self._layer = layer
        self._follows = follows

    def files(self, paths: Iterable[str]) -> Iterator[_Wanted]:
        """Yield the files in the order they are asked for."""
        from layertui.cli.output import raw
        from layertui.filesystem.selecting import named

        for path in paths:
            found = named(self._filesystem, raw(path), self._layer, last=self._follows)
            if not found.nodes:
                self._complain(why_not(found), ExitCode.NOTHING_FOUND)
            for node in found.nodes:
                place = self._place(node)
                if place is not None:
                    yield _Wanted(found.given, place)
                elif not found.is_glob:
                    given = found.given or b"/"
                    self._complain(self._why_no_file(given, node), ExitCode.NO_ANSWER)

    def _place(self, node: int) -> Place | None:
        from layertui.contents.places import place_of

        return place_of(self._filesystem, self._filesystem.version(node, self._layer))

    def _why_no_file(self, given: bytes, node: int) -> str:
        version = self._filesystem.version(node, self._layer)
        entry = self._filesystem.entry(node, version) if node else None
        kind = entry.type if entry else "directory"
        if kind == "symlink" and entry is not None:
            return f"{printable(given)}: is a link to {printable(entry.link or b'')}"
        if kind == "hardlink" and entry is not None:
            return f"{printable(given)}: is a hard link to what is no file of this image"
        names = {"chardev": "device", "blockdev": "device", "fifo": "named pipe"}
        return f"{printable(given)}: is a {names.get(kind, kind)}"

    def _complain(self, message: str, code: ExitCode) -> None:
        complain(message)
        self.code = max(self.code, code)


def _batches(files: Iterable[_Wanted]) -> Iterator[list[_Wanted]]:
    """Yield files in their order, as many small ones together as are held at a time."""
    batch: list[_Wanted] = []
    held = 0
    for each in files:
        length = each.place.stored.real_size
        if batch and (length > _SMALL or held + length > _BATCH):
            yield batch
            batch, held = [], 0
        batch.append(each)
        held += length
        if length > _SMALL:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _print(opened: OpenedImage, batch: list[_Wanted], output: Output) -> None:
    """Print files; several are read in the order of their layers and held until their turn."""
    if len(batch) == 1:
        _stream(opened, batch[0], output)
        return
    held: dict[Place, bytes] = {}
    for number in dict.fromkeys(each.place.layer for each in batch):
        stored = [each.place.stored for each in batch if each.place.layer == number]
        held.update(_held(opened, number, stored))
    for each in batch:
        output.write(held[each.place])


def _held(opened: OpenedImage, number: int, stored: list[Any]) -> Iterator[tuple[Place, bytes]]:
    from layertui.contents.places import Place

    for each, pieces in opened.contents.passing(number, stored):
        content = bytearray(each.real_size)
        for offset, piece in pieces:
            content[offset : offset + len(piece)] = piece
        yield Place(number, each), bytes(content)


def _stream(opened: OpenedImage, wanted: _Wanted, output: Output) -> None:
    content = opened.contents.open(wanted.place.layer, wanted.place.stored)
    for offset in range(0, content.size, _PIECE):
        output.write(content.read_at(offset, _PIECE))
