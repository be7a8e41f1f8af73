"""The remote engine against scripted servers: good ones of every kind, and bad ones that must hurt nobody."""

import contextlib
import json
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.core.engine import Answered, EngineLost, Refused, Report, Streamed
from desktop.core.errors import UserError
from desktop.core.records import Message
from desktop.core.steps import (
    Ask,
    Asked,
    Choose,
    Chosen,
    Count,
    Embed,
    Embedded,
    Render,
    Reply,
    Sampling,
    Score,
    Scored,
)
from desktop.engine.line import Patience
from desktop.engine.remote import RemoteEngine
from tests.engine.scripted_server import LLAMA, STREAM, ScriptedServer, events, llama_events, told

HASTY = Patience(connect=1.0, silence=0.6, gone=0.8, busy=0.8, pause=0.02, longest_pause=0.1)
CHAT = (Message("user", "Hello"),)
ASK = Ask("answer", "Once upon", Sampling(max_tokens=20))
VLLM = {
    "/v1/models": told({"data": [{"id": "tiny", "owned_by": "vllm", "max_model_len": 900}]}),
    "/version": told({"version": "0.12.1"}),
}
PLAIN = {"/v1/models": told({"data": [{"id": "tiny"}]})}
OLLAMA = {
    "/api/version": told({"version": "0.12"}),
    "/api/tags": told({"models": [{"name": "tiny:1b"}, {"name": "other:1b"}]}),
    "/api/ps": told({"models": [{"name": "tiny:1b"}]}),
    "/api/show": told({"model_info": {"llama.context_length": 2048}, "capabilities": ["completion"]}),
}

Serve = Callable[..., tuple[ScriptedServer, RemoteEngine]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    opened: list[ScriptedServer | RemoteEngine] = []

    def start(*scripts: Any, key: str = "") -> tuple[ScriptedServer, RemoteEngine]:
        server = ScriptedServer({path: reply for script in scripts for path, reply in script.items()})
        opened.append(server)
        engine = RemoteEngine(server.address, key, patience=HASTY)
        opened.append(engine)
        return server, engine

    yield start
    for each in reversed(opened):
        each.close()


def end_of(engine: RemoteEngine, question: Asked, within: float = 5.0) -> tuple[Report, list[Streamed]]:
    """The last report on a question, and the texts before it."""
    ticket, deadline = engine.submit(question, 100), time.monotonic() + within
    streamed: list[Streamed] = []
    while time.monotonic() < deadline:
        for report in engine.poll(0.1):
            assert report.ticket == ticket
            if not isinstance(report, Streamed):
                return report, streamed
            streamed.append(report)
    raise AssertionError("no answer in time")


def answer_to(engine: RemoteEngine, question: Asked, within: float = 5.0) -> Any:
    report, _streamed = end_of(engine, question, within)
    assert isinstance(report, Answered), report
    return report.reply


def refusal_of(engine: RemoteEngine, question: Asked) -> str:
    report, _streamed = end_of(engine, question)
    assert isinstance(report, Refused), report
    return report.why


# ── llama-server ─────────────────────────────────────────────────────────────────────────────────


def test_each_sample_of_a_llama_server_has_a_seed_of_its_own(serve: Serve) -> None:
    server, engine = serve(LLAMA, {"/completion": llama_events("a", " time")})
    assert (engine.model.name, engine.model.fingerprint, engine.model.context, engine.slots) == ("Tiny", "", 512, 2)
    reply = answer_to(engine, Ask("answer", "Once", Sampling(temperature=0.7, max_tokens=5), n=3, stop=("\n",)))
    assert isinstance(reply, Reply)
    assert [(sample.text, sample.finish, sample.random_seed) for sample in reply.samples] == [
        ("a time", "stop", seed) for seed in (100, 101, 102)
    ]
    assert (reply.prompt_tokens, reply.samples[0].reply_tokens) == (9, 2)
    bodies = [body for body in server.posted("/completion") if body["n_predict"]]
    assert sorted(body["seed"] for body in bodies) == [100, 101, 102]
    assert bodies[0]["temperature"] == 0.7 and bodies[0]["stop"] == ["\n"] and bodies[0]["repeat_penalty"] == 1.0


def test_a_prefill_is_put_behind_the_rendered_conversation(serve: Serve) -> None:
    server, engine = serve(
        LLAMA, {"/apply-template": told({"prompt": "<u>Hello<a>"}), "/completion": llama_events("!")}
    )
    answer_to(engine, Ask("answer", CHAT, prefill="Well"))
    assert server.posted("/completion")[-1]["prompt"] == "<u>Hello<a>Well"
    assert "form" in refusal_of(engine, Ask("answer", CHAT, prefill="Well", schema={"type": "object"}))
    answer_to(engine, Ask("answer", CHAT, prefill="Well", grammar='root ::= "!"'))
    body = server.posted("/completion")[-1]
    assert (body["prompt"], body["grammar"]) == ("<u>Hello<a>Well", 'root ::= "!"')


def test_a_text_is_reported_while_it_grows(serve: Serve) -> None:
    go = threading.Event()

    def slowly(line: socket.socket, _body: Any) -> None:
        line.sendall(STREAM + b'data: {"content": "One", "tokens": [1]}\n\n')
        go.wait(3)
        line.sendall(llama_events(" two").removeprefix(STREAM))

    _server, engine = serve(LLAMA, {"/completion": [llama_events(), slowly]})
    ticket = engine.submit(ASK, 1)
    first = engine.poll(2.0)
    assert first == (Streamed(ticket, 0, "One", 1),)
    go.set()
    report = [each for _ in range(20) for each in engine.poll(0.1)][-1]
    assert isinstance(report, Answered) and isinstance(report.reply, Reply) and report.reply.text == "One two"


def test_a_given_text_is_scored_token_by_token(serve: Serve) -> None:
    def tokens(line: socket.socket, body: Any) -> None:
        pieces: dict[str, list[tuple[int, Any]]] = {
            "Q": [(7, "Q")], " yes": [(8, " y"), (9, "es")], "é": [(4, [0xC3]), (5, [0xA9])], "": []
        }  # fmt: skip
        line.sendall(told({"tokens": [{"id": id, "piece": piece} for id, piece in pieces[body["content"]]]}))

    def complete(line: socket.socket, body: Any) -> None:
        forced = [
            int(each)
            for each in body.get("grammar", "").replace("<[", " ").replace("]>", " ").split()
            if each.isdigit()
        ]
        forced = forced or [bias[0] for bias in body.get("logit_bias", [])] or [99]
        listed = [{"id": 1, "logprob": -0.1}] + ([{"id": 4, "logprob": -3.5}] if body.get("n_probs", 0) > 1000 else [])
        steps = [{"id": id, "logprob": -id / 10, "top_logprobs": listed} for id in forced]
        line.sendall(told({"completion_probabilities": steps}))

    server, engine = serve(LLAMA, {"/tokenize": tokens, "/completion": complete})
    assert answer_to(engine, Score("ifd", "Q", " yes")) == Scored((-0.8, -0.9), prompt_tokens=1)
    assert answer_to(engine, Score("ifd", "", " yes")) == Scored((-0.9,), unpredicted=1)
    assert answer_to(engine, Score("ifd", "Q", "é")) == Scored((-3.5, -0.5), prompt_tokens=1)
    chosen = answer_to(engine, Choose("label", "Q", (" yes", "é")))
    assert isinstance(chosen, Chosen) and sum(chosen.probabilities) == pytest.approx(1)
    assert chosen.mass == pytest.approx(math.exp(-1.7) + math.exp(-4.0))
    counted = answer_to(engine, Count("length", (" yes", "é")))
    assert (counted.tokens, counted.small) == ((2, 2), (0, 2))
    assert server.posted("/completion")[-1]["prompt"][0] == 7


# ── the others ───────────────────────────────────────────────────────────────────────────────────


def test_a_plain_server_says_what_it_cannot_do(serve: Serve) -> None:
    chat = events({"choices": [{"delta": {"content": "Hi"}}]}, {"choices": [{"delta": {}, "finish_reason": "length"}]},
                  {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 1}})  # fmt: skip
    server, engine = serve(
        PLAIN, {"/v1/chat/completions": chat}, {"/v1/embeddings": told({"data": [{"embedding": [3, 4]}]})}
    )
    reply = answer_to(engine, Ask("answer", CHAT, Sampling(top_k=5, max_tokens=9), schema={"type": "object"}))
    assert (reply.text, reply.finish, reply.prompt_tokens) == ("Hi", "length", 4)
    body = server.posted("/v1/chat/completions")[0]
    assert (
        body["top_k"] == 5
        and "min_p" not in body
        and body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    )
    assert answer_to(engine, Embed("novelty", "x")) == Embedded((0.6, 0.8))
    for question in (
        ASK,
        Ask("answer", CHAT, prefill="Well"),
        Ask("answer", CHAT, grammar='root ::= "a"'),
        Score("ifd", "Q", "A"),
        Choose("label", "Q", ("A", "B")),
        Count("length", ("A",)),
        Render("look", CHAT),
    ):
        assert "llama-server" in refusal_of(engine, question)
    answer_to(engine, Ask("answer", CHAT, prefill="Well", grammar='root ::= "a"', optional=True))
    assert [turn["role"] for turn in server.posted("/v1/chat/completions")[-1]["messages"]] == ["user"]


def test_a_vllm_scores_by_the_log_probabilities_of_a_prompt(serve: Serve) -> None:
    def tokens(line: socket.socket, body: Any) -> None:
        line.sendall(told({"tokens": {"Q": [7], "A": [8, 9]}.get(body.get("prompt", "Q"), [])}))

    prompt = [None, {"8": {"logprob": -0.5}, "1": {"logprob": -0.1}}, {"9": {"logprob": -0.25}}]
    chat = events({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]})
    server, engine = serve(
        VLLM,
        {
            "/tokenize": tokens,
            "/v1/completions": told({"choices": [{"prompt_logprobs": prompt}]}),
            "/v1/chat/completions": chat,
        },
    )
    assert engine.model.context == 900
    assert answer_to(engine, Score("ifd", "Q", "A")) == Scored((-0.5, -0.25), prompt_tokens=1)
    answer_to(engine, Ask("answer", CHAT, prefill="Well", grammar='root ::= "a"'))
    body = server.posted("/v1/chat/completions")[0]
    assert body["continue_final_message"] is True and body["messages"][-1] == {"role": "assistant", "content": "Well"}
    assert body["structured_outputs"] == {"grammar": 'root ::= "a"'}


def test_ollama_is_asked_by_its_own_api(serve: Serve) -> None:
    more, last = {"response": "in a"}, {"done": True, "done_reason": "stop", "eval_count": 2, "prompt_eval_count": 3}
    lines = "".join(f"{json.dumps(each)}\n" for each in (more, last)).encode()
    server, engine = serve(OLLAMA, {"/api/generate": told(lines, kind="application/x-ndjson")})
    assert (engine.model.name, engine.model.context) == ("tiny:1b", 2048)
    assert answer_to(engine, ASK).text == "in a"
    body = server.posted("/api/generate")[0]
    assert body["raw"] is True and body["options"]["num_ctx"] == 2048 and body["options"]["seed"] == 100


def test_one_of_several_models_has_to_be_named() -> None:
    server = ScriptedServer({"/v1/models": told({"data": [{"id": "a"}, {"id": "b"}]})})
    with contextlib.closing(server), pytest.raises(UserError, match="several models: a, b"):
        RemoteEngine(server.address, patience=HASTY)


# ── what can go wrong ────────────────────────────────────────────────────────────────────────────


def endless(line: socket.socket, _body: Any) -> None:
    line.sendall(STREAM)
    while True:
        line.sendall(b'data: {"content": "more ", "tokens": [1]}\n\n')


def chatter(line: socket.socket, _body: Any) -> None:
    line.sendall(STREAM)
    while True:
        line.sendall(b": still here\n\n")
        time.sleep(0.01)


def drip(line: socket.socket, _body: Any) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000:
        line.sendall(bytes([letter]))
        time.sleep(0.05)


def huge_line(line: socket.socket, _body: Any) -> None:
    line.sendall(STREAM + b"data: ")
    while True:
        line.sendall(b"x" * 2**20)


def silent(line: socket.socket, _body: Any) -> None:
    line.recv(1)


@pytest.mark.parametrize(
    "bad",
    [
        told(b"<html>", kind="text/html"),
        told({"content": "whole"}),
        STREAM + b"data: {nonsense\n\n",
        STREAM + b'data: {"content": "x", "completion_probabilities": [{"logprob": NaN}]}\n\n',
        STREAM + b'data: {"content": 7}\n\n',
        STREAM + b"data: " + b"[" * 100_000 + b"\n\n",
        STREAM + b'data: {"content": "cut off"}\n\n',
        STREAM + b'data: {"error": {"message": "out of memory"}}\n\n',
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"nothing of the kind\r\n\r\n",
        told({"error": "broken"}, "500 Internal Server Error"),
        chatter,
        drip,
        huge_line,
        silent,
    ],
)  # fmt: skip
def test_a_bad_answer_is_lost_in_words_and_in_time(serve: Serve, bad: Any) -> None:
    _server, engine = serve(LLAMA, {"/completion": [llama_events(), bad]})
    report, _streamed = end_of(engine, ASK)
    assert isinstance(report, EngineLost) and report.why.endswith(".")


def test_a_reply_without_end_is_cut_where_it_should_have_ended(serve: Serve) -> None:
    _server, engine = serve(LLAMA, {"/completion": [llama_events(), endless]})
    reply = answer_to(engine, ASK)
    assert reply.finish == "length" and reply.samples[0].reply_tokens <= 21


def test_halves_of_characters_are_not_let_in(serve: Serve) -> None:
    _server, engine = serve(LLAMA, {"/completion": llama_events("a\ud800b")})
    assert answer_to(engine, ASK).text == "a?b"


def test_a_refusal_is_told_in_the_servers_words(serve: Serve) -> None:
    refused = told({"error": {"message": "too\x1blong " + "x" * 5000}}, "400 Bad Request")
    _server, engine = serve(LLAMA, {"/completion": [llama_events(), refused]})
    why = refusal_of(engine, ASK)
    assert "too long" in why and len(why) < 500


def test_a_busy_server_is_asked_again(serve: Serve) -> None:
    busy = told({"error": {"message": "Loading model"}}, "503 Service Unavailable", head="Retry-After: 0\r\n")
    server, engine = serve(
        LLAMA, {"/completion": [llama_events(), busy, told({}, "429 Too Many Requests"), llama_events("ok")]}
    )
    assert answer_to(engine, ASK).text == "ok"
    assert len(server.posted("/completion")) == 4


def test_a_connection_that_is_reset_before_an_answer_is_tried_again(serve: Serve) -> None:
    _server, engine = serve(LLAMA, {"/completion": [llama_events(), b"", b"", llama_events("ok")]})
    assert answer_to(engine, ASK).text == "ok"


def test_a_server_that_is_gone_for_good_ends_the_job(serve: Serve) -> None:
    server, engine = serve(LLAMA, {"/completion": [llama_events(), silent]})
    server.close()
    engine.submit(ASK, 1)
    began = time.monotonic()
    with pytest.raises(UserError, match="does not answer"):
        while time.monotonic() - began < 5:
            engine.poll(0.1)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (told({}, "401 Unauthorized"), "SEEDBED_API_KEY"),
        (told({}, "302 Found", head="Location: http://127.0.0.1:1/x\r\n"), "another address"),
    ],
)
def test_a_server_that_wants_a_key_or_leads_away_ends_the_job(serve: Serve, reply: bytes, said: str) -> None:
    server, engine = serve(LLAMA, {"/completion": [llama_events(), reply]})
    engine.submit(ASK, 1)
    with pytest.raises(UserError, match=said):
        for _ in range(20):
            engine.poll(0.1)
    assert len(server.asked) == 3  # recognised by two, asked once, and nowhere else


def test_cancelling_closes_the_connection_at_once(serve: Serve) -> None:
    closed, taken = threading.Event(), threading.Event()

    def wait(line: socket.socket, _body: Any) -> None:
        taken.set()
        with contextlib.suppress(OSError):
            line.recv(1)
        closed.set()

    _server, engine = serve(LLAMA, {"/completion": [llama_events(), wait, llama_events("next")]})
    ticket = engine.submit(ASK, 1)
    assert taken.wait(2)
    began = time.monotonic()
    engine.cancel(ticket)
    assert closed.wait(0.3) and time.monotonic() - began < 0.3
    assert answer_to(engine, ASK).text == "next"  # and the other one is never heard of again


def test_the_key_is_sent_and_never_said(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    server, engine = serve(LLAMA, {"/completion": [llama_events(), told({}, "500 No")]}, key="sk-secret")
    report, _streamed = end_of(engine, ASK)
    assert all("Authorization: Bearer sk-secret" in head for head in server.heads)
    assert "sk-secret" not in caplog.text + str(report) + repr(engine.model)
    with pytest.raises(UserError):
        RemoteEngine(server.address, "two\r\nlines")


def test_no_proxy_is_asked(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    _server, engine = serve(LLAMA, {"/completion": llama_events("direct")})
    assert answer_to(engine, ASK).text == "direct"


@pytest.mark.parametrize("props", [told(b"<html>", kind="text/html"), told({"error": "Unexpected endpoint"}), b""])
def test_what_is_no_model_server_is_told_so_at_once(props: bytes) -> None:
    server = ScriptedServer({"/props": props})
    with contextlib.closing(server), pytest.raises(UserError):
        RemoteEngine(server.address, patience=HASTY)


def test_nobody_there_is_told_at_once() -> None:
    server = ScriptedServer({})
    address = server.address
    server.close()
    began = time.monotonic()
    with pytest.raises(UserError, match="does not answer"):
        RemoteEngine(address)
    assert time.monotonic() - began < 2
