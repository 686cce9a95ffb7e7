"""Rules on the figures of an image: what each is about, what it judges, what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.gathering import by_path
from layertui.analysis.rules import (
    BYTES,
    COUNT,
    HIGHEST_USER_WASTED_PERCENT,
    HIGHEST_WASTED_BYTES,
    LOWEST_EFFICIENCY,
    MOST_EVIDENCE,
    RATIO,
    Evidence,
    RuleResult,
    Status,
    judged,
)
from layertui.analysis.waste import CAUSES, REPEATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layertui.analysis.gathering import PathWaste
    from layertui.analysis.inspection import Inspection
    from layertui.analysis.waste import WastedCopy
    from layertui.policy.exceptions import Exceptions
    from layertui.policy.values import Limit

HIGHEST_SIZE = "highestSize"
HIGHEST_COMPRESSED_SIZE = "highestCompressedSize"
HIGHEST_LAYERS = "highestLayers"
HIGHEST_LAYER_SIZE = "highestLayerSize"
HIGHEST_USER_SIZE = "highestUserSize"
HIGHEST_USER_LAYER_SIZE = "highestUserLayerSize"

_WHY = {
    "removed": "removed",
    "rewritten": "rewritten",
    "metadata": "copied again for mode, owner or time",
    "identical": "copied again unchanged",
    REPEATED: "repeated",
}

_FILES_OF_A_LAYER = 3
_LARGEST_FILES = 10


class _Found(NamedTuple):
    """Evidence, and how much more of it there is."""

    evidence: list[Evidence]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRule:
    """A limit on a figure.

    Attributes:
        name: As files and reports call it.
        unit: RATIO, BYTES or COUNT.
        about: What it judges, a sentence.
        value: Returns the figure, or None where it is not known.
        against: Returns what speaks against an image that is beyond a limit.
        is_lowest: Whether the limit is the least the figure may be.
        unknown: Why the figure may not be known; such a rule is skipped. Empty where it passes.
    """

    name: str
    unit: str
    about: str
    value: Callable[[Inspection], float | None]
    against: Callable[[Inspection, float], _Found]
    is_lowest: bool = False
    unknown: str = ""


def figure_result(inspection: Inspection, name: str, limit: Limit) -> RuleResult:
    """Return how a limit on a figure ends."""
    rule = FIGURE_RULES[name]
    value = rule.value(inspection)
    result = judged(name, limit.value, value, unit=rule.unit, is_lowest=rule.is_lowest)
    if value is None and rule.unknown and limit.value is not None:
        return result._replace(status=Status.SKIP, message=rule.unknown)
    if result.status is not Status.FAIL or limit.value is None:
        return result
    found = rule.against(inspection, limit.value)
    return result._replace(
        evidence=tuple(found.evidence[:MOST_EVIDENCE]),
        more=found.more + len(found.evidence[MOST_EVIDENCE:]),
    )


def excepted(result: RuleResult, exceptions: Exceptions) -> RuleResult:
    """Return how a limit ends where there may be an exception from it."""
    if result.status is not Status.FAIL:
        return result
    for allowance in exceptions.of(result.name):
        exceptions.use(allowance)
        end = f" until {allowance.until}" if allowance.until else ""
        message = f"{_words(result)}, allowed{end}: {allowance.reason}"
        return result._replace(status=Status.PASS, message=message, evidence=(), more=0)
    if ended := exceptions.ended(result.name):
        return result._replace(message=f"{_words(result)}; {ended}")
    return result


def _words(result: RuleResult) -> str:
    """Return a figure beyond its limit, and the limit."""
    if result.message:
        return result.message
    if result.unit == RATIO:
        value, limit = f"{result.value or 0:.6g}", f"{result.threshold or 0:.6g}"
    else:
        unit = " bytes" if result.unit == BYTES else ""
        value, limit = f"{result.value or 0:,.0f}{unit}", f"{result.threshold or 0:,.0f}{unit}"
    return f"{value} with a limit of {limit}"


def compressed_size(inspection: Inspection) -> int | None:
    """Return the bytes of all layers as stored, or None where one is not known."""
    stored = [layer.stored_size for layer in inspection.image.layers]
    known = [size for size in stored if size is not None]
    return sum(known) if len(known) == len(stored) else None


def layer_evidence(inspection: Inspection, layers: Iterable[int]) -> list[Evidence]:
    """Return layers with their sizes, the largest first."""
    sizes = {layer: inspection.accounting.layers[layer].size for layer in layers}
    ordered = sorted(sizes, key=lambda layer: (-sizes[layer], layer))
    return [Evidence(layer=layer, size=sizes[layer]) for layer in ordered]


def why_wasted(path: PathWaste) -> str:
    """Return why most of the bytes of a path are wasted, and by which layer."""
    largest = path.summary.largest
    return f"({_WHY[largest.cause]} by layer {largest.superseded_by})"


def _user_layers(inspection: Inspection) -> range:
    return range(inspection.accounting.base_layers, len(inspection.accounting.layers))


def _largest(inspection: Inspection, layers: Iterable[int]) -> int:
    return max((inspection.accounting.layers[layer].size for layer in layers), default=0)


def _largest_files(inspection: Inspection, layer: int, most: int) -> Iterator[Evidence]:
    index = inspection.filesystem.indexes[layer]
    for row in nlargest(most, range(len(index)), key=index.sizes.__getitem__):
        path = b"/" + index.keys[row].replace(b"\0", b"/")
        yield Evidence(path, layer, index.sizes[row])


def _against_size(inspection: Inspection, layers: Iterable[int]) -> _Found:
    """Return layers and their largest files."""
    listed = layer_evidence(inspection, layers)
    shown = listed[: MOST_EVIDENCE - _LARGEST_FILES]
    files = [
        file
        for layer in shown
        for file in _largest_files(inspection, layer.layer or 0, _LARGEST_FILES)
    ]
    largest = nlargest(_LARGEST_FILES, files, key=lambda file: file.size or 0)
    return _Found([*shown, *(file for file in largest if file.size)], len(listed) - len(shown))


def _against_layers(inspection: Inspection, limit: float, layers: Iterable[int]) -> _Found:
    """Return the layers beyond a limit, each with its largest files."""
    beyond = [each for each in layer_evidence(inspection, layers) if (each.size or 0) > limit]
    evidence: list[Evidence] = []
    for each in beyond:
        evidence.append(each)
        evidence += _largest_files(inspection, each.layer or 0, _FILES_OF_A_LAYER)
    return _Found(evidence)


def _against_waste(copies: Iterable[WastedCopy]) -> _Found:
    """Return the paths whose wasted copies cost most."""
    wasted = tuple(copies)
    evidence = []
    for path in by_path(wasted, MOST_EVIDENCE):
        largest = path.summary.largest
        evidence.append(Evidence(path.path, largest.layer, path.wasted_size, why_wasted(path)))
    return _Found(evidence, len({copy.path for copy in wasted}) - len(evidence))


def _cause_rule(cause: str) -> FigureRule:
    words = {
        "removed": "removed by a later layer",
        "rewritten": "replaced by other content in a later layer",
        "metadata": "copied again for another mode, owner or time",
        "identical": "copied again unchanged",
    }[cause]
    return FigureRule(
        name=f"highest{cause.title()}Bytes",
        unit=BYTES,
        about=f"The bytes that are shipped and not shown because they are {words}.",
        value=lambda inspection: getattr(inspection.accounting.causes, cause),
        against=lambda inspection, _: _against_waste(
            copy for copy in inspection.accounting.wasted if copy.cause == cause
        ),
    )


_RULES = (
    FigureRule(
        name=LOWEST_EFFICIENCY,
        unit=RATIO,
        about="The share of the shipped bytes that the image shows.",
        value=lambda inspection: inspection.figures.efficiency,
        against=lambda inspection, _: _against_waste(inspection.accounting.wasted),
        is_lowest=True,
    ),
    FigureRule(
        name=HIGHEST_WASTED_BYTES,
        unit=BYTES,
        about="The bytes that are shipped and not shown.",
        value=lambda inspection: inspection.figures.wasted_size,
        against=lambda inspection, _: _against_waste(inspection.accounting.wasted),
    ),
    FigureRule(
        name=HIGHEST_USER_WASTED_PERCENT,
        unit=RATIO,
        about="The share of the bytes of your layers that is wasted.",
        value=lambda inspection: inspection.figures.user_wasted_percent,
        against=lambda inspection, _: _against_waste(inspection.accounting.user_wasted),
    ),
    FigureRule(
        name=HIGHEST_SIZE,
        unit=BYTES,
        about="The bytes of the files in all layers, uncompressed.",
        value=lambda inspection: inspection.accounting.size,
        against=lambda inspection, _: _against_size(
            inspection, range(len(inspection.accounting.layers))
        ),
    ),
    FigureRule(
        name=HIGHEST_COMPRESSED_SIZE,
        unit=BYTES,
        about="The bytes of all layers as they are stored or pulled.",
        value=compressed_size,
        against=lambda inspection, _: _Found(
            sorted(
                (
                    Evidence(layer=layer.index, size=layer.stored_size)
                    for layer in inspection.image.layers
                ),
                key=lambda each: -(each.size or 0),
            )
        ),
        unknown="skipped: the source does not tell how large the layers are stored",
    ),
    FigureRule(
        name=HIGHEST_LAYERS,
        unit=COUNT,
        about="The number of layers.",
        value=lambda inspection: len(inspection.accounting.layers),
        against=lambda inspection, _: _Found(
            sorted(
                layer_evidence(inspection, _user_layers(inspection)),
                key=lambda each: each.size or 0,
            )
        ),
    ),
    FigureRule(
        name=HIGHEST_LAYER_SIZE,
        unit=BYTES,
        about="The bytes of the files in the largest layer.",
        value=lambda inspection: _largest(inspection, range(len(inspection.accounting.layers))),
        against=lambda inspection, limit: _against_layers(
            inspection, limit, range(len(inspection.accounting.layers))
        ),
    ),
    FigureRule(
        name=HIGHEST_USER_SIZE,
        unit=BYTES,
        about="The bytes of the files in your layers together, without the base.",
        value=lambda inspection: inspection.accounting.user_size,
        against=lambda inspection, _: _against_size(inspection, _user_layers(inspection)),
    ),
    FigureRule(
        name=HIGHEST_USER_LAYER_SIZE,
        unit=BYTES,
        about="The bytes of the files in the largest of your layers.",
        value=lambda inspection: _largest(inspection, _user_layers(inspection)),
        against=lambda inspection, limit: _against_layers(
            inspection, limit, _user_layers(inspection)
        ),
    ),
    *map(_cause_rule, CAUSES),
)
FIGURE_RULES = {rule.name: rule for rule in _RULES}
"""By name, all rules on figures."""
