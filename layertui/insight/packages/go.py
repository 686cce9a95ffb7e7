"""Programs made by Go: each is a package of its own, called by the path of its main module."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from layertui.insight.packages.go_buildinfo import BuildInfo, read_buildinfo
from layertui.insight.packages.package import GO, Claim, Manager, Package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.insight.packages.package import Documents, Source
    from layertui.insight.packages.paths import Paths


_MODULE = 256
"""About as many bytes as what is kept of a module takes."""


class Program(NamedTuple):
    """A program made by Go.

    Attributes:
        package: What it is counted as.
        info: What it is made of.
    """

    package: Package
    info: BuildInfo


def parse(source: Source) -> Program | None:
    """Return a program, or None where it is not made by Go."""
    info = read_buildinfo(source.blob)
    if info is None:
        return None
    source.budget.spend(_MODULE * (1 + len(info.modules)))
    name, version = info.main
    return Program(Package(GO, name or info.path or "command-line-arguments", version), info)


def claims(documents: Documents, _paths: Paths) -> Iterator[Claim]:
    """Yield what programs claim: themselves."""
    for document in documents.values():
        yield Claim(document.value.package, array("i", [document.node]), marker=document.node)


MANAGER = Manager(name=GO, parse=parse, claims=claims, is_binary=True)
