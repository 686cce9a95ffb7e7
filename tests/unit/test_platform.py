from __future__ import annotations

import pytest

from layertui.errors import UsageError
from layertui.oci.platform import Platform


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/amd64", "linux/amd64/v1"),
        ("linux/arm64", "linux/arm64/v8"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/8", "linux/aarch64"),
        ("linux/amd64", "Linux/x86_64"),
        ("linux/arm/v6", "linux/arm"),
        ("linux/arm/v7", "linux/armhf"),
        ("darwin/arm64", "macos/arm64"),
    ],
)
def test_an_image_satisfies_its_platform_by_any_name(has: str, wanted: str) -> None:
    assert Platform.parse(has).satisfies(Platform.parse(wanted))


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        ("linux/amd64", "linux/arm64"),
        ("linux/amd64", "windows/amd64"),
        ("linux/amd64", "linux/amd64/v3"),
        ("linux/arm/v7", "linux/arm/v6"),
    ],
)
def test_an_image_does_not_satisfy_another_platform(has: str, wanted: str) -> None:
    assert not Platform.parse(has).satisfies(Platform.parse(wanted))


@pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "a/b/c/d", "linux//v8"])
def test_what_is_not_written_like_a_platform_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a platform"):
        Platform.parse(text)


def test_a_platform_prints_as_it_is_written() -> None:
    assert str(Platform.parse("linux/arm/v7")) == "linux/arm/v7"


def test_a_platform_prints_safely() -> None:
    assert str(Platform(os="\x1b[31m", architecture="")) == "\\x1b[31m/unknown"


def test_the_host_is_a_known_platform() -> None:
    assert Platform.host().known
