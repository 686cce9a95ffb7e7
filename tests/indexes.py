"""Indexes of every shape, for what keeps them."""

from __future__ import annotations

from array import array

from hypothesis import strategies as st

from layertui.layers.entries import DIGEST_SIZE, FIFO, Attributes
from layertui.layers.fields import SparseMap
from layertui.layers.index import LayerIndex, LeftOut, Superseded
from layertui.notices import Notice

_NUMBERS = st.integers(0, (1 << 63) - 1)
_SIGNED = st.integers(-(1 << 63), (1 << 63) - 1)
_NAMES = st.binary(max_size=9)
_PATHS = st.binary(max_size=9).map(lambda name: name.replace(b"/", b"\0"))
_ATTRIBUTES = st.builds(
    Attributes, _NUMBERS, _SIGNED, _SIGNED, st.lists(st.tuples(_NAMES, _NAMES)).map(tuple)
)
_SPARSE = st.builds(
    SparseMap, _NUMBERS, st.lists(st.tuples(_NUMBERS, _NUMBERS)).map(tuple), _NUMBERS
)
_DIGESTS = st.sampled_from([bytes(DIGEST_SIZE), b"\1" + bytes(15), b"\xff" * 16])
_SUPERSEDED = st.builds(Superseded, _NAMES, _NUMBERS, _ATTRIBUTES, _SIGNED, st.just(b"") | _DIGESTS)
_LEFT_OUT = st.builds(
    LeftOut, _NAMES, st.integers(0, FIFO), _NUMBERS, _NUMBERS, _ATTRIBUTES, _NAMES
)
_NOTICES = st.builds(
    Notice,
    code=st.text("abc-", max_size=5),
    message=st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    layer=st.none() | st.integers(0, 99),
    path=st.none() | _NAMES,
)


def _several(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=3).map(tuple)


@st.composite
def indexes(draw: st.DrawFn) -> LayerIndex:
    """Complete indexes that contradict themselves in nothing, more hostile than archives can be."""
    keys = sorted(draw(st.sets(_PATHS, max_size=9)))
    rows = len(keys)
    table = draw(st.lists(_ATTRIBUTES, min_size=1, max_size=3))

    def column(values: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(values, min_size=rows, max_size=rows))

    def some(values: st.SearchStrategy[object]) -> dict[int, object]:
        numbers = st.integers(0, max(0, rows - 1))
        return draw(st.dictionaries(numbers, values, max_size=min(rows, 3)))

    digests = st.lists(_DIGESTS, min_size=rows, max_size=rows).map(b"".join)
    return LayerIndex(
        keys=keys,
        kinds=bytes(column(st.integers(0, FIFO))),
        sizes=array("q", column(_NUMBERS)),
        attributes=array("I", column(st.integers(0, len(table) - 1))),
        mtimes=array("q", column(_SIGNED)),
        payloads=array("q", column(_NUMBERS)),
        attribute_table=tuple(table),
        digests=draw(st.just(b"") | digests),
        links=some(_NAMES),  # type: ignore[arg-type]
        devices=some(st.tuples(_SIGNED, _NUMBERS)),  # type: ignore[arg-type]
        sparse=some(_SPARSE),  # type: ignore[arg-type]
        whiteouts=draw(_several(_NAMES)),  # type: ignore[arg-type]
        opaques=draw(_several(_NAMES)),  # type: ignore[arg-type]
        implied=draw(_several(_NAMES)),  # type: ignore[arg-type]
        superseded=draw(_several(_SUPERSEDED)),  # type: ignore[arg-type]
        left_out=draw(_several(_LEFT_OUT)),  # type: ignore[arg-type]
        entry_count=rows + draw(st.integers(0, 99)),
        notices=draw(_several(_NOTICES)),  # type: ignore[arg-type]
    )
