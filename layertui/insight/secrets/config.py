"""Secrets in the config of an image: its environment, its labels and commands, its history."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from layertui.insight.finding import SECRET, Finding
from layertui.insight.gathering import check
from layertui.insight.secrets.hit import Hit, apart
from layertui.insight.secrets.keys import private_keys_in
from layertui.insight.secrets.tokens import tokens_in
from layertui.insight.secrets.variables import (
    assigned_in,
    passed_in,
    urls_in,
    variable,
)
from layertui.oci.config import layer_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled

LONGEST_TEXT = 256 << 10
"""Characters of one text that are looked at."""

MOST_FINDINGS = 500
"""Findings of a config."""

_ENV_CURE = "Give it when the container is started, not by ENV, and revoke it"
_HISTORY_CURE = "Use `RUN --mount=type=secret` instead of arguments, and revoke it"
_BASE_CURE = "It comes with the base image: take another one, and tell who makes it"


def secrets_of_config(
    inspection: Inspection, *, cancelled: Cancelled | None = None
) -> tuple[Finding, ...]:
    """Return what looks like a secret in the config and the history of an image.

    Raises:
        CancelledError: `cancelled` said so.
    """
    found: list[Finding] = []
    for finding in chain(
        _environment(inspection), _others(inspection), _history(inspection, cancelled)
    ):
        if len(found) == MOST_FINDINGS:
            break
        found.append(finding)
    return tuple(found)


def _environment(inspection: Inspection) -> Iterator[Finding]:
    for text in inspection.image.config.config.env:
        name, _, value = _raw(text).partition(b"=")
        named = variable(name, value)
        hits = [*_anywhere(value), *([named] if named is not None else [])]
        yield from _findings(hits, "in the environment", _ENV_CURE)


def _others(inspection: Inspection) -> Iterator[Finding]:
    settings = inspection.image.config.config
    for label, value in settings.labels.items():
        named = variable(_raw(label), _raw(value))
        hits = [*_anywhere(_raw(value)), *([named] if named is not None else [])]
        yield from _findings(hits, "in the labels", "Leave it out of LABEL, and revoke it")
    for words in (settings.entrypoint, settings.cmd):
        text = words if isinstance(words, str) else " ".join(words)
        hits = _in_command(_raw(text))
        yield from _findings(hits, "in the command", "Leave it out of the command, and revoke it")


def _history(inspection: Inspection, cancelled: Cancelled | None) -> Iterator[Finding]:
    steps = inspection.image.config.steps
    numbers = layer_numbers(steps, len(inspection.image.layers))
    made, base_layers = 0, inspection.accounting.base_layers
    for number, (step, layer) in enumerate(zip(steps, numbers, strict=True)):
        check(cancelled)
        is_base = made < base_layers
        made += layer is not None
        hits = _in_command(_raw(f"{step.created_by}\n{step.comment}"))
        cure = _BASE_CURE if is_base else _HISTORY_CURE
        yield from _findings(hits, f"in step {number} of the history", cure, base=is_base)


def _in_command(text: bytes) -> list[Hit]:
    return apart([*_anywhere(text), *passed_in(text), *assigned_in(text)])


def _anywhere(text: bytes) -> list[Hit]:
    return [*private_keys_in(text), *tokens_in(text), *urls_in(text)]


def _findings(
    hits: Iterable[Hit], where: str, cure: str, *, base: bool = False
) -> Iterator[Finding]:
    for hit in apart(list(hits)):
        yield Finding(
            kind=SECRET,
            group=hit.group,
            layer=None,
            base=base,
            confidence=hit.confidence,
            message=f"{hit.shown} {where} looks like a secret",
            cure=cure,
        )


def _raw(text: str) -> bytes:
    return text[:LONGEST_TEXT].encode("utf-8", "surrogatepass")
