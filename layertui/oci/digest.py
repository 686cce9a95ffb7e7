"""Digests as the OCI image-spec writes them: `algorithm:encoded` (descriptor.md, "Digests")."""

from __future__ import annotations

import hashlib
import re
from typing import Self

from layertui.display import printable
from layertui.errors import DamagedImageError

_GRAMMAR = re.compile(r"([a-z0-9]+(?:[+._-][a-z0-9]+)*):([A-Za-z0-9=_-]+)")
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128, "blake3": 64}
_COMPUTABLE = ("sha256", "sha384", "sha512")
_LONGEST = 256
_SHORT = 12


class Digest(str):
    """A digest that follows the grammar, so that it is safe as part of a path.

    Raises:
        DamagedImageError: The text is not a digest.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check the text; of a known algorithm, the exact length of the encoded part as well."""
        match = _GRAMMAR.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None or not _is_encoded(*match.groups()):
            raise DamagedImageError(f"`{printable(text, 100)}` is not a digest")
        return super().__new__(cls, text)

    @classmethod
    def of(cls, data: bytes, algorithm: str = "sha256") -> Self:
        """Return the digest of bytes."""
        return cls(f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}")

    @property
    def algorithm(self) -> str:
        """The part before the colon."""
        return self.partition(":")[0]

    @property
    def encoded(self) -> str:
        """The part behind the colon."""
        return self.partition(":")[2]

    @property
    def short(self) -> str:
        """The first twelve characters of the encoded part."""
        return self.encoded[:_SHORT]

    @property
    def computable(self) -> bool:
        """Whether the algorithm is one that this program computes."""
        return self.algorithm in _COMPUTABLE

    def is_of(self, data: bytes) -> bool:
        """Tell whether this is the digest of bytes; True where it cannot be computed."""
        return not self.computable or self == Digest.of(data, self.algorithm)


def digest_or_none(text: str) -> Digest | None:
    """Return text as a digest, or None where it is not one."""
    try:
        return Digest(text)
    except DamagedImageError:
        return None


def _is_encoded(algorithm: str, encoded: str) -> bool:
    length = _HEX_LENGTHS.get(algorithm)
    if length is None:
        return True
    return len(encoded) == length and _HEXADECIMAL.fullmatch(encoded) is not None
