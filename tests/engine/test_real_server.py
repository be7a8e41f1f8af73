"""The remote engine against a real llama.cpp server, with the real starter model."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.address import address_of
from desktop.core.records import Message
from desktop.core.steps import Ask, Asked, Choose, Count, Reply, Sampling, Score
from desktop.engine.remote import RemoteEngine
from tests.engine import test_remote

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-peers" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.port, params.n_parallel, params.n_ctx, params.warmup = 0, 2, 2048, False
params.cpuparams.n_threads = 2
server = xllamacpp.Server(params)
print("\\n" + server.listening_address, flush=True)
sys.stdin.read()
"""
CHAT = (Message("user", "Name a fruit."),)

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def engine(starter_model: Path) -> Iterator[RemoteEngine]:
    has = (
        subprocess.run([PYTHON, "-c", "import xllamacpp"], capture_output=True, check=False)
        if PYTHON.is_file()
        else None
    )
    if has is None or has.returncode:
        pytest.skip("xllamacpp is not here; packaging/bootstrap.py peers fetches it")
    command = [str(PYTHON), "-c", SERVE, str(starter_model)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        said = next((line.strip() for line in server.stdout if line.startswith("http://")), "")
        engine = RemoteEngine(address_of(said))
        yield engine
        engine.close()
        server.kill()


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
