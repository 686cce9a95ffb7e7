"""Tokens for reading one repository (distribution docs/spec/auth: token.md, oauth.md)."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import msgspec

from layertui.display import printable
from layertui.errors import RegistryError
from layertui.limits import MIB
from layertui.sources.registry.failures import denied, too_many, unexpected
from layertui.sources.registry.hosts import HTTPS, Origin, is_internal, origin_of
from layertui.sources.registry.transport import retry_after

if TYPE_CHECKING:
    from layertui.blob import Cancelled
    from layertui.oci.reference import Reference
    from layertui.sources.registry.challenge import Challenge
    from layertui.sources.registry.credentials import Credentials
    from layertui.sources.registry.transport import Answer, Transport

_CLIENT = "layertui"
_LONGEST_TOKEN = MIB
_SHORTEST_LIFE = 60.0
_LONGEST_LIFE = 86_400.0
_MARGIN = 5.0
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Token(NamedTuple):
    """What opens a repository for a while.

    Attributes:
        text: The token.
        expires: When it stops working, by the clock of the transport.
    """

    text: str
    expires: float


class _Response(msgspec.Struct):
    token: str | None = None
    access_token: str | None = None
    expires_in: float | None = None


def fetch_token(
    challenge: Challenge,
    reference: Reference,
    cancelled: Cancelled,
    *,
    registry: Origin,
    credentials: Credentials | None,
    transport: Transport,
) -> Token:
    """Return a token from where a challenge says there are some.

    Args:
        challenge: Of the scheme `bearer`.
        reference: The image to be read.
        cancelled: Asked between steps; True ends in CancelledError.
        registry: Who challenges.
        credentials: The user's, or None.
        transport: Makes the request.

    Raises:
        RegistryError: There is none for this user, or the place is not one to go to.
    """
    realm = challenge.parameters["realm"]
    issuer = _checked(realm, registry, transport)
    asked = transport.clock.now()
    scopes = _scopes(challenge, reference)
    service = challenge.parameters.get("service", "")
    if credentials is not None and credentials.identity_token:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": credentials.identity_token,
            "service": service,
            "scope": " ".join(scopes),
            "client_id": _CLIENT,
        }
        answer = transport.ask(realm, cancelled, form=form)
        if answer.status != 404:
            return _token(answer, reference, issuer, credentials, asked)
        answer.close()
    query = [("service", service)] if service else []
    query += [("scope", scope) for scope in scopes]
    url = f"{realm}{'&' if '?' in realm else '?'}{urlencode(query)}"
    authorization = basic(credentials) if credentials is not None else ""
    answer = transport.ask(url, cancelled, authorization=authorization)
    return _token(answer, reference, issuer, credentials, asked)


def basic(credentials: Credentials) -> str:
    """Return the header for a user name and a password, or nothing without them."""
    if not credentials.username:
        return ""
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {b64encode(pair).decode()}"


def _checked(realm: str, registry: Origin, transport: Transport) -> Origin:
    """Return who issues tokens.

    A registry must not send us to machines that only we can reach, nor have us show a password
    in the clear.

    Raises:
        RegistryError: It may not be asked.
    """
    issuer = origin_of(realm)
    refusal = f"{printable(registry.host)} sends us to {printable(realm, 200)} for a token"
    same = issuer.host == registry.host or (issuer.is_local and registry.is_local)
    if is_internal(issuer.host) and not same:
        raise RegistryError(f"{refusal}, a host inside this network; that is refused")
    plain = transport.trust.allows_plain(issuer) and registry.scheme != HTTPS
    if issuer.scheme != HTTPS and not (same and plain):
        raise RegistryError(f"{refusal}, without TLS; that is refused")
    return issuer


def _scopes(challenge: Challenge, reference: Reference) -> tuple[str, ...]:
    """Return what a token shall allow: to read the repository, and what the challenge names."""
    ours = f"repository:{reference.path}:pull"
    theirs = challenge.parameters.get("scope", "").split()
    return tuple(dict.fromkeys((ours, *theirs)))


def _token(
    answer: Answer,
    reference: Reference,
    issuer: Origin,
    credentials: Credentials | None,
    asked: float,
) -> Token:
    if answer.status in (400, 401, 403):
        raise denied(reference, 401, answer.error(), credentials)
    if answer.status == 429:
        wait = retry_after(answer)
        answer.close()
        raise too_many(issuer.host, wait, anonymous=credentials is None)
    if answer.status != 200:
        raise unexpected(issuer.host, answer.status, answer.error(), "a token")
    data = answer.body(_LONGEST_TOKEN)
    try:
        response = (
            msgspec.json.decode(data, type=_Response) if data[_LONGEST_TOKEN:] == b"" else None
        )
    except msgspec.DecodeError:
        response = None
    text = ((response.token or response.access_token) if response is not None else "") or ""
    if response is None or not _TOKEN.fullmatch(text):
        raise RegistryError(f"{printable(issuer.host)} did not answer with a token")
    life = max(response.expires_in or _SHORTEST_LIFE, _SHORTEST_LIFE)
    return Token(text, asked + min(life, _LONGEST_LIFE) - _MARGIN)
