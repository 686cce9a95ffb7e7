"""What a policy asks besides limits on figures: of paths, of findings, of growth; exceptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layertui.analysis.rules import BYTES, COUNT
from layertui.policy.conditions import Condition
from layertui.policy.values import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from layertui.policy.globs import Glob


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRule:
    """Paths that must not be there, or must.

    Attributes:
        name: What reports call it, printable.
        globs: Which paths, by any of these.
        excluded: Which of them are left out.
        is_required: Whether there must be some, each of which meets the condition; otherwise
            there must be none that meets it.
        condition: What is asked besides the name.
        in_layers: Whether what later layers removed or replaced counts, too.
        reason: Why, printable, or empty.
        origin: Where it was given.
    """

    name: str
    globs: tuple[Glob, ...]
    excluded: tuple[Glob, ...] = ()
    is_required: bool = False
    condition: Condition = field(default_factory=Condition)
    in_layers: bool = False
    reason: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """Findings that must not be there.

    Attributes:
        name: What reports call it, printable.
        kind: Their kind.
        groups: Patterns of their groups, any of them; empty for all.
        confidences: How sure they must be to count, any of these.
        in_base: Whether those of the base count.
        most: How many there may be.
        reason: Why, printable, or empty.
        origin: Where it was given.
    """

    name: str
    kind: str
    groups: tuple[str, ...] = ()
    confidences: tuple[str, ...]
    in_base: bool = True
    most: int = 0
    reason: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """An exception from a rule, with a reason and an end.

    Attributes:
        rule: The name of the rule.
        globs: The paths that are excepted; empty for whatever the rule finds.
        reason: Why, printable.
        until: The last day it holds, or None where it has no end.
        origin: Where it was given.
    """

    rule: str
    globs: tuple[Glob, ...] = ()
    reason: str
    until: date | None
    origin: str = ""

    def has_ended(self, today: date) -> bool:
        """Tell whether it does not hold any more."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """By how much a figure may grow against a baseline; every limit that is given must be kept.

    Attributes:
        absolute: By how much, or None.
        relative: By which share of the baseline, or None.
        origin: Where it was given.
    """

    absolute: int | None = None
    relative: float | None = None
    origin: str = DEFAULT


SIZE, COMPRESSED_SIZE, WASTED_BYTES = "size", "compressedSize", "wastedBytes"
LAYERS, FINDINGS = "layers", "findings"
GROWTH_UNITS = {
    SIZE: BYTES,
    COMPRESSED_SIZE: BYTES,
    WASTED_BYTES: BYTES,
    LAYERS: COUNT,
    FINDINGS: COUNT,
}
"""What may grow, and what it counts."""

GROWTH_RULES = {
    SIZE: "sizeGrowth",
    COMPRESSED_SIZE: "compressedSizeGrowth",
    WASTED_BYTES: "wastedBytesGrowth",
    LAYERS: "layersGrowth",
    FINDINGS: "newFindings",
}
"""The rule on each, as reports call it."""

USUAL_GROWTH: Mapping[str, Growth] = {
    SIZE: Growth(relative=0.05),
    WASTED_BYTES: Growth(absolute=1_000_000),
}
"""What may grow where nothing is said: a rebuild is never the same to the byte.

Findings are not limited, as looking for all kinds of them reads all that an image holds."""
