"""Rules on findings and exceptions from rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.rules import Status
from layertui.insight.finding import CERTAIN, HINT, LIKELY, Finding
from tests.builders import file
from tests.policies import inspected, judged, only

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.analysis.inspection import Inspection


def finding(kind: str = "secret", **changes: object) -> Finding:
    usual = {"group": "private key", "layer": 0, "paths": (b"/k",), "message": "a key"}
    return Finding(**{"kind": kind, **usual, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def image() -> Inspection:
    return inspected([file("a", b"1" * 100), file("b.pem", b"2")])


def test_a_finding_of_a_forbidden_kind_fails_and_is_evidence(
    image: Inspection, tmp_path: Path
) -> None:
    found = [finding(size=5, paths=(b"/k", b"/l")), finding("setuid")]
    rule = only(judged(image, 'findings = "secret"', tmp_path, findings=found))
    assert (rule.name, rule.status) == ("finding secret", Status.FAIL)
    assert (rule.threshold, rule.value, rule.message) == (0, 1, "1 found")
    assert [(each.path, each.size, each.message) for each in rule.evidence] == [
        (b"/k", 5, "a key"),
        (b"/l", None, "private key"),
    ]


def test_an_image_without_such_findings_passes(image: Inspection, tmp_path: Path) -> None:
    rule = only(judged(image, 'findings = ["secret"]', tmp_path, findings=[finding("setuid")]))
    assert (rule.status, rule.message) == (Status.PASS, "none found")


def test_a_finding_of_the_history_has_no_path(image: Inspection, tmp_path: Path) -> None:
    found = [finding(layer=None, paths=())]
    rule = only(judged(image, 'findings = "secret"', tmp_path, findings=found))
    assert [(each.path, each.layer) for each in rule.evidence] == [(None, None)]


@pytest.mark.parametrize(
    ("least", "count"), [("certain", 1), ("likely", 2), ("hint", 3), (None, 2)]
)
def test_findings_count_from_a_confidence_on(
    image: Inspection, tmp_path: Path, least: str | None, count: int
) -> None:
    found = [finding(confidence=each) for each in (CERTAIN, LIKELY, HINT)]
    text = '[[findings]]\nkind = "secret"\n' + (f'confidence = "{least}"' if least else "")
    assert only(judged(image, text, tmp_path, findings=found)).value == count


def test_findings_of_the_base_and_of_other_groups_can_be_left_out(
    image: Inspection, tmp_path: Path
) -> None:
    found = [finding(base=True), finding(group="token"), finding()]
    text = '[[findings]]\nkind = "secret"\nbase = false\ngroup = "*key"'
    assert only(judged(image, text, tmp_path, findings=found)).value == 1


def test_some_findings_may_be_there(image: Inspection, tmp_path: Path) -> None:
    text = '[[findings]]\nkind = "secret"\nmost = 1\nreason = "be tidy"'
    one = only(judged(image, text, tmp_path, findings=[finding()]))
    assert (one.status, one.message, one.evidence) == (Status.PASS, "1 found, at most 1", ())
    two = only(judged(image, text, tmp_path, findings=[finding(), finding()]))
    assert (two.status, two.message) == (Status.FAIL, "2 found, at most 1; be tidy")


ALLOWED = '[[allowed]]\nrule = "{}"\nreason = "known"\nuntil = 2026-06-01\n'


def test_an_exception_lets_a_figure_be_beyond_its_limit_until_its_day(
    image: Inspection, tmp_path: Path
) -> None:
    text = "[rules]\nhighestSize = 1\n" + ALLOWED.format("highestSize")
    size, expired = judged(image, text, tmp_path, today=date(2026, 6, 1)).rules
    assert (size.status, expired.status) == (Status.PASS, Status.PASS)
    assert size.message == ("101 bytes with a limit of 1 bytes, allowed until 2026-06-01: known")
    assert size.evidence == ()


def test_an_exception_that_has_ended_excuses_nothing_and_fails_itself(
    image: Inspection, tmp_path: Path
) -> None:
    text = "[rules]\nhighestSize = 1\n" + ALLOWED.format("highestSize")
    size, expired = judged(image, text, tmp_path, today=date(2026, 6, 2)).rules
    assert size.status is Status.FAIL
    assert size.message == (
        "101 bytes with a limit of 1 bytes; an exception from it ended on 2026-06-01"
    )
    assert size.evidence
    assert (expired.name, expired.status) == ("expiredExceptions", Status.FAIL)
    assert (expired.threshold, expired.value) == (0, 1)
    [evidence] = expired.evidence
    assert evidence.message.startswith("the exception from highestSize until 2026-06-01: known (")
    assert evidence.message.endswith("rules.toml: allowed)")


def test_an_exception_that_nothing_needs_is_told(image: Inspection, tmp_path: Path) -> None:
    text = "[rules]\nhighestSize = 1000\n" + ALLOWED.format("highestSize")
    judgement = judged(image, text, tmp_path)
    assert {rule.status for rule in judgement.rules} == {Status.PASS}
    [notice] = judgement.notices
    assert notice.code == "unused-exception"
    assert notice.message.startswith("nothing needs the exception from highestSize until")


def test_an_exception_without_end_never_ends(image: Inspection, tmp_path: Path) -> None:
    text = "[rules]\nhighestSize = 1\n" + ALLOWED.format("highestSize")
    never = text.replace("2026-06-01", '"never"')
    size, _ = judged(image, never, tmp_path, today=date(2999, 1, 1)).rules
    assert size.message == "101 bytes with a limit of 1 bytes, allowed: known"


def test_an_exception_excuses_the_paths_it_names(image: Inspection, tmp_path: Path) -> None:
    text = 'forbidden = "**"\n' + ALLOWED.format("forbidden **") + 'path = "*.pem"'
    rule = judged(image, text, tmp_path).rules[0]
    assert [evidence.path for evidence in rule.evidence] == [b"/a"]
    assert rule.message == "1 path must not be there, 1 allowed"
    all_of_them = judged(image, text.replace("*.pem", "/*"), tmp_path)
    assert all_of_them.rules[0].message == "none there, 2 allowed"
    assert all_of_them.notices == ()


def test_a_path_rule_tells_that_an_exception_from_it_has_ended(
    image: Inspection, tmp_path: Path
) -> None:
    text = 'forbidden = "*.pem"\n' + ALLOWED.format("forbidden *.pem")
    rule = judged(image, text, tmp_path, today=date(2027, 1, 1)).rules[0]
    assert rule.message == "1 path must not be there; an exception from it ended on 2026-06-01"


def test_an_exception_lets_something_be_missing(image: Inspection, tmp_path: Path) -> None:
    text = 'required = "/c"\n' + ALLOWED.format("required /c")
    judgement = judged(image, text, tmp_path)
    assert (judgement.rules[0].status, judgement.notices) == (Status.PASS, ())


def test_an_exception_excuses_findings_by_path(image: Inspection, tmp_path: Path) -> None:
    text = 'findings = "secret"\n' + ALLOWED.format("finding secret") + 'path = "/k"'
    excused = judged(image, text, tmp_path, findings=[finding()])
    assert excused.rules[0].message == "none found, 1 allowed"
    partly = judged(image, text, tmp_path, findings=[finding(paths=(b"/k", b"/l"))])
    assert [evidence.path for evidence in partly.rules[0].evidence] == [b"/l"]
    unseen = judged(image, text, tmp_path, findings=[finding(more=1)])
    assert unseen.rules[0].status is Status.FAIL
    other = judged(image, text, tmp_path, findings=[finding(paths=(b"/l",))])
    assert (other.rules[0].status, len(other.notices)) == (Status.FAIL, 1)


def test_an_exception_from_a_rule_for_other_images_is_not_told(
    image: Inspection, tmp_path: Path
) -> None:
    section = '[[image]]\nmatch = "{}"\nforbidden = "*.pem"\n'
    text = ALLOWED.format("forbidden *.pem") + section
    assert judged(image, text.format("other"), tmp_path, today=date(2030, 1, 1)).rules == ()
    assert judged(image, text.format("other"), tmp_path).notices == ()
    own = judged(image, text.format("shop/api"), tmp_path)
    assert own.rules[0].message == "none there, 1 allowed"
    growth = ALLOWED.format("sizeGrowth")
    assert judged(image, growth, tmp_path).notices == ()
