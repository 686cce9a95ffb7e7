"""`layertui ci`: write a rules file for an image, and say what rules judge."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layertui.cli.explore import image_request
from layertui.cli.opened import image_options
from layertui.cli.options import CONTEXT, settings_of
from layertui.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import RuleResult
    from layertui.policy.values import Policies, Policy

_STDOUT = "-"
_EPILOG = """\b
IMAGE is as in layertui IMAGE. An image of the name ci is ./ci.

\b
Exit codes: 0 fine, 2 the answer could not be had, 130 interrupted."""

_base = click.option(
    "--base",
    default="",
    metavar="N|IMAGE",
    help="The base: its number of layers, or the image it is.  [default: 1 layer]",
)


@click.group(context_settings=CONTEXT, epilog=_EPILOG)
def command() -> None:
    r"""Write rules for CI, or say what they judge.

    \b
    layertui ci init api.tar        write .layertui.toml, fitted to an image
    layertui ci explain api.tar     what each rule judges, and how the image does
    layertui --ci api.tar           judge
    """


@command.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path(".layertui.toml"),
    metavar="FILE",
    help="Where to write; - is stdout.  [default: .layertui.toml]",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@_base
@image_options
def init(image: str, output: Path, *, force: bool, **options: Any) -> int:
    """Write a commented rules file that IMAGE passes."""
    from layertui.policy.fitting import fitted

    if not force and str(output) != _STDOUT:
        _check_is_free(output)
    inspection = _inspected(image, options, None)
    if inspection.incomplete:
        raise UsageError("the image is not whole, so no rules can be fitted to it")
    text = "".join(f"{line}\n" for line in fitted(inspection)).encode("utf-8", "replace")
    if str(output) == _STDOUT:
        sys.stdout.buffer.write(text)
        return ExitCode.FINE
    _write(output, text, force=force)
    click.echo(f"layertui: wrote {click.format_filename(output)}", err=True)
    return ExitCode.FINE


@command.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image", default="")
@click.option(
    "--ci-config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The rules file.  [default: .layertui.toml, pyproject.toml or .dive-ci]",
)
@click.option(
    "--baseline", default="", metavar="FILE|IMAGE", help="What growth is measured against."
)
@_base
@image_options
def explain(image: str, ci_config: Path | None, baseline: str, **options: Any) -> int:
    """Say what each rule judges, and of IMAGE how it does.

    Without IMAGE, the rules for all images and for some are told.
    """
    from layertui.config.ci_file import load_policies
    from layertui.policy.judging import names_of

    policies = load_policies(ci_config, {})
    if not image:
        _print(_explained(policies, baseline))
        return ExitCode.FINE
    inspection = _inspected(image, {**options, "baseline": baseline}, policies)
    policy = policies.of(names_of(inspection.image))
    _print(_judged(policies, policy, inspection, baseline))
    return ExitCode.NO_ANSWER if inspection.incomplete else ExitCode.FINE


def _inspected(image: str, options: dict[str, Any], policies: Policies | None) -> Inspection:
    from layertui.headless import inspected

    return inspected(image_request({**options, "image": image}, settings_of(options), policies))


def _check_is_free(path: Path) -> None:
    """Refuse to write over a file."""
    if path.exists() or path.is_symlink():
        raise UsageError(
            f"{click.format_filename(path)} is there already",
            hint="Add --force to write over it, or name another file with --output.",
        )


def _write(path: Path, text: bytes, *, force: bool) -> None:
    """Write a file; where it must not be there, not even one that has come since.

    Raises:
        UsageError: It cannot be written.
    """
    if force:
        from layertui.headless import write_file

        write_file(path, [text])
        return
    try:
        with path.open("xb") as file:
            file.write(text)
    except FileExistsError:
        _check_is_free(path)
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise UsageError(f"cannot write {click.format_filename(path)}: {reason}") from None


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line.encode("utf-8", "backslashreplace"))


def _explained(policies: Policies, baseline: str) -> Iterator[str]:
    """Yield what a file asks of all images, and of some besides."""
    yield from _origin(policies)
    everywhere = policies.everywhere
    yield from _rules(everywhere, baseline)
    for section in policies.sections:
        yield ""
        yield f"For images named {' or '.join(section.policy.sections)} besides"
        yield from _rules(section.policy, "")
    yield from _unlimited(policies.every())


def _judged(
    policies: Policies, policy: Policy, inspection: Inspection, baseline: str
) -> Iterator[str]:
    """Yield what a file asks of an image, and how it does."""
    yield from _origin(policies)
    if policy.sections:
        yield f"Sections for this image: {', '.join(policy.sections)}"
    results = {rule.name: rule for rule in inspection.rules or ()}
    yield from _rules(policy, baseline, results)
    yield from _unlimited(policy)


def _origin(policies: Policies) -> Iterator[str]:
    yield f"Rules of {policies.file}" if policies.file else "No rules file; the defaults"
    if policies.passed_over:
        yield f"Not looked at: {', '.join(policies.passed_over)}"
    yield ""


def _rules(
    policy: Policy, baseline: str, results: dict[str, RuleResult] | None = None
) -> Iterator[str]:
    from layertui.policy.words import told

    against = baseline or policy.baseline or bool(policy.growth)
    for rule in told(policy, has_baseline=bool(against)):
        yield f"{rule.name}: {rule.limit}   ({rule.origin})"
        yield f"    {rule.about}"
        result = (results or {}).get(rule.name)
        if result is not None:
            from layertui.reports.wording import judgement

            judged = judgement(result)
            yield f"    Now: {result.status.value}" + (f", {judged}" if judged != "off" else "")
    for allowance in policy.allowed:
        from layertui.policy.exceptions import described

        yield f"{described(allowance)}   ({allowance.origin})"


def _unlimited(policy: Policy) -> Iterator[str]:
    from layertui.policy.figures import FIGURE_RULES

    if others := [name for name in FIGURE_RULES if name not in policy.limits]:
        yield ""
        yield f"Not limited: {', '.join(others)}"
