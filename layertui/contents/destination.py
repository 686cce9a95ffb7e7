"""Where files are taken out to: a place below a folder that is held open.

Every step goes from one open folder to the next and follows no link, so that whatever another
program puts in the way is not followed either. What is made is closed to others until it is
settled, and nothing that is there is written over unless that is asked for.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from layertui.display import printable
from layertui.errors import LayertuiError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_HELD = 64
"""Folders that are held open at a time."""

_HOPELESS = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
})  # fmt: skip
"""Errors after which no other file can be written either."""

NO_FOLDER = "the folder it belongs in is not there"


class ExtractionError(LayertuiError):
    """Files cannot be taken out, or not to their end."""

    title = "Cannot extract"


class OccupiedError(ExtractionError):
    """Something of that name is there, and may not be written over.

    Args:
        path: The place, raw.
    """

    def __init__(self, path: bytes) -> None:
        super().__init__(f"{printable(path)} is there already")


class NotWrittenError(Exception):
    """One path cannot be written; the others may.

    Args:
        reason: Why, printable and short.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Destination(NamedTuple):
    """Where something is taken out to.

    Attributes:
        folder: The folder that receives it, as it was named.
        name: What it is called there.
        overwrite: Whether what is there already may be written over.
        follows: Whether that folder may be a link itself.
    """

    folder: bytes
    name: bytes
    overwrite: bool = False
    follows: bool = True

    @property
    def path(self) -> bytes:
        """The place, for people."""
        return self.name if self.folder == b"." else os.path.join(self.folder, self.name)  # noqa: PTH118


def destination(
    dest: bytes, own_name: bytes, *, is_directory: bool, overwrite: bool = False
) -> Destination:
    """Return where something goes.

    Args:
        dest: The new path, or a folder that is there and receives it under its own name.
        own_name: What it is called where `dest` gives it no name.
        is_directory: Whether it is a directory.
        overwrite: Whether what is there already may be written over.

    Raises:
        ExtractionError: It cannot go there.
    """
    shown = printable(dest)
    path = dest.rstrip(b"/") or dest[:1]
    try:
        # A slash at the end says that a link to a folder is meant as that folder.
        status = os.stat(dest, follow_symlinks=dest.endswith(b"/"))  # noqa: PTH116
    except FileNotFoundError:
        folder, name = os.path.split(path)
        if dest.endswith(b"/") and not is_directory:
            raise ExtractionError(f"{shown}: there is no such folder") from None
        return _checked(Destination(folder or b".", name, overwrite))
    except (OSError, ValueError) as error:
        raise ExtractionError(f"{shown}: {_reason(error)}") from None
    if stat.S_ISDIR(status.st_mode):
        receiving = Destination(dest, own_name, overwrite, follows=dest.endswith(b"/"))
        return _unoccupied(_checked(receiving))
    folder, name = os.path.split(path)
    return _unoccupied(_checked(Destination(folder or b".", name, overwrite)))


def _checked(place: Destination) -> Destination:
    if place.name in (b"", b".", b".."):
        raise UsageError(f"{printable(place.path)}: not the name of a new file or folder")
    return place


def _unoccupied(place: Destination) -> Destination:
    refuse_occupied(place.path, overwrite=place.overwrite)
    return place


def refuse_occupied(path: bytes, *, overwrite: bool) -> None:
    """Refuse a place where something is that may not be replaced.

    Args:
        path: The place, which may be a link itself.
        overwrite: Whether a file or a link may be replaced, unless it leads to anything else.

    Raises:
        OccupiedError: It could be replaced, and may not.
        ExtractionError: It is never replaced.
    """
    shown = printable(path)
    try:
        there = mode = os.lstat(path).st_mode
        with contextlib.suppress(OSError):
            mode = os.stat(path).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return
    if there != mode and stat.S_ISDIR(mode):
        raise ExtractionError(f"{shown} is a link to a folder", hint=f"{shown}/ means that folder.")
    if odd := _odd(mode):
        leads = "leads to" if there != mode else "is"
        raise ExtractionError(f"{shown} {leads} {odd}, and is never replaced")
    if not overwrite:
        raise OccupiedError(path)


def _odd(mode: int) -> str:
    """Return what is there and is never replaced; nothing for files, links and folders."""
    if stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode):
        return ""
    return (
        "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    )


def opened(place: Destination) -> Folder:
    """Return the folder that receives something, open.

    Raises:
        ExtractionError: It cannot be opened.
    """
    return Folder(place.folder, overwrite=place.overwrite, follows=place.follows)


class Folder:
    """What is written below a folder; use as a context.

    Paths are relative to it and have no `.`, `..` or empty components.

    Args:
        path: The folder, which is there; links on the way to it are the user's own.
        overwrite: Whether files that are there may be replaced, and folders added to.
        follows: Whether it may be a link itself.

    Raises:
        ExtractionError: It cannot be opened.
    """

    def __init__(self, path: bytes, *, overwrite: bool = False, follows: bool = True) -> None:
        try:
            self._top = os.open(path, _FOLDER & ~os.O_NOFOLLOW if follows else _FOLDER)
        except (OSError, ValueError) as error:
            raise ExtractionError(f"{printable(path)}: {_reason(error)}") from None
        self._overwrite = overwrite
        self._open: OrderedDict[bytes, int] = OrderedDict()
        self._made: set[tuple[int, int]] = set()

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        while self._open:
            os.close(self._open.popitem()[1])
        os.close(self._top)

    def make_directory(self, path: bytes) -> None:
        """Make a folder that nobody else may enter yet.

        Raises:
            NotWrittenError: It cannot be made.
            ExtractionError: No more can be written at all.
        """
        with _explained():
            parent, name = self._parent(path)
            try:
                os.mkdir(name, 0o700, dir_fd=parent)
            except FileExistsError:
                self._take_over(parent, name)
            self._note(os.stat(name, dir_fd=parent, follow_symlinks=False))

    def _take_over(self, parent: int, name: bytes) -> None:
        """Make a folder of what is in the way, where that may be written over."""
        there = self._in_the_way(parent, name)
        if not stat.S_ISDIR(there.st_mode):
            os.unlink(name, dir_fd=parent)
            os.mkdir(name, 0o700, dir_fd=parent)

    @contextmanager
    def new_file(self, path: bytes) -> Iterator[int]:
        """Make a file and hold it open for writing; what fails in between leaves none.

        Raises:
            NotWrittenError: It cannot be made or written.
            ExtractionError: No more can be written at all.
        """
        with _explained():
            parent, name = self._parent(path)
            with self._replacing(parent, name) as own:
                descriptor = os.open(own, _NEW_FILE, 0o600, dir_fd=parent)
                try:
                    yield descriptor
                    self._note(os.fstat(descriptor))
                except BaseException:
                    with contextlib.suppress(OSError):
                        os.unlink(own, dir_fd=parent)
                    raise
                finally:
                    os.close(descriptor)

    def link(self, existing: bytes, path: bytes) -> None:
        """Make a hard link to a file that was made here.

        Raises:
            NotWrittenError: It cannot be made.
            ExtractionError: No more can be written at all.
        """

        def make(parent: int, name: bytes) -> None:
            source, old = self._parent(existing)
            os.link(old, name, src_dir_fd=source, dst_dir_fd=parent, follow_symlinks=False)
            there = os.stat(name, dir_fd=parent, follow_symlinks=False)
            if (there.st_dev, there.st_ino) not in self._made:
                os.unlink(name, dir_fd=parent)
                raise NotWrittenError("another program changed the file it is a link to")

        self._make(path, make)

    def symlink(self, text: bytes, path: bytes) -> None:
        """Make a symbolic link.

        Raises:
            NotWrittenError: It cannot be made.
            ExtractionError: No more can be written at all.
        """
        self._make(path, lambda parent, name: os.symlink(text, name, dir_fd=parent))

    def _make(self, path: bytes, make: Callable[[int, bytes], None]) -> None:
        with _explained():
            parent, name = self._parent(path)
            with self._replacing(parent, name) as own:
                make(parent, own)
                self._note(os.stat(own, dir_fd=parent, follow_symlinks=False))

    def settle(self, path: bytes, mode: int, mtime: int | None) -> None:
        """Give a folder its permissions and its time.

        Raises:
            NotWrittenError: It does not take them.
            ExtractionError: No more can be written at all.
        """
        with _explained():
            parent, name = self._parent(path)
            self._forget(path)
            descriptor = os.open(name, _FOLDER, dir_fd=parent)
            try:
                settle(descriptor, mode, mtime)
            finally:
                os.close(descriptor)

    def settle_link(self, path: bytes, mtime: int | None) -> None:
        """Give a symbolic link its time, where the system can."""
        if mtime is None or os.utime not in os.supports_follow_symlinks:
            return
        with contextlib.suppress(OSError, OverflowError), _explained():
            parent, name = self._parent(path)
            os.utime(name, ns=(mtime, mtime), dir_fd=parent, follow_symlinks=False)

    def _note(self, status: os.stat_result) -> None:
        self._made.add((status.st_dev, status.st_ino))

    @contextmanager
    def _replacing(self, parent: int, name: bytes) -> Iterator[bytes]:
        """Give the name under which to make something; what is there is replaced at the end."""
        try:
            there = os.stat(name, dir_fd=parent, follow_symlinks=False)
        except FileNotFoundError:
            yield name
            return
        there = self._in_the_way(parent, name)
        if stat.S_ISDIR(there.st_mode):
            raise NotWrittenError("a folder of that name is there")
        own = b".layertui-" + secrets.token_hex(8).encode()
        yield own
        try:
            os.replace(own, name, src_dir_fd=parent, dst_dir_fd=parent)
        except OSError:
            os.unlink(own, dir_fd=parent)
            raise

    def _in_the_way(self, parent: int, name: bytes) -> os.stat_result:
        """Return what is there already.

        Raises:
            NotWrittenError: It may not be written over.
        """
        there = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if (there.st_dev, there.st_ino) in self._made:
            raise NotWrittenError("its name and that of another are the same there")
        if not self._overwrite:
            raise NotWrittenError("something of that name is there")
        if odd := _odd(there.st_mode):
            raise NotWrittenError(f"{odd} of that name is there")
        return there

    def _parent(self, path: bytes) -> tuple[int, bytes]:
        """Return the open folder that a path is in, and the last component."""
        folder, _, name = path.rpartition(b"/")
        return self._descriptor(folder), _component(name)

    def _descriptor(self, path: bytes) -> int:
        """Return a folder below this one, open; it stays so until others are asked for."""
        if not path:
            return self._top
        known = self._open.get(path)
        if known is not None:
            self._open.move_to_end(path)
            return known
        start = path
        while start and start not in self._open:
            start = start.rpartition(b"/")[0]
        descriptor = os.dup(self._open[start] if start else self._top)
        try:
            for part in path[len(start) :].strip(b"/").split(b"/"):
                inner = os.open(_component(part), _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
        except BaseException:
            os.close(descriptor)
            raise
        self._open[path] = descriptor
        while len(self._open) > _HELD:
            os.close(self._open.popitem(last=False)[1])
        return descriptor

    def _forget(self, path: bytes) -> None:
        descriptor = self._open.pop(path, None)
        if descriptor is not None:
            os.close(descriptor)


def settle(descriptor: int, mode: int, mtime: int | None) -> None:
    """Give what is open its permissions and its time.

    Args:
        descriptor: A file or a folder.
        mode: Permission bits.
        mtime: Nanoseconds since 1970, or None to leave it.

    Raises:
        OSError: It does not take them.
    """
    os.fchmod(descriptor, mode)
    if mtime is not None:
        with contextlib.suppress(OverflowError):
            os.utime(descriptor, ns=(mtime, mtime))


def write_at(descriptor: int, data: bytes | memoryview, offset: int) -> None:
    """Write all of some bytes at a place of a file.

    Raises:
        OSError: They cannot be written.
    """
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def _component(name: bytes) -> bytes:
    """Return a name that is one step down.

    Raises:
        NotWrittenError: It is not.
    """
    if name in (b"", b".", b"..") or b"/" in name or b"\0" in name:
        raise NotWrittenError("a name that no file can have")
    return name


@contextmanager
def _explained() -> Iterator[None]:
    """Turn errors of the system into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _HOPELESS:
            raise ExtractionError(_reason(error)) from None
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
            raise NotWrittenError(NO_FOLDER) from None
        raise NotWrittenError(_reason(error)) from None


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:]
