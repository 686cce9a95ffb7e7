from __future__ import annotations

import pytest

from layertui.oci.reference import canonical, is_reference, means


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


@pytest.mark.parametrize("text", ["", "Alpine", "./x", "a b", "/x", "a:-x", "\x00"])
def test_other_text_is_no_reference(text: str) -> None:
    assert not is_reference(text)
