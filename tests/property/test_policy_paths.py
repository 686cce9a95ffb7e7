"""Rules on paths over random stacks of layers, against a look at each path by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from layertui.layers.entries import KIND_NAMES
from layertui.policy import paths as module
from layertui.policy.conditions import KINDS, Condition, ModeTest
from layertui.policy.demands import PathRule
from layertui.policy.exceptions import Exceptions
from layertui.policy.globs import Glob
from layertui.policy.paths import PathJudge
from tests.policies import TODAY
from tests.property.stacks import merged, stacks

if TYPE_CHECKING:
    from layertui.filesystem.tree import Entry, Filesystem
    from tests.reference import Item

_TYPES = {
    "file": ("file",),
    "dir": ("directory",),
    "link": ("symlink",),
    "hardlink": ("hardlink",),
    "device": ("chardev", "blockdev"),
    "fifo": ("fifo",),
}
MODES = st.sampled_from(
    [
        None,
        ModeTest(text="0644", exact=0o644),
        ModeTest(text="-0111", every=0o111),
        ModeTest(text="/0022", some=0o022),
        ModeTest(text="<=0700", within=0o700),
    ]
)
CONDITIONS = st.builds(
    Condition,
    mode=MODES,
    uid=st.sampled_from([None, 0, 7]),
    gid=st.sampled_from([None, 0, 5]),
    least=st.sampled_from([None, 1, 2, 700]),
    most=st.sampled_from([None, 0, 2]),
    kinds=st.frozensets(st.sampled_from(KINDS), max_size=3),
    words=st.just("words"),
)
GLOBS = st.sampled_from(["**", "/d/**", "a", "d/*", "/d/a", "?", "**/e/**"])


def types(filesystem: Filesystem, entry: Entry) -> tuple[str, str]:
    """Return the type of an entry, and of a hard link that of what it leads to."""
    node = filesystem.table.find(entry.path)
    assert node is not None
    version = filesystem.version(node, len(filesystem.indexes) - 1)
    return entry.type, KIND_NAMES[filesystem.kind(version)]


def holds(condition: Condition, entry: Entry, kinds: tuple[str, str]) -> bool:
    return (
        (condition.mode is None or condition.mode.holds(entry.mode))
        and condition.uid in (None, entry.uid)
        and condition.gid in (None, entry.gid)
        and (condition.least is None or entry.size >= condition.least)
        and (condition.most is None or entry.size <= condition.most)
        and (
            not condition.kinds
            or any(kind in _TYPES[name] for name in condition.kinds for kind in kinds)
        )
    )


def can_be_asked(condition: Condition, kinds: tuple[str, str]) -> bool:
    """Tell whether a path has what a condition is about: links have no mode, only files a size."""
    has_mode = condition.mode is None or kinds[1] != "symlink"
    return has_mode and ((condition.least, condition.most) == (None, None) or kinds[1] == "file")


@given(stacks(), CONDITIONS, GLOBS, st.sampled_from(["", "required"]), st.sampled_from([0, 10_000]))
def test_a_rule_finds_what_a_look_at_every_path_finds(
    stack: list[list[Item]], condition: Condition, text: str, required: str, few: int
) -> None:
    filesystem, glob = merged(stack), Glob(text)
    entries = [
        entry
        for entry in filesystem.listing(len(stack) - 1)
        if glob.matches(entry.path) and can_be_asked(condition, types(filesystem, entry))
    ]
    is_required = bool(required)
    rule = PathRule(name="r", globs=(glob,), condition=condition, is_required=is_required)
    usual, module._FEW = module._FEW, few
    try:
        result = PathJudge(filesystem, Exceptions((), TODAY)).result(rule)
    finally:
        module._FEW = usual
    found = {each.path for each in result.evidence if each.message != "missing"} - {None}
    assert found == {
        entry.path
        for entry in entries
        if holds(condition, entry, types(filesystem, entry)) is not is_required
    }
