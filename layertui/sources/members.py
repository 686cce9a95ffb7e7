"""The members of an outer tarball, found by walking its headers; nothing is unpacked.

Links are resolved among members only, so no file of this machine is ever opened for one.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import CHUNK_SIZE, Blob, Cancelled, WatchedBlob
from layertui.display import printable
from layertui.errors import DamagedImageError, LimitExceededError
from layertui.layers.entries import FILE, HARDLINK, SYMLINK, Columns
from layertui.layers.tar import TarError, read_columns
from layertui.layers.window import BlobWindow
from layertui.notices import Notice
from layertui.sources.container import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layertui.limits import Limits
    from layertui.sources.stored import StoredFile

_LINKS = (HARDLINK, SYMLINK)


class _Member(NamedTuple):
    kind: int
    offset: int
    size: int
    link: str
    sparse: bool


class ArchiveContainer:
    """The members of a tarball by name; of two with one name, the last counts."""

    def __init__(self, file: StoredFile, label: str, limits: Limits) -> None:
        self.label = label
        self._file = file
        self._limits = limits
        self._members: dict[str, _Member] = {}
        self._ambiguous: list[str] = []
        self._damage = file.damage

    def scan(self, cancelled: Cancelled) -> None:
        """Walk the headers; a damaged archive keeps what came before the damage.

        Raises:
            LimitExceededError: It has more than `archive_members` members.
        """
        columns = Columns()
        most = self._limits.archive_members
        window = BlobWindow(WatchedBlob(self._file.blob, cancelled=cancelled))
        try:
            read_columns(window, columns, limits=replace(self._limits, layer_entries=most))
        except TarError as error:
            self._damage = self._damage or error.message
        except LimitExceededError:
            if len(columns) <= most:
                raise
            message = f"{self.label} has more than {most} members"
            raise LimitExceededError(message, hint="The setting is archive_members.") from None
        for row in range(len(columns)):
            self._add(columns, row)

    @property
    def damage(self) -> str:
        """What kept the rest of the archive from being read, printable, or empty."""
        return self._damage

    @property
    def notices(self) -> tuple[Notice, ...]:
        """One for each name with several contents, and one for damage."""
        found = [
            Notice(
                code="ambiguous-archive",
                message=f"{name} stands in the archive twice with different contents;"
                " the last one is used",
            )
            for name in self._ambiguous
        ]
        if self._damage:
            found.append(
                Notice(code="archive-damaged", message=f"the archive is damaged: {self._damage}")
            )
        return tuple(found)

    def names(self) -> Iterable[str]:
        """Return the names of all members."""
        return self._members.keys()

    def find(self, name: str) -> Blob | None:
        """Return the payload of a member, or None where it or what it links to is not there.

        Raises:
            DamagedImageError: Links lead in a circle, or through too many others.
        """
        member = self._resolved(normalised(name))
        if member is None or member.kind != FILE:
            return None
        if member.sparse:
            raise DamagedImageError(f"{printable(name, 200)} is stored as a sparse file")
        return self._file.part(member.offset, member.size)

    def close(self) -> None:
        """Close the tarball; idempotent."""
        self._file.close()

    def _resolved(self, name: str) -> _Member | None:
        visited = [name]
        member = self._members.get(name)
        while member is not None and member.kind in _LINKS:
            name = self._target(name, member)
            if name in visited or len(visited) > self._limits.link_hops:
                way = " -> ".join(printable(step, 100) for step in [*visited, name][:4])
                problem = "a circle of links" if name in visited else "too many links"
                raise DamagedImageError(f"{problem} in {self.label}: {way}")
            visited.append(name)
            member = self._members.get(name)
        return member

    def _target(self, name: str, member: _Member) -> str:
        beside = normalised(posixpath.join(posixpath.dirname(name), member.link))
        if member.kind == SYMLINK:
            return beside
        top = normalised(member.link)
        return top if top in self._members else beside

    def _add(self, columns: Columns, row: int) -> None:
        name = normalised(columns.names[row].decode("utf-8", "surrogateescape"))
        member = _Member(
            columns.kinds[row],
            columns.payloads[row],
            columns.sizes[row],
            columns.links.get(row, b"").decode("utf-8", "surrogateescape"),
            row in columns.sparse,
        )
        earlier = self._members.get(name)
        if earlier is not None and not self._same(earlier, member):
            self._ambiguous.append(printable(name, 200))
        self._members[name] = member

    def _same(self, one: _Member, other: _Member) -> bool:
        if (one.kind, one.size, one.link) != (other.kind, other.size, other.link):
            return False
        blob = self._file.blob
        return all(
            blob.read_at(one.offset + at, min(CHUNK_SIZE, one.size - at))
            == blob.read_at(other.offset + at, min(CHUNK_SIZE, one.size - at))
            for at in range(0, one.size, CHUNK_SIZE)
        )
