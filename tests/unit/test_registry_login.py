"""Being let in: challenges, tokens, and nobody told a secret who should not know it."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from layertui.blob import chunks
from layertui.errors import RegistryError
from layertui.oci.reference import parse_reference
from layertui.sources.registry.challenge import Challenge
from layertui.sources.registry.credentials import Credentials
from layertui.sources.registry.hosts import Origin, Trust
from layertui.sources.registry.tokens import fetch_token
from layertui.sources.registry.transport import Transport
from layertui.sources.registry.waiting import Clock
from tests import archives
from tests.registries import NAME, FakeClock, Registry, Reply, Server, TokenServer, basic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layertui.image import Image
    from tests.registries import Request
    from tests.unit.conftest import OpenName

LAYERS = archives.sample_layers()


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as running:
        yield running


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as running:
        yield running


def log_in(home: Path, registry: Registry, **entry: str) -> None:
    """Write what `docker login` would."""
    entry = entry or {"auth": b64encode(b"me:geheim").decode()}
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker/config.json").write_text(json.dumps({"auths": {registry.host: entry}}))


def moved(asked: Request, storage: Server) -> Reply | None:
    """Return that a blob is elsewhere."""
    path = asked.path.removeprefix(f"/v2/{NAME}")
    if not path.startswith("/blobs/"):
        return None
    return Reply(status=307, headers={"Location": f"{storage.url}{path}"})


def read_all(image: Image) -> list[bytes]:
    blobs = [layer.delivery.open(lambda: False) for layer in image.layers if layer.delivery]
    assert len(blobs) == len(image.layers)
    return [b"".join(chunks(blob)) for blob in blobs]


def test_a_public_image_needs_a_token_that_anybody_gets(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    read_all(open_name(name).image())
    assert tokens.query() == {"service": ["shop"], "scope": [f"repository:{NAME}:pull"]}
    assert tokens.given == 1
    assert tokens.seen[0].authorization is None


def test_blobs_may_be_elsewhere_and_no_secret_goes_there(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    log_in(home, registry)
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    with Server() as storage:
        storage.rules.append(lambda asked: Reply(body=registry.blobs[f"{NAME}{asked.path}"]))
        registry.rules.append(lambda asked: moved(asked, storage))
        read_all(open_name(name).image())
        assert len(storage.seen) == 4
        assert [asked.authorization for asked in storage.seen] == [None] * 4
        assert not any("token" in str(asked.headers) for asked in storage.seen)


def test_a_secret_that_was_dropped_does_not_come_back(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS[:1]))
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    with Server() as storage:
        back = Reply(status=302, headers={"Location": f"{registry.url}/back"})
        storage.rules.append(lambda asked: back)
        away = Reply(status=302, headers={"Location": f"{storage.url}/away"})
        registry.always("/blobs/", away)
        with pytest.raises(RegistryError):
            open_name(name).image()
    assert registry.seen[-1].path == "/back"
    assert registry.seen[-1].authorization is None


def test_a_redirect_within_the_registry_keeps_the_secret(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS[:1]))
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    registry.rules.append(
        lambda asked: (
            Reply(status=301, headers={"Location": f"/v2/{NAME}/manifests/2.4?moved"})
            if asked.path.endswith("2.4")
            else None
        )
    )
    registry.manifests[f"{NAME}/manifests/2.4?moved"] = registry.manifests[f"{NAME}/manifests/2.4"]
    assert open_name(name).image().layers


def test_a_user_logs_in_with_a_password(
    home: Path, registry: Registry, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    log_in(home, registry)
    registry.ask_for('Basic realm="a, b"', basic("me", "geheim"))
    read_all(open_name(name).image())


def test_the_password_buys_a_token(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    log_in(home, registry)
    tokens.key = "access_token"
    scope = "repository:a/b:pull,push repository(plugin):c:pull"
    challenge = f"Negotiate, NTLM abc=\n{tokens.challenge(scope=scope)}\nBasic realm=x"
    registry.ask_for(challenge, "Bearer token-1")
    read_all(open_name(name).image())
    assert tokens.seen[0].authorization == basic("me", "geheim")
    assert tokens.query()["scope"] == [f"repository:{NAME}:pull", *scope.split()]


def test_an_identity_token_buys_a_token_by_a_form(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    log_in(home, registry, identitytoken="i&d")
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    assert open_name(name).image().layers
    (asked,) = tokens.seen
    assert asked.method == "POST"
    assert b"refresh_token=i%26d" in asked.body
    assert b"grant_type=refresh_token" in asked.body
    assert b"client_id=layertui" in asked.body


def test_where_forms_are_not_known_a_question_has_to_do(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    log_in(home, registry, identitytoken="id")
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    tokens.rules.append(lambda asked: Reply(status=404) if asked.method == "POST" else None)
    assert open_name(name).image().layers
    assert [asked.method for asked in tokens.seen] == ["POST", "GET"]


def test_a_registry_token_is_used_as_it_is(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    log_in(home, registry, registrytoken="mine")
    registry.ask_for(tokens.challenge(), "Bearer mine")
    assert open_name(name).image().layers
    assert tokens.seen == []


def test_a_token_that_ends_during_the_pull_is_replaced_once(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    registry.ask_for(tokens.challenge(), "Bearer token-1")

    def third_blob(asked: Request) -> Reply | None:
        if len(registry.paths("/blobs/")) == 3:
            registry.accepted = {"Bearer token-2"}
        return None

    registry.rules.append(third_blob)
    read_all(open_name(name).image())
    assert tokens.given == 2


def test_a_token_that_is_about_to_end_is_replaced_before_it_does(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name, clock = registry.put(archives.oci(LAYERS)), FakeClock()
    tokens.more = {"expires_in": 300}
    registry.ask_for(tokens.challenge(), "Bearer token-1", "Bearer token-2")
    image = open_name(name, clock=clock).image()
    clock.time += 296
    read_all(image)
    assert tokens.given == 2
    assert {asked.authorization for asked in registry.seen[-3:]} == {"Bearer token-2"}


@pytest.mark.parametrize("expires", [None, 0, -5, 1e300])
def test_a_token_lives_a_minute_at_least_and_a_day_at_most(
    registry: Registry, tokens: TokenServer, open_name: OpenName, expires: float | None
) -> None:
    name, clock = registry.put(archives.oci(LAYERS)), FakeClock()
    tokens.more = {"expires_in": expires}
    registry.ask_for(tokens.challenge(), "Bearer token-1", "Bearer token-2")
    image = open_name(name, clock=clock).image()
    clock.time += 50
    read_all(image)
    assert tokens.given == 1


def test_a_token_that_is_never_accepted_ends_in_an_error(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    registry.ask_for(tokens.challenge(), "Bearer other")
    with pytest.raises(RegistryError, match="needs a login, or does not exist") as caught:
        open_name(f"{registry.host}/{NAME}:1")
    assert f"docker login {registry.host}" in caught.value.hint
    assert tokens.given == 2
    assert len(registry.seen) == 3


def test_docker_hub_is_logged_in_to_by_no_name() -> None:
    from layertui.sources.registry.failures import denied

    error = denied(parse_reference("shop/api"), 401, b"", None)
    assert "`docker login`" in error.hint


@pytest.mark.parametrize("kind", ["Basic realm=x", "bearer"])
def test_without_a_login_the_user_is_told_to_log_in(
    registry: Registry, tokens: TokenServer, open_name: OpenName, kind: str
) -> None:
    tokens.always("/token", Reply(status=401, body=b'{"errors":[{"code":"UNAUTHORIZED"}]}'))
    registry.ask_for(tokens.challenge() if kind == "bearer" else kind, "nothing")
    with pytest.raises(RegistryError, match="needs a login") as caught:
        open_name(f"{registry.host}/{NAME}:1")
    assert f"Log in with `docker login {registry.host}`" in caught.value.hint
    assert len(registry.paths("/manifests/")) == (0 if kind == "bearer" else 1)


@pytest.mark.parametrize("kind", ["Basic realm=x", "bearer"])
def test_a_wrong_login_is_named_with_the_file_it_is_from(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName, kind: str
) -> None:
    log_in(home, registry)
    tokens.always("/token", Reply(status=403, body=b"no"))
    registry.ask_for(tokens.challenge() if kind == "bearer" else kind, "nothing")
    with pytest.raises(RegistryError, match="does not accept the login") as caught:
        open_name(f"{registry.host}/{NAME}:1")
    assert str(home / ".docker/config.json") in caught.value.hint


def test_a_login_that_may_not_read_the_image_is_told_so(
    home: Path, registry: Registry, open_name: OpenName
) -> None:
    log_in(home, registry)
    registry.ask_for("Basic realm=x", basic("me", "geheim"))
    body = archives.dump({"errors": [{"code": "DENIED", "message": "not yours"}]})
    registry.always("/manifests/", Reply(status=403, body=body))
    with pytest.raises(RegistryError, match=r"does not let this login read .*DENIED: not yours"):
        open_name(f"{registry.host}/{NAME}:1")


@pytest.mark.parametrize("challenge", ["", "Negotiate", "Bearer service=x", "Digest qop=auth"])
def test_a_login_of_another_kind_is_named(
    registry: Registry, open_name: OpenName, challenge: str
) -> None:
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    registry.always("/v2/", Reply(status=401, headers=headers))
    with pytest.raises(RegistryError, match="of a kind not known here"):
        open_name(f"{registry.host}/{NAME}:1")


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"token": 1}', b'{"token": ""}', b'{"token": "a b"}',
     b'{"token": "a\\r\\nX: y"}', b'{"token":"' + b"a" * 2_000_000 + b'"}'],
)  # fmt: skip
def test_what_is_no_token_is_refused(
    registry: Registry, tokens: TokenServer, open_name: OpenName, body: bytes
) -> None:
    registry.ask_for(tokens.challenge(), "nothing")
    tokens.always("/token", Reply(body=body))
    with pytest.raises(RegistryError, match="did not answer with a token"):
        open_name(f"{registry.host}/{NAME}:1")


def test_a_server_of_tokens_may_be_busy_for_a_while(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name, clock = registry.put(archives.oci(LAYERS)), FakeClock()
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    tokens.once("/token", Reply(status=503))
    assert open_name(name, clock=clock).image().layers
    assert clock.waited == 1


def test_the_limit_of_a_server_of_tokens_is_told(
    registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    registry.ask_for(tokens.challenge(), "nothing")
    tokens.always("/token", Reply(status=429, headers={"Retry-After": "90"}))
    with pytest.raises(RegistryError, match="429") as caught:
        open_name(f"{registry.host}/{NAME}:1")
    assert "in 90 seconds" in caught.value.hint


def test_a_redirect_of_a_form_is_refused(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    log_in(home, registry, identitytoken="id")
    registry.ask_for(tokens.challenge(), "nothing")
    with Server() as elsewhere:
        tokens.always("/token", Reply(status=307, headers={"Location": elsewhere.url}))
        with pytest.raises(RegistryError, match="redirects a login"):
            open_name(f"{registry.host}/{NAME}:1")
        assert elsewhere.seen == []


def test_the_password_does_not_follow_a_redirect_of_the_server_of_tokens(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    log_in(home, registry)
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    with TokenServer() as elsewhere:
        tokens.always("/token", Reply(status=307, headers={"Location": f"{elsewhere.url}/t"}))
        assert open_name(name).image().layers
        assert [asked.authorization for asked in elsewhere.seen] == [None]


REFUSED = [
    "http://auth.example/token",
    "https://169.254.169.254/latest",
    "http://169.254.169.254/latest",
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://localhost/",
    "https://a.localhost/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://0.0.0.0/",
    "https://me:secret@auth.example/",
    "file:///etc/passwd",
    "ftp://auth.example/",
    "//auth.example/",
    "auth.example",
    "https://",
    "https://[::1",
    "https://auth.example:99999999/",
]


@pytest.mark.parametrize("realm", REFUSED)
def test_a_registry_cannot_send_us_inside_our_network_or_into_the_clear(
    realm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RegistryError):
        asked_realm(realm, Origin("https", "registry.example", 443), monkeypatch)


@pytest.mark.parametrize(
    ("realm", "registry"),
    [
        ("https://auth.example/token?a=b", Origin("https", "registry.example", 443)),
        ("https://10.0.0.1/token", Origin("https", "10.0.0.1", 5000)),
        ("http://127.0.0.1:5001/token", Origin("http", "127.0.0.1", 5000)),
        ("http://localhost:5001/token", Origin("http", "127.0.0.1", 5000)),
        ("https://127.0.0.1:5001/token", Origin("https", "localhost", 5000)),
        ("http://plain.example/token", Origin("http", "plain.example", 80)),
    ],
)
def test_a_server_of_tokens_may_be_elsewhere(
    realm: str, registry: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, authorization = asked_realm(realm, registry, monkeypatch)
    assert url.startswith(realm)
    assert authorization == basic("me", "x")


def test_a_registry_over_tls_gets_no_password_sent_in_the_clear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(RegistryError, match="without TLS"):
        asked_realm("http://127.0.0.1:1/t", Origin("https", "127.0.0.1", 5000), monkeypatch)


def asked_realm(realm: str, registry: Origin, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return what is asked of a realm, without asking it."""
    asked: list[tuple[str, str]] = []

    class StopError(Exception):
        pass

    def ask(_: Any, url: str, cancelled: Any, *, authorization: str = "", **more: Any) -> None:
        asked.append((url, authorization))
        raise StopError

    monkeypatch.setattr(Transport, "ask", ask)
    transport = Transport(Trust(insecure=("plain.example",)), Clock())
    with pytest.raises(StopError):
        fetch_token(
            Challenge(scheme="bearer", parameters={"realm": realm}),
            parse_reference("registry.example/a"),
            lambda: False,
            registry=registry,
            credentials=Credentials(origin="", username="me", password="x"),
            transport=transport,
        )
    return asked[0]


def test_a_broken_helper_does_not_keep_a_public_image_away(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text('{"credsStore": "broken"}')
    program = home / "docker-credential-broken"
    program.write_text("#!/bin/sh\nexit 7\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{home}:{os.environ['PATH']}")
    name = registry.put(archives.oci(LAYERS))
    registry.ask_for(tokens.challenge(), "Bearer token-1")
    image = open_name(name).image()
    assert [notice.code for notice in image.notices] == ["credentials-unreadable"]
    assert "docker-credential-broken failed with exit code 7" in image.notices[0].message
    assert not image.incomplete


@pytest.mark.parametrize("kind", ["Basic realm=x", "bearer"])
def test_what_kept_a_login_from_being_found_is_told_where_one_is_needed(
    home: Path, registry: Registry, tokens: TokenServer, open_name: OpenName, kind: str
) -> None:
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text("broken")
    tokens.always("/token", Reply(status=401))
    registry.ask_for(tokens.challenge() if kind == "bearer" else kind, "nothing")
    with pytest.raises(RegistryError, match="needs a login") as caught:
        open_name(registry.put(archives.oci(LAYERS))).image()
    assert ".docker/config.json is passed over" in caught.value.hint


def test_nothing_is_looked_for_where_nobody_asks(
    home: Path, registry: Registry, open_name: OpenName
) -> None:
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text("broken")
    assert open_name(registry.put(archives.oci(LAYERS))).image().notices == ()


def test_the_users_netrc_is_not_read(home: Path, registry: Registry, open_name: OpenName) -> None:
    (home / ".netrc").write_text("machine 127.0.0.1 login me password geheim")
    open_name(registry.put(archives.oci(LAYERS))).image()
    assert {asked.authorization for asked in registry.seen} == {None}


def test_cookies_are_not_kept(registry: Registry, open_name: OpenName) -> None:
    name = registry.put(archives.oci(LAYERS))
    cookie = {"Set-Cookie": "a=b; Path=/"}
    registry.always("/v2/", lambda usual: replace(usual, headers={**usual.headers, **cookie}))
    read_all(open_name(name).image())
    assert not any("cookie" in asked.headers for asked in registry.seen)
