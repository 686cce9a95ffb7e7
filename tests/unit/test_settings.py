from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from layertui.config import load_settings
from layertui.errors import ConfigError
from layertui.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path


def test_every_limit_can_be_set_in_the_file(tmp_path: Path) -> None:
    names = [field.name for field in fields(Limits)]
    path = tmp_path / "config.toml"
    path.write_text("[limits]\n" + "".join(f"{name} = {n}\n" for n, name in enumerate(names)))
    limits = load_settings(path, {}).limits
    assert [getattr(limits, name) for name in names] == list(range(len(names)))


def test_every_limit_can_be_set_in_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[limits]\nlayers = 1\n")
    names = [field.name for field in fields(Limits)]
    environment = {f"LAYERTUI_LIMITS_{name.upper()}": "7" for name in names}
    limits = load_settings(path, environment).limits
    assert {getattr(limits, name) for name in names} == {7}


def test_the_users_own_file_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        "layertui.config.settings.own_settings_file", lambda: tmp_path / "c.toml"
    )
    assert load_settings(None, {}).limits == Limits()
    (tmp_path / "c.toml").write_text("[limits]\nlayers = 3\n")
    assert load_settings(None, {}).limits.layers == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[limits]\nlayer = 1\n", "unknown key 'layer'"),
        ("[limit]\nlayers = 1\n", "unknown key 'limit'"),
        ("limits = 3\n", "limits is not a table"),
        ("[limits]\nlayers = -1\n", "limits.layers is -1"),
        ("[limits]\nlayers = true\n", "limits.layers is True"),
        ("[limits]\nlayers = 'many'\n", "limits.layers is 'many'"),
        ("[limits\n", "line 1"),
    ],
)
def test_a_wrong_settings_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=problem):
        load_settings(path, {})


def test_a_near_miss_is_answered_with_the_right_name(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[limits]\nlayer_entires = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    assert caught.value.hint == "Did you mean layer_entries?"


@pytest.mark.parametrize("value", ["many", "-1", "1.5", "9" * 30])
def test_a_wrong_value_in_the_environment_is_refused(tmp_path: Path, value: str) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    with pytest.raises(ConfigError, match="LAYERTUI_LIMITS_LAYERS is"):
        load_settings(path, {"LAYERTUI_LIMITS_LAYERS": value})


def test_a_settings_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load_settings(tmp_path / "none.toml", {})
