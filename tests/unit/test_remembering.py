from __future__ import annotations

import stat
from pathlib import Path

import pytest

from layertui.config import load_settings
from layertui.config.remembering import remember
from layertui.errors import ConfigError

MINE = """\
# mine
[keys]  # my keys
tree.sort = "f3" # why
"help" = "f1"

[screen]
# look
theme    = 'nord'   # nice
filter = "x"
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_and_folder_are_made_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "layertui" / "config.toml"
    remember(path, {"screen.theme": "nord"})
    assert path.read_text() == '[screen]\ntheme = "nord"\n'
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_comments_order_and_other_settings_stay(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(MINE)
    path.chmod(0o640)
    remember(path, {"screen.theme": "dracula", "keys.tree.sort": "f2,o", "keys.help": "f9"})
    expected = MINE.replace("'nord'", '"dracula"').replace('"f3"', '"f2,o"').replace("f1", "f9")
    assert path.read_text() == expected
    assert mode(path) == 0o640


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("screen.theme", 'a "quoted" \\ one'),
        ("screen.ascii", None),
        ("screen.ascii", False),
        ("screen.columns", ("time", "bar")),
        ("screen.hide", ()),
        ("screen.layers_width", 33),
        ("limits.layers", 7),
    ],
)
@pytest.mark.parametrize("before", ["", MINE, "screen = {split = true}\n", "screen.split = true\n"])
def test_what_is_remembered_is_in_effect_afterwards(
    tmp_path: Path, name: str, value: object, before: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(before)
    remember(path, {name: value})
    settings = load_settings(path, {})
    table, _, key = name.partition(".")
    assert getattr(getattr(settings, table), key) == value


def test_a_binding_is_remembered_by_its_whole_id(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    remember(path, {"keys.tree.sort": "f2"})
    assert path.read_text() == '[keys]\n"tree.sort" = "f2"\n'
    remember(path, {"keys.tree.sort": "f3"})
    assert path.read_text() == '[keys]\n"tree.sort" = "f3"\n'


def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "layertui.toml", tmp_path / "config.toml"
    real.parent.mkdir()
    real.write_text("# mine\n")
    link.symlink_to(real)
    remember(link, {"screen.theme": "nord"})
    assert link.is_symlink()
    assert real.read_text() == '# mine\n\n[screen]\ntheme = "nord"\n'


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"screen.colour": "red"}, "there is no setting screen.colour"),
        ({"screen": "red"}, "there is no setting screen"),
        ({"screen.sort": "date"}, "screen.sort is 'date'"),
        ({"keys.tree.sort": ""}, "keys.tree.sort is ''"),
    ],
)
def test_what_would_be_refused_at_the_next_start_is_not_written(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(MINE)
    with pytest.raises(ConfigError, match=message):
        remember(path, changes)
    assert path.read_text() == MINE


def test_a_file_that_is_wrong_already_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[screen\n")
    with pytest.raises(ConfigError, match=r"is not TOML: .*line 1"):
        remember(path, {"screen.theme": "nord"})
    assert path.read_text() == "[screen\n"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot write .*: Not a directory"):
        remember(tmp_path / "file" / "config.toml", {"screen.theme": "nord"})


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "config.toml"
    path.write_text(MINE)
    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(ConfigError, match=r"cannot write .*: Permission denied"):
        remember(path, {"screen.theme": "nord"})
    assert path.read_text() == MINE
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]
