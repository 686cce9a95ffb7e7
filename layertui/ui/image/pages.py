"""An image on pages: what it is, and how a container of it is started."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from layertui.display import count, percent, printable, size, time
from layertui.ui.drawing.blocks import LABEL_WIDTH, Block, field, heading, note
from layertui.ui.drawing.cells import cut, right, wrap
from layertui.ui.image.report import source_of
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.image import Image, Layer
    from layertui.notices import Notice
    from layertui.oci.config import History, Settings
    from layertui.ui.image.report import ImageReport

ITEMS_LIMIT = 1_000
"""Layers, names, variables and the like of one kind that are listed."""

_NAME_WIDTH = 28
_SECOND = 1_000_000_000
_DURATIONS = (
    ("interval", "Interval"),
    ("timeout", "Timeout"),
    ("start-period", "StartPeriod"),
    ("start-interval", "StartInterval"),
)


def overview(report: ImageReport, width: int) -> Iterator[Block]:
    """Yield what an image is, its sizes, what is odd about it, and all its ids."""
    yield from _identity(report, width)
    yield heading("Sizes")
    yield from _sizes(report, width)
    yield from _notices(report.notices, width)
    yield heading("Digests", "of the config and of the manifest")
    yield from _image_ids(report.image, width)
    yield from _annotations(report.image, width)
    for layer in report.image.layers[:ITEMS_LIMIT]:
        yield from _layer(report, layer, width)
    yield from _more(len(report.image.layers) - ITEMS_LIMIT, "layers", width)


def settings_page(report: ImageReport, width: int) -> Iterator[Block]:
    """Yield how a container of an image is started."""
    settings = report.image.config.config
    yield from _start(settings, width)
    yield heading("Environment", _number(len(settings.env), "variable") if settings.env else "none")
    pairs = [each.partition("=")[::2] for each in settings.env[:ITEMS_LIMIT]]
    yield from _pairs(pairs, width)
    yield from _more(len(settings.env) - ITEMS_LIMIT, "variables", width)
    yield heading("Labels", _number(len(settings.labels), "label") if settings.labels else "none")
    yield from _pairs(settings.labels.items(), width)
    yield from _more(len(settings.labels) - ITEMS_LIMIT, "labels", width)


def exec_form(value: object) -> str:
    """Return a command as a Dockerfile writes it: a list as JSON, a line of a shell as it is."""
    if isinstance(value, str):
        return value
    return _json(list(value) if isinstance(value, tuple) else value)


def healthcheck(value: object) -> str:
    """Return how health is checked as a Dockerfile writes it; what is odd as JSON."""
    if not isinstance(value, dict):
        return exec_form(value)
    test = value.get("Test")
    if not isinstance(test, list) or not all(isinstance(word, str) for word in test):
        return _json(value)
    kind, *words = test or [""]
    if kind == "NONE":
        return "NONE"
    if kind not in ("CMD", "CMD-SHELL") or not words:
        return _json(value)
    command = " ".join(words) if kind == "CMD-SHELL" else _json(words)
    return " ".join([*_health_options(value), "CMD", command])


def created(step: History | None, text: str = "") -> str:
    """Return when a step was made, or a time as a document writes it; what is no time as it is."""
    written = step.created if step else text
    nanoseconds = step.created_ns if step else None
    told = time(nanoseconds)
    return f"{told[:10]} {told[11:19]}" if told else printable(written, 40)


def _identity(report: ImageReport, width: int) -> Iterator[Block]:
    image, config = report.image, report.image.config
    names = image.tags or ("",)
    for number, name in enumerate(names[:ITEMS_LIMIT]):
        label = "" if number else "names" if len(names) > 1 else "name"
        yield field(label, name or "none", width, part="strong" if name else "dim")
    yield from _more(len(names) - ITEMS_LIMIT, "names", width)
    yield field("platform", _platform(image), width)
    told = time(config.created_ns)
    when = f"{told[:10]} {told[11:19]} UTC" if told else config.created
    yield field("created", when or "not told", width, part="" if when else "dim")
    if config.author:
        yield field("author", config.author, width)
    yield field("source", source_of(image), width)
    yield field("base image", _base(report), width)


def _platform(image: Image) -> str:
    version = image.platform.os_version
    return f"{image.platform}, version {version}" if version else str(image.platform)


def _base(report: ImageReport) -> str:
    base, layers = report.image.base_image, report.base_layers
    if not layers:
        return "none, all layers are your own"
    which = "layer 0" if layers == 1 else f"layers 0 to {layers - 1}"
    if base is not None:
        return f"{base.name}, {which}"
    return which if layers > 1 else f"not told, {which} is taken for it"


def _sizes(report: ImageReport, width: int) -> Iterator[Block]:
    image, accounting = report.image, report.accounting
    layers, own = len(image.layers), len(image.layers) - report.base_layers
    words = f"in {_number(layers, 'layer')}, {count(own)} your own"
    if accounting is None:
        yield _amount("shipped", None, words, width)
    else:
        yield _amount("shipped", accounting.size, words, width)
    stored = [layer.stored_size for layer in image.layers]
    known = sum(each for each in stored if each is not None)
    missing = stored.count(None)
    without = f", without {_number(missing, 'layer')} of unknown size" if missing else ""
    yield _amount("stored", known, f"as the image carries them{without}", width)
    if accounting is None:
        return
    files = _number(accounting.visible_files, "file or link", "files and links")
    yield _amount("shown", accounting.visible_size, files, width)
    share = percent(accounting.wasted_size / accounting.size) if accounting.size else "0 %"
    part = "waste" if accounting.wasted_size else ""
    yield _amount("wasted", accounting.wasted_size, f"{share} of what is shipped", width, part)


def _amount(label: str, number: int | None, words: str, width: int, part: str = "") -> Block:
    shown = "..." if number is None else size(number)
    exact = "" if number is None or number < 1000 else f" ({count(number)} bytes)"
    told = exact if width >= 76 else ""
    start = (Span(label.ljust(LABEL_WIDTH), "dim"), Span(right(shown, 8), part or "strong"))
    line = (*start, Span(cut(f"  {words}{told}", width - LABEL_WIDTH - 8), "dim"))
    return Block(lines=(line,), value="" if number is None else str(number))


def _notices(notices: Sequence[Notice], width: int) -> Iterator[Block]:
    if not notices:
        return
    yield heading("What is odd", _number(len(notices), "thing"))
    for notice in notices[:ITEMS_LIMIT]:
        where = "" if notice.layer is None else f"layer {notice.layer}: "
        text = f"{where}{printable(notice.message)}"
        pieces = wrap(f"! {text}", width, indent="  ")
        yield Block(
            lines=tuple((Span(piece, "error"),) for piece in pieces),
            value=text,
            layer=notice.layer,
        )
    yield from _more(len(notices) - ITEMS_LIMIT, "notices, all of them in the report", width)


def _image_ids(image: Image, width: int) -> Iterator[Block]:
    yield _digest("ImageID", image.image_id, width)
    yield _digest("manifest", image.manifest_digest, width)


def _annotations(image: Image, width: int) -> Iterator[Block]:
    if image.annotations:
        yield heading("Annotations", "of the manifest")
        yield from _pairs(image.annotations.items(), width)
        yield from _more(len(image.annotations) - ITEMS_LIMIT, "annotations", width)


def _layer(report: ImageReport, layer: Layer, width: int) -> Iterator[Block]:
    number, whole = layer.index, report.size_of(layer.index)
    start = f"Layer {number}"
    amount = "" if whole is None else f"  {size(whole)}"
    base = "  base" if layer.base else ""
    text = " ".join((layer.history.instruction if layer.history else "")[:512].split())
    words = cut(f"  {printable(text, 512)}", width - len(start) - len(amount) - len(base))
    title = (Span(start, "strong"), Span(amount), Span(base, "dim"), Span(words, "dim"))
    yield Block(lines=((),), fixed=True)
    yield Block(lines=(title,), value=text, layer=number)
    for block in _layer_facts(layer, width):
        yield replace(block, layer=number)


def _layer_facts(layer: Layer, width: int) -> Iterator[Block]:
    """Yield the ids of a layer, and how it is stored."""
    yield _digest("DiffID", layer.diff_id, width)
    yield _digest("layer digest", layer.digest, width)
    yield _digest("ChainID", layer.chain_id, width)
    stored = layer.stored_size
    if stored is not None:
        words = f"{size(stored)} ({count(stored)} bytes)" if stored >= 1000 else size(stored)
        yield replace(field("stored", words, width), value=str(stored))
    if layer.media_type:
        yield field("media type", layer.media_type, width)


def _digest(label: str, digest: str | None, width: int) -> Block:
    block = field(label, digest or "unknown", width, part="" if digest else "dim")
    return block if digest else Block(lines=block.lines)


def _start(settings: Settings, width: int) -> Iterator[Block]:
    facts = (
        ("user", settings.user, "root, as no other is named"),
        ("working dir", settings.working_dir, "/, as no other is named"),
        ("entrypoint", exec_form(settings.entrypoint) if settings.entrypoint else "", "none"),
        ("command", exec_form(settings.cmd) if settings.cmd else "", "none"),
        ("shell", exec_form(settings.shell) if settings.shell else "", ""),
        ("stop signal", settings.stop_signal, ""),
        ("health check", healthcheck(settings.healthcheck) if settings.healthcheck else "", ""),
    )
    for label, value, otherwise in facts:
        if value:
            yield field(label, value, width)
        elif otherwise:
            block = field(label, otherwise, width, part="dim")
            yield Block(lines=block.lines)
    yield from _listed("ports", list(settings.exposed_ports), width)
    yield from _listed("volumes", list(settings.volumes), width)
    triggers = settings.on_build
    if triggers:
        told = triggers if isinstance(triggers, list) else [triggers]
        yield from _listed("on build", [exec_form(each) for each in told], width)


def _listed(label: str, values: Sequence[str], width: int) -> Iterator[Block]:
    for number, value in enumerate(values[:ITEMS_LIMIT]):
        yield field("" if number else label, value, width)
    yield from _more(len(values) - ITEMS_LIMIT, label, width)


def _pairs(pairs: Iterable[tuple[str, ...]], width: int) -> Iterator[Block]:
    """Yield names and values, the values below one another; a bounded number of them."""
    shown = [(printable(name, 200), value) for name, value in islice(pairs, ITEMS_LIMIT)]
    longest = max((len(name) for name, _ in shown), default=0)
    label_width = max(LABEL_WIDTH, min(longest + 2, _NAME_WIDTH, width // 2))
    for name, value in shown:
        block = field(name, value, width, label_width=label_width)
        yield block if value else replace(block, value=name)


def _more(number: int, what: str, width: int) -> Iterator[Block]:
    if number > 0:
        yield note(f"and {count(number)} more {what}", width)


def _number(number: int, one: str, several: str = "") -> str:
    return f"{count(number)} {one if number == 1 else several or f'{one}s'}"


def _health_options(value: dict[str, object]) -> Iterable[str]:
    for name, key in _DURATIONS:
        nanoseconds = value.get(key)
        if isinstance(nanoseconds, int) and nanoseconds:
            yield f"--{name}={nanoseconds / _SECOND:g}s"
    retries = value.get("Retries")
    if isinstance(retries, int) and retries:
        yield f"--retries={retries}"


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "nested too deeply to be shown"
