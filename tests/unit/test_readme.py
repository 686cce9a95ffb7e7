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

ROOT = Path(__file__).parents[2]
PAGES = {
    page: page.read_text(encoding="utf-8")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
DOCUMENTATION = "\n".join(PAGES.values())
SETTINGS = PAGES[ROOT / "docs" / "settings.md"]


def test_the_settings_page_has_every_limit() -> None:
    assert [f.name for f in fields(Limits) if f"| `{f.name}` |" not in SETTINGS] == []


def test_the_options_that_the_documentation_names_exist() -> None:
    commands = [command, *(entry.load() for entry in COMMANDS.values())]
    options = [option for each in commands for option in each.params]
    known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    named = {word.strip("`.,)") for word in DOCUMENTATION.split() if word.startswith("`--")}
    assert {word for word in named if word.startswith("--")} <= known | {"--help"}
    assert isinstance(command, click.Command)


def test_the_settings_page_has_every_setting_of_the_screen_with_its_default() -> None:
    usual = ScreenSettings()
    rows = [
        f"| `{name}` | `{toml(kind.write(getattr(usual, name)))}` |"
        for name, kind in SCREEN_KINDS.items()
    ]
    assert [row for row in rows if row not in SETTINGS] == []


def test_the_settings_page_has_every_setting_of_the_cache_with_its_default() -> None:
    usual = CacheSettings()
    rows = [
        f"| `{name}` | `{toml(kind.write(getattr(usual, name)))}` |"
        for name, kind in CACHE_KINDS.items()
    ]
    assert [row for row in rows if row not in SETTINGS] == []


def test_the_settings_file_of_the_page_is_one(tmp_path: Path) -> None:
    from layertui.ui.settings.preferences import check_preferences

    [example] = re.findall(r"```toml\n(.*?)```", SETTINGS, re.DOTALL)
    path = tmp_path / "config.toml"
    path.write_text(example)
    settings = load_settings(path, {})
    assert settings.screen.theme == "nord"
    assert "tree.sort" in check_preferences(settings, {})


def test_the_pages_lead_to_one_another_and_to_pictures_that_are_there() -> None:
    missing = [
        f"{page.name}: {target}"
        for page, text in PAGES.items()
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if not target.startswith("https:") and not _is_there(page, target)
    ]
    assert missing == []


def _is_there(page: Path, target: str) -> bool:
    """Tell whether a page leads to a file, and to a heading of it where one is named."""
    name, _, heading = target.partition("#")
    file = page.parent / name if name else page
    titles = re.findall(r"(?m)^#+ (.*)$", PAGES.get(file.resolve(), ""))
    slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    return file.exists() and (not heading or heading in slugs)
