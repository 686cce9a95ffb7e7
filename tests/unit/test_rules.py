from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.analysis.rules import (
    RULE_NAMES,
    Figures,
    Rules,
    Status,
    evaluate,
    parse_bytes,
    parse_ratio,
)
from layertui.config.ci_rules import load_rules
from layertui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = Figures(efficiency=0.9, wasted_size=1000, user_wasted_percent=0.1)
NO_FLAGS: dict[str, str | None] = {}


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


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    return tmp_path / "rules.yaml"


def test_the_defaults_are_those_of_dive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_rules(None, NO_FLAGS) == Rules(
        lowest_efficiency=0.9, highest_wasted_bytes=None, highest_user_wasted_percent=0.1
    )


def test_rules_are_found_in_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".dive-ci").write_text("rules:\n  lowestEfficiency: 0.5\n")
    assert load_rules(None, NO_FLAGS).lowest_efficiency == 0.5


def test_a_flag_beats_the_file_and_the_file_the_default(rules_file: Path) -> None:
    rules_file.write_text("rules: {lowestEfficiency: 0.5, highestWastedBytes: 20MiB}")
    rules = load_rules(rules_file, {"lowestEfficiency": "0.7", "highestWastedBytes": None})
    assert rules == Rules(lowest_efficiency=0.7, highest_wasted_bytes=20 << 20)


@pytest.mark.parametrize("off", ["disabled", "off", "false", "''", "null"])
def test_the_file_can_switch_a_rule_off(rules_file: Path, off: str) -> None:
    rules_file.write_text(f"rules:\n  highestUserWastedPercent: {off}\n")
    assert load_rules(rules_file, NO_FLAGS).highest_user_wasted_percent is None


def test_rule_names_are_told_apart_regardless_of_case(rules_file: Path) -> None:
    rules_file.write_text("rules:\n  lowestefficiency: 0.5\n")
    assert load_rules(rules_file, NO_FLAGS).lowest_efficiency == 0.5


def test_an_unknown_rule_is_refused_with_the_nearest_name(rules_file: Path) -> None:
    rules_file.write_text("rules:\n  lowestEficiency: 0.5\n")
    with pytest.raises(ConfigError, match="unknown key 'lowestEficiency'") as caught:
        load_rules(rules_file, NO_FLAGS)
    assert caught.value.hint == f"Did you mean {RULE_NAMES[0]}?"


@pytest.mark.parametrize(
    "text",
    [
        "rule:\n  lowestEfficiency: 0.5\n",
        "rules: 5",
        "- 1",
        "rules: [1]",
        "rules: {lowestEfficiency: [0.5]}",
        "rules: {lowestEfficiency: 95}",
        "a: &a [*a]\nb: : :",
        "!!python/object/apply:os.system ['true']",
        "\x00",
        "[" * 10_000,
    ],
)
def test_a_wrong_rules_file_is_refused(rules_file: Path, text: str) -> None:
    rules_file.write_text(text)
    with pytest.raises(ConfigError):
        load_rules(rules_file, NO_FLAGS)


def test_an_empty_rules_file_leaves_the_defaults(rules_file: Path) -> None:
    rules_file.write_text("# nothing\n")
    assert load_rules(rules_file, NO_FLAGS) == Rules()


def test_a_rules_file_that_is_not_there_is_refused(rules_file: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load_rules(rules_file, NO_FLAGS)


def test_the_plugins_of_a_file_for_dive_are_left_out(rules_file: Path) -> None:
    rules_file.write_text(
        "plugins:\n  - plugin1\nrules:\n  lowestEfficiency: 0.5\n  plugin1/rule1: error\n"
    )
    assert load_rules(rules_file, NO_FLAGS) == Rules(lowest_efficiency=0.5)


def test_a_rules_file_of_the_working_directory_that_cannot_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".dive-ci").symlink_to("nowhere")
    with pytest.raises(ConfigError, match="cannot read"):
        load_rules(None, NO_FLAGS)
