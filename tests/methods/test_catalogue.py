"""What holds for every method in the catalogue, whoever wrote it."""

import ast
import importlib
import inspect
import json
import re
from dataclasses import replace

import pytest

from desktop.core import options
from desktop.core.catalogue import filters, methods
from desktop.core.content import answers_of, kind_of, lead_of
from desktop.core.lists import LISTS
from desktop.core.prompts import Prompt, fill
from desktop.core.records import Instruction
from desktop.core.shapes import Method

LANGUAGES = ("en", "zh")
PROMPTS = [(id, prompt) for id, method in methods().items() for prompt in method.prompts]
_PLACE = re.compile(r"\{\{ *([a-z_]+) *\}\}")
_HAN = re.compile("[\u4e00-\u9fff]")

every_method = pytest.mark.parametrize(("id", "method"), methods().items())
every_prompt = pytest.mark.parametrize(("id", "prompt"), PROMPTS, ids=[f"{id}-{each.step}" for id, each in PROMPTS])
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
@every_prompt
def test_every_prompts_example_reply_is_read(id: str, prompt: Prompt, language: str) -> None:
    assert prompt.read(prompt.example_reply[language]), "the parser makes nothing of it"


@every_prompt
def test_no_parser_stumbles_over_what_a_model_may_say(id: str, prompt: Prompt) -> None:
    for reply in ("", "\n", "#", "{", "[]", "null", '{"a": 1}', '[{"a": [1]}]', "1.", "好", "yes" * 50):
        prompt.read(reply)


@every_language
@every_prompt
def test_a_prompt_has_the_places_that_it_says(id: str, prompt: Prompt, language: str) -> None:
    text = prompt.text(language)
    assert set(_PLACE.findall(text)) - {"language"} == set(prompt.places)
    assert fill(text, dict.fromkeys((*prompt.places, "language"), "x"))
    assert bool(_HAN.search(text)) == (language == "zh"), "the template is not in its language"


@every_method
def test_a_method_says_what_a_card_shows(id: str, method: Method) -> None:
    assert method.title and method.source
    assert method.summary.endswith(".") and ". " not in method.summary, "not one sentence"
    assert kind_of(method.example) in method.makes
    assert lead_of(method.example)
    assert method.unanswered is (not answers_of(method.example))
    assert not isinstance(method.example, Instruction) or method.example == replace(method.example, extra={})
    assert set(method.default_filters) <= set(filters())
    assert len({prompt.step for prompt in method.prompts}) == len(method.prompts)


@every_method
def test_a_method_names_the_lists_that_it_draws_from(id: str, method: Method) -> None:
    source = ast.parse(inspect.getsource(importlib.import_module(f"desktop.methods.{id}")))
    drawn = {
        call.args[0].value
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("context.list", "_entries")
        if isinstance(call.args[0], ast.Constant)
    }
    assert set(method.lists) == drawn - {"self_alignment_exemplars"}, "words of a prompt's examples stand with it"
    assert set(method.lists) <= set(LISTS)


@every_method
def test_every_option_says_what_it_is_and_where_its_default_comes_from(id: str, method: Method) -> None:
    for each in options.fields(method.options):
        assert each.about.title and each.about.help, each.name
        assert each.about.why, each.name
    stored = json.loads(json.dumps(options.to_json(method.options())))
    assert options.from_json(method.options, stored) == method.options()
