"""Telling expressions that might not end: where a repeated group can be read in several ways.

Trying one takes a time that doubles with each repeat of the group. What is told is on the safe
side: a group is taken to be sound only where its parts show it.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.contents.tokens import Repeat, Token

_FEW = 4
"""Repeats of a group that are few enough in any case."""


class _Part(NamedTuple):
    """What is in a group.

    Attributes:
        characters: The bytes of which it matches one; None where it is more than that.
        least: How often it is there at least.
        is_fixed: Whether it is there that often and no more, or never goes back.
    """

    characters: frozenset[int] | None
    least: int = 1
    is_fixed: bool = True


class _Group:
    """A group that is being read: its alternatives, each a list of parts."""

    def __init__(self) -> None:
        self.alternatives: list[list[_Part]] = [[]]

    @property
    def is_sound(self) -> bool:
        """Whether it can be read in one way only, however often it is repeated."""
        if any(part.characters is None for parts in self.alternatives for part in parts):
            return False
        if all(part.is_fixed for parts in self.alternatives for part in parts):
            return all(_differ(*pair) for pair in combinations(self.alternatives, 2))
        return len(self.alternatives) == 1 and _is_parted(self.alternatives[0])


def may_not_end(parts: Sequence[Token]) -> bool:
    """Tell whether an expression that can be compiled might take for ever."""
    groups = [_Group()]
    for place, token in enumerate(parts):
        after = parts[place + 1].repeat if place + 1 < len(parts) else None
        if token.opens:
            groups.append(_Group())
        elif token.text == "|":
            groups[-1].alternatives.append([])
        elif token.closes and len(groups) > 1:
            group = groups.pop()
            if after is not None and _is_many(after) and not group.is_sound:
                return True
            groups[-1].alternatives[-1] += _closed(group, after)
        elif token.repeat is None and not token.is_place:
            groups[-1].alternatives[-1].append(_part(token.characters, after))
    return False


def _is_many(repeat: Repeat) -> bool:
    return repeat.most is None or repeat.most > _FEW


def _closed(group: _Group, repeat: Repeat | None) -> list[_Part]:
    """Return a group as parts of the one around it."""
    if repeat is None and len(group.alternatives) == 1:
        return group.alternatives[0]
    return [_Part(None)]


def _part(characters: frozenset[int] | None, repeat: Repeat | None) -> _Part:
    if repeat is None:
        return _Part(characters)
    is_fixed = repeat.least == repeat.most or not repeat.goes_back
    return _Part(characters, repeat.least, is_fixed)


def _differ(one: list[_Part], other: list[_Part]) -> bool:
    """Tell whether no text that starts as one may start as the other."""
    return any(
        not (mine.characters or frozenset()) & (yours.characters or frozenset())
        for mine, yours in zip(_spread(one), _spread(other), strict=False)
    )


def _spread(parts: list[_Part]) -> list[_Part]:
    """Return as many parts as characters are there for sure, up to one that varies."""
    spread: list[_Part] = []
    for part in parts:
        spread += [part] * min(part.least, 64)
    return spread


def _is_parted(parts: list[_Part]) -> bool:
    """Tell whether repeats of parts are parted by what is in no other of them."""
    apart = [
        not any(
            (part.characters or frozenset()) & (other.characters or frozenset())
            for other in parts
            if other is not part
        )
        for part in parts
    ]
    needed = [part.least > 0 for part in parts]
    has_border = any(
        each and part.least and part.is_fixed for each, part in zip(apart, parts, strict=True)
    )
    varying = sum(not part.is_fixed for part in parts)
    if varying == 1 and has_border:
        return True
    return all(apart) and (has_border or sum(needed) > 1)
