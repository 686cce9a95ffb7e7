"""What a server asks for before it answers: the `WWW-Authenticate` header (RFC 9110, 11.6.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BEARER = "bearer"
BASIC = "basic"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_BLANK = re.compile(r"[\s,]*")
_PARAMETER = re.compile(rf'({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))(?=\s*(?:,|$))')
_SCHEME = re.compile(rf"({_TOKEN})(?:\s+|$|(?=,))")
_TOKEN68 = re.compile(r"[0-9A-Za-z._~+/-]+=*(?=\s*(?:,|$))")
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One way to log in that a server offers.

    Attributes:
        scheme: In small letters: `basic`, `bearer` or another.
        parameters: By name in small letters; raw.
    """

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def parse_challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """Return the challenges of all headers, in order; what cannot be read ends a header."""
    return tuple(challenge for header in headers for challenge in _challenges(header))


def choose_challenge(challenges: Iterable[Challenge]) -> Challenge | None:
    """Return the first challenge that can be met, or None."""
    for challenge in challenges:
        if challenge.scheme == BASIC:
            return challenge
        if challenge.scheme == BEARER and challenge.parameters.get("realm"):
            return challenge
    return None


def _challenges(header: str) -> Iterator[Challenge]:
    scheme, parameters = "", dict[str, str]()
    at = 0
    while (at := _past(_BLANK, header, at)) < len(header):
        if scheme and (found := _PARAMETER.match(header, at)):
            name, quoted, plain = found.groups()
            value = plain if quoted is None else _ESCAPE.sub(r"\1", quoted)
            parameters.setdefault(name.lower(), value)
        elif found := _SCHEME.match(header, at):
            if scheme:
                yield Challenge(scheme=scheme, parameters=parameters)
            scheme, parameters = found.group(1).lower(), {}
        elif scheme and (found := _TOKEN68.match(header, at)):
            parameters.setdefault("", found.group())
        else:
            break
        at = found.end()
    if scheme:
        yield Challenge(scheme=scheme, parameters=parameters)


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
