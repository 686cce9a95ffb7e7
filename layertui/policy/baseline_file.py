"""The file of a baseline: the compact one, or the JSON report."""

from __future__ import annotations

import msgspec

from layertui.errors import ConfigError
from layertui.policy.baseline import (
    SCHEMA_VERSION,
    Baseline,
    KnownFinding,
    KnownLayer,
    KnownPackage,
    summed,
)


class _Image(msgspec.Struct, rename="camel"):
    size: int
    wasted: dict[str, int]
    reference: str = ""
    compressed_size: int | None = None


class _Layer(msgspec.Struct):
    size: int
    instruction: str = ""


class _Path(msgspec.Struct, rename="camel"):
    path: str
    type: str = ""
    size: int = 0
    wasted_size: int = 0


class _Finding(msgspec.Struct):
    kind: str
    group: str = ""
    paths: list[str | dict[str, object] | None] = []


class _Compact(msgspec.Struct):
    floor: int
    sizes: dict[str, int]
    wasted: dict[str, int]
    packages: dict[str, KnownPackage] | None = None


class _Report(msgspec.Struct, rename="camel"):
    schema_version: int
    image: _Image
    layers: list[_Layer]
    compact: _Compact | None = None
    filesystem: list[_Path] = []
    waste: list[_Path] = []
    findings: list[_Finding] | None = None


def decode_baseline(data: bytes, name: str) -> Baseline:
    """Return the baseline in a file.

    Args:
        data: What the file holds.
        name: What errors call it, printable.

    Raises:
        ConfigError: It is no baseline.
    """
    try:
        report = msgspec.json.decode(data, type=_Report)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigError(
            f"{name} is no baseline: {' '.join(str(error).split())}",
            hint="`--write-baseline` and `--json` write what can be one.",
        ) from None
    if report.schema_version != SCHEMA_VERSION:
        raise ConfigError(
            f"{name} is of schema version {report.schema_version}, which is not understood",
            hint="Write it again with this version of layertui.",
        )
    compact = _compact(report)
    return Baseline(
        name=report.image.reference,
        size=report.image.size,
        compressed_size=report.image.compressed_size,
        causes=report.image.wasted,
        layers=tuple(KnownLayer(layer.instruction, layer.size) for layer in report.layers),
        findings=None if report.findings is None else tuple(map(_finding, report.findings)),
        sizes=compact.sizes,
        wasted=compact.wasted,
        floor=compact.floor,
        packages=compact.packages,
    )


def _compact(report: _Report) -> _Compact:
    """Return what paths weigh; a report tells of every path, a compact file of the large ones."""
    if report.compact is not None:
        return report.compact
    files = ((each.path, each.size) for each in report.filesystem if each.type == "file")
    wasted = {each.path: each.wasted_size for each in report.waste}
    return _Compact(0, summed(files), wasted)


def _finding(finding: _Finding) -> KnownFinding:
    paths = (each.get("path") if isinstance(each, dict) else each for each in finding.paths)
    return KnownFinding(finding.kind, finding.group, frozenset(map(str, paths)))
