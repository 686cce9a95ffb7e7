"""Archives of Docker before 1.10: a directory for each layer, chained by its parent's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import DamagedImageError, LimitExceededError
from layertui.oci.decoding import decode
from layertui.oci.v1 import V1Config, image_config, parse_v1
from layertui.sources.candidate import Candidate, NamedPart, Offer, Part
from layertui.sources.container import read_document
from layertui.sources.docker_archive import TRANSPORT

if TYPE_CHECKING:
    from layertui.limits import Limits
    from layertui.sources.container import Container

REPOSITORIES = "repositories"
_CONFIG_NAME = "/json"


def is_v1(container: Container) -> bool:
    """Tell whether any layer of that format is there."""
    return any(name.count("/") == 1 and name.endswith("/layer.tar") for name in container.names())


def v1_offers(container: Container, limits: Limits) -> tuple[Offer, ...]:
    """Return the images by their tags; without tags, by the layers that are no layer's parent.

    Raises:
        DamagedImageError: A document is not what it should be, or a chain runs in a circle.
        LimitExceededError: A chain or a document is too long.
    """
    tops = _tagged(container, limits) or dict.fromkeys(_untagged(container, limits), ())
    return tuple(
        Offer(tags=tags, aliases=(top,), candidates=(_candidate(container, top, limits),))
        for top, tags in tops.items()
    )


def _tagged(container: Container, limits: Limits) -> dict[str, tuple[str, ...]]:
    """Return the tags of each top layer: `repositories` maps names to tags to layers."""
    data = read_document(container, REPOSITORIES, limit=limits.archive_manifest_size)
    if data is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for name, tags in decode(data, dict[str, dict[str, str]], what=REPOSITORIES).items():
        for tag, top in tags.items():
            found[top] = (*found.get(top, ()), f"{name}:{tag}")
    return found


def _untagged(container: Container, limits: Limits) -> list[str]:
    ids = [name[: -len(_CONFIG_NAME)] for name in container.names() if name.endswith(_CONFIG_NAME)]
    if len(ids) > limits.layers:
        raise LimitExceededError(f"{container.label} has more than {limits.layers} layers")
    parents = {_config(container, layer, limits).parent for layer in ids}
    return [layer for layer in ids if layer not in parents]


def _candidate(container: Container, top: str, limits: Limits) -> Candidate:
    chain: list[tuple[str, V1Config]] = []
    visited: set[str] = set()
    layer = top
    while layer:
        if layer in visited:
            raise DamagedImageError(f"the parents of layer {printable(layer, 80)} form a circle")
        if len(chain) >= limits.layers:
            raise LimitExceededError(f"the image has more than {limits.layers} layers")
        visited.add(layer)
        config = _config(container, layer, limits)
        chain.append((layer, config))
        layer = config.parent
    chain.reverse()
    listing = (NamedPart("repositories", Part(names=(REPOSITORIES,))),)
    return Candidate(
        transport=TRANSPORT,
        config=image_config(tuple(config for _, config in chain)),
        layers=tuple(Part(names=(f"{layer}/layer.tar",)) for layer, _ in chain),
        documents=listing + tuple(_document(layer) for layer, _ in chain),
    )


def _document(layer: str) -> NamedPart:
    return NamedPart("layer config", Part(names=(f"{layer}{_CONFIG_NAME}",)))


def _config(container: Container, layer: str, limits: Limits) -> V1Config:
    name = f"{layer}{_CONFIG_NAME}"
    data = read_document(container, name, limit=limits.config_size)
    if data is None:
        raise DamagedImageError(f"{printable(name, 100)} is not in {container.label}")
    return parse_v1(data, what=printable(name, 100))
