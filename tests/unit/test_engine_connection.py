"""How an engine over TCP is talked to: by TLS of its own, through proxies, whatever else is set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from requests.exceptions import ConnectionError as RequestsConnectionError

from layertui.sources.engine.connection import connected
from layertui.sources.engine.endpoints import TLS, Endpoint
from tests.certificates import Authority
from tests.registries import Reply, Server

if TYPE_CHECKING:
    from pathlib import Path

VERSION = Reply(body=json.dumps({"ApiVersion": "1.43"}).encode())


def authority(folder: Path) -> Authority:
    folder.mkdir()
    return Authority(folder)


def tls_of(own: Authority) -> TLS:
    certificate, key = own.vouch_for("client")
    return TLS(verify=True, ca=str(own.certificate), cert=str(certificate), key=str(key))


def endpoint(server: Server, tls: TLS | None) -> Endpoint:
    return Endpoint(engine="docker", host=f"tcp://{server.host}", origin="the test", tls=tls)


@pytest.fixture
def other_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment name authorities for everything else."""
    other = authority(tmp_path / "other")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(other.certificate))


@pytest.mark.usefixtures("other_bundle")
def test_its_own_authority_counts_whatever_the_environment_names(tmp_path: Path) -> None:
    own = authority(tmp_path / "own")
    with Server(own.server(clients=True)) as server:
        server.always("version", VERSION)
        with connected(endpoint(server, tls_of(own))) as client:
            assert client.api_version == "1.43"


@pytest.mark.usefixtures("other_bundle")
def test_an_engine_that_need_not_be_verified_is_not(tmp_path: Path) -> None:
    stranger = authority(tmp_path / "stranger")
    with Server(stranger.server()) as server:
        server.always("version", VERSION)
        with connected(endpoint(server, TLS(verify=False))) as client:
            assert client.api_version == "1.43"


@pytest.mark.usefixtures("other_bundle")
def test_an_engine_that_another_authority_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    own, stranger = authority(tmp_path / "own"), authority(tmp_path / "stranger")
    with Server(stranger.server()) as server, pytest.raises(RequestsConnectionError):
        connected(endpoint(server, tls_of(own)))


def test_proxies_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as engine, Server() as proxy:
        proxy.always("version", VERSION)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with connected(endpoint(engine, None)):
            assert proxy.paths("version")
        engine.always("version", VERSION)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with connected(endpoint(engine, None)):
            assert engine.paths("version")
