"""Globs over whole filesystems against a plain reading of what they mean, path by path."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from layertui.policy import globs as module
from layertui.policy.globs import Glob, Searcher
from tests.builders import file
from tests.layers import stack

NAMES = st.text("ab.\u00e9", min_size=1, max_size=4).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
STEPS = st.one_of(
    st.just("**"),
    st.text("ab.\u00e9*?", min_size=1, max_size=5).filter(
        lambda step: step.strip(".") and "**" not in step
    ),
)
GLOBS = st.tuples(st.sampled_from(["", "/"]), st.lists(STEPS, min_size=1, max_size=4)).map(
    lambda parts: parts[0] + "/".join(parts[1])
)


def means(glob: str, path: str) -> bool:
    """Tell whether a glob means a path, step by step."""
    steps = tuple(glob.strip("/").split("/"))
    if "/" not in glob:
        steps = ("**", *steps)
    return _steps(steps, tuple(path.strip("/").split("/")))


def _steps(steps: tuple[str, ...], names: tuple[str, ...]) -> bool:
    if not steps:
        return not names
    if steps[0] == "**":
        least = 1 if len(steps) == 1 else 0
        return any(_steps(steps[1:], names[skip:]) for skip in range(least, len(names) + 1))
    return bool(names) and _name(steps[0], names[0]) and _steps(steps[1:], names[1:])


@cache
def _name(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(_name(pattern[1:], name[skip:]) for skip in range(len(name) + 1))
    return bool(name) and pattern[0] in ("?", name[0]) and _name(pattern[1:], name[1:])


def distinct(paths: list[str]) -> list[str]:
    """Return paths of files of which none is a directory above another."""
    return [path for path in set(paths) if not any(other.startswith(f"{path}/") for other in paths)]


@given(st.lists(PATHS, min_size=1, max_size=12), GLOBS, st.sampled_from([1, 3, 4096]))
def test_a_glob_finds_what_it_means(paths: list[str], glob: str, few: int) -> None:
    filesystem = stack([file(path) for path in distinct(paths)])
    table = filesystem.table
    known = [table.path(node).decode() for node in range(1, len(table))]
    usual = module._FEW, module._BLOCK
    module._FEW, module._BLOCK = few, max(2, few // 2)
    try:
        found = [table.path(node).decode() for node in Searcher(filesystem, 0).nodes(Glob(glob))]
    finally:
        module._FEW, module._BLOCK = usual
    assert found == [path for path in known if means(glob, path)]
    assert [path for path in known if Glob(glob).matches(path.encode())] == found
