"""What holds for every filter that asks a model: its prompts, its words, and rows of any kind."""

import re
from typing import Any

import pytest

from desktop.core import options
from desktop.core.catalogue import filters
from desktop.core.prompts import Prompt, fill
from desktop.core.records import Conversation, Feedback, Message, Preference, Row, Text
from desktop.core.shapes import Filter
from tests.filters.asking import judged, sure_of
from tests.filters.rows import ask

ASKING = sorted((id, leaf) for id, leaf in filters().items() if leaf.asks_model)
STEPPING = [(id, leaf) for id, leaf in ASKING if leaf.steps is not None]
PROMPTS = [(id, prompt) for id, leaf in ASKING for prompt in leaf.prompts]
OPTIONS: dict[str, dict[str, Any]] = {"rubric": {"points": ["It is short."], "good": ["Yes."], "bad": ["No."]}}
FINE = sure_of("5", "Yes", "是")
_PLACE = re.compile(r"\{\{ *([a-z_]+) *\}\}")
_HAN = re.compile("[\u4e00-\u9fff]")

every_one = pytest.mark.parametrize(("id", "leaf"), ASKING, ids=[id for id, _leaf in ASKING])
every_step = pytest.mark.parametrize("id", [id for id, _leaf in STEPPING])
every_prompt = pytest.mark.parametrize(("id", "prompt"), PROMPTS, ids=[f"{id}-{each.step}" for id, each in PROMPTS])
every_language = pytest.mark.parametrize("language", ["en", "zh"])


def test_they_are_here() -> None:
    assert {id for id, _leaf in ASKING} == {
        "rating", "quality_score", "deita_complexity", "deita_quality", "aspects", "grounded", "rubric", "toxicity",
        "perplexity", "ifd", "token_length", "tokenizer_fit", "semantic_duplicate",
    }  # fmt: skip


@every_one
def test_says_what_it_does_in_words(id: str, leaf: Filter) -> None:
    assert leaf.title and leaf.summary and leaf.source and leaf.value_title and leaf.dropped_as
    assert leaf.cost in ("tokens", "reading", "model")
    assert (leaf.steps is None) != (leaf.compare is None)
    for field in options.fields(leaf.options):
        assert field.about.title and field.about.help and field.about.why, field.name
    cut = next(field for field in options.fields(leaf.options) if field.name == leaf.cut)
    assert cut.about.minimum is not None and cut.about.maximum is not None
    assert options.from_json(leaf.options, options.to_json(leaf.options())) == leaf.options()


@every_language
@every_prompt
def test_a_prompt_has_the_places_that_it_says(id: str, prompt: Prompt, language: str) -> None:
    text = prompt.text(language)
    assert set(_PLACE.findall(text)) - {"language"} == set(prompt.places)
    assert fill(text, dict.fromkeys((*prompt.places, "language"), "x"))
    assert bool(_HAN.search(text)) == (language == "zh"), "the template is not in its language"
    assert prompt.read(prompt.example_reply[language]), "the parser makes nothing of it"
    for reply in ("", "\n", "#", "{", "null", "1.", "好", "-1", "9" * 400):
        prompt.read(reply)


@every_step
def test_a_row_without_an_answer_passes_unasked(id: str) -> None:
    verdict, play = judged(id, ask("Why is the sky blue?", None), sure_of("5", "No"), **OPTIONS.get(id, {}))
    assert verdict.passed
    assert not play.questions or id in ("toxicity", "token_length", "tokenizer_fit")


@every_language
@every_step
def test_every_kind_of_row_can_be_judged(id: str, language: str) -> None:
    talk = (Message("user", "How do tides come about?"), Message("assistant", "Buses run since March in Ellersby."))
    rows: list[Row] = [
        ask("When do buses run?", "Since March."),
        Conversation(messages=talk),
        Conversation(messages=()),
        Preference("Which planet is largest?", "Jupiter is.", "The sun."),
        Preference(talk[:1], "The moon does it.", "Nobody knows."),
        Feedback("Who wrote the first novel?", "It is disputed."),
        Text("Tides are the rise of the sea."),
        ask("\ud800", "{value} (("),
    ]
    for row in rows:
        verdict, play = judged(id, row, FINE, language, **OPTIONS.get(id, {}))
        assert isinstance(str(verdict.reason), str)
        assert all(question.step for question in play.questions)
