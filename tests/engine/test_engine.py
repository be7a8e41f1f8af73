"""The real engine with the real starter model: what it writes, what it shares, how it is interrupted and killed."""

import json
import math
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import psutil
import pytest

from desktop.core.engine import Answered, EngineLost, Refused, Report, Streamed
from desktop.core.records import JsonObject, Message
from desktop.core.steps import (
    Ask,
    Asked,
    Choose,
    Count,
    Counted,
    Embed,
    Question,
    Render,
    Rendered,
    Reply,
    Sampling,
    Score,
)
from desktop.engine.client import LocalEngine
from desktop.engine.fingerprint import fingerprint
from desktop.engine.protocol import Shape
from desktop.engine.remembered import remember
from desktop.engine.sizing import EngineSettings
from tests.conftest import STARTER_MODEL

pytestmark = pytest.mark.model

A = TypeVar("A")

CLOSE = 1.0
"""Logits of a batch differ a little from those of one text, so that the likeliest of two like tokens may be another."""

LIKELIEST = Sampling(temperature=0, max_tokens=24)
LONG = "The history of the town is told in many books. " * 300
FRUIT = "Apples, pears and plums are kinds of fruit. A carrot is a"


@pytest.fixture(scope="module")
def engine(starter_model: Path) -> Iterator[LocalEngine]:
    made = LocalEngine(starter_model)
    yield made
    made.close()


@pytest.fixture
def together(starter_model: Path) -> Iterator[LocalEngine]:
    """An engine that writes texts which begin alike in one memory, as it was measured to be the best."""
    shape = Shape(threads=2, slots=4, context=2048, together=True)
    remember(fingerprint(starter_model), "shape", asdict(shape))
    made = LocalEngine(starter_model, tune=True)
    yield made
    made.close()


def answers(engine: LocalEngine, *asks: Question[A], seed: int = 1) -> list[A]:
    tickets = [engine.submit(cast(Asked, ask), seed) for ask in asks]
    found = {each.ticket: each.reply for each in wait(engine, set(tickets)) if isinstance(each, Answered)}
    return [cast(A, found[ticket]) for ticket in tickets]


def wait(engine: LocalEngine, tickets: set[int], seconds: float = 120) -> list[Report]:
    """Every report until all these asks are done with."""
    left, found = set(tickets), []
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        for report in engine.poll(0.2):
            found.append(report)
            if not isinstance(report, Streamed):
                left.discard(report.ticket)
    assert not left, "no answer in time"
    return found


def user(text: str) -> tuple[Message, ...]:
    return (Message("user", text),)


class Judge:
    """The library's own class, reading a text that another has written."""

    def __init__(self) -> None:
        from llama_cpp import Llama

        # One thread: here its threads would wait for each other without bound.
        self._llama = Llama(
            str(STARTER_MODEL),
            n_ctx=512,
            n_threads=1,
            n_threads_batch=1,
            verbose=False,
            logits_all=True,
        )

    def tokens(self, text: str) -> list[int]:
        """The text's tokens, without what the model wants before it."""
        return self._llama.tokenize(text.encode(), add_bos=False, special=True)

    def log_probabilities(self, prompt: str | list[int], answer: str | list[int]) -> list[float]:
        """Of each token of an answer behind a prompt, by the library's logits and the definition of a softmax."""
        before = self.tokens(prompt) if isinstance(prompt, str) else prompt
        behind = self.tokens(answer) if isinstance(answer, str) else answer
        self._llama.n_tokens = 0
        self._llama.eval([*before, *behind])
        rows = self._llama.scores[len(before) - 1 : len(before) + len(behind) - 1].astype(np.float64)
        return [
            float(row[token] - np.log(np.exp(row - row.max()).sum()) - row.max())
            for row, token in zip(rows, behind, strict=True)
        ]

    def worst_choice(self, prompt: str, text: str) -> float:
        """The most by which the logit of a token of `text` lies below the best one in its place."""
        begin = len(self._llama.tokenize(prompt.encode(), special=True))
        tokens = self._llama.tokenize((prompt + text).encode(), special=True)
        self._llama.n_tokens = 0
        self._llama.eval(tokens)
        rows = self._llama.scores[begin - 1 : len(tokens) - 1]
        return float(max(row.max() - row[token] for row, token in zip(rows, tokens[begin:], strict=True)))

    def close(self) -> None:
        self._llama.close()


@pytest.fixture(scope="module")
def judge(starter_model: Path) -> Iterator[Judge]:
    made = Judge()
    yield made
    made.close()


def test_it_says_what_it_has_loaded(engine: LocalEngine) -> None:
    assert engine.model.name == "SmolLM2 135M Instruct"
    assert engine.model.fingerprint == "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    assert engine.model.context == 4096
    assert engine.model.has_chat_template
    assert engine.slots >= 2


def test_a_completion_goes_on_as_the_library_itself_would(engine: LocalEngine, judge: Judge) -> None:
    for prompt in ("The capital of France is", "Once upon a time", "She sells sea shells", "你好，"):
        (reply,) = answers(engine, Ask("s", prompt, LIKELIEST))
        assert len(reply.text) >= 10
        assert judge.worst_choice(prompt, reply.text) < CLOSE


def test_a_chat_goes_through_the_models_own_template(engine: LocalEngine) -> None:
    written_out = (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n"
    )
    chat, raw = answers(engine, Ask("s", user("Name three colours."), LIKELIEST), Ask("s", written_out, LIKELIEST))
    assert chat.prompt_tokens == raw.prompt_tokens
    assert chat.text[:20] == raw.text[:20]


def test_a_prefill_opens_the_reply_and_is_not_part_of_it(engine: LocalEngine) -> None:
    (reply,) = answers(engine, Ask("s", user("Count to five."), LIKELIEST, prefill="1, 2, 3,"))
    assert reply.text.lstrip().startswith("4")


def test_many_samples_of_one_prompt_come_in_order_with_their_seeds(engine: LocalEngine) -> None:
    count = engine.slots + 3
    (reply,) = answers(engine, Ask("s", "Once upon a time", Sampling(max_tokens=8), n=count), seed=40)
    assert [sample.random_seed for sample in reply.samples] == list(range(40, 40 + count))
    assert len({sample.text for sample in reply.samples}) > count // 2


def test_a_seed_gives_the_same_text_again(engine: LocalEngine) -> None:
    ask = Ask("s", "My favourite animal is", Sampling(temperature=0.9, top_p=0.9, max_tokens=20))
    first, again, other = (answers(engine, ask, seed=seed)[0].text for seed in (11, 11, 12))
    assert first == again
    assert first != other


def test_a_stop_string_ends_a_reply_and_is_left_out(engine: LocalEngine) -> None:
    (free,) = answers(engine, Ask("s", "Once upon a time", LIKELIEST))
    assert free.finish == "length"
    assert free.samples[0].reply_tokens == 24
    (reply,) = answers(engine, Ask("s", "Once upon a time", LIKELIEST, stop=(" the", "never")))
    assert reply.finish == "stop"
    assert reply.text == free.text[: free.text.index(" the")]


def test_a_given_answer_has_the_probability_that_the_library_computes(engine: LocalEngine, judge: Judge) -> None:
    asked = [("The capital of France is", " Paris."), (FRUIT, " vegetable, not a fruit at all"), ("Q: 2+2?\nA:", " 4")]
    scored = answers(engine, *(Score("s", prompt, answer) for prompt, answer in asked))
    for (prompt, answer), found in zip(asked, scored, strict=True):
        expected = judge.log_probabilities(prompt, answer)
        assert found.logprobs == pytest.approx(expected, abs=0.15)
        assert found.loss == pytest.approx(-sum(found.logprobs) / len(found.logprobs))
        assert found.perplexity == pytest.approx(math.exp(found.loss))
        assert found.prompt_tokens == len(judge.tokens(prompt))


def test_an_answer_without_a_prompt_leaves_its_first_token_out(engine: LocalEngine, judge: Judge) -> None:
    text = "Paris is a city on the river Seine."
    alone, after, other = answers(engine, Score("s", "", text), Score("s", "Say it.", text), Score("s", "No.", text))
    assert alone.unpredicted == 1
    assert len(alone.logprobs) == len(after.logprobs) - 1 == len(other.logprobs) - 1
    first, *rest = judge.tokens(text)
    assert alone.logprobs == pytest.approx(judge.log_probabilities([first], rest), abs=0.15)
    assert after.logprobs[0] != pytest.approx(other.logprobs[0], abs=0.01)


def test_a_long_answer_is_scored_in_parts_while_others_are_written(engine: LocalEngine, judge: Judge) -> None:
    text = LONG[:1500]
    scored, reply = answers(engine, Score("s", "Once", text), cast(Question[Any], Ask("s", FRUIT, LIKELIEST)))
    assert len(scored.logprobs) == len(judge.tokens(text)) > 200
    assert scored.logprobs[:40] == pytest.approx(judge.log_probabilities("Once", text)[:40], abs=0.15)
    assert reply.samples[0].reply_tokens > 10


def test_options_have_the_probabilities_that_the_library_computes(engine: LocalEngine, judge: Judge) -> None:
    prompt, options = "The capital of France is", (" Paris", " London", " a city of light")
    (chosen,) = answers(engine, Choose("s", prompt, options))
    weights = [math.exp(sum(judge.log_probabilities(prompt, option))) for option in options]
    assert chosen.mass == pytest.approx(sum(weights), rel=0.2)
    assert chosen.probabilities == pytest.approx([each / sum(weights) for each in weights], abs=0.05)
    assert sum(chosen.probabilities) == pytest.approx(1)


def test_probabilities_of_what_is_drawn_are_those_before_temperature(engine: LocalEngine, judge: Judge) -> None:
    ask = Ask("s", FRUIT, Sampling(temperature=0.5, top_p=0.8, max_tokens=8), logprobs=True)
    (sample,) = answers(engine, ask)[0].samples
    assert len(sample.logprobs) == sample.reply_tokens == 8
    assert sample.logprobs == pytest.approx(judge.log_probabilities(FRUIT, sample.text), abs=0.2)


def test_texts_that_say_the_same_have_like_embeddings(engine: LocalEngine) -> None:
    texts = ("The cat sits on the mat.", "A cat is sitting on a mat.", "Quarterly revenue grew by ten percent.")
    one, like, other = answers(engine, *(Embed("s", text) for text in texts))
    assert one.pooled
    assert sum(each * each for each in one.vector) == pytest.approx(1)
    near = sum(a * b for a, b in zip(one.vector, like.vector, strict=True))
    far = sum(a * b for a, b in zip(one.vector, other.vector, strict=True))
    assert near > far + 0.05


def test_embeddings_do_not_depend_on_what_is_embedded_beside(engine: LocalEngine) -> None:
    texts = [f"{FRUIT} {number}" * (1 + number % 3) for number in range(20)]
    together = answers(engine, *(Embed("s", text) for text in texts))
    (alone,) = answers(engine, Embed("s", texts[7]))
    assert sum(a * b for a, b in zip(alone.vector, together[7].vector, strict=True)) == pytest.approx(1, abs=0.01)


def test_tokens_are_counted_and_conversations_rendered_without_decoding(engine: LocalEngine, judge: Judge) -> None:
    before = engine.figures.steps
    asked = (Count("s", ("hello world", "你好", "")), Render("s", user("Hi."), reply=True), Render("s", user("Hi.")))
    counted, asking, whole = cast("tuple[Counted, Rendered, Rendered]", tuple(answers(engine, *asked)))
    assert counted.tokens == (len(judge.tokens("hello world")), len(judge.tokens("你好")), 0)
    assert counted.small == (0, counted.tokens[1], 0)
    assert asking.text == whole.text + "<|im_start|>assistant\n"
    assert asking.tokens == len(judge.tokens(asking.text))
    assert engine.figures.steps == before


def test_a_models_words_alone_count_tokens_and_nothing_else(starter_model: Path) -> None:
    words = LocalEngine(starter_model, only_words=True)
    try:
        (counted,) = answers(words, Count("s", ("hello world",)))
        assert counted.tokens == (2,)
        ticket = words.submit(Ask("s", "Hello", LIKELIEST), 1)
        (report,) = wait(words, {ticket})
        assert isinstance(report, Refused)
        assert "counts tokens" in report.why
        assert psutil.Process(words.process).memory_info().rss < 400e6
    finally:
        words.close()


def test_a_grammar_of_the_askers_own_binds_the_reply(engine: LocalEngine) -> None:
    grammar = 'root ::= ("yes" | "no") ", because " [a-z ]{3,20} "."'
    (reply,) = answers(engine, Ask("s", user("Is fire hot?"), Sampling(max_tokens=60), n=3, grammar=grammar))
    for sample in reply.samples:
        assert re.fullmatch("(yes|no), because [a-z ]{3,20}[.]", sample.text), sample.text


def test_forced_text_is_not_drawn(engine: LocalEngine) -> None:
    before = engine.figures
    grammar = 'root ::= "The answer to everything, as the whole world has known for years, is " [0-9]'
    (reply,) = answers(engine, Ask("s", "Tell me.", LIKELIEST, grammar=grammar))
    assert reply.text.endswith(tuple("0123456789"))
    assert reply.samples[0].reply_tokens > 10
    assert engine.figures.steps - before.steps <= 3


def test_a_reply_that_is_bound_to_a_form_has_it(engine: LocalEngine) -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 20},
            "age": {"type": "integer"},
            "kind": {"enum": ["cat", "dog"]},
        },
        "required": ["name", "age", "kind"],
    }
    ask = Ask("s", user("Invent a pet."), Sampling(temperature=1.0, max_tokens=200), n=4, schema=schema)
    (reply,) = answers(engine, ask, seed=3)
    for sample in reply.samples:
        assert sample.finish == "stop"
        pet = json.loads(sample.text)
        assert isinstance(pet["name"], str)
        assert isinstance(pet["age"], int)
        assert pet["kind"] in ("cat", "dog")


def test_a_prefill_counts_for_the_form(engine: LocalEngine) -> None:
    schema: JsonObject = {"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"]}
    (reply,) = answers(engine, Ask("s", user("A number."), LIKELIEST, prefill='{"n": ', schema=schema))
    assert json.loads('{"n": ' + reply.text)["n"] in (1, 2)


@pytest.mark.parametrize(
    "schema",
    [{"type": "nonsense"}, {"$ref": "#/missing"}, {"type": "string", "pattern": "^(("}, {"properties": 3},
     {"type": "array", "items": {"type": "string"}, "minItems": 10**9}, {"type": "string", "pattern": "^a{1,999999}$"}],
)  # fmt: skip
def test_a_form_that_is_not_understood_is_refused_and_hurts_nobody(engine: LocalEngine, schema: JsonObject) -> None:
    before = engine.process
    bad = engine.submit(Ask("s", "x", LIKELIEST, schema=schema), 1)
    good = engine.submit(Ask("s", "x", Sampling(max_tokens=2)), 1)
    found = {report.ticket: report for report in wait(engine, {bad, good})}
    assert isinstance(found[bad], Refused)
    assert isinstance(found[good], Answered)
    assert engine.process == before


def test_penalties_do_not_count_the_prompt(engine: LocalEngine) -> None:
    prompt = "The cat sat. The cat sat. The cat sat. The cat sat. The"
    strong = Sampling(temperature=0, max_tokens=1, presence_penalty=2.0, frequency_penalty=2.0)
    free, bound = answers(engine, Ask("s", prompt, Sampling(temperature=0, max_tokens=1)), Ask("s", prompt, strong))
    assert free.text == bound.text == " cat"
    longer = Sampling(temperature=0, max_tokens=12, presence_penalty=2.0, frequency_penalty=2.0)
    repeated, penalised = answers(engine, Ask("s", prompt, LIKELIEST), Ask("s", prompt, longer))
    assert repeated.text.count("cat") > penalised.text.count("cat")


def test_streamed_text_only_grows_and_ends_as_the_answer(engine: LocalEngine) -> None:
    ticket = engine.submit(Ask("s", "Once upon a time", Sampling(temperature=0, max_tokens=60), stop=("\n\n\n",)), 1)
    reports = wait(engine, {ticket})
    texts = [report.text for report in reports if isinstance(report, Streamed)]
    assert len(texts) > 2
    final = reports[-1]
    assert isinstance(final, Answered)
    assert isinstance(final.reply, Reply)
    for shorter, longer in zip(texts, [*texts[1:], final.reply.text], strict=True):
        assert longer.startswith(shorter)


def test_a_prompt_that_is_too_long_is_refused_in_words(engine: LocalEngine) -> None:
    ticket = engine.submit(Ask("s", "word " * 9_000), 1)
    (report,) = wait(engine, {ticket})
    assert isinstance(report, Refused)
    assert "4096" in report.why
    (huge,) = wait(engine, {engine.submit(Ask("s", "word " * 2_000_000), 1)})
    assert isinstance(huge, Refused)


def test_an_empty_prompt_is_refused_or_answered_but_never_fatal(engine: LocalEngine) -> None:
    (report,) = wait(engine, {engine.submit(Ask("s", "", Sampling(max_tokens=2)), 1)})
    assert isinstance(report, Refused | Answered)


def test_a_reply_is_cut_where_the_context_ends(engine: LocalEngine) -> None:
    small = LocalEngine(STARTER_MODEL, EngineSettings(context=64, slots=2))
    try:
        (reply,) = answers(small, Ask("s", FRUIT, Sampling(max_tokens=500, temperature=0)))
        assert reply.prompt_tokens + reply.samples[0].reply_tokens <= 64
    finally:
        small.close()


def test_odd_text_comes_through(engine: LocalEngine) -> None:
    for text in ("\x00", "\ud800", "🏳️‍🌈 مرحبا 你好 \u202e", "<|im_end|>", "\n" * 50):
        (reply,) = answers(engine, Ask("s", user(text), Sampling(max_tokens=4)))
        assert reply.prompt_tokens > 0


def test_a_shared_beginning_is_decoded_once(engine: LocalEngine) -> None:
    shared = "".join(
        f"Task {number}: sort {number * 7} and {number * 13}. Is it classification? No\n" for number in range(30)
    )
    few = Sampling(temperature=0, max_tokens=2)
    (first,) = answers(engine, Ask("s", shared + "Task 30: begin", few))
    before = engine.figures
    replies = answers(engine, *(Ask("s", f"{shared}Task {number}: go", few) for number in range(50, 62)))
    spent = engine.figures.prompt_decoded - before.prompt_decoded
    given = engine.figures.prompt_tokens - before.prompt_tokens
    assert given == sum(reply.prompt_tokens for reply in replies) > 12 * 500
    assert spent < 12 * 12
    assert first.prompt_tokens > 500


def test_asks_that_arrive_together_share_too(engine: LocalEngine) -> None:
    shared = "".join(f"Example {number}: the square is {number * number}.\n" for number in range(40))
    before = engine.figures
    replies = answers(
        engine, *(Ask("s", f"{shared}Number {number}", Sampling(temperature=0, max_tokens=2)) for number in range(6))
    )
    spent = engine.figures.prompt_decoded - before.prompt_decoded
    assert spent <= 1.05 * (replies[0].prompt_tokens + 6 * 8)


def test_samples_share_their_prompt(engine: LocalEngine) -> None:
    before = engine.figures
    (reply,) = answers(engine, Ask("s", "Samples. " * 80 + "Then", Sampling(max_tokens=3), n=4))
    assert engine.figures.prompt_decoded - before.prompt_decoded <= reply.prompt_tokens + 4


def test_what_is_shared_is_what_decoding_it_again_would_give(engine: LocalEngine, judge: Judge) -> None:
    """A memory mixed up would make choices that are far from the library's best.

    Texts need not be equal, because sums depend a little on what is decoded together.
    """
    crowd = [Ask("s", f"{FRUIT} {number}", Sampling(max_tokens=6)) for number in range(engine.slots + 4)]
    prompts = (FRUIT, FRUIT + " kind of", "Apples, pears and grapes") * 2
    answers(engine, *crowd)
    replies = answers(engine, *(Ask("s", prompt, LIKELIEST) for prompt in prompts))
    for prompt, reply in zip(prompts, replies, strict=True):
        assert judge.worst_choice(prompt, reply.text) < CLOSE
    assert judge.worst_choice(FRUIT, " xylophone of the deep blue sea") > 3.0


def test_groups_in_one_memory_are_written_as_if_each_text_were_alone(together: LocalEngine, judge: Judge) -> None:
    passages = [
        "".join(f"The house number {number * step} stands in street {number}.\n" for number in range(25))
        for step in (7, 13)
    ]
    prompts = [f"{passage}The house in street {number}" for passage in passages for number in range(3, 11)]
    before = together.figures
    replies = answers(together, *(Ask("s", prompt, LIKELIEST) for prompt in prompts))
    assert together.plan.shape.together
    for prompt, reply in zip(prompts, replies, strict=True):
        assert judge.worst_choice(prompt, reply.text) < CLOSE
    read = together.figures.prompt_decoded - before.prompt_decoded
    assert read < sum(max(reply.prompt_tokens for reply in group) for group in (replies[:8], replies[8:])) + 16 * 10
    (alone,) = answers(together, Ask("s", FRUIT, LIKELIEST))
    assert judge.worst_choice(FRUIT, alone.text) < CLOSE


def test_a_group_goes_on_when_one_of_it_is_cancelled(together: LocalEngine, judge: Judge) -> None:
    passage = "".join(f"Guest {number} has the room {number * 11}.\n" for number in range(28))
    long = Sampling(temperature=0, max_tokens=60)
    tickets = [together.submit(Ask("s", f"{passage}Guest {number}", long), 1) for number in range(9)]
    time.sleep(0.5)
    together.cancel(tickets[2])
    kept = {ticket for ticket in tickets if ticket != tickets[2]}
    reports = wait(together, kept)
    assert {report.ticket for report in reports} == kept
    (after,) = answers(together, Ask("s", f"{passage}Guest 7 has the room", LIKELIEST))
    assert judge.worst_choice(f"{passage}Guest 7 has the room", after.text) < CLOSE


def test_more_samples_than_slots_and_memory_are_all_written(engine: LocalEngine) -> None:
    asks = [
        Ask("s", f"{number} " * (5 + number), Sampling(max_tokens=most), n=1 + number % 4, stop=(" ",))
        for number, most in enumerate((2, 7_000) * 5)
    ]
    replies = answers(engine, *asks)
    assert [len(reply.samples) for reply in replies] == [ask.n for ask in asks]


def test_a_cancelled_ask_is_quiet_and_the_processor_rests(engine: LocalEngine) -> None:
    tickets = [engine.submit(Ask("s", LONG + str(number), Sampling(max_tokens=2_000)), 1) for number in range(6)]
    time.sleep(0.3)  # in the middle of the first prompt
    began = time.monotonic()
    for ticket in tickets:
        engine.cancel(ticket)
    assert time.monotonic() - began < 0.1
    time.sleep(2)
    process = psutil.Process(engine.process)
    used = sum(process.cpu_times()[:2])
    time.sleep(0.5)
    assert sum(process.cpu_times()[:2]) - used < 0.1
    assert engine.poll(0) == ()
    assert answers(engine, Ask("s", FRUIT, LIKELIEST))[0].text


def test_a_cancel_does_not_change_what_others_write(engine: LocalEngine) -> None:
    ask = Ask("s", "The sun rises in the", Sampling(temperature=0, max_tokens=40))
    (alone,) = answers(engine, ask)
    kept = engine.submit(ask, 1)
    gone = [engine.submit(Ask("s", LONG + str(number), Sampling(max_tokens=50)), 1) for number in range(4)]
    for ticket in gone:
        time.sleep(0.1)
        engine.cancel(ticket)
    reports = wait(engine, {kept})
    final = reports[-1]
    assert isinstance(final, Answered)
    assert isinstance(final.reply, Reply)
    assert final.reply.text[:30] == alone.text[:30]
    assert {report.ticket for report in reports} == {kept}


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV", "SIGSTOP"])
def test_a_killed_or_stopped_worker_is_back_soon(engine: LocalEngine, how: str) -> None:
    tickets = {engine.submit(Ask("s", LONG, Sampling(max_tokens=500)), seed) for seed in range(3)}
    time.sleep(0.3)
    before = engine.process
    os.kill(before, getattr(signal, how))
    reports = [report for report in wait(engine, tickets) if not isinstance(report, Streamed)]
    assert all(isinstance(report, EngineLost) and report.why for report in reports)
    assert {report.ticket for report in reports} == tickets
    (reply,) = answers(engine, Ask("s", FRUIT, LIKELIEST))
    assert reply.text
    assert engine.process != before
    assert not psutil.pid_exists(before)


def test_a_chat_template_that_never_ends_is_given_up(starter_model: Path, tmp_path: Path) -> None:
    whole = starter_model.read_bytes()
    begin = whole.index(b"{% for message in messages %}")
    length = int.from_bytes(whole[begin - 8 : begin], "little")
    hostile = b"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}".ljust(length)
    path = tmp_path / "hostile.gguf"
    path.write_bytes(whole[:begin] + hostile + whole[begin + length :])
    engine = LocalEngine(path)
    try:
        before = engine.process
        began = time.monotonic()
        stuck = engine.submit(Ask("s", user("Hello"), LIKELIEST), 1)
        other = engine.submit(Ask("s", FRUIT, LIKELIEST), 1)
        found = {report.ticket: report for report in wait(engine, {stuck, other})}
        assert time.monotonic() - began < 10
        refused = found[stuck]
        assert isinstance(refused, Refused)
        assert "does not come to an end" in refused.why
        assert isinstance(found[other], Answered)
        assert engine.process == before
        (reply,) = answers(engine, Ask("s", FRUIT, LIKELIEST))
        assert reply.text
    finally:
        engine.close()
        path.unlink()


def test_the_worker_ends_with_its_client(starter_model: Path) -> None:
    import subprocess

    script = (
        "import os, sys; from pathlib import Path; from desktop.engine.client import LocalEngine\n"
        "engine = LocalEngine(Path(sys.argv[1])); print(engine.process, flush=True)\n"
        "os.kill(os.getpid(), 9) if sys.argv[2] == 'kill' else None\n"
    )
    for how in ("kill", "leave"):
        done = subprocess.run(
            (sys.executable, "-c", script, str(STARTER_MODEL), how), capture_output=True, text=True, timeout=60,
            check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        pid = int(done.stdout)
        deadline = time.monotonic() + 3
        while psutil.pid_exists(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not psutil.pid_exists(pid), how
