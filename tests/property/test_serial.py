"""An index as bytes gives that index again, or is refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh3_128_digest

from layertui.layers import serial
from layertui.layers.index import LayerIndex
from layertui.layers.serial import PackedIndex, UnusableIndexError, pack, read_packed, unpack
from tests.indexes import indexes


@given(indexes(), st.lists(st.text(max_size=5), max_size=3), st.text(max_size=5))
def test_an_index_comes_back_as_it_was(index: LayerIndex, keys: list[str], origin: str) -> None:
    packed = read_packed(pack(index, origin=origin, keys=keys))
    assert (packed.origin, packed.keys) == (origin, tuple(keys))
    assert (packed.rows, packed.entry_count) == (len(index), index.entry_count)
    again = unpack(packed)
    assert again == index
    assert type(again.links) is dict
    contents = [row for row in range(len(index)) if index.sizes[row]]
    assert packed.with_digests == all(index.digest(row).strip(b"\0") for row in contents)


@given(indexes(), st.data())
def test_bytes_that_were_changed_are_refused(index: LayerIndex, data: st.DataObject) -> None:
    written = pack(index, origin="o", keys=["k"])
    changed = bytearray(written)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(changed)))
    for wrong in (bytes(changed), written[:cut], written + bytes(changed[:cut])):
        if wrong != written:
            with pytest.raises(UnusableIndexError):
                read_packed(wrong)


@given(indexes(), st.data())
def test_parts_that_do_not_fit_give_an_index_or_are_refused(
    index: LayerIndex, data: st.DataObject
) -> None:
    """Behind a right checksum too, nothing raises another error or gives rows that lead nowhere."""
    packed = read_packed(pack(index, origin="o", keys=["k"]))
    other = read_packed(pack(data.draw(indexes()), origin="o", keys=["k"]))
    parts = {
        name: getattr(data.draw(st.sampled_from([packed, other])), name)
        for name in PackedIndex.__struct_fields__
    }
    columns = [*parts["columns"]]
    place = data.draw(st.integers(0, 5))
    columns[place] = data.draw(st.sampled_from([*other.columns, b"", b"x", columns[place][:-1]]))
    try:
        mixed = unpack(PackedIndex(**{**parts, "columns": tuple(columns)}))
    except UnusableIndexError:
        return
    rows = len(mixed)
    assert len(mixed.keys) == len(mixed.kinds) == rows
    assert mixed.keys == sorted(set(mixed.keys))
    for row in (*range(rows), *mixed.links, *mixed.devices, *mixed.sparse):
        assert 0 <= row < rows
        assert mixed.attribute_table[mixed.attributes[row]]
        assert mixed.real_size(row) >= 0
        mixed.digest(row)


@given(st.binary(max_size=60))
def test_any_bytes_behind_a_right_checksum_are_refused(body: bytes) -> None:
    magic = pack_of_nothing()[:10]
    with pytest.raises(UnusableIndexError):
        read_packed(magic + xxh3_128_digest(body) + body)


def pack_of_nothing() -> bytes:
    return pack(LayerIndex(), origin="", keys=[])


def test_details_of_another_type_are_refused() -> None:
    packed = read_packed(pack_of_nothing())
    for details in ([1], {"links": 1}, [[], {}, {}, {}, [], [], [], [], [["/", 9]], []]):
        wrong = serial._compressed(msgspec.msgpack.encode(details))
        with pytest.raises(UnusableIndexError):
            unpack(msgspec.structs.replace(packed, details=wrong))


@given(indexes())
def test_rows_in_another_order_are_refused(index: LayerIndex) -> None:
    packed = read_packed(pack(index, origin="o", keys=["k"]))
    names = serial._compressed(b"/".join(reversed(index.keys)))
    mixed = msgspec.structs.replace(packed, names=(names,))
    if len(index) > 1:
        with pytest.raises(UnusableIndexError):
            unpack(mixed)
