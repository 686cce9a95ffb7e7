from __future__ import annotations

import pytest

from layertui.errors import UsageError
from layertui.oci.reference import canonical, is_reference, means, parse_reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alpine", "docker.io/library/alpine:latest"),
        ("alpine:3.20", "docker.io/library/alpine:3.20"),
        ("shop/api", "docker.io/shop/api:latest"),
        ("index.docker.io/alpine", "docker.io/library/alpine:latest"),
        ("localhost/api:1", "localhost/api:1"),
        ("localhost:5000/api", "localhost:5000/api:latest"),
        ("registry.example/a/b/c:1", "registry.example/a/b/c:1"),
        ("alpine:3@sha256:ab", "docker.io/library/alpine@sha256:ab"),
    ],
)
def test_a_name_in_full(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("2.4", "2.4"),
        ("shop/api:2.4", "docker.io/shop/api:2.4"),
        ("docker.io/library/alpine", "alpine:latest"),
        ("api:1", "localhost/api:1"),
        ("api", "localhost/api:latest"),
    ],
)
def test_a_name_means_an_image_without_its_registry(wanted: str, name: str) -> None:
    assert means(wanted, name)


@pytest.mark.parametrize(
    ("wanted", "name"), [("api:1", "api:2"), ("i:1", "localhost/api:1"), ("api", "shop/api:2")]
)
def test_a_name_does_not_mean_another_image(wanted: str, name: str) -> None:
    assert not means(wanted, name)


@pytest.mark.parametrize("text", ["alpine", "a/b:c", "localhost:5000/x", "a.b/c@sha256:00"])
def test_a_name_is_a_reference(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize("text", ["", "Alpine", "./x", "a b", "/x", "a:-x", "a:", "\x00"])
def test_other_text_is_no_reference(text: str) -> None:
    assert not is_reference(text)


DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("text", "domain", "path", "target"),
    [
        ("debian:bookworm", "docker.io", "library/debian", "bookworm"),
        ("shop/api", "docker.io", "shop/api", "latest"),
        ("localhost/api", "localhost", "api", "latest"),
        ("[::1]:5000/a/b:1", "[::1]:5000", "a/b", "1"),
        ("Registry.Example:5000/a__b--c.d:T", "Registry.Example:5000", "a__b--c.d", "T"),
        (f"quay.io/a:1@{DIGEST}", "quay.io", "a", DIGEST),
    ],
)
def test_a_name_tells_registry_repository_and_what_to_ask_for(
    text: str, domain: str, path: str, target: str
) -> None:
    reference = parse_reference(text)
    assert (reference.domain, reference.path, reference.target) == (domain, path, target)


@pytest.mark.parametrize(
    "text",
    ["", "a..b", "a//b", "-a", "a:-", "a@sha256:00", "a@", "h.example/../x", "a b",
     "h.example:x/a", "h.example:65536/a", "a:",
     "a/b?c", "a#b", "h.example/", "user:p@h.example/a", "a" * 300],
)  # fmt: skip
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_reference(text)


def test_capital_letters_in_a_repository_are_named_as_the_reason() -> None:
    with pytest.raises(UsageError) as caught:
        parse_reference("Debian")
    assert "lower-case" in caught.value.hint
