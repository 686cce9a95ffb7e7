"""Packages of RubyGems: `specifications/NAME-VERSION.gemspec`, also in `specifications/default`.

A gem has its specification, `gems/NAME-VERSION/`, what was built for it below `extensions/`, and
the archive that it came in. Source: RubyGems' guides, "Command reference" and `gem environment`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layertui.insight.packages.package import GEM, LONGEST_FIELD, Claim, Manager, Package, field_of
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.insight.packages.package import Documents, Source
    from layertui.insight.packages.paths import Paths

MOST_SPECIFICATION = 4 * MIB

_ENDING = b".gemspec"
_PLACE = re.compile(rb"(?:(.*)\0)?specifications\0(default\0)?([^\0]+)\.gemspec", re.DOTALL)
_NAME = re.compile(rb"^\s*\w+\.name\s*=\s*[\"']([^\"'\n]{1,256})[\"']", re.MULTILINE)
_VERSION = re.compile(
    rb"^\s*\w+\.version\s*=\s*(?:Gem::Version\.new\(?\s*)?[\"']([^\"'\n]{1,256})[\"']", re.MULTILINE
)
_PLATFORM = re.compile(rb"^\s*\w+\.platform\s*=\s*[\"']([^\"'\n]{1,256})[\"']", re.MULTILINE)
_FULL_NAME = re.compile(rb"(.+?)-(\d[0-9A-Za-z.]*)(?:-(.+))?", re.DOTALL)
_PARTS = (b"gems", b"doc")


def wants(key: bytes) -> bool:
    """Tell whether a path with the ending is a specification."""
    return _PLACE.fullmatch(key) is not None


def parse(source: Source) -> Package | None:
    """Return the gem that is specified, by what it says and else by its name."""
    source.budget.spend(LONGEST_FIELD)
    data = source.read(MOST_SPECIFICATION)
    full = source.key.rpartition(b"\0")[2].removesuffix(_ENDING)
    parts = _FULL_NAME.fullmatch(full)
    name, version, platform = (parts[1], parts[2], parts[3] or b"") if parts else (full, b"", b"")
    said = [pattern.search(data) for pattern in (_NAME, _VERSION, _PLATFORM)]
    if said[0] and said[1]:
        name, version, platform = said[0][1], said[1][1], said[2][1] if said[2] else b""
    return Package(GEM, field_of(name), field_of(version), field_of(platform))


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what gems claim."""
    extensions = dict[bytes, tuple[bytes, ...]]()
    for key, document in documents.items():
        place = _PLACE.fullmatch(key)
        if place is None:
            continue
        home, full = (place[1] or b"").replace(b"\0", b"/"), place[3]
        head = home + b"/" if home else b""
        if home not in extensions:
            extensions[home] = tuple(_built(paths, head))
        folders = [head + part + b"/" + full for part in _PARTS]
        folders += [folder + b"/" + full for folder in extensions[home]]
        nodes = paths.nodes((head + b"cache/" + full + b".gem",), {})
        nodes.append(document.node)
        spans = tuple(filter(None, map(paths.span, folders)))
        yield Claim(document.value, nodes, spans, document.node)


def _built(paths: Paths, head: bytes) -> Iterator[bytes]:
    """Yield the directories that have what was built: `extensions/PLATFORM/RUBY`."""
    top = paths.node(head + b"extensions")
    for platform in paths.children(top):
        for ruby in paths.children(platform):
            yield paths.table.path(ruby)[1:]


MANAGER = Manager(name=GEM, wants=wants, parse=parse, claims=claims, endings=(_ENDING,))
