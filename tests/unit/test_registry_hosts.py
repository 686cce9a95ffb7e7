"""Where a registry is reached, and whom to trust there."""

from __future__ import annotations

import json
import shutil
import socket
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from layertui.errors import RegistryError
from layertui.sources.registry.hosts import Trust, api_host, certificate_folders, schemes
from tests import archives
from tests.certificates import Authority
from tests.registries import NAME, Registry, Reply, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.registries import Request
    from tests.unit.conftest import OpenName

LAYERS = archives.sample_layers()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def registry(authority: Authority) -> Iterator[Registry]:
    with Registry(authority.server()) as running:
        running.put(archives.oci(LAYERS))
        yield running


def certificates(home: Path, registry: Server) -> Path:
    folder = home / ".config/containers/certs.d" / registry.host
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("domain", "insecure", "expected"),
    [
        ("registry.example", (), ("https",)),
        ("registry.example:5000", (), ("https",)),
        ("10.0.0.1:5000", (), ("https",)),
        ("docker.io", (), ("https",)),
        ("localhost", (), ("http", "https")),
        ("localhost:5000", (), ("http", "https")),
        ("127.9.9.9:5000", (), ("http", "https")),
        ("[::1]:5000", (), ("http", "https")),
        ("localhost.example:5000", (), ("https",)),
        ("registry.example:5000", ("registry.example:5000",), ("https", "http")),
        ("Registry.example:5000", ("registry.Example",), ("https", "http")),
        ("registry.example:5000", ("registry.example:80",), ("https",)),
        ("registry.example", ("registry.example:443",), ("https", "http")),
        ("[fe80::1]:5000", ("[fe80::1]",), ("https", "http")),
        ("a.registry.example", ("registry.example",), ("https",)),
    ],
)
def test_tls_is_done_without_on_this_machine_and_where_the_user_says_so(
    domain: str, insecure: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert schemes(domain, Trust(insecure=insecure)) == expected


def test_docker_hub_serves_images_elsewhere() -> None:
    assert api_host("docker.io") == "registry-1.docker.io"
    assert api_host("registry.example:5000") == "registry.example:5000"


def test_certificates_are_looked_for_where_docker_and_podman_do(home: Path) -> None:
    assert [str(folder) for folder in certificate_folders({})] == [
        f"{home}/.config/containers/certs.d",
        f"{home}/.config/docker/certs.d",
        "/etc/containers/certs.d",
        "/etc/docker/certs.d",
    ]


def test_an_authority_that_nobody_knows_is_not_trusted(
    registry: Registry, open_name: OpenName
) -> None:
    with pytest.raises(
        RegistryError, match=r"the certificate of .* is refused: .*issuer"
    ) as caught:
        open_name(f"{registry.host}/{NAME}:2.4")
    assert f"/etc/docker/certs.d/{registry.host}/ca.crt" in caught.value.hint
    assert f"--insecure-registry {registry.host}" in caught.value.hint
    assert registry.seen == []


def test_an_authority_in_the_folder_of_the_host_is_trusted(
    home: Path, authority: Authority, registry: Registry, open_name: OpenName
) -> None:
    shutil.copy(authority.certificate, certificates(home, registry) / "any.crt")
    assert open_name(f"{registry.host}/{NAME}:2.4").image().layers


def test_an_authority_that_the_environment_names_is_trusted(
    authority: Authority, registry: Registry, open_name: OpenName, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    assert open_name(f"{registry.host}/{NAME}:2.4").image().layers


def test_an_authority_of_another_host_is_not_trusted(
    home: Path, authority: Authority, registry: Registry, open_name: OpenName
) -> None:
    folder = certificates(home, registry)
    folder.rename(folder.with_name("127.0.0.1:1"))
    shutil.copy(authority.certificate, folder.with_name("127.0.0.1:1") / "ca.crt")
    with pytest.raises(RegistryError, match="is refused"):
        open_name(f"{registry.host}/{NAME}:2.4")


def test_a_certificate_for_another_name_is_refused(
    home: Path, authority: Authority, open_name: OpenName
) -> None:
    with Registry(authority.server(host="DNS:other.example")) as registry:
        registry.put(archives.oci(LAYERS))
        shutil.copy(authority.certificate, certificates(home, registry) / "ca.crt")
        with pytest.raises(RegistryError, match=r"is refused: .*127\.0\.0\.1"):
            open_name(f"{registry.host}/{NAME}:2.4")


def test_a_registry_may_want_a_certificate_of_the_user(
    home: Path, authority: Authority, open_name: OpenName
) -> None:
    with Registry(authority.server(clients=True)) as registry:
        registry.put(archives.oci(LAYERS))
        folder = certificates(home, registry)
        shutil.copy(authority.certificate, folder / "ca.crt")
        with pytest.raises(RegistryError):
            open_name(f"{registry.host}/{NAME}:2.4")
        certificate, key = authority.vouch_for("client")
        shutil.copy(certificate, folder / "client.cert")
        shutil.copy(key, folder / "client.key")
        assert open_name(f"{registry.host}/{NAME}:2.4").image().layers


@pytest.mark.parametrize("name", ["ca.crt", "client.cert"])
def test_a_certificate_that_cannot_be_read_is_named_by_its_folder(
    home: Path, registry: Registry, open_name: OpenName, name: str
) -> None:
    folder = certificates(home, registry)
    (folder / name).write_text("no certificate")
    with pytest.raises(RegistryError, match=f"{registry.host} cannot be read"):
        open_name(f"{registry.host}/{NAME}:2.4")


@pytest.mark.parametrize("entry", ["host", "host and port"])
def test_an_insecure_registry_is_not_asked_who_vouches_for_it(
    registry: Registry, open_name: OpenName, entry: str
) -> None:
    insecure = ["127.0.0.1" if entry == "host" else registry.host]
    assert open_name(f"{registry.host}/{NAME}:2.4", insecure=insecure).image().layers


def test_a_redirect_from_tls_to_plain_is_refused(registry: Registry, open_name: OpenName) -> None:
    with Registry() as plain:
        image = open_name(f"{registry.host}/{NAME}:2.4", insecure=["127.0.0.1"]).image()
        registry.always("/blobs/", Reply(status=307, headers={"Location": plain.url}))
        assert image.layers[0].delivery is not None
        with pytest.raises(RegistryError, match="redirects from https to http"):
            image.layers[0].delivery.open(lambda: False).read_at(0, 1)
        assert plain.seen == []


def test_a_server_that_speaks_neither_is_named(open_name: OpenName) -> None:
    with Server() as server:
        server.always("/v2/", Reply(status=400))
        with pytest.raises(RegistryError, match="answered 400"):
            open_name(f"{server.host}/{NAME}:1")


def test_a_port_where_nobody_listens_is_named(open_name: OpenName) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(RegistryError, match=f"{host} refuses connections"):
        open_name(f"{host}/{NAME}:1")


def test_a_host_that_is_not_found_is_named(
    open_name: OpenName, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RegistryError, match=r"the host registry\.example:5000 is not found"):
        open_name("registry.example:5000/a")


def proxy_for(registry: Registry, seen: list[Request]) -> Server:
    """Return a proxy that answers for every host as the registry would."""
    proxy = Server()

    def forward(asked: Request) -> Reply:
        seen.append(asked)
        path = asked.path.partition("//")[2].partition("/")[2]
        return registry.usual(asked._replace(path=f"/{path}"))

    proxy.rules.append(forward)
    return proxy


def test_proxies_of_the_environment_are_used_but_not_for_this_machine(
    open_name: OpenName, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Request] = []
    with Registry() as registry, proxy_for(registry, seen) as proxy:
        registry.put(archives.oci(LAYERS))
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        open_name(f"{registry.host}/{NAME}:2.4").image()
        assert seen == []
        image = open_name(f"plain.invalid:80/{NAME}:2.4", insecure=["plain.invalid"]).image()
        assert image.layers
        assert seen[0].path == "http://plain.invalid:80/v2/"
        monkeypatch.setenv("no_proxy", "plain.invalid")
        with pytest.raises(RegistryError):
            open_name(f"plain.invalid:80/{NAME}:2.4", insecure=["plain.invalid"])


def test_a_password_for_one_host_is_not_shown_to_another(
    home: Path, registry: Registry, authority: Authority, open_name: OpenName
) -> None:
    shutil.copy(authority.certificate, certificates(home, registry) / "ca.crt")
    (home / ".docker").mkdir()
    entry = {"auth": b64encode(b"me:geheim").decode()}
    (home / ".docker/config.json").write_text(json.dumps({"auths": {"127.0.0.1:1": entry}}))
    registry.ask_for("Basic realm=x", "nothing")
    with pytest.raises(RegistryError, match="needs a login"):
        open_name(f"{registry.host}/{NAME}:2.4")
    assert {asked.authorization for asked in registry.seen} == {None}
