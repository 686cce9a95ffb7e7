"""Variables whose name says that their value is a secret, in commands and in settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layertui.insight.finding import HINT, LIKELY
from layertui.insight.secrets.hit import Hit, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 50
_VALUE = rb"(\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|[^\s,;&|\"'`<>(){}\[\]]{1,500})"
_NAME = rb"(?<![\w.$-])((?:--?)?[A-Za-z_][\w.-]{0,63})"
_ASSIGNED = re.compile(_NAME + rb"=" + _VALUE)
_SET = re.compile(_NAME + rb"[\"']?[ \t]{0,9}(?:=>|[=:,])[ \t]{0,9}" + _VALUE)
_OLD_ENV = re.compile(rb"(?:^|\s)ENV[ \t]+([A-Za-z_]\w{0,63})[ \t]+([^\s=][^\n]{0,500})")
_OPTION = re.compile(rb"(?<![\w-])(--[a-z][a-z-]{2,40}) " + _VALUE)
_SECRET_NAME = re.compile(
    rb"(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|apikey|(?:private|access|auth"
    rb"|account|encryption|signing|secret|master|deploy|license)_?key|credentials?|authtoken)"
    rb"(?:_?(?:base|value|b64|base64|prod|production|dev|staging|live|v?\d{1,2}))?$",
)
_CAMEL = re.compile(rb"(?<=[a-z])(?=[A-Z])")
_NO_SECRET = re.compile(
    rb"(?i)(?:change[-_ ]?(?:me|it|this).*|(?:your|my|some|the|an?|insert|enter|replace)[-_ ].*"
    rb"|.*\bexample\b.*|.*placeholder.*|dummy.*|fake.*|todo|none|null|nil|true|false|yes|no|on|off"
    rb"|disabled|enabled|undefined|x{3,}.*|[*.\-_#]+|secret|password|passwd|pass|token|redacted.*"
    rb"|masked|unset|empty|default|optional|required|string|str|file|env|prompt|stdin|0+|foo|bar"
    rb"|root|admin|user|username|test(?:ing)?|self\..*|os\..*|process\..*|env\..*|config\..*)"
)
_REFERENCE = (b"/", b"./", b"../", b"~", b"$", b"%", b"<", b"{", b"(", b"`", b"@", b"&", b"*")
_URL = re.compile(
    rb"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://([^\s/:@\"'<>{}$%*\\]{0,64}:"
    rb"([^\s/@\"'<>{}$*\\]{3,128}))@([A-Za-z0-9.\[-]{1,100})"
)
_EXAMPLE_HOST = re.compile(
    rb"(?i)(?:.*\.)?(?:example(?:\.(?:com|org|net))?|host(?:name)?|localhost)"
)
_AUTHORIZATION = re.compile(
    rb"(?i)authorization: ?(?:bearer|basic|token) ([A-Za-z0-9+/=._~-]{8,2000})"
)
_CURL_USER = re.compile(rb"(?<!\S)(?:-u|--user)[ =]?[\"']?([^\s:\"'$]{1,64}:([^\s\"'$]{3,128}))")


def names_secret(name: bytes) -> bool:
    """Tell whether the name of a variable says that it holds a secret."""
    return bool(_SECRET_NAME.search(_CAMEL.sub(b"_", name).lower().replace(b"-", b"_")))


def sureness(value: bytes) -> str:
    """Return how sure a value is a secret, given that its name says so; nothing for no secret."""
    value = value.strip(b"\"'")
    if len(value) < 4 or value.startswith(_REFERENCE) or _NO_SECRET.fullmatch(value):
        return ""
    if b"://" in value or b"${" in value or b"{{" in value:
        return ""
    kinds = [re.search(kind, value) for kind in (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[^\w]")]
    return LIKELY if len(value) >= 8 and sum(map(bool, kinds)) > 1 else HINT


def assigned_in(text: bytes) -> Iterator[Hit]:
    """Yield the secrets that a command or a file of `NAME=value` gives to variables."""
    yield from _named(text, _ASSIGNED)


def set_in(text: bytes) -> Iterator[Hit]:
    """Yield the secrets of settings: `name = value`, `name: value`, `"name": "value"`."""
    yield from _named(text, _SET)


def variable(name: bytes, value: bytes) -> Hit | None:
    """Return the secret that a variable of an environment is, or None."""
    confidence = sureness(value) if names_secret(name) else ""
    if not confidence:
        return None
    return Hit("secret in a variable", 0, len(value), _shown(name), confidence)


def passed_in(text: bytes) -> Iterator[Hit]:
    """Yield the secrets that a command is called with."""
    yield from _named(text, _OPTION)
    yield from _named(text, _OLD_ENV)
    for match in _AUTHORIZATION.finditer(text):
        if not _NO_SECRET.fullmatch(match[1]):
            yield Hit("authorization header", *match.span(1), masked("Authorization: "), LIKELY)
    if b"curl" in text or b"wget" in text:
        for match in _CURL_USER.finditer(text):
            if sureness(match[2]):
                yield Hit("password of a command", *match.span(1), masked("--user "), LIKELY)


def urls_in(text: bytes) -> Iterator[Hit]:
    """Yield the URLs with a password."""
    if b"://" not in text or b"@" not in text:
        return
    for count, match in enumerate(_URL.finditer(text)):
        if count == _MOST:
            return
        if sureness(match[2]) and not _NO_SECRET.fullmatch(match[2]):
            is_example = _EXAMPLE_HOST.fullmatch(match[3])
            yield Hit(
                "password in a URL", *match.span(1), masked("://") + "@",
                HINT if is_example else LIKELY,
            )  # fmt: skip


def _named(text: bytes, expression: re.Pattern[bytes]) -> Iterator[Hit]:
    count = 0
    for match in expression.finditer(text):
        confidence = sureness(match[2]) if names_secret(match[1]) else ""
        if confidence:
            yield Hit("secret in a variable", *match.span(2), _shown(match[1]), confidence)
            count += 1
            if count == _MOST:
                return


def _shown(name: bytes) -> str:
    """Return a variable with its value masked; a name that could hold one is masked too."""
    digits = sum(0x30 <= byte <= 0x39 for byte in name)
    is_plain = len(name) <= 48 and digits < 6
    return masked(f"{name.decode('ascii', 'replace')}=" if is_plain else "=")
