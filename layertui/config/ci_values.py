"""The values of a rules file for CI: limits, conditions, patterns, days, growth."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from layertui.analysis.rules import BYTES, RATIO, parse_bytes, parse_ratio
from layertui.config.naming import quoted, suggestion
from layertui.errors import ConfigError, QueryError
from layertui.filesystem.query import parse_query
from layertui.policy.conditions import KINDS, Condition, ModeTest
from layertui.policy.demands import Growth
from layertui.policy.figures import FIGURE_RULES
from layertui.policy.globs import Glob
from layertui.quantity import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONDITION_KEYS = ("mode", "owner", "size", "type")
NEVER = "never"

_OFF = frozenset(("", "disabled", "off", "false"))
_MODE = re.compile(r"(<=|[-/]?)([0-7]{3,4})")
_OWNER = re.compile(r"([0-9]{1,10})?(?::([0-9]{1,10}))?")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]*)?) *%")


def plain_text(value: object, where: str) -> str:
    """Return a single value of a file as a text; what switches a rule off is empty.

    Raises:
        ConfigError: It is a list or a table.
    """
    if isinstance(value, (dict, list)) or value is True:
        raise ConfigError(f"{where} is not a single value")
    return "" if value is None or value is False else str(value)


def limit_value(name: str, text: str, where: str) -> float | None:
    """Return the limit that a text gives to the rule on a figure, or None for `disabled`.

    Raises:
        ConfigError: It is no limit for that rule.
    """
    unit = FIGURE_RULES[name].unit
    if unit == RATIO:
        return parse_ratio(text, name=where)
    if unit == BYTES:
        return parse_bytes(text, name=where)
    if text.strip().lower() in _OFF:
        return None
    return _whole(text, where)


def _whole(text: str, where: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise ConfigError(
            f"{where}: {quoted(text)} is not a whole number",
            hint="Write a number such as 12; `disabled` switches the rule off.",
        )
    return int(digits)


def whole(value: object, where: str) -> int:
    """Return a whole number that is not negative.

    Raises:
        ConfigError: It is none.
    """
    return _whole(plain_text(value, where), where)


def line(value: object, where: str) -> str:
    """Return a text of one line that says something.

    Raises:
        ConfigError: It is none.
    """
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ConfigError(f"{where}: {quoted(value)} is not a line of text")
    return value.strip()


def lines(value: object, where: str) -> tuple[str, ...]:
    """Return a text of one line, or a list of them, at least one.

    Raises:
        ConfigError: It is neither.
    """
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise ConfigError(f"{where} is empty")
    return tuple(line(each, where) for each in listed)


def word(value: object, where: str, known: Iterable[str]) -> str:
    """Return one of the words there are.

    Raises:
        ConfigError: It is another; the hint tells the nearest.
    """
    listed = list(known)
    if not isinstance(value, str) or value not in listed:
        raise ConfigError(
            f"{where}: {quoted(value)} is unknown", hint=suggestion(str(value), listed)
        )
    return value


def flag(value: object, where: str) -> bool:
    """Return yes or no.

    Raises:
        ConfigError: It is neither.
    """
    if not isinstance(value, bool):
        raise ConfigError(f"{where}: {quoted(value)} is not true or false")
    return value


def globs(value: object, where: str) -> tuple[Glob, ...]:
    """Return a glob, or a list of them.

    Raises:
        ConfigError: It is neither.
    """
    return tuple(_glob(text, where) for text in lines(value, where))


def _glob(text: str, where: str) -> Glob:
    if not text.strip("/"):
        raise ConfigError(
            f"{where}: {quoted(text)} names no path", hint="Write ** for all paths there are."
        )
    try:
        return Glob(text)
    except re.error as error:
        raise ConfigError(f"{where}: {quoted(text)} is no glob: {error.msg}") from None


def day(value: object, where: str) -> date | None:
    """Return the last day of an exception, or None for `never`.

    Raises:
        ConfigError: It is no day.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value == NEVER:
        return None
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ConfigError(
            f"{where}: {quoted(value)} is not a day",
            hint='Write year, month and day, such as 2030-12-31, or "never".',
        ) from None


def condition(table: Mapping[str, Any], where: str) -> Condition:
    """Return the condition that the keys of a rule on paths make.

    Raises:
        ConfigError: One is wrong.
    """
    asked = {key: table[key] for key in CONDITION_KEYS if key in table}
    uid, gid = _owner(asked["owner"], f"{where}: owner") if "owner" in asked else (None, None)
    least, most = _bounds(asked["size"], f"{where}: size") if "size" in asked else (None, None)
    kinds = asked.get("type", [])
    named = frozenset(
        word(each, f"{where}: type", KINDS)
        for each in (kinds if isinstance(kinds, list) else [kinds])
    )
    return Condition(
        mode=_mode(asked["mode"], f"{where}: mode") if "mode" in asked else None,
        uid=uid,
        gid=gid,
        least=least,
        most=most,
        kinds=named,
        words=", ".join(f"{key} {_shown(value)}" for key, value in asked.items()),
    )


def _shown(value: object) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)


def _mode(value: object, where: str) -> ModeTest:
    match = _MODE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ConfigError(
            f"{where}: {quoted(value)} is not a mode",
            hint='Write it as a text: "0644" exactly, "-0111" with all of these bits, '
            '"/6000" with any of them, "<=0755" with no others.',
        )
    bits, text = int(match[2], 8), match[0]
    if match[1] == "<=":
        return ModeTest(text=text, within=bits)
    if match[1] == "-":
        return ModeTest(text=text, every=bits)
    return ModeTest(text=text, some=bits) if match[1] else ModeTest(text=text, exact=bits)


def _owner(value: object, where: str) -> tuple[int | None, int | None]:
    text = "" if isinstance(value, bool) else str(value)
    match = _OWNER.fullmatch(text)
    if not text or match is None or match[0] == ":":
        raise ConfigError(
            f"{where}: {quoted(value)} is not an owner",
            hint='Write numbers, as layers have them: "0:0", "1000" for a user, ":50" for a group.',
        )
    uid, gid = match.groups()
    return (None if uid is None else int(uid)), (None if gid is None else int(gid))


def _bounds(value: object, where: str) -> tuple[int | None, int | None]:
    text = re.sub(r"(?<=[<>=]) +| +(?=[A-Za-z])", "", value) if isinstance(value, str) else ""
    try:
        query = parse_query(text)
    except QueryError:
        query = parse_query("")
    if query.text or (query.least is query.most is None):
        raise ConfigError(
            f"{where}: {quoted(value)} is not a bound on a size",
            hint='Write a bound such as ">10MB" or "<=1KiB", or two of them: ">1kB <1MB".',
        )
    return query.least, query.most


def growth(value: object, unit: str, where: str) -> Growth:
    """Return a limit of growth: a number, a percentage, or a list of one and the other.

    Raises:
        ConfigError: It is none.
    """
    listed = value if isinstance(value, list) else [value]
    absolute: list[int] = []
    relative: list[float] = []
    for each in listed:
        text = plain_text(each, where)
        if text.strip().lower() in _OFF:
            continue
        if percent := _PERCENT.fullmatch(text.strip()):
            relative.append(float(percent[1]) / 100)
        else:
            absolute.append(_amount(text, unit, where))
    return Growth(
        absolute=min(absolute, default=None), relative=min(relative, default=None), origin=where
    )


def _amount(text: str, unit: str, where: str) -> int:
    number = bytes_of(text) if unit == BYTES else None
    if number is not None:
        return number
    if unit == BYTES:
        raise ConfigError(
            f"{where}: {quoted(text)} is no limit of growth",
            hint="Write a number of bytes such as 5MB, a percentage such as 2%, or a list of both.",
        )
    return _whole(text, where)
