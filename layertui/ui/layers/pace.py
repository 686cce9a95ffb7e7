"""How fast the bytes of a layer come, and how long the rest will take."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from layertui.display import size

_MEMORY = 2.0
"""Seconds after which a speed counts for about a third."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How far something has come, and how fast.

    Attributes:
        done: Bytes that are here.
        speed: Bytes a second of late, 0 as long as that is not known.
        at: When that was so, in seconds of a clock that never goes back; None before anything.
    """

    done: int = 0
    speed: float = 0.0
    at: float | None = None

    def advanced(self, done: int, now: float) -> Pace:
        """Return the pace once more bytes are here."""
        if self.at is None:
            return Pace(done, 0.0, now)
        if now <= self.at:
            return self
        current = max(0, done - self.done) / (now - self.at)
        weight = exp((self.at - now) / _MEMORY) if self.speed else 0.0
        return Pace(done, self.speed * weight + current * (1 - weight), now)

    def remaining(self, total: int | None) -> float | None:
        """Return the seconds that the rest of a number of bytes will take, None where unknown."""
        if total is None or self.speed <= 0:
            return None
        return max(0, total - self.done) / self.speed


def pace_words(pace: Pace, total: int | None) -> str:
    """Return speed and time left in words, as far as they are known: `12.3 MB/s, 5 s left`."""
    if pace.speed <= 0:
        return ""
    speed = f"{size(round(pace.speed))}/s"
    seconds = pace.remaining(total)
    return speed if seconds is None else f"{speed}, {_duration(seconds)} left"


def _duration(seconds: float) -> str:
    if seconds < 99.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{round(minutes / 60)} h"
