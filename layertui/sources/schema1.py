"""Images of Docker's manifest schema 1, which have no config and run top to bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.errors import DamagedImageError
from layertui.oci.v1 import image_config, parse_v1
from layertui.sources.candidate import Candidate, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.oci.digest import Digest
    from layertui.oci.manifest import Schema1Manifest


def schema1_candidate(
    manifest: Schema1Manifest, transport: str, blob_names: Callable[[Digest], tuple[str, ...]]
) -> Candidate:
    """Return the image of a schema 1 manifest, base first, without its filler layers.

    Raises:
        DamagedImageError: Its history does not describe its layers.
    """
    if len(manifest.fs_layers) != len(manifest.history) or not manifest.history:
        raise DamagedImageError(
            f"the schema 1 manifest lists {len(manifest.fs_layers)} layers"
            f" and describes {len(manifest.history)}"
        )
    configs = tuple(
        parse_v1(item.v1_compatibility.encode("utf-8", "replace"), what="schema 1 history")
        for item in reversed(manifest.history)
    )
    digests = [layer.blob_sum for layer in reversed(manifest.fs_layers)]
    layers = tuple(
        Part(names=blob_names(digest), digest=digest)
        for digest, config in zip(digests, configs, strict=True)
        if not config.throwaway
    )
    return Candidate(transport=transport, config=image_config(configs), layers=layers)
