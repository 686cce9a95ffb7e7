"""The rules file for CI: which one it is, what it may say, and what is said of a wrong one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from layertui.config.ci_file import load_policies
from layertui.errors import ConfigError
from layertui.policy.demands import Growth
from layertui.policy.figures import FIGURE_RULES
from layertui.policy.values import Limit
from tests.policies import policies

NO_FLAGS: dict[str, str | None] = {}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def limit(name: str = "lowestEfficiency", flags: dict[str, str | None] = NO_FLAGS) -> Limit:
    return load_policies(None, flags).of(()).limits[name]


def test_the_defaults_are_those_of_dive() -> None:
    limits = load_policies(None, NO_FLAGS).of(()).limits
    assert {name: each.value for name, each in limits.items()} == {
        "lowestEfficiency": 0.9,
        "highestWastedBytes": None,
        "highestUserWastedPercent": 0.1,
    }
    assert {each.origin for each in limits.values()} == {"the default"}


def test_the_first_file_that_is_there_is_the_one_as_a_whole() -> None:
    Path(".dive-ci").write_text("rules:\n  lowestEfficiency: 0.1\n  highestWastedBytes: 1\n")
    assert limit() == Limit(value=0.1, origin=".dive-ci: rules.lowestEfficiency")
    Path("pyproject.toml").write_text("[project]\nname = 'layertui-user'\n")
    assert limit().value == 0.1
    Path("pyproject.toml").write_text("[tool.layertui.rules]\nlowestEfficiency = 0.2\n")
    assert limit() == Limit(
        value=0.2, origin="pyproject.toml: tool.layertui: rules.lowestEfficiency"
    )
    assert limit("highestWastedBytes").value is None
    Path(".layertui.toml").write_text("[rules]\nlowestEfficiency = 0.3\n")
    assert limit() == Limit(value=0.3, origin=".layertui.toml: rules.lowestEfficiency")
    found = load_policies(None, NO_FLAGS)
    assert found.file == ".layertui.toml"
    assert found.passed_over == ("pyproject.toml: tool.layertui", ".dive-ci")
    Path("other").write_text("rules: {lowestEfficiency: 0.4}\n")
    named = load_policies(Path("other"), NO_FLAGS)
    assert named.of(()).limits["lowestEfficiency"].value == 0.4
    assert named.passed_over == ()


def test_a_flag_beats_the_file_and_its_sections() -> None:
    Path(".layertui.toml").write_text(
        "[rules]\nlowestEfficiency = 0.3\nhighestWastedBytes = 5\n"
        "[[image]]\nmatch = '*'\n[image.rules]\nlowestEfficiency = 0.4\n"
    )
    flags = {"lowestEfficiency": "0.7", "highestWastedBytes": None}
    limits = load_policies(None, flags).of(("any",)).limits
    assert limits["lowestEfficiency"] == Limit(value=0.7, origin="the option --lowest-efficiency")
    assert limits["highestWastedBytes"].value == 5


def test_a_wrong_flag_is_refused_by_its_name() -> None:
    with pytest.raises(ConfigError, match=r"^--lowest-efficiency: '95' is not a ratio$"):
        load_policies(None, {"lowestEfficiency": "95"})


@pytest.mark.parametrize("name", ["rules", "rules.conf", ".dive-ci", "rules.toml"])
def test_toml_is_told_from_yaml_by_what_it_says(folder: Path, name: str) -> None:
    toml = "# rules\n\n[rules]\nlowestEfficiency = 0.5\n"
    assert policies(toml, folder, name).of(()).limits["lowestEfficiency"].value == 0.5
    keyed = 'forbidden = ["a"]\n'
    assert policies(keyed, folder, name).of(()).paths[0].name == "forbidden a"


@pytest.mark.parametrize("name", ["rules", "rules.yml", "rules.yaml", ".dive-ci"])
def test_a_yaml_file_may_say_all_that_a_toml_file_may(folder: Path, name: str) -> None:
    text = """
rules:
  highestSize: 2GB
forbidden:
  - "*.pem"
  - path: "/app/**"
    mode: "/6000"
allowed:
  - {rule: highestSize, reason: big, until: 2030-01-31}
baseline: {size: 5%}
image:
  match: "shop/*"
  rules: {highestLayers: 9}
"""
    policy = policies(text, folder, name).of(("shop/api:1",))
    assert policy.limits["highestSize"].value == 2_000_000_000
    assert policy.limits["highestLayers"].value == 9
    assert [rule.name for rule in policy.paths] == ["forbidden *.pem", "forbidden /app/**"]
    assert policy.allowed[0].until == date(2030, 1, 31)
    assert policy.growth["size"].relative == 0.05


def test_an_empty_file_leaves_the_defaults(folder: Path) -> None:
    for name in ("rules.toml", "rules.yaml", "rules"):
        assert policies("# nothing\n", folder, name).of(()).limits["lowestEfficiency"].value == 0.9


@pytest.mark.parametrize("off", ["disabled", "off", "false", "''", "null"])
def test_yaml_can_switch_a_rule_off(folder: Path, off: str) -> None:
    text = f"rules:\n  highestUserWastedPercent: {off}\n"
    limits = policies(text, folder, "rules.yaml").of(()).limits
    assert limits["highestUserWastedPercent"].value is None


def test_case_and_dashes_do_not_tell_the_names_of_rules_apart(folder: Path) -> None:
    text = '[rules]\nlowestefficiency = 0.5\nhighest_size = "1GB"\n"highest-layers" = "off"\n'
    limits = policies(text, folder).of(()).limits
    assert (limits["lowestEfficiency"].value, limits["highestSize"].value) == (0.5, 10**9)
    assert limits["highestLayers"].value is None


def test_the_plugins_of_a_file_for_dive_are_left_out(folder: Path) -> None:
    text = "plugins:\n  - plugin1\nrules:\n  lowestEfficiency: 0.5\n  plugin1/rule1: error\n"
    assert set(policies(text, folder, ".dive-ci").of(()).limits) < set(FIGURE_RULES)


SECTIONS = """
forbidden = "everywhere"
[rules]
highestSize = 1
[[image]]
match = ["shop/*", "*/web:1.*"]
forbidden = "shop"
[image.rules]
highestSize = 2
[[image]]
match = "shop/api"
[image.rules]
highestSize = 3
[image.baseline]
file = "api.json"
"""


@pytest.mark.parametrize(
    ("name", "size", "rules"),
    [
        ("other", 1, 1),
        ("shop/web:9", 2, 2),
        ("shop/api:2.4", 3, 2),
        ("registry.example:5000/shop/api", 1, 1),
        ("x/web:1.2", 2, 2),
        ("x/web:2.1", 1, 1),
        ("shop/api@sha256:00", 3, 2),
    ],
)
def test_sections_are_for_images_by_name_with_or_without_a_tag(
    folder: Path, name: str, size: int, rules: int
) -> None:
    policy = policies(SECTIONS, folder).of(("/tmp/image.tar", name))
    assert policy.limits["highestSize"].value == size
    assert len(policy.paths) == rules
    assert policy.baseline == ("api.json" if size == 3 else "")


def test_growth_is_a_number_a_share_or_both(folder: Path) -> None:
    text = '[baseline]\nsize = ["5MB", "2%"]\nlayers = 1\nwasted_bytes = "off"\n'
    growth = policies(text, folder).of(()).growth
    origin = f"{folder}/rules.toml: baseline."
    assert growth["size"] == Growth(absolute=5_000_000, relative=0.02, origin=f"{origin}size")
    assert growth["layers"] == Growth(absolute=1, origin=f"{origin}layers")
    assert growth["wastedBytes"] == Growth(origin=f"{origin}wastedBytes")


ALLOWED = '[[allowed]]\nrule = "highestSize"\nreason = "r"\nuntil = 2030-01-01\n'


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("forbiden = []", ": unknown key 'forbiden'", "Did you mean forbidden?"),
        ("[rule]", ": unknown key 'rule'", "Did you mean rules?"),
        ("rules = 5", ": rules is not a table", ""),
        ("[rules]\nlowestEficiency = 1", ": rules: unknown key 'lowestEficiency'",
         "Did you mean lowestEfficiency?"),
        ("[rules]\nlowestEfficiency = 95", ": rules.lowestEfficiency: '95' is not a ratio",
         "Write 0.95."),
        ("[rules]\nhighestSize = [1]", ": rules.highestSize is not a single value", ""),
        ("[rules]\nhighestSize = true", ": rules.highestSize is not a single value", ""),
        ("[rules]\nhighestSize = 'big'", ": rules.highestSize: 'big' is not a number of bytes",
         "Write a number with a unit"),
        ("[rules]\nhighestLayers = 1.5", ": rules.highestLayers: '1.5' is not a whole number",
         "Write a number such as 12"),
        ("forbidden = 5", ": forbidden is neither a text nor a table", "which is its `path`"),
        ("forbidden = ['a', 5]", ": forbidden #2 is neither a text nor a table", ""),
        ("forbidden = ''", ": forbidden: path: '' is not a line of text", ""),
        ("forbidden = '/'", ": forbidden: path: '/' names no path", "Write ** for all paths"),
        ("forbidden = '[z-a]*'", ": forbidden: path: '[z-a]*' is no glob: bad character range", ""),
        ("[[forbidden]]\nmode = '0644'", ": forbidden has no path", ""),
        ("[[forbidden]]\npath = []", ": forbidden: path is empty", ""),
        ("[[forbidden]]\npath = 'a'\nmod = 1", ": forbidden: unknown key 'mod'",
         "Did you mean mode?"),
        ("[[forbidden]]\npath = 'a'\nmode = 0o644", ": forbidden: mode: 420 is not a mode",
         'Write it as a text: "0644"'),
        ("[[forbidden]]\npath = 'a'\nmode = 'u+s'", ": forbidden: mode: 'u+s' is not a mode", ""),
        ("[[forbidden]]\npath = 'a'\nowner = 'root'", ": forbidden: owner: 'root' is not an owner",
         "Write numbers"),
        ("[[forbidden]]\npath = 'a'\nowner = true", ": forbidden: owner: True is not an owner", ""),
        ("[[forbidden]]\npath = 'a'\nowner = ':'", ": forbidden: owner: ':' is not an owner", ""),
        ("[[forbidden]]\npath = 'a'\nsize = '20MB'",
         ": forbidden: size: '20MB' is not a bound on a size", 'such as ">10MB"'),
        ("[[forbidden]]\npath = 'a'\nsize = 20",
         ": forbidden: size: 20 is not a bound on a size", ""),
        ("[[forbidden]]\npath = 'a'\nsize = '>x'",
         ": forbidden: size: '>x' is not a bound on a size", ""),
        ("[[forbidden]]\npath = 'a'\ntype = 'folder'", ": forbidden: type: 'folder' is unknown",
         "Did you mean"),
        ("[[forbidden]]\npath = 'a'\nlayers = 1", ": forbidden: layers: 1 is not true or false",
         ""),
        ("[[required]]\npath = 'a'\nlayers = true", ": required: layers is for forbidden paths",
         ""),
        ("[[forbidden]]\npath = 'a'\nreason = 5", ": forbidden: reason: 5 is not a line", ""),
        ("findings = 'secrets'", ": findings: kind: 'secrets' is unknown", "Did you mean secret?"),
        ("[[findings]]\nkind = 'secret'\nconfidence = 'sure'",
         ": findings: confidence: 'sure' is unknown", ""),
        ("[[findings]]\nkind = 'secret'\nmost = -1",
         ": findings: most: '-1' is not a whole number", ""),
        ("[[findings]]\nkind = 'secret'\nbase = 'no'",
         ": findings: base: 'no' is not true or false", ""),
        ("allowed = 'highestSize'", ": allowed has no reason", ""),
        (ALLOWED.replace('reason = "r"', ""), ": allowed has no reason", ""),
        (ALLOWED.replace("until = 2030-01-01", ""), ": allowed has no until", ""),
        (ALLOWED.replace("2030-01-01", '"next year"'), ": allowed: until: 'next year' is not a day",
         "such as 2030-12-31"),
        (ALLOWED.replace("highestSize", "higestSize"),
         ": allowed: rule: there is no rule 'higestSize'", "Did you mean highestSize?"),
        (ALLOWED.replace("highestSize", "expiredExceptions"),
         ": allowed: rule: there is no rule 'expiredExceptions'", ""),
        (ALLOWED + 'path = "a"', ": allowed: path is for rules on paths and findings",
         "leave the path out"),
        ("baseline = 'x'", ": baseline is not a table", ""),
        ("[baseline]\nsizes = 1", ": baseline: unknown key 'sizes'", "Did you mean size?"),
        ("[baseline]\nsize = 'much'", ": baseline.size: 'much' is no limit of growth",
         "a percentage such as 2%"),
        ("[baseline]\nlayers = 'few'", ": baseline.layers: 'few' is not a whole number", ""),
        ("[baseline]\nfile = 5", ": baseline.file: 5 is not a line of text", ""),
        ("[[image]]\nforbidden = 'a'", ": image has no match", ""),
        ("[[image]]\nmatch = 'a'\nrule = 1", ": image: unknown key 'rule'", "Did you mean rules?"),
        ("[[image]]\nmatch = 'a'\n[image.rules]\nhighestLayers = 'x'",
         ": image: rules.highestLayers: 'x' is not a whole number", ""),
        ("a = ", " is not TOML: ", "`layertui ci init IMAGE` writes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_the_file_the_key_and_a_way_out(
    folder: Path, text: str, told: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        policies(text, folder)
    assert caught.value.message.startswith(f"{folder}/rules.toml{told}")
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message + caught.value.hint


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
        "1: 2",
        "forbidden: [&a [*a]]",
    ],
)
def test_a_wrong_yaml_file_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        policies(text, folder, ".dive-ci")


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot read none"):
        load_policies(Path("none"), NO_FLAGS)


@pytest.mark.parametrize("name", [".layertui.toml", ".dive-ci"])
def test_a_file_of_the_working_directory_that_cannot_be_read_is_refused(name: str) -> None:
    Path(name).symlink_to("nowhere")
    with pytest.raises(ConfigError, match="cannot read"):
        load_policies(None, NO_FLAGS)


def test_a_project_file_must_have_the_table_where_it_is_named() -> None:
    Path("pyproject.toml").write_text("[tool.ruff]\n")
    assert load_policies(None, NO_FLAGS).file == ""
    with pytest.raises(ConfigError, match=r"pyproject.toml has no table \[tool.layertui\]"):
        load_policies(Path("pyproject.toml"), NO_FLAGS)
    Path("pyproject.toml").write_text("[tool]\nlayertui = 5\n")
    with pytest.raises(ConfigError, match=r"tool\.layertui is not a table"):
        load_policies(None, NO_FLAGS)


def test_a_project_file_that_does_not_speak_of_layertui_need_not_be_toml() -> None:
    Path("pyproject.toml").write_text("not = = toml")
    assert load_policies(None, NO_FLAGS).file == ""
