"""Questions that begin alike are answered together, a group after the other, and nobody waits for one for ever."""

from collections.abc import Sequence

import pytest

from desktop.core.steps import Ask, Choose, Sampling, Score, Told
from desktop.engine.batching import Batcher
from desktop.engine.groups import GROUP_TEXTS, Groups, Shared
from desktop.engine.holding import Apart, Together
from desktop.engine.preparing import Prepared
from tests.engine.recording import Letters, Recording

PASSAGE, OTHER = 1_000, 2_000
REPLY = 5


class World:
    """Two memories of a worker, and a clock that moves a tenth of a second with every step."""

    def __init__(self, room: int = 4_096) -> None:
        self.apart, self.together = Recording(), Recording()
        self.time, self.answered = 0.0, list[int]()
        holding = Apart(self.apart, 4, rewinds=True, saved=0)
        memory = Together(self.together, GROUP_TEXTS)
        apart = Batcher(self.apart, holding, Letters(), lambda _more: None, self.hear)
        shared = Batcher(self.together, memory, Letters(), lambda _more: None, self.hear)
        self.groups = Groups(apart, Shared(shared, memory, room), lambda: self.time)

    def hear(self, ticket: int, _told: Told) -> None:
        self.groups.forget(ticket)
        self.answered.append(ticket)

    def ask(self, tickets: Sequence[int], passage: int, length: int = 600, reply: int = REPLY, n: int = 1) -> None:
        """Questions of ten tokens about a passage."""
        for ticket in tickets:
            question = Ask("test", "-", Sampling(temperature=0.0, max_tokens=reply), n=n)
            prompt = (passage,) * length + (10_000 + ticket,) * 10
            self.groups.submit(ticket, question, 0, Prepared(prompt, limit=reply))

    def run(self, steps: int = 1_000) -> None:
        while steps and not self.groups.idle:
            self.groups.step()
            self.time += 0.1
            steps -= 1


def test_a_passage_is_read_once_and_its_questions_are_answered_together() -> None:
    world = World()
    world.ask(range(8), PASSAGE)
    world.run()
    assert sorted(world.answered) == list(range(8))
    assert world.apart.passes == []
    assert world.groups.figures.prompt_decoded == 600 + 8 * 10
    assert world.groups.figures.prompt_tokens == 8 * 610
    assert {length for _source, _target, length in world.together.shared} == {600}


def test_only_texts_are_decoded_in_a_step_of_texts() -> None:
    world = World()
    world.ask(range(8), PASSAGE, reply=50)
    world.run()
    together = [step for step in world.together.passes if len(step) > 1]
    assert together and all(len(set(step.values())) == 1 for step in together)


def test_one_group_waits_for_the_other() -> None:
    world = World()
    world.ask(range(8), PASSAGE)
    world.ask(range(8, 16), OTHER)
    world.run()
    assert [ticket // 8 for ticket in world.answered] == [0] * 8 + [1] * 8
    assert world.apart.passes == []


def test_who_comes_later_joins_the_group_whose_turn_it_is() -> None:
    world = World()
    world.ask(range(8), PASSAGE, reply=50)
    world.run(steps=5)
    world.ask([8], PASSAGE)
    world.run()
    assert world.groups.figures.prompt_decoded == 600 + 9 * 10
    assert world.apart.passes == []


@pytest.mark.parametrize(("count", "length", "n"), [(7, 600, 1), (8, 200, 1), (8, 600, 2)])
def test_few_questions_or_short_beginnings_or_several_samples_are_no_group(count: int, length: int, n: int) -> None:
    world = World()
    world.ask(range(count), PASSAGE, length=length, n=n)
    world.run()
    assert sorted(world.answered) == list(range(count))
    assert world.together.passes == []


def test_what_writes_nothing_goes_apart_at_once() -> None:
    world = World()
    prompt = (PASSAGE,) * 600
    for ticket in range(8):
        world.groups.submit(ticket, Score("test", "-", "-"), 0, Prepared(prompt, answers=((1, 2),)))
        world.groups.submit(10 + ticket, Choose("test", "-", ("a", "b")), 0, Prepared(prompt, answers=((1,), (2,))))
    world.run()
    assert len(world.answered) == 16
    assert world.together.passes == []


def test_a_group_never_takes_more_memory_than_there_is() -> None:
    world = World(room=1_024)
    world.ask(range(20), PASSAGE, reply=100)
    world.run()
    assert sorted(world.answered) == list(range(20))
    most = max(len(step) for step in world.together.passes)
    assert most == (1_024 - 600) // 110


def test_a_prompt_that_has_no_room_there_is_answered_apart() -> None:
    world = World(room=1_024)
    world.ask(range(8), PASSAGE, length=1_100)
    world.run()
    assert sorted(world.answered) == list(range(8))
    assert world.together.passes == []


@pytest.mark.parametrize(("company", "seconds"), [(0, 2), (3, 10)])
def test_nobody_waits_for_a_group_for_ever(company: int, seconds: int) -> None:
    world = World()
    world.ask(range(100), PASSAGE, reply=200)
    world.run(steps=3)
    world.ask(range(100, 101 + company), OTHER)
    world.run(steps=10 * seconds - 5)
    assert world.apart.passes == []
    world.run(steps=40)
    assert set(range(100, 101 + company)) <= set(world.answered), "apart, beside the group"
    assert len(world.answered) < 100


def test_a_cancelled_question_is_quiet_wherever_it_is() -> None:
    world = World()
    world.ask(range(15), PASSAGE, reply=50)
    world.ask(range(15, 24), OTHER)
    world.run(steps=8)
    gone = {0, 14, 17}  # in a slot, waiting for one, and in the next group
    for ticket in gone:
        world.groups.cancel(ticket)
    world.run()
    assert sorted(world.answered) == [ticket for ticket in range(24) if ticket not in gone]
