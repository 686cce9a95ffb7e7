"""What a team asks of its images, as values: the rules of a file for CI.

Every value knows where it was given, for a reader: `.layertui.toml: rules.highestSize`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from layertui.policy.conditions import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from layertui.policy.globs import Glob

DEFAULT = "the default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit on a figure.

    Attributes:
        value: What the figure may be, or None where the rule is off.
        origin: Where it was given.
    """

    value: float | None
    origin: str = DEFAULT


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rules for one image.

    Attributes:
        limits: On figures, by rule name.
        paths: On paths.
        findings: On findings.
        allowed: Exceptions.
        growth: Limits of growth, by what grows.
        baseline: What growth is measured against, or empty.
        sections: Where the rules come from besides the file as a whole, for a reader.
    """

    limits: Mapping[str, Limit] = field(default_factory=dict)
    paths: tuple[PathRule, ...] = ()
    findings: tuple[FindingRule, ...] = ()
    allowed: tuple[Allowance, ...] = ()
    growth: Mapping[str, Growth] = field(default_factory=dict)
    baseline: str = ""
    sections: tuple[str, ...] = ()

    def with_more(self, other: Policy) -> Policy:
        """Return these rules and others; of two limits on one figure the other's holds."""
        return Policy(
            limits={**self.limits, **other.limits},
            paths=self.paths + other.paths,
            findings=self.findings + other.findings,
            allowed=self.allowed + other.allowed,
            growth={**self.growth, **other.growth},
            baseline=other.baseline or self.baseline,
            sections=self.sections + other.sections,
        )

    @property
    def rule_names(self) -> tuple[str, ...]:
        """The names of the rules that exceptions may be from."""
        paths = (rule.name for rule in self.paths)
        return (*self.limits, *paths, *(rule.name for rule in self.findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rules for some images.

    Attributes:
        names: Patterns of their names, any of them.
        policy: The rules.
    """

    names: tuple[str, ...]
    policy: Policy

    def is_about(self, names: Sequence[str]) -> bool:
        """Tell whether one of the names of an image is meant; a tag may be left out."""
        tried = {*names, *(_without_tag(name) for name in names)}
        return any(fnmatchcase(name, pattern) for name in tried for pattern in self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What a file asks of all images and of some.

    Attributes:
        everywhere: The defaults and the rules for all images.
        sections: Rules for some; later ones come on top.
        given: The rules of the command line, which come on top of all.
        file: The file, printable, or empty where there is none.
        passed_over: Other files that could have been it, printable.
    """

    everywhere: Policy
    sections: tuple[Section, ...] = ()
    given: Policy = field(default_factory=Policy)
    file: str = ""
    passed_over: tuple[str, ...] = ()

    def of(self, names: Sequence[str]) -> Policy:
        """Return the rules for an image with these names."""
        policy = self.everywhere
        for section in self.sections:
            if section.is_about(names):
                policy = policy.with_more(section.policy)
        return policy.with_more(self.given)

    def every(self) -> Policy:
        """Return the rules for all images and for each, taken together."""
        policy = self.everywhere
        for section in self.sections:
            policy = policy.with_more(section.policy)
        return policy.with_more(self.given)


def _without_tag(name: str) -> str:
    """Return the name of an image without its tag and digest."""
    name = name.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name
