"""Comparing versions: text line by line, bytes offset by offset, metadata field by field."""

from __future__ import annotations

import pytest

from layertui.blob import BytesBlob
from layertui.contents import comparing
from layertui.contents.byte_diff import Run, byte_difference
from layertui.contents.comparing import (
    BinaryDifference,
    ContentDifference,
    Side,
    TextDifference,
    compared,
    content_difference,
    lines_of,
    side_of,
)
from layertui.contents.line_diff import Block
from layertui.contents.opening import Contents
from layertui.contents.versions import history_of
from layertui.errors import CancelledError
from layertui.image import Layer
from tests import builders
from tests.builders import device, directory, file, hardlink, symlink, whiteout
from tests.layers import stack
from tests.unit.test_tar_sparse import gnu


def of(old: bytes, new: bytes, **options: object) -> ContentDifference:
    return content_difference(BytesBlob(old), BytesBlob(new), **options)  # type: ignore[arg-type]


def test_equal_contents_do_not_differ() -> None:
    assert of(b"a\n", b"a\n") is None
    assert of(b"\0", b"\0") is None
    assert of(b"", b"") is None


def test_texts_are_compared_line_by_line() -> None:
    found = of(b"a\nb\n", b"a\nc\n")
    assert isinstance(found, TextDifference)
    assert found.lines.blocks == (Block(1, 2, 1, 2),)


def test_a_line_without_an_end_differs_from_one_with_it() -> None:
    assert lines_of(b"a\nb") == [b"a\n", b"b"]
    assert lines_of(b"a\n\n") == [b"a\n", b"\n"]
    assert lines_of(b"") == []
    assert isinstance(of(b"a", b"a\n"), TextDifference)


def test_what_has_a_nul_near_its_start_is_compared_offset_by_offset() -> None:
    found = of(b"\0abcd" + b"x" * 100, b"\0abXd" + b"x" * 90)
    assert isinstance(found, BinaryDifference)
    assert found.bytes.runs == (Run(3, 4), Run(95, 105))
    assert found.bytes.first == 3
    assert not found.are_texts


def test_texts_too_large_for_lines_are_compared_offset_by_offset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparing, "TEXT_SIZE", 3)
    found = of(b"abcd", b"abXd")
    assert isinstance(found, BinaryDifference)
    assert found.are_texts
    monkeypatch.undo()
    monkeypatch.setattr(comparing, "TEXT_LINES", 2)
    assert isinstance(of(b"a\nb\nc", b"a\nb\nd"), BinaryDifference)


def test_bytes_that_differ_near_one_another_are_one_place() -> None:
    old, new = bytearray(3 << 20), bytearray(3 << 20)
    for offset in (5, 20, 400, (1 << 20) - 5, (1 << 20) + 3):
        new[offset] = 1
    found = byte_difference(BytesBlob(bytes(old)), BytesBlob(bytes(new)))
    assert found.runs == (Run(5, 21), Run(400, 401), Run((1 << 20) - 5, (1 << 20) + 4))
    assert found.is_all


def test_looking_for_differing_bytes_stops_where_there_are_enough() -> None:
    old, new = BytesBlob(bytes(10_000)), BytesBlob(b"\1" + bytes(4_998) + b"\1" + bytes(5_000))
    assert byte_difference(old, new, most=1) == ((Run(0, 1),), False)
    assert byte_difference(old, new, most=2).is_all


def test_comparing_is_stopped_by_being_asked() -> None:
    with pytest.raises(CancelledError):
        byte_difference(BytesBlob(b"a"), BytesBlob(b"b"), cancelled=lambda: True)


def sides(*layers: list[bytes], path: bytes = b"/f") -> tuple[Contents, Side, Side]:
    tars = [builders.layer(*entries) for entries in layers]
    contents = Contents([Layer(index=n, blob=BytesBlob(tar)) for n, tar in enumerate(tars)])
    old, new = history_of(stack(*layers), path)[-2:]
    return contents, side_of(old, old.layer), side_of(new, new.layer)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        (file("f", b"a", mode=0o600), file("f", b"a", mode=0o4755), {"mode"}),
        (file("f", b"a"), file("f", b"ab"), {"size"}),
        (file("f", uid=1), file("f", gid=1), {"owner"}),
        (file("f", mtime=1), file("f", mtime=2), {"time"}),
        (symlink("f", "a"), symlink("f", "b"), {"link"}),
        (device("f", 1, 2), device("f", 1, 3), {"device"}),
        (file("f"), directory("f", mode=0o644), {"type", "size"}),
        (file("f"), file("f", pax={"SCHILY.xattr.user.a": b"1"}), {"xattr"}),
        (file("f"), whiteout("f"), {"type", "size", "mode", "owner"}),
    ],
)
def test_metadata_is_compared_field_by_field(old: bytes, new: bytes, names: set[str]) -> None:
    comparison = compared(*sides([old], [new]))
    assert {field.name for field in comparison.fields if field.differs} == names
    assert not comparison.is_same


def test_a_hard_link_is_the_file_that_it_leads_to() -> None:
    comparison = compared(*sides([file("g", b"a"), file("f", b"a")], [hardlink("f", "g")]))
    assert comparison.is_same
    assert comparison.fields[-1].words(comparison.fields[-1].new) == "/g"


def test_a_version_that_is_not_there_has_no_content() -> None:
    comparison = compared(*sides([file("f", b"a\n")], [whiteout("f")]))
    assert isinstance(comparison.content, TextDifference)
    assert comparison.content.new == []


def test_fields_are_told_in_printable_words() -> None:
    pax = {"SCHILY.xattr.user.\x1b": b"\1\2", "SCHILY.xattr.user.t": b"text\0"}
    entry = file("f", b"a" * 1234, mode=0o4755, uid=5, gid=6, mtime=1_715_000_400, pax=pax)
    fields = compared(*sides([file("f", b"x")], [entry])).fields
    told = {field.title: field.words(field.new) for field in fields}
    assert told == {
        "type": "file",
        "size": "1.2 kB (1 234 B)",
        "mode": "4755 rwsr-xr-x",
        "owner": "5:6",
        "time": "2024-05-06T13:00:00Z",
        "user.\\x1b": "01 02",
        "user.t": "text",
    }
    assert fields[0].words(None) == ""


def test_a_content_whose_place_is_not_known_is_told_to_be_so() -> None:
    layers = [gnu(name=b"f"), file("f", b"1")]
    filesystem = stack(layers)
    old, new = history_of(filesystem, b"/f")
    contents = Contents([Layer(index=0, blob=BytesBlob(builders.layer(*layers)))])
    comparison = compared(contents, side_of(old, 0), side_of(new, 0))
    assert (comparison.is_known, comparison.is_same, comparison.content) == (False, False, None)
