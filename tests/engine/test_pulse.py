"""What a worker is given up for: silence, and a step that does not end; never for what it had no chance to do."""

import time

import pytest

from desktop.engine.child import Child
from desktop.engine.protocol import Figures, Ping, Pong, ToWorker
from desktop.engine.pulse import Pulse

SMALL = 1_000


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Watched(Child):
    """A worker that is none: the tests say what the system would of it."""

    def __init__(self) -> None:
        self.heard = 0.0
        self.used = 0.0  # seconds of processor time
        self.wants = self.held = False
        self.pings = 0

    def send(self, message: ToWorker) -> None:
        self.pings += isinstance(message, Ping)

    def stopped(self) -> bool:
        return self.held

    def processor(self) -> float:
        return self.used

    def wants_processor(self) -> bool:
        return self.wants


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made)
    return made


def goes_silent(pulse: Pulse, clock: Clock, seconds: float) -> bool:
    """Looked at often for so long; whether it was found silent."""
    until = clock.now + seconds
    while clock.now < until:
        if pulse.is_silent():
            return True
        clock.now += 0.25
    return False


def test_a_worker_that_answers_is_asked_again_and_again(clock: Clock) -> None:
    child = Watched()
    pulse = Pulse(child, SMALL)
    for _look in range(20):
        assert not pulse.is_silent()
        clock.now += 0.25
        child.heard = clock.now
    assert 5 <= child.pings <= 20


def test_silence_is_borne_for_a_while(clock: Clock) -> None:
    assert not goes_silent(Pulse(Watched(), SMALL), clock, 4)
    assert goes_silent(Pulse(Watched(), SMALL), clock, 6)


def test_a_worker_that_the_system_stopped_is_given_up_sooner(clock: Clock) -> None:
    child = Watched()
    child.held = True
    assert goes_silent(Pulse(child, SMALL), clock, 2)


def test_a_worker_that_gets_no_processor_has_a_minute(clock: Clock) -> None:
    child = Watched()
    child.wants = True
    assert not goes_silent(Pulse(child, SMALL), clock, 58)
    assert goes_silent(Pulse(child, SMALL), clock, 63)
    child.used = 100.0  # it had some, and said nothing all the same
    pulse = Pulse(child, SMALL)
    assert not pulse.is_silent()
    child.used = 106.0
    assert goes_silent(pulse, clock, 6)


def test_nobody_is_blamed_for_a_time_in_which_nobody_looked(clock: Clock) -> None:
    pulse = Pulse(Watched(), SMALL)
    assert not pulse.is_silent()
    clock.now += 3_600
    assert not pulse.is_silent()
    assert goes_silent(pulse, clock, 6)


@pytest.mark.parametrize(("doing", "borne"), [("prepare", 5.0), ("decode", 250.0), ("nothing", 1e6)])
def test_a_step_has_its_time(doing: str, borne: float) -> None:
    pulse = Pulse(Watched(), SMALL)
    assert not pulse.is_stuck(Pong(doing, 1, borne, Figures()))
    assert pulse.is_stuck(Pong(doing, 1, borne * 2, Figures())) == (doing != "nothing")


def test_loading_has_its_time_anew_whenever_it_came_further_and_longer_for_a_large_file(clock: Clock) -> None:
    pulse = Pulse(Watched(), SMALL)
    loading = Pong("load", 0, 0.0, Figures())
    clock.now += 10
    pulse.came_further()
    clock.now += 10
    assert not pulse.is_stuck(loading)
    clock.now += 10
    assert pulse.is_stuck(loading)
    large = Pulse(Watched(), 10**9)
    clock.now += 20
    assert not large.is_stuck(loading)
