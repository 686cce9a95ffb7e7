"""What engines tell of images and containers, as values.

Sources: Docker Engine API v1.41 to v1.50 (ImageInspect, ImageHistory, ImageList, ContainerInspect);
podman-image-inspect(1), podman-images(1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from layertui.display import printable, time
from layertui.errors import DamagedImageError
from layertui.oci.config import History, ImageConfig, RootFS, Settings
from layertui.oci.decoding import convert, parse
from layertui.oci.digest import Digest, digest_or_none
from layertui.oci.instruction import instruction
from layertui.oci.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_NAME = "<none>"
_SECOND = 1_000_000_000
_ALWAYS_A_LAYER = ("RUN", "COPY", "ADD")
_NEVER_A_LAYER = (
    "ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "SHELL", "STOPSIGNAL", "USER", "VOLUME",
)  # fmt: skip


class _RootFS(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    layers: tuple[Digest, ...] = ()


class _Descriptor(msgspec.Struct, frozen=True, kw_only=True):
    digest: Digest
    platform: Platform | None = None


class _ImageData(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    platform: Platform = Platform()


class Listed(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One manifest of an image that is kept for several platforms."""

    id: str = msgspec.field(default="", name="ID")
    kind: str = ""
    available: bool = False
    image_data: _ImageData | None = None
    descriptor: _Descriptor | None = None

    @property
    def platform(self) -> Platform:
        """What it runs on, as far as that is told."""
        if self.image_data is not None and self.image_data.platform.known:
            return self.image_data.platform
        told = self.descriptor.platform if self.descriptor else None
        return told or Platform()


class Inspected(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """What an engine knows of one image, without its history.

    `asked` is the name it was asked for, `document` the answer as it came.
    """

    id: str
    asked: str = ""
    document: bytes = b""
    repo_tags: tuple[str, ...] = ()
    repo_digests: tuple[str, ...] = ()
    created: str = ""
    author: str = ""
    os: str = ""
    os_version: str = ""
    architecture: str = ""
    variant: str = ""
    size: int = 0
    config: Settings = Settings()
    root_fs: _RootFS = msgspec.field(default=_RootFS(), name="RootFS")
    descriptor: _Descriptor | None = None
    history: tuple[History, ...] = ()
    manifests: tuple[Listed, ...] = ()

    @property
    def platform(self) -> Platform:
        """What it runs on."""
        return Platform(
            os=self.os,
            architecture=self.architecture,
            variant=self.variant,
            os_version=self.os_version,
        )

    @property
    def tags(self) -> tuple[str, ...]:
        """The names it carries, raw."""
        return tuple(tag for tag in self.repo_tags if _NO_NAME not in tag)

    @property
    def diff_ids(self) -> tuple[Digest, ...]:
        """The digests of its uncompressed layers, bottom to top."""
        return self.root_fs.layers

    @property
    def target(self) -> Digest | None:
        """What its id is a digest of: the config, or with containerd's store a manifest."""
        return digest_or_none(self.id if ":" in self.id else f"sha256:{self.id}")

    @property
    def is_config_id(self) -> bool:
        """Whether its id is the digest of its config."""
        ends = [digest.rpartition("@")[2] for digest in self.repo_digests]
        return self.descriptor is None and str(self.target) not in ends

    def image_config(self, steps: Sequence[History]) -> ImageConfig:
        """Return the config it was made with, as far as the engine tells it."""
        return ImageConfig(
            os=self.os,
            os_version=self.os_version,
            architecture=self.architecture,
            variant=self.variant,
            created=self.created,
            author=self.author,
            config=self.config,
            rootfs=RootFS(type="layers", diff_ids=self.diff_ids),
            history=tuple(steps),
        )


class KeptImage(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One line of the list of images."""

    id: str = ""
    repo_tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    created: int = 0
    size: int = 0
    shared_size: int = -1
    arch: str = ""
    os: str = ""
    manifests: tuple[Listed, ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        """The names it carries, raw."""
        return tuple(tag for tag in self.repo_tags or self.names if _NO_NAME not in tag)

    @property
    def short_id(self) -> str:
        """The first characters of its id."""
        return self.id.rpartition(":")[2][:12]

    @property
    def platforms(self) -> tuple[str, ...]:
        """What it runs on, printable; nothing where that is not told."""
        told = [each.platform for each in self.manifests if each.kind == "image" and each.available]
        told.append(Platform(os=self.os, architecture=self.arch))
        return tuple(dict.fromkeys(str(platform) for platform in told if platform.known))


class KeptContainer(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """What an engine knows of one container."""

    id: str
    name: str = ""
    image: str = ""
    created: str = ""

    @property
    def plain_name(self) -> str:
        """Its name as users write it, raw."""
        return self.name.removeprefix("/") or self.id[:12]


class _Step(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    created: int | str = 0
    created_by: str = ""
    comment: str = ""
    size: int = 0


def inspected_of(data: bytes, *, asked: str, who: str) -> Inspected:
    """Return an answer to an inspection; podman's command answers with a list of one.

    Raises:
        DamagedImageError: It is none.
    """
    what = f"what {who} tells of the image"
    found = convert(_single(parse(data, what=what), what), Inspected, what=what)
    return msgspec.structs.replace(found, asked=asked, document=data)


def all_inspected(data: bytes, *, who: str) -> tuple[Inspected, ...]:
    """Return an answer to an inspection of several images.

    Raises:
        DamagedImageError: It is none.
    """
    what = f"what {who} tells of the images"
    return convert(parse(data, what=what) or [], tuple[Inspected, ...], what=what)


def container_of(data: bytes, *, who: str) -> KeptContainer:
    """Return an answer to an inspection of a container.

    Raises:
        DamagedImageError: It is none.
    """
    what = f"what {who} tells of the container"
    return convert(_single(parse(data, what=what), what), KeptContainer, what=what)


def images_of(data: bytes, *, who: str) -> tuple[KeptImage, ...]:
    """Return the list of images.

    Raises:
        DamagedImageError: It is none.
    """
    what = f"the images that {who} lists"
    return convert(parse(data, what=what) or [], tuple[KeptImage, ...], what=what)


def history_of(data: bytes, layers: int, *, who: str) -> tuple[History, ...]:
    """Return the steps of a history as Docker answers, oldest first.

    The answer does not tell which steps made a layer. Those with bytes did; of the others, as
    many as layers are left, the likeliest first.

    Args:
        data: The answer, newest step first.
        layers: How many layers the image has.
        who: Whose answer it is, printable.

    Raises:
        DamagedImageError: It is none.
    """
    what = f"the history that {who} tells"
    told = convert(parse(data, what=what) or [], tuple[_Step, ...], what=what)[::-1]
    likeliest = sorted(range(len(told)), key=lambda number: -_likelihood(told[number]))
    makers = set(likeliest[:layers])
    return tuple(
        History(
            created=_moment(step.created),
            created_by=step.created_by,
            comment=step.comment,
            empty_layer=number not in makers,
        )
        for number, step in enumerate(told)
    )


def _likelihood(step: _Step) -> int:
    """Return how likely a step made a layer: 3 for certain, 0 for hardly."""
    if step.size:
        return 3
    verb = instruction(step.created_by, step.comment).partition(" ")[0].upper()
    return 2 if verb in _ALWAYS_A_LAYER else 0 if verb in _NEVER_A_LAYER else 1


def _moment(created: int | str) -> str:
    """Return a time as documents write it; engines count seconds since 1970."""
    if isinstance(created, str):
        return created
    return (time(created * _SECOND) or "") if created > 0 else ""


def _single(value: object, what: str) -> dict[str, Any]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise DamagedImageError(f"{what}: {printable(type(value).__name__)}, expected an object")
    return value
