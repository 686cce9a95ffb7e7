"""The front end without a screen: read, judge, report, and say by the exit code how it ended."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.analysis.rules import Rules, Status, evaluate, without_pass
from layertui.display import printable
from layertui.errors import ExitCode, UsageError
from layertui.narration import Narrator
from layertui.reports.formats import STDOUT, WantedReport, report_in
from layertui.sources import open_image

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layertui.layers.cache import IndexCache
    from layertui.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a run without a screen is asked for.

    Attributes:
        image: The IMAGE argument.
        label: What to call it in reports, or empty for the same.
        source: dive's `--source`, or empty.
        platform: `os/architecture[/variant]`, or empty.
        choice: Which of several images, or empty.
        base: A number of layers or a reference, or empty.
        metrics: Whose figures the rules judge.
        verify: Whether to compute digests.
        reports: The reports, each to a place of its own; where none goes to stdout, the text
            does.
        rules: The CI rules, or None where they are not asked for.
        limits: Bounds on the image.
        insecure: Registries that TLS is not asked of.
        cache: The indexes of layers that were read before, or None.
    """

    image: str
    label: str = ""
    source: str
    platform: str
    choice: str
    base: str
    metrics: str
    verify: bool
    rules: Rules | None
    limits: Limits
    reports: tuple[WantedReport, ...] = ()
    insecure: Sequence[str] = ()
    cache: IndexCache | None = None


def run_headless(request: Request) -> ExitCode:
    """Write the reports on an image.

    Raises:
        LayertuiError: The image or a file for a report cannot be had.
    """
    with Narrator(sys.stderr) as narrator:
        inspection = _inspect(request, narrator)
    for wanted in _in_order(request.reports):
        pieces = report_in(wanted.format)(inspection, ())
        if wanted.file == STDOUT:
            _print(pieces)
        else:
            _write_file(Path(wanted.file), pieces)
    return _exit_code(inspection)


def _in_order(reports: Sequence[WantedReport]) -> list[WantedReport]:
    """Return reports, that on stdout last: the text where there is no other."""
    files = [wanted for wanted in reports if wanted.file != STDOUT]
    printed = [wanted for wanted in reports if wanted.file == STDOUT]
    return files + (printed or [WantedReport("text", STDOUT)])


def _inspect(request: Request, narrator: Narrator) -> Inspection:
    image = open_image(
        request.image,
        label=request.label,
        source=request.source,
        platform=request.platform,
        choice=request.choice,
        base=request.base,
        insecure=request.insecure,
        limits=request.limits,
        progress=narrator.opening,
    )
    try:
        inspection = inspect_image(
            image,
            metrics=request.metrics,
            verify=request.verify,
            limits=request.limits,
            cache=request.cache,
            progress=narrator.reading(image.layers),
        )
    finally:
        image.close()
    if request.rules is None:
        return inspection
    rules = evaluate(request.rules, inspection.figures)
    if inspection.incomplete:
        rules = tuple(without_pass(rule) for rule in rules)
    return replace(inspection, rules=rules)


def _exit_code(inspection: Inspection) -> ExitCode:
    if inspection.incomplete:
        return ExitCode.NO_ANSWER
    failed = any(rule.status is Status.FAIL for rule in inspection.rules or ())
    return ExitCode.RULE_FAILED if failed else ExitCode.FINE


def _write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file as a whole: until it is complete, what was there stays.

    What is not a regular file, a device or a pipe, is written to as it is; links are followed.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        if path.exists() and not (path.is_file() and _is_in_a_folder(path)):
            with path.open("wb") as file:
                file.writelines(pieces)
        else:
            _replace_file(path.resolve(), pieces)
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise UsageError(f"cannot write {printable(str(path))}: {reason}") from None


def _is_in_a_folder(path: Path) -> bool:
    """Tell whether a file has a name of its own, unlike one that is only open somewhere."""
    return path.resolve().exists() and not path.resolve().is_relative_to("/proc")


def _replace_file(path: Path, pieces: Iterable[bytes]) -> None:
    mode = path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask()
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.writelines(pieces)
            file.flush()
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _print(pieces: Iterable[bytes]) -> None:
    """Write to stdout; a reader that has gone away has had enough.

    Raises:
        UsageError: It cannot be written to.
    """
    try:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            reason = error.strerror or "unknown error"
            raise UsageError(f"cannot write to standard output: {reason}") from None
