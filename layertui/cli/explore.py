"""`layertui IMAGE` and `layertui demo`: explore or judge an image."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layertui import __version__
from layertui.cli.options import CONTEXT, cache_of, settings_of, settings_options
from layertui.cli.table import WithCommands
from layertui.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from layertui.config import Settings
    from layertui.headless import Request
    from layertui.policy.values import Policies

DEMO = "demo"
RULE_OPTIONS = ("lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent")


_EPILOG = """\b
Without IMAGE, a list of the images of engines and of this folder to choose from.
IMAGE is a path to a saved image (tarball or directory), - for standard input, or
  docker-archive:PATH[:REF]  oci-archive:PATH[:REF]  oci:DIR[:REF]  dir:DIR
  docker:NAME  podman:NAME  container:NAME  registry:NAME
A bare NAME is that of an engine that has it, else of its registry.

\b
Exit codes: 0 fine, 1 a CI rule failed, 2 the answer could not be had
(usage, configuration, an unreadable or incomplete image), 130 interrupted."""


def _known_reports(
    _context: click.Context, _option: click.Parameter, texts: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse wrong reports before anything is built or read."""
    if texts:
        from layertui.cli.reporting import wanted_reports

        wanted_reports(texts, None)
    return texts


# fmt: off
@click.command(cls=WithCommands, context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image", default="")
@click.option("--ci", is_flag=True, help="Judge by the CI rules; exit 1 if one fails.")
@click.option("-j", "--json", "json_file", metavar="FILE", help="Write a JSON report; - is stdout.")
@click.option(
    "--report", "reports", multiple=True, metavar="FORMAT[=FILE]", callback=_known_reports,
    help="Write a report, to stdout without FILE: text, json, markdown, junit, sarif, github, "
    "gitlab, csv, html, ncdu or dive.  [repeatable]",
)
@click.option("--platform", default="", metavar="OS/ARCH", help="Which image of several platforms.")
@click.option(
    "--image", "choice", default="", metavar="REF|N",
    help="Which image of an archive with several; N counts from 0.",
)
@click.option(
    "--base", default="", metavar="N|IMAGE",
    help="The base: its number of layers, or the image it is.  [default: 1 layer]",
)
@click.option(
    "--metrics", type=click.Choice(["layertui", "dive"]), default="layertui",
    help="Whose figures the rules judge.  [default: layertui]",
)
@click.option(
    "--ci-config", type=click.Path(path_type=Path), metavar="FILE",
    help="The rules file.  [default: .layertui.toml, pyproject.toml or .dive-ci]",
)
@click.option(
    "--baseline", metavar="FILE|IMAGE",
    help="Judge growth too, against a report of before or against another image.",
)
@click.option(
    "--write-baseline", "new_baseline", metavar="FILE",
    help="Write a small report that later runs can take as --baseline.",
)
@click.option(
    "--lowest-efficiency", "--lowestEfficiency", "lowestEfficiency", metavar="RATIO",
    help="Rule: efficiency of at least this.  [default: 0.9]",
)
@click.option(
    "--highest-wasted-bytes", "--highestWastedBytes", "highestWastedBytes", metavar="SIZE",
    help="Rule: at most this wasted, such as 20MB.  [default: disabled]",
)
@click.option(
    "--highest-user-wasted-percent", "--highestUserWastedPercent", "highestUserWastedPercent",
    metavar="RATIO", help="Rule: at most this share of your layers wasted.  [default: 0.1]",
)
@click.option("--verify", is_flag=True, help="Compute digests and DiffIDs too.")
@click.option("--source", default="", metavar="NAME", help="As in dive: docker-archive, ...")
@settings_options
@click.version_option(__version__, message="layertui %(version)s")
def command(**options: Any) -> int:
    """Explore a container image layer by layer, or judge it in CI."""
    return int(explore_image(options, settings_of(options)))
# fmt: on


def demo_command() -> click.Command:
    """Return the command that explores or judges the built-in sample image."""
    return click.Command(
        DEMO,
        context_settings=CONTEXT,
        params=[param for param in command.params if isinstance(param, click.Option)],
        help="Explore or judge a built-in sample image; an image of this name is ./demo",
        callback=lambda **options: int(_with_demo(options, settings_of(options))),
    )


def _with_demo(options: dict[str, Any], settings: Settings) -> ExitCode:
    from tempfile import TemporaryDirectory

    from layertui.demo import write_demo

    with TemporaryDirectory(prefix="layertui-") as folder:
        path = Path(folder) / "demo.tar"
        write_demo(path)
        return explore_image({**options, "image": str(path), "label": DEMO}, settings)


def explore_image(options: dict[str, Any], settings: Settings) -> ExitCode:
    """Open an image on the screen, or judge it or sum it up without one.

    Args:
        options: Of the command line, by name; `label` is what to call the image.
        settings: In effect under these options.

    Raises:
        LayertuiError: It cannot be had.
    """
    _check_rules_are_judged(options)
    _check_image_is_named(options)
    if _is_headless(options) or not _has_screen():
        return _headless(options, settings)
    from layertui.ui import OpenRequest
    from layertui.ui import run as run_screen
    from layertui.ui.settings.preferences import check_preferences

    check_preferences(settings, os.environ)

    names = ("source", "platform", "choice", "base")
    request = OpenRequest(
        image=options["image"],
        label=options.get("label", ""),
        limits=settings.limits,
        insecure=settings.registry.insecure,
        cache=cache_of(settings),
        screen=settings.screen,
        settings_file=settings.file,
        **{name: options[name] for name in names},
    )
    return ExitCode(run_screen(request))


def _is_headless(options: dict[str, Any]) -> bool:
    """Tell whether options ask for what needs no screen."""
    return any(options[name] for name in ("ci", "json_file", "reports", "new_baseline"))


def _check_rules_are_judged(options: dict[str, Any]) -> None:
    """Refuse rules that nothing would judge: a pipeline without `--ci` would pass for ever."""
    needed = (*RULE_OPTIONS, "baseline", *(() if options["new_baseline"] else ("ci_config",)))
    given = [name for name in needed if options[name] is not None]
    if given and not options["ci"]:
        name = given[0].replace("_", "-")
        raise UsageError(f"--{name} is given without --ci", hint="Add --ci to judge the image.")


def _check_image_is_named(options: dict[str, Any]) -> None:
    """Refuse to do without an image what needs one: only the screen lists those there are."""
    from layertui.ui.terminal import obstacle

    needed = _is_headless(options) or obstacle(os.environ) is not None
    if needed and not options["image"]:
        raise click.UsageError("Missing argument 'IMAGE'.", click.get_current_context(silent=True))


def _has_screen() -> bool:
    """Tell whether there can be a screen; say why not where somebody looks."""
    from layertui.ui.terminal import obstacle

    reason = obstacle(os.environ)
    if reason:
        click.echo(f"layertui: {reason}; here is the summary", err=True)
    return reason is None


def _headless(options: dict[str, Any], settings: Settings) -> ExitCode:
    from layertui.config.ci_file import load_policies
    from layertui.headless import run_headless

    flags = {name: options[name] for name in RULE_OPTIONS}
    needed = options["ci"] or options["new_baseline"] is not None
    policies = load_policies(options["ci_config"], flags) if needed else None
    return ExitCode(run_headless(image_request(options, settings, policies)))


def image_request(
    options: dict[str, Any], settings: Settings, policies: Policies | None
) -> Request:
    """Return what a run without a screen is asked for.

    Args:
        options: Of the command line, by name; some commands do not have all of them.
        settings: In effect under these options.
        policies: The rules, or None where they are not asked for.
    """
    from layertui.cli.reporting import wanted_reports
    from layertui.headless import Request

    return Request(
        image=options["image"],
        label=options.get("label", ""),
        source=options["source"],
        platform=options["platform"],
        choice=options["choice"],
        base=options["base"],
        metrics=options.get("metrics", "layertui"),
        verify=options.get("verify", False),
        reports=wanted_reports(options.get("reports", ()), options.get("json_file")),
        policies=policies,
        judges=options.get("ci", True),
        baseline=options.get("baseline") or "",
        new_baseline=options.get("new_baseline"),
        limits=settings.limits,
        insecure=settings.registry.insecure,
        cache=cache_of(settings),
        left_overs=settings.left_overs,
    )
