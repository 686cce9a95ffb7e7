"""In words which states of the files are shown: the longest first, each says the same."""

from __future__ import annotations


def titles_of_layers(low: int, high: int) -> tuple[str, ...]:
    """Return what layers are called that are compared with the one below them."""
    layers, *shorter = _layers(low, high)
    if low:
        below = low - 1
        return f"{layers} against layer {below}", f"{layers} against {below}", layers, *shorter
    return f"{layers} together" if high else f"{layers}, the first", layers, *shorter


def titles_above_base(base_layers: int, number: int) -> tuple[str, ...]:
    """Return what the layers up to one are called that are compared with the base."""
    if number < base_layers:
        return f"Layer {number}, part of the base", f"Layer {number}, base", f"Layer {number}"
    layers, *shorter = _layers(base_layers, number)
    if not base_layers:
        return f"{layers} against nothing", layers, *shorter
    last = base_layers - 1
    base = "layer 0" if last == 0 else f"layers 0 to {last}"
    against = f"{layers} against the base"
    return f"{against} ({base})", against, layers, *shorter


def titles_of_state(layer: int) -> tuple[str, ...]:
    """Return what the files after a layer are called."""
    return f"The files after layer {layer}", f"After layer {layer}", f"After {layer}"


def _layers(low: int, high: int) -> tuple[str, ...]:
    if low == high:
        return (f"Layer {low}",)
    return f"Layers {low} to {high}", f"Layers {low}-{high}"
