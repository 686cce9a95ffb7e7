"""Who the user is to a registry, from the files that docker and podman keep.

    files in order -> in each: credHelpers, auths (the most specific path first), credsStore

The first file that has something counts (docs: README, "From a registry"). A file or a helper
that is broken is told as a warning and passed over: a public image needs no credentials.
"""

from __future__ import annotations

import os
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from layertui.display import printable
from layertui.oci.reference import DEFAULT_DOMAIN
from layertui.sources.registry.helpers import HelperError, Secret, ask_helper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layertui.blob import Cancelled
    from layertui.oci.reference import Reference

    class AskHelper(Protocol):
        """Asks a helper by name for what it keeps for a server."""

        def __call__(self, name: str, server: str, /, *, cancelled: Cancelled) -> Secret | None:
            """Return what it keeps, or None."""
            ...


HUB_KEY = "https://index.docker.io/v1/"
"""What Docker Hub is called in files of credentials and by helpers."""

_IDENTITY_USER = "<token>"
_HUB_NAMES = (DEFAULT_DOMAIN, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_LONGEST_FILE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credentials:
    """What a user is known by; at most one way of it is set.

    Attributes:
        origin: Where they are from, printable.
        username: With a password, or empty.
        password: The password.
        identity_token: Buys tokens for images, or empty.
        registry_token: A token for images, as it is, or empty.
    """

    origin: str
    username: str = ""
    password: str = ""
    identity_token: str = ""
    registry_token: str = ""


class Found(NamedTuple):
    """The outcome of a search.

    Attributes:
        credentials: What was found, or None.
        warnings: What was broken on the way, printable.
    """

    credentials: Credentials | None
    warnings: tuple[str, ...]


class _Auth(msgspec.Struct):
    auth: str = ""
    username: str = ""
    password: str = ""
    identitytoken: str = ""
    registrytoken: str = ""


class _File(msgspec.Struct, rename="camel"):
    auths: dict[str, _Auth | None] | None = None
    cred_helpers: dict[str, str] | None = None
    creds_store: str | None = None


def credential_files(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the files that credentials may be in, the first that counts first."""
    home = Path.home()
    run = environment.get("XDG_RUNTIME_DIR") or f"/run/containers/{os.getuid()}"
    runtime = Path(run) / ("containers" if environment.get("XDG_RUNTIME_DIR") else "")
    named = environment.get("REGISTRY_AUTH_FILE")
    docker = Path(environment.get("DOCKER_CONFIG") or home / ".docker")
    settings = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return (
        *([Path(named)] if named else ()),
        docker / "config.json",
        runtime / "auth.json",
        settings / "containers" / "auth.json",
        home / ".dockercfg",
    )


def find_credentials(
    reference: Reference,
    environment: Mapping[str, str],
    cancelled: Cancelled,
    *,
    ask: AskHelper = ask_helper,
) -> Found:
    """Return the user's credentials for an image.

    Raises:
        CancelledError: `cancelled` said so while a helper worked.
    """
    warnings: list[str] = []
    for path in credential_files(environment):
        shown = printable(os.fspath(path), 200)
        try:
            file = _read(path)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            warnings.append(f"{shown} is passed over: {printable(reason or 'it is not read', 200)}")
            continue
        for search in (_from_helpers, _from_auths, _from_store):
            try:
                credentials = search(file, reference, shown, partial(ask, cancelled=cancelled))
            except HelperError as error:
                warnings.append(f"{error.message} ({shown})")
                continue
            if credentials is not None:
                return Found(credentials, tuple(warnings))
    return Found(None, tuple(warnings))


def _read(path: Path) -> _File:
    """Return what a file holds, nothing where there is none.

    Raises:
        OSError: It may not be read.
        ValueError: It is not a file of credentials.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_LONGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return _File()
    if len(data) > _LONGEST_FILE:
        raise ValueError("it is too large")
    if not data.strip():
        return _File()
    try:
        if path.name == ".dockercfg":
            return _File(auths=msgspec.json.decode(data, type=dict[str, _Auth | None]))
        return msgspec.json.decode(data, type=_File)
    except msgspec.DecodeError as error:
        raise ValueError(f"it is not a file of credentials: {error}") from None


def _from_helpers(
    file: _File, reference: Reference, shown: str, ask: Callable[[str, str], Secret | None]
) -> Credentials | None:
    for key, helper in (file.cred_helpers or {}).items():
        if _normalised(key) == reference.domain:
            return _from_helper(helper, reference, shown, ask)
    return None


def _from_store(
    file: _File, reference: Reference, shown: str, ask: Callable[[str, str], Secret | None]
) -> Credentials | None:
    if not file.creds_store:
        return None
    return _from_helper(file.creds_store, reference, shown, ask)


def _from_helper(
    helper: str, reference: Reference, shown: str, ask: Callable[[str, str], Secret | None]
) -> Credentials | None:
    server = HUB_KEY if reference.domain == DEFAULT_DOMAIN else reference.domain
    secret = ask(helper, server)
    if secret is None or not secret.secret:
        return None
    origin = f"the credential helper {printable(helper, 80)} ({shown})"
    if secret.username == _IDENTITY_USER:
        return Credentials(origin=origin, identity_token=secret.secret)
    return Credentials(origin=origin, username=secret.username, password=secret.secret)


def _from_auths(
    file: _File, reference: Reference, shown: str, _ask: Callable[[str, str], Secret | None]
) -> Credentials | None:
    known = {_normalised(key): auth for key, auth in (file.auths or {}).items() if auth is not None}
    for key in _keys(reference):
        auth = known.get(key)
        credentials = None if auth is None else _credentials(auth, shown)
        if credentials is not None:
            return credentials
    return None


def _keys(reference: Reference) -> Iterator[str]:
    """Yield what an entry may be called, the most specific first: the image, its folders, host."""
    parts = reference.repository.split("/")
    for count in range(len(parts), 0, -1):
        yield "/".join(parts[:count])


def _normalised(key: str) -> str:
    """Return the key of an entry as host and path; of a URL the host alone counts."""
    _, scheme, rest = key.rpartition("://")
    host, _, path = rest.partition("/")
    if host in _HUB_NAMES:
        host = DEFAULT_DOMAIN
    path = path.strip("/")
    if scheme or not path or path in ("v1", "v2"):
        return host
    return f"{host}/{path}"


def _credentials(auth: _Auth, shown: str) -> Credentials | None:
    """Return what an entry tells, or None where it only points to a store."""
    if auth.identitytoken:
        return Credentials(origin=shown, identity_token=auth.identitytoken)
    if auth.registrytoken:
        return Credentials(origin=shown, registry_token=auth.registrytoken)
    username, password = auth.username, auth.password
    if auth.auth:
        username, password = _user_and_password(auth.auth) or ("", "")
    if username == _IDENTITY_USER and password:
        return Credentials(origin=shown, identity_token=password)
    if not username:
        return None
    return Credentials(origin=shown, username=username, password=password)


def _user_and_password(encoded: str) -> tuple[str, str] | None:
    """Return what base64 of `user:password` holds; padding may be missing, zeros may follow."""
    encoded = encoded.strip().rstrip("=")
    try:
        text = b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (Base64Error, ValueError):
        return None
    username, colon, password = text.partition(":")
    return (username, password.strip("\0")) if colon else None
