"""The front end without a screen: read, judge, report, and say by the exit code how it ended."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.analysis.rules import Status, without_pass
from layertui.display import printable
from layertui.errors import DamagedImageError, ExitCode, ImageError, UsageError
from layertui.narration import Narrator
from layertui.reports.formats import STDOUT, WantedReport, report_in
from layertui.sources import open_image

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from layertui.image import Image
    from layertui.insight.finding import Finding
    from layertui.insight.left_over_table import LeftOvers
    from layertui.layers.cache import IndexCache
    from layertui.limits import Limits
    from layertui.policy.baseline import Baseline, KnownPackage
    from layertui.policy.values import Policies, Policy


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
        policies: The CI rules, or None where they are not asked for.
        judges: Whether the image is judged by them; otherwise they only say what a new baseline
            must tell of.
        baseline: The file or image that growth is measured against, or empty for what the rules
            say.
        new_baseline: Where to write what later images are measured against, or None.
        limits: Bounds on the image.
        insecure: Registries that TLS is not asked of.
        cache: The indexes of layers that were read before, or None.
        left_overs: Groups of left-overs that are looked for besides those that are known.
    """

    image: str
    label: str = ""
    source: str
    platform: str
    choice: str
    base: str
    metrics: str
    verify: bool
    policies: Policies | None
    limits: Limits
    judges: bool = True
    baseline: str = ""
    new_baseline: str | None = None
    reports: tuple[WantedReport, ...] = ()
    insecure: Sequence[str] = ()
    cache: IndexCache | None = None
    left_overs: Sequence[LeftOvers] = ()


class _Seen(NamedTuple):
    """An image, its findings and its packages; None where they were not looked for."""

    inspection: Inspection
    findings: tuple[Finding, ...] | None = None
    packages: Mapping[str, KnownPackage] | None = None


def run_headless(request: Request) -> ExitCode:
    """Write the reports on an image.

    Raises:
        LayertuiError: The image or a file for a report cannot be had.
    """
    with Narrator(sys.stderr) as narrator:
        seen = _judged(request, narrator)
    inspection, findings = seen.inspection, seen.findings or ()
    if request.new_baseline is not None:
        _write_baseline(request.new_baseline, seen)
    for wanted in _in_order(request.reports):
        pieces = report_in(wanted.format)(inspection, findings)
        if wanted.file == STDOUT:
            _print(pieces)
        else:
            write_file(Path(wanted.file), pieces)
    return _exit_code(inspection)


def inspected(request: Request) -> Inspection:
    """Return an image with all that was found out about it, judged by the rules asked for.

    Raises:
        LayertuiError: It cannot be had.
    """
    with Narrator(sys.stderr) as narrator:
        return _judged(request, narrator).inspection


def _in_order(reports: Sequence[WantedReport]) -> list[WantedReport]:
    """Return reports, that on stdout last: the text where there is no other."""
    files = [wanted for wanted in reports if wanted.file != STDOUT]
    printed = [wanted for wanted in reports if wanted.file == STDOUT]
    return files + (printed or [WantedReport("text", STDOUT)])


@contextmanager
def _opened(request: Request, narrator: Narrator) -> Iterator[Image]:
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
        yield image
    finally:
        image.close()


def _inspected(
    request: Request,
    narrator: Narrator,
    image: Image,
    kinds: Collection[str],
    needs_packages: Callable[[Inspection], bool],
) -> _Seen:
    """Read the layers of an image, and look for findings of some kinds and for packages."""
    inspection = inspect_image(
        image,
        metrics=request.metrics,
        verify=request.verify,
        limits=request.limits,
        cache=request.cache,
        progress=narrator.reading(image.layers),
    )
    with_packages = needs_packages(inspection)
    if not (kinds or with_packages):
        return _Seen(inspection)
    _check_contents(image, kinds)
    from layertui.contents.opening import Contents

    contents = Contents(image.layers, request.limits)
    seen = _Seen(inspection)
    if kinds:
        from layertui.insight.detecting import findings_of

        found = findings_of(inspection, contents, kinds, left_overs=request.left_overs)
        seen = seen._replace(findings=found)
    if with_packages:
        from layertui.policy.package_sizes import package_sizes

        seen = seen._replace(packages=package_sizes(inspection, contents))
    return seen


def _check_contents(image: Image, kinds: Collection[str]) -> None:
    """Refuse to look for secrets where there are no contents: to find none would mean nothing.

    Raises:
        ImageError: They are to be looked for in an index that was saved without contents.
    """
    from layertui.insight.finding import SECRET
    from layertui.layers.reader import is_saved

    if SECRET in kinds and any(map(is_saved, image.layers)):
        raise ImageError(
            "secrets cannot be looked for: the contents of files are not included in a saved index",
            hint="Judge the image that it was made of.",
        )


def _judged(request: Request, narrator: Narrator) -> _Seen:
    """Read an image and judge it by the rules for it, where that is asked for."""
    if request.policies is None:
        with _opened(request, narrator) as image:
            return _inspected(request, narrator, image, (), lambda _: False)
    from layertui.policy.judging import judge, kinds_of, names_of, needs_packages

    is_baseline = request.new_baseline is not None
    with _opened(request, narrator) as image:
        policy = request.policies.of(names_of(image))
        against = _baseline(request, policy, narrator) if request.judges else None
        has_findings = against is not None and against.findings is not None
        seen = _inspected(
            request,
            narrator,
            image,
            kinds_of(policy, judges=request.judges, compares=is_baseline or has_findings),
            lambda found: is_baseline or needs_packages(found, against),
        )
    if not request.judges:
        return seen
    inspection = seen.inspection
    rules, notices = judge(
        inspection,
        policy,
        today=datetime.now(UTC).date(),
        findings=seen.findings or (),
        baseline=against,
        packages=seen.packages,
    )
    if inspection.incomplete:
        rules = tuple(without_pass(rule) for rule in rules)
    notices = (*inspection.notices, *notices)
    return seen._replace(inspection=replace(inspection, rules=rules, notices=notices))


def _baseline(request: Request, policy: Policy, narrator: Narrator) -> Baseline | None:
    """Return what growth is measured against: a file, or another image; None where nothing is."""
    name = request.baseline or policy.baseline
    if not name:
        return None
    from layertui.policy.baseline import baseline_of, read_baseline
    from layertui.policy.judging import kinds_of

    known = read_baseline(Path(name))
    if known is not None:
        return known
    if name.endswith(".json") and not Path(name).exists():
        raise UsageError(
            f"cannot read {printable(name)}: No such file or directory",
            hint="--write-baseline writes what images can be measured against.",
        )
    other = replace(request, image=name, label="", choice="", verify=False)
    with _opened(other, narrator) as image:
        kinds = kinds_of(policy, judges=False, compares=True)
        seen = _inspected(other, narrator, image, kinds, lambda _: True)
    if seen.inspection.incomplete:
        raise DamagedImageError(f"{printable(name)} is not whole, so nothing is measured by it")
    return baseline_of(*seen)


def _write_baseline(name: str, seen: _Seen) -> None:
    """Write what later images are measured against; a part of an image is not."""
    from layertui.policy.baseline import baseline_document, baseline_of

    if seen.inspection.incomplete:
        sys.stderr.write(
            f"layertui: {printable(name)} is not written: parts of the image are missing\n"
        )
        return
    document = baseline_document(baseline_of(*seen))
    if name == STDOUT:
        _print([document])
    else:
        write_file(Path(name), [document])


def _exit_code(inspection: Inspection) -> ExitCode:
    if inspection.incomplete:
        return ExitCode.NO_ANSWER
    failed = any(rule.status is Status.FAIL for rule in inspection.rules or ())
    return ExitCode.RULE_FAILED if failed else ExitCode.FINE


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
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
