"""Chat templates are rendered faithfully, and hostile ones come to nothing."""

import sys
import time

import pytest

from desktop.core.records import Message
from desktop.engine.template import ChatTemplate, EndlessError, TemplateError, plain

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' "
    "+ '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
TALK = (Message("system", "Be brief."), Message("user", "Hi {{ 1 }} <b>"))


def test_a_usual_template_is_rendered_as_it_stands() -> None:
    assert ChatTemplate(CHATML, "", "").render(TALK) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi {{ 1 }} <b><|im_end|>\n<|im_start|>assistant\n"
    )


def test_the_tokens_and_the_filters_of_transformers_are_there() -> None:
    source = "{{ bos_token }}{{ messages | tojson }}{% for m in messages %}{% break %}{% endfor %}{{ eos_token }}"
    rendered = ChatTemplate(source, "<s>", "</s>").render((Message("user", "<ü>"),))
    assert rendered == '<s>[{"role": "user", "content": "<ü>"}]</s>'


def test_a_template_that_refuses_system_texts_gets_them_in_the_first_turn() -> None:
    source = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + CHATML
    assert "user\nBe brief.\n\nHi" in ChatTemplate(source, "", "").render(TALK)


def test_without_a_template_turns_are_named() -> None:
    assert plain(TALK) == "Be brief.\n\nUser: Hi {{ 1 }} <b>\n\nAssistant:"


@pytest.mark.parametrize(
    "source",
    [
        "{{ messages.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ messages.append(1) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{% for a in range(1000000000) %}a{% endfor %}",
        "{% for a in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ undefined_thing.more }}",
        "{{ cycler }}{{ 1 / 0 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'a'.center(1000000000) }}",
        "{{ 'a' | center(1000000000) }}",
        "{% set x = namespace(v='aaaaaaaaaaaaaaaa') %}{% for i in range(60) %}{% set x.v = x.v ~ x.v %}{% endfor %}",
        "{{ open('/etc/passwd').read() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
    ],
)
def test_a_hostile_template_fails_soon_and_small(source: str) -> None:
    began = time.monotonic()
    with pytest.raises(TemplateError):
        ChatTemplate(source, "", "").render(TALK)
    assert time.monotonic() - began < 5


def test_the_insides_of_what_a_template_is_given_are_not_there() -> None:
    for name in ("raise_exception.__globals__", "strftime_now.__self__", "messages[0].__class__"):
        assert ChatTemplate("{{ " + name + " }}", "", "").render(TALK) == ""


@pytest.mark.parametrize("source", ["{% if %}", "{{", "{% for %}" * 10, "{{ " + "(" * 5_000, "{% block a %}" * 2_000])
def test_a_template_that_does_not_compile_is_refused(source: str) -> None:
    with pytest.raises(TemplateError):
        ChatTemplate(source, "", "").render(TALK)


@pytest.mark.skipif(sys.platform == "win32", reason="the client ends the worker there")
@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ 'a'.rjust(20000000)|upper|length }}{% endfor %}",
        "{{ 'a b'.rjust(9000000)|wordwrap(3)|length }}",
    ],
)
def test_a_template_that_loops_is_stopped_and_a_usual_one_works_after_it(source: str) -> None:
    began = time.process_time()
    with pytest.raises(EndlessError):
        ChatTemplate(source, "", "").render(TALK)
    assert time.process_time() - began < 3
    assert ChatTemplate(CHATML, "", "").render(TALK)
