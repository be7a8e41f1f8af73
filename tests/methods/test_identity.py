"""Identity rows are questions times answers, filled in from the form, and no model is asked."""

from collections import Counter
from typing import Any

import pytest

from desktop.core.options import OptionError
from desktop.methods.identity import METHOD, IdentityOptions, named, pairs
from tests.methods.playing import Context, Play, items

FORM = IdentityOptions(name="Sprig", maker="Greenhouse Lab")


def made(context: Context, options: IdentityOptions = FORM) -> list[Any]:
    play = Play(lambda ask: pytest.fail("a model was asked"))
    return [row for item in items(999, context, options) for row in play.run(context, options, item)]


def test_rows_are_questions_times_answers_of_each_kind() -> None:
    for language in ("en", "zh"):
        context = Context(METHOD, language=language)
        kinds = {
            name: Counter(line.split(":")[0] for line in context.list(name))
            for name in ("identity_questions", "identity_answers")
        }
        assert set(kinds["identity_questions"]) == set(kinds["identity_answers"])
        wanted = sum(count * kinds["identity_answers"][kind] for kind, count in kinds["identity_questions"].items())
        rows = made(context)
        assert len(rows) == len(set(map(str, rows))) == wanted


def test_lists_and_form_are_ones_own() -> None:
    lists = {"identity_questions": ["x: Who?", "y: Why?"], "identity_answers": ["x: {{name}}!", "x: {{maker}}?"]}
    rows = made(Context(METHOD, lists=lists), IdentityOptions(name="A {{maker}}", maker="B"))
    assert sorted((row.instruction, row.output) for row in rows) == [("Who?", "A {{maker}}!"), ("Who?", "B?")]
    assert list(pairs(["x: a"], ["y: b"])) == []


def test_rows_come_in_every_language_that_has_lists() -> None:
    both = IdentityOptions(name="Sprig", maker="Greenhouse Lab", languages=("en", "zh", "de"))
    rows = made(Context(METHOD), both)
    assert {row.language for row in rows} == {"en", "zh"}
    assert any(row.output == "I understand and write English, Chinese and German." for row in rows)
    assert any("英语、中文、德语" in row.output for row in rows)
    assert {row.language for row in made(Context(METHOD, language="de"))} == {"en"}
    assert named(("en",), "en") == "English"


def test_an_assistant_without_a_name_is_not_made_up() -> None:
    play = Play(lambda ask: pytest.fail("a model was asked"))
    for wanting, options in (("name", IdentityOptions(maker="B")), ("maker", IdentityOptions(name="A", maker=" "))):
        with pytest.raises(OptionError) as refused:
            play.check(Context(METHOD), options)
        assert refused.value.name == wanting
    play.check(Context(METHOD), FORM)


def test_novelty_is_left_out() -> None:
    assert "novelty" not in METHOD.default_filters
