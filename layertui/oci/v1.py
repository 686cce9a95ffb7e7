"""Configs of the V1 image format, one for each layer (Docker image-spec v1)."""

from __future__ import annotations

import msgspec

from layertui.oci.config import History, ImageConfig, Settings
from layertui.oci.decoding import decode


class ContainerConfig(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The container that a layer was made in."""

    cmd: tuple[str, ...] | str = ()


class V1Config(msgspec.Struct, frozen=True, kw_only=True):
    """What one layer of a V1 image says of itself and of the image it is the top of."""

    id: str = ""
    parent: str = ""
    created: str = ""
    author: str = ""
    comment: str = ""
    os: str = ""
    architecture: str = ""
    variant: str = ""
    throwaway: bool = False
    config: Settings = Settings()
    container_config: ContainerConfig = ContainerConfig()

    @property
    def step(self) -> History:
        """The layer as a step of a history."""
        command = self.container_config.cmd
        return History(
            created=self.created,
            created_by=command if isinstance(command, str) else " ".join(command),
            comment=self.comment,
            author=self.author,
            empty_layer=self.throwaway,
        )


def parse_v1(data: bytes, *, what: str) -> V1Config:
    """Return the V1 config that a document is.

    Raises:
        DamagedImageError: It is not one; tells the path of the bad key.
    """
    return decode(data, V1Config, what=what)


def image_config(layers: tuple[V1Config, ...]) -> ImageConfig:
    """Return the config of the image whose layers, bottom to top, are described."""
    top = layers[-1] if layers else V1Config()
    return ImageConfig(
        os=top.os or "linux",
        architecture=top.architecture,
        variant=top.variant,
        created=top.created,
        author=top.author,
        config=top.config,
        history=tuple(layer.step for layer in layers),
    )
