from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click

from layertui.cli import command
from layertui.limits import Limits

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_readme_documents_every_limit() -> None:
    assert [f.name for f in fields(Limits) if f"| `{f.name}` |" not in README] == []


def test_the_options_the_readme_names_exist() -> None:
    known = {name for option in command.params for name in option.opts}
    named = {word.strip("`.,)") for word in README.split() if word.startswith("`--")}
    assert {word for word in named if word.startswith("--")} <= known | {"--help"}
    assert isinstance(command, click.Command)
