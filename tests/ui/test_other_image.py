"""Opening another image or platform of a source that is open."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from layertui.blob import chunks
from layertui.sources import Source, open_source
from layertui.ui.job import Job
from layertui.ui.messages import (
    FilesystemBuilt,
    ImageOpened,
    LayersProgressed,
    OtherFailed,
    OtherOpened,
    ReadingFailed,
)
from layertui.ui.open_choice import OpenChoice
from layertui.ui.reading import open_other, read_opened
from layertui.ui.request import OpenRequest
from tests import archives
from tests.several import platforms, two_images

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.message import Message

ARM = OpenChoice("0", "linux/arm64", 1)


class Told:
    """Work in a thread, and what it tells."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def wait_for(self, job: Job) -> list[Message]:
        """Let a job run to its end; return what it told."""
        job.start()
        job.join()
        return self.messages


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    """An archive of one image for two platforms."""
    path = archives.write_tarball(platforms("linux/amd64", "linux/arm64"), tmp_path / "i.tar")
    opened = open_source(str(path))
    yield opened
    opened.close()


def opened_other(source: Source, wanted: OpenChoice, *, base: str = "") -> Message:
    told = Told()
    request = OpenRequest(image="unused", base=base)
    job = Job(lambda job: open_other(source, wanted, request, job), told.messages.append)
    (message,) = told.wait_for(job)
    return message


def test_another_platform_of_an_open_source_is_opened(source: Source) -> None:
    message = opened_other(source, ARM)
    assert isinstance(message, OtherOpened)
    assert str(message.image.platform) == "linux/arm64"
    assert message.source is source


def test_another_image_of_an_open_source_is_opened(tmp_path: Path) -> None:
    source = open_source(str(archives.write_tarball(two_images(), tmp_path / "two.tar")))
    message = opened_other(source, OpenChoice("1"))
    assert isinstance(message, OtherOpened)
    assert message.image.number == 1
    source.close()


def test_the_image_that_was_open_can_still_be_read(source: Source) -> None:
    first = source.image(platform="linux/amd64")
    opened_other(source, ARM)
    blob = first.layers[0].blob
    assert blob is not None
    assert b"".join(chunks(blob))


def test_what_cannot_be_opened_leaves_the_source_open(source: Source) -> None:
    message = opened_other(source, OpenChoice("0", "plan9/arm"))
    assert isinstance(message, OtherFailed)
    assert "plan9/arm" in message.error.message
    assert source.image(platform="linux/amd64").layers


def test_a_base_that_does_not_fit_is_left_out_and_told(source: Source) -> None:
    message = opened_other(source, ARM, base="17")
    assert isinstance(message, OtherOpened)
    assert "base-mismatch" in [notice.code for notice in message.image.notices]
    assert [layer.base for layer in message.image.layers] == [True]


def test_the_base_of_the_request_holds_for_the_other_too(source: Source) -> None:
    message = opened_other(source, ARM, base="0")
    assert isinstance(message, OtherOpened)
    assert [layer.base for layer in message.image.layers] == [False]


def test_an_opened_image_is_read_like_the_first(source: Source) -> None:
    told = Told()
    image = source.image(platform="linux/arm64")
    request = OpenRequest(image="unused")
    messages = told.wait_for(
        Job(lambda job: read_opened(image, source, request, job), told.messages.append)
    )
    assert isinstance(messages[0], ImageOpened)
    assert (messages[0].image, messages[0].source) == (image, source)
    kinds = {type(message) for message in messages}
    assert {LayersProgressed, FilesystemBuilt} <= kinds
    assert ReadingFailed not in kinds


def test_a_job_tells_nothing_once_it_is_cancelled() -> None:
    told, about_to_tell, cancelled = Told(), Event(), Event()

    def work(job: Job) -> None:
        about_to_tell.set()
        cancelled.wait()
        job.post(OtherFailed(error=None))  # type: ignore[arg-type]

    job = Job(work, told.messages.append)
    job.start()
    about_to_tell.wait()
    job.cancel()
    cancelled.set()
    job.join()
    assert told.messages == []


def test_cancelling_waits_until_what_is_being_told_is_told() -> None:
    order: list[str] = []
    telling, go_on = Event(), Event()

    def post(_message: Message) -> None:
        telling.set()
        go_on.wait()
        order.append("told")

    job = Job(lambda job: job.post(OtherFailed(error=None)), post)  # type: ignore[arg-type]
    job.start()
    telling.wait()

    def stop(_job: Job) -> None:
        job.cancel()
        order.append("cancelled")

    stopper = Job(stop, post)
    stopper.start()
    go_on.set()
    stopper.join()
    job.join()
    assert order == ["told", "cancelled"]
