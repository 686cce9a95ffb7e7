"""The tables of a rules file for CI, read into rules.

rules                 limits on figures, by name
forbidden, required   rules on paths
findings              rules on findings
allowed               exceptions
baseline              what may grow, against what
image                 the same for some images
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertui.config import ci_values
from layertui.config.naming import check_names, suggestion
from layertui.display import printable
from layertui.errors import ConfigError
from layertui.insight.finding import CONFIDENCES, KINDS, LIKELY
from layertui.policy.demands import (
    GROWTH_RULES,
    GROWTH_UNITS,
    Allowance,
    FindingRule,
    PathRule,
)
from layertui.policy.exceptions import EXPIRED
from layertui.policy.figures import FIGURE_RULES
from layertui.policy.values import Limit, Policy, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RULES, _FORBIDDEN, _REQUIRED = "rules", "forbidden", "required"
_FINDINGS, _ALLOWED, _BASELINE, _IMAGE = "findings", "allowed", "baseline", "image"
TABLES = (_RULES, _FORBIDDEN, _REQUIRED, _FINDINGS, _ALLOWED, _BASELINE)
_PLUGINS = "plugins"
_PATH_KEYS = ("path", "except", *ci_values.CONDITION_KEYS, "layers", "name", "reason")
_FINDING_KEYS = ("kind", "group", "confidence", "base", "most", "name", "reason")
_ALLOWED_KEYS = ("rule", "path", "reason", "until")
_FILE = "file"
_MATCH = "match"


def read_policies(document: Mapping[str, Any], name: str) -> tuple[Policy, tuple[Section, ...]]:
    """Return the rules for all images and those for some.

    Args:
        document: The file.
        name: What errors call it, printable.

    Raises:
        ConfigError: A key or a value is wrong.
    """
    check_names((key for key in document if key != _PLUGINS), (*TABLES, _IMAGE), name)
    policy = _policy(document, f"{name}: ")
    sections = []
    for where, table in _tables(document.get(_IMAGE, []), f"{name}: {_IMAGE}", _MATCH):
        check_names(table, (_MATCH, *TABLES), where)
        names = ci_values.lines(_needed(table, _MATCH, where), f"{where}: {_MATCH}")
        shown = ", ".join(printable(each, 80) for each in names)
        found = _policy(table, f"{where}: ")
        sections.append(Section(names=names, policy=found.with_more(Policy(sections=(shown,)))))
    _check_exceptions(policy, sections)
    return policy, tuple(sections)


def _policy(document: Mapping[str, Any], before: str) -> Policy:
    """Return the rules of a file or of a section; `before` is what errors start with."""
    growth = _table(document.get(_BASELINE, {}), f"{before}{_BASELINE}")
    file = growth.pop(_FILE, "")
    return Policy(
        limits=dict(_limits(document.get(_RULES), f"{before}{_RULES}")),
        paths=(
            *_path_rules(document.get(_FORBIDDEN, []), f"{before}{_FORBIDDEN}"),
            *_path_rules(document.get(_REQUIRED, []), f"{before}{_REQUIRED}", is_required=True),
        ),
        findings=tuple(_finding_rules(document.get(_FINDINGS, []), f"{before}{_FINDINGS}")),
        allowed=tuple(_allowances(document.get(_ALLOWED, []), f"{before}{_ALLOWED}")),
        growth={
            key: ci_values.growth(value, GROWTH_UNITS[key], f"{before}{_BASELINE}.{key}")
            for key, value in _folded(growth, GROWTH_UNITS, f"{before}{_BASELINE}").items()
        },
        baseline=ci_values.line(file, f"{before}{_BASELINE}.{_FILE}") if file != "" else "",
    )


def _limits(values: object, where: str) -> Iterator[tuple[str, Limit]]:
    """Yield the limits of a table by name.

    dive's plugins, and the rules that they name with a slash, are left out as dive leaves them.
    """
    table = {key: value for key, value in _table(values, where).items() if "/" not in str(key)}
    for name, value in _folded(table, FIGURE_RULES, where).items():
        origin = f"{where}.{name}"
        text = ci_values.plain_text(value, origin)
        yield name, Limit(value=ci_values.limit_value(name, text, origin), origin=origin)


def _folded(table: Mapping[str, Any], known: Mapping[str, object], where: str) -> dict[str, Any]:
    """Return a table with its keys as they are known; case, `_` and `-` do not tell them apart."""
    names = {_fold(name): name for name in known}
    renamed = {names.get(_fold(str(key)), str(key)): value for key, value in table.items()}
    check_names(renamed, known, where)
    return renamed


def _fold(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _table(value: object, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is not a table")
    return dict(value)


def _tables(value: object, where: str, main: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tables of a list and what to call each; a text stands for its main key."""
    listed = value if isinstance(value, list) else [value]
    for number, each in enumerate(listed, 1):
        place = f"{where} #{number}" if len(listed) > 1 else where
        table = {main: each} if isinstance(each, str) else each
        if not isinstance(table, dict):
            raise ConfigError(
                f"{place} is neither a text nor a table",
                hint=f"Write a text, which is its `{main}`, or a table with that key.",
            )
        yield place, table


def _needed(table: Mapping[str, Any], key: str, where: str) -> object:
    if key not in table:
        raise ConfigError(f"{where} has no {key}")
    return table[key]


def _path_rules(value: object, where: str, *, is_required: bool = False) -> Iterator[PathRule]:
    for place, table in _tables(value, where, "path"):
        check_names(table, _PATH_KEYS, place)
        globs = ci_values.globs(_needed(table, "path", place), f"{place}: path")
        excluded = table.get("except")
        kind = _REQUIRED if is_required else _FORBIDDEN
        in_layers = ci_values.flag(table.get("layers", False), f"{place}: layers")
        if in_layers and is_required:
            raise ConfigError(
                f"{place}: layers is for forbidden paths",
                hint="What is required is looked for in the image as it is at last.",
            )
        shown = ", ".join(printable(glob.text, 60) for glob in globs[:3])
        yield PathRule(
            name=_name(table, f"{kind} {shown}", place),
            globs=globs,
            excluded=ci_values.globs(excluded, f"{place}: except") if excluded else (),
            is_required=is_required,
            condition=ci_values.condition(table, place),
            in_layers=in_layers,
            reason=_reason(table, place),
            origin=place,
        )


def _finding_rules(value: object, where: str) -> Iterator[FindingRule]:
    for place, table in _tables(value, where, "kind"):
        check_names(table, _FINDING_KEYS, place)
        kind = ci_values.word(_needed(table, "kind", place), f"{place}: kind", KINDS)
        least = ci_values.word(table.get("confidence", LIKELY), f"{place}: confidence", CONFIDENCES)
        group = table.get("group")
        yield FindingRule(
            name=_name(table, f"finding {kind}", place),
            kind=kind,
            groups=ci_values.lines(group, f"{place}: group") if group is not None else (),
            confidences=CONFIDENCES[: CONFIDENCES.index(least) + 1],
            in_base=ci_values.flag(table.get("base", True), f"{place}: base"),
            most=ci_values.whole(table.get("most", 0), f"{place}: most"),
            reason=_reason(table, place),
            origin=place,
        )


def _allowances(value: object, where: str) -> Iterator[Allowance]:
    for place, table in _tables(value, where, "rule"):
        check_names(table, _ALLOWED_KEYS, place)
        path = table.get("path")
        yield Allowance(
            rule=ci_values.line(_needed(table, "rule", place), f"{place}: rule"),
            globs=ci_values.globs(path, f"{place}: path") if path is not None else (),
            reason=ci_values.line(_needed(table, "reason", place), f"{place}: reason"),
            until=ci_values.day(_needed(table, "until", place), f"{place}: until"),
            origin=place,
        )


def _name(table: Mapping[str, Any], usual: str, where: str) -> str:
    return ci_values.line(table["name"], f"{where}: name") if "name" in table else usual


def _reason(table: Mapping[str, Any], where: str) -> str:
    return ci_values.line(table["reason"], f"{where}: reason") if "reason" in table else ""


def _check_exceptions(policy: Policy, sections: list[Section]) -> None:
    """Refuse exceptions from rules that there are not, and paths where a rule has none."""
    every = [policy, *(section.policy for section in sections)]
    figures = {*FIGURE_RULES, *GROWTH_RULES.values()}
    known = {*figures, *(name for each in every for name in each.rule_names)}
    for allowance in (allowance for each in every for allowance in each.allowed):
        where = f"{allowance.origin}: rule"
        if allowance.rule == EXPIRED or allowance.rule not in known:
            raise ConfigError(
                f"{where}: there is no rule {printable(repr(allowance.rule), 80)}",
                hint=suggestion(allowance.rule, sorted(known)),
            )
        if allowance.globs and allowance.rule in figures:
            raise ConfigError(
                f"{allowance.origin}: path is for rules on paths and findings",
                hint=f"{allowance.rule} is a limit on a figure; leave the path out.",
            )
