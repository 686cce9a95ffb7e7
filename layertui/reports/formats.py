"""The formats of reports by name; the module of a format is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding

STDOUT = "-"
"""The file that is standard output."""

Report = Callable[["Inspection", Sequence["Finding"]], Iterator[bytes]]
"""Yields a report piece by piece, of an inspection and of what was found in it."""

FORMATS: Mapping[str, str] = {
    "text": "The summary that is printed where no report goes to stdout.",
    "json": "Everything, each path of each layer (as --json).",
    "markdown": "For a comment on a pull request or the summary of a job; at most 60 kB.",
    "junit": "Test results in XML, a test case a rule.",
    "sarif": "SARIF 2.1.0, for code scanning.",
    "github": "Annotations of GitHub Actions.",
    "gitlab": "GitLab's code quality report.",
    "csv": "A table of layers and paths.",
    "html": "One page with a map of the image, to be opened in a browser offline.",
    "ncdu": "What `ncdu -f` opens.",
    "dive": "The JSON that dive exports, by dive's own metrics.",
}
"""What each format is, by name; each is a module of its own with a function `report`."""


class WantedReport(NamedTuple):
    """A report that is asked for.

    Attributes:
        format: One of FORMATS.
        file: Where it goes, or STDOUT.
    """

    format: str
    file: str


def report_in(name: str) -> Report:
    """Return what makes reports in a format, one of FORMATS."""
    return cast("Report", import_module(f"layertui.reports.{name}").report)
