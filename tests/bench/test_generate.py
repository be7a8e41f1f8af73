"""The generate benchmark: what is asked, who does it in which order, and the figures that come of it."""

import sys
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from desktop.bench import generate
from desktop.bench._contestants import Lengths, Measured, Peer, engine_does
from desktop.bench._machine import Machine
from desktop.bench._workloads import SCHEMA, WORKLOADS, Tasks
from desktop.bench.generate import Contest, Line
from desktop.cli_bench import table
from desktop.core.errors import UserError
from desktop.core.progress import Progress, Tick
from desktop.core.records import JsonObject
from desktop.core.steps import Ask
from desktop.engine.client import LocalEngine
from desktop.engine.protocol import Figures
from desktop.engine.sizing import EngineSettings
from tests.fakes import FakeEngine, Refuses, Says, by_step

T = TypeVar("T")

MACHINE = Machine("Abacus 3000", 2, 8_000_000_000, 0.25)
SAYS = by_step(
    {
        "instructions": "Name three rivers.",
        "judge": Says("Four points.", "length"),
        "answer": "Nothing.",
        "rewrite": "So it was.",
        "describe": "{}",
    }
)


def result_of(job: Generator[Progress | Tick, None, T]) -> T:
    while True:
        try:
            next(job)
        except StopIteration as end:
            value: T = end.value
            return value


class ScriptedPeer:
    """Takes so many times as long as a second, and remembers what it was asked."""

    build = "Abacus library"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.done: list[tuple[Tasks, Lengths]] = []

    def does(self, tasks: Tasks, lengths: Lengths, random_seed: int) -> Generator[Tick, None, Measured]:
        yield Tick()
        self.done.append((tasks, lengths))
        return Measured(self.seconds, rows=sum(map(len, lengths)), generated=sum(map(sum, lengths)), prompt_decoded=9)


# ── what is asked ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_same_random_state_makes_the_same_texts_and_another_one_others(name: str) -> None:
    make = WORKLOADS[name].make
    assert make(Random("1"), 3) == make(Random("1"), 3)
    assert make(Random("1"), 3) != make(Random("2"), 3)


def test_a_judges_prompts_share_the_rubric_and_nothing_else() -> None:
    prompts = [str(ask.prompt) for (ask,) in WORKLOADS["judge"].make(Random(1), 200)]
    assert len(set(prompts)) == 200
    assert len({prompt.partition("\nText ")[0] for prompt in prompts}) == 1


def test_a_passage_gets_ten_different_questions_together() -> None:
    (asks, _more) = WORKLOADS["documents"].make(Random(1), 2)
    assert len({ask.prompt for ask in asks}) == 10
    assert len({str(ask.prompt).partition("\n\n")[0] for ask in asks}) == 1


def test_the_prompts_of_the_groups_arrive_mixed() -> None:
    heads = [str(ask.prompt).partition("\n\n")[0] for (ask,) in WORKLOADS["interleaved"].make(Random(1), 5)]
    assert len(heads) == 40
    assert len(set(heads)) == 8
    assert sum(one != other for one, other in pairwise(heads)) > 20


def test_self_instruct_draws_four_samples_as_published() -> None:
    ((ask,),) = WORKLOADS["self_instruct"].make(Random(1), 1)
    assert (ask.n, ask.sampling.temperature, ask.sampling.top_p, ask.sampling.presence_penalty) == (4, 0.7, 0.5, 2.0)
    assert str(ask.prompt).endswith("\n9.")
    assert "{{" not in str(ask.prompt)


def test_the_short_answers_are_bound_by_the_schema() -> None:
    assert all(ask.schema == SCHEMA for (ask,) in WORKLOADS["json"].make(Random(1), 3))


# ── who does it ──────────────────────────────────────────────────────────────────────────────────


def test_the_engine_is_asked_everything_once_and_its_lengths_are_told() -> None:
    engine = FakeEngine(SAYS, slots=2)
    tasks = (*WORKLOADS["documents"].make(Random(1), 1), *WORKLOADS["judge"].make(Random(1), 3))
    counted = iter([Figures(5, 4, 0, 0, 1.0, 2.0), Figures(105, 54, 0, 0, 4.0, 6.0)])
    measured, lengths = result_of(engine_does(engine, lambda: next(counted), tasks, 1))
    assert sorted(str(ask) for ask in engine.questions) == sorted(str(ask) for asks in tasks for ask in asks)
    assert measured.rows == len(lengths) == 13
    assert (measured.prompt_tokens, measured.prompt_decoded) == (100, 50)
    assert measured.outside_decoding == pytest.approx(0.25)
    assert measured.generated == 10 * 1 + 3 * 2
    assert set(lengths[:10]) == {(2,)}, "a reply that ends by itself costs one token more than it has"
    assert set(lengths[10:]) == {(2,)}, "a reply that was cut has the tokens that it has"


def test_an_ask_that_cannot_be_answered_ends_the_benchmark_in_words() -> None:
    engine = FakeEngine(lambda _ask, _seed: Refuses("The prompt is too long."))
    with pytest.raises(UserError, match="The prompt is too long"):
        result_of(engine_does(engine, Figures, WORKLOADS["judge"].make(Random(1), 2), 1))


def test_every_repeat_gives_all_the_same_new_work() -> None:
    slow, fast = ScriptedPeer(2.0), ScriptedPeer(0.5)
    contest = Contest(FakeEngine(SAYS), Figures, {"installed": slow, "tuned": fast}, {}, MACHINE)
    lines = result_of(contest.run("judge", 3, 0.001))
    assert [line.contestant for line in lines] == ["engine", "installed", "tuned"]
    assert slow.done == fast.done
    assert len({str(tasks) for tasks, _lengths in slow.done}) == 4, "three repeats, and one to warm up"
    assert all(len(line.repeats) == 3 for line in lines)


def test_the_work_is_as_much_as_the_engine_does_in_the_time_but_never_too_little_to_share() -> None:
    assert generate.scaled(16, took=2.0, wanted=20.0) == 160
    assert generate.scaled(16, took=60.0, wanted=20.0) == 16


# ── peers in processes of their own ──────────────────────────────────────────────────────────────


def test_a_peer_whose_library_is_missing_says_which() -> None:
    peer = Peer(Path(sys.executable), {"loads": "llama_server"}, {})
    try:
        assert "xllamacpp" in result_of(peer.load())
    finally:
        peer.close()


def test_a_peer_that_dies_ends_the_benchmark_in_words() -> None:
    peer = Peer(Path(sys.executable), {"loads": "an abacus"}, {})
    try:
        with pytest.raises(UserError, match="KeyError: 'an abacus'"):
            result_of(peer.load())
    finally:
        peer.close()


@pytest.mark.model
def test_a_peer_that_is_not_installed_is_left_out_with_a_word(starter_model: Path, tmp_path: Path) -> None:
    engine = LocalEngine(starter_model, EngineSettings(threads=1, slots=2, context=512))
    try:
        with ExitStack() as stack:
            contest = result_of(generate.load(engine, ["server"], tmp_path, stack))
    finally:
        engine.close()
    assert contest.peers == {}
    assert "bootstrap.py peers" in contest.lacking["server"]


@pytest.mark.model
def test_the_plain_loop_writes_as_much_as_the_engine_and_reads_a_shared_prefix_once(starter_model: Path) -> None:
    loading: JsonObject = {
        "loads": "llama_loop",
        "model": str(starter_model),
        "threads": 1,
        "context": 512,
        "flash": False,
    }
    peer = Peer(Path(sys.executable), loading, {})
    prompt = "The heron is a bird that lives near water. It eats fish, frogs and sometimes"
    try:
        assert result_of(peer.load()) == ""
        assert peer.build.startswith("llama-cpp-python ")
        measured = result_of(peer.does(((Ask("say", prompt, n=3),),), ((4, 1, 2),), 1))
    finally:
        peer.close()
    assert (measured.rows, measured.generated) == (3, 7)
    assert 10 < measured.prompt_decoded < 25, "once whole, then the last token for each of the other samples"


# ── figures ──────────────────────────────────────────────────────────────────────────────────────

ONE = Measured(10.0, rows=20, generated=400, prompt_decoded=300, prompt_tokens=1000, decode_seconds=9, busy_seconds=10)


def lines() -> tuple[Line, ...]:
    repeats = (ONE, replace(ONE, seconds=5.0), replace(ONE, seconds=20.0))
    slower = (replace(ONE, seconds=30.0), replace(ONE, seconds=10.0), replace(ONE, seconds=24.0))
    return (
        Line("Model", "judge", "engine", repeats),
        Line("Model", "judge", "tuned", slower, (3.0, 2.0, 1.2)),
    )


def test_medians_and_ratios() -> None:
    engine, tuned = (line.to_json() for line in lines())
    assert (engine["rows_per_minute"], engine["tokens_per_second"], engine["seconds"]) == (120.0, 40.0, 10.0)
    assert (engine["outside_decoding"], engine["prompt_tokens"]) == (0.1, 1000)
    assert (tuned["rows_per_minute"], tuned["ratio"], tuned["ratios"]) == (50.0, 2.0, [3.0, 2.0, 1.2])


def test_a_contests_ratios_compare_the_repeats_one_by_one() -> None:
    contest = Contest(FakeEngine(SAYS), Figures, {"tuned": ScriptedPeer(1.0)}, {}, MACHINE)
    done = [
        {"engine": ONE, "tuned": replace(ONE, seconds=20.0)},
        {"engine": ONE, "tuned": replace(ONE, seconds=15.0)},
    ]
    assert contest.line("judge", "tuned", done).ratios == pytest.approx((2.0, 1.5))
    assert contest.line("judge", "engine", done).ratios == ()


def test_the_table_shows_each_contestant_and_who_is_missing() -> None:
    head, _titles, engine, tuned, server = table(lines(), {"server": "it is not installed"})
    assert head == "judge: 20 rows, 10.0 s, median of 3"
    assert engine.split()[:5] == ["Seedbed", "120.0", "40.0", "400", "300"]
    assert engine.endswith("of 1000 prompt tokens; outside llama.cpp 10.0%")
    assert tuned.endswith("2.00 times as fast (1.20 to 3.00)")
    assert server.split(maxsplit=1) == ["llama-server", "left out: it is not installed"]


def test_the_table_warns_of_a_machine_that_was_not_quiet() -> None:
    engine, _tuned = lines()
    noisy = replace(engine, repeats=(ONE, replace(ONE, others=0.3)))
    assert not any("quiet" in line for line in table([engine], {}))
    assert "up to 30% of the processor" in list(table([noisy], {}))[-1]
