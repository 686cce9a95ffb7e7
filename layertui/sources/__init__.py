"""Where an image comes from: `open_image` takes what the user typed and returns the image.

locate -> Locator -> open_source -> Source -> Source.image -> Image
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import (
    DamagedImageError,
    ImageNotFoundError,
    NotAnImageError,
    UnsupportedImageError,
)
from layertui.limits import Limits
from layertui.oci.reference import is_reference
from layertui.sources.archive import archive_offers, open_archive
from layertui.sources.directory import DirectoryContainer
from layertui.sources.layout import directory_offers
from layertui.sources.locator import ARCHIVES, DIRECTORIES, ENGINES, STDIN, Locator, exists, locate
from layertui.sources.source import Source, StoredSource
from layertui.sources.stored import Progress, open_file, open_stdin, reason

if TYPE_CHECKING:
    from layertui.blob import Cancelled
    from layertui.image import Image
    from layertui.sources.container import Container

__all__ = ["Progress", "Source", "open_image", "open_source"]

_STDIN_LABEL = "standard input"
_ENGINES = {
    "docker": ("a Docker engine", "Use: docker save {name} | layertui -"),
    "podman": ("Podman", "Use: podman save {name} | layertui -"),
    "registry": (
        "a registry",
        "Use: skopeo copy docker://{name} oci-archive:image.tar, then: layertui image.tar",
    ),
}


def open_image(
    text: str,
    *,
    label: str = "",
    source: str = "",
    platform: str = "",
    choice: str = "",
    base: str = "",
    limits: Limits | None = None,
    cancelled: Cancelled = lambda: False,
    progress: Progress = lambda _done, _total: None,
) -> Image:
    """Open the image that a user asks for; its layers are found but not read.

    Args:
        text: The IMAGE argument: a path, `-`, `TRANSPORT:REST`, or a name.
        label: What to call it, or empty for the same.
        source: dive's `--source`, or empty.
        platform: `os/architecture[/variant]`, or empty for this host's, else any.
        choice: A number from 0, a name or an id where there are several images, or empty.
        base: A number of layers, or a reference to the base image, or empty.
        limits: Bounds on what the image may ask of this machine.
        cancelled: Asked while bytes are copied or headers read; True ends in CancelledError.
        progress: Told bytes read, and of how many in all (None: unknown), while copying.

    Raises:
        LayertuiError: It cannot be had; the type tells why. Nothing stays open then.
    """
    opened = open_source(
        text, label=label, source=source, limits=limits, cancelled=cancelled, progress=progress
    )
    try:
        return opened.image(choice=choice, platform=platform, base=base, cancelled=cancelled)
    except OSError as error:
        opened.close()
        raise _unreadable(text, error) from None
    except BaseException:
        opened.close()
        raise


def open_source(
    text: str,
    *,
    label: str = "",
    source: str = "",
    limits: Limits | None = None,
    cancelled: Cancelled = lambda: False,
    progress: Progress = lambda _done, _total: None,
) -> Source:
    """Open an archive or directory to choose an image from; see `open_image`.

    Raises:
        LayertuiError: It cannot be had; the type tells why. Nothing stays open then.
    """
    limits = limits or Limits()
    locator = locate(text, source)
    container = _container(locator, limits, cancelled, progress)
    try:
        archive = not isinstance(container, DirectoryContainer)
        find_offers = archive_offers if archive else directory_offers
        return StoredSource(
            reference=label or text,
            container=container,
            offers=find_offers(container, limits, transport=locator.transport),
            choice=locator.choice,
            limits=limits,
            open_other=lambda other, same, stopped: open_image(
                other, platform=same, limits=limits, cancelled=stopped
            ),
        )
    except OSError as error:
        container.close()
        raise _unreadable(text, error) from None
    except BaseException:
        container.close()
        raise


def _unreadable(text: str, error: OSError) -> DamagedImageError:
    return DamagedImageError(f"cannot read {printable(text)}: {reason(error)}")


def _container(
    locator: Locator, limits: Limits, cancelled: Cancelled, progress: Progress
) -> Container:
    transport, path = locator.transport, locator.path
    if transport in ENGINES:
        raise _unsupported(transport, path)
    if path == STDIN and transport not in DIRECTORIES:
        file = open_stdin(limits=limits, cancelled=cancelled, progress=progress)
        label = _STDIN_LABEL
    else:
        if not exists(path):
            raise _not_found(locator)
        if _is_directory(locator):
            return DirectoryContainer(path)
        file = open_file(path, limits=limits, cancelled=cancelled, progress=progress)
        label = printable(path)
    return open_archive(file, label, limits=limits, cancelled=cancelled, progress=progress)


def _is_directory(locator: Locator) -> bool:
    """Tell a directory from a file, as the transport wants it.

    Raises:
        NotAnImageError: The transport wants the other.
    """
    found = Path(locator.path).is_dir()
    if locator.transport in ARCHIVES and found:
        raise NotAnImageError(f"{printable(locator.path)} is a directory, expected a tarball")
    if locator.transport in DIRECTORIES and not found:
        raise NotAnImageError(f"{printable(locator.path)} is not a directory")
    return found


def _not_found(locator: Locator) -> ImageNotFoundError | UnsupportedImageError:
    path = locator.path
    looks_like_path = path.startswith((".", "/", "~")) or path.endswith((".tar", ".tgz", ".gz"))
    if locator.transport or looks_like_path or not is_reference(path):
        return ImageNotFoundError(
            f"there is no file or directory {printable(path)}",
            hint="Check its name; `docker save IMAGE -o FILE` saves an image to look at.",
        )
    return UnsupportedImageError(
        f"there is no file {printable(path)}, and names of images are not looked up",
        hint=_ENGINES["docker"][1].format(name=printable(path)),
    )


def _unsupported(transport: str, name: str) -> UnsupportedImageError:
    keeper, hint = _ENGINES[transport]
    shown = printable(name, 200)
    return UnsupportedImageError(
        f"{shown} cannot be read from {keeper} directly", hint=hint.format(name=shown)
    )
