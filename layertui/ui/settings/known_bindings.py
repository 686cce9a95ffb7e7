"""All bindings that the program has, found in the classes of its screens and widgets."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen

import layertui.ui

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding of a class with all its keys.

    Attributes:
        identity: Its id, or empty.
        keys: Names of keys as Textual has them, without those that a subclass took for another.
        description: What it does.
        priority: Whether it goes before what has the focus.
    """

    identity: str
    keys: tuple[str, ...]
    description: str
    priority: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """A class of the screen that has bindings.

    Attributes:
        node: The class.
        bindings: Its own and those it inherits.
    """

    node: type[DOMNode]
    bindings: tuple[Bound, ...]


@cache
def holders() -> tuple[Holder, ...]:
    """Return the classes that have bindings with ids, and all screens, module by module."""
    found = (Holder(node, tuple(_bindings(node))) for node in _nodes())
    return tuple(
        each
        for each in found
        if issubclass(each.node, Screen) or any(bound.identity for bound in each.bindings)
    )


@cache
def known_bindings() -> Mapping[str, Bound]:
    """Return all bindings with ids by id, in the order of the ids, with the keys of all classes."""
    known: dict[str, Bound] = {}
    for holder in holders():
        for bound in holder.bindings:
            first = known.get(bound.identity, bound)
            keys = tuple(dict.fromkeys((*first.keys, *bound.keys)))
            known[bound.identity] = Bound(first.identity, keys, first.description, first.priority)
    known.pop("", None)
    return dict(sorted(known.items()))


def nodes_on(screen: type[Screen[object]]) -> set[type[DOMNode]]:
    """Return the classes of widgets that the modules of a screen import, and those of these.

    A widget that is only imported when it is needed is not found.
    """
    pending, seen = [screen.__module__], {screen.__module__}
    found: set[type[DOMNode]] = set()
    while pending:
        for node in _nodes_in(sys.modules[pending.pop()]):
            if issubclass(node, (Screen, App)):
                continue
            found.add(node)
            if node.__module__ not in seen and node.__module__.startswith(_PREFIX):
                seen.add(node.__module__)
                pending.append(node.__module__)
    return found


_PREFIX = f"{layertui.ui.__name__}."


def _nodes() -> Iterator[type[DOMNode]]:
    """Yield all classes of nodes that the modules of the screen define."""
    modules = pkgutil.walk_packages(layertui.ui.__path__, _PREFIX)
    for name in sorted(module.name for module in modules):
        for node in _nodes_in(importlib.import_module(name)):
            if node.__module__ == name:
                yield node


def _nodes_in(module: ModuleType) -> list[type[DOMNode]]:
    """Return the classes of nodes that a module knows by name."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, DOMNode)
    ]


def _bindings(node: type[DOMNode]) -> Iterator[Bound]:
    """Yield the bindings of a class as Textual merges them: a subclass takes keys from its base."""
    by_key: dict[str, list[Binding]] = {}
    for base in reversed(node.__mro__):
        by_key |= BindingsMap(base.__dict__.get("BINDINGS", ())).key_to_bindings
    if issubclass(node, App):
        by_key |= _palette(node, by_key)
    keys: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], Binding] = {}
    for key, bindings in by_key.items():
        for binding in bindings:
            name = (binding.id or "", "" if binding.id else binding.action)
            keys.setdefault(name, []).append(key)
            first.setdefault(name, binding)
    for name, binding in first.items():
        words = binding.description or binding.action
        yield Bound(name[0], tuple(dict.fromkeys(keys[name])), words, binding.priority)


def _palette(app: type[App[object]], by_key: dict[str, list[Binding]]) -> dict[str, list[Binding]]:
    """Return the binding of the command palette that Textual adds where there is none."""
    actions = {binding.action for bindings in by_key.values() for binding in bindings}
    if not app.ENABLE_COMMAND_PALETTE or actions & {"command_palette", "app.command_palette"}:
        return {}
    key = app.COMMAND_PALETTE_BINDING
    return {key: [Binding(key, "command_palette", "Command palette", priority=True)]}
