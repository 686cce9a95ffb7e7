"""Files of an image in a folder of this machine, and what never comes to be there.

Permissions and times are kept, without setuid and setgid. Owners are not changed, whoever asks:
the files belong to the user who takes them out, and no number of the image means anybody here.
Extended attributes hold capabilities and such, and are not written either. Devices, named pipes
and links that are absolute or lead out of the folder are left out.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layertui.contents.destination import (
    NO_FOLDER,
    ExtractionError,
    Folder,
    NotWrittenError,
    settle,
    write_at,
)
from layertui.contents.extracting import ByRuleError
from layertui.contents.leading import why_not
from layertui.display import printable
from layertui.errors import CancelledError
from layertui.layers.entries import DIRECTORY, FIFO, FILE, HARDLINK, SYMLINK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from layertui.blob import Cancelled
    from layertui.contents.destination import Destination
    from layertui.contents.leading import LinkText
    from layertui.contents.opening import Piece
    from layertui.contents.planning import Item, Plan

_SETUID, _SETGID, _STICKY = 0o4000, 0o2000, 0o1000
DEVICE = "a device"
PIPE = "a named pipe"
_CAPABILITY = b"security.capability"


class FolderSink:
    """Writes below a destination.

    Args:
        folder: The folder that receives it, open.
        place: Where it goes in that folder.
        link_text: Tells the symbolic links of what is written, by their names.

    Attributes:
        lost: What is told of what is there when the work ends early.
    """

    def __init__(self, folder: Folder, place: Destination, link_text: LinkText) -> None:
        self.lost = f"{{}} paths are written in {printable(place.path)}, and stay there."
        self._folder = folder
        self._place = place
        self._name = place.name
        self._link_text = link_text

    def directory(self, item: Item) -> None:
        """Make a folder, closed to others until it is settled."""
        with self._naming_place(item):
            self._folder.make_directory(self._path(item))

    def file(self, item: Item, pieces: Iterable[Piece]) -> None:
        """Write a file; what no piece covers stays a hole."""
        with self._naming_place(item), self._folder.new_file(self._path(item)) as descriptor:
            end = 0
            for offset, data in pieces:
                write_at(descriptor, data, offset)
                end = offset + len(data)
            if end < item.size:
                os.ftruncate(descriptor, item.size)
            settle(descriptor, permissions(item), item.mtime)

    def hard_link(self, item: Item, first: Item) -> None:
        """Make a hard link."""
        self._folder.link(self._path(first), self._path(item))

    def symlink(self, item: Item) -> None:
        """Make a symbolic link where it never leads out."""
        reason = why_not(item.name, item.text, self._link_text)
        if reason:
            raise ByRuleError(reason)
        path = self._path(item)
        self._folder.symlink(item.text, path)
        self._folder.settle_link(path, item.mtime)

    def other(self, item: Item) -> None:
        """Refuse what is never written."""
        if item.kind == HARDLINK:
            raise NotWrittenError(f"a hard link to {printable(item.text)}, which is not there")
        raise ByRuleError(_odd(item))

    def settle(self, item: Item) -> None:
        """Give a folder its permissions and its time."""
        self._folder.settle(self._path(item), permissions(item), item.mtime)

    def lacks(self, item: Item) -> str:
        """Return what an item lacks once it is written, or nothing."""
        lacking = []
        if item.kind in (FILE, DIRECTORY):
            lacking += ["setuid"] if item.mode & _SETUID else []
            lacking += ["setgid"] if item.mode & _SETGID else []
        if item.xattrs:
            names = {name for name, _ in item.xattrs}
            lacking += ["capabilities"] if _CAPABILITY in names else []
            lacking += ["extended attributes"] if names - {_CAPABILITY} else []
        return ", ".join(lacking)

    @contextmanager
    def _naming_place(self, item: Item) -> Iterator[None]:
        """Say of what cannot be written at all where it was to go."""
        try:
            yield
        except NotWrittenError as error:
            if item.name:
                raise
            reason = "nothing can be made there" if error.reason == NO_FOLDER else error.reason
            raise ExtractionError(f"{printable(self._place.path)}: {reason}") from None

    def _path(self, item: Item) -> bytes:
        return self._name + b"/" + item.name if item.name else self._name


def foreseen(plan: Plan, cancelled: Cancelled | None = None) -> Mapping[str, int]:
    """Return how many paths of a plan are never written to a folder, by why, most first.

    Args:
        plan: The plan.
        cancelled: Asked between paths; True ends in CancelledError.

    Raises:
        CancelledError: `cancelled` said so.
    """
    counts: Counter[str] = Counter()
    for item in plan.items((*plan.links, *plan.others)):
        if cancelled and cancelled():
            raise CancelledError("the looking ahead was stopped")
        if item.kind == SYMLINK:
            counts[why_not(item.name, item.text, plan.selection.link_text)] += 1
        elif item.kind != HARDLINK:
            counts[_odd(item)] += 1
    del counts[""]
    return dict(counts.most_common())


def _odd(item: Item) -> str:
    """Return why neither a file nor a link is written."""
    return PIPE if item.kind == FIFO else DEVICE


def permissions(item: Item) -> int:
    """Return the permission bits that a file or folder gets.

    A folder that everybody may write to keeps its sticky bit, or everybody could remove what is
    in it.
    """
    return item.mode & (0o777 | _STICKY if item.kind == DIRECTORY else 0o777)
