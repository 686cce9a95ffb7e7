"""Text, sizes, modes and times as they are shown."""

from __future__ import annotations

import pytest

from layertui import display
from layertui.display import printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        (b"bytes", "bytes"),
        ("", ""),
        ("\u00e9\u4e2d\U0001f600", "\u00e9\u4e2d\U0001f600"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"caf\xe9", "caf\\xe9"),
        ("\u202egpj", "\\u202egpj"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\U000e0041", "\\U000e0041"),
        ("\ue000\ufeff\u200b", "\\ue000\\ufeff\\u200b"),
        ("no\u00a0break\u3000", "no\u00a0break\u3000"),
        ("back\\slash", "back\\slash"),
        ("[red]markup[/red]", "[red]markup[/red]"),
        ("e\u0301", "e\u0301"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_act_on_becomes_an_escape(text: str | bytes, shown: str) -> None:
    assert printable(text) == shown


def test_a_pile_of_combining_marks_is_cut_to_four() -> None:
    shown = printable("a" + "\u0301" * 6 + "b")
    assert shown == "a" + "\u0301" * 4 + "\\u0301" * 2 + "b"


def test_long_text_ends_in_an_ellipsis() -> None:
    assert printable("abcdef", 3) == "abc\u2026"
    assert printable(b"abcdef", 6) == "abcdef"
    assert printable("\U0001f600".encode() * 9, 3) == "\U0001f600" * 3 + "\u2026"
    assert len(printable("x" * 100_000)) == 4097


def test_lines_break_where_the_text_breaks() -> None:
    assert printable_lines("a\n\tb\n\rc") == ["a", "    b", "\\rc"]


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"),
        (99_949, "99.9 kB"), (99_951, "100 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"),
        (6_400_000, "6.4 MB"), (10**9, "1.0 GB"), (10**12, "1.0 TB"), (10**15, "1.0 PB"),
        (10**18, "1.0 EB"), (10**22, "10000 EB"), (-1500, "-1.5 kB"),
    ],
)  # fmt: skip
def test_sizes_have_at_most_three_digits(count: int, shown: str) -> None:
    assert display.size(count) == shown


def test_numbers_are_grouped_and_ratios_are_per_cent() -> None:
    assert [display.count(number) for number in (0, 999, 1000, 1_234_567)] == [
        "0", "999", "1 000", "1 234 567",
    ]  # fmt: skip
    assert [display.percent(ratio) for ratio in (0, 0.1634, 1)] == ["0.0 %", "16.3 %", "100.0 %"]


@pytest.mark.parametrize(
    ("kind", "bits", "shown"),
    [
        ("file", 0o644, "-rw-r--r--"),
        ("file", 0o4755, "-rwsr-xr-x"),
        ("file", 0o4644, "-rwSr--r--"),
        ("file", 0o2755, "-rwxr-sr-x"),
        ("file", 0o2745, "-rwxr-Sr-x"),
        ("directory", 0o1777, "drwxrwxrwt"),
        ("directory", 0o1776, "drwxrwxrwT"),
        ("file", 0o7777, "-rwsrwsrwt"),
        ("file", 0, "----------"),
        ("symlink", 0o777, "lrwxrwxrwx"),
        ("hardlink", 0o600, "-rw-------"),
        ("chardev", 0o622, "crw--w--w-"),
        ("blockdev", 0o660, "brw-rw----"),
        ("fifo", 0o600, "prw-------"),
    ],
)
def test_modes_are_written_as_ls_writes_them(kind: str, bits: int, shown: str) -> None:
    assert display.mode(kind, bits) == shown


@pytest.mark.parametrize(
    ("nanoseconds", "shown"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00Z"),
        (1_500_000_000, "1970-01-01T00:00:01.5Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (1_700_000_000_000_000_000, "2023-11-14T22:13:20Z"),
        (-62_135_596_800 * 10**9, "0001-01-01T00:00:00Z"),
        (-62_135_596_801 * 10**9, None),
        (253_402_300_799 * 10**9, "9999-12-31T23:59:59Z"),
        (253_402_300_800 * 10**9, None),
        (1 << 200, None),
    ],
)
def test_times_are_utc_to_the_nanosecond(nanoseconds: int | None, shown: str | None) -> None:
    assert display.time(nanoseconds) == shown


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "moments"),
        (59, "moments"),
        (60, "1 minute"),
        (7_199, "1 hour"),
        (3 * 86_400, "3 days"),
        (45 * 86_400, "1 month"),
        (800 * 86_400, "2 years"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, told: str) -> None:
    assert display.age(seconds * 1_000_000_000) == told
