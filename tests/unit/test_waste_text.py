"""Words of the waste screen."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from layertui.analysis.gathering import CauseWaste, by_path
from layertui.analysis.waste import CAUSES, REPEATED, WastedCopy
from layertui.ui.waste.causes import CAUSE_WIDTH, CAUSE_WORDS, EXPLANATIONS
from layertui.ui.waste.figures import Overview, Scope
from layertui.ui.waste.text import (
    cause_chips,
    cause_of,
    cut_middle,
    explanations,
    layers_named,
    scope_words,
    texts_of,
)

COPIES = (
    WastedCopy(b"/a\x1b", 5, "removed", 0, 3),
    WastedCopy(b"/a\x1b", 9, "metadata", 1, 2),
)


def test_every_cause_has_words_that_fit_and_an_explanation() -> None:
    assert set(CAUSE_WORDS) == set(EXPLANATIONS) == {*CAUSES, REPEATED}
    assert max(map(len, CAUSE_WORDS.values())) == CAUSE_WIDTH


def test_the_cause_of_most_bytes_is_told_and_how_many_there_are_more() -> None:
    assert cause_of(by_path(COPIES)[0]) == "mode, owner or time +1"
    assert cause_of(by_path(COPIES[:1])[0]) == "removed later"
    assert cause_of(by_path(COPIES[:1] * 2)[0]) == "removed later"


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((3,), "layer 3"),
        ((1, 12), "layers 1, 12"),
        (tuple(range(9)), "layers 0, 1, 2, 3, 4, 5, 6, 7, \u2026"),
    ],
)
def test_layers_are_named(layers: tuple[int, ...], words: str) -> None:
    assert layers_named(layers) == words


def test_a_filter_looks_at_printable_path_causes_and_layers() -> None:
    assert list(texts_of(by_path(COPIES)[0])) == [
        "/a\\x1b",
        "removed later",
        "mode, owner or time",
        "layer 0",
        "layer 1",
        "layer 2",
        "layer 3",
    ]


@pytest.mark.parametrize("width", [0, 1, 2, 5, 12, 20])
@pytest.mark.parametrize(
    "path", ["/usr/lib/python/site.py", "/\u6587\u6587\u6587\u6587\u6587/\u6587\u6587.txt"]
)
def test_a_long_path_keeps_start_and_name(path: str, width: int) -> None:
    text = cut_middle(path, width)
    assert cell_len(text) <= width
    if width >= 12:
        assert text.startswith(path[0])
        assert text.endswith(path[-4:])


def test_a_path_that_fits_stays() -> None:
    assert cut_middle("/usr/bin", 8) == "/usr/bin"


def test_causes_in_one_line_stand_largest_first_and_only_those_there_are() -> None:
    causes = [
        CauseWaste("removed", 5, 1),
        CauseWaste("metadata", 9, 1),
        CauseWaste("identical", 0, 0),
    ]
    overview = Overview(user=False, causes=causes, layers=(), copies=(), paths=())
    text = "".join(span.text for span in cause_chips(overview, "removed"))
    assert text == " mode, owner 9 B  \u2713removed 5 B  "


def test_explanations_stand_beside_the_names_of_their_causes() -> None:
    lines = ["".join(span.text for span in line) for line in explanations(["removed"], 60)]
    assert lines[0].startswith("removed later        A later layer removes")
    assert all(line.startswith(" " * 21) for line in lines[1:])


def test_all_active_filters_are_named() -> None:
    scope = Scope(user=True, cause="identical", layer=4)
    told = scope_words(scope, "lib\x1b")
    assert told == "Wasted paths of your layers   copied unchanged   layer 4   /lib\\x1b"
    assert scope_words(Scope(), "") == "Wasted paths"
