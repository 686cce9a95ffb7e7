"""What a name in a registry leads to: one image, or an index of some for several platforms.

An index is read to its end, indexes in it included; of the images only those that are asked for.
Every document is fetched once and kept as it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from layertui.blob import BytesBlob
from layertui.errors import LimitExceededError
from layertui.oci import media_types
from layertui.oci.digest import Digest
from layertui.oci.index import Index
from layertui.sources.candidate import Candidate, NamedPart, Part
from layertui.sources.choose import platform_of
from layertui.sources.diagnose import refusal_of_other
from layertui.sources.registry.documents import Fetched, fetch_config, fetch_manifest
from layertui.sources.registry.waiting import awaited
from layertui.sources.walk import Layout, artifact_kind, candidate_of, described_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layertui.blob import Cancelled
    from layertui.limits import Limits
    from layertui.notices import Notice
    from layertui.oci.descriptor import Descriptor
    from layertui.oci.manifest import Manifest
    from layertui.oci.platform import Platform
    from layertui.sources.registry.client import Client

TRANSPORT = "registry"
_BLOBS = "blobs/"
_MANIFESTS = "manifests/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One image for one platform as an index lists it, or the only one.

    Attributes:
        target: The digest of its manifest, or the tag where the name leads to that.
        descriptor: What the index says of its manifest, or None.
        trail: The indexes that lead to it, the outermost first.
    """

    target: str
    descriptor: Descriptor | None = None
    trail: tuple[NamedPart, ...] = ()


class Catalogue:
    """The images that a name leads to.

    Args:
        client: Asks for documents.
        limits: Bounds them.
        cancelled: Asked while the name is looked up.

    Attributes:
        label: The name in full.
        digest: Of what the name leads to.
        entries: The images.

    Raises:
        NotAnImageError: It leads to something else.
        LayertuiError: It cannot be had; the type tells why.
    """

    def __init__(self, client: Client, limits: Limits, cancelled: Cancelled) -> None:
        self.label = str(client.reference)
        self._client = client
        self._limits = limits
        self._lock = Lock()
        self._fetched: dict[str, Fetched] = {}
        self._blobs: dict[str, bytes] = {}
        self._sizes: dict[str, int | None] = {}
        target = client.reference.target
        self.entries, other = awaited(lambda stop: self._look_up(target, stop), cancelled)
        self.digest = self._fetched[target].digest
        if not self.entries:
            raise refusal_of_other(tuple(dict.fromkeys(other)), self.label)

    def candidate(self, entry: Entry, cancelled: Cancelled) -> Candidate:
        """Return an image as its manifest lists it.

        Raises:
            NotAnImageError: It is of something else.
            LayertuiError: It cannot be had; the type tells why.
        """
        fetched = awaited(lambda stop: self._fetch(entry, stop), cancelled)
        document = fetched.document
        if isinstance(document, Index):
            raise refusal_of_other(("an index where its index lists an image",), self.label)
        candidate = candidate_of(document, _LAYOUT)
        if candidate is None:
            raise refusal_of_other((artifact_kind(document),), self.label)
        self._sizes[_blob_name(document.config.digest)] = document.config.size
        described = entry.descriptor.annotations if entry.descriptor is not None else {}
        return replace(
            candidate,
            manifest_digest=fetched.digest,
            platform=entry.descriptor.platform if entry.descriptor is not None else None,
            annotations={**described, **candidate.annotations},
            documents=(*entry.trail, _named("manifest", entry.target, fetched)),
        )

    def platform(self, entry: Entry, cancelled: Cancelled) -> Platform | None:
        """Return what an image runs on: as the index says, else as its config says.

        Raises:
            LayertuiError: Its manifest or config cannot be had; the type tells why.
        """
        listed = entry.descriptor.platform if entry.descriptor is not None else None
        if listed is not None and listed.known:
            return listed
        candidate = self.candidate(entry, cancelled)
        return platform_of(candidate, self.container(cancelled), self._limits)

    def image_id(self, entry: Entry) -> Digest | None:
        """Return the ImageID of an image whose manifest was fetched already, or None."""
        fetched = self._fetched.get(entry.target)
        document: Index | Manifest | None = fetched.document if fetched is not None else None
        return None if document is None or isinstance(document, Index) else document.config.digest

    def container(self, cancelled: Cancelled) -> Documents:
        """Return the documents as files; one that has to be fetched asks `cancelled`."""
        return Documents(self, cancelled)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is odd about the way to the registry."""
        return self._client.notices

    def names(self) -> tuple[str, ...]:
        """Return the names of the documents that were fetched."""
        return (*(f"{_MANIFESTS}{target}" for target in self._fetched), *self._blobs)

    def document(self, name: str, cancelled: Cancelled) -> bytes | None:
        """Return a document by name; a config is fetched where it is not there yet."""
        fetched = self._fetched.get(name.removeprefix(_MANIFESTS))
        if name.startswith(_MANIFESTS) and fetched is not None:
            return fetched.data
        if name not in self._sizes:
            return None
        if name not in self._blobs:
            self._blobs[name] = awaited(lambda stop: self._config(name, stop), cancelled)
        return self._blobs[name]

    def _config(self, name: str, cancelled: Cancelled) -> bytes:
        digest = Digest(name.removeprefix(_BLOBS))
        return fetch_config(self._client, digest, self._sizes[name], self._limits, cancelled)

    def _fetch(self, entry: Entry, cancelled: Cancelled) -> Fetched:
        """Return an index or manifest, fetched once."""
        with self._lock:
            if entry.target not in self._fetched:
                self._fetched[entry.target] = fetch_manifest(
                    self._client,
                    entry.target,
                    self._limits,
                    cancelled,
                    described=entry.descriptor,
                )
            return self._fetched[entry.target]

    def _look_up(
        self, target: str, cancelled: Cancelled
    ) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        """Return the images that a name leads to, and what else it leads to."""
        top = Entry(target=target)
        if not isinstance(self._fetch(top, cancelled).document, Index):
            return (top,), ()
        entries: list[Entry] = []
        other: list[str] = []
        pending = list(reversed(self._listed(top, cancelled)))
        seen: set[str] = set()
        while pending:
            entry = pending.pop()
            if entry.target in seen:
                continue
            seen.add(entry.target)
            self._check_bounds(len(seen), len(entry.trail))
            kind = _kind(entry)
            if kind == _INDEX:
                pending += reversed(self._listed(entry, cancelled))
            elif kind:
                other.append(kind)
            else:
                entries.append(entry)
        return tuple(entries), tuple(other)

    def _listed(self, entry: Entry, cancelled: Cancelled) -> list[Entry]:
        """Return what an index lists."""
        fetched = self._fetch(entry, cancelled)
        if not isinstance(fetched.document, Index):
            return []
        trail = (*entry.trail, _named("index", entry.target, fetched))
        return [
            Entry(target=descriptor.digest, descriptor=descriptor, trail=trail)
            for descriptor in fetched.document.manifests
        ]

    def _check_bounds(self, count: int, depth: int) -> None:
        if depth > self._limits.index_depth:
            raise LimitExceededError(f"the index of {self.label} is nested too deeply")
        if count > self._limits.index_descriptors:
            raise LimitExceededError(f"the index of {self.label} lists too many manifests")


class Documents:
    """The documents of a catalogue as files; see `layertui.sources.container.Container`."""

    def __init__(self, catalogue: Catalogue, cancelled: Cancelled) -> None:
        self.label = catalogue.label
        self._catalogue = catalogue
        self._cancelled = cancelled

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is odd about the way to them."""
        return self._catalogue.notices

    def names(self) -> Iterable[str]:
        """Return the names of those that were fetched."""
        return self._catalogue.names()

    def find(self, name: str) -> BytesBlob | None:
        """Return one, fetched where it is the config of an image that was looked at.

        Raises:
            LayertuiError: It cannot be had; the type tells why.
        """
        data = self._catalogue.document(name, self._cancelled)
        return None if data is None else BytesBlob(data)

    def close(self) -> None:
        """Do nothing: what was fetched is in memory."""


_INDEX = "index"


def _kind(entry: Entry) -> str:
    """Return what a descriptor is of, nothing for an image."""
    descriptor = entry.descriptor
    assert descriptor is not None
    media_type = descriptor.media_type
    if descriptor.is_attestation:
        return "build attestations"
    if media_types.is_index(media_type):
        return _INDEX
    if media_type and not media_types.is_manifest(media_type):
        return described_type(media_type)
    return ""


def _named(kind: str, target: str, fetched: Fetched) -> NamedPart:
    part = Part(
        names=(f"{_MANIFESTS}{target}",),
        digest=fetched.digest,
        size=len(fetched.data),
        media_type=fetched.media_type,
    )
    return NamedPart(kind, part)


def _blob_name(digest: Digest) -> str:
    return f"{_BLOBS}{digest}"


_LAYOUT = Layout(
    transport=TRANSPORT,
    blob_names=lambda digest: (_blob_name(digest),),
    manifest_names=lambda digest: (f"{_MANIFESTS}{digest}",),
)
