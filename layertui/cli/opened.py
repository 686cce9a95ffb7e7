"""What commands over the files of an image have in common: their options, and the image, read."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layertui.cli.options import cache_of, settings_of, settings_options
from layertui.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem
    from layertui.image import Image
    from layertui.limits import Limits
    from layertui.narration import Narrator
    from layertui.notices import Notice

_DAMAGE = frozenset({
    "archive-damaged", "damaged-layer", "diff-id-mismatch", "digest-mismatch", "layer-not-fetched",
    "limit-exceeded", "size-mismatch",
})  # fmt: skip
"""The notices that make an image incomplete."""

_Decorated = TypeVar("_Decorated", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedImage:
    """An image whose layers are read.

    Attributes:
        image: The image.
        filesystem: Its layers, merged.
        contents: What is in its files.
        limits: Bounds on them.
        narrator: Tells on stderr how far long work has come.
        notices: What is odd about it.
        is_whole: Whether all of it could be read.
    """

    image: Image
    filesystem: Filesystem
    contents: Contents
    limits: Limits
    narrator: Narrator
    notices: tuple[Notice, ...]
    is_whole: bool

    @property
    def top(self) -> int:
        """The number of the topmost layer, -1 where there is none."""
        return len(self.image.layers) - 1

    def layer(self, number: int | None, option: str = "--layer") -> int:
        """Return the number of a layer; the topmost where none is given.

        Raises:
            UsageError: There is no such layer.
        """
        if number is None:
            return self.top
        if not 0 <= number <= self.top:
            have = f"has layers 0 to {self.top}" if self.top >= 0 else "has no layers"
            raise UsageError(f"{option} {number}: there is no such layer; the image {have}")
        return number

    def ended(self, code: ExitCode = ExitCode.FINE, layer: int | None = None) -> ExitCode:
        """Return the exit code of a command, after saying what of the image was not there.

        Args:
            code: Where all was there.
            layer: The topmost layer that the answer depends on; all where none is given.
        """
        missing = [
            notice for notice in self.missing if layer is None or (notice.layer or 0) <= layer
        ]
        if not missing and (self.is_whole or layer is not None):
            return code
        for notice in missing:
            where = f"layer {notice.layer}: " if notice.layer is not None else ""
            click.echo(f"layertui: {where}{notice.message}", err=True)
        click.echo("layertui: the image is not whole, so this may not be all", err=True)
        return ExitCode.NO_ANSWER

    @property
    def missing(self) -> tuple[Notice, ...]:
        """What tells that a part of the image is not there, or is not what it claims to be."""
        if self.is_whole:
            return ()
        unread = {layer.index for layer in self.image.layers if layer.unreadable}
        return tuple(
            notice for notice in self.notices if notice.code in _DAMAGE or notice.layer in unread
        )


def image_options(decorated: _Decorated) -> _Decorated:
    """Add the options that say which image is meant, and those that change settings."""
    platform = click.option(
        "--platform", default="", metavar="OS/ARCH", help="Which image of several platforms."
    )
    choice = click.option(
        "--image",
        "choice",
        default="",
        metavar="REF|N",
        help="Which image of an archive with several; N counts from 0.",
    )
    source = click.option(
        "--source", default="", metavar="NAME", help="As in dive: docker-archive, ..."
    )
    return platform(choice(source(settings_options(decorated))))


@contextmanager
def opened_image(image: str, options: Mapping[str, Any]) -> Iterator[OpenedImage]:
    """Open an image, read its layers and merge them; it is closed at the end.

    Args:
        image: The IMAGE argument.
        options: Those of `image_options`.

    Raises:
        LayertuiError: It cannot be had.
    """
    from layertui.contents.opening import Contents
    from layertui.filesystem.merge import merge
    from layertui.layers.pool import index_layers
    from layertui.narration import Narrator
    from layertui.sources import open_image

    settings = settings_of(options)
    with Narrator(sys.stderr) as narrator:
        opened = open_image(
            image,
            source=options["source"],
            platform=options["platform"],
            choice=options["choice"],
            insecure=settings.registry.insecure,
            limits=settings.limits,
            progress=narrator.opening,
        )
        try:
            found = index_layers(
                opened.layers,
                limits=settings.limits,
                cache=cache_of(settings),
                progress=narrator.reading(opened.layers),
            )
            indexed = sorted(found, key=lambda each: each.number)
            indexes = [each.index for each in indexed]
            filesystem = merge(indexes)
            yield OpenedImage(
                image=opened,
                filesystem=filesystem,
                contents=Contents(opened.layers, settings.limits),
                limits=settings.limits,
                narrator=narrator,
                notices=(
                    *opened.notices,
                    *(notice for index in indexes for notice in index.notices),
                ),
                is_whole=not opened.incomplete
                and all(each.index.complete and each.verified is not False for each in indexed),
            )
        finally:
            opened.close()
