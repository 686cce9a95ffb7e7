"""The map of an image: what is in it, and that it stays small."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from layertui.reports.html.areas import DEEPEST, MOST_AREAS, image_areas
from tests import archives, reporting
from tests.builders import file, hardlink, layer, whiteout

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def areas(tmp_path: Path, *layers: bytes) -> dict[str, Any]:
    return image_areas(reporting.inspected(archives.docker_save(layers), tmp_path))


def outline(area: dict[str, Any]) -> Any:
    """Return the names in an area, and the bytes of what is not divided."""
    inner = area.get("c")
    return {each["n"]: outline(each) for each in inner} if inner else area["s"]


def nodes(area: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    found, waiting = [], [(0, area)]
    while waiting:
        depth, each = waiting.pop()
        found.append((depth, each))
        waiting += [(depth + 1, inner) for inner in each.get("c", ())]
    return found


def test_layers_are_divided_by_cause_and_then_by_directory(tmp_path: Path) -> None:
    root = areas(
        tmp_path,
        layer(file("a/b/one", b"1" * 100), file("a/b/two", b"2" * 50), file("gone/x", b"3" * 30)),
        layer(whiteout("gone"), file("a/b/two", b"4" * 60)),
    )
    assert outline(root) == {
        "COPY file:0 in /": {
            "shown": {"a/b/one": 100},
            "removed": {"gone/x": 30},
            "rewritten": {"a/b/two": 50},
        },
        "COPY file:1 in /": {"shown": {"a/b/two": 60}},
    }


def test_directories_that_hold_one_thing_alone_are_one_with_it(tmp_path: Path) -> None:
    root = areas(tmp_path, layer(file("a/b/c/d/x", b"1" * 9), file("a/b/c/e/f/y", b"2" * 8)))
    assert outline(root)["COPY file:0 in /"] == {"shown": {"a/b/c/": {"d/x": 9, "e/f/y": 8}}}


def test_the_bytes_of_hard_links_stand_where_the_copy_is(tmp_path: Path) -> None:
    root = areas(
        tmp_path,
        layer(file("a", b"1" * 9), hardlink("b", "a")),
        layer(whiteout("a"), hardlink("c", "b")),
    )
    assert outline(root) == {"COPY file:0 in /": {"shown": {"a": 9}}}


def test_what_is_too_small_to_be_seen_is_summed_up(tmp_path: Path) -> None:
    small = [file(f"d/{number}", b"s" * 10) for number in range(500)]
    root = areas(tmp_path, layer(file("d/big", b"b" * 100_000), *small))
    (shown,) = root["c"][0]["c"]
    assert shown["c"] == [
        {
            "n": "d/",
            "s": 105_000,
            "c": [{"n": "big", "s": 100_000}, {"n": "", "s": 5_000, "r": 500}],
        }
    ]


def test_the_map_of_many_paths_is_bounded(tmp_path: Path) -> None:
    entries = [
        file(f"{a}/{b}/{c}", b"x" * 64) for a in range(20) for b in range(30) for c in range(30)
    ]
    inspection = reporting.inspected(archives.docker_save([layer(*entries)]), tmp_path)
    found = nodes(image_areas(inspection))
    assert len(found) < MOST_AREAS + 100
    assert len(reporting.written("html", inspection)) < 300_000


def test_there_are_no_more_areas_than_can_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [
        file(f"{a}/{b}/{c}", b"x" * 64) for a in range(9) for b in range(9) for c in range(9)
    ]
    inspection = reporting.inspected(archives.docker_save([layer(*entries)]), tmp_path)
    assert len(nodes(image_areas(inspection))) > 700
    monkeypatch.setattr("layertui.reports.html.areas.MOST_AREAS", 50)
    assert len(nodes(image_areas(inspection))) < 70


def test_deep_paths_are_bounded(tmp_path: Path) -> None:
    entries = [file("/".join(["d"] * depth + ["f"]), b"x" * 50) for depth in range(200)]
    found = nodes(areas(tmp_path, layer(*entries)))
    assert max(depth for depth, _ in found) <= DEEPEST + 3


def test_an_image_of_many_layers_is_bounded(tmp_path: Path) -> None:
    layers = [layer(file(f"f{number}", b"%d" % number * 9)) for number in range(300)]
    data = reporting.written("html", reporting.inspected(archives.docker_save(layers), tmp_path))
    assert len(data) < 300_000


def test_an_empty_image_has_an_empty_map(tmp_path: Path) -> None:
    assert areas(tmp_path, layer())["c"] == []
    inspection = reporting.inspected(archives.docker_save([layer()]), tmp_path)
    for name in ("html", "markdown", "junit", "sarif", "github", "gitlab", "csv", "ncdu", "dive"):
        assert reporting.written(name, inspection)


def test_no_name_ends_the_data_or_the_markup(tmp_path: Path) -> None:
    page = reporting.written("html", reporting.hostile(tmp_path), reporting.FINDINGS).decode()
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data
    assert not set("<>&") & set(data[1])
    assert json.loads(data[1])["root"]["c"]
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page


def test_the_page_names_no_other_place(tmp_path: Path) -> None:
    page = reporting.written("html", reporting.demo(tmp_path)).decode()
    assert not re.search(r"https?:|//[a-z]+\.|\bsrc=|\bhref=|@import|url\(", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    names = [part.split()[0] for part in policy[1].split("; ")]
    assert names == ["default-src", "style-src", "script-src", "base-uri", "form-action"]
    assert [part.count("'sha256-") for part in policy[1].split("; ")] == [0, 1, 1, 0, 0]
    assert policy[1].count("'none'") == 3
    assert "unsafe" not in policy[1]
