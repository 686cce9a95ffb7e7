"""The JSON that dive 0.13 exports, for what reads that: its fields, its metrics, its order.

The figures are dive's whatever the metrics of the run. Only `id` is another: dive has the first
part of the name of a layer's file in the archive there, which is `blobs` for all layers of many
archives; here it is the digest of the layer without its algorithm.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from layertui.analysis.dive import dive_analysis
from layertui.analysis.dive_files import dive_files
from layertui.reports.items import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.dive import DiveReference
    from layertui.analysis.dive_files import DiveFile
    from layertui.analysis.dive_trees import Tree
    from layertui.analysis.inspection import Inspection
    from layertui.image import Layer
    from layertui.insight.finding import Finding

_BATCH = 1_000
_NO_TEXT = re.compile("[\ud800-\udfff]")


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it; dive's format has no place for it.
    """
    del findings
    analysis = dive_analysis(inspection.filesystem.indexes)
    yield b'{"layer":['
    for layer, tree in zip(inspection.image.layers, analysis.trees, strict=True):
        yield b",\n" if layer.index else b"\n"
        yield encode(_layer(layer, tree))[:-1] + b',"fileList":'
        yield from _array(map(_file, dive_files(tree)))
        yield b"}"
    figures = {
        "sizeBytes": sum(tree.size for tree in analysis.trees),
        "inefficientBytes": analysis.metrics.wasted_size,
        "efficiencyScore": analysis.metrics.efficiency,
    }
    yield b'],\n"image":' + encode(figures)[:-1] + b',"fileReference":'
    yield from _array(map(_reference, analysis.references))
    yield b"}}\n"


def _array(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    opening = b"["
    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        yield opening + encode(batch)[1:-1]
        opening = b","
    yield b"]" if opening == b"," else b"[]"


def _layer(layer: Layer, tree: Tree) -> dict[str, Any]:
    digest = str(layer.diff_id or layer.digest or "")
    created_by = layer.history.created_by if layer.history else "(missing)"
    return {
        "index": layer.index,
        "id": digest.rpartition(":")[2],
        "digestId": digest,
        "sizeBytes": tree.size,
        "command": _text(created_by.removeprefix("/bin/sh -c ")),
    }


def _file(file: DiveFile) -> dict[str, Any]:
    return {
        "path": _name(file.path),
        "typeFlag": file.flag,
        "linkName": _name(file.link),
        "size": file.size,
        "fileMode": file.mode,
        "uid": file.uid,
        "gid": file.gid,
        "isDir": file.is_directory,
    }


def _reference(reference: DiveReference) -> dict[str, Any]:
    return {
        "count": reference.leaves,
        "sizeBytes": reference.size,
        "file": _name(reference.path),
    }


def _name(name: bytes) -> str:
    """Return a name as Go writes it into JSON: U+FFFD for each byte that is not UTF-8."""
    return _text(name.decode("utf-8", "surrogateescape"))


def _text(text: str) -> str:
    return text if text.isascii() else _NO_TEXT.sub("\ufffd", text)
