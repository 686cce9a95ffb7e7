"""Rules on paths: which are meant, what is asked of them, what reports are told."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.rules import MOST_EVIDENCE, Status
from layertui.errors import CancelledError
from layertui.policy.demands import PathRule
from layertui.policy.exceptions import Exceptions
from layertui.policy.globs import Glob, Searcher
from layertui.policy.paths import PathJudge
from tests.builders import directory, file, hardlink, symlink, whiteout
from tests.layers import stack
from tests.policies import TODAY, inspected, judged, only

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.filesystem.tree import Filesystem

TREE = [
    directory("app"),
    file("app/run", b"#!" * 50, mode=0o4755),
    file("app/notes.txt", b"n", uid=7, gid=8),
    directory("app/.git"),
    file("app/.git/HEAD", b"ref"),
    file("cert.pem", b"key" * 10),
    directory("etc"),
    file("etc/passwd", b"root", mode=0o644),
    file("etc/caf\u00e9.conf", b"c"),
    directory("usr/bin"),
    file("usr/bin/sh", b"sh", mode=0o755),
    symlink("bin", "usr/bin"),
    symlink("usr/bin/dash", "nowhere"),
]


def found(filesystem: Filesystem, glob: str) -> set[str]:
    searcher = Searcher(filesystem, len(filesystem.indexes) - 1)
    return {filesystem.table.path(node).decode() for node in searcher.nodes(Glob(glob))}


@pytest.mark.parametrize(
    ("glob", "paths"),
    [
        ("*.pem", {"/cert.pem"}),
        ("**/*.pem", {"/cert.pem"}),
        ("HEAD", {"/app/.git/HEAD"}),
        ("/HEAD", set()),
        ("app/*", {"/app/.git", "/app/run", "/app/notes.txt"}),
        ("/app/**", {"/app/.git", "/app/run", "/app/notes.txt", "/app/.git/HEAD"}),
        ("**/.git/**", {"/app/.git/HEAD"}),
        ("**/.git", {"/app/.git"}),
        (".git/", {"/app/.git"}),
        ("/etc/passw[de]", {"/etc/passwd"}),
        ("/etc/caf?.conf", {"/etc/caf\u00e9.conf"}),
        ("/ETC/passwd", set()),
        ("/etc/passwd", {"/etc/passwd"}),
        ("/bin/sh", {"/usr/bin/sh"}),
        ("/bin/*", {"/usr/bin/sh", "/usr/bin/dash"}),
        ("/bin", {"/bin"}),
        ("/no/such/*", set()),
        ("**/[n]otes.txt", {"/app/notes.txt"}),
        (r"/app/\run", {"/app/run"}),
        ("/a**n", set()),
        ("/app/r**n", {"/app/run"}),
        ("**/.git/**/HEAD", {"/app/.git/HEAD"}),
        ("/**/app/**/.git/*", {"/app/.git/HEAD"}),
        ("/*a[!b]*", {"/app"}),
        ("[", set()),
    ],
)
def test_a_glob_means_paths(glob: str, paths: set[str]) -> None:
    assert found(stack(TREE), glob) == paths


@pytest.mark.parametrize("glob", ["*a*a*a*a*b", "**/a/**/a/**/a/**/b", "**/*a*/**/*a*a*b"])
def test_a_hostile_path_takes_no_longer_than_its_length_asks(glob: str) -> None:
    for path in (b"/" + b"a" * 30_000, b"/a" * 15_000):
        started = perf_counter()
        assert not Glob(glob).matches(path)
        assert perf_counter() - started < 1


def test_everything_is_meant_by_two_stars_but_the_root() -> None:
    filesystem = stack(TREE)
    assert len(found(filesystem, "**")) == len(filesystem.table) - 1
    assert found(filesystem, "**/*") == found(filesystem, "/**") == found(filesystem, "**")


def test_a_glob_is_found_in_a_directory_of_many_files_with_names_that_are_not_ascii() -> None:
    names = [f"d\u00e9/{number:05}.txt" for number in range(6_000)]
    filesystem = stack([*(file(name) for name in names), file("d\u00e9/\u00fc.pem"), file("z.pem")])
    assert found(filesystem, "*.pem") == {"/d\u00e9/\u00fc.pem", "/z.pem"}
    assert found(filesystem, "/d\u00e9/*.pem") == {"/d\u00e9/\u00fc.pem"}
    assert len(found(filesystem, "/d\u00e9/*9.txt")) == 600
    assert found(filesystem, "/d\u00e9/?.*") == {"/d\u00e9/\u00fc.pem"}


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.pem", b"/a/b.pem", True),
        ("/a/b", b"/a/b", True),
        ("/a/b", b"/a/bc", False),
        ("/a/**", b"/a/b/c", True),
        ("/a/**", b"/ab", False),
        ("**", b"/a", True),
    ],
)
def test_a_glob_is_tried_on_one_path(glob: str, path: bytes, *, matches: bool) -> None:
    assert Glob(glob).matches(path) is matches


def test_a_forbidden_path_that_is_there_fails_and_is_evidence(tmp_path: Path) -> None:
    rule = only(judged(inspected(TREE), 'forbidden = "*.pem"', tmp_path))
    assert (rule.name, rule.status) == ("forbidden *.pem", Status.FAIL)
    assert (rule.threshold, rule.value, rule.unit) == (0, 1, "count")
    assert rule.message == "1 path must not be there"
    [evidence] = rule.evidence
    assert (evidence.path, evidence.layer, evidence.size) == (b"/cert.pem", 0, 30)


def test_a_forbidden_path_that_is_not_there_passes(tmp_path: Path) -> None:
    rule = only(judged(inspected(TREE), 'forbidden = ["*.key"]', tmp_path))
    assert (rule.status, rule.value, rule.message) == (Status.PASS, 0, "none there")


def test_a_path_that_was_removed_is_forbidden_only_where_layers_count(tmp_path: Path) -> None:
    image = inspected(TREE, [whiteout("cert.pem")])
    assert only(judged(image, 'forbidden = "*.pem"', tmp_path)).status is Status.PASS
    rule = only(judged(image, '[[forbidden]]\npath = "*.pem"\nlayers = true', tmp_path))
    assert rule.status is Status.FAIL
    [evidence] = rule.evidence
    assert (evidence.layer, evidence.message) == (0, "removed or replaced later")


def test_what_is_excepted_by_the_rule_is_not_forbidden(tmp_path: Path) -> None:
    text = '[[forbidden]]\npath = "/app/**"\nexcept = ["/app/.git/**", "notes.txt"]'
    rule = only(judged(inspected(TREE), text, tmp_path))
    assert {evidence.path for evidence in rule.evidence} == {b"/app/run", b"/app/.git"}


@pytest.mark.parametrize(
    ("condition", "paths"),
    [
        ('mode = "/6000"', {b"/app/run"}),
        ('mode = "-0111"\ntype = "file"', {b"/app/run", b"/usr/bin/sh"}),
        ('mode = "4755"', {b"/app/run"}),
        ('mode = "<=0644"\npath = "/etc/*"', {b"/etc/passwd", b"/etc/caf\xc3\xa9.conf"}),
        ('owner = "7:8"', {b"/app/notes.txt"}),
        ('owner = "7"', {b"/app/notes.txt"}),
        ("owner = 7", {b"/app/notes.txt"}),
        ('owner = ":8"', {b"/app/notes.txt"}),
        ('size = ">=30"', {b"/app/run", b"/cert.pem"}),
        ('size = ">=30 <100"', {b"/cert.pem"}),
        ('size = "> 30"', {b"/app/run"}),
        ('type = "link"', {b"/bin", b"/usr/bin/dash"}),
        ('type = ["dir", "link"]\npath = "/usr/**"', {b"/usr/bin", b"/usr/bin/dash"}),
        ('type = "file"\nmode = "/7000"\nsize = ">1GB"', set()),
    ],
)
def test_conditions_narrow_down_what_is_forbidden(
    tmp_path: Path, condition: str, paths: set[bytes]
) -> None:
    path = "" if "path" in condition else 'path = "**"\n'
    rule = only(judged(inspected(TREE), f"[[forbidden]]\n{path}{condition}", tmp_path))
    assert {evidence.path for evidence in rule.evidence} == paths


def test_a_condition_is_tried_on_what_a_hard_link_leads_to(tmp_path: Path) -> None:
    image = inspected([file("a", b"1" * 50, mode=0o4755)], [hardlink("b", "a")])
    for condition in ('mode = "/4000"', 'size = ">=50"', 'type = "file"'):
        rule = only(judged(image, f'[[forbidden]]\npath = "b"\n{condition}', tmp_path))
        assert [evidence.path for evidence in rule.evidence] == [b"/b"]


def test_only_the_last_version_of_a_path_is_judged(tmp_path: Path) -> None:
    image = inspected([file("a", mode=0o4755)], [file("a", mode=0o755)])
    rule = '[[forbidden]]\npath = "**"\nmode = "/6000"'
    assert only(judged(image, rule, tmp_path)).status is Status.PASS
    assert only(judged(image, f"{rule}\nlayers = true", tmp_path)).value == 1


def test_a_directory_that_no_entry_tells_of_belongs_to_root(tmp_path: Path) -> None:
    image = inspected([file("a/b", uid=9, gid=9)])
    rule = only(judged(image, '[[forbidden]]\npath = "**"\nowner = "0:0"', tmp_path))
    assert [evidence.path for evidence in rule.evidence] == [b"/a"]


def test_what_is_required_must_be_there_glob_by_glob(tmp_path: Path) -> None:
    text = 'required = ["/etc/passwd", "/etc/shadow", "*.crt"]'
    ends = [rule.status for rule in judged(inspected(TREE), text, tmp_path).rules]
    assert ends == [Status.PASS, Status.FAIL, Status.FAIL]
    both = '[[required]]\npath = ["/etc/passwd", "/etc/shadow", "*.crt"]'
    rule = only(judged(inspected(TREE), both, tmp_path))
    assert (rule.value, rule.message) == (2, "2 paths missing")
    assert [(each.path, each.message) for each in rule.evidence] == [
        (b"/etc/shadow", "missing"),
        (None, "nothing matches *.crt"),
    ]


def test_what_is_required_and_was_removed_is_missing(tmp_path: Path) -> None:
    image = inspected(TREE, [whiteout("etc/passwd")])
    assert only(judged(image, 'required = "/etc/passwd"', tmp_path)).status is Status.FAIL


def test_what_is_required_is_found_through_links(tmp_path: Path) -> None:
    assert only(judged(inspected(TREE), 'required = "/bin/sh"', tmp_path)).status is Status.PASS


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ('mode = "0600"', "mode 0644"),
        ('owner = "5:5"', "owner 0:0"),
        ('type = "link"', "file"),
        ('size = ">1kB"', ""),
    ],
)
def test_what_is_required_must_be_as_it_is_asked(tmp_path: Path, condition: str, told: str) -> None:
    text = f'[[required]]\npath = "/etc/passwd"\n{condition}'
    rule = only(judged(inspected(TREE), text, tmp_path))
    assert rule.status is Status.FAIL
    assert rule.message.startswith("1 path without ")
    assert [(each.path, each.message) for each in rule.evidence] == [(b"/etc/passwd", told)]


def test_all_that_a_required_glob_matches_must_be_as_it_is_asked(tmp_path: Path) -> None:
    text = '[[required]]\npath = "/app/**"\nowner = "0:0"'
    rule = only(judged(inspected(TREE), text, tmp_path))
    assert [evidence.path for evidence in rule.evidence] == [b"/app/notes.txt"]
    assert rule.evidence[0].message == "owner 7:8"


def test_a_symbolic_link_has_no_mode_to_fail_by(tmp_path: Path) -> None:
    required = '[[required]]\npath = "/usr/bin/*"\nmode = "0755"'
    assert only(judged(inspected(TREE), required, tmp_path)).status is Status.PASS
    forbidden = '[[forbidden]]\npath = "/usr/bin/dash"\nmode = "/0002"'
    assert only(judged(inspected(TREE), forbidden, tmp_path)).status is Status.PASS


def test_the_largest_of_many_paths_are_evidence_and_the_others_counted(tmp_path: Path) -> None:
    image = inspected([file(f"f{number}", b"x" * number) for number in range(50)])
    rule = only(judged(image, 'forbidden = "f*"', tmp_path))
    assert (rule.value, len(rule.evidence), rule.more) == (50, MOST_EVIDENCE, 30)
    assert rule.evidence[0].path == b"/f49"


def test_the_reason_of_a_rule_is_told_where_it_fails(tmp_path: Path) -> None:
    text = '[[forbidden]]\npath = "*.{}"\nname = "no keys"\nreason = "they leak"'
    rule = only(judged(inspected(TREE), text.format("pem"), tmp_path))
    assert (rule.name, rule.message) == ("no keys", "1 path must not be there; they leak")
    assert only(judged(inspected(TREE), text.format("x"), tmp_path)).message == "none there"


def test_many_paths_that_fail_a_condition_are_found_as_few_are() -> None:
    from layertui.policy import paths as module
    from layertui.policy.conditions import Condition

    filesystem = stack(TREE)
    rule = PathRule(
        name="r", globs=(Glob("/app/**"), Glob("*.pem")), condition=Condition(uid=0, words="owner")
    )
    few = PathJudge(filesystem, Exceptions((), TODAY)).result(rule)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW", 0)
        assert PathJudge(filesystem, Exceptions((), TODAY)).result(rule) == few
    assert few.value == 4


def test_judging_paths_stops_when_it_is_cancelled() -> None:
    rule = PathRule(name="r", globs=(Glob("**"),))
    judge = PathJudge(stack(TREE), Exceptions((), TODAY), cancelled=lambda: True)
    with pytest.raises(CancelledError):
        judge.result(rule)
