"""Which engines are here, and which of them has what was asked for."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.errors import EngineError, ImageNotFoundError, UsageError
from layertui.sources.engine.command import PodmanCommand
from layertui.sources.engine.endpoints import (
    DOCKER,
    LABELS,
    PODMAN,
    Surroundings,
    docker_endpoints,
    podman_endpoints,
)
from layertui.sources.engine.failures import no_container
from layertui.sources.engine.source import EngineSource
from layertui.sources.engine.ssh import SSH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.blob import Cancelled
    from layertui.errors import LayertuiError
    from layertui.image import Image
    from layertui.limits import Limits
    from layertui.sources.engine.documents import Inspected, KeptContainer
    from layertui.sources.engine.endpoints import Endpoint
    from layertui.sources.engine.protocol import Engine

ENGINES = (DOCKER, PODMAN)
"""The engines, in the order they are asked."""

CONTAINER = "container"
"""The transport of containers, whichever engine has them."""

_USUAL_SOCKET = "/var/run/docker.sock"
_NONE_RUNS = {
    DOCKER: (
        f"no Docker engine is running: there is no socket {_USUAL_SOCKET}",
        "Start it, or say where it is: DOCKER_HOST=unix:///path/to/docker.sock.",
    ),
    PODMAN: (
        "there is neither a podman command nor a socket of its service",
        "Install podman, or say where it is: CONTAINER_HOST=unix:///path/to/podman.sock.",
    ),
}


class NoEngineError(EngineError):
    """There is nothing that could be an engine."""


def here() -> Surroundings:
    """Return the surroundings of this process."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    return Surroundings(environment=os.environ, home=Path.home(), user=user)


def open_engine(name: str, around: Surroundings | None = None) -> Engine:
    """Return the engine of a name that answers first.

    Raises:
        EngineError: None answers; tells of the first.
        NoEngineError: There is none.
    """
    problems: list[LayertuiError] = []
    for connect in _ways(name, around or here()):
        try:
            return connect()
        except EngineError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    message, hint = _NONE_RUNS[name]
    raise NoEngineError(message, hint=hint)


def open_in_engine(
    transport: str,
    name: str,
    *,
    reference: str,
    limits: Limits,
    open_other: Callable[[str, str, Cancelled], Image],
    containers: bool = True,
) -> EngineSource:
    """Return an image or container as a source, from the engine that a transport names.

    Raises:
        ImageNotFoundError: It is not there.
        EngineError: The engine does not answer.
        UsageError: Nothing can be called that.
    """
    told: list[LayertuiError] = []
    silent: list[LayertuiError] = []
    for engine_name in ENGINES if transport == CONTAINER else (transport,):
        try:
            engine = open_engine(engine_name)
        except EngineError as error:
            silent.append(error)
            continue
        try:
            inspected, container = _found(engine, name, transport, containers=containers)
        except (ImageNotFoundError, EngineError) as error:
            engine.close()
            told.append(error)
            continue
        except BaseException:
            engine.close()
            raise
        return EngineSource(
            engine,
            inspected,
            reference=reference,
            limits=limits,
            open_other=open_other,
            container=container,
        )
    if len(told) > 1 and all(isinstance(error, ImageNotFoundError) for error in told):
        raise no_container(name, " or ".join(LABELS.values()), DOCKER)
    raise (told or silent)[0]


def find_by_name(
    name: str,
    *,
    reference: str,
    limits: Limits,
    open_other: Callable[[str, str, Cancelled], Image],
    silent: list[EngineError],
) -> EngineSource | None:
    """Return the image of a name from the first engine that has it, or None.

    Args:
        name: Of the image.
        reference: What to call it in reports.
        limits: Bounds on what the image may ask of this machine.
        open_other: Opens a base.
        silent: Gets why an engine that is there could not be asked: it may have the image.
    """
    for engine_name in ENGINES:
        try:
            return open_in_engine(
                engine_name,
                name,
                reference=reference,
                limits=limits,
                open_other=open_other,
                containers=False,
            )
        except EngineError as error:
            if not isinstance(error, NoEngineError):
                silent.append(error)
        except (ImageNotFoundError, UsageError):
            continue
    return None


def _found(
    engine: Engine, name: str, transport: str, *, containers: bool
) -> tuple[Inspected, KeptContainer | None]:
    """Return an image, or a container with its image where no image has the name."""
    if transport == CONTAINER:
        container = engine.container(name)
        return engine.inspect(container.image), container
    try:
        return engine.inspect(name), None
    except ImageNotFoundError as missing:
        if not containers:
            raise
        try:
            container = engine.container(name)
        except (ImageNotFoundError, EngineError):
            raise missing from None
    return engine.inspect(container.image), container


def _ways(name: str, around: Surroundings) -> Iterator[Callable[[], Engine]]:
    """Yield what connects to an engine, the likeliest first."""
    endpoints = docker_endpoints(around) if name == DOCKER else podman_endpoints(around)
    for endpoint in endpoints:
        over_ssh = name == PODMAN and endpoint.host.startswith(SSH)
        yield partial(_remote_podman if over_ssh else _service, endpoint)
    program = shutil.which(PODMAN, path=around.value("PATH")) if name == PODMAN else None
    if program:
        yield partial(PodmanCommand, program)


def _service(endpoint: Endpoint) -> Engine:
    from layertui.sources.engine.service import Service

    return Service(endpoint)


def _remote_podman(endpoint: Endpoint) -> Engine:
    """Return the podman command for another machine: only it speaks to Podman by ssh."""
    identity = ("--identity", endpoint.identity) if endpoint.identity else ()
    return PodmanCommand(PODMAN, "--remote", "--url", endpoint.host, *identity)
