"""What is written into a settings file is what is read from it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from layertui.config import load_settings
from layertui.config.effective import toml
from layertui.config.remembering import remember

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.one_of(TEXTS, st.integers(0, 2**60), st.booleans(), st.lists(TEXTS)))
def test_a_printed_value_is_one_line_of_toml_that_says_the_same(value: object) -> None:
    printed = toml(value)
    assert printed.isprintable()
    assert tomllib.loads(f"key = {printed}") == {"key": value}


@given(st.lists(st.tuples(st.sampled_from(["filter", "theme"]), TEXTS.filter(str.isprintable))))
def test_what_is_remembered_last_is_what_is_loaded(changes: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text("# mine\n")
        for key, text in changes:
            remember(path, {f"screen.{key}": text})
        screen = load_settings(path, {}).screen
        assert (screen.filter, screen.theme) == (
            dict(changes).get("filter", ""),
            dict(changes).get("theme", ""),
        )
        assert path.read_text(encoding="utf-8").startswith("# mine\n")
