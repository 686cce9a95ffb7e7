"""From a version to the screens that show it and take it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.ui.place import Place

if TYPE_CHECKING:
    from typing import Any

    from textual.screen import Screen

    from layertui.contents.opening import Contents
    from layertui.contents.versions import PathVersion
    from layertui.filesystem.tree import Filesystem


def is_shown(version: PathVersion) -> bool:
    """Tell whether there is something to show of a version."""
    if version.entry is None or version.entry.type == "directory":
        return False
    return version.place is not None or version.entry.type != "file"


def open_version(
    screen: Screen[Any], filesystem: Filesystem, contents: Contents, version: PathVersion
) -> None:
    """Show what is in a version; where that leads to a place, the screen leads there, too.

    Args:
        screen: The screen it is opened from.
        filesystem: All layers.
        contents: What is in the files.
        version: One that is not a removal.
    """
    from layertui.ui.screens.viewer import ViewerScreen
    from layertui.ui.viewer.request import ViewRequest

    def came_back(outcome: object) -> None:
        if isinstance(outcome, Place):
            screen.dismiss(outcome)

    if version.entry is None:
        return
    request = ViewRequest(
        filesystem=filesystem,
        contents=contents,
        path=version.entry.path,
        layer=version.layer,
        entry=version.entry,
        place=version.place,
    )
    screen.app.push_screen(ViewerScreen(request), came_back)


def extract_version(screen: Screen[Any], contents: Contents, version: PathVersion) -> None:
    """Let the user take a version out.

    Args:
        screen: The screen it is taken out from.
        contents: What is in the files.
        version: One that has a content.
    """
    from layertui.contents.planning import LoneCopy
    from layertui.ui.extracting.request import ExtractRequest
    from layertui.ui.screens.extract import ExtractScreen

    if version.entry is None or version.place is None:
        return
    request = ExtractRequest(contents=contents, source=LoneCopy(version.entry, version.place))
    screen.app.push_screen(ExtractScreen(request), _say(screen))


def _say(screen: Screen[Any]) -> Any:
    """Return what tells the words that another screen comes back with."""

    def came_back(outcome: object) -> None:
        if isinstance(outcome, str):
            screen.notify(outcome, markup=False, timeout=3)

    return came_back
