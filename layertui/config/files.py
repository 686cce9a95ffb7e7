"""Where the files of a user are, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertui.display import printable
from layertui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_FILE = 1 << 20
_HINT = "`layertui config` prints a file as it should be."
_NOT_THERE = (FileNotFoundError, NotADirectoryError)


def own_settings_file() -> Path:
    """Return where the settings of this user are, whether the file is there or not."""
    from platformdirs import user_config_path

    return user_config_path("layertui", appauthor=False) / "config.toml"


def read_text(path: Path) -> str:
    """Return a text file of at most 1 MiB.

    Raises:
        ConfigError: It cannot be read, is larger, or is not UTF-8.
    """
    text = text_if_there(path)
    if text is None:
        raise ConfigError(f"cannot read {printable(str(path))}: No such file or directory")
    return text


def text_if_there(path: Path) -> str | None:
    """Return a text file of at most 1 MiB, or None where there is no such file.

    Raises:
        ConfigError: It cannot be read, is larger, or is not UTF-8.
    """
    name = printable(str(path))
    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read(_LARGEST_FILE + 1)
    except _NOT_THERE:
        return None
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ConfigError(f"cannot read {name}: {reason}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{name} is not UTF-8 text") from None
    except ValueError as error:
        raise ConfigError(f"cannot read {name}: {printable(str(error))}") from None
    if len(text) > _LARGEST_FILE:
        raise ConfigError(f"{name} is larger than 1 MiB")
    return text


def parse_toml(text: str, path: Path, *, hint: str = _HINT) -> dict[str, Any]:
    """Return the document in a TOML text.

    Args:
        text: The text.
        path: Where it is from.
        hint: What to do where it is not TOML.

    Raises:
        ConfigError: It is not TOML; the message tells the line.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ConfigError(
            f"{printable(str(path))} is not TOML: {printable(str(error), 200)}",
            hint=hint,
        ) from None
