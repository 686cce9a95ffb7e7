"""Equal files under several names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.insight.duplicates import (
    MOST_FINDINGS,
    MOVED,
    NOT_COMPARED,
    SHOWN_TWICE,
    find_duplicates,
)
from tests.builders import file, hardlink, whiteout
from tests.insight import inspected

if TYPE_CHECKING:
    from layertui.insight.finding import Finding

DATA = b"x" * 5000
OTHER = b"x" * 4999 + b"y"

packed = pytest.mark.parametrize("packed", [False, True])


def found(*layers: list[bytes], base: int = 0, packed: bool = False) -> list[Finding]:
    return list(find_duplicates(inspected(*layers, base=base, packed=packed).inspection))


@packed
def test_equal_files_under_two_names_are_one_too_many(packed: bool) -> None:
    (finding,) = found([file("a", DATA), file("d/b", DATA), file("c", OTHER)], packed=packed)
    assert (finding.group, finding.size, finding.layer) == (SHOWN_TWICE, 5000, 0)
    assert finding.paths == (b"/a", b"/d/b")
    assert "2 files of 5.0 kB hold the same" in finding.message


@packed
def test_files_of_several_layers_are_compared(packed: bool) -> None:
    (finding,) = found([file("a", DATA)], [file("b", DATA)], base=1, packed=packed)
    assert (finding.size, finding.layer, finding.base) == (5000, 1, False)


@packed
def test_a_file_that_was_moved_by_a_layer_of_its_own_is_shipped_twice(packed: bool) -> None:
    (finding,) = found([file("a", DATA)], [whiteout("a"), file("b", DATA)], packed=packed)
    assert (finding.group, finding.size, finding.layer) == (MOVED, 5000, 0)
    assert finding.ghost
    assert finding.paths == (b"/b", b"/a")


def test_of_three_files_of_a_size_only_the_equal_ones_are_told() -> None:
    findings = found([file("a", DATA), file("b", OTHER)], [file("c", OTHER)], packed=True)
    assert [each.paths for each in findings] == [(b"/b", b"/c")]


@pytest.mark.parametrize(
    "layers",
    [
        [[file("a", DATA), file("b", OTHER)]],
        [[file("a", DATA), hardlink("b", "a")]],
        [[file("a", DATA[:4000]), file("b", DATA[:4000])]],
        [[file("a", DATA)], [file("a", DATA, mode=0o600)]],
        [[file("a", DATA)], [file("a", DATA)], [whiteout("a")]],
        [[file("a", DATA), file("b", DATA)], [whiteout("a"), whiteout("b")]],
        [[file("a", b""), file("b", b"")]],
    ],
)
def test_what_is_shipped_once_or_told_elsewhere_is_no_duplicate(layers: list[list[bytes]]) -> None:
    assert found(*layers) == []


def test_a_copy_that_only_a_hard_link_shows_goes_by_its_name() -> None:
    layers = [file("a", DATA), hardlink("z", "a"), file("b", DATA)], [whiteout("a")]
    (finding,) = found(*layers)
    assert (finding.group, finding.paths) == (SHOWN_TWICE, (b"/z", b"/b"))


def test_the_most_bytes_come_first() -> None:
    small = [file(f"s{number}", DATA) for number in range(3)]
    large = [file("l1", DATA * 4), file("l2", DATA * 4)]
    assert [each.size for each in found([*small, *large])] == [20_000, 10_000]


def test_groups_without_end_are_put_together_by_layer() -> None:
    layer = [
        file(f"{name}{number}", b"%5000d" % number)
        for number in range(MOST_FINDINGS + 5)
        for name in "ab"
    ]
    findings = found(layer)
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1].size == 25_000
    assert "5 other groups" in findings[-1].message


def test_no_more_is_read_than_allowed_and_that_is_said() -> None:
    image = inspected([file(f"{number}", DATA) for number in range(9)]).inspection
    findings = find_duplicates(image, most_read=5 * 4096)
    assert findings[-1].group == NOT_COMPARED
    assert findings[-1].size == 0
    assert find_duplicates(image, most_read=1 << 20)[0].size == 8 * 5000


def test_comparing_can_be_stopped() -> None:
    image = inspected([file("a", DATA), file("b", DATA)]).inspection
    with pytest.raises(CancelledError):
        find_duplicates(image, cancelled=lambda: True)
