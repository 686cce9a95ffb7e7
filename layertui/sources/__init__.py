"""Where an image comes from: `open_image` takes what the user typed and returns the image.

locate -> Locator -> open_source -> Source -> Source.image -> Image
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import (
    DamagedImageError,
    EngineError,
    ImageNotFoundError,
    NotAnImageError,
    RegistryError,
)
from layertui.limits import Limits
from layertui.oci.reference import is_reference
from layertui.sources.archive import archive_offers, open_archive
from layertui.sources.directory import DirectoryContainer
from layertui.sources.layout import directory_offers
from layertui.sources.locator import (
    ARCHIVES,
    DIRECTORIES,
    ENGINES,
    REGISTRY,
    STDIN,
    Locator,
    exists,
    locate,
)
from layertui.sources.source import Source, StoredSource
from layertui.sources.stored import (
    SAVED_MAGIC,
    Progress,
    StoredFile,
    open_file,
    open_stdin,
    reason,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.blob import Cancelled
    from layertui.image import Image
    from layertui.sources.container import Container

__all__ = ["Progress", "Source", "open_image", "open_source"]

_STDIN_LABEL = "standard input"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What a source is opened with, whatever kind it is.

    Attributes:
        text: The IMAGE argument.
        label: What to call it in reports.
        insecure: Registries that TLS is not asked of.
        limits: Bounds on what the image may ask of this machine.
        cancelled: Asked while anything is waited for.
        progress: Told of bytes that are copied.
    """

    text: str
    label: str
    insecure: Sequence[str]
    limits: Limits
    cancelled: Cancelled
    progress: Progress

    def open_other(self, text: str, platform: str, cancelled: Cancelled) -> Image:
        """Open another image for a platform, for one that is called a base."""
        return open_image(
            text,
            platform=platform,
            insecure=self.insecure,
            limits=self.limits,
            cancelled=cancelled,
        )


def open_image(
    text: str,
    *,
    label: str = "",
    source: str = "",
    platform: str = "",
    choice: str = "",
    base: str = "",
    insecure: Sequence[str] = (),
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
        insecure: Registries that TLS is not asked of, or whose certificate is not looked at.
        limits: Bounds on what the image may ask of this machine.
        cancelled: Asked while bytes are copied or headers read; True ends in CancelledError.
        progress: Told bytes read, and of how many in all (None: unknown), while copying.

    Raises:
        LayertuiError: It cannot be had; the type tells why. Nothing stays open then.
    """
    opened = open_source(
        text,
        label=label,
        source=source,
        insecure=insecure,
        limits=limits,
        cancelled=cancelled,
        progress=progress,
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
    insecure: Sequence[str] = (),
    limits: Limits | None = None,
    cancelled: Cancelled = lambda: False,
    progress: Progress = lambda _done, _total: None,
) -> Source:
    """Open what an image can be chosen from; see `open_image`.

    Raises:
        LayertuiError: It cannot be had; the type tells why. Nothing stays open then.
    """
    locator = locate(text, source)
    wish = _Wish(
        text=text,
        label=label or text,
        insecure=insecure,
        limits=limits or Limits(),
        cancelled=cancelled,
        progress=progress,
    )
    if locator.transport == REGISTRY:
        return _in_registry(locator.path, wish)
    if locator.transport in ENGINES:
        return _in_engine(locator, wish)
    if _is_name(locator):
        return _named(locator.path, wish)
    return _stored(locator, wish)


def _in_engine(locator: Locator, wish: _Wish) -> Source:
    from layertui.sources.engine import open_in_engine

    return open_in_engine(
        locator.transport,
        locator.path,
        reference=wish.label,
        limits=wish.limits,
        open_other=wish.open_other,
    )


def _named(name: str, wish: _Wish) -> Source:
    """Open an image that only has a name: of an engine that has it, else of its registry.

    Raises:
        LayertuiError: Nobody has it.
    """
    from layertui.sources.engine import find_by_name

    silent: list[EngineError] = []
    kept = find_by_name(
        name,
        reference=wish.label,
        limits=wish.limits,
        open_other=wish.open_other,
        silent=silent,
    )
    if kept is not None:
        return kept
    try:
        return _in_registry(name, wish)
    except (ImageNotFoundError, RegistryError) as error:
        told = [f"There is no file {printable(name, 200)} either."]
        told += [f"{each.message}. {each.hint}".rstrip() for each in silent]
        hint = " ".join((*told, error.hint)).rstrip()
        raise type(error)(error.message, hint=hint) from None


def _in_registry(name: str, wish: _Wish) -> Source:
    from layertui.sources.registry import open_registry

    return open_registry(
        name,
        label=wish.label,
        insecure=wish.insecure,
        limits=wish.limits,
        open_other=wish.open_other,
        cancelled=wish.cancelled,
    )


def _stored(locator: Locator, wish: _Wish) -> Source:
    """Open an archive, a directory, or the index of an image that was saved."""
    if not _is_stdin(locator):
        if not exists(locator.path):
            raise _not_found(locator)
        if _is_directory(locator):
            return _images_in(DirectoryContainer(locator.path), locator, wish)
    file, label = _file(locator, wish)
    if not locator.transport and file.blob.read_at(0, len(SAVED_MAGIC)) == SAVED_MAGIC:
        return _saved(file, label, wish)
    container = open_archive(
        file, label, limits=wish.limits, cancelled=wish.cancelled, progress=wish.progress
    )
    return _images_in(container, locator, wish)


def _images_in(container: Container, locator: Locator, wish: _Wish) -> Source:
    try:
        archive = not isinstance(container, DirectoryContainer)
        find_offers = archive_offers if archive else directory_offers
        return StoredSource(
            reference=wish.label,
            container=container,
            offers=find_offers(container, wish.limits, transport=locator.transport),
            choice=locator.choice,
            limits=wish.limits,
            open_other=wish.open_other,
        )
    except OSError as error:
        container.close()
        raise _unreadable(wish.text, error) from None
    except BaseException:
        container.close()
        raise


def _saved(file: StoredFile, label: str, wish: _Wish) -> Source:
    """Open the index of an image; the file is closed on errors."""
    from layertui.sources.index_file import SavedSource

    try:
        return SavedSource(
            file,
            reference=wish.label,
            label=label,
            open_other=wish.open_other,
            limits=wish.limits,
        )
    except OSError as error:
        file.close()
        raise _unreadable(wish.text, error) from None
    except BaseException:
        file.close()
        raise


def _unreadable(text: str, error: OSError) -> DamagedImageError:
    return DamagedImageError(f"cannot read {printable(text)}: {reason(error)}")


def _file(locator: Locator, wish: _Wish) -> tuple[StoredFile, str]:
    """Return the file that is asked for, and what to call it."""
    limits, cancelled, progress = wish.limits, wish.cancelled, wish.progress
    if _is_stdin(locator):
        return open_stdin(limits=limits, cancelled=cancelled, progress=progress), _STDIN_LABEL
    path = locator.path
    file = open_file(path, limits=limits, cancelled=cancelled, progress=progress)
    return file, printable(path)


def _is_stdin(locator: Locator) -> bool:
    return locator.path == STDIN and locator.transport not in DIRECTORIES


def _is_name(locator: Locator) -> bool:
    """Tell whether an image is asked for by its name: nothing says that it is a file."""
    path = locator.path
    if locator.transport or path == STDIN or exists(path):
        return False
    looks_like_path = path.startswith((".", "/", "~")) or path.endswith((".tar", ".tgz", ".gz"))
    return not looks_like_path and is_reference(path)


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


def _not_found(locator: Locator) -> ImageNotFoundError:
    path = locator.path
    hint = "Check its name; `docker save IMAGE -o FILE` saves an image to look at."
    if path.startswith(("https://", "http://")):
        hint = "An image of a registry is named without that: HOST[:PORT]/NAME[:TAG]."
    elif not locator.transport and path != path.lower() and is_reference(path.lower()):
        hint += " Names of repositories are lower-case."
    return ImageNotFoundError(f"there is no file or directory {printable(path)}", hint=hint)
