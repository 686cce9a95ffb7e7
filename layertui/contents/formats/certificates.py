"""X.509 certificates, requests and keys, in PEM and in DER: RFC 5280, 5958, 7468 and 8017.

No signature is checked: what is told is what the file says.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.formats import der
from layertui.contents.formats.der import Element, only_element
from layertui.contents.kinds import Fact, Family, Kind
from layertui.display import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.contents.kinds import Sample

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,60})-----([^-]*+)(?:-----END \1-----)?")
_MOST_BLOCKS = 2_000
_SECRET = "PRIVATE KEY"
_NAMES = {
    "2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O",
    "2.5.4.11": "OU", "2.5.4.5": "serialNumber", "1.2.840.113549.1.9.1": "email",
    "0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID",
}  # fmt: skip
_KEYS = {
    "1.2.840.113549.1.1.1": "RSA", "1.2.840.10045.2.1": "elliptic curve",
    "1.2.840.10040.4.1": "DSA", "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448", "1.3.101.110": "X25519",
    "1.2.840.113549.1.1.10": "RSA-PSS",
}  # fmt: skip
_CURVES = {
    "1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521",
    "1.3.132.0.10": "secp256k1",
}  # fmt: skip
_ALTERNATIVE_NAMES, _CONSTRAINTS = "2.5.29.17", "2.5.29.19"
_DNS_NAME, _ADDRESS = 0x82, 0x87
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_MOST_NAMES = 8


class _Certificate(NamedTuple):
    """The parts of a certificate that are told; of RFC 5280, 4.1."""

    issuer: Element
    validity: Element
    subject: Element
    key: Element
    extensions: Sequence[Element]


def certificate(sample: Sample) -> Kind | None:
    """Return what a certificate, a request or a key is, or None for anything else."""
    head = sample.head
    if head[:1] == b"\x30" and sample.is_whole:
        return _of_der(head)
    if b"-----BEGIN " in head[:_PREAMBLE]:
        return _of_pem(sample)
    return None


_PREAMBLE = 8 << 10
"""Bytes before the first block, where others may stand."""


def _of_der(data: bytes) -> Kind | None:
    whole = only_element(data)
    if whole is None:
        return None
    if (found := _certificate(whole)) is not None:
        return Kind(Family.CERTIFICATE, "X.509 certificate (DER)", tuple(_certificate_facts(found)))
    name, facts = _key(whole.inside())
    return Kind(Family.CERTIFICATE, name, tuple(facts)) if name else None


def _key(parts: Sequence[Element]) -> tuple[str, Iterable[Fact]]:
    """Return what a key is, and what is told of it; an empty name for anything else."""
    tags = [part.tag for part in parts]
    if tags[:3] == [der.INTEGER, der.SEQUENCE, der.OCTETS]:
        return "private key (DER)", _private(_key_name(parts[1]))
    if tags == [der.SEQUENCE, der.BITS] and (name := _key_name(parts[0])):
        return "public key (DER)", (Fact("Key", name),)
    if tags[:9] == [der.INTEGER] * 9:
        return "RSA private key (DER)", _private("")
    if tags[:2] == [der.INTEGER, der.SEQUENCE] and parts[0].body == b"\x03":
        return "keys and certificates (PKCS #12)", _private("")
    return "", ()


def _of_pem(sample: Sample) -> Kind | None:
    from layertui.contents.encodings import encoding_of_text

    encoding = encoding_of_text(sample.head, is_whole=sample.is_whole)
    blocks = [*_blocks(sample.head)]
    if encoding is None or not blocks or not _is_meant(sample.head, blocks):
        return None
    labels = [label for label, _ in blocks]
    name, facts = _name(labels, is_whole=sample.is_whole), list[Fact]()
    for label, data in blocks:
        if "CERTIFICATE" in label and (whole := only_element(data)) is not None:
            found = _certificate(whole)
            if found is not None:
                facts = [*_certificate_facts(found)]
                break
    secrets = [label for label in labels if label.endswith(_SECRET)]
    if secrets:
        facts = [*_private(_pem_key(*next(each for each in blocks if each[0] in secrets))), *facts]
    return Kind(Family.CERTIFICATE, name, tuple(facts), encoding)


def _is_meant(head: bytes, blocks: Sequence[tuple[str, bytes]]) -> bool:
    """Tell whether a file is about its blocks; programs and instructions have some in them."""
    if not all(data for _, data in blocks[:1]):
        return False
    filled = sum(len(data) for _, data in blocks) * 4 // 3
    return head.lstrip().startswith(_STARTS) or filled > len(head) // 2


_STARTS = (b"-----BEGIN ", b"Certificate:", b"Bag Attributes", b"subject=", b"issuer=")


def _blocks(head: bytes) -> Iterator[tuple[str, bytes]]:
    for match, _ in zip(_BLOCK.finditer(head), range(_MOST_BLOCKS), strict=False):
        text = match[2].partition(b"\n\n")[2] if b":" in match[2] else match[2]
        try:
            yield match[1].decode("ascii"), binascii.a2b_base64(text)
        except binascii.Error:
            yield match[1].decode("ascii"), b""


def _name(labels: Sequence[str], *, is_whole: bool) -> str:
    certificates = sum(label.endswith("CERTIFICATE") for label in labels)
    if certificates == len(labels) == 1 and is_whole:
        return "X.509 certificate (PEM)"
    if certificates == len(labels):
        least = "" if is_whole else "at least "
        return f"{least}{count(certificates)} X.509 certificates (PEM)"
    if len(labels) == 1:
        return f"{_lower(labels[0])} (PEM)"
    kinds = [*dict.fromkeys(map(_lower, labels))]
    return f"{', '.join(kinds[:3])} (PEM)"


def _lower(label: str) -> str:
    words = [word if word in _KEPT else word.lower() for word in label.split(" ")]
    return " ".join(words).replace("OPENSSH", "OpenSSH")


_KEPT = frozenset(("RSA", "DSA", "EC", "OPENSSH", "PGP", "X509", "PKCS7", "DH", "CMS"))


def _private(key: str) -> Iterator[Fact]:
    """Yield what is to be told of a private key."""
    yield Fact("Secret", "a private key is in it", is_warning=True)
    if key:
        yield Fact("Key", key)


def _pem_key(label: str, data: bytes) -> str:
    """Return what kind of key a block holds, or empty."""
    whole = only_element(data)
    if label != _SECRET or whole is None:
        return "encrypted" if label.startswith("ENCRYPTED") else ""
    parts = whole.inside()
    return _key_name(parts[1]) if len(parts) > 1 else ""


def _certificate(whole: Element) -> _Certificate | None:
    """Return the parts of a certificate, or None for anything else."""
    outer = whole.inside()
    if whole.tag != der.SEQUENCE or [part.tag for part in outer] != _SIGNED:
        return None
    parts = outer[0].inside()
    parts = parts[1:] if parts and parts[0].tag == _VERSION else parts
    if [part.tag for part in parts[:6]] != [der.INTEGER, *[der.SEQUENCE] * 5]:
        return None
    extensions = next((part.inside() for part in parts[6:] if part.tag == _EXTENSIONS), [])
    listed = extensions[0].inside() if extensions else []
    issuer, validity, subject, key = parts[2:6]
    return _Certificate(issuer, validity, subject, key, listed)


_SIGNED = [der.SEQUENCE, der.SEQUENCE, der.BITS]


def _certificate_facts(found: _Certificate) -> Iterator[Fact]:
    subject, issuer = _distinguished(found.subject), _distinguished(found.issuer)
    yield Fact("Subject", subject or "empty")
    yield Fact("Issuer", "itself" if found.issuer == found.subject else issuer or "empty")
    times = [_moment(each) for each in found.validity.inside()[:2]]
    if len(times) == 2:
        yield Fact("Valid", " to ".join(_day(each) for each in times))
        end, start = times[1], times[0]
        now = datetime.now(UTC)
        if end is not None and end < now:
            yield Fact("Expired", f"on {_day(end)}", is_warning=True)
        elif start is not None and start > now:
            yield Fact("Not yet valid", f"before {_day(start)}", is_warning=True)
    inside = found.key.inside()
    if inside and (key := _key_name(inside[0], inside[-1].body)):
        yield Fact("Key", key)
    yield from _extensions(found.extensions)


def _extensions(extensions: Sequence[Element]) -> Iterator[Fact]:
    for extension in extensions:
        parts = extension.inside()
        value = only_element(parts[-1].body) if len(parts) > 1 else None
        if value is None:
            continue
        name = parts[0].identifier
        if name == _ALTERNATIVE_NAMES:
            names = [_alternative(each) for each in value.inside()]
            known = [each for each in names if each]
            more = ", ..." if len(known) > _MOST_NAMES else ""
            yield Fact("Names", ", ".join(known[:_MOST_NAMES]) + more)
        elif name == _CONSTRAINTS and any(each.tag == der.BOOLEAN for each in value.inside()):
            yield Fact("Use", "signs other certificates (CA)")


def _alternative(name: Element) -> str:
    if name.tag == _ADDRESS:
        from ipaddress import ip_address

        return str(ip_address(name.body)) if len(name.body) in (4, 16) else ""
    return name.text if name.tag == _DNS_NAME else ""


def _distinguished(name: Element) -> str:
    """Return a distinguished name, the most particular part first."""
    parts = []
    for several in name.inside():
        for each in several.inside():
            pair = each.inside()
            if len(pair) == 2:
                identifier = pair[0].identifier
                parts.append(f"{_NAMES.get(identifier, identifier)}={pair[1].text}")
    return ", ".join(reversed(parts))


def _key_name(algorithm: Element, public: bytes = b"") -> str:
    """Return the kind of a key, and how long it is where that is known."""
    parts = algorithm.inside()
    kind = _KEYS.get(parts[0].identifier, "") if parts else ""
    if kind == "elliptic curve" and len(parts) > 1:
        return f"{kind} {_CURVES.get(parts[1].identifier, parts[1].identifier)}"
    if kind == "RSA" and public:
        numbers = [*der.elements(public[1:])]
        inside = numbers[0].inside() if numbers else []
        if inside:
            return f"RSA, {len(inside[0].body.lstrip(bytes(1))) * 8} bit"
    return kind


def _moment(element: Element) -> datetime | None:
    """Return a time, or None for what is none: RFC 5280, 4.1.2.5."""
    text = element.text.removesuffix("Z")
    if element.tag == der.UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment is not None else "unknown"
