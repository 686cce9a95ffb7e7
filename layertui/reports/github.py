"""The report as workflow commands, of which GitHub Actions makes annotations.

    ::error title=TITLE::MESSAGE

GitHub shows the first ten of each level of a step, so that the gravest come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.reports.figures import summary_line
from layertui.reports.problems import WASTED_PATH, problems
from layertui.reports.wording import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding

MOST_SHOWN = 10
"""Annotations of one level."""

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report, a command a line.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it.
    """
    name = printable(inspection.image.reference, 200)
    judged = f"{verdict(inspection)}: " if inspection.rules is not None else ""
    yield _command("notice", f"layertui {name}", f"{judged}{summary_line(inspection)}")
    counts = {"error": 0, "warning": 0, "note": 1}
    for problem in problems(inspection, findings):
        if problem.rule == WASTED_PATH and inspection.rules is None and findings:
            continue
        counts[problem.level] += 1
        if counts[problem.level] <= MOST_SHOWN:
            title = f"{problem.rule} {name}"
            yield _command(_COMMANDS[problem.level], title, problem.message)


def _command(level: str, title: str, message: str) -> bytes:
    return f"::{level} title={_property(title)}::{_data(message)}\n".encode()


def _data(text: str) -> str:
    """Return a message as a command takes it; it is printable, so it has no line breaks."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
