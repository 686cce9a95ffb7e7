"""`layertui grep`: what is in the files of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layertui.contents.expressions import Sought
    from layertui.contents.targets import Scope

_EPILOG = """\b
PATTERN is a regular expression, as of grep -E and of Python; a line matches where it does.
\\< and \\> are the start and the end of a word, [[:alpha:]] and its like are as in grep.
PATH is a file, a directory with all below it, or a glob over whole paths with * ? [ and **
for any directories. A file that several paths show is searched once and told by each.

\b
  layertui grep -i 'password *=' app.tar             what the image shows
  layertui grep --all-layers -F 'BEGIN RSA' app.tar  also what was removed or replaced later
  layertui grep -l TODO app.tar '/srv/**/*.py'       the files that have it
  layertui grep --layer 3 --changes -c . app.tar     what the fourth layer itself ships
  layertui grep -lZ KEY app.tar | xargs -0 layertui cat app.tar

\b
What is printed is PATH:LINE:TEXT, with --all-layers LAYER:PATH:LINE:TEXT, as a path may
differ from layer to layer; --json tells the layer that removed or replaced it, too.
Binary files, with a NUL in the first 8 KiB, are passed over without -a. In lines of more
than 8 KiB an expression finds what is no longer than 2 KiB; a text has no such bound.

\b
Exit codes: 0 something matches, 1 nothing does, 2 the answer could not be had.
An image of this name is ./grep"""


# fmt: off
@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("pattern")
@click.argument("image")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-F", "--fixed-strings", is_flag=True, help="PATTERN is a text.")
@click.option("-E", "--extended-regexp", is_flag=True, help="PATTERN is an expression.  [default]")
@click.option("-i", "--ignore-case", is_flag=True, help="Let case not matter.")
@click.option("-a", "--text", "as_text", is_flag=True, help="Search binary files too.")
@click.option("-l", "--files-with-matches", "files", is_flag=True, help="Tell which files match.")
@click.option("-c", "--count", "counts", is_flag=True, help="Tell how many lines of a file match.")
@click.option("-n", "--line-number", is_flag=True, help="Tell numbers of lines.  [default]")
@click.option("-m", "--max-count", type=click.IntRange(1), metavar="N", help="N lines of a file.")
@click.option("-q", "--quiet", is_flag=True, help="Tell by the exit code alone.")
@click.option(
    "--layer", type=int, metavar="N",
    help="Files as they are after layer N, counted from 0.  [default: the topmost]",
)
@click.option("--changes", is_flag=True, help="Only files that this layer itself ships.")
@click.option("--all-layers", is_flag=True, help="Files of all layers, also those that are gone.")
@click.option("-Z", "-0", "--null", "nul", is_flag=True, help="End each name in a NUL.")
@click.option("-j", "--json", "as_json", is_flag=True, help="Write a JSON object a line.")
@image_options
def command(pattern: str, image: str, paths: Sequence[str], **options: Any) -> int:
    """Search the files of an image for lines that match, without running it."""
    from layertui.cli.searching import Request, search_image

    request = Request(
        sought=_sought(pattern, options), scope=_scope(options), paths=tuple(paths), options=options
    )
    with opened_image(image, options) as opened:
        return search_image(opened, request)
# fmt: on


def _sought(pattern: str, options: Mapping[str, Any]) -> Sought:
    """Return what is looked for.

    Raises:
        QueryError: It cannot be looked for.
        UsageError: It is to be read in two ways.
    """
    from layertui.contents.expressions import sought

    if options["fixed_strings"] and options["extended_regexp"]:
        raise UsageError("-E and -F are two ways to read PATTERN; give one of them")
    return sought(pattern, is_regex=not options["fixed_strings"], folded=options["ignore_case"])


def _scope(options: Mapping[str, Any]) -> Scope:
    """Return of which files contents are searched.

    Raises:
        UsageError: Two scopes are asked for.
    """
    from layertui.contents.targets import Scope

    if not options["all_layers"]:
        return Scope.LAYER if options["changes"] else Scope.SHOWN
    if options["changes"] or options["layer"] is not None:
        raise UsageError("--all-layers goes with neither --layer nor --changes")
    return Scope.ALL
