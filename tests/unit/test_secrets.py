"""Keys and secrets, planted and found; and what only looks like one."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from random import Random
from threading import enumerate as enumerate_threads
from time import process_time
from typing import TYPE_CHECKING

import pytest

from layertui.contents.opening import Contents
from layertui.errors import CancelledError
from layertui.insight.secrets import find_secrets, secrets_of_config
from layertui.insight.secrets.files import NAMED
from layertui.insight.secrets.searching import LARGEST_FILE, MOST_FINDINGS, secrets_in
from tests import planted
from tests.builders import file, hardlink, whiteout
from tests.insight import inspected

if TYPE_CHECKING:
    from layertui.insight.finding import Finding
    from tests.planted import Planted

EVERY = planted.every()
TOKEN = planted.with_checksum("ghp_", Random(5)).encode()
names = pytest.mark.parametrize("secret", EVERY, ids=lambda each: f"{each.group}-{each.path}")


def found(*layers: list[bytes], **more: object) -> list[Finding]:
    image = inspected(*layers, **more)  # type: ignore[arg-type]
    return list(find_secrets(image.inspection, image.contents))


def texts(findings: list[Finding]) -> str:
    return "\n".join(f"{each.group} {each.message} {each.cure}" for each in findings)


@names
@pytest.mark.parametrize("packed", [False, True])
def test_a_secret_in_a_file_is_found_and_not_shown(secret: Planted, packed: bool) -> None:
    findings = found([file(secret.path, secret.text)], packed=packed)
    assert [(each.group, each.paths) for each in findings] == [
        (secret.group, (b"/" + secret.path.encode(),))
    ]
    assert findings[0].layer == 0
    assert not findings[0].ghost
    shown = texts(findings)
    assert shown.isprintable() or "\n" in shown
    kept = secret.secret[len(secret.secret) // 3 :].decode()
    assert not any(kept[start : start + 4] in shown for start in range(len(kept) - 3))


@names
def test_a_secret_that_was_removed_later_is_found_as_a_ghost(secret: Planted) -> None:
    (finding,) = found([file(secret.path, secret.text)], [whiteout(secret.path)])
    assert (finding.group, finding.ghost, finding.layer) == (secret.group, True, 0)
    assert "still shipped" in finding.message
    assert "does not take it out" in finding.cure


def test_a_secret_that_its_own_layer_overwrites_is_found() -> None:
    secret = b"KEY=" + TOKEN
    (finding,) = found([file("f", secret), file("f", b"nothing")])
    assert (finding.group, finding.ghost) == ("GitHub token", True)


def test_a_secret_is_live_where_a_hard_link_shows_it() -> None:
    (finding,) = found([file("f", TOKEN), hardlink("l", "f")], [whiteout("f")])
    assert (finding.ghost, finding.paths) == (False, (b"/l",))


def test_the_line_and_the_number_of_others_are_told() -> None:
    other = planted.with_checksum("ghp_", Random(6)).encode()
    (finding,) = found([file("f", b"\n\nA " + TOKEN + b"\nB " + other + b"\n")])
    assert "ghp" not in finding.message.replace("ghp_", "")
    assert "line 3 and 1 other" in finding.message
    assert finding.confidence == "certain"


def test_what_is_known_by_its_shape_and_by_its_file_is_told_once() -> None:
    token = planted.with_checksum("npm_", Random(8))
    (finding,) = found([file("root/.npmrc", f"//npm.test/:_authToken={token}\n".encode())])
    assert finding.group == "npm token"


def test_an_access_key_of_capitals_alone_is_found() -> None:
    (finding,) = found([file("f", b"key: AKIAQWERTZUIOPASDFGH")])
    assert finding.group == "AWS access key id"


@pytest.mark.parametrize(
    ("host", "confidence"), [("db.test", "likely"), ("localhost", "hint"), ("example.com", "hint")]
)
def test_a_password_for_an_example_is_a_hint(host: str, confidence: str) -> None:
    (finding,) = found([file(".env", f"DB=postgres://me:Hunter2hunter@{host}/a".encode())])
    assert finding.confidence == confidence


def test_a_token_with_a_wrong_checksum_is_less_sure() -> None:
    (finding,) = found([file("f", TOKEN[:-1] + (b"a" if TOKEN[-1:] != b"a" else b"b"))])
    assert finding.confidence == "likely"


@pytest.mark.parametrize("name", ["test/key.pem", "app/tests/key.pem", "lib/fixtures/key.pem"])
def test_a_key_of_tests_is_a_hint(name: str) -> None:
    key = next(each for each in EVERY if each.path == "app/server.key")
    (finding,) = found([file(name, key.text)])
    assert finding.confidence == "hint"


def armoured(kind: str) -> str:
    body = b64encode(b"\x30\x82" + bytes(range(200))).decode()
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("etc/ssl/certs/ca.crt", armoured("CERTIFICATE")),
        ("app/key.pub", armoured("PUBLIC KEY")),
        ("lib/read.py", 'if line == "-----BEGIN RSA PRIVATE KEY-----":\n    return parse(line)'),
        ("lib/a.js", 'BEGIN = "-----BEGIN PRIVATE KEY-----", END = "-----END PRIVATE KEY-----"'),
        ("readme", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg...\n-----END PRIVATE KEY-----"),
        ("a.pem", f"-----BEGIN PRIVATE KEY-----\n{'M' * 128}\n-----END PRIVATE KEY-----"),
        ("aws", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE"),
        ("aws", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("a", "ghp_" + "x" * 36),
        ("a", "github_pat_" + "0" * 22 + "_" + "0" * 59),
        ("a", "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx"),
        (".env", "DB_PASSWORD=\nAPI_TOKEN=${TOKEN}\nSECRET=changeme\nKEY_PASSWORD=/run/secrets/a"),
        (".env", "PASSWORD=<your password>\nTOKEN=your-token-here\nPWD=/srv\nDATABASE_URL=a://b/c"),
        (".env.example", "DB_PASSWORD=hunter2hunter2"),
        ("root/.npmrc", "//registry.test/:_authToken=${NPM_TOKEN}\nregistry=https://registry.test"),
        ("root/.docker/config.json", '{"auths": {"registry.test": {}}, "credsStore": "pass"}'),
        ("root/.kube/config", "- cluster:\n    certificate-authority-data: QUJDREVGR0g="),
        ("app/.git/config", "\turl = https://git.test/a.git\n\turl = git@git.test:a"),
        ("etc/shadow", "root:*:19000:0:99999:7:::\ndaemon:!:19000:0:::\n"),
        ("etc/pip.conf", "index-url = https://${USER}:${TOKEN}@pip.test/"),
        ("etc/apt/sources.list", "deb https://deb.test/debian bookworm main"),
        ("usr/share/doc/a/id_rsa", planted.keys()[0].text.decode()),
        ("etc/ssl/private/ssl-cert-snakeoil.key", planted.keys()[0].text.decode()),
        ("a.md", "git+https://user:password@host/repository"),
        ("a", "eyJhbmltYWwiOjF9xxxxxx.eyJhbmltYWwiOjF9xxxxxx.abcdefghijklmnopqrstuvwx"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret_is_left_alone(path: str, text: str) -> None:
    assert found([file(path, text.encode())]) == []


def test_what_is_no_text_or_too_large_is_not_looked_into() -> None:
    assert found([file("f", b"\0" + TOKEN), file("g", b" " * LARGEST_FILE + TOKEN)]) == []


def test_only_the_layers_that_are_asked_for_are_read() -> None:
    image = inspected([file("f", TOKEN)], [file("g", TOKEN)], base=1)
    layers = [each.layer for each in find_secrets(image.inspection, image.contents, layers=(1,))]
    assert layers == [1]


def test_what_comes_with_the_base_is_told_so() -> None:
    (finding,) = found([file("f", TOKEN)], base=1)
    assert finding.base
    assert "base image" in finding.cure


def test_findings_come_in_the_order_of_the_layers() -> None:
    findings = found(*([file(f"f{number}", TOKEN)] for number in range(9)))
    assert [each.layer for each in findings] == list(range(9))


def test_who_has_seen_enough_waits_for_no_more() -> None:
    image = inspected(*([file(f"f{number}", TOKEN)] for number in range(9)))
    findings = find_secrets(image.inspection, image.contents)
    assert next(findings).layer == 0
    findings.close()
    assert not [each for each in enumerate_threads() if each.name.startswith("secrets")]


def test_a_layer_that_cannot_be_read_is_passed_over() -> None:
    image = inspected([file("f", TOKEN)], [file("g", TOKEN)])
    contents = Contents(
        [replace(layer, unreadable="missing") if layer.index == 0 else layer
         for layer in image.inspection.image.layers]
    )  # fmt: skip
    assert [each.layer for each in find_secrets(image.inspection, contents)] == [1]


def test_findings_without_end_are_counted() -> None:
    findings = found([file(f"f{number}", TOKEN) for number in range(MOST_FINDINGS + 7)])
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1].message.startswith("7 other files")
    assert findings[-1].more == 6


def test_looking_can_be_stopped() -> None:
    image = inspected([file("f", TOKEN)])
    with pytest.raises(CancelledError):
        list(find_secrets(image.inspection, image.contents, cancelled=lambda: True))


@pytest.mark.parametrize(
    ("env", "shown"),
    [
        ("DB_PASSWORD=Hunter2-hunter", "DB_PASSWORD=****"),
        ("NPM_TOKEN=abcdef123456", "NPM_TOKEN=****"),
        ("stripeApiKey=abcdef123456", "stripeApiKey=****"),
        ("DATABASE_URL=postgres://me:Hunter2hunter@db/shop", "://****@"),
        ("X=" + TOKEN.decode(), "****"),
    ],
)
def test_a_secret_in_the_environment_is_found(env: str, shown: str) -> None:
    (finding,) = secrets_of_config(inspected([], env=[env]).inspection)
    assert shown in finding.message
    assert (finding.layer, finding.ghost) == (None, False)
    assert "unter" not in finding.message
    assert "abcdef" not in finding.message


@pytest.mark.parametrize(
    "env",
    [
        "PATH=/usr/local/bin:/usr/bin", "PWD=/srv",
        "GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568",
        "PYTHON_SHA256=2ab91ff401783ccca64f75d10c882e957bdfd60e2bf5a72f8421793729b78a71",
        "POSTGRES_PASSWORD_FILE=/run/secrets/db", "TOKEN=", "API_KEY=$KEY", "SECRET_NAME=prod/db",
        "PASSWORD=changeme", "NODE_VERSION=20.11.0", "TOKENIZERS_PARALLELISM=false",
        "AUTH_TOKEN_URL=https://login.test/token", "KEYCLOAK_REALM=main", "LS_COLORS=di=1",
    ],
)  # fmt: skip
def test_a_variable_without_a_secret_is_left_alone(env: str) -> None:
    assert secrets_of_config(inspected([], env=[env]).inspection) == ()


@pytest.mark.parametrize(
    "step",
    [
        "RUN |1 NPM_TOKEN=abcdef123456 /bin/sh -c npm ci # buildkit",
        "|2 NPM_TOKEN=abcdef123456 A=b /bin/sh -c npm ci",
        "/bin/sh -c #(nop)  ENV DB_PASSWORD=abcdef123456",
        "ENV DB_PASSWORD abcdef123456",
        "ARG TOKEN=abcdef123456",
        "RUN /bin/sh -c git clone https://me:abcdef123456@git.test/a # buildkit",
        "RUN /bin/sh -c curl -u me:abcdef123456 https://a.test # buildkit",
        "RUN /bin/sh -c curl -H 'Authorization: Bearer abcdef123456' https://a.test # buildkit",
        "RUN /bin/sh -c deploy --password abcdef123456 # buildkit",
        "RUN /bin/sh -c deploy --api-key=abcdef123456 # buildkit",
        "RUN /bin/sh -c export SECRET_KEY='abcdef123456' && make # buildkit",
        "RUN /bin/sh -c echo " + TOKEN.decode() + " > /root/t # buildkit",
    ],
)
def test_a_secret_in_the_history_is_found(step: str) -> None:
    (finding,) = secrets_of_config(inspected([], [], steps=["RUN make", step], base=1).inspection)
    assert "in step 1 of the history" in finding.message
    assert (finding.layer, finding.base) == (None, False)
    assert "abcdef" not in texts([finding])
    assert TOKEN[6:14].decode() not in texts([finding])


@pytest.mark.parametrize(
    "step",
    [
        "RUN --mount=type=secret,id=npm NPM_TOKEN=$(cat /run/secrets/npm) npm ci",
        "ENV PATH=/usr/bin", "ARG TOKEN", "CMD [\"sh\"]", "RUN apt-get install -y passwd",
        "RUN echo root:$PASSWORD | chpasswd", "RUN curl -u $USER:$TOKEN https://a.test",
        "RUN useradd --password '' app", "RUN git clone https://git.test/a",
    ],
)  # fmt: skip
def test_a_step_without_a_secret_is_left_alone(step: str) -> None:
    assert secrets_of_config(inspected([], steps=[step]).inspection) == ()


def test_a_secret_in_a_label_is_found() -> None:
    (finding,) = secrets_of_config(
        inspected([], labels={"deploy.token": "abc123def456"}).inspection
    )
    assert "in the labels" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN RSA PRIVATE KEY-----" * 30_000,
        b"-----BEGIN PRIVATE KEY-----\n" + b"M" * 900_000,
        b"a://" * 200_000,
        b"://a:b" * 150_000,
        b"password" * 100_000,
        b"password=" * 100_000,
        b"A=" * 400_000,
        b"eyJ" * 300_000,
        b"eyJ" + b"a" * 500_000 + b".eyJ" + b"a" * 400_000,
        b"glpat-" * 160_000,
        b"a" * 1_000_000,
        b"a1" * 500_000,
        b"x 1234567890123456789012345 " * 30_000,
        b"xoxb-1" * 150_000,
        b"AKIA" * 250_000,
        b"curl -u " * 120_000,
    ],
)
def test_hostile_text_is_looked_through_in_a_moment(text: bytes) -> None:
    start = process_time()
    for kind in range(len(NAMED)):
        secrets_in(text[:LARGEST_FILE], kind)
    assert process_time() - start < 20
