"""Files that are known by name to hold secrets, and how each of them is read."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from layertui.insight.finding import CERTAIN, HINT, LIKELY
from layertui.insight.globs import Glob
from layertui.insight.secrets.hit import Hit, masked
from layertui.insight.secrets.variables import assigned_in, set_in, sureness, urls_in

Reader = Callable[[bytes], Iterable[Hit]]

_MOST = 50


@dataclass(frozen=True, slots=True)
class Named:
    """A kind of file.

    Attributes:
        group: What its secrets are called.
        paths: Which files it is, see `globs`.
        reader: Yields the secrets of its text; None for a file that is one as it stands.
    """

    group: str
    paths: tuple[Glob, ...]
    reader: Reader | None


def _named(group: str, paths: str, reader: Reader | None) -> Named:
    return Named(group, tuple(map(Glob, paths.split())), reader)


def _matching(
    group: str, expression: bytes, shown: str, confidence: str = CERTAIN, *, is_hash: bool = False
) -> Callable[[bytes], Iterator[Hit]]:
    """Return a reader of what an expression matches; its first group is the secret."""
    compiled = re.compile(expression)

    def read(text: bytes) -> Iterator[Hit]:
        for count, match in enumerate(compiled.finditer(text)):
            if count == _MOST:
                return
            if is_hash or sureness(match[1]):
                yield Hit(group, *match.span(1), masked(shown), confidence)

    return read


def _docker_logins(text: bytes) -> Iterator[Hit]:
    """Yield the logins of a Docker config: base64 of a name and a password, or a token."""
    for match in _DOCKER.finditer(text):
        if match[1] == b"auth" and b":" not in _decoded(match[2]):
            continue
        shown = masked(f'"{match[1].decode()}": ')
        yield Hit("registry login", *match.span(2), shown, CERTAIN)


_DOCKER = re.compile(
    rb'"(auth|identitytoken|registrytoken|password)"\s{0,9}:\s{0,9}"([A-Za-z0-9+/=._-]{8,8000})"'
)


def _decoded(text: bytes) -> bytes:
    try:
        return a2b_base64(text)
    except Base64Error:
        return b""


def _variables(text: bytes) -> Iterator[Hit]:
    yield from assigned_in(text)
    yield from set_in(text)
    yield from urls_in(text)


def _whole(group: str, confidence: str) -> Reader:
    """Return a reader for which all of a file is one secret."""

    def read(text: bytes) -> Iterator[Hit]:
        stripped = text.strip()
        if len(stripped) >= 4 and b"\0" not in stripped:
            yield Hit(group, 0, len(text), masked(), confidence)

    return read


NAMED = (
    _named(
        "environment file",
        ".env .env.local .env.production .env.prod .env.development .env.dev .env.staging"
        " .env.test .env.*.local *.env .envrc",
        _variables,
    ),
    _named(
        "npm login",
        ".npmrc npmrc",
        _matching(
            "npm login",
            rb"(?m)^[ \t]*(?://[^\s=]{1,300}:)?_(?:authToken|auth|password)[ \t]*=[ \t]*\"?"
            rb"([^\s\"]{4,2000})",
            "_auth=",
        ),
    ),
    _named(
        "yarn login",
        ".yarnrc.yml .yarnrc",
        _matching(
            "yarn login", rb"npmAuth(?:Token|Ident):[ \t]*[\"']?([^\s\"']{4,2000})", "npmAuth"
        ),
    ),
    _named(
        "netrc login",
        ".netrc _netrc",
        _matching("netrc login", rb"(?:^|\s)password\s+([^\s]{3,500})", "password "),
    ),
    _named(
        "registry login",
        ".docker/config.json .dockercfg .dockerconfigjson containers/auth.json",
        _docker_logins,
    ),
    _named(
        "cluster login",
        ".kube/config kubeconfig *.kubeconfig /etc/kubernetes/*.conf /etc/rancher/k3s/k3s.yaml",
        _matching(
            "cluster login",
            rb"(?m)[\"']?(?:client-key-data|token|password|id-token|refresh-token)[\"']?:[ \t]*"
            rb"[\"']?([^\s\"',]{8,9000})",
            "",
        ),
    ),
    _named(
        "git login",
        ".git-credentials .git/config .gitconfig .config/git/credentials .gitmodules",
        urls_in,
    ),
    _named(
        "PyPI login",
        ".pypirc",
        _matching("PyPI login", rb"(?m)^[ \t]*password[ \t]*[=:][ \t]*(\S{4,1000})", "password = "),
    ),
    _named("package index login", "pip.conf .pip/pip.conf pip.ini uv.toml .condarc", urls_in),
    _named("apt login", "/etc/apt/sources.list /etc/apt/sources.list.d/* ", urls_in),
    _named(
        "apt login",
        "/etc/apt/auth.conf /etc/apt/auth.conf.d/*",
        _matching("apt login", rb"(?:^|\s)password\s+([^\s]{3,500})", "password "),
    ),
    _named(
        "cargo login",
        ".cargo/credentials .cargo/credentials.toml",
        _matching("cargo login", rb"(?m)^[ \t]*token[ \t]*=[ \t]*\"([^\"\n]{4,500})\"", "token = "),
    ),
    _named(
        "gem login",
        ".gem/credentials .bundle/config",
        _matching(
            "gem login",
            rb"(?m)^[ \t]*:?[\w.]{3,80}:[ \t]*\"?([0-9a-zA-Z_-]{8,200}:?[^\s\"]{0,200})\"?[ \t]*$",
            "",
            LIKELY,
        ),
    ),
    _named(
        "composer login",
        ".composer/auth.json .config/composer/auth.json composer/auth.json",
        _matching(
            "composer login",
            rb"\"(?:password|[a-z0-9.-]{3,60}\.[a-z]{2,10})\"\s{0,9}:\s{0,9}\"([^\"\n]{4,500})\"",
            "",
        ),
    ),
    _named(
        "maven login",
        ".m2/settings.xml .m2/settings-security.xml",
        _matching(
            "maven login",
            rb"<(?:password|passphrase|privateKey|master)>([^<\s]{3,500})</",
            "<password>",
        ),
    ),
    _named(
        "database login",
        ".my.cnf .mylogin.cnf",
        _matching("database login", rb"(?m)^[ \t]*password[ \t]*=[ \t]*(\S{3,300})", "password = "),
    ),
    _named(
        "database login",
        ".pgpass pgpass.conf",
        _matching(
            "database login",
            rb"(?m)^(?:[^:#\n]{1,200}:){4}([^:\n]{3,300})$",
            "",
        ),
    ),
    _named(
        "cloud login",
        ".s3cfg .boto rclone.conf .ossutilconfig .aliyun/config.json .oci/config",
        _matching(
            "cloud login",
            rb"(?m)(?:secret_?(?:access_?)?key|gs_secret_access_key|pass_?phrase|pass)[\"']?[ \t]*"
            rb"[=:][ \t]*[\"']?([^\s\"']{6,300})",
            "",
        ),
    ),
    _named("cloud login", ".azure/accessTokens.json .azure/msal_token_cache.json", set_in),
    _named("Vault token", ".vault-token", _whole("Vault token", LIKELY)),
    _named("build secret", "/run/secrets/** /var/run/secrets/**", _whole("build secret", LIKELY)),
    _named(
        "Rails key",
        "config/master.key config/credentials/*.key config/secrets.yml.key",
        _matching("Rails key", rb"\A\s{0,9}([0-9a-f]{32,64})\s{0,9}\Z", ""),
    ),
    _named(
        "password hash",
        "/etc/shadow /etc/shadow- /etc/gshadow",
        _matching(
            "password hash",
            rb"(?m)^[^:\n]{1,64}:(\$(?:[1256y]|2[aby]|gy|7)\$[^:\n]{8,300}|[A-Za-z0-9./]{13}):",
            "$",
            LIKELY,
            is_hash=True,
        ),
    ),
    _named(
        "password hash",
        ".htpasswd htpasswd",
        _matching(
            "password hash",
            rb"(?m)^[^:#\s]{1,64}:(\$(?:apr1|2[aby]|[56])\$[^\s:]{8,300}|\{SHA\}[\w+/=]{28})",
            "",
            HINT,
            is_hash=True,
        ),
    ),
    _named(
        "settings",
        "application*.properties application*.yml application*.yaml database.yml secrets.yml"
        " secrets.yaml secrets.json gradle.properties wp-config.php local.settings.json"
        " appsettings*.json docker-compose*.yml docker-compose*.yaml compose.yml compose.yaml"
        " *.tfvars local_settings.py credentials.json",
        _variables,
    ),
    _named("key store", "*.p12 *.pfx *.jks *.keystore *.kdbx *.agekey", None),
)
"""The kinds of files; a file is of the first that means it."""

_LEFT_OUT = """
    /usr/share/doc/ /usr/share/man/ /usr/share/info/ /usr/share/locale/ /usr/share/i18n/
    /usr/share/zoneinfo/ /usr/share/licenses/ /usr/share/help/ /usr/lib/locale/
    /var/lib/dpkg/info/ /var/lib/apt/lists/ /lib/apk/db/ /usr/lib/apk/db/
    *.so *.a *.o *.pyc *.pyo *.mo *.gz *.xz *.bz2 *.zst *.zip *.jar *.war *.whl *.deb *.rpm *.apk
    *.png *.jpg *.jpeg *.gif *.ico *.webp *.svg *.ttf *.otf *.woff *.woff2 *.eot *.mp3 *.mp4 *.pdf
    *.class *.wasm *.node *.bin *.dat *.crt *.h *.hpp *.html *.css *.md5sums *.sha256 *snakeoil*
    *.egg-info/ *.dist-info/
"""
LEFT_OUT = tuple(map(Glob, _LEFT_OUT.split()))
"""Files that are not looked into: documentation, indexes, what is no text, public certificates."""
