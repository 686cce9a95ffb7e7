from __future__ import annotations

import pytest

from layertui.analysis.rules import (
    Figures,
    Rules,
    Status,
    evaluate,
    parse_bytes,
    parse_ratio,
)
from layertui.errors import ConfigError

FIGURES = Figures(efficiency=0.9, wasted_size=1000, user_wasted_percent=0.1)


def statuses(rules: Rules, figures: Figures = FIGURES) -> list[Status]:
    return [rule.status for rule in evaluate(rules, figures)]


def test_a_figure_equal_to_its_threshold_passes() -> None:
    rules = Rules(lowest_efficiency=0.9, highest_wasted_bytes=1000, highest_user_wasted_percent=0.1)
    assert statuses(rules) == [Status.PASS, Status.PASS, Status.PASS]


def test_a_figure_beyond_its_threshold_fails() -> None:
    rules = Rules(
        lowest_efficiency=0.91, highest_wasted_bytes=999, highest_user_wasted_percent=0.09
    )
    assert statuses(rules) == [Status.FAIL, Status.FAIL, Status.FAIL]


def test_a_rule_without_a_threshold_is_skipped_and_still_tells_the_value() -> None:
    rules = Rules(
        lowest_efficiency=None, highest_wasted_bytes=None, highest_user_wasted_percent=None
    )
    results = evaluate(rules, FIGURES)
    assert [rule.status for rule in results] == [Status.SKIP] * 3
    assert [rule.value for rule in results] == list(FIGURES)


def test_a_figure_that_is_no_number_passes() -> None:
    rules = Rules(highest_wasted_bytes=0)
    assert statuses(rules, Figures(None, None, None)) == [Status.PASS] * 3


def test_zero_wasted_bytes_is_a_limit_and_not_an_off_switch() -> None:
    assert statuses(Rules(highest_wasted_bytes=0))[1] is Status.FAIL


@pytest.mark.parametrize(
    ("text", "ratio"), [("0.95", 0.95), ("1", 1.0), ("0", 0.0), (" .5 ", 0.5), ("9e-1", 0.9)]
)
def test_a_ratio_is_read(text: str, ratio: float) -> None:
    assert parse_ratio(text, name="rule") == ratio


@pytest.mark.parametrize("text", ["disabled", "Disabled", "off", "false", ""])
def test_a_rule_can_be_switched_off(text: str) -> None:
    assert parse_ratio(text, name="rule") is None
    assert parse_bytes(text, name="rule") is None


@pytest.mark.parametrize("text", ["nan", "inf", "-0.1", "1.01", "95", "95%", "much", "1e999"])
def test_what_is_not_a_ratio_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"rule: .* is not a ratio"):
        parse_ratio(text, name="rule")


def test_a_percentage_is_refused_with_the_ratio_that_was_meant() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_ratio("95", name="rule")
    assert caught.value.hint == "Write 0.95."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("20MB", 20_000_000),
        ("20MiB", 20 << 20),
        ("20 mib", 20 << 20),
        ("1.5kB", 1500),
        ("1,000", 1000),
        ("7", 7),
        ("7B", 7),
        ("2k", 2000),
        ("2Ki", 2048),
        ("1GB", 10**9),
        ("1TiB", 1 << 40),
        ("0", 0),
    ],
)
def test_bytes_are_read_with_decimal_and_binary_units(text: str, count: int) -> None:
    assert parse_bytes(text, name="rule") == count


@pytest.mark.parametrize("text", ["nan", "-1", "20XB", "MB", "1e6", "20 MB more", "9" * 50])
def test_what_is_not_a_number_of_bytes_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a number of bytes"):
        parse_bytes(text, name="rule")
