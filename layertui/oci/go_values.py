r"""Values as Go prints them, which no Dockerfile may hold, as a Dockerfile has them.

Builders print the settings of an instruction instead of what was written:

    CMD ["python" "app.py"]    EXPOSE map[80/tcp:{}]    VOLUME [/data]    SHELL [/bin/bash -c]
    HEALTHCHECK &{["CMD-SHELL" "curl localhost"] "30s" "3s" "0s" "0s" '\x03'}

The durations of a health check are interval, timeout, start period and start interval, of which
older builders have fewer; what stands last is the number of retries, printed as a character.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_STRING = r'"(?:[^"\\]|\\.)*"'
_LIST = rf"\[{_STRING}(?: {_STRING})*\]"
_DURATION = r'"[-0-9.hmnsu\u00b5]{1,40}"'
_STRINGS = re.compile(_LIST)
_ONE_STRING = re.compile(_STRING)
_WORDS = re.compile(r"\[([^\s\[\]\"',]+(?: [^\s\[\]\"',]+)*)\]")
_SET = re.compile(r"map\[([^\s\[\]{}]+:\{\}(?: [^\s\[\]{}]+:\{\})*)\]")
_HEALTH = re.compile(rf"&\{{({_LIST})((?: {_DURATION}){{2,4}}) '(\\?.{{1,10}})'\}}")
_ESCAPE = re.compile(
    r"\\(?:x(?P<byte>[0-7][0-9a-f])|u(?P<short>[0-9a-f]{4})|U(?P<long>00[01][0-9a-f]{5})|(?P<letter>.))"
)
_LETTERS = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", '"': '"', "'": "'",
}  # fmt: skip
_DURATIONS = ("interval", "timeout", "start-period", "start-interval")
_NOT_SET = "0s"


def without_go(step: str) -> str:
    """Return an instruction with values as a Dockerfile has them; what is no such stays."""
    keyword, _, value = step.partition(" ")
    written = _WRITTEN.get(keyword)
    rewritten = written(value) if written is not None else None
    return step if rewritten is None else f"{keyword} {rewritten}"


def _command(value: str) -> str | None:
    words = _strings(value) if _STRINGS.fullmatch(value) else None
    return None if words is None else _json(words)


def _shell(value: str) -> str | None:
    words = _WORDS.fullmatch(value)
    return None if words is None else _json(words[1].split(" "))


def _volume(value: str) -> str | None:
    words = _WORDS.fullmatch(value)
    return None if words is None else words[1]


def _expose(value: str) -> str | None:
    ports = _SET.fullmatch(value)
    return None if ports is None else ports[1].replace(":{}", "")


def _healthcheck(value: str) -> str | None:
    printed = _HEALTH.fullmatch(value)
    if printed is None:
        return None
    test, retries = _strings(printed[1]), _text(printed[3])
    command = _test(test) if test is not None else None
    if command is None or retries is None or len(retries) != 1:
        return None
    times = zip(_DURATIONS, _ONE_STRING.findall(printed[2]), strict=False)
    options = [f"--{name}={time[1:-1]}" for name, time in times if time[1:-1] != _NOT_SET]
    options += [f"--retries={ord(retries)}"] if ord(retries) else []
    return " ".join([*options, command] if command != "NONE" else [command])


def _test(words: Sequence[str]) -> str | None:
    """Return the command of a health check, or None for one that cannot be written in a line."""
    kind, *command = words
    if kind == "NONE" and not command:
        return kind
    if kind == "CMD" and command:
        return f"CMD {_json(command)}"
    one_line = kind == "CMD-SHELL" and len(command) == 1 and "\n" not in command[0]
    return f"CMD {command[0]}" if one_line else None


def _json(words: Sequence[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _strings(printed: str) -> list[str] | None:
    """Return the strings in a text, or None where one of them is not text."""
    texts = [_text(each[1:-1]) for each in _ONE_STRING.findall(printed)]
    known = [text for text in texts if text is not None]
    return known if len(known) == len(texts) else None


def _text(printed: str) -> str | None:
    """Return what Go has put into quotes, or None where it is not text."""
    try:
        return _ESCAPE.sub(_character, printed)
    except (KeyError, ValueError):
        return None


def _character(escape: re.Match[str]) -> str:
    digits = escape["byte"] or escape["short"] or escape["long"]
    character = chr(int(digits, 16)) if digits else _LETTERS[escape["letter"]]
    character.encode()
    return character


_WRITTEN: dict[str, Callable[[str], str | None]] = {
    "CMD": _command,
    "ENTRYPOINT": _command,
    "EXPOSE": _expose,
    "HEALTHCHECK": _healthcheck,
    "SHELL": _shell,
    "VOLUME": _volume,
}
"""Returns what Go has printed as a Dockerfile has it, or None for what is something else."""
