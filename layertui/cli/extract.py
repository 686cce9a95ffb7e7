"""`layertui extract`: files of an image, in a folder of this machine or as a tar stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layertui.cli.listing import layer_option, why_not
from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.cli.output import complain, raw
from layertui.cli.targets import binary_target, force_hinted
from layertui.display import count, printable
from layertui.errors import CancelledError, ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layertui.cli.opened import OpenedImage
    from layertui.contents.extracting import Outcome, Progress, Sink
    from layertui.contents.planning import Plan, Selection

_EPILOG = """\b
PATH is a file or a directory, taken from the root of the image; / is all of it. Links are
followed inside the image. DEST is the new path, or a folder that is there and receives it
under its own name (/ as rootfs); a link to a folder is that folder with a / behind it. Nothing
that is there is written over without --force; devices, pipes and sockets never are.

\b
  layertui extract app.tar /etc/nginx conf       the directory, as ./conf
  layertui extract app.tar /etc/passwd .         the file, as ./passwd
  layertui extract --layer 2 app.tar / state     all files as they are after the third layer
  layertui extract --only-layer 2 app.tar / new  only the files that the third layer has
  layertui extract app.tar /srv - | tar -t       a tar stream

\b
Permissions and times are kept; owners, setuid, setgid and extended attributes are not.
Devices, named pipes, absolute links and links that lead out of DEST are left out. What is
left out is told on stderr. A tar stream has all of it, owners and devices too.

\b
Exit codes: 0 fine, 1 PATH is not there, 2 something else could not be written, or the
answer could not be had. An image of this name is ./extract"""


# fmt: off
@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("path")
@click.argument("dest", required=False)
@layer_option
@click.option(
    "--only-layer", type=int, metavar="N", help="Only what layer N itself has, counted from 0."
)
@click.option(
    "-f", "--force", is_flag=True, help="Replace files that are there, add to folders that are."
)
@click.option(
    "--tar", "as_tar", is_flag=True,
    help="Write a tar stream, to the new file DEST or to stdout.  [with - as DEST: in any case]",
)
@click.option("-P", "--no-follow", is_flag=True, help="Do not follow a PATH that is a link itself.")
@image_options
def command(image: str, path: str, dest: str | None, **options: Any) -> int:
    """Take files out of an image, without running it and without root."""
    if dest is None and not options["as_tar"]:
        raise click.MissingParameter(param_hint="'DEST'", param_type="argument")
    if options["layer"] is not None and options["only_layer"] is not None:
        raise UsageError("--layer and --only-layer exclude each other")
    with opened_image(image, options) as opened:
        layer = _layer(opened, options)
        selection, name = _selection(opened, raw(path), layer, options)
        if selection is None:
            return opened.ended(ExitCode.NOTHING_FOUND, layer)
        try:
            outcome = _extracted(opened, selection, name, dest, options)
        except CancelledError as error:
            opened.narrator.wipe()
            complain(error.hint or error.message)
            raise
        opened.narrator.wipe()
        return opened.ended(_told(outcome), layer)
# fmt: on


def _layer(opened: OpenedImage, options: Mapping[str, Any]) -> int:
    if options["only_layer"] is not None:
        return opened.layer(options["only_layer"], "--only-layer")
    return opened.layer(options["layer"])


def _selection(
    opened: OpenedImage, path: bytes, layer: int, options: Mapping[str, Any]
) -> tuple[Selection | None, bytes]:
    """Return what is asked for and what it is called; None, once said, where it is not there."""
    from layertui.contents.planning import Selection
    from layertui.filesystem.selecting import named

    found = named(opened.filesystem, path, layer, last=not options["no_follow"])
    if len(found.nodes) > 1:
        raise UsageError(f"{printable(path)}: more than one path of the image matches")
    only = options["only_layer"] is not None
    if not found.nodes:
        complain(why_not(found))
        return None, b""
    node = found.nodes[0]
    selection = Selection(opened.filesystem, node, layer, only)
    if node and not any(True for _ in selection.nodes()):
        complain(f"{printable(path)}: layer {layer} itself has nothing there")
        return None, b""
    asked = path.rstrip(b"/").rpartition(b"/")[2]
    usable = asked not in (b"", b".", b"..") and not found.is_glob
    return selection, asked if usable else selection.own_name


def _extracted(
    opened: OpenedImage,
    selection: Selection,
    name: bytes,
    dest: str | None,
    options: Mapping[str, Any],
) -> Outcome:
    from layertui.contents.planning import planned

    plan = planned(selection)
    if options["as_tar"] or dest == "-":
        return _streamed(
            opened,
            plan,
            name if selection.node else b"",
            None if dest == "-" else dest,
            force=options["force"],
        )
    from layertui.contents.destination import destination
    from layertui.contents.destination import opened as opened_folder
    from layertui.contents.unpacking import FolderSink

    with force_hinted():
        place = destination(
            raw(dest or ""), name, is_directory=selection.is_directory, overwrite=options["force"]
        )
    with opened_folder(place) as folder:
        return _written(opened, plan, FolderSink(folder, place, selection.link_text))


def _streamed(
    opened: OpenedImage, plan: Plan, name: bytes, dest: str | None, *, force: bool
) -> Outcome:
    from layertui.contents.tar_stream import TarSink

    with binary_target(dest, force=force) as write:
        sink = TarSink(write, name, limits=opened.limits)
        outcome = _written(opened, plan, sink)
        sink.finish()
    return outcome


def _written(opened: OpenedImage, plan: Plan, sink: Sink) -> Outcome:
    from layertui.contents.extracting import extract

    def progress(done: Progress) -> None:
        opened.narrator.working("writing", done.size, plan.size)

    return extract(plan, opened.contents, sink, progress=progress)


def _told(outcome: Outcome) -> ExitCode:
    """Say what was left out; return the exit code."""
    for altered in outcome.altered:
        complain(f"{printable(altered.path)}: written without {altered.lacks}")
    for left in outcome.left_out:
        complain(f"{printable(left.path)}: left out, {left.reason}")
    if outcome.left_out:
        total = outcome.count + len(outcome.left_out)
        complain(f"{count(len(outcome.left_out))} of {count(total)} paths left out")
    return ExitCode.FINE if outcome.is_complete and outcome.count else ExitCode.NO_ANSWER
