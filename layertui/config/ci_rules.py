"""The CI rules file: YAML, `.dive-ci` of the working directory or where `--ci-config` says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layertui.analysis.rules import RULE_NAMES, Rules, parse_rule
from layertui.config.files import read_text
from layertui.config.naming import check_names
from layertui.display import printable
from layertui.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

CI_FILE = ".dive-ci"
_PLUGINS = "plugins"
_RULE_FIELDS = dict(
    zip(
        RULE_NAMES,
        ("lowest_efficiency", "highest_wasted_bytes", "highest_user_wasted_percent"),
        strict=True,
    )
)


def load_rules(path: Path | None, flags: Mapping[str, str | None]) -> Rules:
    """Return the CI rules: flags over the file over the defaults.

    Args:
        path: The rules file, or None for `.dive-ci` of the working directory where it exists.
        flags: By rule name, the text given on the command line, or None.

    Raises:
        ConfigError: The file cannot be read, or a key or a value is wrong.
    """
    texts: dict[str, str] = {}
    if path is not None or os.path.lexists(CI_FILE):
        texts = _rule_texts(path or Path(CI_FILE))
    texts |= {name: text for name, text in flags.items() if text is not None}
    return Rules(**{_RULE_FIELDS[name]: parse_rule(name, text) for name, text in texts.items()})  # type: ignore[arg-type]


def _rule_texts(path: Path) -> dict[str, str]:
    """Return the rules of a file by name, as texts; names are told apart regardless of case.

    dive's plugins, and the rules that they name with a slash, are left out as dive leaves them.
    """
    where = printable(str(path))
    document = _read_yaml(path)
    check_names((key for key in document if key != _PLUGINS), ("rules",), where)
    values = document.get("rules") or {}
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: rules is not a mapping")
    values = {key: value for key, value in values.items() if "/" not in str(key)}
    names = {name.lower(): name for name in RULE_NAMES}
    check_names(
        [names.get(str(key).lower(), str(key)) for key in values], RULE_NAMES, f"{where}: rules"
    )
    for key, value in values.items():
        if isinstance(value, (dict, list)):
            raise ConfigError(f"{where}: rules.{printable(str(key))} is not a single value")
    return {
        names[str(key).lower()]: "" if value in (None, False) else str(value)
        for key, value in values.items()
    }


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    try:
        document = yaml.safe_load(read_text(path))
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
    return document
