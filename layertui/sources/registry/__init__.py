"""Images straight from a registry, without an engine: the pull half of the distribution spec.

    name -> Client (where, who) -> Catalogue (documents) -> Image -> a delivery for each layer

Nothing is believed before its size and digest were found right; nothing is written but unnamed
temporary files. Importing this package loads the HTTP client: import it when it is needed.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from layertui.oci.reference import parse_reference
from layertui.sources.registry.catalogue import Catalogue
from layertui.sources.registry.client import Client
from layertui.sources.registry.credentials import find_credentials
from layertui.sources.registry.hosts import Trust, certificate_folders
from layertui.sources.registry.source import RegistrySource
from layertui.sources.registry.transport import Transport
from layertui.sources.registry.waiting import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layertui.blob import Cancelled
    from layertui.image import Image
    from layertui.limits import Limits

__all__ = ["RegistrySource", "open_registry"]


def open_registry(
    name: str,
    *,
    label: str,
    insecure: Sequence[str],
    limits: Limits,
    open_other: Callable[[str, str, Cancelled], Image],
    cancelled: Cancelled,
    clock: Clock | None = None,
) -> RegistrySource:
    """Look a name up in its registry.

    Args:
        name: Of the image: `debian:bookworm`, `registry.example:5000/shop/api@sha256:...`.
        label: What to call it in reports.
        insecure: Hosts that TLS is not asked of, or whose certificate is not looked at.
        limits: Bounds on documents and layers.
        open_other: Opens another image for a platform, for one that is called a base.
        cancelled: Asked while anything is waited for; True ends in CancelledError.
        clock: The time that waits are measured in; the real one where it is None.

    Raises:
        UsageError: It is not a name.
        LayertuiError: The image cannot be had; the type tells why.
    """
    reference = parse_reference(name)
    trust = Trust(insecure=tuple(insecure), folders=certificate_folders(os.environ))
    transport = Transport(trust, clock or Clock())
    client = Client(reference, transport, partial(find_credentials, reference, os.environ))
    try:
        catalogue = Catalogue(client, limits, cancelled)
    except BaseException:
        client.close()
        raise
    return RegistrySource(label, client, catalogue, limits=limits, open_other=open_other)
