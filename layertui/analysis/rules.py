"""The CI rules: three limits on the figures of an image, and how any rule ends.

A value is a ratio of 0 to 1, a number of bytes (`20MB`, `20MiB`), or `disabled`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from layertui.display import printable
from layertui.errors import ConfigError
from layertui.quantity import bytes_of

LOWEST_EFFICIENCY = "lowestEfficiency"
HIGHEST_WASTED_BYTES = "highestWastedBytes"
HIGHEST_USER_WASTED_PERCENT = "highestUserWastedPercent"
RULE_NAMES = (LOWEST_EFFICIENCY, HIGHEST_WASTED_BYTES, HIGHEST_USER_WASTED_PERCENT)

RATIO = "ratio"
BYTES = "bytes"
COUNT = "count"

MOST_EVIDENCE = 20
"""Paths and layers that a rule names before the rest is only counted."""

_DISABLED = frozenset(("", "disabled", "off", "false"))


class Status(Enum):
    """How a rule ended."""

    PASS = "pass"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The limits; None switches a rule off."""

    lowest_efficiency: float | None = 0.9
    highest_wasted_bytes: int | None = None
    highest_user_wasted_percent: float | None = 0.1


class Figures(NamedTuple):
    """What the rules judge; None where the metrics give no number.

    Attributes:
        efficiency: 0 to 1.
        wasted_size: Bytes.
        user_wasted_percent: A ratio, 0 to 1 (more, in dive's metrics).
    """

    efficiency: float | None
    wasted_size: int | None
    user_wasted_percent: float | None


class Evidence(NamedTuple):
    """What speaks against an image: a path, a layer, or both.

    Attributes:
        path: Absolute, or None where it is about more than one.
        layer: The layer that ships it, or None where it is about all of them.
        size: Bytes it is about, or None where it is not about bytes.
        message: What is wrong with it, one printable line, or empty where that is plain.
    """

    path: bytes | None = None
    layer: int | None = None
    size: int | None = None
    message: str = ""


class RuleResult(NamedTuple):
    """How one rule ended.

    Attributes:
        name: One of RULE_NAMES, or the name of another rule, printable.
        threshold: The limit, or None where the rule is off.
        value: What was judged, or None where there is no number.
        status: Pass, fail or skip.
        unit: What threshold and value count: RATIO, BYTES or COUNT.
        is_lowest: Whether the limit is the least the value may be, and not the most.
        message: What was found, one printable line, or empty where the numbers say it all.
        evidence: The worst of what speaks against the image, at most MOST_EVIDENCE of it; empty
            where the rule holds.
        more: How much evidence there is besides.
    """

    name: str
    threshold: float | None
    value: float | None
    status: Status
    unit: str = RATIO
    is_lowest: bool = False
    message: str = ""
    evidence: tuple[Evidence, ...] = ()
    more: int = 0


def evaluate(rules: Rules, figures: Figures) -> tuple[RuleResult, ...]:
    """Return how each rule ends; a figure that is no number passes."""
    efficiency, wasted, percent = figures
    lowest, most_bytes = rules.lowest_efficiency, rules.highest_wasted_bytes
    most_percent = rules.highest_user_wasted_percent
    return (
        judged(LOWEST_EFFICIENCY, lowest, efficiency, is_lowest=True),
        judged(HIGHEST_WASTED_BYTES, most_bytes, wasted, unit=BYTES),
        judged(HIGHEST_USER_WASTED_PERCENT, most_percent, percent),
    )


def judged(
    name: str,
    threshold: float | None,
    value: float | None,
    *,
    unit: str = RATIO,
    is_lowest: bool = False,
) -> RuleResult:
    """Return how a limit ends; without a limit it is skipped, and what is no number passes."""
    if threshold is None:
        return RuleResult(name, None, value, Status.SKIP, unit, is_lowest)
    fails = value is not None and (value < threshold if is_lowest else value > threshold)
    status = Status.FAIL if fails else Status.PASS
    return RuleResult(name, threshold, value, status, unit, is_lowest)


def without_pass(rule: RuleResult) -> RuleResult:
    """Return how a rule ends on an image that was read in part: what is missing may fail it."""
    return rule._replace(status=Status.SKIP) if rule.status is Status.PASS else rule


def parse_ratio(text: str, *, name: str) -> float | None:
    """Return a ratio, or None for `disabled`.

    Raises:
        ConfigError: It is neither.
    """
    if text.strip().lower() in _DISABLED:
        return None
    try:
        ratio = float(text)
    except ValueError:
        ratio = math.nan
    if 0 <= ratio <= 1:
        return ratio
    percent = ratio / 100 if 2 <= ratio <= 100 else None
    raise ConfigError(
        f"{name}: {printable(text, 40)!r} is not a ratio",
        hint=f"Write {percent:g}."
        if percent is not None
        else "A ratio is a number from 0 to 1, such as 0.9; `disabled` switches the rule off.",
    )


def parse_bytes(text: str, *, name: str) -> int | None:
    """Return a number of bytes, or None for `disabled`; `kB` is 1,000 and `KiB` 1,024.

    Raises:
        ConfigError: It is neither.
    """
    if text.strip().lower() in _DISABLED:
        return None
    number = bytes_of(text)
    if number is None:
        raise ConfigError(
            f"{name}: {printable(text, 40)!r} is not a number of bytes",
            hint="Write a number with a unit, such as 20MB or 20MiB; `disabled` switches it off.",
        )
    return number


def parse_rule(name: str, text: str, where: str) -> float | None:
    """Return the limit that a text gives to one of RULE_NAMES; `where` is what errors call it.

    Raises:
        ConfigError: It is no limit for that rule.
    """
    return (parse_bytes if name == HIGHEST_WASTED_BYTES else parse_ratio)(text, name=where)
