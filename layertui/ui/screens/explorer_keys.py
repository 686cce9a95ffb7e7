"""The keys of the main screen, the most useful first: the footer shows those there is room for."""

from __future__ import annotations

from textual.binding import Binding, BindingType

MORE_KEYS = (("0 to 9", "Go to a layer by its number"),)
"""Keys that are no bindings, and what they do."""

BINDINGS: list[BindingType] = [
    Binding("tab", "switch_pane(1)", "Pane", id="pane.switch", key_display="tab",
            tooltip="Go to the next pane: layers, files"),
    Binding("slash,ctrl+f", "filter", "Filter", id="filter.start", key_display="/",
            tooltip="Filter the files by name, path, size and type"),
    Binding("right_square_bracket", "layer(1)", "Layer", id="layer.next",
            key_display="[ ]", tooltip="Go to the next layer"),
    Binding("w", "show_waste", "Waste", id="show.waste",
            tooltip="Show every path that is shipped and not shown"),
    Binding("v", "split", "Split", id="files.split",
            tooltip="Split: what the layer did above, the files after it below"),
    Binding("c", "turn_comparison(True)", "Compare", id="compare.toggle",
            tooltip="Compare with the base"),
    Binding("c", "turn_comparison(False)", "Compare", id="compare.toggle",
            tooltip="Compare with the layer below"),
    Binding("p", "go_to_path", "Go to path", id="go.path",
            tooltip="Go to a path anywhere in the image"),
    Binding("I", "show_image", "Image", id="show.image",
            tooltip="Show config, history, platforms and documents of the image"),
    Binding("D", "show_dockerfile", "Dockerfile", id="show.dockerfile",
            tooltip="Show the Dockerfile that the history tells of"),
    Binding("s", "next_size", "Sizes", id="layers.size",
            tooltip="Show another size of the layers: files, compressed, net, running total"),
    Binding("z", "zoom", "Zoom", id="pane.zoom",
            tooltip="Give the pane all the room, or share it again"),
    Binding("i", "show_details", "Details", id="show.details",
            tooltip="Show all about the layer or the range, and the image"),
    Binding("shift+tab", "switch_pane(-1)", "Go to the previous pane", id="pane.switch-back",
            show=False),
    Binding("left_square_bracket", "layer(-1)", "Go to the previous layer", id="layer.previous",
            show=False),
    Binding("apostrophe", "jump", "Jump to a pane", id="pane.jump", show=False),
    Binding("less_than_sign", "widen(-5)", "Make the left half narrower", id="pane.narrower",
            show=False),
    Binding("greater_than_sign", "widen(5)", "Make the left half wider", id="pane.wider",
            show=False),
    Binding("y", "copy", "Copy", id="copy.name", show=False,
            tooltip="Copy the path, the digest or the ImageID that the focus is on"),
    Binding("Y", "copy_instruction", "Copy instruction", id="copy.instruction", show=False,
            tooltip="Copy the instruction of the layer"),
    Binding("right,l", "walk(1)", "Next pane at the left", id="pane.next", show=False),
    Binding("left,h", "walk(-1)", "Previous pane at the left", id="pane.previous", show=False),
    Binding("escape", "end_filter", "End the filter", id="filter.stop", key_display="esc",
            tooltip="End the filter and go back to where it began"),
]  # fmt: skip
