"""Image names: which image one means, and whether two of them mean the same.

Source: distribution reference/normalize.go: `alpine` is `docker.io/library/alpine:latest`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from layertui.display import printable
from layertui.errors import DamagedImageError, UsageError
from layertui.oci.digest import Digest

DEFAULT_DOMAIN = "docker.io"
_LEGACY_DOMAIN = "index.docker.io"
_OFFICIAL = "library"
_DEFAULT_TAG = "latest"
_LONGEST_NAME = 255
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(?::\d+)?(?:/[a-z0-9][a-z0-9._-]*)*", re.ASCII)
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::\d{{1,5}})?")
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The name of an image in a registry, in full.

    Attributes:
        domain: The registry, with its port where one was given: `docker.io`.
        path: The repository: `library/alpine`.
        tag: The tag, or empty where a digest tells which image.
        digest: The digest, or None.
    """

    domain: str
    path: str
    tag: str
    digest: Digest | None = None

    @property
    def repository(self) -> str:
        """The name without tag and digest: `docker.io/library/alpine`."""
        return f"{self.domain}/{self.path}"

    @property
    def target(self) -> str:
        """What the registry is asked for: the digest, else the tag."""
        return self.digest or self.tag

    def __str__(self) -> str:
        """Return the name in full."""
        return (
            f"{self.repository}@{self.digest}" if self.digest else f"{self.repository}:{self.tag}"
        )


def parse_reference(text: str) -> Reference:
    """Return the image that a name means; a digest counts before a tag.

    Raises:
        UsageError: It is not the name of an image.
    """
    name, tag, digest = split_reference(text)
    domain, path = _split_domain(name)
    if not _DOMAIN.fullmatch(domain) or not _PATH.fullmatch(path) or len(path) > _LONGEST_NAME:
        raise _not_a_name(text, name)
    port = domain.rpartition(":")[2]
    if port.isdecimal() and ":" in domain and int(port) > _LAST_PORT:
        raise UsageError(f"`{printable(text, 200)}`: there is no port {port}")
    if (tag or text.endswith(":")) and not _TAG.fullmatch(tag):
        raise _not_a_name(text, name)
    if "@" in text:
        return Reference(domain=domain, path=path, tag="", digest=_digest(digest, text))
    return Reference(domain=domain, path=path, tag=tag or _DEFAULT_TAG)


def is_reference(text: str) -> bool:
    """Tell whether a text could be the name of an image: `[host/]name[:tag][@digest]`."""
    name, tag, _ = split_reference(text)
    return bool(_NAME.fullmatch(name)) and (
        bool(_TAG.fullmatch(tag)) if tag else not text.endswith(":")
    )


def split_reference(text: str) -> tuple[str, str, str]:
    """Return name, tag and digest of an image name; tag and digest may be empty."""
    rest, _, digest = text.partition("@")
    name, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        return rest, "", digest
    return name, tag, digest


def canonical(text: str) -> str:
    """Return an image name in full: with its registry, and with a tag or a digest."""
    name, tag, digest = split_reference(text)
    ending = f"@{digest}" if digest else f":{tag or _DEFAULT_TAG}"
    return f"{'/'.join(_split_domain(name))}{ending}"


def means(wanted: str, name: str) -> bool:
    """Tell whether a wanted name is this one; its registry and the tag `latest` may be left out."""
    if wanted == name or canonical(wanted) == canonical(name):
        return True
    full = wanted if split_reference(wanted)[1:] != ("", "") else f"{wanted}:{_DEFAULT_TAG}"
    return name.endswith(f"/{full}")


def _split_domain(name: str) -> tuple[str, str]:
    """Return registry and repository; the first part is a registry only if it looks like one."""
    domain, slash, path = name.partition("/")
    if not slash or not ("." in domain or ":" in domain or domain == "localhost"):
        domain, path = DEFAULT_DOMAIN, name
    if domain == _LEGACY_DOMAIN:
        domain = DEFAULT_DOMAIN
    if domain == DEFAULT_DOMAIN and "/" not in path:
        path = f"{_OFFICIAL}/{path}"
    return domain, path


def _digest(text: str, whole: str) -> Digest:
    try:
        return Digest(text)
    except DamagedImageError as error:
        raise UsageError(f"`{printable(whole, 200)}`: {error.message}") from None


def _not_a_name(text: str, name: str) -> UsageError:
    hint = "An image is named [HOST[:PORT]/]NAME[:TAG][@DIGEST]."
    if name != name.lower():
        hint = "Names of repositories are lower-case."
    return UsageError(f"`{printable(text, 200)}` is not the name of an image", hint=hint)
