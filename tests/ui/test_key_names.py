"""Names of keys as users write them."""

from __future__ import annotations

import pytest

from layertui.errors import ConfigError
from layertui.ui.settings.key_names import textual_keys


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("f2", "f2"),
        ("f24", "f24"),
        ("x", "x"),
        ("X", "X"),
        ("shift+x", "X"),
        ("1", "1"),
        ("é", "é"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("/", "slash"),
        ("solidus", "slash"),
        ("+", "plus"),
        ("-", "minus"),
        ("]", "right_square_bracket"),
        ("comma", "comma"),
        ("ctrl+a", "ctrl+a"),
        ("^a", "ctrl+a"),
        ("ctrl++", "ctrl+plus"),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("alt+x", "alt+x"),
        ("esc", "escape"),
        ("return", "enter"),
        ("pgdn", "pagedown"),
        ("↑", "up"),
        ("del", "delete"),
        ("backspace", "backspace"),
        ("shift+tab", "shift+tab"),
        ("f2, ctrl+a ,f2", "f2,ctrl+a"),
        ("ctrl+space", "ctrl+space,ctrl+@"),
        ("ctrl+/", "ctrl+slash,ctrl+underscore"),
    ],
)
def test_a_key_is_written_by_name_or_by_its_character(written: str, keys: str) -> None:
    assert ",".join(textual_keys(written, "here")) == keys


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("F2", "Did you mean f2?"),
        ("Escape", "Did you mean escape?"),
        ("Ctrl+A", "Did you mean ctrl+a?"),
        ("alt+X", "Did you mean alt+x?"),
        ("control+a", "Did you mean ctrl+a?"),
        ("escpae", "Did you mean escape?"),
        ("ctrl+spce", "Did you mean ctrl+space?"),
        ("ctrl+shft+p", "Did you mean ctrl+shift+p?"),
        ("crtl+p", "Did you mean ctrl+p?"),
        ("shft+p", "Did you mean P?"),
        ("ctl+shift+spce", "Did you mean ctrl+shift+space?"),
        ("ctrl-p", "Did you mean ctrl+p?"),
        ("option+p", "Did you mean alt+p?"),
        ("xyzzy+escpae", "Did you mean escape?"),
        ("quetion_mark", "Did you mean question_mark?"),
        ("ctrl+", "Keys are written as f2, ctrl+a, question_mark, x or X."),
        ("", "Keys are written as f2, ctrl+a, question_mark, x or X."),
        ("<any>", "Keys are written as f2, ctrl+a, question_mark, x or X."),
        ("\x1b", "Keys are written as f2, ctrl+a, question_mark, x or X."),
    ],
)
def test_what_is_no_key_is_answered_with_the_nearest(written: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=r"^here: there is no key ") as caught:
        textual_keys(written, "here")
    assert caught.value.hint == hint
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize(
    ("written", "other"), [("ctrl+i", "tab"), ("ctrl+m", "enter"), ("ctrl+[", "escape")]
)
def test_keys_that_a_terminal_cannot_tell_from_others_are_refused(written: str, other: str) -> None:
    with pytest.raises(ConfigError, match=rf"terminals send ctrl\+\w+ as {other}"):
        textual_keys(written, "here")
