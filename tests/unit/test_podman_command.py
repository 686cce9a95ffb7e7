"""Podman by its command: a script in its place says what is asked of it."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layertui.blob import chunks
from layertui.errors import CancelledError, EngineError, ImageNotFoundError, UsageError
from layertui.limits import Limits
from layertui.sources.engine import streams
from layertui.sources.engine.command import PodmanCommand
from layertui.sources.engine.source import EngineSource
from tests import archives
from tests.builders import END, directory, file, layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.sources.engine.streams import CommandStream

LAYERS = archives.sample_layers(2)
IMAGE = "ab" * 32
ABOUT = {
    "Id": IMAGE,
    "RepoTags": ["localhost/api:1"],
    "Os": "linux",
    "Architecture": "amd64",
    "RootFS": {"Layers": [archives.digest(each) for each in LAYERS]},
    "History": [{"created_by": "RUN 0"}, {"created_by": "RUN 1"}],
}
SCRIPT = """#!/bin/sh
cd {folder}
echo "$@" >> asked
case "$1 $2" in
    "image inspect") [ "$4" = api ] || { echo "Error: $4: image not known" >&2; exit 125; }
        cat inspect ;;
    "container inspect") cat container ;;
    "container diff") cat diff ;;
    "save --quiet") cat save > "$6"; . ./end ;;
    "export --") cat export ;;
    *) printf 'first\\nError: no\\033 space left\\n' >&2; exit 125 ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What the script answers with; nothing is left in TMPDIR."""
    answers = {
        "inspect": archives.dump([ABOUT]),
        "container": archives.dump([{"Id": "c1", "Name": "web", "Image": IMAGE}]),
        "diff": archives.dump({"changed": ["/etc"], "added": ["/etc/new"], "deleted": ["/old"]}),
        "save": archives.tarball(archives.podman_save(LAYERS)),
        "export": layer(directory("etc"), file("etc/new", b"1"), file("other")),
        "end": b"",
    }
    for name, data in answers.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "spools").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spools"))
    yield tmp_path
    assert list((tmp_path / "spools").iterdir()) == []


@pytest.fixture
def podman(folder: Path) -> PodmanCommand:
    program = folder / "podman"
    program.write_text(SCRIPT.replace("{folder}", str(folder)))
    program.chmod(0o755)
    return PodmanCommand(str(program))


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines()


def read(stream: CommandStream) -> bytes:
    with closing(stream):
        return b"".join(stream)


def test_an_image_is_read_by_the_command(podman: PodmanCommand, folder: Path) -> None:
    source = EngineSource(
        podman,
        podman.inspect("api"),
        reference="podman:api",
        limits=Limits(),
        open_other=lambda *_: pytest.fail("no other image is opened"),
    )
    with closing(source.image()) as image:
        assert image.image_id == f"sha256:{IMAGE}"
        assert [step.created_by for step in image.config.steps] == ["RUN 0", "RUN 1"]
        assert asked(folder) == ["image inspect -- api"]
        deliveries = [layer.delivery for layer in image.layers]
        found = [delivery.open(lambda: False) for delivery in deliveries if delivery]
        assert [b"".join(chunks(blob)) for blob in found] == LAYERS
    save = asked(folder)[1]
    assert save.startswith("save --quiet --format docker-archive --output /dev/fd/")
    assert save.endswith(f" -- {IMAGE}")


def test_what_the_command_says_is_the_error(podman: PodmanCommand) -> None:
    with pytest.raises(EngineError) as caught:
        podman.images()
    assert caught.value.message == r"Podman says: no\x1b space left"


def test_an_image_that_is_not_known_can_be_pulled(podman: PodmanCommand) -> None:
    with pytest.raises(ImageNotFoundError, match="Podman has no image `gone`") as caught:
        podman.inspect("gone")
    assert caught.value.hint == "Fetch it first: podman pull gone"


@pytest.mark.parametrize("name", ["-v", "--root=/", "a;b", "$(x)", ""])
def test_what_is_no_name_is_no_argument(name: str, podman: PodmanCommand, folder: Path) -> None:
    for ask in (podman.inspect, podman.container):
        with pytest.raises(UsageError):
            ask(name)
    assert not (folder / "asked").exists()


def test_an_export_that_fails_is_told_by_the_command(podman: PodmanCommand, folder: Path) -> None:
    (folder / "save").write_bytes(END)
    (folder / "end").write_text("echo 'Error: blob is gone' >&2; exit 3")
    with pytest.raises(EngineError, match="Podman says: blob is gone"):
        read(podman.save(podman.inspect("api")))


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(EngineError, match=r"Podman cannot be started: No such file"):
        PodmanCommand("/no/podman").images()


def test_a_container_is_told_by_the_command(podman: PodmanCommand) -> None:
    assert podman.container("web").plain_name == "web"
    changes = [tuple(each) for each in podman.container_changes("c1")]
    assert changes == [("/etc", 0), ("/etc/new", 1), ("/old", 2)]
    assert read(podman.container_files("c1")).startswith(b"etc/")


def test_a_command_is_ended_when_its_export_is_stopped(
    podman: PodmanCommand, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_CLEANING", 0.5)
    (folder / "end").write_text("echo $$ > process; exec sleep 60")
    stop_amid(podman, folder)


def test_a_command_that_cleans_up_is_given_the_time_for_it(
    podman: PodmanCommand, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_GRACE", 0.1)
    (folder / "end").write_text("echo $$ > process; sleep 1; touch cleaned")
    stop_amid(podman, folder)
    assert (folder / "cleaned").exists()


def stop_amid(podman: PodmanCommand, folder: Path) -> None:
    """Stop an export after its last byte, and wait until its command has ended."""
    stream = podman.save(podman.inspect("api"))
    caught: list[BaseException] = []

    def follow() -> None:
        try:
            read(stream)
        except CancelledError as error:
            caught.append(error)

    thread = threading.Thread(target=follow)
    thread.start()
    while not (folder / "process").exists() or not (folder / "process").read_text().strip():
        time.sleep(0.01)
    stream.close()
    thread.join(20)

    process = Path("/proc", (folder / "process").read_text().strip())
    assert caught
    deadline = time.monotonic() + 20
    while process.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not process.exists()
