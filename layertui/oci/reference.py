"""Image names, as far as telling whether two of them mean the same image.

Source: distribution reference/normalize.go: `alpine` is `docker.io/library/alpine:latest`.
"""

from __future__ import annotations

import re

_DEFAULT_DOMAIN = "docker.io"
_LEGACY_DOMAIN = "index.docker.io"
_OFFICIAL = "library"
_DEFAULT_TAG = "latest"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(?::\d+)?(?:/[a-z0-9][a-z0-9._-]*)*", re.ASCII)
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)


def is_reference(text: str) -> bool:
    """Tell whether a text could be the name of an image: `[host/]name[:tag][@digest]`."""
    name, tag, _ = split_reference(text)
    return bool(_NAME.fullmatch(name)) and (not tag or bool(_TAG.fullmatch(tag)))


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
    domain, slash, path = name.partition("/")
    if not slash or not ("." in domain or ":" in domain or domain == "localhost"):
        domain, path = _DEFAULT_DOMAIN, name
    if domain == _LEGACY_DOMAIN:
        domain = _DEFAULT_DOMAIN
    if domain == _DEFAULT_DOMAIN and "/" not in path:
        path = f"{_OFFICIAL}/{path}"
    ending = f"@{digest}" if digest else f":{tag or _DEFAULT_TAG}"
    return f"{domain}/{path}{ending}"


def means(wanted: str, name: str) -> bool:
    """Tell whether a wanted name is this one; its registry and the tag `latest` may be left out."""
    if wanted == name or canonical(wanted) == canonical(name):
        return True
    full = wanted if split_reference(wanted)[1:] != ("", "") else f"{wanted}:{_DEFAULT_TAG}"
    return name.endswith(f"/{full}")
