"""Alpaca shows three seeds, reads numbered fields strictly, and leaves its known faults out."""

import pytest

from desktop.core.catalogue import methods
from desktop.core.records import Instruction, Ref
from desktop.core.shapes import PoolRow
from desktop.engine.grammar import Grammar
from desktop.methods import alpaca
from desktop.methods.alpaca import LEFTOVER, METHOD, MISNUMBERED, AlpacaOptions, read
from tests.fakes import VARIED, Says, seeds
from tests.methods.playing import Context, Play, by_step, items

TWO = (
    " Name a river.\n4. Input: <noinput>\n4. Output: The Loire.\n###\n"
    "5. Instruction: Add.\n5. Input: 2, 3\n5. Output: 5"
)


def task(number: int, instruction: str = "Add.", given: str = "2, 3", output: str = "5") -> str:
    return f"{number}. Instruction: {instruction}\n{number}. Input: {given}\n{number}. Output: {output}"


def test_three_seeds_are_shown_and_never_the_models_own() -> None:
    context = Context(METHOD, made=[PoolRow(Ref("candidate", 1), "Made by the model.")])
    play = Play(by_step(tasks=TWO))
    play.run(context, AlpacaOptions())
    prompt = str(play.asked[0].prompt)
    assert sum(text in prompt for text in VARIED) == 3
    assert "Made by the model." not in prompt
    assert prompt.endswith("###\n4. Instruction:")
    assert prompt.count("\n1. Instruction: ") == prompt.count("\n3. Output: ") == 1
    assert "<noinput>" in prompt
    assert "20 tasks" in prompt


def test_the_seeds_change_between_requests_and_are_the_parents() -> None:
    first, second, third = items(3, Context(METHOD), AlpacaOptions())
    assert len({tuple(item.inputs) for item in (first, second, third)}) == 3
    assert all(len(item.inputs) == 3 for item in (first, second, third))


def test_the_published_sampling_but_no_stop_inside_a_year() -> None:
    play = Play(by_step(tasks=TWO))
    play.run(Context(METHOD), AlpacaOptions())
    [ask] = play.asked
    assert (ask.sampling.temperature, ask.sampling.top_p) == (1.0, 1.0)
    assert ask.sampling.max_tokens > 2600
    assert not any(stop in "In 2020. It" for stop in ask.stop)
    assert ask.stop[0] == "\n21."


def test_a_reply_is_read_field_by_field() -> None:
    rows = Play(by_step(tasks=TWO)).run(Context(METHOD), AlpacaOptions())
    assert [(row.instruction, row.input, row.output) for row in rows] == [
        ("Name a river.", "", "The Loire."),
        ("Add.", "2, 3", "5"),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        task(7),
        "5. Instruction: Add.\n5. Output: 5",
        "5. Instruction: Add.\n6. Input: 2\n5. Output: 5",
        "5. Input: 2\n5. Instruction: Add.\n5. Output: 5",
        task(5, instruction=""),
        task(5, output=""),
        "5. Instruction: Add.",
    ],
)
def test_a_task_with_a_wrong_number_or_without_a_field_is_dropped(bad: str) -> None:
    play = Play(by_step(tasks=f"{TWO.split('###', maxsplit=1)[0]}###\n{bad}\n###\n{task(6)}"))
    rows = play.run(Context(METHOD), AlpacaOptions())
    assert [row.instruction for row in rows] == ["Name a river.", "Add."]
    assert [each.reason for each in play.discarded] == [MISNUMBERED]


def test_of_a_cut_off_reply_only_the_last_task_goes() -> None:
    play = Play(by_step(tasks=Says(f"{TWO}\n###\n6. Instruction: Explain the", finish="length")))
    assert len(play.run(Context(METHOD), AlpacaOptions())) == 2
    assert len(play.discarded) == 1


@pytest.mark.parametrize(
    "none", ["<noinput>", "noinput", "No input", "<no input>", "No input needed.", "N/A", "none", "<无输入>", "无", ""]
)
def test_every_way_to_say_no_input_is_none(none: str) -> None:
    [row] = read(f" Name a river.\n4. Input: {none}\n4. Output: The Loire.").tasks
    assert row.input == ""


@pytest.mark.parametrize("left", ["5 ##", "5\n18. Instruction: Sing.", "5\n#### "])
def test_leftovers_of_a_neighbour_are_put_aside(left: str) -> None:
    text = " Name a river.\n4. Input: <noinput>\n4. Output: The Loire.\n###\n" + task(5, output=left)
    found = read(text)
    assert len(found.tasks) == 1 + (left == "5\n#### ")
    assert all(reason in (LEFTOVER, MISNUMBERED) for _text, reason in found.flawed)


def test_a_heading_in_an_answer_is_no_leftover() -> None:
    [row] = read(" Write.\n4. Input: <noinput>\n4. Output: ## Title\n\nIn 2020. It rained.").tasks
    assert row.output == "## Title\n\nIn 2020. It rained."


def test_a_chinese_project_is_asked_and_read_in_chinese() -> None:
    context = Context(METHOD, language="zh", seeds=seeds("写一首诗。", "算一算。", "翻译。"))
    play = Play(by_step(tasks="说出一条河。\n4. 输入：<无输入>\n4. 输出：黄河。"))
    [row] = play.run(context, AlpacaOptions())
    assert (row.instruction, row.input, row.output, row.language) == ("说出一条河。", "", "黄河。", "zh")
    prompt = str(play.asked[0].prompt)
    assert prompt.endswith("###\n4. 指令：")
    assert "1. 输入：<无输入>" in prompt


@pytest.mark.parametrize(
    ("reply", "fits"),
    [
        (TWO, True),
        (" Name a river.\n4. Input: <noinput>\n4. Output: The Loire.\n1. It is long.", True),
        (" Name a river.\n5. Input: <noinput>", False),
        (" Name a river.\n4. Input: 1, 2\n5. Output", False),
        (f"{TWO}\n###\n7. ", False),
    ],
)
def test_a_model_that_loses_count_is_held_to_the_numbers(reply: str, fits: bool) -> None:
    play = Play(by_step(tasks=TWO))
    play.run(Context(METHOD), AlpacaOptions())
    [ask] = play.asked
    grammar = Grammar(ask.grammar)
    assert (grammar.after(grammar.start, reply) is not None) is fits
    assert ask.optional, "a server that binds to no grammar may still be asked"


def test_two_seeds_are_enough() -> None:
    play = Play(by_step(tasks=" Name a river.\n3. Input: <noinput>\n3. Output: The Loire."))
    [row] = play.run(Context(METHOD, seeds=seeds(*VARIED[:2])), AlpacaOptions())
    assert isinstance(row, Instruction) and row.output == "The Loire."


def test_the_method_is_in_the_catalogue() -> None:
    assert methods()["alpaca"] is alpaca.METHOD
