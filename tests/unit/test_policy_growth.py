"""No worse than before: growth against a baseline, its limits, and what is told of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.rules import RuleResult, Status
from layertui.errors import ConfigError
from layertui.insight.finding import Finding
from layertui.policy.baseline import (
    Baseline,
    KnownPackage,
    baseline_document,
    baseline_of,
    read_baseline,
    summed,
)
from layertui.reports.json import json_report
from tests.builders import directory, file, hardlink, whiteout
from tests.policies import inspected, judged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layertui.analysis.inspection import Inspection

KB = b"x" * 1000
BASE = [file("base", KB * 100)]
APP = [directory("srv"), *(file(f"srv/{name}", KB * 10) for name in "abc")]
BEFORE = ("FROM base", "COPY srv /srv")


@pytest.fixture(scope="module")
def before() -> Inspection:
    return inspected(BASE, APP, commands=BEFORE)


def finding(path: bytes = b"/k", **changes: object) -> Finding:
    usual = {"kind": "secret", "group": "key", "layer": 1, "message": "a key"}
    return Finding(**{**usual, "paths": (path,), **changes})  # type: ignore[arg-type]


def grown(
    now: Inspection,
    then: Inspection | Baseline,
    folder: Path,
    limits: str = "",
    findings: Sequence[Finding] = (),
) -> dict[str, RuleResult]:
    baseline = then if isinstance(then, Baseline) else baseline_of(then, None)
    text = f"[baseline]\n{limits}"
    judgement = judged(now, text, folder, baseline=baseline, findings=findings)
    return {rule.name: rule for rule in judgement.rules}


def test_the_same_image_is_no_worse(before: Inspection, tmp_path: Path) -> None:
    rules = grown(before, before, tmp_path)
    assert {name: rule.status for name, rule in rules.items()} == {
        "sizeGrowth": Status.PASS,
        "compressedSizeGrowth": Status.SKIP,
        "wastedBytesGrowth": Status.PASS,
        "layersGrowth": Status.SKIP,
        "newFindings": Status.SKIP,
    }
    assert rules["sizeGrowth"].message == "+0 B (130 kB before, 130 kB now), at most +6.5 kB"
    assert rules["layersGrowth"].message == "+0 (2 before, 2 now), not limited"


def test_a_smaller_image_is_no_worse(before: Inspection, tmp_path: Path) -> None:
    smaller = inspected(BASE, APP[:2], commands=BEFORE)
    rule = grown(smaller, before, tmp_path, "size = 0")["sizeGrowth"]
    assert (rule.status, rule.value) == (Status.PASS, -20_000)
    assert rule.message.startswith("-20.0 kB (")


@pytest.mark.parametrize(
    ("limit", "threshold", "status"),
    [
        ('"10kB"', 10_000, Status.PASS),
        ('"9kB"', 9_000, Status.FAIL),
        ("10000", 10_000, Status.PASS),
        ('"10%"', 13_000, Status.PASS),
        ('"5%"', 6_500, Status.FAIL),
        ('["10kB", "5%"]', 6_500, Status.FAIL),
        ('["9kB", "50%"]', 9_000, Status.FAIL),
        ('["10kB", "50%"]', 10_000, Status.PASS),
        ('"disabled"', None, Status.SKIP),
        ("false", None, Status.SKIP),
    ],
)
def test_growth_is_limited_in_bytes_and_by_share_and_every_limit_counts(
    before: Inspection, tmp_path: Path, limit: str, threshold: int | None, status: Status
) -> None:
    larger = inspected(BASE, [*APP, file("srv/d", KB * 10)], commands=BEFORE)
    rule = grown(larger, before, tmp_path, f"size = {limit}")["sizeGrowth"]
    assert (rule.threshold, rule.value, rule.status) == (threshold, 10_000, status)


def test_what_grew_is_told_by_layer_and_by_path(before: Inspection, tmp_path: Path) -> None:
    more = [*(file(f"node_modules/{n}/index.js", KB * 5) for n in range(30))]
    commands = (*BEFORE, "RUN npm ci")
    larger = inspected(BASE, [*APP[:-1], file("srv/c", KB * 30)], more, commands=commands)
    rule = grown(larger, before, tmp_path)["sizeGrowth"]
    assert rule.status is Status.FAIL
    assert [(each.path, each.layer, each.size, each.message) for each in rule.evidence] == [
        (None, 2, 150_000, "(new)"),
        (None, 1, 20_000, "(+20.0 kB, 30.0 kB before)"),
        (b"/node_modules", None, 150_000, "(new)"),
        (b"/srv/c", 1, 20_000, "(+20.0 kB, 10.0 kB before)"),
    ]


def test_more_layers_are_told_by_their_instructions(before: Inspection, tmp_path: Path) -> None:
    more = inspected(BASE, [file("z", b"1")], APP, commands=("FROM base", "RUN z", "COPY srv /srv"))
    rule = grown(more, before, tmp_path, "layers = 0")["layersGrowth"]
    assert (rule.status, rule.value, rule.unit) == (Status.FAIL, 1, "count")
    assert [(each.layer, each.message) for each in rule.evidence] == [(1, "(new)")]
    assert grown(more, before, tmp_path, "layers = 1")["layersGrowth"].status is Status.PASS


def test_two_layers_of_one_instruction_are_told_apart_by_their_order(tmp_path: Path) -> None:
    twice = ("RUN make", "RUN make")
    before = inspected([file("a", KB)], [file("b", KB * 5)], commands=twice)
    now = inspected([file("a", KB)], [file("b", KB * 9)], commands=twice)
    evidence = grown(now, before, tmp_path, "size = 0")["sizeGrowth"].evidence
    assert [(each.layer, each.size) for each in evidence if each.path is None] == [(1, 4_000)]


def test_more_waste_is_told_by_path(before: Inspection, tmp_path: Path) -> None:
    wasteful = inspected(BASE, APP, [whiteout("srv/a")], commands=(*BEFORE, "RUN rm"))
    rule = grown(wasteful, before, tmp_path, "wastedBytes = 0")["wastedBytesGrowth"]
    assert (rule.status, rule.value) == (Status.FAIL, 10_000)
    assert [(each.path, each.layer, each.message) for each in rule.evidence] == [
        (b"/srv/a", 1, "(removed by layer 2)")
    ]


def test_a_compressed_size_is_compared_where_both_are_known(
    before: Inspection, tmp_path: Path
) -> None:
    known = baseline_of(before, None)
    unknown = replace(known, compressed_size=None)
    rule = grown(before, unknown, tmp_path, "compressedSize = 0")["compressedSizeGrowth"]
    assert rule.message == "skipped: the figure is not known in the baseline"
    rule = grown(before, known, tmp_path, "compressedSize = 0")["compressedSizeGrowth"]
    assert rule.status is Status.PASS


def test_a_finding_that_shares_a_path_with_one_of_before_is_not_new(
    before: Inspection, tmp_path: Path
) -> None:
    baseline = baseline_of(before, [finding(paths=(b"/k", b"/l")), finding(paths=())])
    old = [finding(b"/l"), finding(paths=())]
    rule = grown(before, baseline, tmp_path, "findings = 0", old)["newFindings"]
    assert (rule.status, rule.message) == (Status.PASS, "0 new, at most 0")
    new = [*old, finding(b"/m"), finding(b"/k", group="token")]
    rule = grown(before, baseline, tmp_path, "findings = 0", new)["newFindings"]
    assert (rule.status, rule.value) == (Status.FAIL, 2)
    assert [each.path for each in rule.evidence] == [b"/m", b"/k"]
    assert grown(before, baseline, tmp_path, "findings = 2", new)["newFindings"].value == 2


def test_findings_are_compared_only_where_they_are_limited_and_known(
    before: Inspection, tmp_path: Path
) -> None:
    known, unknown = baseline_of(before, []), baseline_of(before, None)
    rule = grown(before, known, tmp_path, findings=[finding()])["newFindings"]
    assert (rule.status, rule.message) == (Status.SKIP, "not limited")
    rule = grown(before, unknown, tmp_path, "findings = 0", [finding()])["newFindings"]
    assert (rule.status, rule.message) == (
        Status.SKIP,
        "skipped: the baseline does not tell of findings; write it again",
    )


def test_growth_can_be_excepted_by_the_name_of_its_rule(before: Inspection, tmp_path: Path) -> None:
    larger = inspected(BASE, [*APP, file("srv/d", KB * 90)], commands=BEFORE)
    text = '[[allowed]]\nrule = "sizeGrowth"\nreason = "fonts"\nuntil = 2030-01-01'
    rules = judged(larger, text, tmp_path, baseline=baseline_of(before, None)).rules
    assert rules[0].message == (
        "+90.0 kB (130 kB before, 220 kB now), at most +6.5 kB, allowed until 2030-01-01: fonts"
    )


def test_packages_that_are_new_or_own_more_are_told(before: Inspection, tmp_path: Path) -> None:
    then = baseline_of(
        before, None, {"apt curl": KnownPackage("1", 10), "apt tar": KnownPackage("1", 5)}
    )
    now = {
        "apt curl": KnownPackage("2", 30),
        "apt tar": KnownPackage("1", 7),
        "pip flask\x1b": KnownPackage("3", 100),
        "apt sed": KnownPackage("1", 0),
    }
    larger = inspected(BASE, [*APP, file("srv/d", KB * 90)], commands=BEFORE)
    judgement = judged(larger, "", tmp_path, baseline=then, packages=now)
    told = [(each.size, each.message) for each in judgement.rules[0].evidence if not each.path]
    assert told[1:] == [
        (100, "package pip flask\\x1b 3 (new)"),
        (20, "package apt curl 1 -> 2"),
        (2, "package apt tar 1 (5 B before)"),
    ]


def everything(baseline: Baseline) -> Baseline:
    """Return what a compact baseline and one of a whole report have in common."""
    sizes = {path: size for path, size in baseline.sizes.items() if size >= 4_096}
    return replace(baseline, sizes=sizes, floor=0, findings=None, packages=None)


def test_a_compact_file_and_the_report_say_the_same(before: Inspection, tmp_path: Path) -> None:
    image = inspected(
        BASE, APP, [file("srv/a", KB * 20), hardlink("hard", "base")], commands=(*BEFORE, "RUN x")
    )
    known = baseline_of(image, [finding(b"/caf\xe9")], {"apt a": KnownPackage("1", 2)})
    compact, report = tmp_path / "compact.json", tmp_path / "report.json"
    compact.write_bytes(baseline_document(known))
    report.write_bytes(b"".join(json_report(image)))
    assert read_baseline(compact) == known
    again = read_baseline(report)
    assert again is not None
    assert everything(again) == everything(known)
    assert again.sizes["/"] == image.accounting.visible_size


def test_a_compact_file_leaves_small_paths_out(tmp_path: Path) -> None:
    image = inspected([file("large", KB * 5), *(file(f"d/{n}", b"1") for n in range(50))])
    document = json.loads(baseline_document(baseline_of(image, None)))
    assert document["compact"]["sizes"] == {"/": 5_050, "/large": 5_000}
    assert document["schemaVersion"] == 1
    assert "findings" not in document


def test_what_is_no_json_is_not_a_baseline_file(tmp_path: Path) -> None:
    (tmp_path / "image.tar").write_bytes(b"\0" * 1024)
    assert read_baseline(tmp_path / "image.tar") is None
    assert read_baseline(tmp_path) is None
    assert read_baseline(tmp_path / "nothing") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no baseline: Input data was truncated"),
        ('{"schemaVersion": 1}', "is no baseline: Object missing required field"),
        ('{"schemaVersion": "1"}', r"is no baseline: Expected `int`, got `str` - at `\$"),
        (
            '{"schemaVersion": 2, "image": {"size": 1, "wasted": {}}, "layers": []}',
            "is of schema version 2",
        ),
        ('{"image": ' + "[" * 100_000, "is no baseline"),
    ],
)
def test_json_that_is_no_baseline_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=told):
        read_baseline(path)


def test_sizes_of_files_are_summed_up_to_the_root() -> None:
    assert summed([("/a/b/c", 1), ("/a/d", 2), ("/e", 4)]) == {
        "/a/b/c": 1, "/a/d": 2, "/e": 4, "/a/b": 1, "/a": 3, "/": 7,
    }  # fmt: skip
