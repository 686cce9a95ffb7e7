from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.analysis.rules import Rules, evaluate
from layertui.reports.json import json_report
from layertui.sources import open_image
from tests import archives, builders
from tests.builders import (
    device,
    directory,
    fifo,
    file,
    hardlink,
    layer,
    opaque,
    symlink,
    whiteout,
)

if TYPE_CHECKING:
    from pathlib import Path

BELOW = layer(
    directory("d", mtime=1_700_000_000),
    file("d/kept", b"kept"),
    file("d/gone", b"gone!"),
    directory("d/sub"),
    file("d/sub/a", b"aa"),
    file("d/sub/b", b"bbb"),
    directory("o"),
    file("o/x", b"xxxx"),
    directory("o/y"),
    file("o/y/z", b"z"),
    file("tool", b"#!", mode=0o4755, uid=5, gid=6),
    file("was", b"file"),
    symlink("link", "d/kept"),
    device("null", 1, 3),
    fifo("pipe"),
    file("same", b"same"),
    file(b"caf\xe9", b"latin"),
)
ABOVE = layer(
    directory("d", mtime=1_700_000_000),
    file("d/kept", b"kept", mode=0o600),
    whiteout("d/gone"),
    whiteout("d/sub"),
    opaque("o"),
    file("o/new", b"n"),
    hardlink("hard", "tool"),
    directory("was"),
    symlink("link", "tool"),
    file("same", b"same"),
    file("deep/er", b"12345"),
)


def report(*layers: bytes, tmp_path: Path, **changes: Any) -> dict[str, Any]:
    return parsed(inspection(*layers, tmp_path=tmp_path), **changes)


def inspection(*layers: bytes, tmp_path: Path) -> Inspection:
    path = archives.write_tarball(archives.docker_save(layers), tmp_path / "image.tar")
    image = open_image(str(path))
    try:
        return inspect_image(image)
    finally:
        image.close()


def parsed(found: Inspection, **changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(b"".join(json_report(replace(found, **changes))))
    return document


@pytest.fixture
def two_layers(tmp_path: Path) -> dict[str, Any]:
    return report(BELOW, ABOVE, tmp_path=tmp_path)


def entries(document: dict[str, Any], number: int) -> dict[str, dict[str, Any]]:
    return {entry["path"]: entry for entry in document["layers"][number]["entries"]}


def test_the_report_has_the_keys_of_its_schema(two_layers: dict[str, Any]) -> None:
    assert two_layers["schemaVersion"] == 1
    assert list(two_layers) == [
        "schemaVersion", "tool", "image", "layers", "filesystem", "waste", "history", "warnings",
    ]  # fmt: skip
    assert list(two_layers["image"]) == [
        "reference", "source", "tags", "imageId", "manifestDigest", "platform", "created", "size",
        "compressedSize", "visibleSize", "wastedSize", "efficiency", "visibleFiles", "metrics",
        "baseLayers", "userSize", "userWastedSize", "userWastedPercent", "wasted",
    ]  # fmt: skip
    assert list(two_layers["layers"][0]) == [
        "index", "diffId", "digest", "chainId", "mediaType", "size", "compressedSize",
        "instruction", "createdBy", "created", "comment", "base", "verified", "complete",
        "wastedSize", "supersededSize", "added", "modified", "removed", "entries",
    ]  # fmt: skip


def test_every_entry_of_a_layer_tells_what_it_did(two_layers: dict[str, Any]) -> None:
    changes = {path: entry["change"] for path, entry in entries(two_layers, 1).items()}
    assert changes == {
        "/d": "unmodified",
        "/d/gone": "removed",
        "/d/kept": "modified",
        "/d/sub": "removed",
        "/deep/er": "added",
        "/hard": "added",
        "/link": "modified",
        "/o/new": "added",
        "/o/x": "removed",
        "/o/y": "removed",
        "/same": "unmodified",
        "/was": "modified",
    }


def test_modified_entries_tell_in_what_they_differ(two_layers: dict[str, Any]) -> None:
    differs = {
        path: entry["differs"]
        for path, entry in entries(two_layers, 1).items()
        if "differs" in entry
    }
    assert differs == {"/d/kept": ["mode"], "/link": ["link"], "/was": ["type", "mode"]}


def test_entries_are_sorted_by_the_bytes_of_their_paths(tmp_path: Path) -> None:
    names = ["a/b", "a-b", "a", "a.c"]
    stacked = layer(directory("a"), *(file(name) for name in names if name != "a"))
    document = report(stacked, tmp_path=tmp_path)
    paths = [entry["path"] for entry in document["layers"][0]["entries"]]
    assert paths == sorted(paths)
    assert [entry["path"] for entry in document["filesystem"]] == paths


def test_a_removed_entry_is_what_it_was_below(two_layers: dict[str, Any]) -> None:
    gone = entries(two_layers, 1)["/d/gone"]
    assert (gone["type"], gone["size"], gone["mode"]) == ("file", 5, "0644")


def test_counts_take_everything_below_a_removed_directory(two_layers: dict[str, Any]) -> None:
    above = two_layers["layers"][1]
    assert above["removed"] == {"files": 5, "size": 5 + 2 + 3 + 4 + 1}
    assert above["added"] == {"files": 3, "size": 1 + 5}
    assert above["modified"] == {"files": 2, "size": 4}


def test_a_hard_link_has_the_size_mode_and_owner_of_what_it_leads_to(
    two_layers: dict[str, Any],
) -> None:
    hard = entries(two_layers, 1)["/hard"]
    assert hard["type"] == "hardlink"
    assert hard["linkTarget"] == "/tool"
    assert (hard["size"], hard["mode"], hard["uid"], hard["gid"]) == (2, "4755", 5, 6)


def test_a_symbolic_link_has_its_target_as_written(two_layers: dict[str, Any]) -> None:
    assert entries(two_layers, 1)["/link"]["linkTarget"] == "tool"


def test_devices_have_their_numbers_and_others_do_not(two_layers: dict[str, Any]) -> None:
    below = entries(two_layers, 0)
    assert below["/null"]["device"] == [1, 3]
    assert "device" not in below["/pipe"]


def test_a_name_that_is_not_utf8_is_escaped_and_given_exactly(two_layers: dict[str, Any]) -> None:
    entry = entries(two_layers, 0)["/caf\\xe9"]
    assert base64.b64decode(entry["pathBase64"]) == b"/caf\xe9"


def test_times_are_rfc_3339_in_utc(two_layers: dict[str, Any]) -> None:
    assert entries(two_layers, 0)["/d"]["mtime"] == "2023-11-14T22:13:20Z"


def test_the_filesystem_is_what_is_left_with_the_layer_that_gave_it(
    two_layers: dict[str, Any],
) -> None:
    layers = {entry["path"]: entry["layer"] for entry in two_layers["filesystem"]}
    assert layers == {
        "/caf\\xe9": 0, "/d": 1, "/d/kept": 1, "/deep": 1, "/deep/er": 1, "/hard": 1, "/link": 1,
        "/null": 0, "/o": 0, "/o/new": 1, "/pipe": 0, "/same": 1, "/tool": 0, "/was": 1,
    }  # fmt: skip


def test_implied_directories_stand_in_the_filesystem_and_not_among_entries(
    two_layers: dict[str, Any],
) -> None:
    implied = [entry["path"] for entry in two_layers["filesystem"] if entry.get("implied")]
    assert implied == ["/deep"]
    assert "/deep" not in entries(two_layers, 1)


def test_sizes_add_up_to_the_visible_size_and_the_causes(two_layers: dict[str, Any]) -> None:
    image = two_layers["image"]
    assert image["size"] == sum(each["size"] for each in two_layers["layers"])
    assert image["size"] == image["visibleSize"] + sum(image["wasted"].values())
    assert image["wastedSize"] == sum(waste["wastedSize"] for waste in two_layers["waste"])
    assert image["wastedSize"] == sum(each["supersededSize"] for each in two_layers["layers"])


def test_waste_is_listed_with_the_largest_first_and_equal_ones_by_path(
    two_layers: dict[str, Any],
) -> None:
    listed = [(waste["wastedSize"], waste["path"]) for waste in two_layers["waste"]]
    assert listed == [
        (5, "/d/gone"), (4, "/d/kept"), (4, "/o/x"), (4, "/same"), (4, "/was"),
        (3, "/d/sub/b"), (2, "/d/sub/a"), (1, "/o/y/z"),
    ]  # fmt: skip


def test_waste_tells_copies_causes_and_layers(two_layers: dict[str, Any]) -> None:
    waste = {each["path"]: each for each in two_layers["waste"]}
    assert waste["/d/kept"]["causes"] == {
        "removed": 0, "rewritten": 0, "metadata": 4, "identical": 0,
    }  # fmt: skip
    assert waste["/same"]["causes"]["identical"] == 4
    assert waste["/was"]["causes"]["removed"] == 4
    assert waste["/same"]["copies"] == 1
    assert waste["/same"]["layers"] == [0]


def test_history_tells_the_layer_of_each_step(two_layers: dict[str, Any]) -> None:
    steps = [(step["emptyLayer"], step["layer"]) for step in two_layers["history"]]
    assert [number for empty, number in steps if not empty] == [0, 1]
    assert all(number is None for empty, number in steps if empty)


def test_rules_are_reported_when_they_were_judged(tmp_path: Path) -> None:
    found = inspection(BELOW, ABOVE, tmp_path=tmp_path)
    document = parsed(found, rules=evaluate(Rules(), found.figures))
    assert [(rule["name"], rule["status"], rule["threshold"]) for rule in document["rules"]] == [
        ("lowestEfficiency", "fail", 0.9),
        ("highestWastedBytes", "skip", None),
        ("highestUserWastedPercent", "fail", 0.1),
    ]


def test_warnings_tell_code_layer_and_path(tmp_path: Path) -> None:
    document = report(BELOW, layer(whiteout("nowhere")), tmp_path=tmp_path)
    assert [(w["code"], w["layer"], w["path"]) for w in document["warnings"]] == [
        ("whiteout-without-target", 1, "/nowhere")
    ]


def test_an_image_without_layers_is_reported(tmp_path: Path) -> None:
    document = report(tmp_path=tmp_path)
    assert document["layers"] == []
    assert document["filesystem"] == []
    assert document["image"]["efficiency"] == 1.0


def test_hostile_texts_become_json_and_nothing_else(tmp_path: Path) -> None:
    name = 'quote"\x1b[31m\u202e\ud800'.encode("utf-8", "surrogatepass")
    text = b"".join(json_report(inspection(layer(builders.file(name)), tmp_path=tmp_path)))
    assert b"\x1b" not in text
    [entry] = json.loads(text)["filesystem"]
    assert base64.b64decode(entry["pathBase64"]) == b"/" + name


def test_characters_that_steer_a_terminal_are_escaped_and_read_back(tmp_path: Path) -> None:
    name = "a\u009b31m\x7f\u202eé\u2028".encode()
    text = b"".join(json_report(inspection(layer(builders.file(name)), tmp_path=tmp_path)))
    assert not any(char in text.decode() for char in "\u009b\x7f\u202e\u2028")
    assert json.loads(text)["filesystem"][0]["path"] == "/" + name.decode()
