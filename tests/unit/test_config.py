from __future__ import annotations

from typing import Any

import pytest

from layertui.errors import DamagedImageError
from layertui.oci.config import History, layer_numbers, parse_config
from layertui.oci.timestamps import nanoseconds
from tests.archives import config, digest, dump, sample_layers

SECOND = 1_000_000_000


def test_a_config_tells_platform_settings_layers_and_history() -> None:
    layers = sample_layers(2)

    value = parse_config(config(layers, variant="v2"), what="config")

    assert str(value.platform) == "linux/amd64/v2"
    assert value.config.env == ("PATH=/bin",)
    assert value.config.cmd == ("sh",)
    assert value.diff_ids == tuple(map(digest, layers))
    assert [step.empty_layer for step in value.steps] == [False, True, False, True]


OPTIONAL = ("architecture", "os", "variant", "created", "author", "config", "rootfs", "history")


@pytest.mark.parametrize("key", OPTIONAL)
def test_every_key_may_be_null_or_missing(key: str) -> None:
    without = parse_config(config([], **{key: ...}), what="config")

    assert parse_config(config([], **{key: None}), what="config") == without


@pytest.mark.parametrize("key", OPTIONAL)
def test_every_key_of_a_wrong_type_is_named(key: str) -> None:
    with pytest.raises(DamagedImageError, match=rf"config: .*\$\.{key}"):
        parse_config(config([], **{key: 3}), what="config")


@pytest.mark.parametrize(
    "settings",
    [
        {"Env": None, "Cmd": None, "Entrypoint": None, "Labels": None, "Volumes": None},
        {"Env": [], "Entrypoint": "one string", "ExposedPorts": {"80/tcp": {}}},
        {"Healthcheck": {"Test": ["CMD"]}, "ArgsEscaped": True},
    ],
)
def test_settings_of_all_builders_are_read(settings: dict[str, Any]) -> None:
    parse_config(config([], config=settings), what="config")


@pytest.mark.parametrize(
    "settings", [{"Env": "A=b"}, {"Env": [1]}, {"Labels": {"a": 1}}, {"User": 0}, {"Cmd": 1}]
)
def test_wrong_settings_are_named_by_their_path(settings: dict[str, Any]) -> None:
    (key,) = settings
    with pytest.raises(DamagedImageError, match=rf"\$\.config\.{key}"):
        parse_config(config([], config=settings), what="config")


def test_items_of_the_history_that_are_null_are_left_out() -> None:
    value = parse_config(config([], history=[None, {"created_by": "x"}, None]), what="config")

    assert [step.created_by for step in value.steps] == ["x"]


def test_a_diff_id_that_is_a_path_is_refused() -> None:
    rootfs = {"type": "layers", "diff_ids": ["sha256:../../../etc/passwd"]}

    with pytest.raises(DamagedImageError, match=r"is not a digest.*\$\.rootfs\.diff_ids\[0\]"):
        parse_config(config([], rootfs=rootfs), what="config")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01+00:00", SECOND),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:00:00-01:00", 0),
        ("1970-01-01T00:00:00.123456789Z", 123_456_789),
        ("1970-01-01t00:00:00.5z", SECOND // 2),
        ("1970-01-01T00:00:00.1234567891Z", 123_456_789),
        ("0001-01-01T00:00:00Z", -62_135_596_800 * SECOND),
        ("1969-12-31T23:59:59.5Z", -SECOND // 2),
        ("", None),
        ("garbage", None),
        ("2024-13-01T00:00:00Z", None),
        ("2024-01-01T00:00:60Z", None),
        ("2024-01-01T00:00:00", None),
        ("2024-01-01", None),
        ("\u0661970-01-01T00:00:00Z", None),
        ("9" * 1_000_000, None),
    ],
)
def test_times_are_nanoseconds_or_nothing(text: str, expected: int | None) -> None:
    assert nanoseconds(text) == expected


def test_a_time_stays_as_it_was_written() -> None:
    value = parse_config(config([], created="garbage"), what="config")

    assert (value.created, value.created_ns) == ("garbage", None)


def test_steps_that_made_a_layer_are_numbered_in_order() -> None:
    made, empty = History(), History(empty_layer=True)

    assert layer_numbers((made, empty, made), 2) == (0, None, 1)


def test_steps_beyond_the_last_layer_have_no_number() -> None:
    assert layer_numbers((History(),) * 3, 1) == (0, None, None)


def test_a_config_of_eight_megabytes_is_read() -> None:
    data = dump({"history": [{"created_by": "x" * 100}] * 60_000})

    assert len(parse_config(data, what="config").history) == 60_000
