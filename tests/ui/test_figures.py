"""Numbers, sizes and times as people say them."""

from datetime import datetime

import pytest

from desktop.ui import figures

NOON = datetime(2026, 11, 21, 12, 0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (6.4, "6 s"), (60, "1 minute"), (3060, "51 minutes"), (7200, "2 hours"), (5400, "2 hours")],
)
def test_durations(seconds: float, said: str) -> None:
    assert figures.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (16800, "done about 16:40"),
        (60, "done about 12:01"),
        (30 * 3600, "done in about 1 day"),
        (1e6, "done in about 12 days"),
    ],
)
def test_when_it_will_be_done(seconds: float, said: str) -> None:
    assert figures.done_about(seconds, NOON) == said


def test_moments() -> None:
    at = NOON.timestamp()
    assert figures.moment(at - 3600, NOON) == "today 11:00"
    assert figures.moment(at - 86400, NOON) == "yesterday 12:00"
    assert "2026" in figures.moment(at - 5 * 86400, NOON) or "26" in figures.moment(at - 5 * 86400, NOON)


def test_shares() -> None:
    assert figures.percent(62, 100) == "62 %"
    assert figures.percent(0, 0) == "0 %"
