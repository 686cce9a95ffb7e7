from __future__ import annotations

import json
import os
import select
import stat
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from layertui.errors import CancelledError
from layertui.oci.reference import parse_reference
from layertui.sources.registry import helpers
from layertui.sources.registry.credentials import Found, credential_files, find_credentials
from layertui.sources.registry.helpers import HelperError, Secret, ask_helper

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "registry.example:5000/shop/api:1"


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def write(path: Path, **content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def find(name: str = IMAGE, **kept: Secret | HelperError | None) -> Found:
    """Search; helpers keep what is given by their names, `name/server` for one server."""

    def ask(helper: str, server: str, /, *, cancelled: Any) -> Secret | None:
        answer = kept.get(helper)
        if isinstance(answer, HelperError):
            raise answer
        return answer

    return find_credentials(parse_reference(name), os.environ, lambda: False, ask=ask)


def user(found: Found) -> str:
    return found.credentials.username if found.credentials else ""


@pytest.fixture
def docker(home: Path) -> Path:
    return home / ".docker" / "config.json"


def test_without_files_there_is_nobody(home: Path) -> None:
    assert find() == Found(None, ())


def test_files_are_searched_in_the_order_that_is_documented(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(home / "named.json"))
    files = credential_files(os.environ)
    assert [str(path.relative_to(home)) for path in files] == [
        "named.json",
        ".docker/config.json",
        "run/containers/auth.json",
        ".config/containers/auth.json",
        ".dockercfg",
    ]
    for number, path in reversed(list(enumerate(files))):
        entry = {"registry.example:5000": {"auth": encoded(f"user{number}:x")}}
        write(path, **(entry if path.name == ".dockercfg" else {"auths": entry}))
        found = find()
        assert user(found) == f"user{number}"
        assert found.credentials is not None
        assert str(path) in found.credentials.origin


def test_the_folders_of_the_files_can_be_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", "/d")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/x")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    names = [str(path) for path in credential_files(os.environ)]
    assert names[0] == "/d/config.json"
    assert names[1] == f"/run/containers/{os.getuid()}/auth.json"
    assert names[2] == "/x/containers/auth.json"


@pytest.mark.parametrize(
    "text",
    [
        encoded("me:pass:word"),
        encoded("me:pass:word").rstrip("="),
        encoded("me:pass:word\0\0"),
        f" {encoded('me:pass:word')}\n",
    ],
)
def test_a_password_is_read_with_and_without_padding(docker: Path, text: str) -> None:
    write(docker, auths={"registry.example:5000": {"auth": text}})
    credentials = find().credentials
    assert credentials is not None
    assert (credentials.username, credentials.password) == ("me", "pass:word")


@pytest.mark.parametrize(
    "key",
    [
        "registry.example:5000",
        "https://registry.example:5000",
        "https://registry.example:5000/v1/",
        "registry.example:5000/v2/",
        "registry.example:5000/shop",
        "registry.example:5000/shop/api",
    ],
)
def test_an_entry_is_found_by_its_host_or_a_folder_of_it(docker: Path, key: str) -> None:
    write(docker, auths={key: {"auth": encoded("me:x")}})
    assert user(find()) == "me"


@pytest.mark.parametrize(
    "key", ["registry.example", "registry.example:5000/other", "registry.example:5000/shop/api/x"]
)
def test_an_entry_for_something_else_is_not_taken(docker: Path, key: str) -> None:
    write(docker, auths={key: {"auth": encoded("me:x")}})
    assert find().credentials is None


def test_the_most_specific_entry_counts(docker: Path) -> None:
    entries: dict[str, Any] = {}
    for number, folder in enumerate(["", "/shop", "/shop/api"]):
        entries[f"registry.example:5000{folder}"] = {"auth": encoded(f"user{number}:x")}
        write(docker, auths=entries)
        assert user(find()) == f"user{number}"


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"]
)
def test_docker_hub_goes_by_all_its_names(docker: Path, key: str) -> None:
    write(docker, auths={key: {"auth": encoded("me:x")}})
    assert user(find("debian:bookworm")) == "me"


def test_tokens_stand_in_for_passwords(docker: Path) -> None:
    write(docker, auths={"registry.example:5000": {"identitytoken": "t"}})
    credentials = find().credentials
    assert credentials is not None
    assert credentials.identity_token == "t"
    write(docker, auths={"registry.example:5000": {"registrytoken": "r"}})
    credentials = find().credentials
    assert credentials is not None
    assert credentials.registry_token == "r"


def test_a_helper_for_the_host_counts_before_entries_and_those_before_the_store(
    docker: Path,
) -> None:
    everything: dict[str, Any] = {
        "credHelpers": {"registry.example:5000": "special"},
        "auths": {"registry.example:5000": {"auth": encoded("entry:x")}},
        "credsStore": "store",
    }
    kept: dict[str, Any] = {"special": Secret("helper", "x"), "store": Secret("store", "x")}
    for expected, key in [("helper", "credHelpers"), ("entry", "auths"), ("store", "credsStore")]:
        write(docker, **everything)
        assert user(find(**kept)) == expected
        del everything[key]


def test_an_empty_entry_points_to_the_store(docker: Path) -> None:
    write(docker, auths={"registry.example:5000": {}}, credsStore="store")
    found = find(store=Secret("<token>", "t"))
    assert found.credentials is not None
    assert found.credentials.identity_token == "t"


def test_a_helper_that_keeps_nothing_leaves_the_rest_to_be_searched(docker: Path) -> None:
    write(
        docker,
        credHelpers={"registry.example:5000": "special"},
        auths={"registry.example:5000": {"auth": encoded("entry:x")}},
    )
    assert user(find(special=None)) == "entry"


def test_a_broken_helper_is_told_and_nobody_is_logged_in(docker: Path) -> None:
    write(docker, credsStore="store")
    found = find(store=HelperError("it fell over"))
    assert found.credentials is None
    assert found.warnings == (f"it fell over ({docker})",)


@pytest.mark.parametrize("content", ["{", "[]", '{"auths": 3}', '{"auths": {"a": 1}}', "\xff"])
def test_a_broken_file_is_told_and_passed_over(home: Path, docker: Path, content: str) -> None:
    docker.parent.mkdir()
    docker.write_bytes(content.encode("latin-1"))
    entry = {"auth": encoded("me:x")}
    write(home / "run/containers/auth.json", auths={"registry.example:5000": entry})
    found = find()
    assert user(found) == "me"
    (warning,) = found.warnings
    assert str(docker) in warning


def test_credentials_do_not_show_their_secrets(docker: Path) -> None:
    write(docker, auths={"registry.example:5000": {"auth": encoded("me:geheim")}})
    assert "geheim" not in repr(find())


class Helper:
    """A helper on the path."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._path = folder / "docker-credential-test"
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def does(self, script: str) -> None:
        self._path.write_text(f"#!/bin/sh\n{script}\n")
        self._path.chmod(stat.S_IRWXU)


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Helper:
    return Helper(tmp_path, monkeypatch)


def ask(server: str = "registry.example") -> Secret | None:
    return ask_helper("test", server, lambda: False)


def test_a_helper_is_told_the_server_and_answers_with_a_secret(helper: Helper) -> None:
    answer = '{"ServerURL":"s","Username":"%s","Secret":"x"}'
    helper.does(f"read server; printf '{answer}' \"$1 $server\"")
    assert ask("a; touch b") == Secret("get a; touch b", "x")


@pytest.mark.parametrize("stream", ["1", "2"])
def test_a_helper_that_finds_nothing_is_no_error(helper: Helper, stream: str) -> None:
    helper.does(f"echo 'credentials not found in native keychain' >&{stream}; exit 1")
    assert ask() is None


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'locked \033[31m' >&2; exit 3", r"failed with exit code 3: locked \\x1b"),
        ("exit 1", "it said nothing"),
        ("echo hello", "did not answer with credentials"),
        ("kill -9 $$", "exit code -9"),
    ],
)
def test_a_helper_that_fails_is_named(helper: Helper, script: str, reason: str) -> None:
    helper.does(script)
    with pytest.raises(HelperError, match=f"docker-credential-test.*{reason}"):
        ask()


def test_a_helper_that_is_missing_is_named() -> None:
    with pytest.raises(HelperError, match="docker-credential-none cannot be run"):
        ask_helper("none", "registry.example", lambda: False)


@pytest.mark.parametrize("name", ["../x", "a b", "", "a;b", "/bin/sh"])
def test_a_helper_has_a_plain_name(name: str) -> None:
    with pytest.raises(HelperError, match="cannot be the name"):
        ask_helper(name, "registry.example", lambda: False)


def test_a_helper_that_hangs_is_ended_with_all_that_it_started(
    helper: Helper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper.does(f"sleep 600 & echo $! > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; wait")
    monkeypatch.setattr(helpers, "_INTERVAL", 0.01)
    started = tmp_path / "pid"
    ends: list[int] = []
    times = iter([0.0])

    def now() -> float:
        """Return that it is too late, once the helper has started something."""
        if started.exists() and not ends:
            ends.append(os.pidfd_open(int(started.read_text())))
        return next(times, helpers.TIMEOUT + 1 if ends else 0.0)

    with pytest.raises(HelperError, match="does not answer"):
        ask_helper("test", "registry.example", lambda: False, now=now)
    assert select.select(ends, (), (), 30)[0] == ends
    os.close(ends[0])


def test_a_helper_that_hangs_can_be_cancelled(helper: Helper) -> None:
    helper.does("sleep 600")
    with pytest.raises(CancelledError):
        ask_helper("test", "registry.example", lambda: True)
