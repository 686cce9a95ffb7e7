"""Exceptions from rules: which hold today, which were needed, which have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.analysis.rules import COUNT, MOST_EVIDENCE, Evidence, RuleResult, Status
from layertui.display import printable
from layertui.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from layertui.policy.demands import Allowance

EXPIRED = "expiredExceptions"
"""The rule that no exception is past its end."""

UNUSED = "unused-exception"
"""The code of a notice that nothing needs an exception."""


class Exceptions:
    """The exceptions of a policy on one day, and which of them were needed.

    Args:
        allowed: All of them.
        today: The day.
    """

    def __init__(self, allowed: Sequence[Allowance], today: date) -> None:
        self._allowed = allowed
        self._today = today
        self._used: set[int] = set()

    def of(self, rule: str) -> list[Allowance]:
        """Return the exceptions from a rule that hold."""
        return [each for each in self._of(rule) if not each.has_ended(self._today)]

    def use(self, allowance: Allowance) -> None:
        """Note that an exception was needed."""
        self._used.add(id(allowance))

    def ended(self, rule: str) -> str:
        """Return what to say of a rule that failed where exceptions from it have ended."""
        days = [each.until for each in self._of(rule) if each.has_ended(self._today)]
        return f"an exception from it ended on {days[0]}" if days else ""

    def results(self) -> Iterator[RuleResult]:
        """Yield how the rule ends that no exception is past its end, where there are any."""
        if not self._allowed:
            return
        over = [each for each in self._allowed if each.has_ended(self._today)]
        told = tuple(Evidence(message=f"{described(each)} ({each.origin})") for each in over)
        yield RuleResult(
            EXPIRED,
            0,
            len(over),
            Status.FAIL if over else Status.PASS,
            COUNT,
            message=_count(len(over)),
            evidence=told[:MOST_EVIDENCE],
            more=len(told[MOST_EVIDENCE:]),
        )

    def notices(self) -> Iterator[Notice]:
        """Yield what to say of exceptions that nothing needed."""
        for each in self._allowed:
            if id(each) not in self._used and not each.has_ended(self._today):
                yield Notice(
                    code=UNUSED,
                    message=f"nothing needs {described(each)} ({each.origin}): drop it",
                )

    def _of(self, rule: str) -> Iterator[Allowance]:
        return (each for each in self._allowed if each.rule == rule)


def described(allowance: Allowance) -> str:
    """Return an exception in words: from what, for which paths, until when and why."""
    globs = ", ".join(printable(glob.text, 80) for glob in allowance.globs)
    where = f" for {globs}" if globs else ""
    end = f" until {allowance.until}" if allowance.until else ""
    return f"the exception from {allowance.rule}{where}{end}: {allowance.reason}"


def _count(number: int) -> str:
    if not number:
        return "none has ended"
    return f"{number} {'exception has' if number == 1 else 'exceptions have'} ended"
