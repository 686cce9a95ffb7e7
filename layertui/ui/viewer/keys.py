"""The keys of the viewer, the most useful first: the footer shows those there is room for."""

from __future__ import annotations

from textual.binding import Binding, BindingType

BINDINGS: list[BindingType] = [
    Binding("enter", "follow", "Open target", id="viewer.follow",
            tooltip="Open what the link leads to"),
    Binding("escape", "back", "Back", id="viewer.leave", key_display="esc",
            tooltip="Stop reading, end the search, go back"),
    Binding("slash,ctrl+f", "search", "Search", id="viewer.search", key_display="/"),
    Binding("n", "step(1)", "Next", id="viewer.next", key_display="n N",
            tooltip="Go to where it is found next"),
    Binding("N", "step(-1)", "Go to where it is found before", id="viewer.previous",
            show=False),
    Binding("t", "turn", "Text", id="viewer.turn", tooltip="Show it as text"),
    Binding("t", "turn_to_hex", "Bytes", id="viewer.turn", tooltip="Show it as bytes"),
    Binding("c", "compare", "Below", id="viewer.below",
            tooltip="Show the file as it was below"),
    Binding("c", "compare_back", "This layer", id="viewer.below",
            tooltip="Show the file as the layer left it"),
    Binding("i", "all_facts", "All facts", id="viewer.facts",
            tooltip="Show all that is known about the file, or less of it"),
    Binding("z", "zoom", "Zoom", id="viewer.zoom",
            tooltip="Give the file all the room, or let the files be seen beside it"),
    Binding("p", "pager", "Pager", id="viewer.pager", show=False,
            tooltip="Show a copy of the file in $PAGER"),
    Binding("e", "editor", "Editor", id="viewer.editor", show=False,
            tooltip="Open a copy of the file in $EDITOR"),
    Binding("x", "extract", "Extract", id="viewer.extract", show=False,
            tooltip="Take the file out of the image"),
    Binding("y", "copy", "Copy path", id="viewer.copy", show=False),
]  # fmt: skip
