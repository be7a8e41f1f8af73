"""Seedless topics draw anew for every request, and read JSON however it is wrapped."""

import json
from typing import cast

import pytest

from desktop.core.records import Message
from desktop.methods.topics import METHOD, TopicsOptions, read
from tests.fakes import VARIED, Says
from tests.methods.playing import Context, Play, by_filters, by_step, items

ONE = '{"instruction": "Name a river.", "input": "", "output": "The Loire."}'
TWO = '{"Instruction": "Add.", "input": "2, 3", "output": 5}'


def prompt_of(play: Play) -> str:
    [message] = cast("tuple[Message, ...]", play.asked[0].prompt)
    return message.content


def test_topics_kinds_and_caps_change_between_requests_and_no_seed_is_shown() -> None:
    context = Context(METHOD)
    drawn = items(40, context, TopicsOptions())
    for name in ("topics", "task_types"):
        assert all(len(cast("list[str]", item.data[name])) == 10 for item in drawn)
        assert len({str(item.data[name]) for item in drawn}) == 40
    inputs = {cast(int, item.data["input_cap"]) for item in drawn}
    outputs = {cast(int, item.data["output_cap"]) for item in drawn}
    assert min(inputs) >= 80 and max(inputs) <= 120 and len(inputs) > 5
    assert min(outputs) >= 128 and max(outputs) <= 512 and len(outputs) > 10
    play = Play(by_step(tasks=f"[{ONE}]"))
    play.run(context, TopicsOptions(), drawn[0])
    prompt = prompt_of(play)
    assert not any(seed in prompt for seed in VARIED)
    assert all(topic in prompt for topic in cast("list[str]", drawn[0].data["topics"]))
    assert f"{drawn[0].data['input_cap']} characters" in prompt
    assert "{{" not in prompt


@pytest.mark.parametrize(
    "reply",
    [
        f"[{ONE}, {TWO}]",
        f"{ONE}\n{TWO}",
        f"Here you are:\n```json\n[{ONE},\n{TWO}]\n```\nEnjoy!",
        f"```\n{ONE}\n{TWO}\n```",
        f'[{ONE}, {TWO}, {{"instruction": "Explain the ti',
        f'{{"tasks": 2}}\n{ONE}\n{TWO}',
    ],
)
def test_arrays_lines_and_fences_are_read(reply: str) -> None:
    assert [(each.instruction, each.input, each.output) for each in read(reply)] == [
        ("Name a river.", "", "The Loire."),
        ("Add.", "2, 3", "5"),
    ]


def test_chinese_keys_are_read() -> None:
    [row] = read('[{"指令": "求和。", "输入": "2，3", "输出": "5"}]')
    assert (row.instruction, row.input, row.output) == ("求和。", "2，3", "5")


def test_a_record_without_instruction_or_answer_is_left_out() -> None:
    assert read('[{"instruction": "Sing."}, {"output": "La"}, {"instruction": "", "output": "x"}, 7, "text"]') == ()


def test_an_input_that_repeats_the_instruction_is_none() -> None:
    assert read('[{"instruction": "Sing.", "input": "Sing.", "output": "La"}]')[0].input == ""
    assert read('[{"instruction": "Sing.", "input": "None", "output": "La"}]')[0].input == ""


def test_a_reply_without_a_task_is_counted() -> None:
    play = Play(by_step(tasks=Says("[", finish="length")))
    assert play.run(Context(METHOD), TopicsOptions()) == []
    assert len(play.discarded) == 1


def test_the_reply_is_bound_to_the_number_of_tasks() -> None:
    play = Play(by_step(tasks=f"[{ONE}]"))
    play.run(Context(METHOD), TopicsOptions(tasks=3))
    schema = cast("dict[str, object]", play.asked[0].schema)
    assert (schema["minItems"], schema["maxItems"]) == (3, 3)


def test_the_projects_own_lists_are_drawn_from() -> None:
    context = Context(METHOD, lists={"topics": ["tides"], "task_types": ["riddles"]})
    play = Play(by_step(tasks=f"[{ONE}]"))
    play.run(context, TopicsOptions())
    assert "tides" in prompt_of(play) and "riddles" in prompt_of(play)


def test_a_chinese_project_draws_chinese_topics() -> None:
    play = Play(by_step(tasks='[{"instruction": "说出一条河。", "input": "", "output": "黄河。"}]'))
    [row] = play.run(Context(METHOD, language="zh"), TopicsOptions())
    assert (row.instruction, row.language) == ("说出一条河。", "zh")
    assert "可选的主题" in prompt_of(play)


def test_of_two_chinese_instructions_that_are_nearly_the_same_the_second_goes() -> None:
    tasks = [
        {"instruction": text, "input": "", "output": "从家里常备的食材开始列起。"}
        for text in (
            "请为一个四口之家制定一份一周的晚餐计划。",
            "请为一个三口之家制定一份一周的晚餐计划。",
            "解释什么是潮汐。",
        )
    ]
    said = json.dumps(tasks, ensure_ascii=False)
    rows = Play(by_step(tasks=said)).run(Context(METHOD, language="zh"), TopicsOptions(tasks=3))
    judge = by_filters(*METHOD.default_filters, language="zh")
    assert [bool(judge(row)) for row in rows] == [True, False, True]


def test_another_language_is_named_in_the_english_prompt() -> None:
    play = Play(by_step(tasks=f"[{ONE}]"))
    play.run(Context(METHOD, language="vi"), TopicsOptions())
    assert "Write in vi" in prompt_of(play)
    play.run(Context(METHOD, language="fr"), TopicsOptions())
    assert "French" in str(play.asked[-1].prompt)
