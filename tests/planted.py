"""Secrets to plant in images: made up here, so that none of them stands in a file as it is."""

from __future__ import annotations

from base64 import b64encode
from binascii import crc32
from random import Random
from string import ascii_letters, ascii_uppercase, digits
from typing import NamedTuple

_BASE_62 = digits + ascii_uppercase + ascii_letters[:26]
_BASE_32 = ascii_uppercase + "234567"
_HEX = digits + "abcdef"
_WORD = ascii_letters + digits + "_-"


class Planted(NamedTuple):
    """A secret in a file.

    Attributes:
        group: What it has to be found as.
        path: Where it is planted.
        text: The content of the file.
        secret: The part that may never be shown.
    """

    group: str
    path: str
    text: bytes
    secret: bytes


def some(random: Random, characters: str, length: int) -> str:
    """Return random characters, a digit among the first few."""
    text = "".join(random.choices(characters, k=length))
    return text[:2] + random.choice("234567") + text[3:]


def with_checksum(prefix: str, random: Random) -> str:
    """Return a token of GitHub or npm."""
    body = some(random, _BASE_62, 30)
    value, end = crc32(body.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        end = _BASE_62[digit] + end
    return prefix + body + end


def pem(kind: str, start: bytes, length: int, random: Random, headers: str = "") -> bytes:
    """Return an armoured key that looks like one, of bytes that are none."""
    body = b64encode(start + random.randbytes(length)).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN {kind}-----\n{headers}{lines}\n-----END {kind}-----\n".encode()


def keys(seed: int = 1) -> list[Planted]:
    """Return private keys of every shape."""
    random = Random(seed)
    private = "PRIVATE KEY"
    der, openssh = b"\x30\x82\x04\xa4", b"openssh-key-v1\0\0\0\0\4none"
    shapes = [
        ("private key", "root/.ssh/id_rsa", pem(f"RSA {private}", der, 1180, random)),
        ("private key", "root/.ssh/id_ed25519", pem(f"OPENSSH {private}", openssh, 400, random)),
        ("private key", "app/ec.pem", pem(f"EC {private}", b"\x30\x77", 119, random)),
        ("private key", "app/server.key", pem(private, der, 1200, random)),
        ("private key", "app/ed.pem", pem(private, b"\x30\x2e\2\1\0\x30", 42, random)),
        ("private key", "app/dsa", pem(f"DSA {private}", b"\x30\x82", 440, random)),
        ("private key", "app/pgp.asc", pem(f"PGP {private} BLOCK", b"\x95\1", 900, random, "\n")),
        ("encrypted private key", "app/enc.pem", pem(f"ENCRYPTED {private}", der, 900, random)),
        ("encrypted private key", "app/old.pem",
         pem(f"RSA {private}", der, 900, random, "Proc-Type: 4,ENCRYPTED\nDEK-Info: A,1\n\n")),
        ("SSH host key", "etc/ssh/ssh_host_rsa_key",
         pem(f"OPENSSH {private}", openssh, 99, random)),
    ]  # fmt: skip
    planted = [Planted(group, path, text, text.split(b"\n")[-3]) for group, path, text in shapes]
    account = pem(private, der, 1200, random)
    text = b'{"type": "service_account", "private_key": "' + account.replace(b"\n", b"\\n") + b'"}'
    planted.append(Planted("private key", "app/gcp.json", text, account.split(b"\n")[2]))
    return planted


def tokens(seed: int = 2) -> list[Planted]:
    """Return tokens of every shape, each in a line of a program."""
    random = Random(seed)

    def word(length: int) -> str:
        return some(random, _WORD, length - 1) + "a"

    def letters(length: int) -> str:
        return some(random, _BASE_62, length)

    def hexadecimal(length: int) -> str:
        return some(random, _HEX, length)

    jwt = ".".join(
        b64encode(part).decode().rstrip("=")
        for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"1234567890","n":1}')
    )
    shapes = [
        ("AWS access key id", "AKIA" + some(random, _BASE_32, 16)),
        ("AWS access key id", "ASIA" + some(random, _BASE_32, 16)),
        *(("GitHub token", with_checksum(f"gh{kind}_", random)) for kind in "pousr"),
        ("GitHub token", f"github_pat_{letters(22)}_{letters(59)}"),
        ("GitLab token", "glpat-" + word(20)),
        ("Slack token", f"xoxb-{random.randrange(10**11, 10**12)}-{letters(24)}"),
        ("Slack webhook", f"hooks.slack.com/services/T{letters(8)}/B{letters(8)}/{letters(24)}"),
        ("Stripe key", "sk_live_" + letters(24)),
        ("Stripe key", "rk_live_" + letters(99)),
        ("Google API key", "AIza" + word(35)),
        ("Google client secret", "GOCSPX-" + word(28)),
        ("npm token", with_checksum("npm_", random)),
        ("PyPI token", "pypi-AgEIcHlwaS5vcmc" + word(150)),
        ("RubyGems token", "rubygems_" + hexadecimal(48)),
        ("crates.io token", "cio" + letters(32)),
        ("SendGrid key", f"SG.{word(22)}.{word(43)}"),
        ("Docker token", "dckr_pat_" + word(27)),
        ("Hugging Face token", "hf_" + letters(34)),
        ("OpenAI key", f"sk-proj-{word(74)}T3BlbkFJ{word(74)}"),
        ("Anthropic key", "sk-ant-api03-" + word(95)),
        ("DigitalOcean token", "dop_v1_" + hexadecimal(64)),
        ("Shopify token", "shpat_" + hexadecimal(32)),
        ("Terraform token", f"{letters(14)}.atlasv1.{word(67)}"),
        ("Grafana token", f"glsa_{letters(32)}_{hexadecimal(8)}"),
        ("Vault token", "hvs." + word(90)),
        ("Databricks token", "dapi" + hexadecimal(32)),
        ("Telegram token", f"{random.randrange(10**9, 10**10)}:AA{word(33)}"),
        ("age key", "AGE-SECRET-KEY-1" + some(random, ascii_uppercase + digits, 58)),
        ("Azure client secret", f"{letters(3)}8Q~{letters(34)}"),
        ("JSON Web Token", f"{jwt}.{word(43)}"),
    ]
    planted = [
        Planted(group, f"app/{number}.py", f"# set up\nKEY = '{token}'\n".encode(), token.encode())
        for number, (group, token) in enumerate(shapes)
    ]
    secret = some(random, _BASE_62 + "/+", 40)
    azure = b64encode(random.randbytes(64)).decode()
    text = f"[default]\naws_secret_access_key = {secret}\n".encode()
    planted.append(Planted("AWS secret access key", "root/.aws/credentials", text, secret.encode()))
    text = f"conn=AccountName=a;AccountKey={azure};Endpoint=b".encode()
    planted.append(Planted("Azure account key", "app/connection", text, azure.encode()))
    return planted


def files(seed: int = 3) -> list[Planted]:
    """Return files that are known by name, each with a secret of no known shape."""
    random = Random(seed)

    def planted(group: str, path: str, text: str) -> Planted:
        secret = some(random, ascii_letters + digits, 18)
        return Planted(group, path, text.replace("SECRET", secret).encode(), secret.encode())

    login = b64encode(b"me:" + some(random, _BASE_62, 12).encode()).decode()
    return [
        planted("secret in a variable", "app/.env", "DEBUG=1\nDB_PASSWORD=SECRET\n"),
        planted("secret in a variable", "app/.env.production", "export API_TOKEN='SECRET'\n"),
        planted("password in a URL", "srv/.env", "DATABASE_URL=postgres://me:SECRET@db/shop\n"),
        planted("npm login", "root/.npmrc", "//registry.test/:_authToken=SECRET\n"),
        planted("yarn login", "app/.yarnrc.yml", 'npmAuthToken: "SECRET"\n'),
        planted("netrc login", "root/.netrc", "machine git.test login me password SECRET\n"),
        Planted(
            "registry login",
            "root/.docker/config.json",
            f'{{"auths": {{"registry.test": {{"auth": "{login}"}}}}}}'.encode(),
            login.encode(),
        ),
        planted("cluster login", "root/.kube/config", "users:\n- user:\n    token: SECRET\n"),
        planted("cluster login", "etc/kubernetes/admin.conf", "  client-key-data: SECRET\n"),
        planted("password in a URL", "root/.git-credentials", "https://me:SECRET@git.test\n"),
        planted("password in a URL", "app/.git/config", "\turl = https://me:SECRET@git.test/a\n"),
        planted("PyPI login", "root/.pypirc", "[pypi]\nusername = me\npassword = SECRET\n"),
        planted("password in a URL", "etc/pip.conf", "index-url = https://me:SECRET@pip.test/\n"),
        planted("apt login", "etc/apt/auth.conf", "machine apt.test login me password SECRET\n"),
        planted("cargo login", "root/.cargo/credentials.toml", '[registry]\ntoken = "SECRET"\n'),
        planted("gem login", "root/.gem/credentials", "---\n:api_key: SECRET\n"),
        planted("composer login", "root/.composer/auth.json", '{"b": {"git.test": "SECRET"}}'),
        planted("maven login", "root/.m2/settings.xml", "<password>SECRET</password>"),
        planted("database login", "root/.my.cnf", "[client]\npassword=SECRET\n"),
        planted("database login", "root/.pgpass", "db:5432:shop:me:SECRET\n"),
        planted("cloud login", "root/.s3cfg", "secret_key = SECRET\n"),
        planted("Vault token", "root/.vault-token", "SECRET\n"),
        planted("build secret", "run/secrets/token", "SECRET"),
        planted("password hash", "etc/shadow", "root:$6$salt$SECRETSECRET:1::::::\n"),
        planted("password hash", "etc/nginx/.htpasswd", "me:$apr1$SECRET$SECRETSECRET\n"),
        planted("secret in a variable", "app/application.yml", "  password: SECRET\n"),
        planted("secret in a variable", "app/appsettings.json", '{"ApiKey": "SECRET"}'),
        planted("secret in a variable", "app/gradle.properties", "signing.password=SECRET\n"),
        planted("key store", "app/release.jks", "\0\0SECRET"),
    ]


def every(seed: int = 7) -> list[Planted]:
    """Return secrets of every kind."""
    return [*keys(seed), *tokens(seed + 1), *files(seed + 2)]
