"""Text measured in terminal cells: cut, aligned, wrapped, and shares drawn as bars."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells, set_cell_size

ELLIPSIS = "\u2026"
_FULL, _HALF = "\u2501", "\u2578"


def cut(text: str, width: int) -> str:
    """Return text of at most `width` cells; what is longer ends in an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS if width > 0 else ""


def cut_start(text: str, width: int) -> str:
    """Return the end of a text in at most `width` cells, behind an ellipsis where it is longer."""
    if cell_len(text) <= width:
        return text
    kept = text[-width:] if width > 0 else ""
    while kept and cell_len(kept) >= width:
        kept = kept[1:]
    return ELLIPSIS + kept if width > 0 else ""


def left(text: str, width: int) -> str:
    """Return text in exactly `width` cells, aligned left."""
    text = cut(text, width)
    return text + " " * (width - cell_len(text))


def right(text: str, width: int) -> str:
    """Return text in exactly `width` cells, aligned right."""
    text = cut(text, width)
    return " " * (width - cell_len(text)) + text


def bar(share: float, width: int) -> str:
    """Return a share of 0 to 1 as a bar in `width` cells; any share above 0 is seen."""
    halves = min(2 * width, round(share * 2 * width)) if share > 0 else 0
    halves = max(halves, 1) if share > 0 else 0
    return (_FULL * (halves // 2) + _HALF * (halves % 2)).ljust(width)


def wrap(text: str, width: int, *, indent: str = "") -> list[str]:
    """Return text as lines of at most `width` cells, broken at spaces where there are some.

    Args:
        text: One line.
        width: Cells of a line.
        indent: What the second and later lines start with.
    """
    lines: list[str] = []
    line, gap = "", ""
    for word in text.split(" "):
        start = line + gap
        if line and cell_len(start + word) > width:
            lines.append(line)
            start = indent
        *full, line = chop_cells(start + word, max(width, 1)) or [""]
        lines.extend(full)
        gap = " "
    return [*lines, line]
