"""Packages of npm: `node_modules/NAME/package.json`, `node_modules/@SCOPE/NAME/package.json`.

A package has its directory up to the `node_modules` in it. Source: npm's manual, "folders".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from layertui.insight.packages.package import (
    LONGEST_FIELD,
    NPM,
    Claim,
    DatabaseError,
    Manager,
    Package,
    field_of,
)
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.nodes import NodeTable
    from layertui.insight.packages.package import Documents, Source
    from layertui.insight.packages.paths import Paths

MOST_DESCRIPTION = 4 * MIB

_ENDING = b"\0package.json"
_MODULES = b"node_modules"
_PLACE = re.compile(
    rb"(?:.*\0)?node_modules\0((?:@[^\0]+\0)?[^\0@][^\0]*)\0package\.json", re.DOTALL
)


class _Description(msgspec.Struct):
    name: Any = ""
    version: Any = ""


def wants(key: bytes) -> bool:
    """Tell whether a path with the ending is a description."""
    return _PLACE.fullmatch(key) is not None


def parse(source: Source) -> Package:
    """Return the package that is described."""
    place = _PLACE.fullmatch(source.key)
    name = field_of(place[1].replace(b"\0", b"/")) if place else ""
    source.budget.spend(LONGEST_FIELD)
    data = source.read(MOST_DESCRIPTION).removeprefix(b"\xef\xbb\xbf")
    try:
        said = msgspec.json.decode(data, type=_Description)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise DatabaseError("it is no description of a package") from None
    return Package(NPM, _text(said.name) or name, _text(said.version))


def _text(value: object) -> str:
    return field_of(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else ""


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what packages claim, and that `node_modules` itself is of none."""
    table, modules = paths.table, set[bytes]()
    for key, document in documents.items():
        folder = key.removesuffix(_ENDING)
        modules.add(folder[: (b"\0" + folder).rindex(b"\0" + _MODULES + b"\0")] + _MODULES)
        spans = _span(table, folder)
        yield Claim(document.value, spans=spans, marker=document.node)
    for key in modules:
        yield Claim(None, spans=_span(table, key))


def _span(table: NodeTable, key: bytes) -> tuple[tuple[int, int], ...]:
    node = table.find(key.replace(b"\0", b"/"))
    return () if node is None else ((node, table.end(node)),)


MANAGER = Manager(name=NPM, wants=wants, parse=parse, claims=claims, endings=(_ENDING,))
