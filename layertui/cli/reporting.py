"""The reports that a command line asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.errors import UsageError
from layertui.reports.formats import FORMATS, STDOUT, WantedReport

if TYPE_CHECKING:
    from collections.abc import Sequence


def wanted_reports(texts: Sequence[str], json_file: str | None) -> tuple[WantedReport, ...]:
    """Return the reports that options ask for.

    Args:
        texts: Of `--report`, each `FORMAT` or `FORMAT=FILE`.
        json_file: Of `--json`, or None.

    Raises:
        UsageError: A format is unknown, or two reports go to the same place.
    """
    reports = [] if json_file is None else [WantedReport("json", json_file)]
    reports += map(_wanted_report, texts)
    for number, wanted in enumerate(reports):
        if wanted.file in (other.file for other in reports[:number]):
            raise UsageError(_refusal(wanted), hint="Write FORMAT=FILE to put each into a file.")
    return tuple(reports)


def _wanted_report(text: str) -> WantedReport:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        from layertui.config.naming import quoted, suggestion

        raise UsageError(f"--report: unknown format {quoted(name)}", hint=suggestion(name, FORMATS))
    if equals and not file:
        raise UsageError(f"--report: no file is named behind {name}=")
    return WantedReport(name, file or STDOUT)


def _refusal(wanted: WantedReport) -> str:
    from layertui.config.naming import quoted

    if wanted.file == STDOUT:
        return f"only one report can go to standard output, not {wanted.format} too"
    return f"two reports go to {quoted(wanted.file)}"
