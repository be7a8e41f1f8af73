"""Templates turn rows of a table into prompts with answers; `|||` in a field survives, empty ones are skipped."""

from typing import Any

import pytest

from desktop.confined import template
from desktop.core.errors import UserError
from desktop.core.options import OptionError
from desktop.core.records import Passage, Ref
from desktop.core.steps import Ran, Run
from desktop.methods.templates import EMPTY, METHOD, TemplatesOptions, parts_of, shielded, templates
from tests.methods.playing import Context, Play, items

TASKS = ("classification", "matching", "extraction", "summary", "reading_comprehension")


def render(run: Any) -> Any:
    """What the confined process would answer."""
    assert isinstance(run, Run) and run.task == "template"
    return Ran(tuple(template.render(run.given)))


def context(*rows: dict[str, Any], language: str = "en") -> Context:
    passages = [Passage(number, 1, "", form="record", columns=row) for number, row in enumerate(rows, 7)]
    return Context(METHOD, language=language, stretches=passages)


def made(context: Context, options: TemplatesOptions) -> tuple[list[Any], Play]:
    play = Play(render)
    return [row for item in items(99, context, options) for row in play.run(context, options, item)], play


GLAD = {"text": "Lovely soup.", "label": "glad"}
ANGRY = {"text": "Cold soup.", "label": "angry"}


def test_each_row_of_a_table_becomes_a_prompt_with_its_answer() -> None:
    rows, play = made(context(GLAD, ANGRY), TemplatesOptions(wordings=4))
    assert [row.output for row in rows] == ["glad"] * 4 + ["angry"] * 4
    assert len({row.instruction for row in rows}) == 8
    assert all("angry" in row.instruction and "glad" in row.instruction for row in rows), "the choices are listed"
    assert not play.asked, "no model is asked"
    assert items(1, context(GLAD), TemplatesOptions())[0].inputs == (Ref("passage", 7),)


def test_a_field_with_the_parting_sign_comes_back_as_it_was() -> None:
    row = {"text": "a ||| b || c", "label": "x|||y"}
    [made_row], _play = made(context(row), TemplatesOptions())
    assert "a ||| b || c" in made_row.instruction and "x|||y" in made_row.instruction
    assert made_row.output == "x|||y"
    assert parts_of("q \x00 |||  a\x00") == ("q |||", "a|||")


@pytest.mark.parametrize("row", [{"text": "Lovely soup.", "label": "  "}, {"text": "", "label": "x"}])
def test_an_empty_rendering_is_skipped(row: dict[str, Any]) -> None:
    rows, play = made(context(row), TemplatesOptions(template="{{ text }} ||| {{ label }}"))
    assert rows == [] and [each.reason for each in play.discarded] == [EMPTY]
    starter, play = made(context(row), TemplatesOptions())
    assert starter == [] and [each.reason for each in play.discarded] == [EMPTY]


def test_values_are_cut_and_braces_in_them_are_no_template() -> None:
    row = {"text": "{{ 7 * 7 }}" + "x" * 9_000, "label": "{{ label }}"}
    [made_row], _play = made(context(row), TemplatesOptions())
    assert "{{ 7 * 7 }}" in made_row.instruction and len(made_row.instruction) < 2_300
    assert made_row.output == "{{ label }}" and "{{ label }}" in made_row.instruction
    assert shielded({"a": [1, "|||"]}) == {"a": [1, "\x00"]}


@pytest.mark.parametrize("source", ["{{ missing }} ||| x", "{% for %} ||| x", "{{ ''.__class__.__mro__ }} ||| x"])
def test_a_template_that_fails_or_reaches_out_is_put_aside_with_its_fault(source: str) -> None:
    rows, play = made(context(GLAD), TemplatesOptions(template=source))
    assert rows == [] and "could not be rendered" in str(play.discarded[0].reason)
    lost = Play(lambda run: Ran((), "It took too long."))
    assert lost.run(context(GLAD), TemplatesOptions()) == []
    assert "It took too long." in str(lost.discarded[0].reason)


def test_every_task_has_wordings_in_both_languages_that_render() -> None:
    for language in ("en", "zh"):
        for task in TASKS:
            own = context({**GLAD, "more": "What?"}, ANGRY | {"more": "When?"}, language=language)
            assert len(templates(own.list("templates"), task)) >= 3
            rows, play = made(own, TemplatesOptions(task=task, other="more", wordings=10))
            assert not play.discarded and len(rows) >= 6
            assert {row.task_type for row in rows} == {task}


def test_answer_choices_may_be_a_template_of_their_own() -> None:
    options = TemplatesOptions(
        choices="{{ label }} ||| none", template='{{ answer_choices | join("/") }} ||| {{ text }}'
    )
    [row], _play = made(context(GLAD), options)
    assert (row.instruction, row.output, row.task_type) == ("glad/none", "Lovely soup.", "")


@pytest.mark.parametrize(
    ("row", "options", "wrong"),
    [
        ({"body": "a", "label": "x"}, TemplatesOptions(), "text"),
        (GLAD, TemplatesOptions(template="{{ text }}"), "template"),
        (GLAD, TemplatesOptions(template="{{ text ||| {{ label }}"), "template"),
        (GLAD, TemplatesOptions(template="{{ nothing }} ||| {{ label }}"), "template"),
        (GLAD, TemplatesOptions(choices="{{ text"), "choices"),
        (GLAD, TemplatesOptions(task="matching"), "other"),
    ],
)
def test_what_cannot_work_is_said_before_it_starts(row: dict[str, Any], options: TemplatesOptions, wrong: str) -> None:
    with pytest.raises(OptionError) as refused:
        Play(render).check(context(row), options)
    assert refused.value.name == wrong


def test_a_column_may_not_bear_the_name_that_templates_need() -> None:
    with pytest.raises(UserError):
        Play(render).check(context({"answer_choices": "a", **GLAD}), TemplatesOptions())


@pytest.mark.parametrize(
    "options", [TemplatesOptions(), TemplatesOptions(template="{{ text }} ||| {{ label }}", choices="glad ||| angry")]
)
def test_what_can_work_is_let_be(options: TemplatesOptions) -> None:
    Play(render).check(context(GLAD, ANGRY), options)
