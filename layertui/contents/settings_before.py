"""How a container was started before the later steps of a history were made.

An image has its settings once, as all steps together left them. A setting that a step after the
one looked at made is taken back to what the last step before said of it, and away where none
did. What no later step tells of stays: it came with the base, or without a step of its own.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Settings = dict[str, Any]

_TEXTS = {"WORKDIR": "WorkingDir", "USER": "User", "STOPSIGNAL": "StopSignal"}
_COMMANDS = {"CMD": "Cmd", "ENTRYPOINT": "Entrypoint", "SHELL": "Shell"}
_SETS = {"EXPOSE": "ExposedPorts", "VOLUME": "Volumes"}
_OTHERS = {"HEALTHCHECK": "Healthcheck", "ONBUILD": "OnBuild"}
_WORDS = re.compile(r'[^\s\[\]",]+')
_NEXT = r"(?=\s[A-Za-z_][\w.-]*=|$)"
_LONGEST = 1 << 16
"""Characters of a step that are looked at."""


def settings_before(settings: Settings, kept: Sequence[str], later: Sequence[str]) -> Settings:
    """Return settings as they were before some steps.

    Args:
        settings: The `config` member of an image config.
        kept: The instructions of the steps up to the one looked at, oldest first.
        later: Those of the steps after it.
    """
    before, after = _by_keyword(kept), _by_keyword(later)
    changed = dict(settings)
    for keyword, key in (_TEXTS | _COMMANDS | _OTHERS).items():
        if keyword in after:
            _put(changed, key, _value(keyword, before.get(keyword, ())))
    if "ENTRYPOINT" in after and "CMD" not in after and not changed.get("Cmd"):
        _put(changed, "Cmd", _value("CMD", before.get("CMD", ())))
    for keyword, key in _SETS.items():
        gone = _words(after.get(keyword, ())) - _words(before.get(keyword, ()))
        if isinstance(changed.get(key), dict):
            rest = {each: value for each, value in changed[key].items() if not _is_in(each, gone)}
            _put(changed, key, rest)
    _take_back_variables(changed, before.get("ENV", ()), after.get("ENV", ()))
    _take_back_labels(changed, before.get("LABEL", ()), after.get("LABEL", ()))
    return changed


def _by_keyword(steps: Iterable[str]) -> dict[str, list[str]]:
    """Return what instructions say, by their keywords, oldest first."""
    found: dict[str, list[str]] = {}
    for step in steps:
        keyword, _, text = step[:_LONGEST].partition(" ")
        found.setdefault(keyword.upper(), []).append(text.strip())
    return found


def _put(settings: Settings, key: str, value: object) -> None:
    """Set a value; one that is empty is left away."""
    if value:
        settings[key] = value
    else:
        settings.pop(key, None)


def _value(keyword: str, said: Sequence[str]) -> object:
    """Return what the last of some instructions set, None where there is none to be told."""
    if not said or keyword in _OTHERS:
        return None
    text = said[-1]
    if keyword in _TEXTS:
        return None if keyword == "WORKDIR" and not text.startswith("/") else text
    if not text.startswith("["):
        return ["/bin/sh", "-c", text]
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return words if all(isinstance(word, str) for word in words) else None


def _words(said: Iterable[str]) -> set[str]:
    return {word for text in said for word in _WORDS.findall(text)}


def _is_in(name: str, words: set[str]) -> bool:
    """Tell whether words name a volume, or a port with or without its protocol."""
    return name in words or name.removesuffix("/tcp") in words


def _take_back_variables(settings: Settings, before: Sequence[str], after: Sequence[str]) -> None:
    listed = settings.get("Env")
    if not isinstance(listed, list):
        return
    rest = []
    for variable in listed:
        name = str(variable).partition("=")[0]
        if _said(name, after) is None:
            rest.append(variable)
        elif (value := _said(name, before)) is not None:
            rest.append(f"{name}={value}")
    _put(settings, "Env", rest)


def _take_back_labels(settings: Settings, before: Sequence[str], after: Sequence[str]) -> None:
    labels = settings.get("Labels")
    if not isinstance(labels, dict):
        return
    rest = {}
    for name, value in labels.items():
        earlier = value if _said(name, after) is None else _said(name, before)
        if earlier is not None:
            rest[name] = earlier
    _put(settings, "Labels", rest)


def _said(name: str, said: Sequence[str]) -> str | None:
    """Return what the last of some `NAME=VALUE ...` says of a name, or None."""
    pair = re.compile(rf"(?:^|\s)[\"']?{re.escape(name)}[\"']?=(.*?){_NEXT}", re.DOTALL)
    for text in reversed(said):
        match = pair.search(text)
        if match is not None:
            value = match[1]
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            return value[1:-1] if quoted else value
    return None
