"""What is told on stderr while somebody waits."""

from __future__ import annotations

from io import StringIO

import pytest

from layertui import narration
from layertui.image import Layer
from layertui.narration import Narrator


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [0.0]
    monkeypatch.setattr(narration, "monotonic", lambda: now[0])
    return now


def test_nothing_is_told_where_nobody_looks(time: list[float]) -> None:
    stream = StringIO()
    with Narrator(stream) as narrator:
        time[0] = 10.0
        narrator.opening(5_000, None)
    assert stream.getvalue() == ""


def test_short_work_is_not_told(time: list[float]) -> None:
    stream = Terminal()
    with Narrator(stream) as narrator:
        time[0] = 0.4
        narrator.opening(5_000, 10_000)
    assert stream.getvalue() == ""


def test_long_work_is_told_now_and_then_and_wiped_at_the_end(time: list[float]) -> None:
    stream = Terminal()
    with Narrator(stream) as narrator:
        for tenth in range(5, 10):
            time[0] = tenth / 10 + 0.001
            narrator.opening(tenth * 1_000, 10_000)
            narrator.opening(1, 10_000)
    lines = stream.getvalue().split("\r\x1b[K")
    assert lines[1] == "opening 5.0 kB of 10.0 kB"
    assert lines[-2:] == ["opening 9.0 kB of 10.0 kB", ""]
    assert len(lines) <= 7


@pytest.mark.parametrize(
    ("stored", "told"),
    [(3_000, "reading 2 layers: 1.5 kB of 6.0 kB"), (None, "reading 2 layers: 1.5 kB")],
)
def test_layers_are_told_by_what_is_read_of_all_that_is_known(
    time: list[float], stored: int | None, told: str
) -> None:
    stream = Terminal()
    with Narrator(stream) as narrator:
        progress = narrator.reading([Layer(index=n, stored_size=stored) for n in range(2)])
        progress(0, 1_000)
        time[0] = 1.0
        progress(1, 500)
    assert told in stream.getvalue().split("\r\x1b[K")
