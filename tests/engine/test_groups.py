"""Questions that begin alike are answered together, a group after the other, and nobody waits for one for ever."""

from collections.abc import Iterable
from random import Random

import pytest

from desktop.core.steps import Ask, Choose, Sampling, Score, Told
from desktop.engine.batching import Batcher
from desktop.engine.groups import GROUP_TEXTS, Groups, Shared
from desktop.engine.holding import Apart, Together
from desktop.engine.preparing import Prepared
from tests.engine.recording import Cells, Letters, Recording

PASSAGE, OTHER = 1_000, 2_000
REPLY = 5


class World:
    """Two memories of a worker, and a clock that moves a tenth of a second with every step."""

    def __init__(self, room: int = 4_096, aborts: float = 0.0) -> None:
        self.random = Random(f"{room} {aborts}")
        self.apart, self.together = Recording(), Cells(self.random, aborts)
        self.time, self.answered, self.most = 0.0, list[int](), 0
        self.memory = Together(self.together, GROUP_TEXTS)
        holding = Apart(self.apart, 4, rewinds=True, saved=0)
        apart = Batcher(self.apart, holding, Letters(), lambda _more: None, self.hear)
        batcher = Batcher(self.together, self.memory, Letters(), lambda _more: None, self.hear)
        self.groups = Groups(apart, Shared(batcher, self.memory, room), lambda: self.time)

    def hear(self, ticket: int, _told: Told) -> None:
        self.answered.append(ticket)

    def ask(
        self, tickets: Iterable[int], passage: int, length: int = 600, reply: int = REPLY, n: int = 1, own: int = 10
    ) -> None:
        """Questions about a passage."""
        for ticket in tickets:
            self.put(ticket, (passage,) * length + (10_000 + ticket,) * own, reply, n)

    def put(self, ticket: int, prompt: tuple[int, ...], reply: int = REPLY, n: int = 1) -> None:
        """A question with this prompt, which is answered by so many tokens."""
        question = Ask("test", "-", Sampling(temperature=0.0, max_tokens=reply), n=n)
        self.groups.submit(ticket, question, 0, Prepared(prompt, limit=reply))

    def run(self, steps: int = 1_000) -> None:
        while steps and not self.groups.idle:
            self.groups.step()
            self.time += 0.1
            steps -= 1
            self.most = max(self.most, self.together.used)
            for slot in self.memory.slots:
                assert self.together.held(slot.sequence) == slot.held


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


@pytest.mark.parametrize(
    ("count", "length", "n", "own"), [(7, 600, 1, 10), (8, 200, 1, 10), (8, 600, 2, 10), (8, 600, 1, 310)]
)
def test_what_makes_no_group_goes_apart(count: int, length: int, n: int, own: int) -> None:
    """Few questions, short beginnings, several samples, and much that is each one's own."""
    world = World(room=16_384)
    world.ask(range(count), PASSAGE, length=length, n=n, own=own)
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
    world = World(room=1_800)
    world.ask(range(20), PASSAGE, reply=100)
    world.run()
    assert sorted(world.answered) == list(range(20))
    assert max(len(step) for step in world.together.passes) == 10
    assert 600 + 10 * 100 < world.most <= 1_800


def test_where_few_would_have_room_all_go_apart() -> None:
    world = World(room=1_400)
    world.ask(range(20), PASSAGE, reply=100)
    world.run()
    assert sorted(world.answered) == list(range(20))
    assert world.together.passes == []


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_and_goes_everything_is_answered_once_and_within_the_memory(seed: int) -> None:
    world = World(room=1_100 + seed, aborts=0.05)
    ticket, gone = 0, set[int]()
    while ticket < 80:
        for _question in range(world.random.choice((1, 8, 12))):
            passage = (world.random.choice((PASSAGE, OTHER)),) * world.random.choice((300, 320, 340))
            between = (5_000 + world.random.randrange(2),) * world.random.choice((0, 3, 20))
            prompt = (*passage, *between, *(10_000 + ticket,) * world.random.choice((5, 30)))
            world.put(ticket, prompt, world.random.choice((5, 20, 40)))
            ticket += 1
        if world.random.random() < 0.3:
            one = world.random.randrange(ticket)
            gone |= {one} - set(world.answered)
            world.groups.cancel(one)
        world.run(steps=world.random.randrange(20))
    world.run(steps=20_000)
    assert sorted(world.answered) == [each for each in range(ticket) if each not in gone]
    assert world.together.passes and world.most <= 1_100 + seed


def test_a_prompt_that_has_no_room_there_is_answered_apart() -> None:
    world = World(room=1_024)
    world.ask(range(8), PASSAGE, length=1_100)
    world.run()
    assert sorted(world.answered) == list(range(8))
    assert world.together.passes == []


@pytest.mark.parametrize(("company", "seconds"), [(1, 4), (4, 4), (7, 4)])
def test_few_do_not_wait_for_a_group_for_ever(company: int, seconds: int) -> None:
    world = World()
    world.ask(range(100), PASSAGE, reply=200)
    world.run(steps=3)
    world.ask(range(100, 100 + company), OTHER)
    world.run(steps=10 * seconds - 5)
    assert world.apart.passes == []
    world.run(steps=40)
    assert set(range(100, 100 + company)) <= set(world.answered), "apart, beside the group"
    assert len(world.answered) < 100


def test_few_wait_while_more_of_their_kind_come() -> None:
    world = World()
    world.ask(range(100), PASSAGE, reply=200)
    world.run(steps=3)
    for ticket in range(100, 103):
        world.ask([ticket], OTHER)
        world.run(steps=30)
    assert world.apart.passes == []
    world.run(steps=20)
    assert world.apart.passes != [], "after ten seconds all the same"


def test_a_group_that_always_grows_lets_another_one_have_its_turn() -> None:
    world = World()
    world.ask(range(20), PASSAGE, reply=50)
    world.run(steps=3)
    world.ask(range(1_000, 1_008), OTHER)
    ticket = 20
    while 1_000 not in world.answered and ticket < 400:
        world.ask([ticket], PASSAGE, reply=50)
        world.run(steps=3)
        ticket += 1
    assert ticket < 200
    assert world.apart.passes == []


def test_a_long_answer_is_not_overtaken_for_ever() -> None:
    world = World(room=1_400)
    world.ask(range(12), PASSAGE, reply=50)
    world.run(steps=3)
    world.ask([12], PASSAGE, reply=310)
    for ticket in range(13, 110):
        world.ask([ticket], PASSAGE, reply=50)
        world.run(steps=5)
    assert 12 in world.answered
    assert world.apart.passes == []


def test_a_group_begins_with_its_passage_and_not_with_what_all_passages_have_in_common() -> None:
    world = World()
    for ticket in range(18):
        prompt = (7,) * 260 + (PASSAGE if ticket < 9 else OTHER,) * 400 + (10_000 + ticket,) * 10
        world.put(ticket, prompt)
    world.run()
    assert len(world.answered) == 18
    assert world.groups.figures.prompt_decoded == 260 + 2 * 400 + 18 * 10


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
