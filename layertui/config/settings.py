"""The settings file and the CI rules file.

Settings are TOML, in `layertui/config.toml` of the user's configuration folder or where
`--config` says; each is also an environment variable (`LAYERTUI_LIMITS_LAYER_ENTRIES`). CI
rules are YAML, in `.dive-ci` of the working directory or where `--ci-config` says.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layertui.analysis.rules import RULE_NAMES, Rules, parse_rule
from layertui.display import printable
from layertui.errors import ConfigError
from layertui.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CI_FILE = ".dive-ci"
_PLUGINS = "plugins"
_ENVIRONMENT_PREFIX = "LAYERTUI_LIMITS_"
_LARGEST_FILE = 1 << 20
_RULE_FIELDS = dict(
    zip(
        RULE_NAMES,
        ("lowest_efficiency", "highest_wasted_bytes", "highest_user_wasted_percent"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a user can set outside the command line."""

    limits: Limits = field(default_factory=Limits)


def load_settings(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Return the settings of a file, of the default one where `path` is None, and environment.

    Raises:
        ConfigError: The file cannot be read, or a key or a value is wrong.
    """
    document: dict[str, Any] = {}
    file = path or _default_settings_file()
    where = printable(str(file))
    if path is not None or file.exists():
        document = _read_toml(file)
        _check_keys(document, ("limits",), where)
    limits = _limits(Limits(), document.get("limits", {}), where)
    from_environment = {
        name.removeprefix(_ENVIRONMENT_PREFIX).lower(): _integer(value)
        for name, value in environment.items()
        if name.startswith(_ENVIRONMENT_PREFIX)
    }
    return Settings(limits=_limits(limits, from_environment, "the environment"))


def _default_settings_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("layertui", appauthor=False) / "config.toml"


def _read_text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ConfigError(f"cannot read {printable(str(path))}: {reason}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{printable(str(path))} is not UTF-8 text") from None
    if len(text) > _LARGEST_FILE:
        raise ConfigError(f"{printable(str(path))} is larger than 1 MiB")
    return text


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(_read_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{printable(str(path))}: {printable(str(error))}") from None


def _integer(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text


def _limits(limits: Limits, values: Any, where: str) -> Limits:
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: limits is not a table")
    _check_keys(values, [known.name for known in fields(Limits)], f"{where}: limits")
    for name, value in values.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ConfigError(
                f"{where}: limits.{name} is {printable(repr(value), 60)}",
                hint="A limit is a whole number that is not negative; sizes are bytes.",
            )
    return replace(limits, **values)


def _check_keys(values: Iterable[str], known: Iterable[str], where: str) -> None:
    names = list(known)
    for key in values:
        if key not in names:
            nearest = get_close_matches(str(key), names, n=1, cutoff=0.5)
            raise ConfigError(
                f"{where}: unknown key {printable(str(key), 60)!r}",
                hint=f"Did you mean {nearest[0]}?" if nearest else f"Known: {', '.join(names)}.",
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
    _check_keys((key for key in document if key != _PLUGINS), ("rules",), where)
    values = document.get("rules") or {}
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: rules is not a mapping")
    values = {key: value for key, value in values.items() if "/" not in str(key)}
    names = {name.lower(): name for name in RULE_NAMES}
    _check_keys(
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
        document = yaml.safe_load(_read_text(path))
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
