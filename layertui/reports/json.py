"""The JSON report, schema version 1.

Sizes are bytes, times RFC 3339 or null, ratios 0 to 1, paths absolute. A name that is not
UTF-8 is escaped in `path` and given exactly in `pathBase64`. The report is written piece by
piece: an image of a million paths is never held as text.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from layertui import __version__
from layertui.analysis.gathering import by_path
from layertui.analysis.waste import CAUSES
from layertui.display import printable, time
from layertui.oci.config import layer_numbers
from layertui.reports.items import changed_item, encode, is_listed, path_item, shown_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import Evidence
    from layertui.analysis.tallies import Tally
    from layertui.image import Layer
    from layertui.insight.finding import Finding
    from layertui.oci.digest import Digest

SCHEMA_VERSION = 1
_BATCH = 1_000


def json_report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report, piece by piece; it ends in a line break.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it; a member of the report where there is anything.
    """
    yield b'{"schemaVersion":%d,"tool":' % SCHEMA_VERSION
    yield encode({"name": "layertui", "version": __version__})
    yield b',"image":'
    yield encode(_image(inspection))
    yield b',"layers":['
    for number, layer in enumerate(inspection.image.layers):
        yield b"," if number else b""
        yield encode(_layer(inspection, layer))[:-1] + b',"entries":'
        yield from _array(_entries(inspection, number))
        yield b"}"
    yield b'],"filesystem":'
    yield from _array(_filesystem(inspection))
    yield b',"waste":'
    yield from _array(_waste(inspection))
    yield b',"history":'
    yield from _array(_history(inspection))
    if inspection.rules is not None:
        yield b',"rules":'
        yield from _array(_rules(inspection))
    if findings:
        yield b',"findings":'
        yield from _array(_finding(finding) for finding in findings)
    yield b',"warnings":'
    yield from _array(_warnings(inspection))
    yield b"}\n"


def _array(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield a JSON array, many items at a time."""
    remaining = iter(items)
    opening = b"["
    while batch := list(islice(remaining, _BATCH)):
        yield opening + encode(batch)[1:-1]
        opening = b","
    yield b"]" if opening == b"," else b"[]"


def _image(inspection: Inspection) -> dict[str, Any]:
    image, accounting, figures = inspection.image, inspection.accounting, inspection.figures
    stored = [layer.stored_size for layer in image.layers]
    return {
        "reference": _text(image.reference),
        "source": image.source,
        "tags": [_text(tag) for tag in image.tags],
        "imageId": _digest(image.image_id),
        "manifestDigest": _digest(image.manifest_digest),
        "platform": str(image.platform),
        "created": time(image.config.created_ns),
        "size": accounting.size,
        "compressedSize": None if None in stored else sum(filter(None, stored)),
        "visibleSize": accounting.visible_size,
        "wastedSize": figures.wasted_size,
        "efficiency": figures.efficiency,
        "visibleFiles": accounting.visible_files,
        "metrics": inspection.metrics,
        "baseLayers": accounting.base_layers,
        "userSize": accounting.user_size,
        "userWastedSize": accounting.user_wasted_size,
        "userWastedPercent": figures.user_wasted_percent,
        "wasted": accounting.causes._asdict(),
    }


def _layer(inspection: Inspection, layer: Layer) -> dict[str, Any]:
    account = inspection.accounting.layers[layer.index]
    history, tally = layer.history, account.tally
    return {
        "index": layer.index,
        "diffId": _digest(layer.diff_id),
        "digest": _digest(layer.digest),
        "chainId": _digest(layer.chain_id),
        "mediaType": _text(layer.media_type),
        "size": account.size,
        "compressedSize": layer.stored_size,
        "instruction": _text(history.instruction) if history else "",
        "createdBy": _text(history.created_by) if history else "",
        "created": time(history.created_ns) if history else None,
        "comment": _text(history.comment) if history else "",
        "base": layer.base,
        "verified": inspection.verified[layer.index],
        "complete": inspection.filesystem.indexes[layer.index].complete,
        "wastedSize": account.wasted_size,
        "supersededSize": account.superseded_size,
        "added": _tally(tally.added),
        "modified": _tally(tally.modified),
        "removed": _tally(tally.removed),
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {"files": tally.files, "size": tally.size}


def _entries(inspection: Inspection, layer: int) -> Iterator[dict[str, Any]]:
    """Yield the entries of a layer by path: what it wrote, and what its markers took."""
    filesystem = inspection.filesystem
    listed = [
        version for version in filesystem.layer_versions(layer) if is_listed(filesystem, version)
    ]
    nodes = filesystem.versions.nodes
    paths = {version: filesystem.table.path(nodes[version]) for version in listed}
    for version in sorted(listed, key=paths.__getitem__):
        yield changed_item(filesystem, version)


def _filesystem(inspection: Inspection) -> Iterator[dict[str, Any]]:
    filesystem = inspection.filesystem
    last = len(filesystem.indexes)
    nodes = range(1, len(filesystem.table))
    for node in sorted(nodes, key=filesystem.table.path):
        version = filesystem.version(node, last)
        if filesystem.exists(version):
            yield shown_item(filesystem.entry(node, version))


def _waste(inspection: Inspection) -> Iterator[dict[str, Any]]:
    for waste in by_path(inspection.accounting.wasted):
        causes, layers = waste.summary.causes, waste.summary.layers
        yield {
            **path_item(waste.path),
            "wastedSize": waste.wasted_size,
            "copies": len(waste.copies),
            "causes": {cause: causes.get(cause, 0) for cause in CAUSES},
            "layers": list(layers),
        }


def _history(inspection: Inspection) -> Iterator[dict[str, Any]]:
    steps = inspection.image.config.steps
    numbers = layer_numbers(steps, len(inspection.image.layers))
    for step, number in zip(steps, numbers, strict=True):
        yield {
            "created": time(step.created_ns),
            "createdBy": _text(step.created_by),
            "comment": _text(step.comment),
            "emptyLayer": step.empty_layer,
            "layer": number,
        }


def _rules(inspection: Inspection) -> Iterator[dict[str, Any]]:
    for rule in inspection.rules or ():
        yield {
            "name": rule.name,
            "threshold": rule.threshold,
            "value": rule.value,
            "status": rule.status.value,
            "unit": rule.unit,
            "message": rule.message,
            "evidence": [_evidence(evidence) for evidence in rule.evidence],
            "moreEvidence": rule.more,
        }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    item: dict[str, Any] = {"path": None, "layer": evidence.layer, "size": evidence.size}
    if evidence.path is not None:
        item |= path_item(evidence.path)
    return {**item, "message": evidence.message}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "group": finding.group,
        "layer": finding.layer,
        "size": finding.size,
        "paths": [path_item(path) for path in finding.paths],
        "morePaths": finding.more,
        "base": finding.base,
        "confidence": finding.confidence,
        "message": finding.message,
        "cure": finding.cure,
        "ghost": finding.ghost,
    }


def _warnings(inspection: Inspection) -> Iterator[dict[str, Any]]:
    for notice in inspection.notices:
        item: dict[str, Any] = {"code": notice.code, "layer": notice.layer, "path": None}
        if notice.path is not None:
            item |= path_item(notice.path)
        yield {**item, "message": printable(notice.message)}


def _text(text: str) -> str:
    """Return a text without lone surrogates, which JSON in UTF-8 cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def _digest(digest: Digest | None) -> str | None:
    return None if digest is None else str(digest)


report = json_report
