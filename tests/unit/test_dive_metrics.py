"""dive's figures, computed by hand: the rules are those of dive 0.13, faults included."""

from __future__ import annotations

import math

import pytest

from layertui.analysis.dive import DiveMetrics, dive_metrics
from layertui.blob import BytesBlob
from layertui.layers.indexing import index_layer
from tests.builders import directory, file, hardlink, layer, opaque, symlink, whiteout

SPARSE = {"GNU.sparse.map": b"0,1", "GNU.sparse.numblocks": b"1", "GNU.sparse.size": b"600"}


def metrics(*layers: list[bytes]) -> DiveMetrics:
    """Return the figures of layers, each given by its entries."""
    return dive_metrics([index_layer(BytesBlob(layer(*entries))) for entries in layers])


def sized(path: str, size: int) -> bytes:
    """Return a file of so many bytes."""
    return file(path, bytes(size))


def test_an_image_without_layers_is_efficient_and_has_no_percentage() -> None:
    assert metrics() == (1.0, 0, None)


def test_one_layer_wastes_nothing_and_has_no_percentage() -> None:
    assert metrics([sized("f", 100)]) == (1.0, 0, None)


def test_all_copies_of_a_rewritten_file_are_waste() -> None:
    assert metrics([sized("f", 100)], [sized("f", 50)]) == (50 / 150, 150, 150 / 50)


def test_a_change_of_mode_wastes_the_file_twice() -> None:
    assert metrics([sized("f", 100)], [file("f", bytes(100), mode=0o600)]) == (0.5, 200, 2.0)


def test_waste_without_bytes_above_the_first_layer_is_an_infinite_percentage() -> None:
    assert metrics([sized("f", 100)], [whiteout("f")]) == (0.0, 100, math.inf)


def test_a_removed_file_wastes_its_size() -> None:
    assert metrics([sized("f", 100)], [whiteout("f"), sized("g", 60)]) == (
        60 / 160, 100, 100 / 60
    )  # fmt: skip


def test_a_removed_directory_wastes_nothing_and_raises_the_efficiency() -> None:
    base = [directory("d"), sized("d/f", 100), sized("g", 1)]
    rewritten = [sized("g", 1)]

    assert metrics(base, rewritten) == (101 / 102, 2, 2.0)
    assert metrics(base, [whiteout("d"), *rewritten]) == (201 / 202, 2, 2.0)


def test_an_opaque_marker_removes_nothing() -> None:
    base = [directory("d"), sized("d/f", 100)]

    assert metrics(base, [opaque("d"), sized("g", 1)]) == (1.0, 0, 0.0)


def test_a_whiteout_of_what_is_not_there_ends_the_visit_of_its_layer() -> None:
    upper = [sized("0", 10), whiteout("missing"), sized("f", 100)]

    assert metrics([sized("f", 100)], upper) == (99 / 100, 0, 0.0)


def test_what_sorts_before_a_whiteout_of_nothing_is_still_visited() -> None:
    upper = [whiteout("missing"), sized("+f", 100)]

    assert metrics([sized("+f", 100)], upper) == (99 / 200, 200, 2.0)


def test_a_path_that_some_layer_visits_is_not_missing() -> None:
    base, missing = [sized("f", 100)], [whiteout("g")]

    assert metrics(base, missing, [sized("g", 10)]) == (1.0, 0, 0.0)
    assert metrics(base, missing, missing) == (99 / 100, 0, None)


def test_without_bytes_the_efficiency_is_one_even_if_a_path_is_missing() -> None:
    assert metrics([file("f")], [whiteout("missing")]) == (1.0, 0, None)


D_WITH_ENTRY = [directory("d"), sized("d/f", 100)]


@pytest.mark.parametrize(
    ("layers", "wasted"),
    [
        pytest.param([D_WITH_ENTRY], 100, id="what is in it"),
        pytest.param([[sized("d/f", 100)]], 0, id="nothing where it has no entry"),
        pytest.param([D_WITH_ENTRY, [sized("d/g", 1)]], 0, id="nothing where an entry is hidden"),
        pytest.param([[sized("d/f", 100)], [directory("d")]], 100, id="all where one came later"),
        pytest.param([D_WITH_ENTRY, [sized("d", 1)]], 1, id="nothing where it became a file"),
        pytest.param([D_WITH_ENTRY, [directory("d"), sized("d/f", 3)]], 103 + 3, id="last copies"),
        pytest.param([D_WITH_ENTRY, [directory("d"), whiteout("d/f")]], 100, id="what is left"),
        pytest.param([D_WITH_ENTRY, [opaque("d"), directory("d")]], 100, id="what was opaque"),
        pytest.param([[directory("d"), hardlink("d/h", "f"), symlink("d/s", "f")]], 0, id="links"),
    ],
)  # fmt: skip
def test_a_removed_directory_weighs(layers: list[list[bytes]], wasted: int) -> None:
    """An empty directory in its place makes the weight waste."""
    assert metrics(*layers, [whiteout("d")], [directory("d")]).wasted_size == wasted


def test_a_whiteout_in_the_first_layer_sees_that_layer() -> None:
    layers = [directory("d"), sized("d/f", 100), whiteout("d")]

    assert metrics(layers, [directory("d")]) == (100 / 200, 100, math.inf)


def test_a_whiteout_takes_from_its_own_layer_what_sorts_before_it() -> None:
    def stacked(name: str) -> DiveMetrics:
        own = [sized(name, 20), whiteout(name)]
        return metrics([sized(name, 10)], own, [whiteout(name), sized("g", 5)])

    assert stacked("f") == (5 / 35, 30, 30 / 25)
    assert stacked(".f") == (0.0, 30, 30 / 25)


def test_a_directory_with_nothing_in_it_is_a_leaf() -> None:
    assert metrics([sized("d", 100)], [directory("d")]).wasted_size == 100
    assert metrics([sized("d", 100)], [opaque("d")]).wasted_size == 100


@pytest.mark.parametrize("entry", [file("d/f"), whiteout("d/f"), file("d/.wh.x/y")])
def test_a_directory_with_something_in_it_is_none(entry: bytes) -> None:
    assert metrics([sized("d", 100)], [directory("d"), entry]).wasted_size == 0


def test_the_last_of_several_entries_of_a_path_counts_and_all_of_them_are_shipped() -> None:
    upper = [sized("f", 30), sized("f", 20)]

    assert metrics([sized("f", 100)], upper) == (20 / 120, 120, 120 / 50)


def test_what_is_below_a_file_counts_instead_of_the_file() -> None:
    upper = [sized("d/f", 30), sized("d", 20)]

    assert metrics([sized("d", 100)], upper) == (1.0, 0, 0.0)
    assert metrics([sized("d/f", 100)], upper) == (30 / 130, 130, 130 / 50)


def test_a_layer_that_is_listed_twice_is_waste() -> None:
    twice = [sized("f", 100), sized("g", 50)]

    assert metrics(twice, twice) == (0.5, 300, 2.0)


def test_a_file_with_holes_has_its_real_size() -> None:
    holes = file("f", b"x", pax=SPARSE)

    assert metrics([sized("f", 200)], [holes]) == (200 / 800, 800, 800 / 600)


def test_aufs_metadata_ends_the_visit_of_its_layer() -> None:
    upper = [file(".wh..wh.aufs"), sized("f", 100)]

    assert metrics([sized("f", 100)], upper) == (99 / 100, 0, 0.0)


def test_content_of_aufs_metadata_is_shipped_once_and_links_to_it_are_empty() -> None:
    upper = [sized(".wh..wh.plnk/1.2", 60), hardlink("f", ".wh..wh.plnk/1.2")]

    assert metrics([sized("f", 100)], upper) == (60 / 160, 100, 100 / 60)


def test_a_whiteout_without_a_name_weighs_the_directory_it_is_in() -> None:
    upper = [file("d/.wh.")]

    assert metrics(D_WITH_ENTRY, upper) == (1.0, 0, None)
    assert metrics(D_WITH_ENTRY, upper, upper) == (100 / 200, 100, math.inf)


def test_the_test_image_of_dive_has_the_figures_of_its_own_test() -> None:
    """The layers of dive's `Dockerfile.test-image` on a busybox of 1,154,361 bytes."""

    def copy(path: str, mode: int = 0o644) -> list[bytes]:
        return [directory("root"), file(path, bytes(6_405), mode=mode)]

    example = [directory("root/example"), directory("root/example/really")]
    assert metrics(
        [directory("root"), directory("tmp"), sized("bin/busybox", 1_154_361)],
        copy("somefile.txt"),
        [directory("root"), *example, directory("root/example/really/nested")],
        copy("root/example/somefile1.txt") + example[:1],
        copy("root/example/somefile1.txt", 0o444) + example[:1],
        copy("root/example/somefile2.txt") + example[:1],
        copy("root/example/somefile3.txt") + example[:1],
        [*copy("root/saved.txt"), *example[:1], whiteout("root/example/somefile3.txt")],
        copy("root/.saved.txt"),
        [directory("root"), whiteout("root/example")],
        [directory("root"), directory("root/.data"), sized("root/.data/tag.sh", 2_187)],
        copy("tmp/saved.again1.txt"),
        copy("root/.data/saved.again2.txt"),
        copy("root/saved.txt", 0o755),
    ) == (0.9844212134184309, 32_025, 0.4834911001404049)
