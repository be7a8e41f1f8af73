"""Evol-Instruct draws its operations evenly, eliminates what brings nothing, and keeps the lineage of every round."""

from collections import Counter
from itertools import cycle
from typing import Any

import pytest

from desktop.core.records import Candidate, Instruction, Item, Ref
from desktop.core.shapes import Method
from desktop.core.steps import Choose, Chosen, Judged
from desktop.methods import _evolution, _forms, evol_code, evol_instruct
from desktop.methods._evolution import (
    LEAKED,
    REFUSED,
    SAME,
    SAYS_NOTHING,
    STRAYED,
    STUTTERS,
    drawn,
    evolved_of,
    fault_of,
)
from desktop.methods.evol_code import EvolCodeOptions
from desktop.methods.evol_instruct import EvolInstructOptions
from tests.fakes import Says
from tests.methods.playing import Context, Play, items

ROW = Instruction("Name a river.", "Somewhere in France.", "The Loire.", task_type="question")
FIVE = {"constrain", "deepen", "concretise", "reason", "complicate"}


def context(language: str = "en", method: Method = evol_instruct.METHOD) -> Context:
    return Context(method, language=language, candidates=[Candidate(5, 5, ROW)])


def script(
    *harder: Any,
    answer: Any = "The Loire, which ends at Nantes.",
    equal: float = 0.1,
    itself: float = 0.9,
    another: float = 0.05,
) -> Any:
    """`equal`: that the evolved one is the same; `itself`, `another`: that the first is the same as those."""
    left = list(harder)
    said = cycle((equal, itself, another))

    def say(ask: Any) -> Any:
        if ask.step == "compare":
            likely = next(said)
            return Chosen((likely, 1 - likely), 0.9)
        if ask.step == "answer":
            return answer(ask) if callable(answer) else answer
        return left.pop(0) if left else "Name a rarer river in France."

    return say


def seeded(seed: int, item: Item) -> Item:
    return Item(0, seed, item.inputs, item.data)


def test_every_operation_is_drawn_about_equally_often() -> None:
    names = [*FIVE, "breadth"]
    times = Counter(drawn(Item(0, seed), 1, names) for seed in range(600))
    assert set(times) == set(names)
    assert all(70 <= count <= 130 for count in times.values())


def test_the_operations_are_the_papers() -> None:
    for language in ("en", "zh"):
        listed = context(language).list("evol_operations")
        assert set(_evolution.operations(listed)) == FIVE
        code = _evolution.operations(context(language).list("evol_code_operations"))
        assert set(code) == {"constrain", "rarer", "reason", "mislead", "complexity"}


def test_evolving_and_answering_are_separate_calls_and_each_round_starts_from_the_last() -> None:
    play = Play(script(" Name a long river in France.\n\n", "Name a long, muddy river in France."))
    rows = play.run(context(), EvolInstructOptions(rounds=2))
    steps = [each.step for each in play.questions]
    assert [step in ("harder", "rarer") for step in steps] == [True, False, False, False, False] * 2
    assert steps[1:5] == ["compare"] * 3 + ["answer"]
    assert "Name a river.\n\nSomewhere in France." in str(play.asked[0].prompt)
    assert "Name a long river in France." in str(play.asked[2].prompt)
    assert [row.extra["evolved_from"] for row in rows] == [
        ["Name a river.\n\nSomewhere in France."],
        ["Name a river.\n\nSomewhere in France.", "Name a long river in France."],
    ]
    assert [row.extra["round"] for row in rows] == [1, 2]
    assert all(row.extra["operation"] in FIVE | {"breadth"} for row in rows)
    assert [row.output for row in rows] == ["The Loire, which ends at Nantes."] * 2


def test_the_published_sampling_is_asked_for_and_a_harder_task_is_a_continuation() -> None:
    play = Play(script("Name a long river in France."))
    play.run(context(), EvolInstructOptions(rounds=1))
    evolving, answering = play.asked
    for ask in (evolving, answering):
        assert (ask.sampling.temperature, ask.sampling.top_p) == (1.0, 0.95)
    assert isinstance(evolving.prompt, str) and evolving.prompt.endswith("task:")
    assert evolving.stop == ("\n###",)
    assert evolving.sampling.max_tokens < answering.sampling.max_tokens == 1024


def test_the_row_is_the_parent() -> None:
    [item] = items(5, context(), EvolInstructOptions())
    assert item.inputs == (Ref("candidate", 5),)


def test_what_is_eliminated_comes_back_as_it_was() -> None:
    play = Play(script("Name a river, please, somewhere in France.", "Name a long river in France.", equal=0.6))
    assert play.run(context(), EvolInstructOptions(rounds=3)) == []
    evolving = [ask for ask in play.asked if ask.step in ("harder", "rarer")]
    assert len(evolving) == 3
    assert all("Name a river.\n\nSomewhere in France." in str(ask.prompt) for ask in evolving)
    assert [each.reason for each in play.discarded] == [SAME] * 3
    assert not [ask for ask in play.asked if ask.step == "answer"]


def test_an_unchanged_instruction_is_eliminated_without_asking() -> None:
    play = Play(script("Name a river. Somewhere in FRANCE!"))
    play.run(context(), EvolInstructOptions(rounds=1))
    assert [each.step for each in play.questions] in (["harder"], ["rarer"])
    assert play.discarded[0].reason == SAME


def test_a_harder_task_that_is_about_something_else_is_eliminated_and_a_rarer_one_is_not() -> None:
    [item] = items(1, context(), EvolInstructOptions())
    for seed in range(30):
        play = Play(script("Sing."))
        rows = play.run(context(), EvolInstructOptions(rounds=1), seeded(seed, item))
        if play.asked[0].step == "harder":
            assert not rows and [each.reason for each in play.discarded] == [STRAYED]
        else:
            assert len(rows) == 1


@pytest.mark.parametrize(
    ("reply", "task"),
    [
        (" Name a river.\n", "Name a river."),
        (" Name a river.\n###\nTask: Sing.", "Name a river."),
        (" Sort:\n\na,b\n\nTask: Sing.", "Sort:\n\na,b"),
        (" Sort.\n\n## Words\n\na\n##\nWay: x", "Sort.\n\n## Words\n\na"),
        ("说出一条河。\n做法：唱歌", "说出一条河。"),
        ("\n###", ""),
    ],
)
def test_a_task_ends_where_the_next_example_would_begin(reply: str, task: str) -> None:
    assert evolved_of(reply) == task


@pytest.mark.parametrize(("words", "gone"), [(79, True), (80, False), (81, False)])
def test_a_short_apology_eliminates(words: int, gone: bool) -> None:
    answer = " ".join(["Sorry,", *["word"] * (words - 1)])
    assert (fault_of(answer) == REFUSED) is gone
    play = Play(script("Name a long river in France.", answer=answer))
    assert len(play.run(context(), EvolInstructOptions(rounds=1))) == (not gone)


def test_a_long_apology_in_chinese_stays_and_a_short_one_goes() -> None:
    assert fault_of("抱歉，我无法回答这个问题。") == REFUSED
    assert fault_of("抱歉让您久等。" + "河流从雪山流下，经过草原和城市，最后汇入大海。" * 8) is None


@pytest.mark.parametrize("answer", ["", "...", "it is the", "是的，了"])
def test_an_answer_that_says_nothing_eliminates(answer: str) -> None:
    assert fault_of(answer) == SAYS_NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "Rewrite the given prompt.",
        "#Rewritten Prompt# Name a river.",
        "Use the new instruction.",
        "改写后的指令：说出一条河",
        "说出一条河。修改后的题目：说出两条河。",
    ],
)
def test_leaked_markers_eliminate(text: str) -> None:
    play = Play(script(text))
    assert play.run(context(), EvolInstructOptions(rounds=1)) == []
    assert play.discarded[0].reason == LEAKED


def test_a_line_said_twice_eliminates() -> None:
    play = Play(script("Which river crosses a desert?\n\nWhich river crosses a desert?\nThe Nile does."))
    assert play.run(context(), EvolInstructOptions(rounds=1)) == []
    assert play.discarded[0].reason == STUTTERS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_material_of_the_prompts_own_example_eliminates(language: str) -> None:
    table = {
        "en": "day,visitors\nMonday,12\nTuesday,9\nWednesday,310",
        "zh": "日期,参观人数\n周一,12\n周二,9\n周三,310",
    }
    play = Play(script(f"Name the river of the day, or 河。\n\n{table[language]}"))
    assert play.run(context(language=language), EvolInstructOptions(rounds=1)) == []
    assert play.discarded[0].reason == _forms.COPIED


@pytest.mark.parametrize(
    ("equal", "itself", "another", "gone"),
    [
        (0.9, 0.95, 0.05, True),
        (0.6, 0.95, 0.05, True),
        (0.4, 0.95, 0.05, False),
        (0.73, 0.97, 0.55, False),  # a judge that leans to "same"
        (0.95, 0.97, 0.55, True),
        (0.3, 0.4, 0.02, True),  # and one that leans to "different"
        (0.9, 0.5, 0.5, False),  # one that cannot tell
    ],
)
def test_equality_is_measured_against_pairs_whose_answer_is_known(
    equal: float, itself: float, another: float, gone: bool
) -> None:
    said = script("Name a long river in France.", equal=equal, itself=itself, another=another)
    play = Play(said)
    assert len(play.run(context(), EvolInstructOptions(rounds=1))) == (not gone)
    pairs = [str(each.prompt) for each in play.questions if isinstance(each, Choose)]
    assert pairs[1].count("Name a river.\n\nSomewhere in France.") == 2
    assert all(text in pair for text, pair in zip(("long river", "France", "invoice"), pairs, strict=True))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_equality_is_a_word_of_the_examples(language: str) -> None:
    play = Play(script("说出法国某地的一条长河。" if language == "zh" else "Name a long river in France."))
    given = Instruction("说出一条河。", "法国某地。") if language == "zh" else ROW
    play.run(Context(evol_instruct.METHOD, language, candidates=[Candidate(5, 5, given)]), EvolInstructOptions())
    choice = next(each for each in play.questions if isinstance(each, Choose))
    assert all(f"?{word}\n" in str(choice.prompt).replace("？", "?") for word in choice.options)


def test_without_comparing_nothing_is_asked_about_equality() -> None:
    play = Play(script("Name a long river in France."))
    assert len(play.run(context(), EvolInstructOptions(rounds=1, compare=False))) == 1
    assert [each.step for each in play.questions][1:] == ["answer"]


def test_a_dropped_instruction_is_not_answered_and_does_not_evolve_further() -> None:
    play = Play(script("Name a long river in France."), judge=lambda row: Judged(False))
    assert play.run(context(), EvolInstructOptions(rounds=2)) == []
    assert [ask.step in ("harder", "rarer") for ask in play.asked] == [True, True]
    assert "Name a long river in France." not in str(play.asked[1].prompt)


def test_a_cut_off_reply_is_counted() -> None:
    play = Play(lambda ask: Says("Name a river in", finish="length"))
    assert play.run(context(), EvolInstructOptions(rounds=1)) == []
    assert [each.reason for each in play.discarded] == [_forms.CUT_OFF]


def test_without_breadth_nothing_becomes_rarer() -> None:
    [item] = items(1, context(), EvolInstructOptions())
    for seed in range(60):
        play = Play(script("Name a long river in France."))
        play.run(context(), EvolInstructOptions(rounds=1, breadth=False), seeded(seed, item))
        assert play.asked[0].step == "harder"


def test_code_has_one_template_and_its_rows_are_code() -> None:
    play = Play(script("Name a river in France with Python.", answer="a.sort()"))
    [row] = play.run(context(method=evol_code.METHOD), EvolCodeOptions(rounds=1))
    assert (row.task_type, row.output) == ("code", "a.sort()")
    operations = _evolution.operations(context().list("evol_code_operations"))
    assert play.asked[0].step == "harder"
    assert operations[str(row.extra["operation"])] in str(play.asked[0].prompt)


def test_a_chinese_project_is_asked_in_chinese() -> None:
    play = Play(script("说出一条流入大海的长河。", answer="长江。"))
    rivers = Context(evol_instruct.METHOD, "zh", candidates=[Candidate(5, 5, Instruction("说出一条河。"))])
    [row] = play.run(rivers, EvolInstructOptions(rounds=1))
    assert (row.instruction, row.output, row.language) == ("说出一条流入大海的长河。", "长江。", "zh")
    assert all("任务" in str(ask.prompt) or "助手" in str(ask.prompt) for ask in play.asked)
