"""Tokens that are known by their shape: what they begin with, of what and how long they are.

Shapes are those that their issuers publish; the two that carry a checksum are held against it
(base-62 CRC-32 in the last six characters of GitHub's and npm's tokens).
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, crc32
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.insight.finding import CERTAIN, HINT, LIKELY
from layertui.insight.secrets.hit import Hit, masked
from layertui.insight.secrets.runs import around_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_OF_A_KIND = 20
"""Tokens of one kind that are told of one text."""

_BASE_62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_AZURE_EMULATOR = b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq"


@dataclass(frozen=True, slots=True)
class Token:
    """A kind of token.

    Attributes:
        group: What it is called.
        anchors: Texts one of which is in every text that holds such a token.
        expression: What it matches; the first group is the secret.
        prefix: What all of them begin with, or nothing.
        confidence: How sure it is.
        judge: Tells how sure it is of one that matches, nothing where it is none.
        has_run: Whether `runs.SHORTEST` characters of a word stand in a row in each.
    """

    group: str
    anchors: tuple[bytes, ...]
    expression: re.Pattern[bytes]
    prefix: str = ""
    confidence: str = CERTAIN
    judge: Callable[[bytes], str] | None = None
    has_run: bool = True

    def may_be_in(self, around_runs: bytes, text: bytes) -> bool:
        """Tell whether a text, and what of it stands around long runs, may hold such a token."""
        searched = around_runs if self.has_run else text
        return any(anchor in searched for anchor in self.anchors)

    def found_in(self, text: bytes) -> Iterator[Hit]:
        """Yield where a text holds such tokens."""
        count = 0
        for match in self.expression.finditer(text):
            confidence = self.judge(match[1]) if self.judge else self.confidence
            if not confidence or _is_monotonous(match[1]):
                continue
            yield Hit(self.group, *match.span(1), masked(self.prefix), confidence)
            count += 1
            if count == MOST_OF_A_KIND:
                return


def tokens_in(text: bytes) -> list[Hit]:
    """Return the tokens of a text."""
    few = around_runs(text)
    tokens = TOKENS if few else _WITHOUT_RUNS
    return [hit for token in tokens if token.may_be_in(few, text) for hit in token.found_in(text)]


def _is_monotonous(token: bytes) -> bool:
    """Tell whether a token is a row of the same few characters, as in an example."""
    return len(set(token[-20:])) < 5


def _with_checksum(token: bytes) -> str:
    """Return how sure a token of GitHub or npm is, by the checksum that it ends in."""
    body = token.rpartition(b"_")[2]
    value, digits = crc32(body[:-6]), bytearray()
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits.insert(0, _BASE_62[digit])
    return CERTAIN if bytes(digits) == body[-6:] else LIKELY


def _aws_id(token: bytes) -> str:
    return "" if token.endswith(b"EXAMPLE") else LIKELY


def _aws_secret(token: bytes) -> str:
    return "" if token.endswith(b"EXAMPLEKEY") or b"EXAMPLE" in token else CERTAIN


def _azure(token: bytes) -> str:
    return "" if token.startswith(_AZURE_EMULATOR) else CERTAIN


def _jwt(token: bytes) -> str:
    """Return how sure a JSON Web Token is: its header has to tell an algorithm."""
    head = token.partition(b".")[0].translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return HINT if b'"alg"' in a2b_base64(head + b"=" * (-len(head) % 4)) else ""
    except Base64Error:
        return ""


def _with_digit(token: bytes) -> str:
    return LIKELY if re.search(rb"\d", token) else ""


def _kind(
    group: str,
    prefix: str,
    shape: str,
    *anchors: str,
    confidence: str = CERTAIN,
    judge: Callable[[bytes], str] | None = None,
) -> Token:
    """Return a kind of token that stands by itself, between characters that are not of a word."""
    return Token(
        group,
        tuple(map(str.encode, anchors or (prefix,))),
        re.compile(rb"(?<![A-Za-z0-9_])(" + shape.encode() + rb")(?![A-Za-z0-9_])"),
        prefix,
        confidence,
        judge,
    )


TOKENS = (
    _kind("AWS access key id", "", "(?:AKIA|ASIA)[A-Z2-7]{16}", "AKIA", "ASIA", judge=_aws_id),
    Token(
        "AWS secret access key",
        (b"aws_secret", b"AWS_SECRET", b"awsSecret", b"SecretAccessKey", b"secretAccessKey"),
        re.compile(
            rb"(?i:aws_?secret_?(?:access_?)?key|secretaccesskey)[\"']?\s{0,9}(?:=>|[=:])\s{0,9}"
            rb"[\"']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
        ),
        judge=_aws_secret,
    ),
    _kind("GitHub token", "", "gh[pousr]_[A-Za-z0-9]{36}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_",
          judge=_with_checksum),
    _kind("GitHub token", "github_pat_", "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _kind("GitLab token", "gl", r"gl(?:pat|ptt|rt|dt|cbt|soat)-[\w-]{20,300}", "glpat-", "glptt-",
          "glrt-", "gldt-", "glcbt-", "glsoat-"),
    _kind("Slack token", "xox", r"xox[abeoprs]-[0-9A-Za-z-]{10,250}", "xox", judge=_with_digit),
    _kind("Slack webhook", "", r"hooks\.slack\.com/services/T\w{7,14}/B\w{7,14}/\w{20,40}",
          "hooks.slack.com/services/T"),
    _kind("Stripe key", "", r"[rs]k_live_[0-9A-Za-z]{24,247}", "k_live_"),
    _kind("Google API key", "AIza", r"AIza[\w-]{35}", confidence=LIKELY),
    _kind("Google client secret", "GOCSPX-", r"GOCSPX-[\w-]{28}"),
    Token(
        "Google refresh token",
        (b'"refresh_token"',),
        re.compile(rb'"refresh_token"\s{0,9}:\s{0,9}"(1//[\w-]{20,300})"'),
        "1//",
        LIKELY,
    ),
    _kind("npm token", "npm_", "npm_[A-Za-z0-9]{36}", judge=_with_checksum),
    _kind("PyPI token", "pypi-", r"pypi-AgE[\w-]{60,1000}", "pypi-AgE"),
    _kind("RubyGems token", "rubygems_", "rubygems_[0-9a-f]{48}"),
    _kind("crates.io token", "cio", "cio[A-Za-z0-9]{32}", confidence=LIKELY),
    _kind("SendGrid key", "SG.", r"SG\.[\w-]{22}\.[\w-]{43}"),
    _kind("Docker token", "dckr_", r"dckr_[po]at_[\w-]{27,60}", "dckr_pat_", "dckr_oat_"),
    _kind("Hugging Face token", "hf_", "hf_[A-Za-z0-9]{34}", confidence=LIKELY),
    _kind("OpenAI key", "sk-", r"sk-[\w-]{0,120}T3BlbkFJ[\w-]{20,120}", "T3BlbkFJ"),
    _kind("Anthropic key", "sk-ant-", r"sk-ant-[a-z]{3,6}\d\d-[\w-]{80,120}"),
    _kind("DigitalOcean token", "", "do[opr]_v1_[0-9a-f]{64}", "_v1_"),
    _kind("Shopify token", "shp", "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}", "shpat_", "shpca_",
          "shppa_", "shpss_"),
    _kind("Terraform token", "", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,80}", ".atlasv1."),
    _kind("Grafana token", "glsa_", "glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}"),
    _kind("Vault token", "hvs.", r"hvs\.[\w-]{24,300}", confidence=LIKELY),
    _kind("Databricks token", "dapi", "dapi[0-9a-f]{32}", confidence=LIKELY),
    _kind("Telegram token", "", r"\d{8,10}:AA[\w-]{33}", ":AA", confidence=LIKELY),
    _kind("age key", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    Token(
        "Azure client secret",
        (b"8Q~",),
        re.compile(rb"(?<![\w~.-])([\w~.-]{3}8Q~[\w~.-]{34})(?![\w~.-])"),
        confidence=LIKELY,
        has_run=False,
    ),
    Token(
        "Azure account key",
        (b"AccountKey=",),
        re.compile(rb"AccountKey=([A-Za-z0-9+/]{86}==)"),
        judge=_azure,
    ),
    Token(
        "JSON Web Token",
        (b"eyJ",),
        re.compile(rb"(?<![\w.-])(eyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{20,1000})(?![\w-])"),
        "eyJ",
        HINT,
        _jwt,
    ),
)  # fmt: skip
"""The kinds of tokens that are looked for."""

_WITHOUT_RUNS = tuple(token for token in TOKENS if not token.has_run)
