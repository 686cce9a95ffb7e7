"""The tables of the settings file: every setting with the kind of value it has."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, get_args

from layertui.config.kinds import Bytes, Choice, Flag, FlagOrAuto, Hosts, Keys, Several, Text, Whole
from layertui.config.screen import (
    NARROWEST,
    WIDEST,
    Change,
    Column,
    Comparison,
    LayerSize,
    Sort,
    Syntax,
)
from layertui.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layertui.config.kinds import Kind

SCREEN = "screen"
KEYS = "keys"
LIMITS = "limits"
CACHE = "cache"
REGISTRY = "registry"
LEFT_OVERS = "left_overs"
TABLES = (SCREEN, KEYS, REGISTRY, CACHE, LIMITS, LEFT_OVERS)

SCREEN_KINDS: Mapping[str, Kind] = {
    "theme": Text("It is the name of a theme, or empty for the usual one."),
    "ascii": FlagOrAuto(),
    "mouse": Flag(),
    "comparison": Choice(get_args(Comparison)),
    "layer_size": Choice(get_args(LayerSize)),
    "columns": Several(get_args(Column)),
    "sort": Choice(get_args(Sort)),
    "hide": Several(get_args(Change)),
    "filter": Text("It is a line as typed after /."),
    "syntax": Choice(get_args(Syntax)),
    "split": Flag(),
    "layers_width": Whole(
        NARROWEST,
        WIDEST,
        f"It is a whole number from {NARROWEST} to {WIDEST}, percent of the screen.",
    ),
}
REGISTRY_KINDS: Mapping[str, Kind] = {"insecure": Hosts()}
CACHE_KINDS: Mapping[str, Kind] = {
    "enabled": Flag(),
    "size": Bytes(),
    "folder": Text("It is the path of a folder, or empty for the usual one."),
}
LIMIT_KINDS: Mapping[str, Kind] = dict.fromkeys(
    (field.name for field in fields(Limits)),
    Whole(0, None, "A limit is a whole number that is not negative; sizes are bytes."),
)
KINDS: Mapping[str, Mapping[str, Kind]] = {
    SCREEN: SCREEN_KINDS,
    REGISTRY: REGISTRY_KINDS,
    CACHE: CACHE_KINDS,
    LIMITS: LIMIT_KINDS,
}
"""By table, the settings with a fixed name, which the environment can set too."""

KEYS_KIND: Kind = Keys()


def kind_of(name: str) -> Kind | None:
    """Return the kind of a setting `table.key`, or None where there is no such setting."""
    table, _, key = name.partition(".")
    if table == KEYS and key:
        return KEYS_KIND
    return KINDS.get(table, {}).get(key)
