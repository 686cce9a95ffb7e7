"""Names of keys: as users write them, and as Textual tells them apart."""

from __future__ import annotations

from functools import cache

from textual.binding import Binding
from textual.keys import (
    KEY_DISPLAY_ALIASES,
    KEY_NAME_REPLACEMENTS,
    KEY_TO_UNICODE_NAME,
    Keys,
    key_to_character,
)

from layertui.config.naming import nearest, quoted
from layertui.errors import ConfigError

_MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
"""In the order that Textual has them."""
_ALIASES = {shown: name for name, shown in KEY_DISPLAY_ALIASES.items()} | {
    "return": "enter",
    "ins": "insert",
}
_MODIFIER_ALIASES = {"control": "ctrl", "option": "alt", "cmd": "super", "command": "super"}
"""What else users call modifiers."""
_COMMA = Binding("comma", "")
_ALSO = {"ctrl+space": "ctrl+@", "ctrl+at": "ctrl+@", "ctrl+slash": "ctrl+underscore"}
"""What a terminal of the old kind sends for a key."""
_OTHERS = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}
"""Keys that a terminal of the old kind cannot tell from another."""


def textual_keys(names: str, where: str) -> tuple[str, ...]:
    """Return the keys that a comma-separated text names, as Textual names them.

    Args:
        names: Key names, or the characters themselves, separated by commas.
        where: The setting and where it was given, printable.

    Raises:
        ConfigError: A name is no key; the hint tells the nearest.
    """
    keys: list[str] = []
    for name in names.split(","):
        key = _key(name.strip())
        if key is None:
            raise ConfigError(f"{where}: there is no key {quoted(name)}", hint=_hint(name))
        if key in _OTHERS:
            raise ConfigError(
                f"{where}: terminals send {key} as {_OTHERS[key]}", hint="Take another key."
            )
        keys += [key, _ALSO[key]] if key in _ALSO else [key]
    return tuple(dict.fromkeys(keys))


def _key(name: str) -> str | None:
    """Return how Textual names a key, or None where there is no such key."""
    if len(name) == 2 and name.startswith("^"):
        name = f"ctrl+{name[1]}"
    *modifiers, last = _parts(name)
    plain = _plain_key(last)
    if plain is None or not set(modifiers) <= set(_MODIFIERS):
        return None
    if modifiers == ["shift"] and len(plain) == 1 and plain.isalpha():
        return plain.upper()
    if modifiers and plain.lower() != plain:
        return None
    return "+".join((*sorted(set(modifiers)), plain))


def _parts(name: str) -> list[str]:
    """Return modifiers and key; the plus sign may be a key itself."""
    if name.endswith("++"):
        return [*name[:-2].split("+"), "plus"]
    return name.split("+") if name != "+" else ["plus"]


def _plain_key(name: str) -> str | None:
    """Return how Textual names a key without modifiers, or None where there is no such key."""
    name = _ALIASES.get(name, name)
    if name in _names():
        return name
    character = name if len(name) == 1 else key_to_character(name)
    if character is None or not character.isprintable() or character.isspace():
        return None
    (binding,) = Binding.make_bindings([Binding(character, "")]) if character != "," else (_COMMA,)
    return binding.key


@cache
def _names() -> frozenset[str]:
    """Return the names of keys without modifiers, of more than one character."""
    names = {key.value.rpartition("+")[2] for key in Keys if key.value.isascii()}
    names |= {"tab", "space", *KEY_NAME_REPLACEMENTS.values()}
    unnamed = {name for name in names if len(name) == 1 or not name.replace("_", "").isalnum()}
    return frozenset(names - unnamed - {"return"})


def _hint(name: str) -> str:
    """Return the nearest key that there is."""
    small = name.strip().lower()
    for written in (small, small.replace("-", "+")):
        *modifiers, last = _parts(written)
        near = (_MODIFIER_ALIASES.get(each) or nearest(each, _MODIFIERS) for each in modifiers)
        if (key := _key("+".join((*filter(None, near), _nearest_plain_key(last))))) is not None:
            return f"Did you mean {key}?"
    return "Keys are written as f2, ctrl+a, question_mark, x or X."


def _nearest_plain_key(name: str) -> str:
    """Return the nearest key without modifiers, or nothing where none is near."""
    if _plain_key(name) is not None:
        return name
    return nearest(name, sorted((_names() | set(KEY_TO_UNICODE_NAME)) - set(KEY_NAME_REPLACEMENTS)))
