"""What an image was like before: the figures that growth is measured against.

A baseline is made of an image, of a compact file that was written of one, or of the JSON report.
Paths are texts as the JSON report has them: what is not UTF-8 is escaped.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from layertui import __version__
from layertui.analysis.gathering import by_path
from layertui.display import printable
from layertui.errors import ConfigError
from layertui.layers.entries import FILE
from layertui.policy.figures import compressed_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from layertui.analysis.inspection import Inspection
    from layertui.filesystem.tree import Filesystem
    from layertui.image import Layer
    from layertui.insight.finding import Finding

SCHEMA_VERSION = 1
_SMALLEST = 4_096
_PARTS = 20_000
"""A path with fewer bytes than this part of an image is left out of its baseline."""

_LARGEST_FILE = 4 << 30


@dataclass(frozen=True, slots=True)
class KnownLayer:
    """A layer of a baseline.

    Attributes:
        instruction: What made it, or empty where that is not known.
        size: Bytes of its copies.
    """

    instruction: str
    size: int


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding of a baseline, by what tells it from others.

    Attributes:
        kind: Its kind.
        group: Its group.
        paths: The paths it tells.
    """

    kind: str
    group: str
    paths: frozenset[str]


class KnownPackage(NamedTuple):
    """A package of a baseline.

    Attributes:
        version: Its version, or its versions with commas between them.
        size: Bytes of the copies that it owns, in all layers.
    """

    version: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What an image was like.

    Attributes:
        name: Of the image, printable.
        size: Bytes of the copies of all layers.
        compressed_size: Bytes of the layers as stored, or None where that is not known.
        causes: Bytes that are shipped and not shown, by cause.
        layers: Bottom to top.
        findings: What was found in it, or None where nothing was looked for.
        sizes: By path, the bytes of a file or of all below a directory that the image shows.
        wasted: By path, the bytes that are wasted.
        floor: Paths with fewer bytes are left out of both.
        packages: By package manager and name, or None where they were not looked for.
    """

    name: str
    size: int
    compressed_size: int | None
    causes: Mapping[str, int]
    layers: tuple[KnownLayer, ...]
    findings: tuple[KnownFinding, ...] | None
    sizes: Mapping[str, int]
    wasted: Mapping[str, int]
    floor: int
    packages: Mapping[str, KnownPackage] | None = None

    @property
    def wasted_size(self) -> int:
        """Bytes that are shipped and not shown."""
        return sum(self.causes.values())


def path_text(path: bytes) -> str:
    """Return a path as the JSON report has it."""
    return path.decode(errors="backslashreplace")


def instruction_of(layer: Layer) -> str:
    """Return the instruction of a layer as the JSON report has it."""
    text = layer.history.instruction if layer.history else ""
    return text.encode("utf-8", "backslashreplace").decode()


def known_finding(finding: Finding) -> KnownFinding:
    """Return what tells a finding from others."""
    return KnownFinding(finding.kind, finding.group, frozenset(map(path_text, finding.paths)))


def totals(filesystem: Filesystem) -> array[int]:
    """Return by node the bytes of the file there, or of all below the directory, at last."""
    facts, last = filesystem.facts, filesystem.versions.last
    sums = array("q", bytes(8 * len(last)))
    for node, version in enumerate(last):
        if version >= 0 and facts.kinds[version] == FILE:
            sums[node] = facts.sizes[version]
    parents = filesystem.table.parents
    for node in range(len(last) - 1, 0, -1):
        sums[parents[node]] += sums[node]
    return sums


def baseline_of(
    inspection: Inspection,
    findings: Sequence[Finding] | None,
    packages: Mapping[str, KnownPackage] | None = None,
) -> Baseline:
    """Return what later images are measured against.

    Args:
        inspection: The image.
        findings: What was found in it, or None where nothing was looked for.
        packages: By package manager and name, or None where they were not looked for.
    """
    accounting, table = inspection.accounting, inspection.filesystem.table
    floor = max(_SMALLEST, accounting.size // _PARTS)
    sums = totals(inspection.filesystem)
    return Baseline(
        name=printable(inspection.image.reference),
        size=accounting.size,
        compressed_size=compressed_size(inspection),
        causes=accounting.causes._asdict(),
        layers=tuple(
            KnownLayer(instruction_of(layer), account.size)
            for layer, account in zip(inspection.image.layers, accounting.layers, strict=True)
        ),
        findings=None if findings is None else tuple(map(known_finding, findings)),
        sizes={
            path_text(table.path(node)): size for node, size in enumerate(sums) if size >= floor
        },
        wasted={
            path_text(waste.path): waste.wasted_size
            for waste in by_path(accounting.wasted)
            if waste.wasted_size >= floor
        },
        floor=floor,
        packages=packages,
    )


def baseline_document(baseline: Baseline) -> bytes:
    """Return the file of a baseline; its image and layers have the fields of the JSON report."""
    from msgspec import json

    document: dict[str, Any] = {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "layertui", "version": __version__},
        "image": {
            "reference": baseline.name,
            "size": baseline.size,
            "compressedSize": baseline.compressed_size,
            "wasted": dict(baseline.causes),
        },
        "layers": [
            {"instruction": layer.instruction, "size": layer.size} for layer in baseline.layers
        ],
        "compact": {
            "floor": baseline.floor,
            "sizes": dict(sorted(baseline.sizes.items())),
            "wasted": dict(sorted(baseline.wasted.items())),
        },
    }
    if baseline.packages is not None:
        document["compact"]["packages"] = dict(sorted(baseline.packages.items()))
    if baseline.findings is not None:
        document["findings"] = [
            {"kind": each.kind, "group": each.group, "paths": sorted(each.paths)}
            for each in baseline.findings
        ]
    return json.format(json.encode(document), indent=1) + b"\n"


def read_baseline(path: Path) -> Baseline | None:
    """Return the baseline in a file, or None where the path is not that of a JSON file.

    Raises:
        ConfigError: It is JSON and no baseline, or cannot be read.
    """
    name = printable(str(path))
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            if not file.read(64).lstrip().startswith(b"{"):
                return None
        if path.stat().st_size > _LARGEST_FILE:
            raise ConfigError(f"{name} is too large for a report")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ConfigError(f"cannot read {name}: {reason}") from None
    from layertui.policy.baseline_file import decode_baseline

    return decode_baseline(data, name)


def summed(files: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the bytes of files by path, and of all directories above them; the root is `/`."""
    sums: dict[str, int] = {}
    above: dict[str, int] = {}
    for path, size in files:
        sums[path] = size
        parent = path.rpartition("/")[0]
        above[parent] = above.get(parent, 0) + size
    for parent, size in above.items():
        _add_to_all(sums, parent, size)
    return sums


def _add_to_all(sums: dict[str, int], directory: str, size: int) -> None:
    while directory:
        sums[directory] = sums.get(directory, 0) + size
        directory = directory.rpartition("/")[0]
    sums["/"] = sums.get("/", 0) + size
