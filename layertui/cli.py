"""The command line: options, exit codes, and which front end is started.

stdout is data, stderr is narration. What a run does not need is not imported.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layertui import __version__
from layertui.display import printable
from layertui.errors import (
    AmbiguousImageError,
    CancelledError,
    ExitCode,
    LayertuiError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.config import Settings

DEMO = "demo"
RULE_OPTIONS = ("lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent")


_EPILOG = """\b
IMAGE is a path to a saved image (tarball or directory), - for standard input, or
  docker-archive:PATH[:REF]  oci-archive:PATH[:REF]  oci:DIR[:REF]  dir:DIR

\b
Exit codes: 0 fine, 1 a CI rule failed, 2 the answer could not be had
(usage, configuration, an unreadable or incomplete image), 130 interrupted."""


# fmt: off
@click.command(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.argument("image")
@click.option("--ci", is_flag=True, help="Judge by the CI rules; exit 1 if one fails.")
@click.option("-j", "--json", "json_file", metavar="FILE", help="Write a JSON report; - is stdout.")
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
    help="The rules file.  [default: .dive-ci where there is one]",
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
@click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE",
    help="Settings to use instead of your own.",
)
@click.version_option(__version__, message="layertui %(version)s")
def command(**options: Any) -> int:
    """Explore a container image layer by layer, or judge it in CI.

    `layertui demo` does the same on a built-in sample image.
    """
    return int(_dispatch(options))
# fmt: on


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; errors are told on stderr."""
    try:
        return int(command.main(list(arguments), prog_name="layertui", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return ExitCode.NO_ANSWER
    except (click.Abort, KeyboardInterrupt, CancelledError):
        click.echo("layertui: interrupted", err=True)
        return ExitCode.INTERRUPTED
    except LayertuiError as error:
        _tell(error)
        return ExitCode.NO_ANSWER
    except OSError as error:
        _discard_output()
        _tell(UsageError(f"cannot go on: {printable(error.strerror or str(error))}"))
        return ExitCode.NO_ANSWER


def _discard_output() -> None:
    """Let what is still to be written to stdout go nowhere: it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(error: LayertuiError) -> None:
    """Write what happened and what to do on one line, the choices there are below it."""
    with suppress(OSError):
        _write(error)


def _write(error: LayertuiError) -> None:
    hint = f". {error.hint}" if error.hint else ""
    click.echo(f"layertui: {error.message}{hint}", err=True)
    for choice in error.choices if isinstance(error, AmbiguousImageError) else ():
        click.echo(f"  {choice}", err=True)


def _dispatch(options: dict[str, Any]) -> ExitCode:
    from layertui.config import load_settings

    settings = load_settings(options["config"], os.environ)
    if options["image"] == DEMO:
        return _with_demo(options, settings)
    return _with_image(options, settings)


def _with_demo(options: dict[str, Any], settings: Settings) -> ExitCode:
    from tempfile import TemporaryDirectory

    from layertui.demo import write_demo

    with TemporaryDirectory(prefix="layertui-") as folder:
        path = Path(folder) / "demo.tar"
        write_demo(path)
        return _with_image({**options, "image": str(path), "label": DEMO}, settings)


def _with_image(options: dict[str, Any], settings: Settings) -> ExitCode:
    _check_rules_are_judged(options)
    if options["ci"] or options["json_file"] or not _has_screen():
        return _headless(options, settings)
    from layertui.ui import OpenRequest
    from layertui.ui import run as run_screen

    names = ("source", "platform", "choice", "base")
    request = OpenRequest(
        image=options["image"],
        label=options.get("label", ""),
        limits=settings.limits,
        **{name: options[name] for name in names},
    )
    return ExitCode(run_screen(request))


def _check_rules_are_judged(options: dict[str, Any]) -> None:
    """Refuse rules that nothing would judge: a pipeline without `--ci` would pass for ever."""
    given = [name for name in (*RULE_OPTIONS, "ci_config") if options[name] is not None]
    if given and not options["ci"]:
        name = given[0].replace("_", "-")
        raise UsageError(f"--{name} is given without --ci", hint="Add --ci to judge the image.")


def _has_screen() -> bool:
    """Tell whether there can be a screen; say why not where somebody looks."""
    from layertui.ui.terminal import obstacle

    reason = obstacle(os.environ)
    if reason:
        click.echo(f"layertui: {reason}; here is the summary", err=True)
    return reason is None


def _headless(options: dict[str, Any], settings: Settings) -> ExitCode:
    from layertui.config.ci_rules import load_rules
    from layertui.headless import Request, run_headless

    flags = {name: options[name] for name in RULE_OPTIONS}
    request = Request(
        image=options["image"],
        label=options.get("label", ""),
        source=options["source"],
        platform=options["platform"],
        choice=options["choice"],
        base=options["base"],
        metrics=options["metrics"],
        verify=options["verify"],
        json_file=options["json_file"],
        rules=load_rules(options["ci_config"], flags) if options["ci"] else None,
        limits=settings.limits,
    )
    return ExitCode(run_headless(request))
