"""What went wrong with an engine, in words: who, what, and what to do."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import EngineError, ImageNotFoundError, LayertuiError
from layertui.sources.engine.endpoints import DOCKER, LABELS
from layertui.sources.engine.ssh import SSH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.sources.engine.endpoints import Endpoint

OLDEST_API = "1.24"
_LONGEST = 400
_DEPTH = 24
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENOTSOCK)
_FORBIDDEN = (errno.EACCES, errno.EPERM)
_STARTS = {DOCKER: "Start Docker, or say where it is: DOCKER_HOST=unix:///path/to/docker.sock."}
_START_PODMAN = "Start its service with `systemctl --user start podman.socket`."


def failure_of(error: BaseException, endpoint: Endpoint) -> LayertuiError:
    """Return an exception of the SDK, or of what it stands on, as an error to show."""
    from docker.errors import APIError, NotFound

    if isinstance(error, LayertuiError):
        return error
    if isinstance(error, APIError):
        kind = ImageNotFoundError if isinstance(error, NotFound) else EngineError
        return kind(f"{endpoint.label} says: {said(str(error.explanation or error))}")
    return _of_connection(tuple(_causes(error)), endpoint)


def _of_connection(causes: Sequence[BaseException], endpoint: Endpoint) -> EngineError:
    """Return what kept an engine from answering: an exception and what led to it."""
    from docker.errors import InvalidVersion
    from requests.exceptions import SSLError, Timeout

    def has(kind: type[BaseException]) -> bool:
        return any(isinstance(cause, kind) for cause in causes)

    if has(InvalidVersion):
        return EngineError(
            f"{endpoint.label} is too old to be asked: its API is older than {OLDEST_API}",
            hint="Save the image to a file there and open that.",
        )
    if has(SSLError):
        return EngineError(
            f"{endpoint.label} cannot be trusted: {said(str(causes[-1]))}",
            hint="The certificates are those of DOCKER_CERT_PATH or of the context.",
        )
    refused = [each for each in causes if isinstance(each, OSError) and each.errno]
    if refused:
        return _refusal(refused[-1], endpoint)
    if has(Timeout):
        return EngineError(f"{endpoint.label} does not answer")
    return _cannot_be_asked(endpoint, str(causes[-1]))


def no_image(name: str, who: str, engine: str) -> ImageNotFoundError:
    """Return the error for an image that an engine does not have."""
    shown = printable(name, 200)
    return ImageNotFoundError(
        f"{who} has no image `{shown}`", hint=f"Fetch it first: {engine} pull {shown}"
    )


def no_container(name: str, who: str, engine: str) -> ImageNotFoundError:
    """Return the error for a container that an engine does not have."""
    return ImageNotFoundError(
        f"no container of {who} is called `{printable(name, 200)}`",
        hint=f"All that there are: {engine} ps --all",
    )


def broken_off(who: str, why: str = "") -> EngineError:
    """Return the error for a connection that ended too early."""
    because = f": {why}" if why else ""
    return EngineError(f"{who} broke off in the middle of the export{because}")


def said(text: str) -> str:
    """Return what an engine says as one printable line."""
    words = printable(" ".join(text.split()), _LONGEST)
    return words or "nothing"


def message_in(tail: bytes) -> str:
    """Return the error that an engine wrote behind an export that it could not finish."""
    start = max(tail.rfind(b'{"errorDetail"'), tail.rfind(b'{"message"'), tail.rfind(b'{"cause"'))
    if start < 0:
        return ""
    try:
        value, _ = json.JSONDecoder().raw_decode(tail[start:].decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return ""
    detail = value.get("errorDetail")
    told = detail.get("message") if isinstance(detail, dict) else None
    told = told or value.get("error") or value.get("message")
    return said(told) if isinstance(told, str) else ""


def _refusal(error: OSError, endpoint: Endpoint) -> EngineError:
    named = f"; {endpoint.origin} names it" if endpoint.origin else ""
    name = LABELS[endpoint.engine]
    start = _STARTS.get(endpoint.engine, _START_PODMAN)
    if error.errno in _ABSENT:
        return EngineError(f"{endpoint.label} is not there{named}", hint=start)
    if error.errno in _FORBIDDEN:
        return EngineError(
            f"{endpoint.label} may not be asked: permission denied{named}",
            hint="Join the group that owns the socket (often `docker`), or use sudo.",
        )
    if error.errno == errno.ECONNREFUSED:
        message = f"{endpoint.label} does not answer: connection refused{named}"
        return EngineError(message, hint=f"{name} seems not to be running. {start}")
    return _cannot_be_asked(endpoint, error.strerror or str(error))


def _cannot_be_asked(endpoint: Endpoint, why: str) -> EngineError:
    over_ssh = endpoint.host.startswith(SSH)
    hint = "Can `ssh` log in there without asking, and is docker there?" if over_ssh else ""
    return EngineError(f"{endpoint.label} cannot be asked: {said(why)}", hint=hint)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what led to it: the HTTP client wraps them in arguments too."""
    pending: list[BaseException] = [error]
    seen: list[BaseException] = []
    while pending and len(seen) < _DEPTH:
        found = pending.pop(0)
        if any(found is each for each in seen):
            continue
        seen.append(found)
        yield found
        wrapped = [getattr(found, "reason", None), *found.args, found.__cause__, found.__context__]
        pending += [each for each in wrapped if isinstance(each, BaseException)]
