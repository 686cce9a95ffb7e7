"""The settings: command line over environment over file over default.

They are TOML, in `layertui/config.toml` of the user's configuration folder or where `--config`
says; those of `[screen]`, `[cache]` and `[limits]` are also environment variables
(`LAYERTUI_LIMITS_LAYER_ENTRIES`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from layertui.config.cache import CacheSettings
from layertui.config.files import own_settings_file, parse_toml, read_text, text_if_there
from layertui.config.naming import check_names, suggestion
from layertui.config.registry import RegistrySettings
from layertui.config.screen import ScreenSettings
from layertui.config.tables import (
    CACHE,
    KEYS,
    KEYS_KIND,
    KINDS,
    LEFT_OVERS,
    LIMITS,
    REGISTRY,
    SCREEN,
    TABLES,
    kind_of,
)
from layertui.display import printable
from layertui.errors import ConfigError
from layertui.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layertui.insight.left_over_table import LeftOvers

FROM_FILE = "the file"


class Given(NamedTuple):
    """A setting that somebody gave.

    Attributes:
        name: `table.key`.
        value: As the program takes it.
        origin: Where it was given, for a reader.
    """

    name: str
    value: object
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a user can set, and where it was set.

    Attributes:
        limits: Bounds on an image.
        screen: How the screen looks and behaves at the start.
        registry: How registries are talked to.
        cache: Where the indexes of layers are kept, and how many of them.
        left_overs: Groups of left-overs that the user adds.
        file: The settings file, which need not be there.
        found: Whether it is there.
        origins: Where a setting was given, by `table.key`; those that were not are left out.
    """

    limits: Limits = field(default_factory=Limits)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    registry: RegistrySettings = field(default_factory=RegistrySettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    left_overs: tuple[LeftOvers, ...] = ()
    file: Path = field(default_factory=Path)
    found: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)

    def where(self, name: str) -> str:
        """Return a setting and where it was given as an error names it, printable."""
        origin = self.origins.get(name, FROM_FILE)
        return f"{printable(str(self.file))}: {name}" if origin == FROM_FILE else origin


def load_settings(
    path: Path | None, environment: Mapping[str, str], options: Sequence[Given] = ()
) -> Settings:
    """Return the settings of a file, the environment and the command line.

    Args:
        path: The settings file, or None for the user's own where there is one.
        environment: The environment variables.
        options: What the command line sets.

    Raises:
        ConfigError: The file cannot be read, or a key or a value is wrong.
    """
    file = path or own_settings_file()
    text = read_text(file) if path else text_if_there(file)
    given = [
        *(from_document(parse_toml(text, file), file) if text is not None else ()),
        *_from_environment(environment),
        *options,
    ]
    values = {each.name: each.value for each in given}
    return Settings(
        limits=Limits(**_of_table(values, LIMITS)),
        screen=ScreenSettings(**_of_table(values, SCREEN), keys=_of_table(values, KEYS)),
        registry=RegistrySettings(**_of_table(values, REGISTRY)),
        cache=CacheSettings(**_of_table(values, CACHE)),
        left_overs=tuple(_of_table(values, LEFT_OVERS).values()),
        file=file,
        found=text is not None,
        origins={each.name: each.origin for each in given},
    )


def _of_table(values: Mapping[str, object], table: str) -> dict[str, Any]:
    """Return the values of one table by key."""
    prefix = f"{table}."
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }


def from_document(document: Mapping[str, object], file: Path) -> list[Given]:
    """Return the settings in a TOML document.

    Raises:
        ConfigError: A key or a value is wrong.
    """
    where = printable(str(file))
    check_names(document, TABLES, where)
    given: list[Given] = []
    for table, values in document.items():
        if not isinstance(values, dict):
            raise ConfigError(
                f"{where}: {table} is not a table", hint=f"Write [{table}], its keys below it."
            )
        given += _READERS.get(table, _fixed)(table, values, where)
    return given


def _fixed(table: str, values: Mapping[str, object], where: str) -> Iterator[Given]:
    """Yield the settings of a table whose keys are fixed."""
    kinds = KINDS[table]
    check_names(values, kinds, f"{where}: {table}")
    for key, value in values.items():
        name = f"{table}.{key}"
        yield Given(name, kinds[key].read(value, f"{where}: {name}"), FROM_FILE)


def _groups(table: str, values: Mapping[str, object], where: str) -> Iterator[Given]:
    """Yield the groups of left-overs."""
    from layertui.config.left_overs import read_left_overs

    for group in read_left_overs(values, f"{where}: {table}"):
        yield Given(f"{table}.{group.group}", group, FROM_FILE)


def _keys(table: str, values: Mapping[str, object], where: str) -> Iterator[Given]:
    """Yield the keys of bindings.

    `tree.sort = "f2"` is a table `tree` in TOML, `"tree.sort" = "f2"` is not; both are taken.
    """
    pending = [(f"{table}.{key}", value) for key, value in values.items()]
    while pending:
        name, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{name}.{key}", inner) for key, inner in value.items()]
        else:
            yield Given(name, KEYS_KIND.read(value, f"{where}: {printable(name)}"), FROM_FILE)


_READERS = {KEYS: _keys, LEFT_OVERS: _groups}


def _from_environment(environment: Mapping[str, str]) -> Iterator[Given]:
    """Yield the settings of environment variables, by name."""
    names = {
        _variable(f"{table}.{key}"): f"{table}.{key}" for table in KINDS for key in KINDS[table]
    }
    prefixes = tuple(_variable(f"{table}.") for table in KINDS)
    for variable in sorted(environment):
        if not variable.startswith(prefixes):
            continue
        if variable not in names:
            raise ConfigError(
                f"{printable(variable)} is not an environment variable of layertui",
                hint=suggestion(variable, names, else_known=False)
                or "`layertui config` prints all settings.",
            )
        name, text = names[variable], environment[variable]
        kind = kind_of(name)
        assert kind is not None
        value = kind.read(kind.parse(text), f"the environment variable {variable}")
        yield Given(name, value, f"the environment variable {variable}")


def _variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"LAYERTUI_{name.replace('.', '_').upper()}"
