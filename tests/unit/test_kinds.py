"""What a file is, by its first bytes."""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layertui.contents.encodings import TextEncoding, encoding_of_text
from layertui.contents.formats.der import elements
from layertui.contents.kinds import HEAD, Family, Kind, Sample, kind_of
from tests.kinds import CERTIFICATE, PROGRAM, elf, png


def _kind(data: bytes, name: str = "", *, size: int | None = None) -> Kind:
    return kind_of(Sample(data[:HEAD], len(data) if size is None else size, name.encode()))


def _facts(data: bytes, name: str = "", *, size: int | None = None) -> dict[str, str]:
    return {fact.label: fact.text for fact in _kind(data, name, size=size).facts}


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in ("one", "two/three"):
            archive.addfile(tarfile.TarInfo(name))
    return packed.getvalue()


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "x")
        archive.writestr("Main.class", "y")
    return packed.getvalue()


def _ar(*names: str) -> bytes:
    members = b"".join(
        f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{4:<10}`\n".encode() + b"2.0\n" for name in names
    )
    return b"!<arch>\n" + members


DER = base64.b64decode("".join(CERTIFICATE.splitlines()[1:-1]))

WHOLE = {
    "png": (png(640, 480), Family.PICTURE, "PNG picture"),
    "gif": (b"GIF89a" + struct.pack("<HH", 3, 4) + b"\0" * 9, Family.PICTURE, "GIF picture"),
    "jpeg": (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(9) + b"\xff\xc0\0\x11\x08\0\x10\0\x20\3" + bytes(9),
        Family.PICTURE,
        "JPEG picture",
    ),
    "webp": (
        b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x7f\x02\0" + b"\xdf\x01\0",
        Family.PICTURE,
        "WebP picture",
    ),
    "bmp": (
        b"BM" + bytes(12) + struct.pack("<IiiHH", 40, 8, -9, 1, 24) + bytes(30),
        Family.PICTURE,
        "BMP picture",
    ),
    "icon": (b"\0\0\1\0\1\0\x10\x20\0\0" + bytes(20), Family.PICTURE, "Windows icon"),
    "tiff": (
        b"II*\0\x08\0\0\0\2\0"
        + struct.pack("<HHII", 256, 3, 1, 7)
        + struct.pack("<HHII", 257, 4, 1, 8),
        Family.PICTURE,
        "TIFF picture",
    ),
    "svg": (b'<svg width="4" height="5"></svg>', Family.PICTURE, "SVG picture"),
    "elf": (elf(), Family.PROGRAM, "ELF program"),
    "pe": (
        b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0\x64\x86" + bytes(30),
        Family.PROGRAM,
        "Windows program (PE)",
    ),
    "mach": (
        b"\xcf\xfa\xed\xfe" + struct.pack("<III", 0x0100000C, 0, 2),
        Family.PROGRAM,
        "Mach-O program",
    ),
    "class": (b"\xca\xfe\xba\xbe\0\0\0\x3d" + bytes(9), Family.PROGRAM, "Java class"),
    "wasm": (b"\0asm\1\0\0\0", Family.PROGRAM, "WebAssembly module"),
    "tar": (_tar(), Family.ARCHIVE, "tar archive"),
    "gzip": (gzip.compress(b"x", mtime=0), Family.ARCHIVE, "gzip compressed data"),
    "zip": (_zip(), Family.ARCHIVE, "zip archive"),
    "zstd": (b"\x28\xb5\x2f\xfd\x24\x05\x29\0\0hello", Family.ARCHIVE, "Zstandard compressed data"),
    "xz": (b"\xfd7zXZ\0\0\x04" + bytes(20), Family.ARCHIVE, "xz compressed data"),
    "bzip2": (b"BZh91AY&SY", Family.ARCHIVE, "bzip2 compressed data"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(20), Family.ARCHIVE, "7-Zip archive"),
    "deb": (
        _ar("debian-binary", "control.tar.xz", "data.tar.xz"),
        Family.ARCHIVE,
        "Debian package",
    ),
    "library": (_ar("/", "one.o/"), Family.ARCHIVE, "library of object files (ar)"),
    "rpm": (b"\xed\xab\xee\xdb\3\0\0\0\0\1bash-5.2\0" + bytes(90), Family.ARCHIVE, "RPM package"),
    "cpio": (b"070701" + b"0" * 104, Family.ARCHIVE, "cpio archive"),
    "squashfs": (b"hsqs" + bytes(92), Family.ARCHIVE, "SquashFS file system"),
    "sqlite": (b"SQLite format 3\0\x10\0" + bytes(82), Family.DATA, "SQLite database"),
    "pdf": (b"%PDF-1.5\n%\xe2\xe3", Family.DATA, "PDF document"),
    "mo": (
        b"\xde\x12\x04\x95\0\0\0\0" + struct.pack("<I", 1859) + bytes(20),
        Family.DATA,
        "compiled translations (gettext)",
    ),
    "zone": (b"TZif2" + bytes(60), Family.DATA, "time zone"),
    "woff": (b"wOF2" + bytes(40), Family.DATA, "web font (WOFF2)"),
    "pem": (CERTIFICATE.encode(), Family.CERTIFICATE, "X.509 certificate (PEM)"),
    "der": (DER, Family.CERTIFICATE, "X.509 certificate (DER)"),
    "json": (b'{"a": 1, "b": [2]}', Family.JSON, "JSON"),
    "script": (PROGRAM.encode(), Family.TEXT, "script"),
    "xml": (b'<?xml version="1.0"?><a/>', Family.TEXT, "XML"),
    "text": (b"just words\n", Family.TEXT, "text"),
    "zeros": (bytes(100), Family.DATA, "zeros"),
    "bytes": (bytes(range(1, 256)) + b"\0", Family.DATA, "binary data"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_is_known_by_its_first_bytes(name: str) -> None:
    data, family, words = WHOLE[name]
    kind = _kind(data)
    assert (kind.family, kind.name) == (family, words)


@pytest.mark.parametrize("name", WHOLE)
def test_a_head_that_ends_anywhere_is_no_trouble(name: str) -> None:
    data = WHOLE[name][0][:2_000]
    for end in range(len(data)):
        _kind(data[:end])
        _kind(data[:end], size=1 << 40)


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_head_with_other_bytes_in_it_is_no_trouble(name: str, data: st.DataObject) -> None:
    changed = bytearray(WHOLE[name][0][:600])
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(changed) - 1), st.integers(0, 255)), max_size=20)
    ):
        changed[place] = value
    _kind(bytes(changed), "file.jar", size=data.draw(st.sampled_from((len(changed), 1 << 33))))


@given(st.binary(max_size=400))
def test_any_bytes_are_of_some_kind(data: bytes) -> None:
    assert _kind(data).name


def test_an_empty_file_is_empty() -> None:
    assert _kind(b"").family is Family.EMPTY


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("png", "640 x 480 pixels"),
        ("gif", "3 x 4 pixels"),
        ("jpeg", "32 x 16 pixels"),
        ("webp", "640 x 480 pixels"),
        ("bmp", "8 x 9 pixels"),
        ("icon", "16 x 32 pixels"),
        ("tiff", "7 x 8 pixels"),
        ("svg", "4 x 5"),
    ],
)
def test_pictures_tell_their_size(name: str, size: str) -> None:
    assert _facts(WHOLE[name][0])["Size"] == size


def test_words_that_begin_like_a_magic_number_are_words() -> None:
    assert _kind(b"BMW sells cars\n").name == "text"
    assert _kind(b"MZ is not a program here\n").name == "text"


def test_a_program_tells_its_machine_its_linking_and_its_loader() -> None:
    assert _facts(elf()) == {
        "Machine": "x86-64, 64 bit, little endian",
        "Linking": "dynamic",
        "Loader": "/lib64/ld-linux-x86-64.so.2",
    }


def test_a_build_id_is_told() -> None:
    note = struct.pack("<III", 4, 4, 3) + b"GNU\0" + bytes.fromhex("c0ffee01")
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", 4, 4, 120, 0, 0, len(note), len(note), 4)
    assert _facts(head + note) == {
        "Machine": "ARM 64, 64 bit, little endian",
        "Linking": "static",
        "Build id": "c0ffee01",
    }


def test_a_program_of_an_unknown_machine_is_still_one() -> None:
    changed = bytearray(elf())
    changed[18:20] = b"\xff\x7f"
    assert _facts(bytes(changed))["Machine"].startswith("machine 32767")


def test_archives_tell_what_they_begin_with() -> None:
    assert _facts(_tar())["Begins with"] == "one, two/three"
    assert _facts(_zip())["Begins with"] == "META-INF/MANIFEST.MF, Main.class"
    assert _facts(WHOLE["deb"][0]) == {
        "Format": "2.0",
        "Begins with": "control.tar.xz, data.tar.xz",
    }
    assert _kind(_zip(), "app.jar").name == "Java archive (zip)"
    assert _facts(WHOLE["rpm"][0])["Name"] == "bash-5.2"
    assert _facts(WHOLE["zstd"][0])["Unpacked"] == "5 B"


def test_json_tells_what_it_holds() -> None:
    assert _facts(b'{"a": 1, "b": 2}')["Holds"] == "object of 2: a, b"
    assert _facts(b"[1, 2, 3]")["Holds"] == "list of 3"
    many = json.dumps({f"k{number}": 1 for number in range(9)}).encode()
    assert _facts(many)["Holds"] == "object of 9: k0, k1, k2, k3, k4, k5, ..."


def test_what_only_looks_like_json_is_text() -> None:
    assert _kind(b"[section]\nkey=value\n").name == "text"
    assert _kind(b"[" * 60_000).name == "text"
    assert _kind(b"[" * HEAD, "deep.json", size=1 << 30).name == "JSON"


def test_a_certificate_tells_whose_it_is_and_how_long_it_is_valid() -> None:
    told = {
        "Subject": "CN=Amazon Root CA 3, O=Amazon, C=US",
        "Issuer": "itself",
        "Valid": "2015-05-26 to 2040-05-26",
        "Key": "elliptic curve P-256",
        "Use": "signs other certificates (CA)",
    }
    assert _facts(CERTIFICATE.encode()) == told
    assert _facts(DER) == told


def test_a_certificate_that_is_not_valid_any_more_is_a_warning() -> None:
    expired = DER.replace(b"400526000000Z", b"160526000000Z")
    warnings = [fact for fact in _kind(expired).facts if fact.is_warning]
    assert [(fact.label, fact.text) for fact in warnings] == [("Expired", "on 2016-05-26")]


def test_several_certificates_are_counted() -> None:
    assert _kind(CERTIFICATE.encode() * 3).name == "3 X.509 certificates (PEM)"
    more = _kind(CERTIFICATE.encode() * 200)
    assert more.name.startswith("at least ")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("RSA PRIVATE KEY", "RSA private key (PEM)"),
        ("OPENSSH PRIVATE KEY", "OpenSSH private key (PEM)"),
        ("ENCRYPTED PRIVATE KEY", "encrypted private key (PEM)"),
    ],
)
def test_a_private_key_is_a_warning(label: str, name: str) -> None:
    body = base64.b64encode(b"key" * 20).decode()
    text = f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"
    kind = _kind(text.encode())
    assert kind.name == name
    assert kind.facts[0].is_warning
    assert kind.encoding is TextEncoding.UTF_8


def test_a_program_with_a_key_in_its_text_is_a_program() -> None:
    text = PROGRAM * 20 + "-----BEGIN PGP SIGNATURE-----\nabcd\n-----END PGP SIGNATURE-----\n"
    assert _kind(text.encode()).name == "script"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_asn_1_to_some_end(data: bytes) -> None:
    for element in elements(b"\x30" + data):
        for inner in element.inside():
            assert inner.identifier is not None
            assert inner.number is not None
            assert inner.text is not None


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"plain", TextEncoding.UTF_8),
        ("\u20ac".encode(), TextEncoding.UTF_8),
        (b"\xef\xbb\xbfmarked", TextEncoding.UTF_8_MARKED),
        (b"f\xfcr", TextEncoding.LATIN_1),
        ("\ufeffwide".encode("utf-16-le"), TextEncoding.UTF_16_LITTLE),
        ("\ufeffwide".encode("utf-16-be"), TextEncoding.UTF_16_BIG),
        (b"with a \0 in it", None),
        (b"\xff\xfe\0\xd8\0\xd8\0\xd8\0\xd8", None),
        (bytes(range(1, 32)), None),
    ],
)
def test_text_is_told_from_bytes(head: bytes, encoding: TextEncoding | None) -> None:
    assert encoding_of_text(head) is encoding


def test_a_character_that_the_head_cuts_in_two_is_no_error() -> None:
    assert encoding_of_text("ab\u20ac".encode()[:-1], is_whole=False) is TextEncoding.UTF_8
    assert encoding_of_text("ab\u20ac".encode()[:-1]) is TextEncoding.LATIN_1
