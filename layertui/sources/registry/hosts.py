"""Where a registry is reached, and whom to trust there.

TLS always; plain HTTP only on this machine, and for hosts that the user calls insecure. The
folders of certificates are docker's and podman's (containers-certs.d.5).
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from layertui.display import printable
from layertui.errors import RegistryError
from layertui.oci.reference import DEFAULT_DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HTTP, HTTPS = "http", "https"
_DOCKER_HUB = "registry-1.docker.io"
_PORTS = {HTTP: 80, HTTPS: 443}
_ODD_ADDRESS = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$")
"""Ends a host that resolvers may take for a number of an address, such as `127.1`."""


class Origin(NamedTuple):
    """Who is talked to: what may see the same secrets.

    Attributes:
        scheme: `http` or `https`.
        host: The name or address, in small letters, an IPv6 address without brackets.
        port: The port.
    """

    scheme: str
    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Whether it is this machine."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the user says of hosts.

    Attributes:
        insecure: Hosts, with a port or for all ports, whose certificates are not looked at and
            which may be talked to without TLS.
        folders: Folders with a folder of certificates for each host.
    """

    insecure: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()

    def is_insecure(self, host: str, port: int | None) -> bool:
        """Tell whether the user calls a host insecure."""
        shown = f"[{host}]" if ":" in host else host
        names = {shown.lower(), f"{shown}:{port}".lower()}
        return any(entry.lower() in names for entry in self.insecure)

    def allows_plain(self, origin: Origin) -> bool:
        """Tell whether a host may be talked to without TLS."""
        return origin.is_local or self.is_insecure(origin.host, origin.port)


def certificate_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the folders that docker and podman look for certificates in."""
    settings = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return (
        settings / "containers" / "certs.d",
        settings / "docker" / "certs.d",
        Path("/etc/containers/certs.d"),
        Path("/etc/docker/certs.d"),
    )


def api_host(domain: str) -> str:
    """Return the host and port that serve the images of a registry."""
    return _DOCKER_HUB if domain == DEFAULT_DOMAIN else domain


def schemes(domain: str, trust: Trust) -> tuple[str, ...]:
    """Return the ways to reach a registry, to be tried in this order."""
    origin = origin_of(f"{HTTPS}://{api_host(domain)}/")
    has_port = urlsplit(f"//{domain}").port is not None
    if origin.is_local:
        return HTTP, HTTPS
    if trust.is_insecure(origin.host, origin.port if has_port else _PORTS[HTTPS]):
        return HTTPS, HTTP
    return (HTTPS,)


def origin_of(url: str) -> Origin:
    """Return whom a URL leads to.

    Raises:
        RegistryError: It is not an http or https URL, or carries a user name.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        raise RegistryError(f"a registry refers to {printable(url, 200)}, which is not followed")
    return Origin(parts.scheme, host.lower(), port if port is not None else _PORTS[parts.scheme])


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_internal(host: str) -> bool:
    """Tell whether a host is an address that only this machine or its network can mean."""
    address = _address(host)
    if address is None:
        return host.endswith("localhost") or _ODD_ADDRESS.search(host) is not None
    return not address.is_global


def tls_context(origin: Origin, trust: Trust) -> ssl.SSLContext:
    """Return how to talk TLS with a host: its authorities, and a certificate of our own.

    Raises:
        RegistryError: A certificate in a folder for the host cannot be read.
    """
    context = ssl.create_default_context()
    if not _has_authorities():
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    if trust.is_insecure(origin.host, origin.port):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    for folder in _folders_of(origin, trust.folders):
        _load(context, folder)
    return context


def _has_authorities() -> bool:
    """Tell whether the system, or `SSL_CERT_FILE`, has authorities; else those of certifi count."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile is not None or paths.capath is not None


def _folders_of(origin: Origin, folders: Sequence[Path]) -> Iterator[Path]:
    shown = f"[{origin.host}]" if ":" in origin.host else origin.host
    names = [f"{shown}:{origin.port}"]
    if origin.port == _PORTS[HTTPS]:
        names.append(shown)
        if origin.host == _DOCKER_HUB:
            names.append(DEFAULT_DOMAIN)
    for folder in folders:
        yield from (folder / name for name in names if (folder / name).is_dir())


def _load(context: ssl.SSLContext, folder: Path) -> None:
    """Load `*.crt` as authorities and each `*.cert` with its `*.key` as our own certificate."""
    try:
        for path in sorted(folder.iterdir()):
            if path.suffix == ".crt":
                context.load_verify_locations(path)
            elif path.suffix == ".cert":
                context.load_cert_chain(path, path.with_suffix(".key"), _no_passphrase)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RegistryError(
            f"a certificate in {printable(os.fspath(folder))} cannot be read: {printable(reason)}"
        ) from None


def _no_passphrase() -> str:
    return ""


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
