"""Reports that list paths account for every byte: their parts sum to what is shipped."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings

from tests import archives, builders, reporting
from tests.property.stacks import stacks

if TYPE_CHECKING:
    from layertui.analysis.inspection import Inspection
    from tests.reference import Item


def inspected(stack: list[list[Item]]) -> Inspection:
    layers = [builders.layer(*(item.entry() for item in layer)) for layer in stack]
    with tempfile.TemporaryDirectory() as folder:
        return reporting.inspected(archives.podman_save(layers), Path(folder))


def check_table(inspection: Inspection) -> None:
    data = reporting.written("csv", inspection).decode()
    rows = list(csv.DictReader(io.StringIO(data, newline=""), strict=True))
    sums = {
        record: sum(int(row["size"]) for row in rows if row["record"] == record)
        for record in ("image", "layer", "waste")
    }
    assert sums["layer"] == sums["image"] == inspection.accounting.size
    assert sums["waste"] == inspection.accounting.wasted_size


def disk_usage(tree: Any) -> int:
    """Return the bytes of a tree as ncdu counts them: each inode once."""
    total, seen, waiting = 0, set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif not node.get("hlnkc") or node["ino"] not in seen:
            seen.add(node.get("ino"))
            total += node.get("dsize", 0)
    return total


def check_ncdu(inspection: Inspection) -> None:
    tree = json.loads(reporting.written("ncdu", inspection))[3]
    shown, *wasted = tree[1:]
    assert disk_usage(tree) == inspection.accounting.size
    assert disk_usage(shown) == inspection.accounting.visible_size
    assert disk_usage(wasted) == inspection.accounting.wasted_size


def check_map(inspection: Inspection) -> None:
    page = reporting.written("html", inspection).decode()
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    root = json.loads(found[1])["root"]
    assert root["s"] == inspection.accounting.size
    waiting = [root]
    while waiting:
        area = waiting.pop()
        inner = area.get("c", [])
        assert not inner or sum(each["s"] for each in inner) == area["s"], area["n"]
        assert all(each["s"] > 0 for each in inner)
        waiting += inner


@settings(max_examples=150, deadline=None)
@given(stacks())
def test_rows_trees_and_areas_sum_to_what_is_shipped(stack: list[list[Item]]) -> None:
    inspection = inspected(stack)

    check_table(inspection)
    check_ncdu(inspection)
    check_map(inspection)


def test_the_same_holds_of_the_sample_and_of_hostile_names(tmp_path: Path) -> None:
    for inspection in (reporting.demo(tmp_path), reporting.hostile(tmp_path)):
        check_table(inspection)
        check_ncdu(inspection)
        check_map(inspection)
