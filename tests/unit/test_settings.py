from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from layertui.config import Given, ScreenSettings, load_settings
from layertui.config.tables import SCREEN_KINDS
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
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: tmp_path / "c.toml")
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


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def refusal(path: Path | None, environment: dict[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, environment or {})
    return caught.value


EVERY = """
[screen]
theme = "nord"
ascii = true
mouse = false
comparison = "base"
layer_size = "net"
columns = ["time", "size"]
sort = "size"
hide = ["unchanged", "added"]
filter = "*.py >1MB"
syntax = "glob"
split = true
layers_width = 25
"""
SET = ScreenSettings(
    theme="nord",
    ascii=True,
    mouse=False,
    comparison="base",
    layer_size="net",
    columns=("time", "size"),
    sort="size",
    hide=("unchanged", "added"),
    filter="*.py >1MB",
    syntax="glob",
    split=True,
    layers_width=25,
)


def test_every_setting_of_the_screen_can_be_set_in_the_file(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, EVERY), {}).screen == SET
    usual = ScreenSettings()
    names = [field.name for field in fields(ScreenSettings) if field.name != "keys"]
    assert [name for name in names if getattr(SET, name) == getattr(usual, name)] == []
    assert names == list(SCREEN_KINDS)


def test_every_setting_of_the_screen_can_be_set_in_the_environment(tmp_path: Path) -> None:
    environment = {
        "LAYERTUI_SCREEN_THEME": "nord",
        "LAYERTUI_SCREEN_ASCII": "1",
        "LAYERTUI_SCREEN_MOUSE": "off",
        "LAYERTUI_SCREEN_COMPARISON": "base",
        "LAYERTUI_SCREEN_LAYER_SIZE": "net",
        "LAYERTUI_SCREEN_COLUMNS": "time, size",
        "LAYERTUI_SCREEN_SORT": "size",
        "LAYERTUI_SCREEN_HIDE": "unchanged,added,added",
        "LAYERTUI_SCREEN_FILTER": "*.py >1MB",
        "LAYERTUI_SCREEN_SYNTAX": "glob",
        "LAYERTUI_SCREEN_SPLIT": "True",
        "LAYERTUI_SCREEN_LAYERS_WIDTH": "25",
    }
    assert load_settings(written(tmp_path, ""), environment).screen == SET


@pytest.mark.parametrize(("text", "value"), [('"auto"', None), ("true", True), ("false", False)])
def test_ascii_is_yes_no_or_by_itself(tmp_path: Path, text: str, value: bool | None) -> None:
    path = written(tmp_path, f"[screen]\nascii = {text}\n")
    assert load_settings(path, {}).screen.ascii is value


def test_the_command_line_beats_the_environment_that_beats_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[screen]\nascii = "auto"\nsort = "size"\nsplit = true\n')
    environment = {"LAYERTUI_SCREEN_ASCII": "no", "LAYERTUI_SCREEN_SORT": "name"}
    settings = load_settings(path, environment, [Given("screen.ascii", True, "the option --ascii")])
    screen = settings.screen
    assert (screen.ascii, screen.sort, screen.split, screen.mouse) == (True, "name", True, True)
    assert settings.origins == {
        "screen.ascii": "the option --ascii",
        "screen.sort": "the environment variable LAYERTUI_SCREEN_SORT",
        "screen.split": "the file",
    }


def test_keys_are_told_by_the_id_of_the_binding_quoted_or_not(tmp_path: Path) -> None:
    text = """
    [keys]
    "tree.sort" = "f2"
    tree.fold = "x, ctrl+a"
    help = ["?", ",", "f1"]
    layer.next = ","
    """
    assert load_settings(written(tmp_path, text), {}).screen.keys == {
        "tree.sort": "f2",
        "tree.fold": "x,ctrl+a",
        "help": "?,comma,f1",
        "layer.next": "comma",
    }


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[scren]\n", "unknown key 'scren'", "Did you mean screen?"),
        ("[screen]\nthme = 1\n", "screen: unknown key 'thme'", "Did you mean theme?"),
        ("screen = 1\n", "screen is not a table", "Write [screen], its keys below it."),
        ("[screen]\ntheme = 1\n", "screen.theme is 1", "It is the name of a theme"),
        ('[screen]\nfilter = "a\\nb"\n', r"screen.filter is 'a\nb'", "It is a line"),
        ('[screen]\nsort = "siez"\n', "screen.sort is 'siez'", "name or size. Did you mean size?"),
        ('[screen]\nascii = "yes"\n', "screen.ascii is 'yes'", 'It is true, false or "auto".'),
        ('[screen]\nsplit = "True"\n', "screen.split is 'True'", "Did you mean true?"),
        ("[screen]\nlayers_width = 5\n", "screen.layers_width is 5", "from 15 to 85, percent"),
        ("[screen]\nlayers_width = 4e1\n", "screen.layers_width is 40.0", "a whole number"),
        ('[screen]\nhide = "added"\n', "screen.hide is 'added'", "It is a list of added, "),
        ('[screen]\nhide = ["aded"]\n', "screen.hide is 'aded'", "Did you mean added?"),
        ('[keys]\n"tree.sort" = 2\n', "keys.tree.sort is 2", 'It is a key such as "f2"'),
        ('[keys]\ntree.sort = ""\n', "keys.tree.sort is ''", "It is a key"),
        ('[keys]\ntree.sort = ["a", 1]\n', "keys.tree.sort is ['a', 1]", "It is a key"),
        ("[keys]\ntree.sort = []\n", "keys.tree.sort is []", "It is a key"),
        ("[screen]\ntheme = \n", "is not TOML: Invalid value (at line 2", "`layertui config`"),
    ],
)
def test_an_error_names_file_and_key_what_was_expected_and_the_nearest(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    path = written(tmp_path, text)
    error = refusal(path)
    assert str(path) in error.message
    assert message in error.message
    assert hint in error.hint


def test_a_variable_that_is_none_of_ours_is_answered_with_the_nearest(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, ""), {"LAYERTUI_SCREEN_TEME": "nord"})
    assert "LAYERTUI_SCREEN_TEME" in error.message
    assert error.hint == "Did you mean LAYERTUI_SCREEN_THEME?"


@pytest.mark.parametrize("name", ["LAYERTUI_OTHER", "SCREEN_TEME", "TEXTUAL_THEME"])
def test_other_variables_are_none_of_our_business(tmp_path: Path, name: str) -> None:
    assert load_settings(written(tmp_path, ""), {name: "x"}).origins == {}


def test_a_wrong_value_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, ""), {"LAYERTUI_SCREEN_SORT": "\udcff\x1b"})
    assert error.message == r"the environment variable LAYERTUI_SCREEN_SORT is '\udcff\x1b'"


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    assert refusal(tmp_path).message == f"cannot read {tmp_path}: Is a directory"


def test_a_settings_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    assert refusal(path).message == f"{path} is not UTF-8 text"


@pytest.mark.parametrize("found", [True, False])
def test_the_settings_tell_their_file_and_whether_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: bool
) -> None:
    path = tmp_path / "config.toml"
    if found:
        path.touch()
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: path)
    settings = load_settings(None, {})
    assert (settings.file, settings.found) == (path, found)


def test_a_file_where_the_folder_should_be_is_no_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "layertui").touch()
    path = tmp_path / "layertui" / "config.toml"
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: path)
    assert not load_settings(None, {}).found


def test_insecure_registries_are_hosts_in_the_file_and_in_the_environment(tmp_path: Path) -> None:
    path = written(tmp_path, '[registry]\ninsecure = ["plain.example", "[::1]:5000"]\n')
    assert load_settings(path, {}).registry.insecure == ("plain.example", "[::1]:5000")
    variable = {"LAYERTUI_REGISTRY_INSECURE": "a.example:80, b.example"}
    assert load_settings(path, variable).registry.insecure == ("a.example:80", "b.example")
    assert load_settings(written(tmp_path, ""), {}).registry.insecure == ()


@pytest.mark.parametrize("value", ['"a.example"', "[1]", '["http://a.example"]', '["a b"]', '[""]'])
def test_an_insecure_registry_that_is_no_host_is_refused(tmp_path: Path, value: str) -> None:
    error = refusal(written(tmp_path, f"[registry]\ninsecure = {value}\n"))
    assert "registry.insecure" in error.message
    assert "registry.example:5000" in error.hint
