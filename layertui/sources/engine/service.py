"""An engine that listens on a socket, asked through the Docker SDK; Podman speaks its API too."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import EngineError, ImageNotFoundError
from layertui.oci.platform import Platform
from layertui.sources.engine.connection import ANSWER_TIMEOUT, connected, request
from layertui.sources.engine.documents import (
    container_of,
    history_of,
    images_of,
    inspected_of,
)
from layertui.sources.engine.endpoints import LABELS, PODMAN
from layertui.sources.engine.failures import failure_of, no_container, no_image
from layertui.sources.engine.protocol import Change, checked_name
from layertui.sources.engine.streams import ResponseStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layertui.oci.config import History
    from layertui.sources.engine.documents import Inspected, KeptContainer, KeptImage
    from layertui.sources.engine.endpoints import Endpoint

_SAVE_TAKES_PLATFORM = (1, 48)
_INSPECT_TAKES_PLATFORM = (1, 49)
_LISTS_PLATFORMS = (1, 48)
_LISTS_SHARED_SIZE = (1, 42)
_LIBPOD = "/v4.0.0/libpod"


class Service:
    """An engine behind a socket.

    Args:
        endpoint: Where it listens.

    Raises:
        EngineError: It cannot be reached.
    """

    at_once = 1

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = endpoint.engine
        self.label = LABELS[endpoint.engine]
        self.endpoint = endpoint
        with self._failures():
            self._client = connected(endpoint)
        self._api = _numbers(self._client.api_version)

    def images(self) -> Sequence[KeptImage]:
        """Return the images it keeps."""
        asked: dict[str, str] = {}
        if self._api >= _LISTS_SHARED_SIZE:
            asked["shared-size"] = "1"
        if self._api >= _LISTS_PLATFORMS:
            asked["manifests"] = "1"
        return images_of(self._get("/images/json", params=asked), who=self.label)

    def inspect(self, name: str, platform: str = "") -> Inspected:
        """Return what it knows of an image.

        Raises:
            ImageNotFoundError: It has no such image, or none for that platform.
        """
        wanted = Platform.parse(platform) if platform else None
        found = self._inspect(name, wanted if self._api >= _INSPECT_TAKES_PLATFORM else None)
        if wanted is None or found.platform.satisfies(wanted):
            return found
        raise ImageNotFoundError(
            f"{self.label} has `{printable(name, 200)}` for {found.platform}, not for {wanted}",
            hint=f"Fetch it first: {self.name} pull --platform {wanted} {printable(name, 200)}",
        )

    def inspect_all(self, names: Sequence[str]) -> Sequence[Inspected]:
        """Return what it knows of several images."""
        return [self._inspect(name, None) for name in names]

    def history(self, image: Inspected) -> Sequence[History]:
        """Return the steps that made an image, oldest first."""
        if image.history:
            return image.history
        params = self._platform(image, _SAVE_TAKES_PLATFORM)
        data = self._get("/images/{0}/history", image.id, params=params)
        return history_of(data, len(image.diff_ids), who=self.label)

    def save(self, image: Inspected) -> ResponseStream:
        """Return an archive of an image, as `docker save` writes it."""
        return self._stream(
            "/images/{0}/get", image.id, params=self._platform(image, _SAVE_TAKES_PLATFORM)
        )

    def container(self, name: str) -> KeptContainer:
        """Return what it knows of a container.

        Raises:
            ImageNotFoundError: It has no such container.
        """
        missing = no_container(name, self.label, self.name)
        data = self._get("/containers/{0}/json", checked_name(name), missing=missing)
        return container_of(data, who=self.label)

    def container_changes(self, name: str) -> Sequence[Change]:
        """Return which paths of its image a container has changed."""
        data = json.loads(self._get("/containers/{0}/changes", name)) or []
        try:
            return [Change(str(each["Path"]), int(each["Kind"])) for each in data]
        except (KeyError, TypeError, ValueError):
            raise EngineError(f"{self.label} does not tell what the container changed") from None

    def container_files(self, name: str) -> ResponseStream:
        """Return a tar archive of all files of a container, what is mounted in it left out."""
        return self._stream("/containers/{0}/export", name)

    def close(self) -> None:
        """Release connections; idempotent."""
        self._client.close()

    def _inspect(self, name: str, platform: Platform | None) -> Inspected:
        name = checked_name(name)
        params = {"platform": _as_json(platform)} if platform else {}
        missing = no_image(name, self.label, self.name)
        if self.name == PODMAN and (data := self._libpod(f"/images/{name}/json")):
            return inspected_of(data, asked=name, who=self.label)
        if self._api >= _LISTS_PLATFORMS and not params:
            params = {"manifests": "1"}
        data = self._get("/images/{0}/json", name, params=params, missing=missing)
        return inspected_of(data, asked=name, who=self.label)

    def _libpod(self, path: str) -> bytes:
        """Return an answer of Podman's own API, which tells more; nothing where it has none."""
        with self._failures():
            answer = self._client.get(
                f"{self._client.base_url}{_LIBPOD}{path}", timeout=ANSWER_TIMEOUT
            )
        return answer.content if answer.ok else b""

    def _platform(self, image: Inspected, since: tuple[int, ...]) -> dict[str, str]:
        """Return the parameter that leaves out what an image holds for other platforms."""
        if self.name == PODMAN or self._api < since or not image.platform.known:
            return {}
        return {"platform": _as_json(image.platform)}

    def _get(
        self,
        path: str,
        *names: str,
        params: Mapping[str, str] | None = None,
        missing: ImageNotFoundError | None = None,
    ) -> bytes:
        """Return an answer; raise `missing` where there is nothing of that name at all."""
        from docker.errors import NotFound

        with self._failures():
            try:
                return request(self._client, path, *names, params=params).content
            except NotFound as error:
                if missing is None or "platform" in str(error.explanation):
                    raise
                raise missing from None

    def _stream(
        self, path: str, *names: str, params: Mapping[str, str] | None = None
    ) -> ResponseStream:
        version = self._client.api_version
        return ResponseStream(self.endpoint, version, path, *names, params=params)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Raise what goes wrong as an error to show."""
        from docker.errors import DockerException
        from requests.exceptions import RequestException

        try:
            yield
        except (DockerException, RequestException, OSError) as error:
            raise failure_of(error, self.endpoint) from None


def _as_json(platform: Platform) -> str:
    members = {"os": platform.os, "architecture": platform.architecture}
    variant = {"variant": platform.variant} if platform.variant else {}
    return json.dumps(members | variant, separators=(",", ":"))


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version of the API as numbers that can be compared."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
