"""Everything that can go wrong for a user, as one tree.

    LayertuiError
    ├── UsageError            the command line asks for something that cannot be
    ├── ConfigError           a settings or rules file is wrong
    ├── QueryError            a filter cannot be understood
    ├── LimitExceededError    an input is larger than a limit allows
    ├── CancelledError        the user asked to stop
    └── ImageError            the image
        ├── ImageNotFoundError    there is nothing under that name
        ├── NotAnImageError       it is something else
        ├── UnsupportedImageError it is an image of a kind that is not read
        ├── RegistryError         its registry does not give it
        ├── EngineError           its engine does not give it
        ├── AmbiguousImageError   it holds several images and none was chosen
        └── DamagedImageError     it contradicts itself or its format

Messages are one line, name the thing, and are printable: image text in them has
passed `layertui.display.printable`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """How a run ended."""

    FINE = 0
    RULE_FAILED = 1
    NOTHING_FOUND = 1
    NO_ANSWER = 2
    INTERRUPTED = 130


class LayertuiError(Exception):
    """Base of all errors that are shown to a user.

    Args:
        message: What happened, one printable line.
        hint: What to do next, one printable line, or empty.
    """

    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LayertuiError):
    """The command line asks for something that cannot be."""

    title = "Wrong usage"


class ConfigError(LayertuiError):
    """A settings or rules file is wrong."""

    title = "Wrong configuration"


class QueryError(LayertuiError):
    """A filter cannot be understood.

    Args:
        message: What is wrong, one printable line.
        hint: What to do next, one printable line, or empty.
        brief: The message in fewer words, for where there is little room, the longest first.
    """

    title = "Wrong filter"

    def __init__(self, message: str, *, hint: str = "", brief: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.brief = brief


class LimitExceededError(LayertuiError):
    """An input is larger than a limit allows."""

    title = "Limit exceeded"


class CancelledError(LayertuiError):
    """The user asked to stop."""

    title = "Cancelled"


class ImageError(LayertuiError):
    """The image cannot be had."""

    title = "Cannot open the image"


class ImageNotFoundError(ImageError):
    """There is nothing under that name."""

    title = "Image not found"


class NotAnImageError(ImageError):
    """It is something else than a container image."""

    title = "Not a container image"


class UnsupportedImageError(ImageError):
    """It is an image of a kind that is not read."""

    title = "Unsupported image"


class RegistryError(ImageError):
    """The registry that has it cannot be reached, refuses, or does not keep to the protocol."""

    title = "The registry does not give the image"


class EngineError(ImageError):
    """The engine that has it cannot be reached, refuses, or stops halfway."""

    title = "The engine does not give the image"


class AmbiguousImageError(ImageError):
    """It holds several images and none was chosen.

    Args:
        message: What happened, one printable line.
        choices: One printable line an image, in the order `--image N` counts.
        hint: What to do next, one printable line.
    """

    title = "Several images"

    def __init__(self, message: str, *, choices: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.choices = choices


class DamagedImageError(ImageError):
    """It contradicts itself or its format.

    Attributes:
        offset: Where, if the message tells that.
    """

    title = "Damaged image"
    offset: int | None = None
