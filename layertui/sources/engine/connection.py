"""A client of the Docker SDK for an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertui.sources.engine.failures import OLDEST_API
from layertui.sources.engine.ssh import SCHEME, joined_with, ssh_command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docker import APIClient
    from docker.tls import TLSConfig
    from requests import Response

    from layertui.sources.engine.endpoints import TLS, Endpoint

ANSWER_TIMEOUT = 60
"""Seconds an engine may think about a question, and a connection may take."""

_AUTO = "auto"


def connected(endpoint: Endpoint, *, version: str = _AUTO) -> APIClient:
    """Return a client for an endpoint; of version `auto`, the engine is asked for its own.

    Raises:
        DockerException: It cannot be reached.
    """
    if not endpoint.host.startswith(SCHEME):
        return _client(endpoint, endpoint.host, version)
    if version == _AUTO:
        with _over_ssh(endpoint, OLDEST_API) as client:
            version = client.version(api_version=False)["ApiVersion"]
    return _over_ssh(endpoint, version)


def request(
    client: APIClient,
    path: str,
    *names: str,
    params: Mapping[str, str] | None = None,
    stream: bool = False,
) -> Response:
    """Ask an engine for a path, names put into it; a stream may take its time.

    Raises:
        DockerException: It refuses.
        RequestException: It cannot be reached.
    """
    from docker.errors import create_api_error_from_http_exception
    from requests.exceptions import HTTPError

    api: Any = client
    response: Response = api.get(
        api._url(path, *names),  # noqa: SLF001
        params=dict(params or {}),
        stream=stream,
        timeout=(ANSWER_TIMEOUT, None if stream else ANSWER_TIMEOUT),
    )
    try:
        response.raise_for_status()
    except HTTPError as error:
        create_api_error_from_http_exception(error)
    return response


def on_new_connections(client: APIClient, told: Callable[[Any], None]) -> None:
    """Have each connection told that a client is about to make."""
    adapter: Any = client.get_adapter(client.base_url)
    pool_for = adapter.get_connection_with_tls_context

    def watched(*arguments: Any, **options: Any) -> Any:
        pool = pool_for(*arguments, **options)
        make = type(pool)._new_conn  # noqa: SLF001

        def made() -> Any:
            connection = make(pool)
            told(connection)
            return connection

        pool._new_conn = made  # noqa: SLF001
        return pool

    adapter.get_connection_with_tls_context = watched


def _client(endpoint: Endpoint, host: str, version: str) -> APIClient:
    from docker import APIClient

    return APIClient(
        base_url=host,
        version=version,
        timeout=ANSWER_TIMEOUT,
        tls=_tls(endpoint.tls) if endpoint.tls else False,
    )


def _over_ssh(endpoint: Endpoint, version: str) -> APIClient:
    command = ssh_command(endpoint.host)
    client = _client(endpoint, "unix:///ssh", version)

    def connect_by_command(connection: Any) -> None:
        def connect() -> None:
            connection.sock = joined_with(command, ANSWER_TIMEOUT)

        connection.connect = connect

    on_new_connections(client, connect_by_command)
    return client


def _tls(tls: TLS) -> TLSConfig:
    from docker.tls import TLSConfig

    own = (tls.cert, tls.key) if tls.cert and tls.key else None
    return TLSConfig(client_cert=own, ca_cert=tls.ca or None, verify=tls.verify)
