"""What a policy asks, rule by rule, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.rules import BYTES, RATIO
from layertui.display import printable
from layertui.policy.demands import GROWTH_RULES, GROWTH_UNITS, USUAL_GROWTH, Growth
from layertui.policy.figures import FIGURE_RULES
from layertui.policy.growth import growth_words
from layertui.policy.values import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.policy.demands import FindingRule, PathRule
    from layertui.policy.globs import Glob
    from layertui.policy.values import Limit, Policy

_MOST_GLOBS = 6
_GROWTH_WORDS = {
    "size": "By how much the shipped bytes grew against the baseline.",
    "compressedSize": "By how much the bytes of the layers as stored grew against the baseline.",
    "wastedBytes": "By how much the bytes that are shipped and not shown grew.",
    "layers": "By how many the layers grew.",
    "findings": "Findings that the baseline does not have.",
}


class Told(NamedTuple):
    """A rule in words.

    Attributes:
        name: As reports call it.
        limit: The limit, or `off`.
        about: What it judges, a sentence.
        origin: Where it was given.
    """

    name: str
    limit: str
    about: str
    origin: str


def told(policy: Policy, *, has_baseline: bool) -> Iterator[Told]:
    """Yield the rules of a policy, in the order that they are judged in.

    Args:
        policy: The policy.
        has_baseline: Whether growth is judged.
    """
    yield from (_limit(name, limit) for name, limit in policy.limits.items())
    yield from map(_path_rule, policy.paths)
    yield from map(_finding_rule, policy.findings)
    if has_baseline:
        for name, rule in GROWTH_RULES.items():
            growth = policy.growth.get(name, USUAL_GROWTH.get(name, Growth()))
            words = growth_words(growth, GROWTH_UNITS[name])
            limit = "off" if words == "no limit" else f"at most {words}"
            yield Told(rule, limit, _GROWTH_WORDS[name], growth.origin)


def limit_words(name: str, value: float | None) -> str:
    """Return the limit of a rule on a figure in words."""
    if value is None:
        return "off"
    rule = FIGURE_RULES[name]
    sign = "at least" if rule.is_lowest else "at most"
    if rule.unit == RATIO:
        return f"{sign} {value:g}"
    return f"{sign} {value:,.0f}{' bytes' if rule.unit == BYTES else ''}"


def _limit(name: str, limit: Limit) -> Told:
    return Told(name, limit_words(name, limit.value), FIGURE_RULES[name].about, limit.origin)


def _path_rule(rule: PathRule) -> Told:
    paths = _joined(rule.globs, "or")
    besides = f", except {_joined(rule.excluded, 'and')}" if rule.excluded else ""
    if rule.is_required:
        paths = _joined(rule.globs, "and")
        like = f", all with {rule.condition.words}" if rule.condition else ""
        about = f"The image must have {paths}{besides}{like}."
    else:
        like = f" with {rule.condition.words}" if rule.condition else ""
        where = "No layer may have" if rule.in_layers else "The image must not have"
        about = f"{where} {paths}{like}{besides}."
    return Told(
        rule.name, "required" if rule.is_required else "none", about, rule.origin or DEFAULT
    )


def _finding_rule(rule: FindingRule) -> Told:
    groups = f" ({', '.join(printable(group, 60) for group in rule.groups)})" if rule.groups else ""
    base = "" if rule.in_base else ", the base left out"
    sure = " or ".join(rule.confidences)
    about = f"Findings of the kind {rule.kind}{groups} that are {sure}{base}."
    return Told(rule.name, f"at most {rule.most}" if rule.most else "none", about, rule.origin)


def _joined(globs: Sequence[Glob], word: str) -> str:
    """Return globs in words, the first few of many."""
    shown = [printable(glob.text, 80) for glob in globs[:_MOST_GLOBS]]
    if len(globs) > _MOST_GLOBS:
        return f"{', '.join(shown)} {word} {len(globs) - _MOST_GLOBS} more"
    return f" {word} ".join(shown)
