"""The report in Markdown, for a comment on a pull request or the summary of a job.

Texts of the image stand in code spans alone: there a renderer makes nothing of them, neither
markup nor links nor mentions. What there is no room for is counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layertui.analysis.gathering import by_path
from layertui.analysis.rules import Status
from layertui.display import count, percent, printable, size
from layertui.reports.wording import (
    CAUSE_WORDS,
    failed_rules,
    instruction_line,
    judged_waste,
    judgement,
    layers_line,
    place_line,
    rule_counts,
    verdict,
    why_wasted,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import RuleResult
    from layertui.insight.finding import Finding

LIMIT = 60_000
"""Bytes that a report has at most: GitHub takes 65,536 characters in a comment."""

MOST_SHOWN = 20
"""Rows of a table, that of the layers excepted."""

_ROOM_TO_END = 400
"""Bytes left for what closes a table and says how much was left away."""

_TEXT_WIDTH = 120
_SIGNS = {"PASS": "\u2705", "FAIL": "\u274c", "INCOMPLETE": "\u26a0\ufe0f"}
_STATUS_SIGNS = {
    Status.PASS: "\u2705 passed", Status.FAIL: "\u274c failed", Status.SKIP: "skipped",
}  # fmt: skip


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report, at most LIMIT bytes.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it.
    """
    room = LIMIT
    for block in _blocks(inspection, findings):
        text = block.fitted(room)
        room -= len(text)
        yield text


class _Block:
    """A part of the report.

    Args:
        head: What stands above the rows.
        rows: The lines of a table, its two first ones included, or none.
        total: How many rows there are, shown or not.
        tail: What stands below the rows.
    """

    def __init__(
        self, head: str, rows: Iterable[str] = (), *, total: int = 0, tail: str = ""
    ) -> None:
        self._head, self._rows, self._total, self._tail = head, rows, total, tail

    def fitted(self, room: int) -> bytes:
        """Return the part in at most so many bytes, nothing where it cannot be."""
        lines = [self._head]
        left = room - len(self._head.encode()) - len(self._tail.encode()) - _ROOM_TO_END
        if left < 0:
            return b""
        shown = -2
        for row in self._rows:
            left -= len(row.encode()) + 1
            if left < 0:
                break
            lines.append(f"{row}\n")
            shown += 1
        if self._total > shown >= 0:
            lines.append(f"\nand {count(self._total - shown)} more\n")
        return "".join((*lines, self._tail)).encode()


def _blocks(inspection: Inspection, findings: Sequence[Finding]) -> Iterator[_Block]:
    yield _head(inspection)
    yield _figures(inspection)
    if inspection.rules is not None:
        yield _rules(inspection)
        yield from _evidence(inspection)
    if findings:
        yield _findings(findings)
    yield from _waste(inspection)
    yield _layers(inspection)
    if inspection.notices:
        yield _warnings(inspection)


def _head(inspection: Inspection) -> _Block:
    name = code(inspection.image.reference)
    judged = inspection.rules is not None or inspection.incomplete
    word = verdict(inspection)
    title = f"{_SIGNS[word]} {name}: {word}" if judged else f"\U0001f4e6 {name}"
    told = (
        "\nParts of this image are missing or damaged, see the warnings.\n"
        if inspection.incomplete
        else ""
    )
    return _Block(f"## {title}\n{told}")


def _figures(inspection: Inspection) -> _Block:
    accounting, figures = inspection.accounting, inspection.figures
    layers, base = len(inspection.image.layers), accounting.base_layers
    wasted = figures.wasted_size
    causes = ", ".join(
        f"{size(bytes_)} {CAUSE_WORDS[cause]}"
        for cause, bytes_ in accounting.causes._asdict().items()
        if bytes_
    )
    user = f"{size(accounting.user_wasted_size)} of {size(accounting.user_size)} in your layers"
    of_whom = "" if inspection.metrics == "layertui" else "by dive's metrics"
    rows = [
        "| | | bytes | |",
        "| --- | ---: | ---: | --- |",
        _figure("Shipped", accounting.size, f"{layers} layers, {min(base, layers)} of the base"),
        _figure(
            "Shown", accounting.visible_size, f"{count(accounting.visible_files)} files and links"
        ),
        _figure("Wasted", wasted, of_whom or causes),
        f"| Efficiency | {_percent(figures.efficiency)} | | {of_whom} |",
        f"| Your waste | {_percent(figures.user_wasted_percent)} | | {user} |",
    ]
    return _Block("\n", rows, total=len(rows) - 2, tail="\n")


def _figure(name: str, bytes_: int | None, remark: str) -> str:
    if bytes_ is None:
        return f"| {name} | - | | {remark} |"
    return f"| {name} | {size(bytes_)} | {count(bytes_)} | {remark} |"


def _percent(ratio: float | None) -> str:
    return "-" if ratio is None else percent(ratio)


def _rules(inspection: Inspection) -> _Block:
    rules = inspection.rules or ()
    rows = [
        f"| {_STATUS_SIGNS[rule.status]} | {code(rule.name)} | {_judgement(rule)} |"
        for rule in rules
    ]
    head = f"### Rules: {rule_counts(inspection)}\n\n"
    table = ["| | Rule | |", "| --- | --- | --- |", *rows]
    return _Block(head, table, total=len(rows), tail="\n")


def _judgement(rule: RuleResult) -> str:
    """Return what was judged; a message may repeat texts of the image."""
    return code(rule.message) if rule.message else escaped(judgement(rule))


def _evidence(inspection: Inspection) -> Iterator[_Block]:
    """Yield what speaks against the image by each rule that failed and is not about waste."""
    for rule in failed_rules(inspection):
        rows = [
            (
                f"| {'' if evidence.size is None else size(evidence.size)} "
                f"| {code(place_line(inspection, evidence))} "
                f"| {code(evidence.message) if evidence.message else ''} |"
            )
            for evidence in rule.evidence[:MOST_SHOWN]
        ]
        if rows:
            table = ["| | | |", "| ---: | --- | --- |", *rows]
            total = len(rule.evidence) + rule.more
            yield _folded(f"<code>{_markup(rule.name)}</code>", table, total, is_open=True)


def _markup(text: str) -> str:
    """Return a text for the summary of a fold, where no code span can stand."""
    return "".join(
        letter if letter.isalnum() or letter in " .-" else f"&#{ord(letter)};"
        for letter in printable(text, _TEXT_WIDTH)
    )


def _findings(findings: Sequence[Finding]) -> _Block:
    rows = [
        (
            f"| {size(finding.size) if finding.size else '-'} | {code(finding.message)}"
            f" | {'-' if finding.layer is None else finding.layer}"
            f" | {code(finding.cure) if finding.cure else ''} |"
        )
        for finding in findings[:MOST_SHOWN]
    ]
    head = "### Findings\n\n"
    table = ["| Gain | What | Layer | Cure |", "| ---: | --- | ---: | --- |", *rows]
    return _Block(head, table, total=len(findings), tail="\n")


def _waste(inspection: Inspection) -> Iterator[_Block]:
    """Yield what is wasted most, if anything is."""
    copies = judged_waste(inspection)
    paths = by_path(copies, MOST_SHOWN)
    if not paths:
        return
    rows = [
        f"| {size(path.wasted_size)} | {code(path.path)} | {escaped(why_wasted(path))} |"
        for path in paths
    ]
    total = len({copy.path for copy in copies})
    table = ["| Wasted | Path | |", "| ---: | --- | --- |", *rows]
    yield _folded("Most wasted paths", table, total, is_open=True)


def _layers(inspection: Inspection) -> _Block:
    layers, accounts = inspection.image.layers, inspection.accounting.layers
    rows = (
        f"| {layer.index} | {size(account.size)} | "
        f"{size(account.wasted_size) if account.wasted_size else '-'} | "
        f"{code(instruction_line(layer, _TEXT_WIDTH))}{' (base)' if layer.base else ''} |"
        for layer, account in zip(layers, accounts, strict=True)
    )
    table = _rows_below(
        ("| # | Size | Wasted | Instruction |", "| ---: | ---: | ---: | --- |"), rows
    )
    return _folded(f"{count(len(layers))} layers", table, len(layers))


def _rows_below(head: tuple[str, str], rows: Iterable[str]) -> Iterator[str]:
    yield from head
    yield from rows


def _warnings(inspection: Inspection) -> _Block:
    notices = inspection.notices
    rows = [
        (
            f"| {'' if notice.layer is None else layers_line((notice.layer,))} "
            f"| {code(notice.message, 200)} |"
        )
        for notice in notices[:MOST_SHOWN]
    ]
    return _folded(
        f"{count(len(notices))} warnings", ["| | |", "| --- | --- |", *rows], len(notices)
    )


def _folded(title: str, rows: Iterable[str], total: int, *, is_open: bool = False) -> _Block:
    opening = "<details open>" if is_open else "<details>"
    head = f"{opening}<summary>{title}</summary>\n\n"
    return _Block(head, rows, total=total, tail="\n</details>\n\n")


def code(text: str | bytes, limit: int = _TEXT_WIDTH) -> str:
    r"""Return a text as a code span for a cell of a table; a bar in it is written as `\x7c`."""
    shown = printable(text, limit).replace("|", "\\x7c").replace("\u00a0", " ")
    if not shown.strip(" "):
        return "" if not shown else "(blank)"
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def escaped(text: str) -> str:
    """Return a text of our own for a cell of a table."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@])", r"\\\1", text)
