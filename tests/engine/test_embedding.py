"""Embeddings from an embedding model's file are those that the model's formulas give."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from desktop.core.engine import Answered, Refused, Report
from desktop.core.steps import Ask, Asked, Embed, Embedded, Score
from desktop.engine.client import LocalEngine
from tests.engine.tiny_models import CONTEXT, END, FIRST, LAST, UNKNOWN, Array, bert, bert_states, qwen3, qwen3_states

pytestmark = pytest.mark.model

CLOSE = 0.003
"""llama.cpp keeps keys, values and one function's table in 16 bits."""


def heard(path: Path, *questions: Asked) -> tuple[list[int], dict[int, Report]]:
    """What a model says to these, all asked at once: their tickets, and the reports in the order in which they came."""
    engine = LocalEngine(path)
    try:
        tickets = [engine.submit(each, 1) for each in questions]
        found: dict[int, Report] = {}
        while len(found) < len(tickets):
            found |= {each.ticket: each for each in engine.poll(0.2)}
        return tickets, found
    finally:
        engine.close()


def asked(path: Path, *questions: Asked) -> list[Report]:
    tickets, found = heard(path, *questions)
    return [found[ticket] for ticket in tickets]


def embedded(path: Path, *texts: str) -> list[Embedded]:
    replies = [each.reply for each in asked(path, *(Embed("e", each) for each in texts)) if isinstance(each, Answered)]
    return [each for each in replies if isinstance(each, Embedded)]


def check(answer: Embedded, tokens: Sequence[int], state: Array, *, pooled: bool = False) -> None:
    assert answer.prompt_tokens == len(tokens)
    assert np.abs(np.array(answer.vector) - state / np.linalg.norm(state)).max() < CLOSE
    assert answer.pooled == pooled


@pytest.mark.parametrize(
    ("pooling", "pool"), [(1, lambda states: states.mean(0)), (2, lambda states: states[0])], ids=["mean", "first"]
)
def test_a_bert_embeds_as_its_formulas_say(tmp_path: Path, pooling: int, pool: Callable[[Array], Array]) -> None:
    model = bert(pooling)
    texts = {
        "red trees": (4, 7, 8),
        "A green fruit.": (9, 5, 6, 10),
        "水": (11,),
        "red zebra": (4, UNKNOWN),
        " red" * 100: (4,) * (CONTEXT - 2),  # cut off, but not its end
    }
    found = embedded(model.write(tmp_path / "m.gguf"), *texts)
    for inner, answer in zip(texts.values(), found, strict=True):
        tokens = (FIRST, *inner, LAST)
        check(answer, tokens, pool(bert_states(model, tokens)))


def test_a_model_that_looks_back_embeds_by_what_stands_behind_the_text(tmp_path: Path) -> None:
    model = qwen3(3)
    texts = ("red", "A green fruit.", "水", "many " * 50)
    found = embedded(model.write(tmp_path / "m.gguf"), *texts)
    for text, answer in zip(texts, found, strict=True):
        tokens = (*text.encode()[: CONTEXT - 1], END)
        check(answer, tokens, qwen3_states(model, tokens)[-1])


def test_a_writing_model_embeds_by_the_mean_of_its_states(tmp_path: Path) -> None:
    model = qwen3(None)
    (answer,) = embedded(model.write(tmp_path / "m.gguf"), "A green fruit.")
    tokens = tuple(b"A green fruit.")
    check(answer, tokens, qwen3_states(model, tokens).mean(0), pooled=True)


def test_an_embedding_model_does_not_write_and_says_so(tmp_path: Path) -> None:
    path = bert(1).write(tmp_path / "m.gguf")
    for question in (Ask("a", "red"), Score("s", "red", "green"), Embed("e", "")):
        (refused,) = asked(path, question)
        assert isinstance(refused, Refused)
        assert ("compare texts" in refused.why) != isinstance(question, Embed)


def test_a_long_text_does_not_wait_for_all_that_are_shorter(tmp_path: Path) -> None:
    lengths = [1] * 20 + [CONTEXT // 2] + [1] * 20
    texts = [" ".join(["red"] * length) for length in lengths]
    tickets, found = heard(bert(1).write(tmp_path / "m.gguf"), *(Embed("e", text) for text in texts))
    assert list(found) == tickets
