"""Every message survives the wire, and nothing else gets through."""

import pytest

from desktop.core.records import Message
from desktop.core.steps import (
    Ask,
    Choose,
    Chosen,
    Count,
    Counted,
    Embed,
    Embedded,
    Render,
    Rendered,
    Reply,
    Sample,
    Sampling,
    Score,
    Scored,
)
from desktop.engine import protocol
from desktop.engine.protocol import (
    Cancel,
    Done,
    Figures,
    FromWorker,
    Hello,
    Load,
    Loaded,
    LoadFailed,
    Loading,
    More,
    Ping,
    Pong,
    Refuse,
    Shape,
    Submit,
    ToWorker,
    Trouble,
)

ASK = Ask(
    "answer",
    (Message("system", "Sei kurz."), Message("user", "行1\n“2”\u2028\x00\ud800")),
    Sampling(temperature=0.7, top_k=3, max_tokens=9),
    n=3,
    stop=("\n\n", "停"),
    prefill="{",
    schema={"type": "object", "properties": {"a": {"enum": [1, None, "x"]}}},
)


@pytest.mark.parametrize(
    "message",
    [
        Load(protocol.VERSION, "/models/ä b.gguf", Shape(2, 8, 2048, flash=True), 2**30),
        Submit(7, ASK, 2**63),
        Submit(8, Ask("complete", "1. ", grammar='root ::= "a"', logprobs=True), 0),
        Submit(9, Score("score", (Message("user", "你好"),), "answer"), 0),
        Submit(10, Choose("rate", "Score:", ("1", "2"), " "), 0),
        Submit(11, Embed("embed", "a text"), 0),
        Submit(12, Count("count", ("a", "b")), 0),
        Submit(13, Render("render", (Message("user", "hello"),), reply=True), 0),
        Cancel(7),
        Ping(),
    ],
)
def test_what_the_client_says_arrives_unchanged(message: ToWorker) -> None:
    line = protocol.encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert protocol.decode_to_worker(line) == message


@pytest.mark.parametrize(
    "message",
    [
        Hello(protocol.VERSION),
        Loading(0.5),
        Loaded(Shape(2, 8, 2048), True),
        LoadFailed(Trouble("It is {what}.", "Do this.", {"what": "broken"})),
        More(1, 0, "größer 你好", 5),
        Done(1, Reply((Sample("a", "stop", 1, 2, 0.5), Sample("", "length", 2)), 7), Figures(1, 2, 3, 4, 0.5, 0.6)),
        Done(2, Reply((Sample("a", "stop", 1, logprobs=(-0.5, -1.25)),)), Figures()),
        Done(3, Scored((-1.0, -2.0), 5, 1), Figures()),
        Done(4, Chosen((0.25, 0.75), 0.5), Figures()),
        Done(5, Embedded((0.6, 0.8), True), Figures()),
        Done(6, Counted((1, 2), (0, 1)), Figures()),
        Done(7, Rendered("<s>hello", 2), Figures()),
        Refuse(1, Trouble("No.")),
        Pong("decode", 0, 0.1, Figures()),
    ],
)
def test_what_the_worker_says_arrives_unchanged(message: FromWorker) -> None:
    assert protocol.decode_from_worker(protocol.encode(message)) == message


@pytest.mark.parametrize(
    "line",
    [b"", b"llama_model_load: loading", b"{}", b"[]", b'["Hello"]', b'["Nobody", {}]', b'["Hello", {"age": 1}]',
     b'["Hello", []]', b'["Done", {"ticket": 1, "reply": 3, "figures": {}}]', b"[" * 100_000, b"\xff\xfe"],
)  # fmt: skip
def test_anything_else_is_a_value_error(line: bytes) -> None:
    with pytest.raises(ValueError, match="protocol"):
        protocol.decode_from_worker(line)


def test_neither_side_accepts_its_own_messages() -> None:
    with pytest.raises(ValueError, match="protocol"):
        protocol.decode_to_worker(protocol.encode(Hello(1)))
