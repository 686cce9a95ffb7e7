"""Images that can be opened without being named: what engines keep, what a folder holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedImage:
    """An image that an engine keeps, or a saved one.

    Attributes:
        argument: What opens it, as the IMAGE argument: `docker:shop/api:2.4`, `./api.tar`.
        keeper: Who has it, printable: `Docker`, `Podman`, or `this folder`.
        name: Its first name or its file name, raw; empty where it has none.
        image_id: The short ImageID, or empty.
        size: Bytes of its layers as the engine tells, of a file as stored; None where unknown.
        created: Nanoseconds since 1970, of a file when it was changed; None where unknown.
        platform: `linux/amd64`, or empty where unknown.
        layers: How many layers it has, or None where unknown.
        shared_layers: How many of them another listed image of that keeper has too.
        shared_size: Bytes that it shares with others as the engine tells, or None.
    """

    argument: str
    keeper: str
    name: str = ""
    image_id: str = ""
    size: int | None = None
    created: int | None = None
    platform: str = ""
    layers: int | None = None
    shared_layers: int | None = None
    shared_size: int | None = None
