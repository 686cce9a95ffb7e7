"""Groups of left-overs in the settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.config.effective import effective_lines
from layertui.config.settings import Settings, load_settings
from layertui.errors import ConfigError
from layertui.insight.detecting import findings_of
from layertui.insight.finding import LEFT_OVER
from tests.builders import file
from tests.insight import inspected

if TYPE_CHECKING:
    from pathlib import Path

GROUP = """
[left_overs."test data"]
paths = ["fixtures/", "*.golden"]
besides = ["*.keep"]
cure = "Copy only what runs"
ignored = "**/fixtures"
confidence = "hint"
"""


def settings(text: str, folder: Path) -> Settings:
    path = folder / "config.toml"
    path.write_text(text)
    return load_settings(path, {})


def test_a_group_is_looked_for(tmp_path: Path) -> None:
    groups = settings(GROUP, tmp_path).left_overs
    image = inspected([file("app/fixtures/a", b"12"), file("b.golden", b"3"), file("c", b"4")])
    (finding,) = findings_of(*image, [LEFT_OVER], left_overs=groups)
    assert (finding.group, finding.size, finding.confidence) == ("test data", 3, "hint")
    assert finding.cure == "Copy only what runs"


def test_a_known_group_can_be_left_out(tmp_path: Path) -> None:
    groups = settings("[left_overs.logs]\npaths = []\n", tmp_path).left_overs
    image = inspected([file("var/log/dpkg.log", b"12")])
    assert findings_of(*image, [LEFT_OVER], left_overs=groups) == ()
    assert findings_of(*image, [LEFT_OVER]) != ()


def test_what_is_in_effect_is_written_as_it_can_be_read(tmp_path: Path) -> None:
    first = settings(GROUP, tmp_path)
    written = "\n".join(effective_lines(first, (), {}))
    assert settings(written, tmp_path).left_overs == first.left_overs


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("left_overs = 1", "left_overs is not a table"),
        ("[left_overs]\nlogs = 1", "left_overs.logs is not a table"),
        ("[left_overs.logs]\npath = []", "unknown key 'path'"),
        ("[left_overs.logs]\ncure = 'a'", "has no paths"),
        ("[left_overs.logs]\npaths = 'a'", "no list of patterns"),
        ("[left_overs.logs]\npaths = [1]", "no list of patterns"),
        ("[left_overs.logs]\npaths = ['/']", "means everything"),
        ("[left_overs.logs]\npaths = ['']", "means everything"),
        ("[left_overs.logs]\npaths = ['a']\nconfidence = 'sure'", "confidence is 'sure'"),
        ("[left_overs.logs]\npaths = ['a']\ncure = 1", "cure is 1"),
        ('[left_overs."a\\u001b"]\npaths = ["a"]', "printable"),
    ],
)
def test_what_is_wrong_with_a_group_is_told(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml") as raised:
        settings(text, tmp_path)
    assert problem in str(raised.value)
    assert str(raised.value).isprintable()
