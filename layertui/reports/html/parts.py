"""The parts of the page: figures, bars and tables, in markup that needs no script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from layertui import __version__
from layertui.analysis.gathering import by_path
from layertui.display import count, percent, printable, size
from layertui.reports.html.areas import GROUPS
from layertui.reports.wording import (
    CAUSE_WORDS,
    failed_rules,
    instruction_line,
    judged_waste,
    judgement,
    place_line,
    rule_counts,
    verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.waste import LayerAccount
    from layertui.image import Layer
    from layertui.insight.finding import Finding

MOST_PATHS = 100
MOST_LAYERS = 2_000
MOST_FINDINGS = 200
MOST_WARNINGS = 100
"""Rows of tables; what is beyond is counted."""

_TEXT = 400
_INSTRUCTION = 300
_WIDTH = 1_000
"""Units that a bar is wide."""

Cells = tuple[tuple[str, str], ...]
"""The cells of a row: the class of each and its markup."""


def text(data: str) -> str:
    """Return a printable text as markup, for contents and for quoted attributes."""
    return escape(data, quote=True)


def body(inspection: Inspection, findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the markup of the page up to its data."""
    yield _head(inspection)
    yield "<main>\n"
    yield _tiles(inspection)
    yield _composition(inspection)
    yield _MAP
    yield from _rules(inspection)
    yield from _evidence(inspection)
    yield from _findings(findings)
    yield from _layers(inspection)
    yield from _paths(inspection)
    yield from _warnings(inspection)
    yield f"</main>\n<footer>layertui {text(__version__)}</footer>\n"


_MAP = """<section class="map" aria-label="Map of the image">
<h2>Where the bytes are</h2>
<nav id="crumbs" aria-label="Place in the map"></nav>
<div id="map"><noscript><p>The map needs JavaScript; the tables do without.</p></noscript></div>
<div id="tip" role="status" hidden></div>
</section>
"""


def _head(inspection: Inspection) -> str:
    image = inspection.image
    badge = ""
    if inspection.rules is not None or inspection.incomplete:
        word = verdict(inspection)
        badge = f'<strong class="badge {word.lower()}">{word}</strong>'
    facts = [str(image.platform), image.source, *image.tags[:5]]
    if image.config.created:
        facts.append(image.config.created[:19].replace("T", " "))
    told = " · ".join(text(printable(fact, 200)) for fact in facts if fact)
    name = text(printable(image.reference, _TEXT))
    return f"<header><h1>{name}</h1>{badge}<p>{told}</p></header>\n"


def _tiles(inspection: Inspection) -> str:
    accounting, figures = inspection.accounting, inspection.figures
    layers, base = len(inspection.image.layers), accounting.base_layers
    by_whom = "" if inspection.metrics == "layertui" else ", by dive's metrics"
    wasted = figures.wasted_size
    files = f"{count(accounting.visible_files)} files and links"
    user = f"{size(accounting.user_wasted_size)} of your {size(accounting.user_size)}"
    tiles = [
        _tile("Shipped", size(accounting.size), f"{count(accounting.size)} bytes"),
        _tile("Shown", size(accounting.visible_size), files),
        _tile(
            "Wasted", "-" if wasted is None else size(wasted),
            f"{count(wasted or 0)} bytes{by_whom}",
        ),
        _tile("Efficiency", _percent(figures.efficiency), "shown of shipped" + by_whom),
        _tile("Your waste", _percent(figures.user_wasted_percent), user),
        _tile("Layers", count(layers), f"{count(min(base, layers))} of the base"),
    ]  # fmt: skip
    return f'<section class="tiles">{"".join(tiles)}</section>\n'


def _tile(name: str, figure: str, remark: str) -> str:
    return f"<div><h2>{name}</h2><b>{figure}</b><small>{remark}</small></div>"


def _percent(ratio: float | None) -> str:
    return "-" if ratio is None else percent(ratio)


def _composition(inspection: Inspection) -> str:
    accounting = inspection.accounting
    sizes = (accounting.visible_size, *accounting.causes)
    keys = "".join(
        f'<li><i class="{group}"></i>{text(CAUSE_WORDS.get(group, "shown"))} '
        f"<b>{size(bytes_)}</b></li>"
        for group, bytes_ in zip(GROUPS, sizes, strict=True)
        if bytes_ or group == GROUPS[0]
    )
    bar = _bar(sizes, accounting.size)
    return f'<section class="composition">{bar}<ul class="legend">{keys}</ul></section>\n'


def _bar(sizes: Sequence[int], whole: int) -> str:
    """Return a bar of all groups, as wide as their part of the whole."""
    parts, start = [], 0
    for group, bytes_ in zip(GROUPS, sizes, strict=True):
        width = round(_WIDTH * bytes_ / whole) if whole else 0
        if bytes_:
            width = max(width, 2)
            parts.append(f'<rect class="{group}" x="{start}" width="{width}" height="10"/>')
            start += width
    svg = f'viewBox="0 0 {_WIDTH} 10" preserveAspectRatio="none" aria-hidden="true"'
    return f'<svg class="bar" {svg}>{"".join(parts)}</svg>'


def _table(
    title: str, heads: Cells, rows: Iterable[Cells], left_away: int = 0, *, name: str = ""
) -> Iterator[str]:
    yield f'<section class="{name}"><h2>{title}</h2><div class="scroll"><table><thead><tr>'
    yield "".join(f'<th scope="col" class="{kind}">{head}</th>' for kind, head in heads)
    yield "</tr></thead><tbody>\n"
    for row in rows:
        cells = "".join(f'<td class="{kind}">{cell}</td>' for kind, cell in row)
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody></table></div>"
    if left_away > 0:
        yield f'<p class="more">and {count(left_away)} more</p>'
    yield "</section>\n"


def _rules(inspection: Inspection) -> Iterator[str]:
    if inspection.rules is None:
        return
    rows = (
        (
            ("status", f'<strong class="badge {rule.status.value}">{rule.status.value}</strong>'),
            ("name", text(printable(rule.name))),
            ("", text(judgement(rule))),
        )
        for rule in inspection.rules
    )
    title = f"Rules <small>{rule_counts(inspection)}</small>"
    yield from _table(title, (("status", ""), ("name", "rule"), ("", "judged")), rows, name="rules")


def _evidence(inspection: Inspection) -> Iterator[str]:
    """Yield what speaks against the image by each rule that failed and is not about waste."""
    heads = (("number", "size"), ("number", "layer"), ("", "where"), ("", "what"))
    for rule in failed_rules(inspection):
        rows = [
            (
                ("number", "-" if evidence.size is None else size(evidence.size)),
                ("number", "-" if evidence.layer is None else str(evidence.layer)),
                ("code", f"<code>{text(place_line(inspection, evidence))}</code>"),
                ("", text(printable(evidence.message, _TEXT))),
            )
            for evidence in rule.evidence
        ]
        if rows:
            title = text(printable(rule.name, _TEXT))
            yield from _table(title, heads, rows, rule.more, name="evidence")


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    rows = (
        (
            ("number", size(finding.size) if finding.size else "-"),
            ("number", "-" if finding.layer is None else str(finding.layer)),
            ("", text(printable(finding.message, _TEXT))),
            ("dim", text(printable(finding.cure, _TEXT))),
        )
        for finding in findings[:MOST_FINDINGS]
    )
    heads = (("number", "gain"), ("number", "layer"), ("", "what"), ("", "cure"))
    yield from _table("Findings", heads, rows, len(findings) - MOST_FINDINGS, name="findings")


def _layers(inspection: Inspection) -> Iterator[str]:
    accounts = inspection.accounting.layers
    widest = max((account.size for account in accounts), default=0)
    causes = _causes_by_layer(inspection)
    rows = (
        _layer(layer, accounts[layer.index], causes[layer.index], widest)
        for layer in inspection.image.layers[:MOST_LAYERS]
    )
    heads = (
        ("number", "#"), ("number", "size"), ("number", "wasted"), ("drawn", ""),
        ("number", "added"), ("number", "changed"), ("number", "removed"), ("", "instruction"),
    )  # fmt: skip
    yield from _table("Layers", heads, rows, len(accounts) - MOST_LAYERS, name="layers")


def _causes_by_layer(inspection: Inspection) -> list[dict[str, int]]:
    layers: list[dict[str, int]] = [{} for _ in inspection.image.layers]
    for copy in inspection.accounting.wasted:
        causes = layers[copy.layer]
        causes[copy.cause] = causes.get(copy.cause, 0) + copy.size
    return layers


def _layer(layer: Layer, account: LayerAccount, causes: dict[str, int], widest: int) -> Cells:
    sizes = [account.size - account.wasted_size, *(causes.get(group, 0) for group in GROUPS[1:])]
    base = ' <span class="badge skip">base</span>' if layer.base else ""
    tally = account.tally
    return (
        ("number", str(layer.index)),
        ("number", size(account.size)),
        ("number", size(account.wasted_size) if account.wasted_size else "-"),
        ("drawn", _bar(sizes, widest)),
        ("number", _files(tally.added.files)),
        ("number", _files(tally.modified.files)),
        ("number", _files(tally.removed.files)),
        ("code", f"<code>{text(instruction_line(layer, _INSTRUCTION))}</code>{base}"),
    )


def _files(number: int) -> str:
    return count(number) if number else "-"


def _paths(inspection: Inspection) -> Iterator[str]:
    copies = judged_waste(inspection)
    paths = by_path(copies, MOST_PATHS)
    if not paths:
        return
    rows = (
        (
            ("number", size(path.wasted_size)),
            ("code", f"<code>{text(printable(path.path, _TEXT))}</code>"),
            ("number", ", ".join(map(str, path.summary.layers[:8]))),
            ("", "".join(_cause(cause) for cause in path.summary.causes)),
        )
        for path in paths
    )
    heads = (("number", "wasted"), ("", "path"), ("number", "layers"), ("", "why"))
    more = len({copy.path for copy in copies}) - len(paths)
    yield from _table("Most wasted paths", heads, rows, more, name="paths")


def _cause(cause: str) -> str:
    return f'<span class="cause"><i class="{cause}"></i>{text(CAUSE_WORDS[cause])}</span>'


def _warnings(inspection: Inspection) -> Iterator[str]:
    notices = inspection.notices
    if not notices:
        return
    rows = (
        (
            ("number", "-" if notice.layer is None else str(notice.layer)),
            ("", text(printable(notice.message, _TEXT))),
        )
        for notice in notices[:MOST_WARNINGS]
    )
    heads = (("number", "layer"), ("", "message"))
    yield from _table("Warnings", heads, rows, len(notices) - MOST_WARNINGS, name="warnings")
