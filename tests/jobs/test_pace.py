"""Rates are measured, and nothing is said before there is something to measure."""

from desktop.jobs._pace import Pace


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_tokens_a_second_are_those_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.tokens_per_second(0) is None
    for second in range(1, 11):
        clock.now = 100.0 + second
        rate = pace.tokens_per_second(10 * second if second <= 5 else 50 + 100 * (second - 5))
    assert rate == 100.0


def test_rows_a_minute_are_those_since_the_beginning() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now += 30
    assert pace.rows_per_minute(0) is None
    assert pace.rows_per_minute(5) == 10.0


def test_it_is_due_once_in_an_interval() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert not pace.is_due(1.0)
    clock.now += 1.0
    assert pace.is_due(1.0)
    assert not pace.is_due(1.0)
