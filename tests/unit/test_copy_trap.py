"""Files that are shipped again because their metadata changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.insight.copy_trap import TWICE, UNCHANGED, find_metadata_copies
from tests.builders import file, hardlink, whiteout
from tests.insight import inspected

if TYPE_CHECKING:
    from layertui.insight.finding import Finding

BELOW = file("f", b"x" * 100, mtime=1)
STEPS = ("COPY . / # buildkit", "RUN /bin/sh -c chown -R app /  # buildkit")


def found(*layers: list[bytes], base: int = 0, steps: tuple[str, ...] = STEPS) -> list[Finding]:
    return list(find_metadata_copies(inspected(*layers, steps=steps, base=base).inspection))


@pytest.mark.parametrize(
    ("above", "group"),
    [
        (file("f", b"x" * 100, mtime=1, mode=0o755), "mode"),
        (file("f", b"x" * 100, mtime=1, uid=5), "owner"),
        (file("f", b"x" * 100, mtime=1, uid=5, mode=0o600), "mode and owner"),
        (file("f", b"x" * 100, mtime=2), "time"),
        (file("f", b"x" * 100, mtime=2, gid=7), "owner"),
        (file("f", b"x" * 100, mtime=1, pax={"SCHILY.xattr.user.a": b"1"}), "attributes"),
        (BELOW, UNCHANGED),
    ],
)
def test_what_changed_is_the_group(above: bytes, group: str) -> None:
    (finding,) = found([BELOW], [above])
    assert (finding.kind, finding.group, finding.layer) == ("metadata-copy", group, 1)
    assert (finding.size, finding.paths, finding.more) == (100, (b"/f",), 0)


@pytest.mark.parametrize(
    "above", [file("f", b"y" * 100), file("f", b"x"), whiteout("f"), file("g", b"x" * 100)]
)
def test_other_content_is_no_trap(above: bytes) -> None:
    assert found([BELOW], [above]) == []


def test_the_instruction_that_caused_it_is_named() -> None:
    (finding,) = found([BELOW], [file("f", b"x" * 100, uid=5)])
    assert "layer 1 (RUN chown -R app /)" in finding.message


def test_files_that_were_copied_are_to_be_copied_with_what_they_need() -> None:
    above = file("f", b"x" * 100, uid=5, gid=6, mode=0o750)
    (finding,) = found([BELOW], [above])
    assert "`COPY --chown=5:6 --chmod=0750` in layer 0" in finding.cure


def test_files_that_a_run_made_are_to_be_changed_in_it() -> None:
    (finding,) = found([BELOW], [file("f", b"x" * 100, uid=5)], steps=("RUN make", STEPS[1]))
    assert "in the RUN of layer 0" in finding.cure


def test_files_of_the_base_are_to_be_left_alone() -> None:
    (finding,) = found([BELOW], [file("f", b"x" * 100, uid=5)], base=1)
    assert "only the files that need it" in finding.cure
    assert not finding.base


def test_what_happens_in_the_base_is_of_the_base() -> None:
    (finding,) = found([BELOW], [file("f", b"x" * 100, uid=5)], base=2)
    assert finding.base
    assert "base image" in finding.cure


def test_files_that_are_copied_twice_are_to_be_copied_once() -> None:
    (finding,) = found([BELOW], [file("f", b"x" * 100, mtime=9)], steps=(STEPS[0], STEPS[0]))
    assert "Copy these files once: layer 0" in finding.cure


def test_a_copy_counts_for_each_layer_that_ships_it_again_even_when_it_is_removed_later() -> None:
    owner = file("f", b"x" * 100, mtime=1, uid=5)
    mode = file("f", b"x" * 100, mtime=1, uid=5, mode=0o600)
    findings = found([BELOW], [owner], [mode], [whiteout("f")])
    assert sorted((each.layer, each.group, each.size) for each in findings) == [
        (1, "owner", 100),
        (2, "mode", 100),
    ]


def test_files_that_stand_twice_in_a_layer_are_a_group_of_their_own() -> None:
    (finding,) = found([BELOW, file("f", b"x" * 100, mtime=1, uid=5)])
    assert (finding.group, finding.layer, finding.size) == (TWICE, 0, 100)


def test_a_copy_that_a_hard_link_leads_to_is_not_wasted() -> None:
    above = file("f", b"x" * 100, mtime=1, uid=5)
    assert found([BELOW, hardlink("l", "f")], [above]) == []


def test_findings_sum_to_what_the_accounting_says() -> None:
    image = inspected(
        [BELOW, file("g", b"y" * 7), file("h", b"z" * 9)],
        [file("f", b"x" * 100, mode=0o600), file("g", b"y" * 7), file("h", b"z" * 9, uid=1)],
    ).inspection
    findings = find_metadata_copies(image)
    causes = image.accounting.causes
    assert sum(each.size for each in findings) == causes.metadata + causes.identical
    assert sum(each.size for each in findings if each.group != UNCHANGED) == causes.metadata


def test_looking_can_be_stopped() -> None:
    image = inspected([BELOW], [BELOW])
    with pytest.raises(CancelledError):
        find_metadata_copies(image.inspection, cancelled=lambda: True)
