"""Layers on their way from a registry: brought by a thread each, read while they arrive.

    registry -> thread: hash, spool -> readers, each up to what has arrived

The bytes are kept in an unnamed temporary file. What was cut off is asked for from where it broke
off; the last byte is handed out once the size and the digest of all are right.
"""

from __future__ import annotations

import hashlib
import re
from threading import Condition, Thread
from typing import TYPE_CHECKING

from layertui.display import size as display_size
from layertui.errors import (
    CancelledError,
    DamagedImageError,
    LayertuiError,
    LimitExceededError,
    RegistryError,
    UnsupportedImageError,
)
from layertui.limits import MIB
from layertui.sources.registry.failures import (
    BrokenError,
    NoTlsError,
    UnreachableError,
    missing,
    unexpected,
)
from layertui.sources.registry.transport import DELAYS, RETRIES
from layertui.sources.registry.waiting import INTERVAL, awaited, stop_if
from layertui.sources.spool import Spool

if TYPE_CHECKING:
    from layertui.blob import Cancelled
    from layertui.layers.index import LayerIndex
    from layertui.limits import Limits
    from layertui.oci.digest import Digest
    from layertui.sources.candidate import Part
    from layertui.sources.registry.client import Client
    from layertui.sources.registry.transport import Answer

_PROGRESS = MIB
"""Bytes that have to arrive for a connection that broke to count as the first that did."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-\d{1,19}/(\d{1,19}|\*)", re.ASCII)


class RegistryDelivery:
    """Brings one blob, when it is read for the first time.

    Args:
        client: Asks for it.
        part: The blob as its manifest lists it.
        limits: Bounds its size.
    """

    in_order = True

    def __init__(self, client: Client, part: Part, limits: Limits) -> None:
        self._client = client
        self._part = part
        self._limits = limits
        self._download: Download | None = None
        self._lock = Condition()

    def open(self, cancelled: Cancelled) -> RegistryBlob:
        """Return the blob, which arrives as it is read.

        Raises:
            DamagedImageError: The manifest does not tell its size.
            LimitExceededError: It is too large to be kept.
            UnsupportedImageError: It could not be checked.
        """
        with self._lock:
            if self._download is None:
                self._download = self._new()
            self._download.try_again()
            return RegistryBlob(self._download, cancelled)

    def listed(self, cancelled: Cancelled, *, number: int = 0) -> LayerIndex | None:
        """Return what the blob lists of its files before it is brought, or None.

        Nothing of that is verified before the blob itself was read.

        Args:
            cancelled: Asked while it is waited for; True ends in CancelledError.
            number: The number of the layer, for notices.

        Raises:
            CancelledError: `cancelled` said so.
        """
        from layertui.layers.contents_table import find_table, listed_index

        size = self._part.size
        if size is None:
            return None

        def read(offset: int, length: int) -> bytes:
            return awaited(lambda stop: self._stretch(offset, length, stop), cancelled)

        try:
            place = find_table(self._part.annotations, size, read)
            if place is None:
                return None
            return listed_index(place, read, number=number, limits=self._limits)
        except CancelledError:
            raise
        except LayertuiError:
            return None

    def close(self) -> None:
        """Stop bringing it, and give up what was brought; idempotent."""
        with self._lock:
            if self._download is not None:
                self._download.close()

    def _new(self) -> Download:
        digest, size = self._part.digest, self._part.size
        assert digest is not None
        what = f"the blob {digest.short} of {self._client.label}"
        if size is None:
            raise DamagedImageError(f"the manifest does not tell the size of {what}")
        if not digest.computable:
            raise UnsupportedImageError(f"{what} has a digest that cannot be checked here")
        if size > self._limits.spool_size:
            raise LimitExceededError(
                f"{what} has {display_size(size)}, more than"
                f" {display_size(self._limits.spool_size)}",
                hint="The setting is spool_size.",
            )
        try:
            return Download(self._client, digest, size, self._limits)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise LimitExceededError(f"{what} cannot be kept: {reason}") from None

    def _stretch(self, offset: int, length: int, cancelled: Cancelled) -> bytes:
        """Return some bytes of the blob, asked for alone.

        Raises:
            RegistryError: The registry does not give a part of it.
        """
        headers = {"Range": f"bytes={offset}-{offset + length - 1}"}
        answer = self._client.get(f"blobs/{self._part.digest}", cancelled, headers=headers)
        if answer.status != 206 or _start_of(answer) != offset:
            answer.close()
            raise RegistryError(f"{self._client.label} does not send parts of blobs")
        return answer.body(length)[:length]


class RegistryBlob:
    """A blob that may still be arriving.

    Args:
        download: What brings it.
        cancelled: Asked while bytes are waited for; True ends in CancelledError.
    """

    def __init__(self, download: Download, cancelled: Cancelled) -> None:
        self.size = download.size
        self._download = download
        self._cancelled = cancelled

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end.

        Raises:
            CancelledError: It was stopped while they were waited for.
            DamagedImageError: The blob is not the one that is listed.
            RegistryError: It cannot be had.
        """
        return self._download.read(offset, length, self._cancelled)


class Download:
    """What has arrived of a blob, and the thread that brings the rest.

    Args:
        client: Asks for it.
        digest: Its digest.
        size: Its bytes.
        limits: Bounds what is kept.
    """

    def __init__(self, client: Client, digest: Digest, size: int, limits: Limits) -> None:
        self.size = size
        self._client = client
        self._digest = digest
        self._what = f"the blob {digest.short} of {client.label}"
        self._spool = Spool(limits, self._what)
        self._stored = self._spool.blob(size)
        self._state = hashlib.new(digest.algorithm)
        self._changed = Condition()
        self._thread: Thread | None = None
        self._waiting = 0
        self._stop = False
        self._closed = False
        self._verified = False
        self._failure: LayertuiError | None = None

    def read(self, offset: int, length: int, cancelled: Cancelled) -> bytes:
        """Return bytes once they have arrived; see `RegistryBlob.read_at`."""
        end = min(offset + length, self.size)
        with self._changed:
            self._waiting += 1
            try:
                while not self._is_there(end):
                    if self._failure is not None:
                        raise self._failure
                    self._start()
                    self._changed.wait(INTERVAL)
                    stop_if(lambda: self._closed or cancelled())
            finally:
                self._waiting -= 1
                if not self._waiting and not self._is_there(end):
                    self._stop = True
            return self._stored.read_at(offset, length)

    def try_again(self) -> None:
        """Forget that the registry failed: who reads on makes another attempt."""
        with self._changed:
            if isinstance(self._failure, RegistryError):
                self._failure = None

    def close(self) -> None:
        """Stop the thread and give up the bytes; idempotent."""
        with self._changed:
            self._closed = self._stop = True
            self._failure = self._failure or CancelledError("the image was closed")
            self._spool.close()
            self._changed.notify_all()

    def _is_there(self, end: int) -> bool:
        if self._closed:
            return False
        return self._verified if end >= self.size else self._spool.size >= end

    def _start(self) -> None:
        """Let a thread bring the rest, unless one does."""
        self._stop = False
        if self._thread is None:
            self._thread = Thread(target=self._run, name="layertui-download", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        failure: LayertuiError | None = None
        try:
            self._bring()
        except CancelledError:
            pass
        except LayertuiError as error:
            failure = error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            failure = RegistryError(f"{self._what} cannot be kept: {reason.lower()}")
        except Exception as error:
            failure = RegistryError(f"{self._what} cannot be had: {type(error).__name__}")
        with self._changed:
            self._thread = None
            self._failure = self._failure or failure
            self._changed.notify_all()

    def _stopped(self) -> bool:
        return self._stop

    def _bring(self) -> None:
        """Bring what is missing, over as many connections as it takes.

        The registry was there when the image was opened, so one that is not there now may be
        back in a moment.
        """
        failures, ranged = 0, True
        while self._spool.size < self.size:
            before = self._spool.size
            try:
                ranged = self._bring_on(ranged=ranged)
            except NoTlsError:
                raise
            except (BrokenError, UnreachableError) as error:
                if self._spool.size - before >= _PROGRESS:
                    failures = 0
                if failures == RETRIES:
                    raise self._cut_off(error) from None
                self._client.clock_pause(DELAYS[failures], self._stopped)
                failures += 1
        if self._digest != f"{self._digest.algorithm}:{self._state.hexdigest()}":
            raise DamagedImageError(f"{self._what} does not have the digest it is listed by")
        with self._changed:
            self._verified = True

    def _bring_on(self, *, ranged: bool) -> bool:
        """Bring bytes over one connection; return whether parts can be asked for."""
        there = self._spool.size
        headers = {"Range": f"bytes={there}-"} if there and ranged else {}
        with self._client.get(f"blobs/{self._digest}", self._stopped, headers=headers) as answer:
            if answer.status == 416 and headers:
                return False
            if answer.status == 404:
                raise missing(self._client.reference, answer.error(), name=self._digest)
            if answer.status not in (200, 206):
                raise unexpected(self._client.label, answer.status, answer.error(), self._what)
            start = _start_of(answer) if answer.status == 206 else 0
            if headers and (start is None or start > there):
                return False
            if start is None or (start and not headers):
                raise unexpected(self._client.label, answer.status, b"", self._what)
            self._take_all(answer, start, there)
        return True

    def _take_all(self, answer: Answer, start: int, there: int) -> None:
        """Take what comes behind what is there already.

        Raises:
            DamagedImageError: It is not as long as it is listed.
            BrokenError: It ends early.
        """
        announced = answer.length
        if announced is not None and start + announced != self.size:
            raise self._wrong_size(start + announced)
        at = start
        for chunk in answer.chunks():
            stop_if(self._stopped)
            known = max(0, there - at)
            at += len(chunk)
            if at > self.size:
                raise self._wrong_size(at)
            if len(chunk) > known:
                self._take(chunk[known:] if known else chunk)
        if at < self.size:
            raise BrokenError(f"{self._client.label} breaks off")

    def _take(self, chunk: bytes) -> None:
        self._state.update(chunk)
        with self._changed:
            stop_if(self._stopped)
            self._spool.append(chunk)
            self._changed.notify_all()

    def _wrong_size(self, size: int) -> DamagedImageError:
        return DamagedImageError(
            f"{self._what} has {size} bytes or more, it is listed with {self.size}"
        )

    def _cut_off(self, error: RegistryError) -> RegistryError:
        return RegistryError(
            f"{self._what} cannot be had: {error.message} after {display_size(self._spool.size)}"
            f" of {display_size(self.size)}",
            hint="Try again; what is missing may come then.",
        )


def _start_of(answer: Answer) -> int | None:
    """Return where the part of a blob begins that an answer holds, or None where it is unclear."""
    found = _CONTENT_RANGE.fullmatch(answer.header("Content-Range").strip())
    return int(found.group(1)) if found else None
