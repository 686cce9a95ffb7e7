"""Rules on figures: each judges its own, and names the layers and paths against it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.rules import RULE_NAMES, Status
from layertui.policy.figures import FIGURE_RULES, figure_result
from layertui.policy.values import Limit
from tests.builders import file, whiteout
from tests.policies import inspected, judged, only

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.analysis.inspection import Inspection

LAYERS = (
    [file("base", b"b" * 1000), file("gone", b"g" * 300)],
    [file("own", b"o" * 500), file("moved", b"m" * 40), file("same", b"s" * 7, mtime=1)],
    [
        file("own", b"p" * 600),
        file("moved", b"m" * 40, mode=0o755),
        file("same", b"s" * 7, mtime=1),
        whiteout("gone"),
    ],
)


@pytest.fixture(scope="module")
def image() -> Inspection:
    return inspected(*LAYERS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("highestSize", 2494),
        ("highestLayers", 3),
        ("highestLayerSize", 1300),
        ("highestUserSize", 1194),
        ("highestUserLayerSize", 647),
        ("highestWastedBytes", 847),
        ("highestRemovedBytes", 300),
        ("highestRewrittenBytes", 500),
        ("highestMetadataBytes", 40),
        ("highestIdenticalBytes", 7),
    ],
)
def test_a_limit_judges_its_figure(
    image: Inspection, tmp_path: Path, name: str, value: int
) -> None:
    rule = only(judged(image, f"[rules]\n{name} = {value}", tmp_path))
    assert (rule.name, rule.threshold, rule.value) == (name, value, value)
    assert (rule.status, rule.evidence) == (Status.PASS, ())
    rule = only(judged(image, f"[rules]\n{name} = {value - 1}", tmp_path))
    assert rule.status is Status.FAIL
    assert rule.evidence
    assert all(each.path or each.layer is not None for each in rule.evidence)


def test_every_limit_has_a_figure_and_can_be_off(image: Inspection) -> None:
    for name in FIGURE_RULES:
        result = figure_result(image, name, Limit(value=None))
        assert (result.status, result.threshold) == (Status.SKIP, None)
        assert result.value is not None
    assert set(RULE_NAMES) < set(FIGURE_RULES)


def test_the_compressed_size_is_that_of_the_layers_as_stored(image: Inspection) -> None:
    stored = sum(layer.stored_size or 0 for layer in image.image.layers)
    result = figure_result(image, "highestCompressedSize", Limit(value=stored - 1))
    assert (result.value, result.status) == (stored, Status.FAIL)
    assert [each.layer for each in result.evidence] == [2, 1, 0]


def test_a_compressed_size_that_is_not_known_is_skipped_and_never_a_pass(
    image: Inspection,
) -> None:
    layers = tuple(replace(layer, stored_size=None) for layer in image.image.layers)
    unknown = replace(image, image=replace(image.image, layers=layers))
    result = figure_result(unknown, "highestCompressedSize", Limit(value=1))
    assert (result.status, result.value) == (Status.SKIP, None)
    assert result.message.startswith("skipped: the source does not tell")


def test_too_large_an_image_is_told_by_layers_and_their_largest_files(image: Inspection) -> None:
    evidence = figure_result(image, "highestSize", Limit(value=1)).evidence
    assert [(each.layer, each.size) for each in evidence if each.path is None] == [
        (0, 1300),
        (2, 647),
        (1, 547),
    ]
    assert [each.path for each in evidence if each.path][:3] == [b"/base", b"/own", b"/own"]


def test_only_layers_beyond_the_limit_speak_against_an_image(image: Inspection) -> None:
    evidence = figure_result(image, "highestLayerSize", Limit(value=640)).evidence
    assert [each.layer for each in evidence if each.path is None] == [0, 2]
    evidence = figure_result(image, "highestUserLayerSize", Limit(value=640)).evidence
    assert [each.layer for each in evidence if each.path is None] == [2]


def test_waste_of_one_cause_is_told_by_path_and_by_what_caused_it(image: Inspection) -> None:
    [evidence] = figure_result(image, "highestMetadataBytes", Limit(value=0)).evidence
    assert (evidence.path, evidence.layer, evidence.size) == (b"/moved", 1, 40)
    assert evidence.message == "(copied again for mode, owner or time by layer 2)"


def test_an_image_without_layers_keeps_every_limit(tmp_path: Path) -> None:
    image = inspected()
    text = "[rules]\n" + "".join(f"{name} = 0\n" for name in FIGURE_RULES)
    assert {rule.status for rule in judged(image, text, tmp_path).rules} == {Status.PASS}
