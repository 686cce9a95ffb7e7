"""Archives of several images, or of one image for several platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import archives
from tests.archives import sample_layers

if TYPE_CHECKING:
    from tests.archives import Json, Members

API = sample_layers(2)
BASE = API[:1]


def two_images() -> Members:
    """Return a docker-archive of an image with a tag and one without."""
    tagged, untagged = archives.docker_save(API), archives.docker_save(BASE, tags=None)
    items = [
        archives.item(f"{archives.hex_digest(archives.config(layers))}.json", names, tags)
        for layers, members, tags in ((API, tagged, ("shop/api:2.4",)), (BASE, untagged, None))
        for names in [[name for name in members if name.endswith("layer.tar")]]
    ]
    return tagged | untagged | archives.docker_manifest(*items)


def platforms(*names: str, untold: bool = False) -> Members:
    """Return an OCI archive of one image for several platforms, one layer each."""
    members: Members = {}
    descriptors: list[Json] = []
    for number, name in enumerate(names):
        system, architecture, *variant = name.split("/")
        platform = {"os": system, "architecture": architecture}
        platform |= {"variant": variant[0]} if variant else {}
        layers = sample_layers(number + 1)[-1:]
        about = archives.config(layers, **platform)
        told: Json = {} if untold else {"platform": platform}
        image = archives.manifested(layers, about=about, **told)
        members |= image.members
        descriptors.append(image.descriptor)
    blob, index = archives.nested_index(*descriptors)
    return members | blob | archives.layout(index | {"annotations": archives.named("api:1")})
