"""What a file is, by its first bytes: a kind, and a few facts about it.

    head -> the magic numbers of `contents/formats/` -> Kind
         -> text, in an encoding                     -> Kind
         -> bytes of no known kind                   -> Kind

Nothing that a head says is believed further than it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.encodings import TextEncoding, encoding_of_text

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = 64 << 10
"""Bytes by which a file is known."""


class Family(Enum):
    """What a kind is one of."""

    EMPTY = "empty"
    TEXT = "text"
    PICTURE = "picture"
    PROGRAM = "program"
    ARCHIVE = "archive"
    CERTIFICATE = "certificate"
    JSON = "json"
    DATA = "data"


class Fact(NamedTuple):
    """One thing that is known about a file.

    Attributes:
        label: What it is about.
        text: What is known; raw where it comes from the file.
        is_warning: Whether it is something to look at twice.
    """

    label: str
    text: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is.

    Attributes:
        family: What it is one of.
        name: In a few words.
        facts: What is known about it besides.
        encoding: How its text is encoded, or None where it is no text.
    """

    family: Family
    name: str
    facts: tuple[Fact, ...] = ()
    encoding: TextEncoding | None = None


class Sample(NamedTuple):
    """What a file is judged by.

    Attributes:
        head: Its first bytes, HEAD of them where there are as many.
        size: How many bytes it has.
        name: The last component of its path.
    """

    head: bytes
    size: int
    name: bytes = b""

    @property
    def is_whole(self) -> bool:
        """Whether the head is all there is."""
        return len(self.head) >= self.size


def kind_of(sample: Sample) -> Kind:
    """Return what a file is."""
    if not sample.size:
        return Kind(Family.EMPTY, "empty file")
    for known in _of_bytes():
        kind = known(sample)
        if kind is not None:
            return kind
    encoding = encoding_of_text(sample.head, is_whole=sample.is_whole)
    if encoding is None:
        return _unknown(sample)
    return _of_text(sample, encoding)


def _of_bytes() -> Sequence[_Judge]:
    from layertui.contents.formats import archives, certificates, data, pictures, programs

    return (
        programs.program,
        archives.archive,
        pictures.picture,
        certificates.certificate,
        data.data,
    )


def _of_text(sample: Sample, encoding: TextEncoding) -> Kind:
    from layertui.contents.formats.texts import text

    return text(sample, encoding)


def _unknown(sample: Sample) -> Kind:
    """Return the kind of bytes that nothing is known of."""
    if not sample.head.strip(b"\0"):
        return Kind(Family.DATA, "zeros" if sample.is_whole else "zeros to begin with")
    return Kind(Family.DATA, "binary data")


if TYPE_CHECKING:
    from collections.abc import Callable

    _Judge = Callable[[Sample], Kind | None]
