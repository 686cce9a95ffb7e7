"""The bounds on what an image may ask of this machine; each is one setting under `[limits]`."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds; sizes are bytes. The field names are the setting names."""

    archive_manifest_size: int = 20 * MIB
    """`manifest.json` and `repositories` of a docker-archive."""
    manifest_size: int = 4 * MIB
    """An image index or image manifest."""
    config_size: int = 8 * MIB
    """An image config."""
    archive_members: int = 1_000_000
    """Members of the outer tarball."""
    index_depth: int = 8
    """Indexes nested in one another."""
    index_descriptors: int = 1_000
    """Descriptors reachable from one index."""
    layers: int = 10_000
    """Layers of an image."""
    link_hops: int = 16
    """Links followed from one archive member to another."""
    spool_size: int = 64 * GIB
    """Standard input, an unpacked outer tarball, a file with holes in a tar stream."""
    layer_size: int = 1024 * GIB
    """One layer once decompressed."""
    layer_entries: int = 5_000_000
    """Entries of one layer."""
    special_header_size: int = MIB
    """A GNU long name, PAX header or sparse map."""
    special_header_chain: int = 64
    """Special headers before one entry."""
    special_headers_size: int = 128 * MIB
    """All special headers of one layer together."""
    implied_size: int = 64 * MIB
    """The paths of the directories that the layers of an image only imply, together."""
    path_size: int = 32 * KIB
    """A path in a layer."""
    path_depth: int = 4_096
    """Components of a path in a layer."""
    contents_table_size: int = 128 * MIB
    """The list of its files that a layer carries, as JSON."""
    viewed_text_size: int = 16 * MIB
    """Text that the viewer reads of a file; `+` reads as much again."""
    handed_size: int = GIB
    """A file that is copied for a pager or an editor."""
    zstd_window: int = 128 * MIB
    """The window a zstd frame may ask for."""
    gzip_ratio: int = 1_100
    """Expansion of a gzip stream, looked at once 1 GiB has come out."""
    zstd_ratio: int = 5_000
    """Expansion of any other compressed stream, looked at once 1 GiB has come out."""
