"""The groups of left-overs that a user adds: a table each, by its name.

    [left_overs."test data"]
    paths = ["fixtures/", "*.golden"]          see `insight.globs`
    besides = ["*.keep"]
    cure = "Copy only what runs"
    ignored = "**/fixtures"                    the line of a .dockerignore
    confidence = "likely"

A group of the name of one that there is takes its place; without paths it is not looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.config.kinds import Choice, Text
from layertui.config.naming import check_names, quoted
from layertui.display import printable
from layertui.errors import ConfigError
from layertui.insight.finding import CERTAIN, CONFIDENCES
from layertui.insight.globs import Glob
from layertui.insight.left_over_table import TABLE, LeftOvers
from layertui.insight.leftovers import MOST_GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEYS = ("paths", "besides", "cure", "ignored", "confidence")
_LONGEST_NAME = 60


def read_left_overs(groups: Mapping[str, object], where: str) -> Iterator[LeftOvers]:
    """Yield the groups of a settings file.

    Args:
        groups: By name, what is written of each.
        where: The table and where it stands, printable.

    Raises:
        ConfigError: A key or a value is wrong.
    """
    if len(groups) + len(TABLE) > MOST_GROUPS:
        raise ConfigError(f"{where}: more than {MOST_GROUPS - len(TABLE)} groups")
    for name, values in groups.items():
        place = f"{where}.{printable(name, _LONGEST_NAME)}"
        if not isinstance(values, dict):
            raise ConfigError(f"{place} is not a table", hint="Give it paths = [...].")
        if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
            raise ConfigError(f"{place}: a name has 1 to {_LONGEST_NAME} printable characters")
        yield _group(name, values, place)


def _group(name: str, values: Mapping[str, object], where: str) -> LeftOvers:
    check_names(values, _KEYS, where)
    if "paths" not in values:
        raise ConfigError(f"{where} has no paths", hint='Such as paths = ["fixtures/", "*.log"].')
    text = Text("It is a text of one line.")
    confidence = Choice(CONFIDENCES)
    return LeftOvers(
        group=name,
        paths=_globs(values["paths"], f"{where}.paths"),
        besides=_globs(values.get("besides", []), f"{where}.besides"),
        cure=text.read(values.get("cure", ""), f"{where}.cure"),
        ignored=text.read(values.get("ignored", ""), f"{where}.ignored"),
        confidence=confidence.read(values.get("confidence", CERTAIN), f"{where}.confidence"),
    )


def _globs(value: object, where: str) -> tuple[Glob, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f"{where} is no list of patterns", hint='Such as ["fixtures/", "*.log"].')
    for pattern in value:
        if not Glob(pattern).parts:
            raise ConfigError(f"{where}: {quoted(pattern)} means everything, or nothing")
    return tuple(map(Glob, value))
