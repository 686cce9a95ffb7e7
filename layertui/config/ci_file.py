"""The rules file for CI: where it is, and what it asks.

The first of these that is there is the one, as a whole; nothing is taken from the others:

    --ci-config FILE   .layertui.toml   [tool.layertui] of pyproject.toml   .dive-ci

A file is TOML or YAML, whatever it is called, and means the same in both.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from layertui.analysis.rules import RULE_NAMES, Rules, parse_rule
from layertui.config.files import parse_toml, read_text, text_if_there
from layertui.config.naming import quoted
from layertui.display import printable
from layertui.errors import ConfigError
from layertui.policy.values import Limit, Policies, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_FILE = ".layertui.toml"
PROJECT_FILE = "pyproject.toml"
DIVE_FILE = ".dive-ci"
_TABLE = "tool.layertui"
_HINT = "`layertui ci init IMAGE` writes a file as it should be."
_TOML_LINE = re.compile(r"(?m)^\s*(?:\[|[\w\".'-]+\s*=)")
_FILLED_LINE = re.compile(r"(?m)^[ \t]*[^#\s].*$")
_ORIGIN = "the option "
_OPTIONS = dict(
    zip(
        RULE_NAMES,
        ("--lowest-efficiency", "--highest-wasted-bytes", "--highest-user-wasted-percent"),
        strict=True,
    )
)


class _Document(NamedTuple):
    """A rules file.

    Attributes:
        name: What errors call it, printable.
        values: What it holds.
    """

    name: str
    values: dict[str, Any]


def load_policies(path: Path | None, flags: Mapping[str, str | None]) -> Policies:
    """Return the rules for CI: flags over the file over the defaults.

    Args:
        path: The rules file, or None for that of the working directory where there is one.
        flags: By rule name, the text given on the command line, or None.

    Raises:
        ConfigError: The file cannot be read, or a key or a value is wrong.
    """
    given = {
        name: Limit(value=parse_rule(name, text, _OPTIONS[name]), origin=_ORIGIN + _OPTIONS[name])
        for name, text in flags.items()
        if text is not None
    }
    document, passed_over = (_read(path), ()) if path else _found()
    everywhere = Policy(limits=default_limits())
    if document is None:
        return Policies(everywhere=everywhere, given=Policy(limits=given))
    from layertui.config.ci_tables import read_policies

    own, sections = read_policies(document.values, document.name)
    return Policies(
        everywhere=everywhere.with_more(own),
        sections=sections,
        given=Policy(limits=given),
        file=document.name,
        passed_over=passed_over,
    )


def default_limits() -> dict[str, Limit]:
    """Return the limits where nothing is given: dive's."""
    rules = Rules()
    values = (
        rules.lowest_efficiency,
        rules.highest_wasted_bytes,
        rules.highest_user_wasted_percent,
    )
    return {name: Limit(value=value) for name, value in zip(RULE_NAMES, values, strict=True)}


def _found() -> tuple[_Document | None, tuple[str, ...]]:
    """Return the rules file of the working directory, and the names of others there are."""
    own = _read(Path(OWN_FILE)) if os.path.lexists(OWN_FILE) else None
    project = _in_project(Path(PROJECT_FILE))
    if own or project:
        others = [project.name] if own and project else []
        others += [DIVE_FILE] if os.path.lexists(DIVE_FILE) else []
        return own or project, tuple(others)
    return (_read(Path(DIVE_FILE)) if os.path.lexists(DIVE_FILE) else None), ()


def _in_project(path: Path) -> _Document | None:
    """Return the table of a project file, or None where it has none."""
    text = text_if_there(path)
    if text is None or "layertui" not in text:
        return None
    return _table_of(parse_toml(text, path, hint=""), path)


def _table_of(document: Mapping[str, Any], path: Path) -> _Document | None:
    name = f"{printable(str(path))}: {_TABLE}"
    tools = document.get("tool", {})
    table = tools.get("layertui") if isinstance(tools, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{name} is not a table")
    return _Document(name, table)


def _read(path: Path) -> _Document:
    """Return what a rules file holds, TOML or YAML.

    Raises:
        ConfigError: It cannot be read, or is neither.
    """
    text = read_text(path)
    if path.name == PROJECT_FILE:
        table = _table_of(parse_toml(text, path, hint=""), path)
        if table is None:
            raise ConfigError(f"{printable(str(path))} has no table [{_TABLE}]")
        return table
    is_toml = path.suffix == ".toml" or (
        path.suffix not in (".yaml", ".yml") and _looks_like_toml(text)
    )
    values = parse_toml(text, path, hint=_HINT) if is_toml else _read_yaml(text, path)
    return _Document(printable(str(path)), values)


def _looks_like_toml(text: str) -> bool:
    """Tell whether the first line that says something is one of TOML."""
    line = _FILLED_LINE.search(text)
    return line is not None and _TOML_LINE.match(line[0]) is not None


def _read_yaml(text: str, path: Path) -> dict[str, Any]:
    import yaml

    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise ConfigError(
            f"{printable(str(path))} is not YAML: {printable(problem, 200)}"
        ) from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError(
            f"{printable(str(path))} is not a rules file",
            hint="Expected a mapping with the key `rules`.",
        )
    for key in document:
        if not isinstance(key, str):
            raise ConfigError(f"{printable(str(path))}: the key {quoted(key)} is not a text")
    return document
