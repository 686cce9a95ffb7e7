"""How registries are talked to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySettings:
    """Settings of registries. The field names are the setting names."""

    insecure: tuple[str, ...] = ()
    """Hosts that TLS is not asked of, and whose certificate is not looked at."""
