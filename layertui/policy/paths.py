"""Rules on paths: what must not be there, what must be, and what it must be like."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.rules import COUNT, MOST_EVIDENCE, Evidence, RuleResult, Status
from layertui.display import printable
from layertui.errors import CancelledError
from layertui.policy.conditions import failing, meeting
from layertui.policy.globs import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.filesystem.tree import Filesystem
    from layertui.policy.demands import Allowance, PathRule
    from layertui.policy.exceptions import Exceptions
    from layertui.policy.globs import Glob

_FEW = 50_000
"""Versions whose paths are tried one by one."""

_STEP = 4_096


class _Place(NamedTuple):
    """A version of a node."""

    node: int
    version: int


class PathJudge:
    """Judges rules on the paths of one filesystem.

    Args:
        filesystem: All layers of the image.
        exceptions: From the rules.
        cancelled: Asked every few milliseconds.
    """

    def __init__(
        self,
        filesystem: Filesystem,
        exceptions: Exceptions,
        cancelled: Cancelled | None = None,
    ) -> None:
        self._filesystem = filesystem
        self._exceptions = exceptions
        self._cancelled = cancelled
        self._top = len(filesystem.indexes) - 1
        self._searcher = Searcher(filesystem, self._top)

    def result(self, rule: PathRule) -> RuleResult:
        """Return how a rule ends.

        Raises:
            CancelledError: It was cancelled.
        """
        self._pause()
        allowances = self._exceptions.of(rule.name)
        offences = self._offences(rule)
        left = [place for place in offences if not self._is_allowed(place, allowances)]
        missing = [glob for glob in self._missing(rule) if not self._may_miss(glob, allowances)]
        count = len(left) + len(missing)
        evidence = (*map(_missing_evidence, missing), *self._evidence(rule, left))
        return RuleResult(
            rule.name,
            0,
            count,
            Status.FAIL if count else Status.PASS,
            COUNT,
            message=self._message(rule, len(left), len(missing), len(offences) - len(left)),
            evidence=evidence[:MOST_EVIDENCE],
            more=max(0, count - MOST_EVIDENCE),
        )

    def _pause(self) -> None:
        if self._cancelled and self._cancelled():
            raise CancelledError("the rules were not judged to the end")

    def _offences(self, rule: PathRule) -> list[_Place]:
        """Return what is there and must not be, or is not as it must be."""
        if rule.is_required and not rule.condition:
            return []
        wrong = None
        if rule.condition:
            wrong = (failing if rule.is_required else meeting)(self._filesystem, rule.condition)
            self._pause()
            if 1 not in wrong:
                return []
        few = wrong is not None and wrong.count(1) <= _FEW
        found = self._from_versions(rule, wrong) if wrong and few else self._from_globs(rule, wrong)
        return [place for place in found if not self._is_one_of(place.node, rule.excluded)]

    def _from_versions(self, rule: PathRule, wrong: bytes) -> Iterator[_Place]:
        """Yield those versions of a strip that are there and whose paths the rule is about."""
        versions, version = self._filesystem.versions, wrong.find(1)
        while version >= 0:
            node = versions.nodes[version]
            counts = node and (rule.in_layers or versions.last[node] == version)
            if counts and self._is_one_of(node, rule.globs):
                yield _Place(node, version)
            version = wrong.find(1, version + 1)

    def _from_globs(self, rule: PathRule, wrong: bytes | None) -> Iterator[_Place]:
        """Yield the versions of the paths that a rule is about; `wrong` is a strip of some."""
        for node in self._nodes(rule.globs):
            for version in self._versions(node, in_layers=rule.in_layers):
                if wrong is None or wrong[version]:
                    yield _Place(node, version)

    def _versions(self, node: int, *, in_layers: bool) -> Iterator[int]:
        """Yield the versions of a node that are there, the last one alone or all."""
        versions = self._filesystem.versions
        version = versions.last[node]
        while version >= 0:
            if self._filesystem.exists(version):
                yield version
            version = versions.previous[version] if in_layers else -1

    def _nodes(self, globs: Sequence[Glob]) -> Iterable[int]:
        """Yield the nodes that any of some globs matches, each once."""
        found = (self._paused(self._searcher.nodes(glob)) for glob in globs)
        if len(globs) == 1:
            return next(found)
        return sorted({node for nodes in found for node in nodes})

    def _paused(self, nodes: Iterable[int]) -> Iterator[int]:
        for number, node in enumerate(nodes):
            if not number % _STEP:
                self._pause()
            yield node

    def _is_one_of(self, node: int, globs: Sequence[Glob]) -> bool:
        return any(self._searcher.has(glob, node) for glob in globs)

    def _missing(self, rule: PathRule) -> list[Glob]:
        """Return the globs of a rule that nothing is there of, and something must be."""
        if not rule.is_required:
            return []
        return [glob for glob in rule.globs if not self._is_there(glob, rule.excluded)]

    def _is_there(self, glob: Glob, excluded: Sequence[Glob]) -> bool:
        return any(
            self._filesystem.exists(self._filesystem.versions.last[node])
            and not self._is_one_of(node, excluded)
            for node in self._paused(self._searcher.nodes(glob))
        )

    def _is_allowed(self, place: _Place, allowances: Sequence[Allowance]) -> bool:
        for allowance in allowances:
            if not allowance.globs or self._is_one_of(place.node, allowance.globs):
                self._exceptions.use(allowance)
                return True
        return False

    def _may_miss(self, missing: Glob, allowances: Sequence[Allowance]) -> bool:
        for allowance in allowances:
            own = [glob.text for glob in allowance.globs]
            if not own or missing.text in own:
                self._exceptions.use(allowance)
                return True
        return False

    def _message(self, rule: PathRule, wrong: int, missing: int, allowed: int) -> str:
        told = []
        if missing:
            told.append(f"{_paths(missing)} missing")
        if wrong and rule.is_required:
            told.append(f"{_paths(wrong)} without {rule.condition.words}")
        elif wrong:
            asked = f" with {rule.condition.words}" if rule.condition else ""
            told.append(f"{_paths(wrong)}{asked} must not be there")
        if not told:
            told.append("all as it must be" if rule.is_required else "none there")
        if allowed:
            told.append(f"{allowed} allowed")
        why = rule.reason if wrong or missing else ""
        ended = self._exceptions.ended(rule.name) if wrong or missing else ""
        return "; ".join(filter(None, [", ".join(told), why, ended]))

    def _evidence(self, rule: PathRule, places: Sequence[_Place]) -> Iterator[Evidence]:
        sizes = self._filesystem.facts.sizes if places else ()
        worst = nsmallest(MOST_EVIDENCE, places, key=lambda place: (-sizes[place.version], place))
        for node, version in worst:
            entry = self._filesystem.entry(node, version)
            is_last = self._filesystem.versions.last[node] == version
            told = _seen(rule, entry.type, entry.mode, f"{entry.uid}:{entry.gid}")
            told += [] if is_last else ["removed or replaced later"]
            size = entry.size if entry.type in ("file", "hardlink") else None
            yield Evidence(entry.path, entry.layer, size, ", ".join(told))


def _seen(rule: PathRule, kind: str, mode: int, owner: str) -> list[str]:
    """Return what of a path the condition of a rule is about, as it is."""
    condition = rule.condition
    told = [f"mode {mode:04o}"] if condition.mode is not None else []
    told += [] if condition.uid is condition.gid is None else [f"owner {owner}"]
    return told + ([kind] if condition.kinds else [])


def _missing_evidence(glob: Glob) -> Evidence:
    if glob.is_plain:
        return Evidence(glob.head.encode("utf-8", "surrogateescape"), message="missing")
    return Evidence(message=f"nothing matches {printable(glob.text, 200)}")


def _paths(number: int) -> str:
    return f"{number:,} path" if number == 1 else f"{number:,} paths"
