"""Platforms: which system and processor an image is for.

Names are Go's GOOS and GOARCH; the defaults for variants are containerd's (platforms/database.go).
"""

from __future__ import annotations

import platform
import sys
from typing import Self

import msgspec

from layertui.display import printable
from layertui.errors import UsageError

_OPERATING_SYSTEMS = {"macos": "darwin"}
_ARCHITECTURES = {
    "i386": ("386", ""),
    "i686": ("386", ""),
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
    "armv7l": ("arm", "v7"),
    "armv6l": ("arm", "v6"),
}
_DEFAULT_VARIANTS = {"arm64": "v8", "amd64": "v1", "arm": "v7"}


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """What an image runs on, as its documents write it; any part may be empty."""

    os: str = ""
    architecture: str = ""
    variant: str = ""
    os_version: str = msgspec.field(default="", name="os.version")

    def __str__(self) -> str:
        """Return `os/architecture[/variant]`, printable."""
        parts = [self.os or "unknown", self.architecture or "unknown", self.variant]
        return "/".join(printable(part, 40) for part in parts if part)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the platform that a user wrote as `os/architecture[/variant]`.

        Raises:
            UsageError: It is not written like that.
        """
        parts = text.split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise UsageError(
                f"`{printable(text, 80)}` is not a platform",
                hint="Write os/architecture[/variant], such as linux/arm64/v8.",
            )
        return cls(os=parts[0], architecture=parts[1], variant=parts[2] if parts[2:] else "")

    @classmethod
    def host(cls) -> Self:
        """Return what containers on this machine run on: Linux, except on Windows."""
        system = "windows" if sys.platform == "win32" else "linux"
        return cls(os=system, architecture=platform.machine())

    @property
    def known(self) -> bool:
        """Whether it names a system and a processor; attestations name `unknown/unknown`."""
        return bool(self.os and self.architecture) and self.os != "unknown"

    def normalised(self) -> tuple[str, str, str]:
        """Return system, processor and variant under their usual names."""
        system = self.os.lower()
        processor, variant = self.architecture.lower(), self.variant.lower()
        processor, implied = _ARCHITECTURES.get(processor, (processor, ""))
        variant = variant or implied or _DEFAULT_VARIANTS.get(processor, "")
        if variant.isdigit():
            variant = f"v{variant}"
        return _OPERATING_SYSTEMS.get(system, system), processor, variant

    def satisfies(self, wanted: Platform) -> bool:
        """Tell whether an image for this platform is one for the wanted one.

        A wanted 32-bit ARM without a variant takes any.
        """
        system, processor, variant = wanted.normalised()
        if self.normalised()[:2] != (system, processor):
            return False
        return (processor == "arm" and not wanted.variant) or self.normalised()[2] == variant
