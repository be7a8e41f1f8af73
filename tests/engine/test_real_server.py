"""The remote engine against a real llama.cpp server, with the real starter model."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.core.address import address_of
from desktop.core.engine import EngineLost, Refused, Streamed
from desktop.core.errors import UserError
from desktop.core.records import Message
from desktop.core.steps import Ask, Asked, Choose, Count, Embed, Render, Reply, Sampling, Score
from desktop.engine.line import Patience
from desktop.engine.remote import RemoteEngine
from tests.engine import test_remote
from tests.engine.tiny_models import FIRST, LAST, bert, bert_states

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-peers" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.port, params.n_parallel, params.n_ctx, params.warmup = 0, 2, 2048, False
params.cpuparams.n_threads = 2
params.embedding = sys.argv[2] == "embeds"
server = xllamacpp.Server(params)
print("\\n" + server.listening_address, flush=True)
sys.stdin.read()
"""
CHAT = (Message("user", "Name a fruit."),)
PATIENCE = Patience(gone=2.0)

pytestmark = pytest.mark.model


@contextmanager
def serving(model: Path, kind: str = "writes") -> Iterator[tuple[RemoteEngine, "subprocess.Popen[str]"]]:
    """A server with this model, and the engine that speaks to it."""
    has = (
        subprocess.run([PYTHON, "-c", "import xllamacpp"], capture_output=True, check=False)
        if PYTHON.is_file()
        else None
    )
    if has is None or has.returncode:
        pytest.skip("xllamacpp is not here; packaging/bootstrap.py peers fetches it")
    command = [str(PYTHON), "-c", SERVE, str(model), kind]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        said = next((line.strip() for line in server.stdout if line.startswith("http://")), "")
        engine = RemoteEngine(address_of(said), patience=PATIENCE)
        yield engine, server
        engine.close()
        server.kill()


@pytest.fixture(scope="module")
def engine(starter_model: Path) -> Iterator[RemoteEngine]:
    with serving(starter_model) as (engine, _server):
        yield engine


def answer_to(engine: RemoteEngine, question: Asked) -> Any:
    return test_remote.answer_to(engine, question, within=120.0)  # other programs may be at work


def test_it_is_known_for_what_it_is(engine: RemoteEngine) -> None:
    assert engine.slots == 2
    assert (engine.model.fingerprint, engine.model.context, engine.model.writes) == ("", 1024, True)
    assert "SmolLM2" in engine.model.name


def test_it_continues_a_text_and_answers_in_a_form(engine: RemoteEngine) -> None:
    reply = answer_to(
        engine, Ask("a", "The capital of France is", Sampling(temperature=0, max_tokens=1), n=2, logprobs=True)
    )
    assert isinstance(reply, Reply)
    assert [sample.text for sample in reply.samples] == [" Paris", " Paris"]
    assert reply.samples[0].logprobs[0] == pytest.approx(-0.26, abs=0.05)
    bound = answer_to(engine, Ask("a", CHAT, Sampling(max_tokens=8), grammar='root ::= "pear" | "plum"'))
    assert bound.text in ("pear", "plum")


def test_it_scores_what_it_would_have_drawn_as_likely_as_it_drew_it(engine: RemoteEngine) -> None:
    ask = Ask("a", CHAT, Sampling(temperature=0, max_tokens=6), logprobs=True)
    drawn = answer_to(engine, ask).samples[0]
    scored = answer_to(engine, Score("s", CHAT, drawn.text))
    assert scored.logprobs == pytest.approx(drawn.logprobs[: len(scored.logprobs)], abs=0.1)


def test_it_scores_characters_that_are_several_tokens(engine: RemoteEngine) -> None:
    counted = answer_to(engine, Count("n", ("你好",)))
    scored = answer_to(engine, Score("s", "In Chinese: ", "你好"))
    assert len(scored.logprobs) == counted.tokens[0] > 2
    assert all(-30 < each < 0 for each in scored.logprobs)


def test_it_chooses(engine: RemoteEngine) -> None:
    chosen = answer_to(engine, Choose("c", "The capital of France is", (" Berlin", " Paris")))
    assert chosen.probabilities[1] > 0.99 and 0.5 < chosen.mass < 1


def test_it_renders_and_counts_in_the_models_own_words(engine: RemoteEngine) -> None:
    rendered = answer_to(engine, Render("r", CHAT, reply=True))
    assert "<|im_start|>user\nName a fruit.<|im_end|>\n<|im_start|>assistant" in rendered.text
    assert answer_to(engine, Count("n", ("Name a fruit.", ""))).tokens == (4, 0)
    assert rendered.tokens > 4


def test_a_server_that_was_not_started_for_embeddings_says_so(engine: RemoteEngine) -> None:
    report, _streamed = test_remote.end_of(engine, Embed("e", "A fruit."), within=120.0)
    assert isinstance(report, Refused)
    assert "embeddings" in report.why


def test_an_embedding_model_behind_a_server_embeds_as_its_formulas_say(tmp_path: Path) -> None:
    model = bert(1)
    with serving(model.write(tmp_path / "tiny-embeds.gguf"), "embeds") as (engine, _server):
        assert not engine.model.writes
        embedded = answer_to(engine, Embed("e", "A green fruit."))
        refused = [test_remote.refusal_of(engine, each) for each in (Ask("a", "red"), Score("s", "red", "green"))]
    state = bert_states(model, (FIRST, 9, 5, 6, 10, LAST)).mean(0)
    assert embedded.vector == pytest.approx((state / np.linalg.norm(state)).tolist(), abs=0.003)
    assert not embedded.pooled
    assert all("compare texts" in each for each in refused)


def test_a_server_that_dies_in_the_middle_ends_the_job_in_words(starter_model: Path) -> None:
    with serving(starter_model) as (engine, server):
        ask = Ask("a", "Once upon a time", Sampling(max_tokens=900))
        engine.submit(ask, 1)
        while not any(isinstance(each, Streamed) for each in engine.poll(0.2)):
            pass
        server.kill()
        with pytest.raises(UserError, match="model server") as told:
            while True:
                for each in engine.poll(0.2):
                    assert isinstance(each, Streamed | EngineLost)
                    if isinstance(each, EngineLost):  # as a job does
                        engine.submit(ask, 1)
        assert told.value.remedy
