"""The images that an index leads to, through indexes nested in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import DamagedImageError, LayertuiError, LimitExceededError
from layertui.notices import Notice
from layertui.oci import media_types
from layertui.oci.digest import Digest
from layertui.oci.index import Index
from layertui.oci.manifest import Manifest, Schema1Manifest, parse_manifest
from layertui.sources.candidate import Candidate, NamedPart, Offer, Part
from layertui.sources.container import find_first, read_whole
from layertui.sources.schema1 import schema1_candidate

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.limits import Limits
    from layertui.oci.descriptor import Descriptor
    from layertui.oci.platform import Platform
    from layertui.sources.container import Container

_INDEXES = ("", media_types.OCI_INDEX, media_types.DOCKER_LIST)
_OLD_CONFIG = "application/octet-stream"  # Docker before 1.10.2
_ARTIFACT_LAYERS = (
    "application/vnd.dev.cosign.",
    "application/vnd.dsse.",
    "application/vnd.in-toto",
    "application/vnd.cncf.helm.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a container names the blobs of an image.

    Attributes:
        transport: The transport that names them so.
        blob_names: The names a blob may have, the likeliest first.
        manifest_names: The same for a manifest.
    """

    transport: str
    blob_names: Callable[[Digest], tuple[str, ...]]
    manifest_names: Callable[[Digest], tuple[str, ...]]

    def document(self, descriptor: Descriptor, kind: str) -> NamedPart:
        """Return the index or manifest that a descriptor describes."""
        names = self.manifest_names(descriptor.digest)
        part = Part(
            names=names,
            digest=descriptor.digest,
            size=descriptor.size,
            media_type=descriptor.media_type,
        )
        return NamedPart(kind, part)

    def part(self, descriptor: Descriptor) -> Part:
        """Return the blob that a descriptor describes."""
        return Part(
            names=self.blob_names(descriptor.digest),
            digest=descriptor.digest,
            size=descriptor.size,
            media_type=descriptor.media_type,
            annotations=descriptor.annotations,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What an index leads to.

    Attributes:
        offers: The images, one for each descriptor at its top that leads to some.
        other: What else it holds, in a few printable words each.
    """

    offers: tuple[Offer, ...]
    other: tuple[str, ...]


class _Visit:
    """What one descriptor at the top leads to."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.absent: list[Platform] = []
        self.problems: list[LayertuiError] = []


class Walker:
    """Reads the manifests below an index, none twice for one descriptor at its top."""

    def __init__(self, container: Container, layout: Layout, limits: Limits) -> None:
        self._container = container
        self._layout = layout
        self._limits = limits
        self._count = 0
        self._other: list[str] = []

    def walk(self, index: Index, name: str) -> Walked:
        """Return the images below an index, which is a file of this name.

        Raises:
            LimitExceededError: It is nested too deeply or holds too many descriptors.
        """
        root = NamedPart("index", Part(names=(name,), media_type=index.media_type))
        visits = [(top, self._visit(top, root)) for top in index.manifests]
        offers = _offers(visits)
        return Walked(offers=offers, other=tuple(dict.fromkeys(self._other)))

    def _visit(self, top: Descriptor, root: NamedPart) -> _Visit:
        visit = _Visit()
        visited: set[Digest] = set()
        stack: list[tuple[Descriptor, tuple[NamedPart, ...]]] = [(top, (root,))]
        while stack:
            descriptor, trail = stack.pop()
            if descriptor.digest in visited:
                continue
            visited.add(descriptor.digest)
            self._check(len(trail))
            nested = self._follow(descriptor, trail, visit)
            longer = (*trail, self._layout.document(descriptor, "index")) if nested else trail
            stack += [(below, longer) for below in reversed(nested)]
        return visit

    def _check(self, depth: int) -> None:
        self._count += 1
        label = self._container.label
        if depth > self._limits.index_depth:
            raise LimitExceededError(f"the index of {label} is nested too deeply")
        if self._count > self._limits.index_descriptors:
            raise LimitExceededError(f"the index of {label} lists too many manifests")

    def _follow(
        self, descriptor: Descriptor, trail: tuple[NamedPart, ...], visit: _Visit
    ) -> tuple[Descriptor, ...]:
        """Note what a descriptor leads to; return the descriptors of a nested index."""
        media_type = descriptor.media_type
        if descriptor.is_attestation:
            self._other.append("build attestations")
            return ()
        if media_type not in _INDEXES and not media_types.is_manifest(media_type):
            self._other.append(described_type(media_type))
            return ()
        blob = find_first(self._container, self._layout.manifest_names(descriptor.digest))
        if blob is None:
            if descriptor.platform is not None:
                visit.absent.append(descriptor.platform)
            else:
                message = f"the manifest {descriptor.digest} is not in {self._container.label}"
                visit.problems.append(DamagedImageError(message))
            return ()
        try:
            data = read_whole(blob, descriptor.digest, limit=self._limits.manifest_size)
            document = parse_manifest(data, what=f"manifest {descriptor.digest.short}")
        except LayertuiError as error:
            visit.problems.append(error)
            return ()
        if isinstance(document, Index):
            return document.manifests
        candidate = self._candidate(document, descriptor, data, visit)
        if candidate is not None:
            documents = (*trail, self._layout.document(descriptor, "manifest"))
            visit.candidates.append(replace(candidate, documents=documents))
        return ()

    def _candidate(
        self,
        document: Manifest | Schema1Manifest,
        descriptor: Descriptor,
        data: bytes,
        visit: _Visit,
    ) -> Candidate | None:
        """Return the image that a manifest is of; where there is none, note why."""
        notices = document_notices(descriptor, data)
        try:
            candidate = candidate_of(document, self._layout)
        except LayertuiError as error:
            visit.problems.append(error)
            return None
        if candidate is None:
            self._other.append(artifact_kind(document))
            return None
        wrong = any(notice.code == "digest-mismatch" for notice in notices)
        return replace(
            candidate,
            manifest_digest=Digest.of(data) if wrong else descriptor.digest,
            platform=descriptor.platform,
            annotations={**descriptor.annotations, **candidate.annotations},
            notices=candidate.notices + notices,
        )


def candidate_of(document: Manifest | Schema1Manifest, layout: Layout) -> Candidate | None:
    """Return the image that a manifest is of, or None where it is of something else."""
    if isinstance(document, Schema1Manifest):
        return schema1_candidate(document, layout.transport, layout.blob_names)
    if artifact_kind(document):
        return None
    return Candidate(
        transport=layout.transport,
        config=layout.part(document.config),
        layers=tuple(layout.part(layer) for layer in document.layers),
        annotations=document.annotations,
        notices=_mixture(document),
    )


def artifact_kind(document: Manifest | Schema1Manifest) -> str:
    """Return what a manifest is of if not a container image, in a few words, else nothing."""
    if isinstance(document, Schema1Manifest):
        return ""
    config = document.config.media_type
    types = [layer.media_type for layer in document.layers]
    old = config == _OLD_CONFIG and all(map(media_types.is_layer, types))
    if config and not old and not media_types.is_config(config):
        empty = config == media_types.OCI_EMPTY
        return described_type(document.artifact_type or (types[0] if empty and types else config))
    foreign = [kind for kind in types if kind.startswith(_ARTIFACT_LAYERS)]
    return described_type(foreign[0]) if foreign else ""


def document_notices(descriptor: Descriptor, data: bytes) -> tuple[Notice, ...]:
    """Return how a manifest differs from what a descriptor says of it."""
    what = f"the manifest {descriptor.digest.short}"
    notices = []
    if not descriptor.digest.is_of(data):
        notices.append(
            Notice(
                code="digest-mismatch", message=f"{what} does not have the digest it is named by"
            )
        )
    if descriptor.size is not None and descriptor.size != len(data):
        message = f"{what} has {len(data)} bytes, its index says {descriptor.size}"
        notices.append(Notice(code="size-mismatch", message=message))
    return tuple(notices)


def _mixture(manifest: Manifest) -> tuple[Notice, ...]:
    types = [manifest.config.media_type, *(layer.media_type for layer in manifest.layers)]
    docker = any(".docker." in kind for kind in types)
    if docker and any(".oci." in kind for kind in types):
        message = "the manifest mixes media types of OCI and of Docker; some tools refuse it"
        return (Notice(code="mixed-media-types", message=message),)
    return ()


def _offers(visits: list[tuple[Descriptor, _Visit]]) -> tuple[Offer, ...]:
    """Return one offer for each image: a digest with several names is one image.

    Descriptors without a name that each tell another platform are one image as well.
    """
    found: dict[str, Offer] = {}
    unnamed = [top.platform for top, _ in visits if not top.names and top.platform]
    together = len(set(unnamed)) == len(unnamed) > 1
    for top, visit in visits:
        if not (visit.candidates or visit.absent or visit.problems):
            continue
        key = "" if together and not top.names and top.platform else top.digest
        found[key] = _joined(found.get(key), top, visit, same_image=key == top.digest)
    return tuple(found.values())


def _joined(offer: Offer | None, top: Descriptor, visit: _Visit, *, same_image: bool) -> Offer:
    names = top.names
    if offer is not None and same_image:
        return replace(
            offer, tags=offer.tags + names[:1], aliases=offer.aliases + names + (top.digest,)
        )
    earlier = offer or Offer()
    return Offer(
        tags=earlier.tags + names[:1],
        aliases=(*earlier.aliases, *names, top.digest),
        candidates=(*earlier.candidates, *visit.candidates),
        absent=(*earlier.absent, *visit.absent),
        problems=(*earlier.problems, *visit.problems),
    )


def described_type(media_type: str) -> str:
    """Return what something is by its media type, in a few printable words."""
    known = {
        "application/vnd.cncf.helm": "a Helm chart",
        "application/vnd.dev.cosign": "a cosign signature",
        "application/vnd.dev.sigstore": "a Sigstore bundle",
        "application/vnd.dsse": "a signed attestation",
        "application/vnd.in-toto": "an attestation",
        "application/vnd.buildkit.cacheconfig": "a BuildKit cache",
        "application/vnd.cncf.flux": "a Flux artifact",
        "application/vnd.wasm": "a WebAssembly module",
    }
    for prefix, words in known.items():
        if media_type.startswith(prefix):
            return f"{words} ({printable(media_type, 100)})"
    return f"an artifact of type {printable(media_type, 100)}"
