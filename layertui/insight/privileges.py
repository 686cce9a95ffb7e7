"""Files that give rights away: setuid, setgid, writable by everybody, capabilities, owners.

Only what the image shows at its end counts: a file that is gone cannot be run.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from layertui.display import printable
from layertui.insight.accounts import Accounts, accounts_of
from layertui.insight.capabilities import ATTRIBUTE, capabilities
from layertui.insight.copies import version_of_row
from layertui.insight.finding import (
    CAPABILITY,
    CERTAIN,
    HINT,
    LIKELY,
    OWNER,
    SETGID,
    SETUID,
    WORLD_WRITABLE,
    Finding,
)
from layertui.insight.gathering import check, is_base, several, share_of
from layertui.layers.entries import DIRECTORY, FILE, HARDLINK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem
    from layertui.layers.entries import Attributes

MOST_OWNERS = 100
"""Ids that have findings of their own; what belongs to others is put together."""

_SETUID, _SETGID, _STICKY, _WRITABLE = 0o4000, 0o2000, 0o1000, 0o002
_FILES = frozenset((FILE,))
_BOTH = frozenset((FILE, DIRECTORY))
_PROGRAMS = (
    b"bin\0", b"sbin\0", b"lib\0", b"lib64\0", b"usr\0bin\0", b"usr\0sbin\0", b"usr\0lib\0",
    b"usr\0lib64\0", b"usr\0libexec\0", b"boot\0",
)  # fmt: skip
_SETTINGS = (b"etc\0",)


class _Reason(NamedTuple):
    """Why a file stands in the list.

    Attributes:
        kind: The kind of finding.
        group: What of it.
        kinds: The kinds of entry that it holds for.
        message: Why it matters.
        cure: What to do.
        confidence: How sure it is.
        below: What the sort keys of the paths that it holds for begin with.
    """

    kind: str
    group: str
    kinds: frozenset[int]
    message: str
    cure: str
    confidence: str = CERTAIN
    below: tuple[bytes, ...] = (b"",)


def find_privileges(
    inspection: Inspection, contents: Contents | None, *, cancelled: Cancelled | None = None
) -> tuple[Finding, ...]:
    """Return the files that give rights away, by layer and reason.

    Args:
        inspection: The image.
        contents: What is in its files, for who is known to it; without, owners that have no
            account are not told.
        cancelled: Asked now and then.

    Raises:
        CancelledError: `cancelled` said so.
    """
    filesystem = inspection.filesystem
    accounts = Accounts()
    if contents is not None:
        accounts = accounts_of(filesystem, contents, cancelled=cancelled)
    reasons = _Reasons(accounts)
    found: dict[tuple[_Reason, int], list[int]] = {}
    for layer in range(len(filesystem.indexes)):
        check(cancelled)
        for version, kind, attributes in _shown(filesystem, layer, reasons):
            key = filesystem.table.keys[filesystem.versions.nodes[version]]
            for reason in reasons.of(attributes):
                if kind in reason.kinds and key.startswith(reason.below):
                    found.setdefault((reason, layer), []).append(version)
    return tuple(
        _finding(inspection, reason, layer, versions) for (reason, layer), versions in found.items()
    )


class _Reasons:
    """The reasons that mode, owner and extended attributes are; the same ones are asked for once.

    Args:
        accounts: Who is known to the image.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._known: dict[Attributes, tuple[_Reason, ...]] = {}
        self._owners: set[str] = set()

    def of(self, attributes: Attributes) -> tuple[_Reason, ...]:
        """Return the reasons of a file."""
        if attributes not in self._known:
            reasons = (*self._by_mode(attributes), *self._by_owner(attributes))
            self._known[attributes] = reasons
        return self._known[attributes]

    def _by_mode(self, attributes: Attributes) -> Iterator[_Reason]:
        mode, users = attributes.mode, self._accounts.users or {}
        if mode & _SETUID:
            user = _named(attributes.uid, users)
            yield _Reason(
                SETUID, f"setuid {user}", _FILES,
                f"whoever runs it has the rights of {user}",
                "Take the bit away (`chmod u-s`), or start with `no-new-privileges`",
            )  # fmt: skip
        if mode & _SETGID:
            group = _named(attributes.gid, self._accounts.groups or {})
            yield _Reason(
                SETGID, f"setgid {group}", _FILES,
                f"whoever runs it has the rights of the group {group}",
                "Take the bit away (`chmod g-s`), or start with `no-new-privileges`",
            )  # fmt: skip
        if mode & _WRITABLE:
            yield _Reason(
                WORLD_WRITABLE, "files", _FILES,
                "every user can change it", "Take the right away (`chmod o-w`)",
            )  # fmt: skip
            if not mode & _STICKY:
                yield _Reason(
                    WORLD_WRITABLE, "directories", frozenset((DIRECTORY,)),
                    "every user can replace what others put into it",
                    "Add the sticky bit (`chmod +t`), or take the right away (`chmod o-w`)",
                )  # fmt: skip
        given = capabilities(dict(attributes.xattrs).get(ATTRIBUTE, b""))
        if given:
            yield _Reason(
                CAPABILITY, printable(given), _FILES,
                f"whoever runs it has {given}",
                "Take what is not needed away (`setcap -r`)",
            )  # fmt: skip

    def _by_owner(self, attributes: Attributes) -> Iterator[_Reason]:
        users, groups = self._accounts.users, self._accounts.groups
        if attributes.uid and users is not None and attributes.uid not in users:
            yield self._stranger("user", attributes.uid, "/etc/passwd")
        if attributes.gid and groups is not None and attributes.gid not in groups:
            yield self._stranger("group", attributes.gid, "/etc/group")
        if attributes.uid:
            user = self._few(f"user {_named(attributes.uid, users or {})}", "other users")
            yield _Reason(
                OWNER, f"programs of {user}", _BOTH, f"{user} can change a part of the system",
                "Let root own it: leave /usr and /lib out of `chown -R`", LIKELY, _PROGRAMS,
            )  # fmt: skip
            yield _Reason(
                OWNER, f"settings of {user}", _BOTH, f"{user} can change settings of the system",
                "Let root own it, unless the program writes it itself", HINT, _SETTINGS,
            )  # fmt: skip

    def _stranger(self, what: str, number: int, file: str) -> _Reason:
        who = self._few(f"{what} {number}", f"other {what}s")
        return _Reason(
            OWNER, f"{who} without a name", _BOTH, f"{file} of the image does not know {who}",
            f"Add the {what} before its files are made, or give them to one that is there", LIKELY,
        )  # fmt: skip

    def _few(self, who: str, others: str) -> str:
        if who not in self._owners and len(self._owners) >= MOST_OWNERS:
            return others
        self._owners.add(who)
        return who


def _named(number: int, names: dict[int, bytes]) -> str:
    name = names.get(number)
    if name is None:
        return "root" if number == 0 else f"{number}"
    return printable(name, 32)


def _shown(
    filesystem: Filesystem, layer: int, reasons: _Reasons
) -> Iterator[tuple[int, int, Attributes]]:
    """Yield what a layer gave and the image shows, where there is any reason: version and what."""
    index, versions = filesystem.indexes[layer], filesystem.versions
    wanted = [bool(reasons.of(attributes)) for attributes in index.attribute_table]
    for row in compress(range(len(index)), map(wanted.__getitem__, index.attributes)):
        version, kind = version_of_row(filesystem, layer, row), index.kinds[row]
        if versions.last[versions.nodes[version]] == version:
            yield version, kind, index.attribute_table[index.attributes[row]]
    for row in index.links:
        target = filesystem.targets.get((layer, row)) if index.kinds[row] == HARDLINK else None
        version = version_of_row(filesystem, layer, row)
        if target is not None and versions.last[versions.nodes[version]] == version:
            source = filesystem.indexes[target[0]]
            attributes = source.attribute_table[source.attributes[target[1]]]
            yield version, source.kinds[target[1]], attributes


def _finding(inspection: Inspection, reason: _Reason, layer: int, versions: list[int]) -> Finding:
    filesystem = inspection.filesystem
    share = share_of(
        versions,
        filesystem.copy_size,
        lambda version: filesystem.table.path(filesystem.versions.nodes[version]),
    )
    entries = several(share.files_count, "entry", "entries")
    return Finding(
        kind=reason.kind,
        group=reason.group,
        layer=layer,
        paths=share.paths,
        more=share.more,
        base=is_base(inspection, layer),
        confidence=reason.confidence,
        message=f"{entries} in layer {layer}: {reason.message}",
        cure=reason.cure,
    )
