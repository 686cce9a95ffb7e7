"""The keys that a user gave to bindings: are they keys, and does none hide another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import App
from textual.keys import key_to_character
from textual.screen import ModalScreen, Screen

from layertui.config.naming import quoted, suggestion
from layertui.display import printable
from layertui.errors import ConfigError
from layertui.ui.settings.key_names import textual_keys
from layertui.ui.settings.known_bindings import Bound, Holder, holders, known_bindings, nodes_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from textual.dom import DOMNode

Keymap = dict[str, str]


def checked_keymap(keys: Mapping[str, str], where: str) -> Keymap:
    """Return the keys that a user gave, as `App.set_keymap` takes them.

    Args:
        keys: Key names separated by commas, by the id of the binding.
        where: Where they were given, printable.

    Raises:
        ConfigError: An id or a key is not known, or one binding would hide another.
    """
    if not keys:
        return {}
    changed = dict(_changed(keys, where))
    _check_text_entry(changed, where)
    for upper, lower in _chains(changed):
        _check_pair(upper, lower, changed, where)
    return _with_sharing(changed)


def keys_in_effect(keymap: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return id, keys and description of every binding, in the order of the ids."""
    return [
        (bound.identity, keymap.get(bound.identity, ",".join(bound.keys)), bound.description)
        for bound in known_bindings().values()
    ]


def _changed(keys: Mapping[str, str], where: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield id and keys of the bindings whose keys are not those they have anyhow."""
    known = known_bindings()
    for identity, names in keys.items():
        place = f"{where}: keys.{printable(identity)}"
        if identity not in known:
            raise ConfigError(
                f"{where}: keys: there is no binding {quoted(identity)}",
                hint=suggestion(identity, known, else_known=False)
                or "`layertui config` prints all bindings.",
            )
        given = textual_keys(names, place)
        usual = known[identity].keys
        if set(given) != set(textual_keys(",".join(usual), place)):
            yield identity, given


def _check_text_entry(changed: Mapping[str, tuple[str, ...]], where: str) -> None:
    """Refuse keys that would be typed into a line of text instead."""
    for holder in filter(_is_text_entry, holders()):
        for bound in holder.bindings:
            for key in changed.get(bound.identity, ()):
                if key_to_character(key) is not None:
                    raise ConfigError(
                        f"{where}: keys.{bound.identity}: {key} is typed into the line",
                        hint="Take a key such as f2 or ctrl+a.",
                    )


def _is_text_entry(holder: Holder) -> bool:
    """Tell whether a class takes what is typed."""
    return "Input" in (base.__name__ for base in holder.node.__mro__)


def _chains(changed: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Holder, Holder]]:
    """Yield what hears keys one after another: a class and itself, or what is below it.

    A line of text hides what is above it while something is typed, as it should.
    """
    moved = [_moved(holder, changed) for holder in holders()]
    apps = [each for each in moved if issubclass(each.node, App)]
    lower = [each for each in moved if each not in apps]
    yield from ((each, each) for each in moved)
    for app in apps:
        always = Holder(app.node, tuple(each for each in app.bindings if each.priority))
        for each in lower:
            hides = issubclass(each.node, ModalScreen) or _is_text_entry(each)
            yield always if hides else app, each
    yield from screens_and_widgets([each for each in lower if not _is_text_entry(each)])


def screens_and_widgets(lower: Sequence[Holder]) -> Iterator[tuple[Holder, Holder]]:
    """Yield screens with the widgets they may have; where that is not known, with all."""
    placed: set[type[object]] = set()
    there: list[tuple[Holder, set[type[DOMNode]]]] = [
        (each, nodes_on(each.node)) for each in lower if issubclass(each.node, Screen)
    ]
    for _, nodes in there:
        placed |= nodes
    for screen, nodes in there:
        for widget in lower:
            anywhere = not issubclass(widget.node, Screen) and widget.node not in placed
            if anywhere or widget.node in nodes:
                yield screen, widget


def _moved(holder: Holder, changed: Mapping[str, tuple[str, ...]]) -> Holder:
    """Return a class with the keys it has then; what edits a line of text is left out."""
    bindings = tuple(
        replace(bound, keys=changed.get(bound.identity, bound.keys))
        for bound in holder.bindings
        if bound.identity or not _is_text_entry(holder)
    )
    return Holder(holder.node, bindings)


def _check_pair(
    upper: Holder, lower: Holder, changed: Mapping[str, tuple[str, ...]], where: str
) -> None:
    """Refuse two bindings on one key, one of which was given it and would hide the other."""
    for one in upper.bindings:
        for other in lower.bindings:
            if not {one.identity, other.identity} & changed.keys() or _same(one, other):
                continue
            shared = set(one.keys) & set(other.keys)
            if shared and not _shared_anyhow(one, other):
                _refuse(one, other, shared, where)


def _same(one: Bound, other: Bound) -> bool:
    return one.identity == other.identity and one.description == other.description


def _shared_anyhow(one: Bound, other: Bound) -> bool:
    """Tell whether two bindings have a key in common by default: they take turns, then."""
    known = known_bindings()
    keys = [set((known[each.identity] if each.identity else each).keys) for each in (one, other)]
    return bool(keys[0] & keys[1])


def _refuse(one: Bound, other: Bound, shared: Iterable[str], where: str) -> None:
    names = " and ".join(
        f"{each.identity} ({each.description})" if each.identity else f'"{each.description}"'
        for each in (one, other)
    )
    raise ConfigError(
        f"{where}: keys: {names} are both on {min(shared)}", hint="Give one of them another key."
    )


def _with_sharing(changed: Mapping[str, tuple[str, ...]]) -> Keymap:
    """Return a key map that leaves to the others the keys that changed bindings shared with them.

    Textual takes a key from all bindings of a class when one of them moves.
    """
    keymap = {identity: ",".join(keys) for identity, keys in changed.items()}
    known = known_bindings()
    for holder in holders():
        identities = {bound.identity for bound in holder.bindings}
        left = {key for each in identities & changed.keys() for key in known[each].keys}
        for bound in holder.bindings:
            if bound.identity and bound.identity not in keymap and left & set(bound.keys):
                keymap[bound.identity] = ",".join(bound.keys)
    return keymap
