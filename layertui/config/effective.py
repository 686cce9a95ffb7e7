"""The settings in effect as a TOML document that tells where each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.config.tables import CACHE, KEYS, KINDS, LEFT_OVERS, LIMITS, REGISTRY, SCREEN, kind_of
from layertui.display import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from layertui.config.settings import Settings
    from layertui.insight.left_over_table import LeftOvers

_COMMENTS_FROM = 44
"""The column that comments start in where the values are short."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def effective_lines(
    settings: Settings, bindings: Iterable[tuple[str, str, str]], notes: Mapping[str, str]
) -> Iterator[str]:
    """Yield the lines of a settings file that sets what is in effect.

    Args:
        settings: What is in effect.
        bindings: Id, keys and description of every binding.
        notes: By `table.key`, what a default is overruled by.
    """
    there = "" if settings.found else " (not there)"
    yield f"# Settings file: {printable(str(settings.file))}{there}"
    yield "# Every setting as it is in effect, and where it comes from."
    tables = (
        (SCREEN, settings.screen),
        (REGISTRY, settings.registry),
        (CACHE, settings.cache),
        (LIMITS, settings.limits),
    )
    for table, values in tables:
        if table == REGISTRY:
            yield from _key_map(settings, bindings)
        yield from ("", f"[{table}]")
        for key, kind in KINDS[table].items():
            name = f"{table}.{key}"
            origin = settings.origins.get(name) or notes.get(name, "default")
            yield _line(key, kind.write(getattr(values, key)), origin)
    for group in settings.left_overs:
        yield from _left_overs(group)


def _left_overs(group: LeftOvers) -> Iterator[str]:
    yield from ("", f"[{LEFT_OVERS}.{toml(group.group)}]")
    for key in ("paths", "besides"):
        yield f"{key} = {toml([glob.text for glob in getattr(group, key)])}"
    for key in ("cure", "ignored", "confidence"):
        yield f"{key} = {toml(getattr(group, key))}"


def _key_map(settings: Settings, bindings: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    yield from ("", f"[{KEYS}]")
    for identity, keys, description in bindings:
        origin = settings.origins.get(f"{KEYS}.{identity}", "default")
        kind = kind_of(f"{KEYS}.{identity}")
        assert kind is not None
        yield _line(toml(identity), kind.write(keys), f"{origin}: {description}")


def _line(key: str, value: object, comment: str) -> str:
    setting = f"{key} = {toml(value)}"
    return f"{setting:<{_COMMENTS_FROM}} # {printable(comment)}"


def toml(value: object) -> str:
    """Return a text, a number, a truth value or a list of them as TOML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml, value))}]"
    return f'"{"".join(map(_escaped, str(value)))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"
