"""Which package owns each copy that an image ships, by the databases of the layer that ships it.

    documents of a layer -> claims -> owner of each node -> owner of each copy of the layer

Of several claims to a path, that of a package manager of the system counts first, then a list of
paths, then a directory, then a program for itself. A copy that no package claims any more in the
layer that ships it is of the package that claimed its path below, where the layer removed it.
"""

from __future__ import annotations

from array import array
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from layertui.insight.packages.managers import ALL
from layertui.insight.packages.paths import Paths, links_of
from layertui.insight.packages.reading import CODE, Databases
from layertui.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.packages.go_buildinfo import BuildInfo
    from layertui.insight.packages.package import Claim, Manager, Package

MOST_CHANGES = 2_000_000
"""Packages that all layers together may add and remove; what goes beyond is not followed."""

NONE = 0
"""The number that stands for no package."""


class Program(NamedTuple):
    """A program made by Go that no other package owns.

    Attributes:
        path: Absolute.
        layer: The layer that ships it.
        package: The number of its package.
        info: What it is made of.
    """

    path: bytes
    layer: int
    package: int
    info: BuildInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Which package owns each copy.

    Attributes:
        packages: The packages of all layers by number; the first, NONE, stands for none.
        owners: By layer, the numbers of packages by row of its index; the copies that the layer
            itself superseded stand at the end, so that `WastedCopy.row` counts them.
        came: By layer, the numbers of the packages that it installed.
        went: By layer, the numbers of the packages that it removed.
        installed: The numbers of the packages that are installed after the last layer.
        programs: The programs made by Go.
        notices: What could not be read.
    """

    packages: tuple[Package | None, ...]
    owners: tuple[array[int], ...]
    came: tuple[frozenset[int], ...]
    went: tuple[frozenset[int], ...]
    installed: frozenset[int]
    programs: tuple[Program, ...]
    notices: tuple[Notice, ...]

    def owner(self, layer: int, row: int) -> Package | None:
        """Return the package that owns a copy, or None."""
        return self.packages[self.owners[layer][row]]


def find_owners(
    filesystem: Filesystem,
    contents: Contents,
    *,
    managers: Sequence[Manager] = ALL,
    cancelled: Cancelled | None = None,
) -> Ownership:
    """Read the package databases of an image and return whose its copies are.

    What cannot be read ends in notices.

    Args:
        filesystem: The filesystem.
        contents: What is in its files.
        managers: The package managers that are asked.
        cancelled: Asked between steps.

    Raises:
        CancelledError: `cancelled` said so.
    """
    search = _Search(filesystem, contents, managers, cancelled)
    search.run()
    return search.ownership()


class _Search:
    """The owners of copies, layer by layer."""

    def __init__(
        self,
        filesystem: Filesystem,
        contents: Contents,
        managers: Sequence[Manager],
        cancelled: Cancelled | None,
    ) -> None:
        self._filesystem = filesystem
        self._managers = managers
        self._databases = Databases(filesystem, contents, managers, cancelled)
        self._links = links_of(filesystem)
        self._hard_links = _hard_links(filesystem)
        self._numbers: dict[Package, int] = {}
        self._claims: list[list[Claim]] = [[] for _ in managers]
        self._aliases: object = None
        self._painted = _Painted(self._nobody(), frozenset(), ())
        self._owners: list[array[int]] = []
        self._came: list[frozenset[int]] = []
        self._went: list[frozenset[int]] = []
        self._left = MOST_CHANGES
        self._notices: list[Notice] = []
        self._programs: list[Program] = []

    def run(self) -> None:
        """Find the owners of the copies of all layers."""
        with closing(self._databases.applied()) as applied:
            for layer, changed in enumerate(applied):
                self._apply(layer, changed)

    def _apply(self, layer: int, changed: set[int]) -> None:
        """Find the owners of the copies of a layer, whose package managers changed."""
        below = self._painted.installed
        if self._left < 0:
            changed = set()
        elif any(self._databases.documents) or changed:
            paths = Paths(self._filesystem, layer, self._links)
            if paths.aliases != self._aliases:
                changed = set(range(len(self._managers)))
                self._aliases = paths.aliases
            for number in changed:
                documents = self._databases.documents[number]
                self._claims[number] = list(self._managers[number].claims(documents, paths))
        if changed or self._painted.gone:
            self._paint()
        self._databases.stop()
        self._owners.append(self._owners_of(layer))
        self._note_changes(layer, below)
        self._note_programs(layer)

    def ownership(self) -> Ownership:
        """Return what was found."""
        return Ownership(
            packages=(None, *self._numbers),
            owners=tuple(self._owners),
            came=tuple(self._came),
            went=tuple(self._went),
            installed=self._painted.installed,
            programs=tuple(self._programs),
            notices=(*self._databases.notices, *self._notices),
        )

    def _number(self, package: Package | None) -> int:
        if package is None:
            return NONE
        return self._numbers.setdefault(package, len(self._numbers) + 1)

    def _numbered(self, claims: Iterable[Claim]) -> list[_Numbered]:
        return [_Numbered(self._number(claim.package), claim) for claim in claims]

    def _paint(self) -> None:
        """Write the number of the package that owns it to each node."""
        system, others, programs = self._sorted_out()
        named = frozenset(each.number for each in (*system, *others, *programs))
        gone = tuple(each for each in self._painted.claims if each.number not in named)
        owners = self._nobody()
        _write_spans(owners, gone)
        _write_nodes(owners, gone)
        _write_spans(owners, others)
        _write_nodes(owners, others)
        _write_nodes(owners, system)
        free = [each for each in programs if _is_free(owners, each.claim, gone)]
        _write_nodes(owners, free)
        current = (*system, *others, *free)
        installed = frozenset(each.number for each in current) - {NONE}
        self._painted = _Painted(owners, installed, current, gone)

    def _sorted_out(self) -> tuple[list[_Numbered], list[_Numbered], list[_Numbered]]:
        """Return the claims of systems, those of other package managers, and of programs.

        What a package manager of a language says of files of a system's package is left out.
        """
        system, others, programs = list[_Numbered](), list[_Numbered](), list[_Numbered]()
        for manager, claims in zip(self._managers, self._claims, strict=True):
            into = system if manager.is_system else programs if manager.is_binary else others
            into += self._numbered(claims)
        if others:
            owners = self._nobody()
            _write_nodes(owners, system)
            others = [each for each in others if not _is_marked(owners, each.claim)]
        return system, self._outermost(others), programs

    def _nobody(self) -> array[int]:
        """Return the owners of all nodes where there is none."""
        return array("i", bytes(4 * len(self._filesystem.table)))

    def _outermost(self, claims: list[_Numbered]) -> list[_Numbered]:
        """Return claims without those whose database another package lists; outer ones come last.

        That is how a package carries others with it, which are a part of it then.
        """
        if not claims:
            return claims
        table, owners = self._filesystem.table, self._nobody()
        claims.sort(key=lambda each: table.depth(max(0, each.claim.marker)), reverse=True)
        _write_spans(owners, claims)
        _write_nodes(owners, claims)
        return [
            each
            for each in claims
            if each.claim.marker < 0 or owners[each.claim.marker] in (NONE, each.number)
        ]

    def _owners_of(self, layer: int) -> array[int]:
        filesystem, owner = self._filesystem, self._painted.owners
        index, versions = filesystem.indexes[layer], filesystem.versions
        count = len(index) + len(index.superseded)
        if not self._painted.claims and not self._painted.gone:
            return array("i", bytes(4 * count))
        stop = versions.starts[layer + 1]
        nodes = versions.nodes[stop - len(index) : stop]
        found = array("i", map(owner.__getitem__, nodes))
        for row, node in self._hard_links.get(layer, ()):
            found[row] = found[row] or owner[node]
        for copy in reversed(index.superseded):
            at = filesystem.table.find(copy.path)
            found.append(NONE if at is None else owner[at])
        return found

    def _note_changes(self, layer: int, below: frozenset[int]) -> None:
        after = self._painted.installed
        self._came.append(after - below if after is not below else frozenset())
        self._went.append(below - after if after is not below else frozenset())
        if self._left >= 0:
            self._left -= len(self._came[-1]) + len(self._went[-1])
            if self._left < 0:
                message = "packages change more often than is followed; layers above are not told"
                self._notices.append(Notice(code=CODE, message=message, layer=layer))

    def _note_programs(self, layer: int) -> None:
        filesystem = self._filesystem
        for manager, documents in zip(self._managers, self._databases.documents, strict=True):
            if not manager.is_binary:
                continue
            for document in documents.values():
                version = filesystem.version(document.node, layer)
                number = self._numbers.get(document.value.package, NONE)
                if (
                    filesystem.versions.layers[version] == layer
                    and self._painted.owners[document.node] == number
                ):
                    path = filesystem.table.path(document.node)
                    self._programs.append(Program(path, layer, number, document.value.info))


class _Numbered(NamedTuple):
    """A claim and the number of its package."""

    number: int
    claim: Claim


class _Painted(NamedTuple):
    """The state after a layer.

    Attributes:
        owners: By node, the number of the package that owns it.
        installed: The numbers of all packages.
        claims: What they claim.
        gone: What packages claimed that the layer removed.
    """

    owners: array[int]
    installed: frozenset[int]
    claims: tuple[_Numbered, ...]
    gone: tuple[_Numbered, ...] = ()


def _write_nodes(owners: array[int], claims: Iterable[_Numbered]) -> None:
    for number, claim in claims:
        for node in claim.nodes:
            owners[node] = number


def _write_spans(owners: array[int], claims: Iterable[_Numbered]) -> None:
    """Write the owners of directories, inner ones over those around them."""
    spans = [(start, end, number) for number, claim in claims for start, end in claim.spans]
    for start, end, number in sorted(spans):
        owners[start:end] = array("i", (number,)) * (end - start)


def _is_marked(owners: array[int], claim: Claim) -> bool:
    """Tell whether the database of a claim is a file of another package."""
    return claim.marker >= 0 and owners[claim.marker] != NONE


def _is_free(owners: array[int], claim: Claim, gone: tuple[_Numbered, ...]) -> bool:
    """Tell whether no package that is there owns a program."""
    number = owners[claim.marker]
    return number == NONE or any(each.number == number for each in gone)


def _hard_links(filesystem: Filesystem) -> dict[int, list[tuple[int, int]]]:
    """Return by layer the rows of copies and the nodes of hard links to them in their layer."""
    links: dict[int, list[tuple[int, int]]] = {}
    versions = filesystem.versions
    for (layer, row), target in filesystem.targets.items():
        if target is not None and target[0] == layer:
            first = versions.starts[layer + 1] - len(filesystem.indexes[layer])
            links.setdefault(layer, []).append((target[1], versions.nodes[first + row]))
    return links
