"""Files that give rights away."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.insight.capabilities import capabilities
from layertui.insight.privileges import MOST_OWNERS, find_privileges
from tests.builders import device, directory, fifo, file, hardlink, symlink, whiteout
from tests.insight import inspected

if TYPE_CHECKING:
    from layertui.insight.finding import Finding

ACCOUNTS = [
    file("etc/passwd", b"root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\n"),
    file("etc/group", b"root:x:0:\nshadow:x:42:\nusers:x:1000:\n"),
]
NET_BIND = pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0)


def found(*layers: list[bytes], base: int = 0) -> list[Finding]:
    image = inspected(*layers, base=base)
    return list(find_privileges(image.inspection, image.contents))


def kinds(*entries: bytes) -> list[tuple[str, str]]:
    return sorted((each.kind, each.group) for each in found([*ACCOUNTS, *entries]))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (file("usr/bin/su", b"1", mode=0o4755), [("setuid", "setuid root")]),
        (file("f", b"1", mode=0o4755, uid=1000), [("setuid", "setuid app")]),
        (file("f", b"1", mode=0o2755, gid=42), [("setgid", "setgid shadow")]),
        (file("f", mode=0o666), [("world-writable", "files")]),
        (directory("d", mode=0o777), [("world-writable", "directories")]),
        (
            file("f", pax={"SCHILY.xattr.security.capability": NET_BIND}),
            [("capability", "cap_net_bind_service=ep")],
        ),
        (file("f", uid=77), [("owner", "user 77 without a name")]),
        (file("f", gid=78), [("owner", "group 78 without a name")]),
        (file("usr/bin/tool", uid=1000), [("owner", "programs of user app")]),
        (file("etc/app.conf", uid=1000), [("owner", "settings of user app")]),
    ],
)
def test_what_gives_rights_away_is_told(entry: bytes, expected: list[tuple[str, str]]) -> None:
    assert kinds(entry) == expected


@pytest.mark.parametrize(
    "entry",
    [
        file("f", mode=0o755),
        file("srv/f", uid=1000, gid=1000),
        directory("tmp", mode=0o1777),
        directory("var/mail", mode=0o2775),
        directory("d", mode=0o6755),
        symlink("l", "t"),
        device("dev/null", 1, 3, mode=0o666),
        fifo("p", mode=0o666),
        file("f", pax={"SCHILY.xattr.user.a": NET_BIND}),
    ],
)
def test_what_gives_nothing_away_is_left_alone(entry: bytes) -> None:
    assert kinds(entry) == []


def test_a_hard_link_is_another_path_to_the_same_rights() -> None:
    (finding,) = found([*ACCOUNTS, file("a", b"1", mode=0o4755), hardlink("b", "a")])
    assert set(finding.paths) == {b"/a", b"/b"}


def test_a_hard_link_has_the_mode_of_what_it_leads_to() -> None:
    assert found([*ACCOUNTS, file("a", b"1"), hardlink("b", "a", mode=0o4755)]) == []


def test_only_what_the_image_shows_counts() -> None:
    su = file("su", b"1", mode=0o4755)
    assert found([*ACCOUNTS, su], [whiteout("su")]) == []
    assert found([*ACCOUNTS, su], [file("su", b"1", mode=0o755)]) == []


def test_the_layer_that_gave_the_rights_is_told() -> None:
    (finding,) = found([*ACCOUNTS, file("su")], [file("su", mode=0o4755)], base=1)
    assert (finding.layer, finding.base, finding.size) == (1, False, 0)


def test_without_accounts_no_owner_is_a_stranger() -> None:
    assert found([file("f", uid=77)]) == []


def test_a_name_from_the_image_is_shown_printable() -> None:
    accounts = file("etc/passwd", b"ev\x1b[31mil:x:5:5::/:/bin/sh\n")
    (finding,) = found([accounts, file("f", mode=0o4755, uid=5)])
    assert finding.group == "setuid ev\\x1b[31mil"
    assert finding.message.isprintable()


def test_accounts_of_a_passwd_that_is_a_link_are_found() -> None:
    entries = [file("etc/real", b"app:x:7:7::/:/bin/sh\n"), symlink("etc/passwd", "real")]
    assert found([*entries, file("f", uid=7)]) == []


def test_owners_without_end_are_put_together() -> None:
    files = [file(f"f{number}", uid=5000 + number) for number in range(MOST_OWNERS + 9)]
    groups = {each.group for each in found([*ACCOUNTS, *files])}
    assert "other users without a name" in groups
    assert len(groups) <= 2 * MOST_OWNERS + 2


def test_looking_can_be_stopped() -> None:
    with pytest.raises(CancelledError):
        find_privileges(inspected(ACCOUNTS).inspection, None, cancelled=lambda: True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NET_BIND, "cap_net_bind_service=ep"),
        (pack("<III", 0x01000000, 1 << 21, 0), "cap_sys_admin=p"),
        (pack("<IIIII", 0x02000001, 0, 1 << 13, 1 << 7, 0), "cap_net_raw=ei cap_bpf=ep"),
        (pack("<IIIIII", 0x03000001, 3, 3, 0, 0, 1000), "cap_chown,cap_dac_override=epi"),
        (pack("<IIIII", 0x02000000, 0, 0, 1 << 31, 0), "cap_63=p"),
        (pack("<IIIII", 0x02000001, 0, 0, 0, 0), ""),
        (b"", ""),
        (b"\x01\x00\x00\x02", ""),
        (pack("<IIIII", 0x04000001, 1, 0, 0, 0), ""),
    ],
)
def test_capabilities_are_told_by_name(value: bytes, text: str) -> None:
    assert sorted(capabilities(value).split()) == sorted(text.split())
