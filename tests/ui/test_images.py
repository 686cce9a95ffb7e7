"""Choosing an image where none was named."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from layertui.errors import CancelledError, ImageError
from layertui.sources.listing import ListedImage
from layertui.ui.screens.images import ImagesScreen, Keeper, can_be_named
from tests.ui.driving import raw_characters
from tests.ui.hosting import Hosted, hosted
from tests.ui.images import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layertui.blob import Cancelled

DAY = 86_400 * 1_000_000_000
NOW = 20_000 * DAY


def image(name: str, keeper: str, days: int, **more: Any) -> ListedImage:
    return ListedImage(
        argument=f"{keeper.lower()}:{name}",
        keeper=keeper,
        name=name,
        size=more.pop("size", 80_000_000),
        created=NOW - days * DAY,
        platform="linux/amd64",
        **more,
    )


DOCKER = (
    image("shop/api:2.4", "Docker", 3, layers=8, shared_layers=5),
    image("debian:bookworm", "Docker", 40, layers=1, shared_layers=1, size=124_000_000),
    ListedImage(argument="docker:1d2e3f", keeper="Docker", image_id="1d2e3f4a5b6c", size=900),
)
PODMAN = (image("localhost/tools:latest", "Podman", 800, shared_size=70_000_000),)
FOLDER = (
    ListedImage(argument="./api.tar", keeper="This folder", name="api.tar", size=1_400_000_000),
)


def keeper(name: str, *images: ListedImage) -> Keeper:
    return Keeper(name, lambda _cancelled: images)


KEEPERS = (keeper("Docker", *DOCKER), keeper("Podman", *PODMAN), keeper("This folder", *FOLDER))


def images_screen(*keepers: Keeper) -> ImagesScreen:
    return ImagesScreen(keepers or KEEPERS, now=lambda: NOW)


def listed(driven: Hosted) -> list[str]:
    screen = driven.host.screen
    assert isinstance(screen, ImagesScreen)
    return [choice.value for choice in screen.picks.choices]


async def test_images_stand_below_who_keeps_them_with_what_is_known_of_them() -> None:
    async with hosted(images_screen(), size=(120, 40)) as driven:
        assert listed(driven) == [each.argument for each in (*DOCKER, *PODMAN, *FOLDER)]
        line = driven.line_with("shop/api:2.4").split()
        assert " ".join(line[2:-1]) == "80.0 MB 3 days linux/amd64 8 layers, 5 shared"
        assert "2 years" in driven.line_with("localhost/tools")
        assert "70.0 MB shared" in driven.line_with("localhost/tools")
        assert "1.4 GB" in driven.line_with("api.tar")


async def test_typing_filters_and_enter_opens() -> None:
    async with hosted(images_screen()) as driven:
        await driven.press(*"tools")
        assert listed(driven)[0] == "podman:localhost/tools:latest"
        await driven.press("enter")
        assert driven.results == ["podman:localhost/tools:latest"]


async def test_a_name_that_nobody_has_can_be_opened_too() -> None:
    async with hosted(images_screen()) as driven:
        await driven.press(*"alpine:3.20")
        assert listed(driven) == ["alpine:3.20"]
        assert "else from its registry" in driven.text()
        await driven.press("enter")
        assert driven.results == ["alpine:3.20"]


def test_paths_transports_and_names_can_be_opened_by_name(tmp_path: Path) -> None:
    assert can_be_named(str(tmp_path))
    assert can_be_named("oci-archive:not-there.tar")
    assert can_be_named("docker:abc")
    assert not can_be_named("")
    assert not can_be_named("docker:")
    assert not can_be_named("No Name")


async def test_escape_opens_nothing() -> None:
    async with hosted(images_screen()) as driven:
        await driven.press("escape")
        assert driven.results == [None]


async def test_who_cannot_be_asked_is_told_and_the_others_are_listed() -> None:
    def fail(_cancelled: Cancelled) -> tuple[ListedImage, ...]:
        raise ImageError("permission denied", hint="Join the group docker.")

    screen = images_screen(Keeper("Docker", fail), keeper("Podman", *PODMAN))
    async with hosted(screen) as driven:
        assert "Docker: permission denied. Join the group docker." in driven.text()
        assert listed(driven) == [PODMAN[0].argument]


async def test_what_to_do_about_each_engine_is_in_sight_however_much_they_say() -> None:
    def failing(name: str, message: str) -> Keeper:
        def fail(_cancelled: Cancelled) -> tuple[ListedImage, ...]:
            raise ImageError(message, hint=f"Start {name}.")

        return Keeper(name, fail)

    wordy = failing("Podman", "Podman says: " + "cannot write the map of users; " * 9)
    screen = images_screen(failing("Docker", "the socket is not there"), wordy)
    async with hosted(screen, size=(80, 24)) as driven:
        assert "Docker: the socket is not there. Start Docker." in driven.text()
        assert "Start Podman." in driven.text()
        assert "Podman: Podman" not in driven.text()


async def test_many_layers_and_those_shared_are_told_in_full() -> None:
    many = image("a:1", "Docker", 3, layers=112, shared_layers=101)
    async with hosted(images_screen(keeper("Docker", many)), size=(120, 40)) as driven:
        assert "112 layers, 101 shared" in driven.line_with("a:1")


async def test_nothing_to_choose_says_what_to_do() -> None:
    async with hosted(images_screen(keeper("Docker"))) as driven:
        assert "No image here. Type a name, or the path of a saved one." in driven.text()


async def test_a_keeper_that_takes_its_time_keeps_nobody_waiting() -> None:
    answering = Event()
    asked = Event()

    def wait(cancelled: Cancelled) -> tuple[ListedImage, ...]:
        asked.set()
        while not answering.wait(0.01):
            if cancelled():
                raise CancelledError("no longer")
        return DOCKER

    async with hosted() as driven:
        screen = images_screen(Keeper("Docker", wait), keeper("Podman", *PODMAN))
        driven.host.push_screen(screen, driven.results.append)
        await until(driven, lambda: asked.is_set() and bool(screen.picks.choices))
        assert listed(driven) == [PODMAN[0].argument]
        assert "searching" in driven.text()
        answering.set()
        await driven.settle()
        assert listed(driven) == [each.argument for each in (*DOCKER, *PODMAN)]
        assert "4 of 4" in driven.text()


async def until(driven: Hosted, condition: Callable[[], bool]) -> None:
    while not condition():
        await driven.pilot.pause()


async def test_names_are_text() -> None:
    hostile = [ListedImage(argument="a", keeper="Docker", name=name) for name in HOSTILE]
    async with hosted(images_screen(keeper("Docker", *hostile)), size=(120, 40)) as driven:
        assert not raw_characters(driven.text())


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
async def test_it_fits_every_terminal(columns: int) -> None:
    async with hosted(images_screen(), size=(columns, 15)) as driven:
        assert {len(line) for line in driven.lines()} == {columns}
        assert any(each in driven.text() for each in ("shop/api:2.4", "\u2026api:2.4", "api"))
