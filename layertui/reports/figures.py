"""The figures of an image, exact and by the names of the JSON report, for reports of all kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import count, percent, size

if TYPE_CHECKING:
    from layertui.analysis.inspection import Inspection


def exact_figures(inspection: Inspection) -> dict[str, int | float | str | None]:
    """Return the figures by name: bytes, ratios of 0 to 1, and whose metrics they are."""
    accounting, figures = inspection.accounting, inspection.figures
    return {
        "size": accounting.size,
        "visibleSize": accounting.visible_size,
        "wastedSize": figures.wasted_size,
        "efficiency": figures.efficiency,
        "visibleFiles": accounting.visible_files,
        "layers": len(inspection.image.layers),
        "baseLayers": accounting.base_layers,
        "userSize": accounting.user_size,
        "userWastedSize": accounting.user_wasted_size,
        "userWastedPercent": figures.user_wasted_percent,
        "metrics": inspection.metrics,
    }


def summary_line(inspection: Inspection) -> str:
    """Return the three figures that matter most, rounded and exact, on one printable line."""
    figures = inspection.figures
    wasted = figures.wasted_size or 0
    shipped = inspection.accounting.size
    return (
        f"{size(shipped)} shipped ({count(shipped)} bytes), "
        f"{size(wasted)} wasted ({count(wasted)} bytes), "
        f"efficiency {'-' if figures.efficiency is None else percent(figures.efficiency)}"
    )
