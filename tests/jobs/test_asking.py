"""The scheduler keeps the slots full, serves older tasks first, replays stored replies and survives lost workers."""

from collections.abc import Iterator, Sequence

import pytest

from desktop.core.confined import USUAL, ConfinedLost, Limits
from desktop.core.engine import EngineLost, Report
from desktop.core.errors import UserError
from desktop.core.records import Attempt, Instruction, Json, JsonObject, Reason
from desktop.core.steps import Ask, Discard, Judged, Offer, Ran, Reply, Run, Sampling, Steps
from desktop.jobs._errands import Errands
from desktop.jobs._overrides import Overrides
from desktop.jobs._replies import digest
from desktop.jobs.asking import Asking, Ended, GaveUp, Happening, Replied, Task, Writing
from tests.fakes import FakeEngine, Line, Loses, Refuses, Says, by_step


def asks_in_turn(*steps: str) -> Steps:
    """Asks one step after the other and returns their texts as rows."""
    texts = []
    for step in steps:
        reply = yield Ask(step, f"prompt of {step}")
        assert isinstance(reply, Reply)
        texts.append(reply.text)
    return [Instruction(instruction=text) for text in texts]


def asks_together(*steps: str) -> Steps:
    replies = yield [Ask(step, f"prompt of {step}") for step in steps]
    assert isinstance(replies, list)
    return [Instruction(instruction=reply.text) for reply in replies if isinstance(reply, Reply)]


def task(key: int, steps: Steps, stored: Sequence[Attempt] = ()) -> Task:
    return Task(key, key, random_seed=key * 10, steps=steps, decide=lambda request: Judged(True), stored=stored)


def play(asking: Asking, turns: int = 200) -> Iterator[Happening]:
    for _turn in range(turns):
        if asking.idle:
            return
        yield from asking.turn(0.0)
    raise AssertionError("the scheduler does not come to an end")


def texts(happened: Sequence[Happening]) -> dict[int, list[str]]:
    ended = [each for each in happened if isinstance(each, Ended)]
    return {each.key: [row.instruction for row in each.rows if isinstance(row, Instruction)] for each in ended}


def echo(ask: Ask, random_seed: int) -> Line:
    return f"reply to {ask.step}"


def test_a_task_gets_its_replies_in_order() -> None:
    asking = Asking(FakeEngine(echo))
    asking.start(task(1, asks_in_turn("a", "b")))
    asking.start(task(2, asks_together("c", "d", "e")))
    happened = list(play(asking))
    assert texts(happened) == {1: ["reply to a", "reply to b"], 2: ["reply to c", "reply to d", "reply to e"]}


def test_replies_are_handed_out_before_they_are_acted_on() -> None:
    engine = FakeEngine(echo, slots=1)
    asking = Asking(engine)
    asking.start(task(1, asks_in_turn("a", "b")))
    for happening in asking.turn(0.0):
        assert isinstance(happening, Replied)
        assert [ask.step for ask in engine.asked] == ["a"], "went on before the reply could be stored"
        assert [attempt.reply for attempt in happening.attempts] == ["reply to a"]


def test_the_slots_are_kept_full_and_not_overfilled() -> None:
    engine = FakeEngine(echo, slots=4)
    asking = Asking(engine)
    started = 0
    while asking.hungry:
        asking.start(task(started := started + 1, asks_in_turn("a", "b")))
    assert started == 5, "one waits behind four that are written"
    list(asking.turn(0.0))
    assert engine.most_at_once <= 8


def test_older_tasks_come_first_and_related_asks_stay_together() -> None:
    engine = FakeEngine(echo, slots=2)
    asking = Asking(engine)
    asking.start(task(2, asks_together("late 1", "late 2", "late 3")))
    asking.start(task(1, asks_in_turn("early 1", "early 2")))
    list(play(asking))
    steps = [ask.step for ask in engine.asked]
    assert steps[0] == "early 1"
    assert [step for step in steps if step.startswith("late")] == ["late 1", "late 2", "late 3"]


class Slow:
    """A confined process that is silent now and then, refuses one task and dies of another."""

    def run(self, task: str, given: JsonObject, limits: Limits = USUAL) -> Iterator[JsonObject | None]:
        yield None
        if task == "refuse":
            raise UserError("No.", "Ask for less.")
        if task == "die":
            raise ConfinedLost("memory")
        if task == "fail":
            raise ValueError("Traceback\nKeyError: x")
        yield given


def test_what_runs_in_the_confined_process_is_answered_beside_the_engine() -> None:
    ends: list[Ran] = []

    def steps() -> Steps:
        answers = yield [Run("r", each, {"n": 1}) for each in ("echo", "refuse", "die", "fail")] + [Ask("a", "b")]
        assert isinstance(answers, list)
        ends.extend(each for each in answers if isinstance(each, Ran))
        return [Instruction(instruction="done")]

    asking = Asking(FakeEngine(echo), errands=Errands(Slow()))
    asking.start(task(1, steps()))
    assert texts(list(play(asking))) == {1: ["done"]}
    assert ends[0] == Ran(({"n": 1},))
    assert [bool(each.fault) for each in ends] == [False, True, True, True]
    assert ends[1].fault == "No." and ends[3].fault == "KeyError: x"


def test_no_more_is_begun_than_can_be_run_and_what_waits_can_be_dropped() -> None:
    def steps() -> Steps:
        yield Run("r", "echo", {})
        return []

    asking = Asking(FakeEngine(echo, slots=4), errands=Errands(Slow()))
    started = 0
    while asking.hungry:
        asking.start(task(started := started + 1, steps()))
    assert started == 5
    list(asking.turn(0.0))
    asking.close()
    assert asking.errands.waiting == 0 and asking.idle


def test_offers_and_discards_are_answered_without_the_engine() -> None:
    seen = []

    def decide(request: Offer | Discard) -> Judged | None:
        seen.append(request)
        return Judged(False) if isinstance(request, Offer) else None

    def steps() -> Steps:
        answers = yield [Offer(Instruction(instruction="x")), Discard("a", "y", Reason("z"))]
        assert isinstance(answers, list)
        judged, nothing = answers
        assert not judged and nothing is None
        empty = yield []
        assert empty == []
        return []

    engine = FakeEngine(echo)
    asking = Asking(engine)
    asking.start(Task(1, 1, 1, steps(), decide))
    assert texts(list(play(asking))) == {1: []}
    assert len(seen) == 2
    assert engine.asked == []


def test_texts_that_are_written_side_by_side_can_be_told_apart() -> None:
    asking = Asking(FakeEngine(lambda ask, seed: f"one two of {ask.prompt}", stream=True))

    def steps() -> Steps:
        yield [Ask("answer", "p", n=2), Ask("answer", "q")]
        return []

    asking.start(task(1, steps()))
    writing = [each for each in play(asking) if isinstance(each, Writing)]
    assert {(each.sample, each.text.rsplit(" ", 1)[-1]) for each in writing if "of" in each.text.split()[2:]} >= {
        (0, "p"),
        (1, "p"),
        (2, "q"),
    }
    assert asking.tokens == 12


def test_stored_replies_are_taken_up_and_only_the_rest_is_asked() -> None:
    first = FakeEngine(echo, slots=1)
    asking = Asking(first)
    asking.start(task(1, asks_in_turn("a", "b", "c")))
    stored: list[Attempt] = []
    for happening in play(asking):
        if isinstance(happening, Replied):
            stored += happening.attempts
        if len(stored) == 2:
            break
    second = FakeEngine(lambda ask, seed: "fresh")
    again = Asking(second)
    again.start(task(1, asks_in_turn("a", "b", "c"), stored))
    assert not again.hungry, "new work must wait until the stored replies are taken up"
    assert texts(list(play(again))) == {1: ["reply to a", "reply to b", "fresh"]}
    assert [ask.step for ask in second.asked] == ["c"]
    assert second.seeds == [first.seeds[0] + 2 * 1_000_003], "a resumed ask is drawn as it would have been"


def test_replays_go_in_the_order_the_replies_came_across_tasks() -> None:
    def stored(key: int, step: str, id: int) -> Attempt:
        asked = digest(Ask(step, f"prompt of {step}"))
        return Attempt(key, step, 0, asked, "", f"stored {step}", "stop", 1, 1, 1, 0.0, id=id)

    order: list[int] = []

    def steps(key: int) -> Steps:
        yield Ask("a", "prompt of a")
        order.append(key)
        return []

    asking = Asking(FakeEngine(echo))
    asking.start(task(1, steps(1), [stored(1, "a", 9)]))
    asking.start(task(2, steps(2), [stored(2, "a", 4)]))
    list(play(asking))
    assert order == [2, 1]


def test_a_lost_worker_is_asked_again() -> None:
    engine = FakeEngine(by_step({"a": [Loses(), "there"], "b": "fine"}))
    asking = Asking(engine)
    asking.start(task(1, asks_together("a", "b")))
    happened = list(play(asking))
    assert texts(happened) == {1: ["there", "fine"]}
    attempts = [attempt for each in happened if isinstance(each, Replied) for attempt in each.attempts]
    assert sorted(attempt.finish for attempt in attempts) == ["lost", "stop", "stop"]


def test_what_loses_the_worker_three_times_is_set_aside_and_the_others_live() -> None:
    def script(ask: Ask, random_seed: int) -> Line:
        return Loses("It broke.") if ask.step == "poison" else f"reply to {ask.step}"

    class AllGo(FakeEngine):
        """A worker that dies takes everything with it that is in flight."""

        def poll(self, timeout: float) -> Sequence[Report]:
            working = list(self._queue)
            if any(isinstance(line, Loses) for job in working for line in job.lines):
                self._queue.clear()
                return [EngineLost(job.ticket, "It broke.") for job in working]
            return super().poll(timeout)

    engine = AllGo(script)
    asking = Asking(engine)
    asking.start(task(1, asks_together("a", "poison", "b")))
    asking.start(task(2, asks_together("c", "d")))
    asking.start(task(3, asks_in_turn("e", "f")))
    happened = list(play(asking))
    assert [(each.key, each.why) for each in happened if isinstance(each, GaveUp)] == [(1, "It broke.")]
    assert texts(happened) == {2: ["reply to c", "reply to d"], 3: ["reply to e", "reply to f"]}
    assert len(engine.asked_of("poison")) == 3


def test_losses_of_an_earlier_process_count() -> None:
    asked = digest(Ask("a", "prompt of a"))
    lost = [Attempt(1, "a", 0, asked, "", "", "lost", 1, 0, 0, 0.0, id=number) for number in (1, 2)]
    engine = FakeEngine(by_step({"a": Loses("Again.")}))
    asking = Asking(engine)
    asking.start(task(1, asks_in_turn("a"), lost))
    assert [each.why for each in play(asking) if isinstance(each, GaveUp)] == ["Again."]
    assert len(engine.asked) == 1


def test_a_refused_ask_ends_its_task_with_the_words() -> None:
    engine = FakeEngine(by_step({"a": Refuses("Too long."), "b": Says("slow", polls=5)}))
    asking = Asking(engine)
    asking.start(task(1, asks_together("a", "b")))
    asking.start(task(2, asks_in_turn("b")))
    happened = list(play(asking))
    assert [(each.key, each.why) for each in happened if isinstance(each, GaveUp)] == [(1, "Too long.")]
    assert texts(happened) == {2: ["slow"]}
    assert engine.cancelled == [2], "the rest of the task is still being written"


def test_a_bug_in_a_method_is_not_swallowed() -> None:
    def broken() -> Steps:
        yield Ask("a", "p")
        raise ZeroDivisionError

    asking = Asking(FakeEngine(echo))
    asking.start(task(1, broken()))
    with pytest.raises(ZeroDivisionError):
        list(play(asking))


def test_closing_cancels_what_is_in_flight() -> None:
    engine = FakeEngine(by_step({"a": Says("late", polls=99)}))
    asking = Asking(engine)
    asking.start(task(1, asks_in_turn("a")))
    list(asking.turn(0.0))
    asking.close()
    assert engine.cancelled == [1]
    assert asking.idle


def test_a_run_may_set_its_own_sampling() -> None:
    engine = FakeEngine(echo)
    asking = Asking(engine, Overrides({"top_p": 0.9, "b": {"max_tokens": 7}}))
    asking.start(task(1, asks_in_turn("a", "b")))
    list(play(asking))
    assert [ask.sampling for ask in engine.asked] == [Sampling(top_p=0.9), Sampling(top_p=0.9, max_tokens=7)]


@pytest.mark.parametrize("values", [{"heat": 1}, {"top_p": "high"}, {"a": {"heat": 1}}, {"top_p": True}])
def test_a_sampling_nobody_knows_is_refused(values: dict[str, Json]) -> None:
    with pytest.raises(UserError):
        Overrides(values)
