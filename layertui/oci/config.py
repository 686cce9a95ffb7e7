"""Image configs and their history (OCI image-spec config.md; Docker image-spec v1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from layertui.oci.decoding import decode
from layertui.oci.digest import Digest  # noqa: TC001
from layertui.oci.instruction import instruction
from layertui.oci.platform import Platform
from layertui.oci.timestamps import nanoseconds

if TYPE_CHECKING:
    from collections.abc import Sequence


class History(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a build, as its builder wrote it down; all texts are raw."""

    created: str = ""
    created_by: str = ""
    comment: str = ""
    author: str = ""
    empty_layer: bool = False

    @property
    def created_ns(self) -> int | None:
        """The time as nanoseconds since 1970, or None where it is not one."""
        return nanoseconds(self.created)

    @property
    def instruction(self) -> str:
        """The step as a person would write it in a Dockerfile; may have several lines."""
        return instruction(self.created_by, self.comment)


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """How a container of the image is started: the `config` member.

    What nothing but the screen shows may be of any type.
    """

    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] | str = ()
    cmd: tuple[str, ...] | str = ()
    working_dir: str = ""
    exposed_ports: dict[str, Any] = {}
    volumes: dict[str, Any] = {}
    labels: dict[str, str] = {}
    stop_signal: str = ""
    healthcheck: Any = None
    on_build: Any = None
    shell: Any = None


class RootFS(msgspec.Struct, frozen=True, kw_only=True):
    """The layers of the image by what they hold, bottom to top."""

    type: str = ""
    diff_ids: tuple[Digest, ...] = ()


class ImageConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What an image is and how it came about."""

    os: str = ""
    architecture: str = ""
    variant: str = ""
    os_version: str = msgspec.field(default="", name="os.version")
    created: str = ""
    author: str = ""
    config: Settings = Settings()
    rootfs: RootFS = RootFS()
    history: tuple[History | None, ...] = ()

    @property
    def created_ns(self) -> int | None:
        """The time as nanoseconds since 1970, or None where it is not one."""
        return nanoseconds(self.created)

    @property
    def platform(self) -> Platform:
        """What the image runs on."""
        return Platform(
            os=self.os,
            architecture=self.architecture,
            variant=self.variant,
            os_version=self.os_version,
        )

    @property
    def diff_ids(self) -> tuple[Digest, ...]:
        """The digests of the uncompressed layers, bottom to top."""
        return self.rootfs.diff_ids

    @property
    def steps(self) -> tuple[History, ...]:
        """The history, oldest step first, without items that are null."""
        return tuple(step for step in self.history if step is not None)


def parse_config(data: bytes, *, what: str) -> ImageConfig:
    """Return the config that a document is.

    Raises:
        DamagedImageError: It is not one; tells the path of the bad key.
    """
    return decode(data, ImageConfig, what=what)


def layer_numbers(steps: Sequence[History], layers: int) -> tuple[int | None, ...]:
    """Return the layer each step of a history made, None for steps that made none.

    Steps beyond the last layer have none either: builders leave histories too long.
    """
    numbers: list[int | None] = []
    made = 0
    for step in steps:
        makes = not step.empty_layer and made < layers
        numbers.append(made if makes else None)
        made += makes
    return tuple(numbers)
