from __future__ import annotations

import pytest

from layertui.errors import DamagedImageError
from layertui.oci.digest import Digest, digest_or_none

HEX = "ab" * 32


def test_a_digest_tells_its_parts() -> None:
    digest = Digest(f"sha256:{HEX}")

    assert (digest.algorithm, digest.encoded, digest.short) == ("sha256", HEX, HEX[:12])


def test_a_digest_is_its_text() -> None:
    assert Digest(f"sha256:{HEX}") == f"sha256:{HEX}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256",
        f"sha256:{HEX[:-1]}",
        f"sha256:{HEX}0",
        f"sha256:{HEX.upper()}",
        f"sha512:{HEX}",
        f"blake3:{HEX}00",
        "sha256:../../../etc/passwd",
        "../sha256:abc",
        f"sha256:{HEX}\n",
        f"SHA256:{HEX}",
        "md5:a/b",
        "md5:" + "a" * 300,
    ],
)
def test_what_does_not_follow_the_grammar_is_no_digest(text: str) -> None:
    with pytest.raises(DamagedImageError, match="is not a digest"):
        Digest(text)
    assert digest_or_none(text) is None


@pytest.mark.parametrize("text", [f"sha512:{HEX}{HEX}", f"blake3:{HEX}", "multihash+base58:Qm_-="])
def test_other_algorithms_than_sha256_are_digests(text: str) -> None:
    assert Digest(text) == text


def test_the_digest_of_bytes_is_that_of_them_only() -> None:
    digest = Digest.of(b"data")

    assert digest.is_of(b"data")
    assert not digest.is_of(b"date")


def test_sha512_is_computed_as_well() -> None:
    assert Digest.of(b"data", "sha512").is_of(b"data")
    assert not Digest.of(b"data", "sha512").is_of(b"date")


def test_an_algorithm_that_is_not_computed_is_not_called_wrong() -> None:
    digest = Digest(f"blake3:{HEX}")

    assert not digest.computable
    assert digest.is_of(b"anything")


def test_a_message_about_a_digest_is_one_printable_line() -> None:
    with pytest.raises(DamagedImageError) as caught:
        Digest("sha256:\x1b[31m\n")
    assert caught.value.message.isprintable()
