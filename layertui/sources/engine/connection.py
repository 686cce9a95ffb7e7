"""A client of the Docker SDK for an endpoint."""

from __future__ import annotations

import socket
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from layertui.sources.engine.failures import OLDEST_API
from layertui.sources.engine.ssh import SSH, joined_with, ssh_command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docker import APIClient
    from docker.tls import TLSConfig
    from requests import Response

    from layertui.sources.engine.endpoints import TLS, Endpoint

ANSWER_TIMEOUT = 60
"""Seconds an engine may think about a question, and a connection may take."""

_AUTO = "auto"
_UNIX = "unix://"
_ANY_SOCKET = "unix:///engine"
"""What the SDK is told where the connection is made here."""


def connected(endpoint: Endpoint, *, version: str = _AUTO) -> APIClient:
    """Return a client for an endpoint; of version `auto`, the engine is asked for its own.

    Raises:
        DockerException: It cannot be reached.
    """
    if version == _AUTO:
        with _client(endpoint, OLDEST_API) as client:
            version = str(client.version(api_version=False).get("ApiVersion", ""))
    return _client(endpoint, version)


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
    known: WeakSet[Any] = WeakSet()

    def watched(*arguments: Any, **options: Any) -> Any:
        pool = pool_for(*arguments, **options)
        if pool not in known:
            known.add(pool)
            pool._new_conn = telling(pool._new_conn)  # noqa: SLF001
        return pool

    def telling(make: Callable[[], Any]) -> Callable[[], Any]:
        def made() -> Any:
            connection = make()
            told(connection)
            return connection

        return made

    adapter.get_connection_with_tls_context = watched


def _client(endpoint: Endpoint, version: str) -> APIClient:
    """Return a client that has not connected yet."""
    from docker import APIClient

    join = _joining(endpoint.host)
    client = APIClient(
        base_url=_ANY_SOCKET if join else endpoint.host,
        version=version,
        timeout=ANSWER_TIMEOUT,
        tls=_tls(endpoint.tls) if endpoint.tls else False,
    )
    if endpoint.tls is not None and (endpoint.tls.ca or not endpoint.tls.verify):
        _trust_as_told(client, verify=endpoint.tls.verify)
    if join is not None:
        on_new_connections(client, partial(_connect_by, join))
    return client


def _trust_as_told(client: APIClient, *, verify: bool) -> None:
    """Keep the authorities that the environment names from standing in for those of an endpoint.

    With `trust_env`, requests lets `REQUESTS_CA_BUNDLE` beat what a session verifies by.
    """
    import urllib3
    from requests.utils import get_environ_proxies

    if not verify:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    client.proxies.update(get_environ_proxies(client.base_url))
    client.trust_env = False


def _joining(host: str) -> Callable[[], socket.socket] | None:
    """Return what connects to a socket or by ssh, or None for what the SDK does by itself."""
    if host.startswith(SSH):
        return partial(joined_with, ssh_command(host), ANSWER_TIMEOUT)
    if host.startswith(_UNIX):
        return partial(_connected_socket, "/" + host.removeprefix(_UNIX).lstrip("/"))
    return None


def _connect_by(join: Callable[[], socket.socket], connection: Any) -> None:
    def connect() -> None:
        connection.sock = join()

    connection.connect = connect


def _connected_socket(path: str) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
    try:
        found.settimeout(ANSWER_TIMEOUT)
        found.connect(path)
    except BaseException:
        found.close()
        raise
    return found


def _tls(tls: TLS) -> TLSConfig:
    from docker.tls import TLSConfig

    own = (tls.cert, tls.key) if tls.cert and tls.key else None
    return TLSConfig(client_cert=own, ca_cert=tls.ca or None, verify=tls.verify)
