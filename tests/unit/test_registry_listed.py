"""The list of files that a layer carries, asked for before the layer."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.layers.pool import index_layers
from layertui.sources.registry.blobs import RegistryDelivery
from tests import archives
from tests.layers import paths
from tests.lazy import STARGZ, estargz
from tests.registries import NAME, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import OpenName

FILES = {"a": b"first", "etc/b": random.Random(3).randbytes(500_000)}
STORED, PLAIN, ANNOTATIONS = estargz(FILES)


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as running:
        yield running


def lazy(registry: Registry, annotations: dict[str, str]) -> str:
    """Keep an image with one layer that carries a list; return its name."""
    image = archives.manifested([PLAIN], pack=lambda _: STORED)
    manifest = archives.manifest_of(image)
    manifest["layers"][0]["annotations"] = annotations
    registry.put(image.members | archives.layout(image.descriptor))
    registry.put_manifest(archives.dump(manifest), "lazy")
    return f"{registry.host}/{NAME}:lazy"


def delivery_of(open_name: OpenName, name: str) -> RegistryDelivery:
    delivery = open_name(name).image().layers[0].delivery
    assert isinstance(delivery, RegistryDelivery)
    return delivery


def test_the_list_comes_before_the_layer(registry: Registry, open_name: OpenName) -> None:
    delivery = delivery_of(open_name, lazy(registry, ANNOTATIONS))
    index = delivery.listed(lambda: False)
    assert index is not None
    assert {b"/a", b"/etc/b"} <= {b"/" + path.lstrip(b"/") for path in paths(index)}
    ranges = [asked.headers["range"] for asked in registry.seen if "range" in asked.headers]
    assert len(ranges) == 2
    assert all(int(each.partition("=")[2].partition("-")[0]) > 400_000 for each in ranges)


def test_a_listed_layer_is_told_twice_and_the_second_time_it_was_read(
    registry: Registry, open_name: OpenName
) -> None:
    image = open_name(lazy(registry, ANNOTATIONS)).image()
    told = list(index_layers(image.layers, listed=True))
    assert told[-1].listed is False
    assert told[-1].index.complete
    assert b"stargz.index.json" in {path.strip(b"/") for path in paths(told[-1].index)}


@pytest.mark.parametrize("annotations", [{}, {STARGZ: "x"}, {STARGZ: archives.digest(b"other")}])
def test_a_list_that_is_not_there_or_not_right_is_none(
    registry: Registry, open_name: OpenName, annotations: dict[str, str]
) -> None:
    assert delivery_of(open_name, lazy(registry, annotations)).listed(lambda: False) is None


def test_a_registry_that_sends_no_parts_gives_no_list(
    registry: Registry, open_name: OpenName
) -> None:
    delivery = delivery_of(open_name, lazy(registry, ANNOTATIONS))
    registry.always("/blobs/", lambda usual: replace(usual, status=200, headers={}))
    assert delivery.listed(lambda: False) is None


def test_waiting_for_a_list_can_be_cancelled(registry: Registry, open_name: OpenName) -> None:
    delivery = delivery_of(open_name, lazy(registry, ANNOTATIONS))
    with pytest.raises(CancelledError):
        delivery.listed(lambda: True)
