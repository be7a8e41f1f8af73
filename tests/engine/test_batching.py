"""Who is decoded when: short prompts do not wait for long ones, nor long ones for ever, and texts go on meanwhile."""

import numpy as np
import pytest

from desktop.core.steps import Ask, Sampling, Score, Told
from desktop.engine.batching import Batcher
from desktop.engine.holding import Apart
from desktop.engine.preparing import Prepared
from tests.engine.recording import Letters, Recording


class World:
    """A batcher with a few slots, and who has been answered."""

    def __init__(self, slots: int = 4) -> None:
        self.context, self.answered = Recording(), list[int]()
        holding = Apart(self.context, slots, rewinds=True, saved=0)
        self.batcher = Batcher(self.context, holding, Letters(), lambda _more: None, self.hear)

    def hear(self, ticket: int, _told: Told) -> None:
        self.answered.append(ticket)

    def ask(self, ticket: int, prompt: int, reply: int = 1) -> None:
        """A question whose prompt shares nothing with that of another ticket."""
        question = Ask("test", "-", Sampling(temperature=0.0, max_tokens=reply))
        self.batcher.submit(ticket, question, 0, Prepared((1000 + ticket,) * prompt, limit=reply))

    def score(self, ticket: int, prompt: int, answer: int) -> None:
        """A question for the probabilities of an answer of so many tokens."""
        prepared = Prepared((1000 + ticket,) * prompt, answers=((1,) * answer,))
        self.batcher.submit(ticket, Score("test", "-", "-"), 0, prepared)

    def step(self) -> dict[int, int]:
        """The tokens that each sequence had in one step."""
        self.batcher.step()
        return self.context.passes[-1]


def test_a_short_prompt_is_read_before_the_rest_of_a_long_one() -> None:
    world = World()
    world.ask(0, 2_000)
    world.step()
    world.ask(1, 10)
    assert world.step() == {1: 10}
    assert world.answered == [1]


def test_a_long_prompt_is_not_put_off_for_ever() -> None:
    world = World()
    world.ask(0, 1_500)
    world.step()
    for ticket in range(1, 100):
        world.ask(ticket, 100)
        world.step()
    assert 0 in world.answered[:30]


def test_texts_go_on_while_a_long_prompt_is_read() -> None:
    world = World()
    world.ask(0, 10, reply=50)
    world.step()
    world.ask(1, 2_000)
    steps = []
    while 1 not in world.answered:
        steps.append(world.step())
    went_on = [number for number, step in enumerate(steps) if 0 in step]
    assert len(went_on) >= 3
    assert max(np.diff(went_on)) <= 2, "two chunks, and the text waits no longer"


@pytest.mark.parametrize(("prompts", "passes"), [((5, 5, 5), 1), ((5, 9, 5), 2), ((7, 8, 9), 3)])
def test_prompts_are_read_together_where_they_are_just_as_long(prompts: tuple[int, ...], passes: int) -> None:
    world = World()
    for ticket, length in enumerate(prompts):
        world.ask(ticket, length)
    while not world.batcher.idle:
        world.step()
    assert all(len(set(step.values())) == 1 for step in world.context.passes)
    assert len(world.context.passes) == passes


def test_who_reads_adds_a_token_when_the_texts_go_on() -> None:
    world = World(slots=3)
    world.ask(0, 10, reply=50)
    world.ask(1, 1_000)
    world.ask(2, 10, reply=50)
    steps = [world.step() for _ in range(6)]
    assert {0: 1, 1: 1, 2: 1} in steps, "a gap between two texts would be a pass of its own"


def test_only_what_is_scored_waits_for_room_for_its_logits() -> None:
    world = World()
    world.score(0, 128, 200)
    assert world.step() == {0: 128}, "of its prompt one row of logits is wanted"
    assert world.step() == {0: world.context.outputs}
    while not world.batcher.idle:
        world.step()
    assert world.answered == [0]


def test_what_begins_alike_is_read_once_wherever_a_chunk_of_it_ends() -> None:
    world = World(slots=8)
    for ticket in range(8):
        prompt = (7,) * 145 + (1_000 + ticket,) * 5  # the first chunk has 128
        world.batcher.submit(ticket, Ask("test", "-", Sampling(max_tokens=1)), 0, Prepared(prompt, limit=1))
    while not world.batcher.idle:
        world.step()
    assert world.batcher.figures.prompt_decoded == 145 + 8 * 5
