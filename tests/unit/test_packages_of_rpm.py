"""Whose files are, by the databases of rpm."""

from __future__ import annotations

import base64
import struct
import sys
import tempfile
import zlib
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob
from layertui.errors import CancelledError
from layertui.insight.packages import rpm, rpm_sqlite
from layertui.insight.packages.package import Budget, DatabaseError, Package, Source
from layertui.insight.packages.rpm_header import read_header
from tests import builders
from tests.databases import (
    packages,
    rpm_database,
    rpm_header,
    rpm_package,
    shipped,
    sqlite_database,
)

if TYPE_CHECKING:
    from pathlib import Path

PLACES = ["var/lib/rpm", "usr/lib/sysimage/rpm"]

REAL = (
    "c-obfO^g&p6vu03XK_IY7!dIzW)GMw#+j+F?ye>wKtN>^MG`f^fX1q>s@aaSGn1Lw&Eg3X6FqQJOgwnx;9(D"
    "X^T2_F@$5kpjvkbViXRs>MqR6?{^PQ0VyxtK)vw;G*Y&F2>n4O8A*AsUA>?R~yTbVX(C-OigUpfGYJ|*u75Z"
    "&K>fl@8Iq=uuo#1am-+-@*zYYENAp5|#!TZ7A!TtdFd-!_@{3G=9;GdvB2>u2B7QnwlFTsC+4@Yh^;O}IR*)"
    "XhhGeORRw}TCM2kg7xyAk_E@XpA!$HBXzeeEgmZs=bI?*U%`?~D7Zy@~zZi}mk8e;@3x#XD#mfc}%%PwuVKe"
    "-3^ia{UN+A^NYMga0SveBHwTDexM25$i95&q99%?|%XMcfseOUx)pR&|e3?1ilG2aX&K;V?P%B2-txi1$%HC"
    "+yyi6IKF@86#TD%&x2Rv`)3C6UiZEQ{Tp%p-jCt$GWZMF<39F&3HwjMx1hffxmLqDKL(yfJ<(VLwO!GF;~4b"
    "!fJ@}(4_LpBcxKVRkNxk5{zJ@nz}LV_;Oe|<Cy4G2mNa24PDHHXx+a>uvh8iUx;)|CPcJ@4p6`tYt|)!!Ea{"
    "fLl{M1q>tV5kx}QbP6Vwj5boJ8J<F_wey+}4&<@0aCl%-Y{N;8*glO@`5ub4KTxiFI!E{rqd5>aGEc`g$zSx"
    "z%w$ixV(C?h7JRC=Cjm2g9CN?pOY$fV!}(?S$n1oLX8D#EPIZJuW`w^SxY=AFq2NmR~EViL}6Vm(!<rQTD+8"
    "1*LDb7qY6MaEL0y^xkFu2RjNlBrLPqvDPTtMlE`jt%?$G5KGQ$$d1#eKbXDG%Q-fL3Irq|7<tn%@zHgFFOkp"
    "I8-IjT-d~psch8-U)|CyoaiqPhHf-+_KC9VPU~ei`b$^MoGd$TG~S#$qc3#(dSW~}rB~gVq4VY1A;J$&wn;>"
    "bwq%nL*-Be<(#I!LExLIwcgl3Gj&ElJIW%o^RUA|I)BfMqO#*9GQ6iD!)9NvXt!}?V+HPF5Nqc29Y@4!&(P&"
    "8z-InoWL6}+9!**EKCe3H~e6vG}LD?srSIYs(k@ijNOsRX#SPK8$rZLx#KYL<vaenO9#>AFGSB(3^3)7fa#="
    "fZtD>9zu(iMp>M9P)sA%D}5+$z_ia7kh^orxmJQpOX;@`AaHTdf^sRE9i{zCxCADZ)yxgv`CLp**<aKFL#`@"
    "k}N%)Q!$^<z$kxBF{CGA<>x-sZO=7zOnH~zp?S#b^M%z+vW%6_-j|r{rdBv*VjKgc>2Mkd14$Fd1j>#rNvYz"
    "-r$ToBbB5fj?9}}3LS1lrMZ=vwIRB2c-$)G6%{Tu*6C2c%uvC-%|(ciTAOPw7^TLAGoWdrWc+@x%_FV9Q{_N"
    "4_a`ngWe5"
)
"""What rpm 4.18 wrote for a package that it built itself: a header, compressed."""


def parsed(data: bytes) -> object:
    return rpm.parse(Source(b"var\0lib\0rpm\0rpmdb.sqlite", BytesBlob(data), Budget()))


def test_a_header_as_rpm_writes_it_is_read() -> None:
    header = read_header(zlib.decompress(base64.b85decode(REAL)))
    assert header is not None
    assert header.package == Package("rpm", "alpha", "2:1.2-3", "noarch")
    assert list(header.paths) == [
        b"etc/alpha.conf",
        b"usr/bin/alpha",
        b"usr/share/alpha",
        b"usr/share/alpha/data",
        b"var/log/alpha.log",
    ]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_packages_of_rpm_are_compared_between_layers(place: str, journal: str) -> None:
    bash = rpm_package("bash", "5.2.26", "/usr/bin/bash", "/usr/share/doc/bash/README")
    curl = rpm_package("curl", "8.6.0", "/usr/bin/curl")
    below = [
        builders.file("usr/bin/bash", b"b" * 80),
        builders.file("usr/share/doc/bash/README", b"r" * 8),
        builders.file(f"{place}/rpmdb.sqlite", rpm_database(bash, journal=journal)),
        builders.file(f"{place}/rpmdb.sqlite-wal", b""),
    ]
    above = [
        builders.file("usr/bin/curl", b"c" * 30),
        builders.file(f"{place}/rpmdb.sqlite", rpm_database(bash, curl, journal=journal)),
    ]
    found = packages(below, above)
    assert [change.after for change in found.layers[1].added] == [
        Package("rpm", "curl", "8.6.0-2.fc40", "x86_64")
    ]
    assert shipped(found, 0)["bash"] == 88
    assert shipped(found, 1)["curl"] == 30
    assert found.notices == ()


def test_a_database_in_the_place_of_a_link_is_read_once() -> None:
    found = packages(
        [
            builders.symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
            builders.file(
                "usr/lib/sysimage/rpm/rpmdb.sqlite", rpm_database(rpm_package("bash", "5"))
            ),
        ]
    )
    assert [package.name for package in found.installed] == ["bash"]


@pytest.mark.parametrize(("name", "kind"), [("Packages", "Berkeley DB"), ("Packages.db", "NDB")])
def test_databases_of_other_kinds_are_said_not_to_be_read(name: str, kind: str) -> None:
    found = packages([builders.file(f"var/lib/rpm/{name}", b"x" * 50)])
    (notice,) = found.notices
    assert (notice.code, notice.layer) == ("package-database", 0)
    assert notice.path == f"/var/lib/rpm/{name}".encode()
    assert kind in notice.message


def test_a_journal_with_more_than_the_database_is_told() -> None:
    found = packages(
        [
            builders.file("var/lib/rpm/rpmdb.sqlite", rpm_database(rpm_package("bash", "5"))),
            builders.file("var/lib/rpm/rpmdb.sqlite-wal", b"x" * 40),
        ]
    )
    assert [package.name for package in found.installed] == ["bash"]
    assert "journal" in found.notices[0].message


def test_files_that_another_package_has_taken_over_are_of_that_one() -> None:
    header = rpm_header([
        (1000, 6, 1, b"old\0"), (1001, 6, 1, b"1\0"),
        (1029, 1, 2, b"\1\0"),
        (1116, 4, 2, struct.pack(">2I", 0, 0)), (1117, 8, 2, b"a\0b\0"), (1118, 8, 1, b"/\0"),
    ])  # fmt: skip
    found = read_header(header)
    assert found is not None
    assert list(found.paths) == [b"b"]


BROKEN = {
    "cut off": b"\0\0\0",
    "more entries than there are": struct.pack(">II", 1_000, 0),
    "very many entries": struct.pack(">II", 0xFFFFFFFF, 0xFFFFFFFF) + bytes(100),
    "numbers beyond its end": rpm_header([(1000, 6, 1, b"n\0"), (1003, 4, 9, b"\0" * 4)]),
    "very many numbers": rpm_header([(1000, 6, 1, b"n\0"), (1116, 4, 0xFFFFFFFF, b"\0" * 4)]),
    "less texts than it says": rpm_header([(1000, 6, 1, b"n\0"), (1117, 8, 3, b"a\0b")]),
    "files without directories": rpm_header([(1000, 6, 1, b"n\0"), (1117, 8, 1, b"a\0")]),
    "a directory that is not there": rpm_header([
        (1000, 6, 1, b"n\0"), (1116, 4, 1, struct.pack(">I", 7)), (1117, 8, 1, b"a\0"),
        (1118, 8, 1, b"/\0"),
    ]),
    "a directory with too long a name": rpm_header([
        (1000, 6, 1, b"n\0"), (1116, 4, 1, struct.pack(">I", 0)), (1117, 8, 1, b"a\0"),
        (1118, 8, 1, b"/" + b"x" * 9_000 + b"\0"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("header", BROKEN.values(), ids=BROKEN)
def test_a_header_that_contradicts_itself_is_an_error(header: bytes) -> None:
    with pytest.raises(DatabaseError, match="a header"):
        list(read_header(header).paths)  # type: ignore[union-attr]
    found = packages([builders.file("var/lib/rpm/rpmdb.sqlite", rpm_database(header))])
    assert [notice.code for notice in found.notices] == ["package-database"]


@pytest.mark.parametrize("offset", [4, 5, 0xFFFFFFFF])
def test_an_entry_beyond_the_end_of_a_header_is_passed_over(offset: int) -> None:
    entry = struct.pack(">IIII", 1000, 6, offset, 1)
    assert read_header(struct.pack(">II", 1, 4) + entry + b"abc\0") is None


def test_what_is_no_database_is_told() -> None:
    good = rpm_database(rpm_package("bash", "5"))
    for data in (b"", b"not a database", good[:3_000], good[:1_024] + b"\xff" * 7_000):
        with pytest.raises(DatabaseError, match="RPM database"):
            parsed(data)


VIEWS = {
    "a view": "CREATE VIEW Packages AS SELECT 1 AS blob",
    "an endless view": (
        "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS "
        "(SELECT 1 UNION ALL SELECT blob + 1 FROM n) SELECT blob FROM n"
    ),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_in_the_place_of_the_table_is_not_run(view: str) -> None:
    assert parsed(sqlite_database("CREATE TABLE Packages (blob)")) == ()
    with pytest.raises(DatabaseError, match="no table"):
        parsed(sqlite_database(view))


def test_a_view_that_calls_itself_a_table_is_not_run() -> None:
    """The catalogue of a database may be forged: what it says need not be what is made."""
    data = sqlite_database(
        "CREATE TABLE Other (blob)",
        "CREATE VIEW Packages AS SELECT zeroblob(1000) AS blob FROM Other",
        "INSERT INTO Other VALUES (1)",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET name = 'Packages' WHERE name = 'Other'",
    )
    with pytest.raises(DatabaseError, match="cannot be read"):
        parsed(data)


def test_a_column_that_is_computed_may_not_be_large() -> None:
    table = "CREATE TABLE Packages (x, blob AS (zeroblob(100000000)))"
    with pytest.raises(DatabaseError, match="cannot be read: string or blob too big"):
        parsed(sqlite_database(table, "INSERT INTO Packages (x) VALUES (1)"))


def test_rows_that_hold_no_header_are_passed_over() -> None:
    table = "CREATE TABLE Packages (hnum, blob)"
    rows = "INSERT INTO Packages VALUES (2, 3), (3, NULL), (4, 1.5)"
    assert parsed(sqlite_database(table, rows)) == ()


def test_reading_ends_when_it_is_to_be_stopped() -> None:
    def stop() -> None:
        raise CancelledError("stopped")

    data = rpm_database(*[rpm_package(f"p{number}", "1") for number in range(50)])
    with pytest.raises(CancelledError):
        rpm.parse(Source(b"var\0lib\0rpm\0rpmdb.sqlite", BytesBlob(data), Budget(), stop))


def test_a_database_that_is_too_large_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpm, "MOST_DATABASE", 1 << 20)
    with pytest.raises(DatabaseError, match="larger than 1 MiB"):
        parsed(bytes((1 << 20) + 1))


def test_without_sqlite_the_database_is_said_not_to_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "layertui.insight.packages.rpm_sqlite", None)
    with pytest.raises(DatabaseError, match="has no SQLite"):
        parsed(rpm_database(rpm_package("bash", "5")))


def test_without_room_for_a_copy_the_database_is_said_not_to_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(DatabaseError, match="no copy of the RPM database can be made: No such"):
        parsed(b"any")


def test_no_copy_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = rpm_database(rpm_package("bash", "5"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    parsed(data)
    with pytest.raises(DatabaseError):
        parsed(data[:1_000])
    assert list(tmp_path.iterdir()) == []


def test_more_packages_than_are_read_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpm_sqlite, "MOST_HEADERS", 2)
    with pytest.raises(DatabaseError, match="more than 2 packages"):
        parsed(rpm_database(*[rpm_package(f"p{number}", "1") for number in range(3)]))


def test_a_database_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpm_sqlite, "MOST_STEPS", 1)
    headers = [rpm_package(f"p{number}", "1") for number in range(3_000)]
    with pytest.raises(DatabaseError, match="cannot be read"):
        parsed(rpm_database(*headers))
