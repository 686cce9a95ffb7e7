"""Podman without a service: its command is run, and says what went wrong."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import EngineError, ImageNotFoundError
from layertui.oci.platform import Platform
from layertui.sources.engine.documents import all_inspected, container_of, images_of, inspected_of
from layertui.sources.engine.endpoints import LABELS, PODMAN
from layertui.sources.engine.failures import no_container, no_image
from layertui.sources.engine.protocol import ADDED, DELETED, MODIFIED, Change, checked_name
from layertui.sources.engine.streams import CommandStream, last_words, started

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.oci.config import History
    from layertui.sources.engine.documents import Inspected, KeptContainer, KeptImage

_ANSWER_TIMEOUT = 60
_KINDS = (("changed", MODIFIED), ("added", ADDED), ("deleted", DELETED))
_UNKNOWN = ("not known", "no such", "unable to find", "does not exist")


class PodmanCommand:
    """The podman command.

    Args:
        program: The program and the options that lead it to its images, raw.
    """

    name = PODMAN
    label = LABELS[PODMAN]
    at_once = 100

    def __init__(self, *program: str) -> None:
        self._program = program or (PODMAN,)

    def images(self) -> Sequence[KeptImage]:
        """Return the images it keeps."""
        return images_of(self._run("images", "--format", "json"), who=self.label)

    def inspect(self, name: str, platform: str = "") -> Inspected:
        """Return what it knows of an image.

        Raises:
            ImageNotFoundError: It has no such image, or none for that platform.
        """
        wanted = Platform.parse(platform) if platform else None
        missing = no_image(name, self.label, self.name)
        data = self._run("image", "inspect", "--", checked_name(name), missing=missing)
        found = inspected_of(data, asked=name, who=self.label)
        if wanted is None or found.platform.satisfies(wanted):
            return found
        raise ImageNotFoundError(
            f"{self.label} has `{printable(name, 200)}` for {found.platform}, not for {wanted}",
            hint=f"Fetch it first: podman pull --platform {wanted} {printable(name, 200)}",
        )

    def inspect_all(self, names: Sequence[str]) -> Sequence[Inspected]:
        """Return what it knows of several images."""
        checked = [checked_name(name) for name in names]
        data = self._run("image", "inspect", "--", *checked)
        return all_inspected(data, who=self.label)

    def history(self, image: Inspected) -> Sequence[History]:
        """Return the steps that made an image, oldest first."""
        return image.history

    def save(self, image: Inspected) -> CommandStream:
        """Return an archive of an image, as `docker save` writes it."""
        words = ("save", "--quiet", "--format", "docker-archive", "--", image.id)
        return CommandStream([*self._program, *words], self.label, option="--output")

    def container(self, name: str) -> KeptContainer:
        """Return what it knows of a container.

        Raises:
            ImageNotFoundError: It has no such container.
        """
        missing = no_container(name, self.label, self.name)
        data = self._run("container", "inspect", "--", checked_name(name), missing=missing)
        return container_of(data, who=self.label)

    def container_changes(self, name: str) -> Sequence[Change]:
        """Return which paths of its image a container has changed."""
        data = json.loads(self._run("container", "diff", "--format", "json", "--", name) or b"{}")
        try:
            return [Change(str(path), kind) for key, kind in _KINDS for path in data.get(key) or ()]
        except (AttributeError, TypeError):
            raise EngineError(f"{self.label} does not tell what the container changed") from None

    def container_files(self, name: str) -> CommandStream:
        """Return a tar archive of all files of a container, what is mounted in it left out."""
        return CommandStream([*self._program, "export", "--", name], self.label)

    def close(self) -> None:
        """Nothing stays open."""

    def _run(self, *words: str, missing: ImageNotFoundError | None = None) -> bytes:
        process = started(
            [*self._program, *words], self.label, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        with process:
            try:
                output, errors = process.communicate(timeout=_ANSWER_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise EngineError(f"{self.label} does not answer") from None
        if not process.returncode:
            return output
        said = last_words(errors, process.returncode)
        if missing is not None and any(words in said for words in _UNKNOWN):
            raise missing
        raise EngineError(f"{self.label} says: {said}")
