from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click

from layertui.cli import command
from layertui.cli.table import COMMANDS
from layertui.config import CacheSettings, ScreenSettings, load_settings
from layertui.config.effective import toml
from layertui.config.tables import CACHE_KINDS, SCREEN_KINDS
from layertui.limits import Limits

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_readme_documents_every_limit() -> None:
    assert [f.name for f in fields(Limits) if f"| `{f.name}` |" not in README] == []


def test_the_options_the_readme_names_exist() -> None:
    commands = [command, *(entry.load() for entry in COMMANDS.values())]
    options = [option for each in commands for option in each.params]
    known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    named = {word.strip("`.,)") for word in README.split() if word.startswith("`--")}
    assert {word for word in named if word.startswith("--")} <= known | {"--help"}
    assert isinstance(command, click.Command)


def test_the_readme_documents_every_setting_of_the_screen_with_its_default() -> None:
    usual = ScreenSettings()
    rows = [
        f"| `{name}` | `{toml(kind.write(getattr(usual, name)))}` |"
        for name, kind in SCREEN_KINDS.items()
    ]
    assert [row for row in rows if row not in README] == []


def test_the_readme_documents_every_setting_of_the_cache_with_its_default() -> None:
    usual = CacheSettings()
    rows = [
        f"| `{name}` | `{toml(kind.write(getattr(usual, name)))}` |"
        for name, kind in CACHE_KINDS.items()
    ]
    assert [row for row in rows if row not in README] == []


def test_the_settings_file_of_the_readme_is_one(tmp_path: Path) -> None:
    from layertui.ui.settings.preferences import check_preferences

    [example] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    path = tmp_path / "config.toml"
    path.write_text(example)
    settings = load_settings(path, {})
    assert settings.screen.theme == "nord"
    assert "tree.sort" in check_preferences(settings, {})
