"""What went wrong between us and a registry, as a user can act on it."""

from __future__ import annotations

import json
import socket
import ssl
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import ImageNotFoundError, RegistryError
from layertui.oci.reference import DEFAULT_DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.oci.reference import Reference
    from layertui.sources.registry.credentials import Credentials
    from layertui.sources.registry.hosts import Origin

_SHOWN = 200
_CAUSES = 20


class BrokenError(RegistryError):
    """A connection ended, or nothing came over it for too long; trying again may help."""


class UnreachableError(RegistryError):
    """No connection came about; trying again at once does not help."""


class NoTlsError(UnreachableError):
    """There is a server, and it does not speak TLS, or not as it should."""


class NoLoginError(RegistryError):
    """A registry wants a login, and there is none."""

    def because(self, broken: Sequence[str]) -> NoLoginError:
        """Return the error with what may have kept a login from being found, printable."""
        return NoLoginError(self.message, hint=" ".join((*(f"{e}." for e in broken), self.hint)))


def failure_of(error: BaseException, origin: Origin) -> RegistryError:
    """Return what an exception of the HTTP client means."""
    where = f"{origin.host}:{origin.port}" if origin.port not in (80, 443) else origin.host
    where = printable(where, _SHOWN)
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return UnreachableError(
                f"the host {where} is not found", hint="Check its name, and the network."
            )
        if isinstance(cause, ssl.SSLError):
            return _tls_failure(cause, where)
        if isinstance(cause, ConnectionRefusedError):
            return UnreachableError(
                f"{where} refuses connections", hint="Is a registry running there, at that port?"
            )
    return _other_failure(error, where)


def _other_failure(error: BaseException, where: str) -> RegistryError:
    name = type(error).__name__
    if name in ("ProxyError", "InvalidProxyURL"):
        return UnreachableError(f"the proxy on the way to {where} does not let us through")
    if name == "ConnectTimeout":
        return UnreachableError(f"{where} does not answer", hint="Check the network.")
    if "Timeout" in name or any(isinstance(cause, TimeoutError) for cause in _causes(error)):
        return BrokenError(f"{where} stopped answering")
    return BrokenError(f"the connection to {where} broke")


def _tls_failure(error: ssl.SSLError, where: str) -> RegistryError:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = printable(error.verify_message or "it is not trusted", _SHOWN).rstrip(".")
        return UnreachableError(
            f"the certificate of {where} is refused: {reason}",
            hint=f"Put the CA of your registry in /etc/docker/certs.d/{where}/ca.crt,"
            f" or do without this check: --insecure-registry {where}",
        )
    if isinstance(error, ssl.SSLEOFError):
        return NoTlsError(f"{where} broke off while TLS was set up")
    return NoTlsError(
        f"{where} does not speak TLS as it should ({printable(error.reason or '', 80)})",
        hint=f"Where it speaks plain HTTP, say so: --insecure-registry {where}",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what is wrapped in it, by the ways that HTTP clients wrap."""
    pending: list[object] = [error]
    seen: list[BaseException] = []
    while pending and len(seen) < _CAUSES:
        each = pending.pop(0)
        if not isinstance(each, BaseException) or any(each is other for other in seen):
            continue
        seen.append(each)
        yield each
        pending += [getattr(each, "reason", None), each.__cause__, each.__context__, *each.args]


def said(body: bytes) -> str:
    """Return what the body of an error tells, printable; registries send a list of errors."""
    code, message = error_of(body)
    told = ": ".join(part for part in (code, message) if part)
    text = told or body.decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else printable(" ".join(text.split()), _SHOWN)


def error_of(body: bytes) -> tuple[str, str]:
    """Return code and message of the first error that a body lists, raw, or nothing."""
    try:
        first = json.loads(body)["errors"][0]
        return str(first.get("code", "")), str(first.get("message", ""))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "", ""


def missing(reference: Reference, body: bytes, *, name: str = "") -> ImageNotFoundError:
    """Return that a registry has no such repository, tag or digest.

    Args:
        reference: The image.
        body: What the registry said.
        name: The tag or digest that was asked for, or empty for that of the reference.
    """
    code, _ = error_of(body)
    repository, target = printable(reference.path, _SHOWN), printable(name or reference.target, 100)
    if code == "NAME_UNKNOWN":
        message = f"{printable(reference.domain)} has no repository {repository}"
    else:
        kind = "image" if ":" in target else "tag"
        message = f"{repository} has no {kind} {target} in {printable(reference.domain)}"
    return ImageNotFoundError(message, hint="Check the name and the tag.")


def denied(
    reference: Reference, status: int, body: bytes, credentials: Credentials | None
) -> RegistryError:
    """Return that a registry does not let the user read an image."""
    host = printable(reference.domain)
    login = "docker login" if reference.domain == DEFAULT_DOMAIN else f"docker login {host}"
    told = said(body)
    reason = f" ({told})" if told else ""
    image = printable(f"{reference.domain}/{reference.path}", _SHOWN)
    if credentials is None:
        return NoLoginError(
            f"{image} needs a login, or does not exist{reason}",
            hint=f"Log in with `{login}`, or check the name.",
        )
    verb = "does not accept the login" if status == 401 else "does not let this login read"
    return RegistryError(
        f"{host} {verb} for {image}{reason}",
        hint=f"The login is from {credentials.origin}; renew it with `{login}`.",
    )


def too_many(host: str, wait: float | None, *, anonymous: bool) -> RegistryError:
    """Return that a registry wants fewer requests; `wait` is in how many seconds to come back."""
    when = "later" if wait is None else f"in {_duration(wait)}"
    more = " A login may raise the limit." if anonymous else ""
    return RegistryError(
        f"{printable(host)} takes no more requests for now (429, rate limit)",
        hint=f"Try again {when}.{more}",
    )


def unexpected(host: str, status: int, body: bytes, what: str) -> RegistryError:
    """Return that a registry answered with a status that it should not have."""
    told = said(body)
    reason = f": {told}" if told else ""
    hint = "Its fault, not yours: try again later." if status >= 500 else ""
    return RegistryError(
        f"{printable(host)} answered {status} when asked for {what}{reason}", hint=hint
    )


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{max(1, round(seconds))} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
