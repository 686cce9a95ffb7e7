from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.tallies import LayerTally, Tally
from layertui.filesystem.changes import Comparison
from layertui.layers.verify import Verification
from layertui.notices import Notice
from layertui.sources import open_image
from layertui.ui.layers.row import LayerSize
from layertui.ui.layers.stack import LayerStack
from layertui.ui.messages import LayerFacts
from tests.ui.images import write_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def stack_of(path: Path, base: str) -> Iterator[LayerStack]:
    image = open_image(str(write_shop(path / "image.tar")), base=base)
    stack = LayerStack()
    stack.open(image)
    yield stack
    image.close()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[LayerStack]:
    yield from stack_of(tmp_path, "2")


def test_a_layer_is_compared_with_the_one_below(stack: LayerStack) -> None:
    assert [stack.comparison(n) for n in (0, 1, 4)] == [
        Comparison(-1, 0), Comparison(0, 1), Comparison(3, 4),
    ]  # fmt: skip
    assert stack.titles(0)[0] == "Layer 0, the first"
    assert stack.titles(3)[0] == "Layer 3 against layer 2"


def test_everything_above_the_base_is_compared_with_it(stack: LayerStack) -> None:
    stack.with_base = True
    assert [stack.comparison(n) for n in (0, 1, 2, 4)] == [
        Comparison(0, 0), Comparison(1, 1), Comparison(1, 2), Comparison(1, 4),
    ]  # fmt: skip
    assert stack.titles(1)[0] == "Layer 1, part of the base"
    assert stack.titles(2)[0] == "Layer 2 against the base (layers 0 to 1)"
    assert stack.titles(4)[0] == "Layers 2 to 4 against the base (layers 0 to 1)"


def test_without_a_base_everything_is_compared_with_nothing(tmp_path: Path) -> None:
    for stack in stack_of(tmp_path, "0"):
        stack.with_base = True
        assert stack.comparison(3) == Comparison(-1, 3)
        assert stack.titles(3)[0] == "Layers 0 to 3 against nothing"


def test_steps_that_made_no_layer_belong_to_the_layer_before(stack: LayerStack) -> None:
    steps = [report.steps for n in range(5) if (report := stack.report(n))]
    assert steps == [
        ['CMD ["bash"]'],
        ["ENV SHOP=open"],
        (),
        (),
        ['CMD ["python", "/app/main.py"]'],
    ]


def test_progress_is_a_share_until_a_layer_is_finished(stack: LayerStack) -> None:
    assert stack.image is not None
    blob = stack.image.layers[1].blob
    assert blob is not None
    assert stack.advance({1: blob.size // 2}, {}, 0.0) == {1}
    assert stack.rows[1].progress == pytest.approx(0.5, abs=0.01)
    assert stack.rows[1].size is None
    assert stack.advance({}, {1: LayerFacts(77, True, ())}, 0.0) == {1}
    sizes = [row.size for row in stack.rows]
    assert (sizes, stack.finished) == ([None, 77, None, None, None], 1)
    assert not stack.incomplete


def test_a_layer_that_ends_early_makes_the_image_incomplete(stack: LayerStack) -> None:
    notice = Notice(code="damaged-layer", message="it ends early", layer=2)
    stack.advance({}, {2: LayerFacts(5, False, (notice,))}, 0.0)
    assert stack.rows[2].problem == "damaged"
    assert stack.incomplete
    assert notice in stack.notices


def test_a_layer_that_could_not_be_brought_is_not_called_damaged(stack: LayerStack) -> None:
    notice = Notice(code="layer-not-fetched", message="the host is gone", layer=2)
    stack.advance({}, {2: LayerFacts(0, False, (notice,))}, 0.0)
    assert stack.rows[2].problem == "not fetched"


def test_a_wrong_digest_makes_the_image_incomplete(stack: LayerStack) -> None:
    notice = Notice(code="diff-id-mismatch", message="it is another one", layer=3)
    stack.verify(2, Verification((), ok=True))
    assert not stack.incomplete
    stack.verify(3, Verification((notice,), ok=False))
    assert stack.incomplete
    report = stack.report(3)
    assert report is not None
    assert report.notices == (notice,)


def test_there_is_no_report_about_a_layer_that_is_not_there(stack: LayerStack) -> None:
    assert stack.report(5) is None
    assert LayerStack().report(0) is None


def nothing(*, files: int = 0) -> LayerTally:
    return LayerTally(Tally(files, 0), Tally(), Tally(), files)


def test_a_range_is_compared_with_what_is_below_it(stack: LayerStack) -> None:
    stack.mark(3)
    assert [stack.comparison(n) for n in (1, 3, 4)] == [
        Comparison(0, 3), Comparison(2, 3), Comparison(2, 4),
    ]  # fmt: skip
    assert [stack.bounds(n) for n in (1, 4)] == [(1, 3), (3, 4)]
    assert stack.titles(1)[0] == "Layers 1 to 3 against layer 0"
    assert stack.titles(3)[0] == "Layer 3 against layer 2"
    assert stack.titles(0)[0] == "Layers 0 to 3 together"
    stack.mark(1)
    assert stack.comparison(4) == Comparison(0, 3)
    stack.mark(4)
    assert stack.bounds(4) is None
    assert stack.comparison(4) == Comparison(3, 4)


def test_a_range_goes_before_the_comparison_with_the_base(stack: LayerStack) -> None:
    stack.with_base = True
    stack.mark(4)
    assert stack.comparison(3) == Comparison(2, 4)
    assert stack.titles(3)[0] == "Layers 3 to 4 against layer 2"


def test_it_is_told_which_layer_is_waited_for(stack: LayerStack) -> None:
    stack.advance({}, {0: LayerFacts(5, True, ()), 1: LayerFacts(5, True, ())}, 0.0)
    assert stack.waiting(0) == "The layers are being put together."
    assert stack.waiting(2) == "Layer 2 is being read."
    assert stack.waiting(3) == "Layer 2, below this one, is being read."
    stack.build(2, [nothing()] * 5)
    assert stack.waiting(1) == ""
    stack.mark(3)
    assert stack.waiting(1) == "Layer 2, below this one, is being read."


def test_net_effect_and_running_total_are_known_as_far_as_layers_are_merged(
    stack: LayerStack,
) -> None:
    stack.advance({}, {number: LayerFacts(10 * number, True, ()) for number in range(3)}, 0.0)
    stack.build(2, [nothing(), nothing(files=1)], [7, -3, 0, 0, 0])
    assert [row.net for row in stack.rows] == [7, -3, None, None, None]
    assert [row.total for row in stack.rows] == [0, 10, None, None, None]
    assert [row.holds_no_files for row in stack.rows] == [True, False, False, False, False]
    image = stack.image
    assert image is not None
    assert [row.compressed for row in stack.rows] == [layer.stored_size for layer in image.layers]


def test_a_layer_that_is_not_there_has_no_size_of_any_kind(stack: LayerStack) -> None:
    stack.rows[1] = replace(stack.rows[1], problem="not readable: missing", compressed=None)
    stack.advance({}, {n: LayerFacts(10, n != 1, ()) for n in range(5)}, 0.0)
    stack.build(5, [nothing()] * 5, [10, 0, 10, 10, 10])
    assert [stack.rows[1].bytes_of(size) for size in LayerSize] == [None] * 4
    assert [row.total for row in stack.rows] == [10, None, 20, 30, 40]


def test_sizes_follow_one_another_in_a_circle() -> None:
    size, seen = LayerSize.STORED, []
    for _ in LayerSize:
        seen.append(size.value)
        size = size.following
    assert seen == ["stored", "compressed", "net", "total"]
    assert size is LayerSize.STORED


def test_another_image_leaves_nothing_of_the_one_before(stack: LayerStack) -> None:
    assert stack.image is not None
    stack.advance({}, {n: LayerFacts(10, False, ()) for n in range(5)}, 0.0)
    stack.build(5, [nothing()] * 5, [10] * 5)
    stack.mark(3)
    stack.with_base, stack.layer_size = True, LayerSize.NET
    stack.open(replace(stack.image, layers=stack.image.layers[:2]))
    assert (stack.usable, stack.finished, stack.marked) == (0, 0, None)
    assert [row.net for row in stack.rows] == [None, None]
    assert not stack.incomplete
    assert (stack.with_base, stack.layer_size) == (True, LayerSize.NET)
