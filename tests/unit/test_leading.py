"""Which symbolic links may be written."""

from __future__ import annotations

import pytest

from layertui.contents.leading import ABSOLUTE, ALONE, ENDLESS, LEADS_OUT, UNUSABLE, why_not

LINKS = {
    b"here": b".",
    b"d/up": b"..",
    b"d/to-e": b"../e",
    b"root": b"/",
    b"loop": b"loop",
    b"d/out": b"../..",
}


def judged(name: str, text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return why_not(name.encode(), raw, LINKS.get)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a", "b"),
        ("a", "d/../b"),
        ("d/a", "../b"),
        ("d/e/a", "../../b/c"),
        ("a", "."),
        ("a", "here/here/d"),
        ("a", "d/up/b"),
        ("a", "d/to-e/b"),
        ("a", "missing/b"),
        ("a", "missing/../b"),
        ("a", "d//./b/"),
    ],
)
def test_links_that_stay_inside_are_written(name: str, text: str) -> None:
    assert judged(name, text) == ""


@pytest.mark.parametrize("text", ["/", "/etc/passwd", "//x"])
def test_absolute_links_are_not(text: str) -> None:
    assert judged("d/a", text) == ABSOLUTE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a", ".."),
        ("a", "d/../.."),
        ("d/a", "../../b"),
        ("a", "missing/../../b"),
        ("a", "here/../b"),
        ("a", "d/up/../b"),
        ("a", "d/to-e/../../b"),
        ("a", "root"),
        ("a", "root/etc"),
        ("a", "d/out"),
        ("", "../b"),
    ],
)
def test_links_that_lead_out_in_any_way_are_not(name: str, text: str) -> None:
    assert judged(name, text) == LEADS_OUT


@pytest.mark.parametrize("text", ["b", "d/b", "root", "loop", "d/../b"])
def test_a_link_is_not_written_without_what_it_leads_to(text: str) -> None:
    assert judged("", text) == ALONE


def test_links_without_end_are_not() -> None:
    assert judged("loop", "loop") == ENDLESS
    assert judged("a", "loop/b") == ENDLESS


@pytest.mark.parametrize("text", [b"", b"a\0b", b"x" * 4_096])
def test_links_that_no_system_can_make_are_not(text: bytes) -> None:
    assert judged("a", text) == UNUSABLE
