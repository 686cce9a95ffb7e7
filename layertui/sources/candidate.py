"""Images as a container lists them, before one is chosen and put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from layertui.sources.container import find_first

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layertui.errors import LayertuiError
    from layertui.notices import Notice
    from layertui.oci.config import ImageConfig
    from layertui.oci.digest import Digest
    from layertui.oci.platform import Platform
    from layertui.sources.container import Container


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A config or layer as a document names it; it need not be there.

    Attributes:
        names: Where it may be in the container, the likeliest first.
        digest: What the document says its digest is, or None.
        size: What the document says its size is, or None.
        media_type: What the document says it is, or empty.
        annotations: What else the document says of it, raw.
    """

    names: tuple[str, ...]
    digest: Digest | None = None
    size: int | None = None
    media_type: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The digest, or where that is unknown the name; raw."""
        return self.digest or self.names[0]


class NamedPart(NamedTuple):
    """A document that led to an image.

    Attributes:
        kind: What it is, as `Document.kind` words it.
        part: Where it is.
    """

    kind: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One image for one platform.

    Attributes:
        transport: The transport it comes by.
        config: Where its config is, or, for formats without one, the config made up for it.
        layers: As its manifest lists them, bottom to top.
        archive_layers: As `manifest.json` lists them where it lists them too, else None.
        manifest_digest: What the index says the digest of its manifest is, or None.
        platform: What the index says it runs on, or None.
        annotations: Of its manifest and of the descriptor that led to it.
        documents: What led to it, the outermost first, without its config.
        notices: What is odd about its documents.
    """

    transport: str
    config: Part | ImageConfig
    layers: tuple[Part, ...]
    archive_layers: tuple[Part, ...] | None = None
    manifest_digest: Digest | None = None
    platform: Platform | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[NamedPart, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def config_digest(self) -> Digest | None:
        """The digest of the config as the documents tell it, or None."""
        return self.config.digest if isinstance(self.config, Part) else None

    def is_present(self, container: Container) -> bool:
        """Tell whether the config is there, and, if there are layers, at least one of them."""
        if isinstance(self.config, Part) and find_first(container, self.config.names) is None:
            return False
        layers = self.archive_layers or self.layers
        return not layers or any(find_first(container, layer.names) for layer in layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One image by name, for one or several platforms; what `--image N` counts.

    Attributes:
        tags: The names it carries, raw.
        aliases: More names it may be asked for by.
        candidates: One for each platform, in the order they are listed.
        absent: The platforms that are listed without their manifest being there.
        problems: Why some of its manifests cannot be read.
    """

    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    absent: tuple[Platform, ...] = ()
    problems: tuple[LayertuiError, ...] = ()
