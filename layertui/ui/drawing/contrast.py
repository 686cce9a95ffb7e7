"""Colours of text that can be read on what is behind it, whatever the theme."""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.color import BLACK, WHITE, Color

_STEPS = 20


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two opaque colours, 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: Color, background: Color, least: float) -> Color:
    """Return a colour, made lighter or darker by as little as gives the least contrast.

    Args:
        color: An opaque colour.
        background: What is behind it, opaque.
        least: The contrast ratio; what cannot be had is approached.
    """
    if contrast(color, background) >= least:
        return color
    end = max(WHITE, BLACK, key=lambda extreme: contrast(extreme, background))
    shades = (color.blend(end, step / _STEPS, alpha=1) for step in range(1, _STEPS))
    return next((shade for shade in shades if contrast(shade, background) >= least), end)


@lru_cache(4096)
def readable_style(style: Style, least: float) -> Style:
    """Return a style whose colour can be read on its background; the terminal's own ones stay."""
    color, background = style.color, style.bgcolor
    if color is None or background is None or not (color.triplet and background.triplet):
        return style
    shade = readable(Color.from_rich_color(color), Color.from_rich_color(background), least)
    return style + Style(color=shade.rich_color)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part / 255) for part in color.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
