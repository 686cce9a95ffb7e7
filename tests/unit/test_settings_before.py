"""How a container was started before later steps."""

from __future__ import annotations

from typing import Any

import pytest

from layertui.contents.settings_before import settings_before


@pytest.mark.parametrize(
    ("settings", "kept", "later", "expected"),
    [
        ({"WorkingDir": "/b"}, ["WORKDIR /a"], ["WORKDIR /b"], {"WorkingDir": "/a"}),
        ({"WorkingDir": "/b"}, [], ["WORKDIR /b"], {}),
        ({"WorkingDir": "/b"}, ["WORKDIR /b"], ["RUN true"], {"WorkingDir": "/b"}),
        ({"WorkingDir": "/b"}, [], [], {"WorkingDir": "/b"}),
        ({"WorkingDir": "/a/b"}, ["WORKDIR a"], ["WORKDIR b"], {}),
        ({"User": "app"}, ["USER root"], ["RUN useradd app", "USER app"], {"User": "root"}),
        ({"Cmd": ["app"]}, ['CMD ["bash"]'], ['CMD ["app"]'], {"Cmd": ["bash"]}),
        ({"Cmd": ["a"]}, ["CMD echo hi"], ['CMD ["a"]'], {"Cmd": ["/bin/sh", "-c", "echo hi"]}),
        ({"Cmd": ["a"]}, ["CMD [broken"], ['CMD ["a"]'], {}),
        ({"Entrypoint": ["e"]}, ['CMD ["bash"]'], ['ENTRYPOINT ["e"]'], {"Cmd": ["bash"]}),
        (
            {"Env": ["PATH=/bin", "A=2", "B=3", "C=4"]},
            ["ENV A=1"],
            ["ENV A=2", "ENV B=3 D=5"],
            {"Env": ["PATH=/bin", "A=1", "C=4"]},
        ),
        ({"Env": ["A=x"]}, ['ENV A="one two" B=3'], ["ENV A=x"], {"Env": ["A=one two"]}),
        ({"Env": ["AB=1"]}, [], ["ENV A=1"], {"Env": ["AB=1"]}),
        ({"Env": ["A=1"]}, [], ["ENV A=1"], {}),
        (
            {"Labels": {"a.b": "2", "c": "3", "d": "4"}},
            ["LABEL a.b=1"],
            ["LABEL a.b=2", "LABEL c=3"],
            {"Labels": {"a.b": "1", "d": "4"}},
        ),
        (
            {"Volumes": {"/a": {}, "/b": {}}, "ExposedPorts": {"80/tcp": {}, "53/udp": {}}},
            ["VOLUME /a", "EXPOSE 53/udp"],
            ['VOLUME ["/a", "/b"]', "EXPOSE 80"],
            {"Volumes": {"/a": {}}, "ExposedPorts": {"53/udp": {}}},
        ),
        ({"Healthcheck": {"Test": ["NONE"]}}, [], ["HEALTHCHECK NONE"], {}),
        ({"Unknown": [1]}, ["CMD a"], ["CMD b"], {"Unknown": [1], "Cmd": ["/bin/sh", "-c", "a"]}),
        ({"Env": None, "Labels": None}, ["ENV A=1"], ["ENV A=2"], {"Env": None, "Labels": None}),
    ],
)
def test_settings_are_taken_back_to_what_was_said_before(
    settings: dict[str, Any], kept: list[str], later: list[str], expected: dict[str, Any]
) -> None:
    assert settings_before(settings, kept, later) == expected


def test_what_it_is_given_stays_as_it_is() -> None:
    settings: dict[str, Any] = {"Env": ["A=1"], "User": "a"}
    settings_before(settings, [], ["ENV A=1", "USER a"])
    assert settings == {"Env": ["A=1"], "User": "a"}
