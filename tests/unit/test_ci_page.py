"""The page on CI says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layertui.config.ci_file import default_limits
from layertui.config.ci_tables import TABLES
from layertui.insight.finding import CONFIDENCES, KINDS
from layertui.policy import conditions
from layertui.policy.demands import GROWTH_UNITS
from layertui.policy.figures import FIGURE_RULES
from tests.policies import policies

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("name", FIGURE_RULES)
def test_the_page_has_every_rule_on_a_figure_with_its_default(name: str) -> None:
    limit = default_limits().get(name)
    default = "off" if limit is None or limit.value is None else f"`{limit.value:g}`"
    assert re.search(rf"(?m)^\| `{name}` \| .* \| {default} \|$", PAGE)


def test_the_page_has_every_word_that_a_file_may_use() -> None:
    words = (*KINDS, *CONFIDENCES, *conditions.KINDS, *GROWTH_UNITS)
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_the_example_of_the_page_is_a_rules_file_that_uses_all_there_is(tmp_path: Path) -> None:
    policy = policies(EXAMPLE, tmp_path).of(("shop/worker:1",))
    assert policy.limits["highestSize"].value == 2_000_000_000
    assert len(policy.paths) == 3
    assert (policy.growth["size"].absolute, policy.growth["size"].relative) == (10_000_000, 0.05)
    assert [table for table in TABLES if table not in EXAMPLE] == []
