"""All that is found in an image, by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.contents.opening import Contents
from layertui.errors import CancelledError
from layertui.insight.detecting import findings_of
from layertui.insight.finding import KINDS
from tests import archives
from tests.builders import directory, file, layer

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.unit.conftest import OpenMembers

PASSWORD = b"DATABASE_PASSWORD=hunter2-correct-horse-9\n"
CAPABLE = {"SCHILY.xattr.security.capability": bytes.fromhex("0100000200040000" + "00" * 12)}
EVERYTHING = [
    layer(
        file("etc/passwd", b"root:x:0:0::/:/bin/sh\n"),
        file("copied", b"c" * 9_000),
        file("var/lib/apt/lists/x_Packages", b"p" * 9_000),
        file("one", b"1" * 90_000),
        file("usr/bin/su", b"su", mode=0o4755),
        file("usr/bin/wall", b"wall", mode=0o2755),
        file("usr/bin/ping", b"ping", mode=0o755, pax=CAPABLE),
        directory("open", mode=0o777),
        file("strange", b"s", uid=4711, gid=4711),
        file("srv/.env", PASSWORD),
    ),
    layer(file("copied", b"c" * 9_000, mode=0o600), file("two", b"1" * 90_000)),
]


@pytest.fixture
def opened(open_members: OpenMembers) -> tuple[Inspection, Contents]:
    image = open_members(archives.docker_save(EVERYTHING))
    return inspect_image(image), Contents(image.layers)


def kinds(opened: tuple[Inspection, Contents], wanted: Collection[str] = KINDS) -> list[str]:
    return list(dict.fromkeys(finding.kind for finding in findings_of(*opened, wanted)))


def test_every_kind_is_looked_for(opened: tuple[Inspection, Contents]) -> None:
    assert kinds(opened) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_is_found_without_the_others(
    opened: tuple[Inspection, Contents], kind: str
) -> None:
    assert kinds(opened, {kind}) == [kind]


def test_nothing_is_looked_for_where_no_kind_is_asked_for(
    opened: tuple[Inspection, Contents],
) -> None:
    assert kinds(opened, ()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_search_stops_when_it_is_cancelled(
    opened: tuple[Inspection, Contents], kind: str
) -> None:
    with pytest.raises(CancelledError):
        findings_of(*opened, {kind}, cancelled=lambda: True)
