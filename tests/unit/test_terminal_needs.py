"""Which terminals get ASCII only."""

from __future__ import annotations

import pytest

from layertui.ui.terminal import needs_ascii

BROWSER = "textual.drivers.web_driver:WebDriver"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LANG": "en_GB.UTF-8"},
        {"LANG": "en_GB.utf8"},
        {"LANG": "C.UTF-8"},
        {"LANG": "de_DE.UTF-8@euro"},
        {"LANG": "de_DE"},
        {"LC_ALL": "", "LANG": "en_GB.UTF-8"},
        {"LC_ALL": "en_GB.UTF-8", "LANG": "C"},
        {"LC_CTYPE": "en_GB.UTF-8", "LANG": "C"},
        {"LC_CTYPE": "C.UTF-8"},
        {"LC_CTYPE": "UTF-8"},
        {"LC_CTYPE": "C.UTF-8", "LANG": "en_GB.UTF-8"},
        {"TEXTUAL_DRIVER": BROWSER, "TERM": "linux", "LC_ALL": "C"},
    ],
)
def test_a_locale_of_utf_8_or_none_has_all_characters(environment: dict[str, str]) -> None:
    assert not needs_ascii({"TERM": "xterm-256color", **environment}, "utf-8")


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"},
        {"LANG": "C"},
        {"LC_CTYPE": "C"},
        {"LC_CTYPE": "C.UTF-8", "LANG": "C"},
        {"LC_CTYPE": "C.UTF-8", "LANG": "de_DE.ISO-8859-1"},
        {"LC_CTYPE": "de_DE.ISO-8859-15@euro", "LANG": "en_GB.UTF-8"},
    ],
)
def test_any_other_locale_has_ascii(environment: dict[str, str]) -> None:
    assert needs_ascii({"TERM": "xterm-256color", **environment}, "utf-8")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "iso8859-15", "cp437"])
def test_a_stream_that_does_not_encode_utf_8_has_ascii(encoding: str) -> None:
    assert needs_ascii({"TERM": "xterm", "LANG": "en_GB.UTF-8"}, encoding)


@pytest.mark.parametrize("terminal", ["linux", "linux-16color", "vt100", "vt220", "vt420-w", "ansi",
                                      "cons25", "sun", "wyse60", "wy50", "hp700"])  # fmt: skip
def test_terminals_that_lack_glyphs_have_ascii(terminal: str) -> None:
    assert needs_ascii({"TERM": terminal, "LANG": "en_GB.UTF-8"}, "utf-8")


@pytest.mark.parametrize("terminal", ["xterm", "xterm-256color", "screen", "tmux-256color",
                                      "rxvt-unicode", "alacritty", "xterm-kitty", "foot", "vte",
                                      ""])  # fmt: skip
def test_other_terminals_have_all_characters(terminal: str) -> None:
    assert not needs_ascii({"TERM": terminal, "LANG": "en_GB.UTF-8"}, "utf-8")
