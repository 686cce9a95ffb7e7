"""The writable layer of a container."""

from __future__ import annotations

import io
import tarfile
import tempfile
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob, chunks
from layertui.errors import EngineError, ImageNotFoundError
from layertui.layers.indexing import index_layer
from layertui.limits import Limits
from layertui.sources import open_image
from layertui.sources.engine.containers import layer_pieces
from layertui.sources.engine.protocol import ADDED, DELETED, MODIFIED, Change
from layertui.sources.engine.service import Service
from tests import archives
from tests.builders import END, directory, file, hardlink, layer, symlink
from tests.engines import CREATED, FakeEngine, fake_engine, in_chunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from layertui.image import Image

LAYERS = archives.sample_layers(2)
FILES = layer(
    directory("etc", mode=0o755, mtime=5),
    file("etc/hosts", b"below"),
    file("etc/passwd", b"changed", mode=0o640, uid=7, gid=8, mtime=9),
    file("etc/shadow", b"below"),
    directory("srv"),
    file("srv/new", b"x" * 700, pax={"SCHILY.xattr.user.a": b"b"}),
    hardlink("srv/again", "srv/new"),
    symlink("srv/link", "new"),
)


@pytest.fixture
def engine(
    surroundings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeEngine]:
    """A Docker engine at its usual socket with a container; nothing is left in TMPDIR."""
    folder = tmp_path / "spools"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with fake_engine() as engine:
        usual = surroundings / "var/run/docker.sock"
        usual.parent.mkdir(parents=True)
        usual.symlink_to(engine.path)
        identity = engine.keep(LAYERS, archives.tarball(archives.docker_save(LAYERS)))
        about = {"Id": "c1", "Name": "/web", "Image": identity, "Created": CREATED}
        engine.containers |= {"web": about, "c1": about}
        engine.changes["c1"] = [
            {"Path": "/etc", "Kind": 0},
            {"Path": "/etc/passwd", "Kind": 0},
            {"Path": "/etc/motd", "Kind": 2},
            {"Path": "/srv", "Kind": 1},
            {"Path": "/srv/new", "Kind": 1},
            {"Path": "/srv/again", "Kind": 1},
            {"Path": "/srv/link", "Kind": 1},
        ]
        engine.files["c1"] = in_chunks(FILES, 1000)
        yield engine
    assert list(folder.iterdir()) == []


@pytest.fixture
def until_the_end() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def written(image: Image) -> bytes:
    """Return the writable layer."""
    delivery = image.layers[-1].delivery
    assert delivery is not None
    return b"".join(chunks(delivery.open(lambda: False)))


def names_in(data: bytes) -> list[bytes]:
    with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as tar:
        return [each.name.encode("utf-8", "surrogateescape") for each in tar]


def pieces(files: bytes, changes: Sequence[Change], engine: FakeEngine) -> list[bytes]:
    with closing(Service(engine.endpoint)) as service:
        found = b"".join(layer_pieces(BytesBlob(files), changes, Limits(), service))
    return names_in(found + END)


@pytest.mark.parametrize("name", ["container:web", "docker:web", "container:c1"])
def test_a_container_is_its_image_and_one_layer_more(
    name: str, engine: FakeEngine, until_the_end: ExitStack
) -> None:
    image = until_the_end.enter_context(closing(open_image(name)))

    assert (image.reference, image.source) == (name, "docker")
    assert [layer.diff_id for layer in image.layers] == [*map(archives.digest, LAYERS), None]
    step = image.config.steps[-1]
    assert (step.created_by, step.created, step.empty_layer) == ("container web", CREATED, False)
    assert image.layers[-1].history is step
    assert image.layers[-1].index == 2
    assert engine.count("/changes") == engine.count("/export") == engine.count("/get") == 0


def test_the_layer_holds_what_changed_as_the_engine_sends_it(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    image = until_the_end.enter_context(closing(open_image("container:web")))
    data = written(image)
    expected = layer(
        file("etc/.wh.motd"),
        directory("etc", mode=0o755, mtime=5),
        file("etc/passwd", b"changed", mode=0o640, uid=7, gid=8, mtime=9),
        directory("srv"),
        file("srv/new", b"x" * 700, pax={"SCHILY.xattr.user.a": b"b"}),
        hardlink("srv/again", "srv/new"),
        symlink("srv/link", "new"),
    )

    assert names_in(data) == names_in(expected)
    assert data[512:] == expected[512:]
    index = index_layer(BytesBlob(data))
    assert index.complete
    assert not index.notices
    assert engine.count("/get") == 0


def test_nothing_but_looking_is_asked_of_the_engine(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    written(until_the_end.enter_context(closing(open_image("container:web"))))
    assert {path.rpartition("/")[2] for path, _ in engine.asked} == {
        "version", "json", "history", "changes", "export"
    }  # fmt: skip


@pytest.mark.parametrize("changes", [None, []])
def test_an_unchanged_container_has_an_empty_layer_and_is_not_exported(
    changes: list[archives.Json] | None, engine: FakeEngine, until_the_end: ExitStack
) -> None:
    engine.changes["c1"] = changes
    image = until_the_end.enter_context(closing(open_image("container:web")))
    assert written(image) == END
    assert engine.count("/export") == 0


def test_an_image_goes_before_a_container_of_its_name(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    engine.keep(LAYERS[:1], b"", name="web")
    image = until_the_end.enter_context(closing(open_image("docker:web")))
    assert len(image.layers) == 1


def test_a_container_that_is_not_there_is_named(engine: FakeEngine) -> None:
    with pytest.raises(ImageNotFoundError, match="no container of Docker is called `gone`"):
        open_image("container:gone")


def test_an_export_that_breaks_off_is_no_layer(
    engine: FakeEngine, until_the_end: ExitStack
) -> None:
    engine.files["c1"] = in_chunks(FILES[:2500])
    image = until_the_end.enter_context(closing(open_image("container:web")))
    with pytest.raises(EngineError, match="broke off in the middle of the export"):
        written(image)


def test_changes_that_are_none_are_an_error(engine: FakeEngine, until_the_end: ExitStack) -> None:
    engine.changes["c1"] = [{"Path": "/x"}]
    image = until_the_end.enter_context(closing(open_image("container:web")))
    with pytest.raises(EngineError, match="does not tell what the container changed"):
        written(image)


def test_what_was_deleted_with_its_directory_needs_one_whiteout(engine: FakeEngine) -> None:
    gone = [Change(path, DELETED) for path in ("/a", "/a-b", "/a/c", "/a/c/d", "/b/c")]
    assert pieces(END, gone, engine) == [b".wh.a", b".wh.a-b", b"b/.wh.c"]


def test_a_directory_that_was_deleted_and_made_again_hides_what_was_below(
    engine: FakeEngine,
) -> None:
    files = layer(directory("d"), file("d/x"), directory("d/e"), file("d/e/y"), file("dz"))
    assert pieces(files, [Change("/d", DELETED)], engine) == [
        b"d", b"d/.wh..wh..opq", b"d/x", b"d/e", b"d/e/y"
    ]  # fmt: skip


def test_a_file_that_was_deleted_and_made_again_is_there(engine: FakeEngine) -> None:
    assert pieces(layer(file("f", b"1")), [Change("/f", DELETED)], engine) == [b"f"]


def test_names_that_are_not_utf_8_are_found_as_engines_write_them(engine: FakeEngine) -> None:
    files = layer(file(b"\xff\xfez"), file("é"), file(b"a\xc3"))
    changes = [Change(path, ADDED) for path in ("/\ufffd\ufffdz", "/é", "/a\ufffd")]
    assert pieces(files, changes, engine) == [b"\xff\xfez", "é".encode(), b"a\xc3"]


def test_long_names_are_deleted_and_kept_whole(engine: FakeEngine) -> None:
    long = "d/" + "n" * 200
    files = layer(file(long), file("other"))
    changes = [Change(f"/{long}", MODIFIED), Change(f"/{long}x", DELETED)]
    assert pieces(files, changes, engine) == [f"d/.wh.{'n' * 200}x".encode(), long.encode()]
