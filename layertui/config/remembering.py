"""Writing settings into the user's file, when the user asks for it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any

from layertui.config.files import parse_toml, text_if_there
from layertui.config.settings import from_document
from layertui.config.tables import kind_of
from layertui.display import printable
from layertui.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tomlkit import TOMLDocument

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


def remember(path: Path, changes: Mapping[str, object]) -> None:
    """Set values in a settings file; what else is in it stays as it is, comments too.

    The file and its folder are made where they are not there, for this user only. The file is
    replaced whole, so that it is never half written; a symbolic link stays one.

    Args:
        path: The settings file.
        changes: By `table.key`, values as `Settings` has them.

    Raises:
        ConfigError: The file cannot be read or written, or would not be a settings file.
    """
    text = _changed(text_if_there(path) or "", path, changes)
    from_document(parse_toml(text, path), path)
    try:
        _write(path.resolve(), text)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(
            f"cannot write {printable(str(path))}: {printable(reason)}",
            hint="The setting holds until layertui ends.",
        ) from None


def _changed(text: str, path: Path, changes: Mapping[str, object]) -> str:
    """Return the text of a settings file with values set."""
    import tomlkit

    from_document(parse_toml(text, path), path)
    document = tomlkit.parse(text)
    for name, value in changes.items():
        kind = kind_of(name)
        if kind is None:
            raise ConfigError(f"there is no setting {printable(name)}")
        table, _, key = name.partition(".")
        _set(_table(document, table), key, kind.write(value))
    return tomlkit.dumps(document)


def _table(document: TOMLDocument, name: str) -> Any:
    """Return a table of a document; a new one is set apart by an empty line."""
    import tomlkit

    if name not in document:
        if document.as_string().strip():
            document.add(tomlkit.nl())
        document.add(name, tomlkit.table())
    return document[name]


def _set(table: Any, key: str, value: object) -> None:
    """Set a key of a table where it is, be it `"tree.sort"` or `tree.sort`, or else at the end."""
    first, _, rest = key.partition(".")
    while key not in table and rest and isinstance(table.get(first), dict):
        table, key = table[first], rest
        first, _, rest = key.partition(".")
    table[key] = value


def _write(path: Path, text: str) -> None:
    """Replace a file, with the permissions it has."""
    _make_folder(path.parent)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else _PRIVATE_FILE
    handle, temporary = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
