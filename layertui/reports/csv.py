"""The report as a table: the image, its rules, its layers, what each did to which path, the waste.

One header serves all rows; `record` says what a row is about. What a spreadsheet would take for a
formula begins with an apostrophe.
"""

from __future__ import annotations

from csv import writer
from io import StringIO
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from layertui.display import printable, time
from layertui.filesystem.tree import Change
from layertui.reports.items import is_listed
from layertui.reports.wording import instruction_line, judgement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding

COLUMNS = (
    "record", "layer", "path", "change", "type", "size", "wasted_size", "efficiency", "mode",
    "uid", "gid", "mtime", "link_target", "cause", "superseded_by", "text",
)  # fmt: skip
"""Sizes are bytes, the efficiency is a ratio of 0 to 1, modes are octal."""

_BATCH = 1_000
_TEXT = 400
_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")

Row = dict[str, Any]


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the table, many rows at a time.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it.
    """
    rows = chain(_head(inspection), _entries(inspection), _waste(inspection), _found(findings))
    lines = chain([COLUMNS], ([_cell(row.get(name)) for name in COLUMNS] for row in rows))
    while batch := list(islice(lines, _BATCH)):
        text = StringIO()
        writer(text, lineterminator="\r\n").writerows(batch)
        yield text.getvalue().encode()


def _cell(value: object) -> object:
    """Return a value for a cell; only texts can be taken for formulas."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.startswith(_FORMULA) else value


def _head(inspection: Inspection) -> Iterator[Row]:
    figures = inspection.figures
    yield {
        "record": "image",
        "size": inspection.accounting.size,
        "wasted_size": figures.wasted_size,
        "efficiency": figures.efficiency,
        "text": printable(inspection.image.reference, _TEXT),
    }
    for rule in inspection.rules or ():
        text = f"{printable(rule.name)}: {judgement(rule)}"
        yield {"record": "rule", "change": rule.status.value, "text": text}
        for evidence in rule.evidence:
            yield {
                "record": "evidence",
                "layer": evidence.layer,
                "path": None if evidence.path is None else printable(evidence.path),
                "size": evidence.size,
                "text": ": ".join(filter(None, (printable(rule.name), evidence.message))),
            }
    layers, accounts = inspection.image.layers, inspection.accounting.layers
    for layer, account in zip(layers, accounts, strict=True):
        yield {
            "record": "layer",
            "layer": layer.index,
            "size": account.size,
            "wasted_size": account.wasted_size,
            "text": instruction_line(layer, _TEXT),
        }


def _entries(inspection: Inspection) -> Iterator[Row]:
    """Yield what each layer did, path by path: the size of a hard link is what it leads to."""
    filesystem = inspection.filesystem
    versions = filesystem.versions
    for version in range(len(versions)):
        if not is_listed(filesystem, version):
            continue
        change = Change(versions.changes[version])
        shown = versions.previous[version] if change is Change.REMOVED else version
        entry = filesystem.entry(versions.nodes[version], shown)
        yield {
            "record": "entry",
            "layer": versions.layers[version],
            "path": printable(entry.path),
            "change": change.name.lower(),
            "type": entry.type,
            "size": entry.size,
            "mode": f"{entry.mode:04o}",
            "uid": entry.uid,
            "gid": entry.gid,
            "mtime": time(entry.mtime),
            "link_target": None if entry.link is None else printable(entry.link),
        }


def _waste(inspection: Inspection) -> Iterator[Row]:
    """Yield the copies that are shipped and not shown; they sum to what the image wastes."""
    for copy in inspection.accounting.wasted:
        yield {
            "record": "waste",
            "layer": copy.layer,
            "path": printable(copy.path),
            "size": copy.size,
            "wasted_size": copy.size,
            "cause": copy.cause,
            "superseded_by": copy.superseded_by,
        }


def _found(findings: Iterable[Finding]) -> Iterator[Row]:
    for finding in findings:
        yield {
            "record": "finding",
            "layer": finding.layer,
            "path": printable(finding.paths[0]) if finding.paths else None,
            "type": finding.kind,
            "size": finding.size,
            "text": printable(finding.message, _TEXT),
        }
