"""A policy: all that a team asks of an image, and which images it asks what.

Every value knows where it was given, for a reader: `.layertui.toml: rules.highestSize`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layertui.policy.demands import Allowance, FindingRule, Growth, PathRule

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
