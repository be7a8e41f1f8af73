"""Self-Instruct is what its authors published: what is shown, what is asked for, and how replies are read."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import pytest

from desktop.core.catalogue import methods
from desktop.core.options import Options
from desktop.core.prompts import fill
from desktop.core.records import Evidence, Instruction, Item, Ref, Seed, Twin, Verdict
from desktop.core.shapes import PoolRow
from desktop.core.steps import Ask, Judged
from desktop.methods import _forms
from desktop.methods import _self_instruct_replies as replies
from desktop.methods.self_instruct import METHOD, SelfInstructOptions
from tests.fakes import VARIED, Says, seeds
from tests.methods import playing
from tests.methods.playing import by_filters, by_step

LANGUAGES = ("en", "zh")
PUBLISHED = SelfInstructOptions()


Context = partial(playing.Context, METHOD)


def items(count: int, context: playing.Context, options: SelfInstructOptions = PUBLISHED) -> list[Item]:
    return playing.items(count, context, options)


class Play(playing.Play):
    """Plays Self-Instruct, with the published options unless others are given."""

    def run(self, context: playing.Context, options: Options = PUBLISHED, item: Item | None = None) -> list[Any]:
        return super().run(context, options, item)


def shown_in(ask: Ask) -> list[str]:
    """The numbered examples of a first-stage prompt, without their numbers."""
    lines = str(ask.prompt).split("\n")
    numbered = [line for line in lines if line[:1].isdigit()]
    return [line.split(". ", 1)[1] for line in numbered if ". " in line]


# ── stage 1 ──────────────────────────────────────────────────────────────────────────────────────


def test_the_first_request_shows_eight_seeds_and_ends_with_the_next_number() -> None:
    play = Play(by_step(instructions=""))
    play.run(Context())
    [ask] = play.asked
    assert isinstance(ask.prompt, str)
    assert len(shown_in(ask)) == 8
    assert set(shown_in(ask)) <= set(VARIED)
    assert ask.prompt.endswith("\n9.")


def test_two_of_the_models_own_are_shown_once_it_has_made_any() -> None:
    own = [PoolRow(Ref("candidate", number), f"Own task number {number} of the model") for number in range(1, 30)]
    context = Context(made=own)
    orders = set()
    for item in items(40, context):
        shown = cast("list[str]", item.data["shown"])
        assert len(shown) == 8
        assert sum(text.startswith("Own task") for text in shown) == 2
        assert len(item.inputs) == 8
        assert sum(ref.stage == "candidate" for ref in item.inputs) == 2
        orders.add(tuple(text.startswith("Own task") for text in shown))
    assert len(orders) > 10, "the model's own always stand in the same places"


def test_one_own_instruction_leaves_seven_seeds() -> None:
    context = Context(made=[PoolRow(Ref("candidate", 1), "The only one so far")])
    [item] = items(1, context)
    assert sum(ref.stage == "seed" for ref in item.inputs) == 7


def test_examples_lose_line_breaks_and_a_closing_colon() -> None:
    context = Context(seeds=seeds("Answer the\n  question below:", "概括下面的文章："))
    play = Play(by_step(instructions=""))
    play.run(context)
    assert sorted(shown_in(play.asked[0])) == ["Answer the question below", "概括下面的文章"]
    assert str(play.asked[0].prompt).endswith("\n3.")


def test_the_published_sampling_is_asked_for() -> None:
    play = Play(
        by_step(
            instructions=" Name a river.\n10. Say whether it is hot.",
            classify="Yes",
            output_first="Class label: hot\nDay: 31 degrees",
        )
    )
    play.run(Context())
    first, question, instances = play.asked[0], play.asked[1], play.asked[-1]
    assert (first.sampling.temperature, first.sampling.top_p, first.sampling.max_tokens) == (0.7, 0.5, 1024)
    assert (first.sampling.presence_penalty, first.sampling.frequency_penalty) == (2.0, 0.0)
    assert {"\n\n", "\n16", "16.", "16 ."} <= set(first.stop)
    assert (question.sampling.temperature, question.sampling.max_tokens) == (0.0, 3)
    assert {"\n", "Task"} <= set(question.stop)
    assert (instances.sampling.temperature, instances.sampling.presence_penalty) == (0.0, 1.5)
    assert instances.sampling.max_tokens == 300
    assert {"Example 6", "Task:"} <= set(instances.stop)


def test_a_reply_that_ran_into_the_length_limit_adds_nothing() -> None:
    play = Play(by_step(instructions=Says(" Name a river.\n10. Name a", finish="length")))
    assert play.run(Context()) == []
    assert play.offered == []
    assert [each.reason for each in play.discarded] == [_forms.CUT_OFF]


def test_an_empty_reply_is_a_discard_with_its_reason() -> None:
    play = Play(by_step(instructions="  \n "))
    assert play.run(Context()) == []
    assert [each.reason for each in play.discarded] == [replies.NO_INSTRUCTION]


def test_each_instruction_is_offered_before_anything_is_paid_for_it() -> None:
    play = Play(by_step(instructions=" One.\n10. Two.\n11. Three."), judge=lambda row: Judged(False))
    assert play.run(Context()) == []
    assert play.offered == ["One.", "Two.", "Three."]
    assert [ask.step for ask in play.asked] == ["instructions"]


def test_of_two_copies_in_the_same_reply_one_is_paid_for() -> None:
    reply = " Name three rivers of the south.\n10. Name three rivers of the south!\n11. Sing a lullaby to me."
    play = Play(
        by_step(instructions=reply, classify="No", input_first="Output: La."),
        judge=by_filters(*METHOD.default_filters[:4]),
    )
    assert [row.instruction for row in play.run(Context())] == [
        "Name three rivers of the south.",
        "Sing a lullaby to me.",
    ]
    assert len(play.offered) == 3 and [ask.step for ask in play.asked].count("input_first") == 2


def test_the_case_of_an_instruction_is_left_alone() -> None:
    play = Play(by_step(instructions=" translate SQL for NASA"), judge=lambda row: Judged(False))
    play.run(Context())
    assert play.offered == ["translate SQL for NASA"]


def test_classification_only_asks_for_that_and_shows_classification_seeds() -> None:
    marked = tuple(
        Seed(number, Instruction(instruction=text, output="yes"), is_classification=number % 2 == 0)
        for number, text in enumerate(VARIED, 1)
    )
    plain, only = Play(by_step(instructions="")), Play(by_step(classification_instructions=""))
    plain.run(Context(seeds=marked))
    only.run(Context(seeds=marked), SelfInstructOptions(classification_only=True))
    assert str(plain.asked[0].prompt).splitlines()[0] != str(only.asked[0].prompt).splitlines()[0]
    assert set(shown_in(only.asked[0])) <= set(VARIED[1::2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Name a river.\n10. Name a lake.\n11 . Name a sea.", ["Name a river.", "Name a lake.", "Name a sea."]),
        (
            " 写一首诗。\n10. 找出动词。\n11、说出三条河。\n12．算一算。",
            ["写一首诗。", "找出动词。", "说出三条河。", "算一算。"],
        ),
        (" Explain\n  why 3.5 is\nmore than 3.", ["Explain why 3.5 is more than 3."]),
        (" Write a reply\nthat is kind.\n10.", ["Write a reply that is kind. 10."]),
        ("\n\n", []),
    ],
)
def test_a_numbered_list_is_read(text: str, expected: list[str]) -> None:
    assert list(replies.instructions(text)) == expected


# ── stages 2 and 3 ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "yes"),
    [(text, True) for text in (" Yes", "YES", "yes", "是。")]
    + [(text, False) for text in ("No", "Yes, it", "否", "不是", "maybe", "")],
)
def test_only_a_plain_yes_is_a_yes(text: str, yes: bool) -> None:
    assert replies.is_yes(text) is yes


def test_a_yes_is_answered_label_first_and_a_no_input_first() -> None:
    play = Play(
        lambda ask: {
            "instructions": " Name a river.\n10. Say whether it is hot.",
            "classify": "Yes" if "hot" in str(ask.prompt).rsplit("Task:", 1)[-1] else "No",
            "output_first": "Class label: hot\nDay: 31 degrees\nClass label: cold\nDay: 2 degrees",
            "input_first": "Output: The Loire.",
        }[ask.step]
    )
    rows = play.run(Context())
    assert [(row.instruction, row.input, row.output, row.task_type) for row in rows] == [
        ("Name a river.", "", "The Loire.", ""),
        ("Say whether it is hot.", "Day: 31 degrees", "hot", "classification"),
        ("Say whether it is hot.", "Day: 2 degrees", "cold", "classification"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demonstrations_are_as_many_as_published(language: str) -> None:
    context = Context(language=language)
    mark = "Task: " if language == "en" else "任务："
    steps = ("classify", "output_first", "input_first")
    count = {step: context.render(step, instruction="").count(f"\n{mark}") - 1 for step in steps}
    assert count == {"classify": 31, "output_first": 16, "input_first": 11}
    question = context.render("classify", instruction="")
    yes, no = ("? Yes", "? No") if language == "en" else ("？是", "？不是")
    assert (question.count(yes), question.count(no)) == (12, 19)


def test_fewer_demonstrations_keep_head_and_task() -> None:
    play = Play(by_step(instructions=" Name a river.", classify="No", input_first="Output: The Loire."))
    play.run(Context(), SelfInstructOptions(demonstrations=3))
    question = str(play.asked[1].prompt)
    assert question.count("\nTask: ") == 4
    assert question.endswith("Task: Name a river.\nIs it classification?")
    assert question.startswith(Context().render("classify", instruction="").split("\n\n")[0])


@pytest.mark.parametrize(
    ("text", "finish", "expected"),
    [
        ("Example 1\nX: 1, 2\nOutput: 3\nExample 2\nX: 5\nOutput 2: 4", "stop", [("X: 1, 2", "3"), ("X: 5", "4")]),
        ("Output: Straight away.", "stop", [("", "Straight away.")]),
        ("Input: a\nOutput: b", "stop", [("a", "b")]),
        ("Example 1\nInput: a\nOutput: b\nInput: c\nOutput: d", "stop", [("a", "b")]),
        ("Nothing that is marked.", "stop", []),
        ("Example 1\nX: a\nOutput: b\nExample 2\nX: c\nOutput: d", "length", [("X: a", "b")]),
        ("Output: a poem that never en", "length", []),
        ("Example 1\nText: no answer here", "stop", []),
        ("Output: See example 2 for the output: fine.", "stop", [("", "See example 2 for the output: fine.")]),
        ("示例 1\n句：鸟。\n输出：鸟\n示例2：\n句：鱼。\n输出：鱼", "stop", [("句：鸟。", "鸟"), ("句：鱼。", "鱼")]),
        ("输出：直接回答。", "stop", [("", "直接回答。")]),
    ],
)
def test_input_first_replies_are_read(text: str, finish: Any, expected: list[tuple[str, str]]) -> None:
    read = replies.input_first(text, finish)
    assert [(each.input, each.output) for each in read.instances] == expected
    assert read.instances or read.flawed, "nothing came of it, and nobody is told why"


@pytest.mark.parametrize(
    ("text", "finish", "expected"),
    [
        ("Class label: a\nX: one\nClass label: b\nX: two", "stop", [("X: one", "a"), ("X: two", "b")]),
        ("Class label: good\nFirst: a\nSecond: b", "stop", [("First: a\nSecond: b", "good")]),
        ("Class label: good\nReview: Fine.\nClass label: bad\nRev", "length", [("Review: Fine.", "good")]),
        ("Review: Fine.", "stop", []),
        ("Class label: yes", "stop", [("", "yes")]),
        ("Class label: a\nX: one Class label: b", "stop", [("X: one", "a")]),
        ("X: one\nClass label: a\nX: two\nClass label: b", "stop", []),
        ("Class label: red\nClass label: blue\nClass label: green\nSky: grass", "stop", [("Sky: grass", "green")]),
        ("类别标签：好\n评论：行。\n类别标签: 坏\n评论：差。", "stop", [("评论：行。", "好"), ("评论：差。", "坏")]),
    ],
)
def test_label_first_replies_are_read(text: str, finish: Any, expected: list[tuple[str, str]]) -> None:
    assert [(each.input, each.output) for each in replies.output_first(text, finish).instances] == expected


def test_at_most_five_instances_are_kept_and_the_rest_is_counted() -> None:
    lines = "\n".join(f"Class label: l{number}\nText: t{number}" for number in range(9))
    play = Play(by_step(instructions=" Sort it.", classify="Yes", output_first=lines))
    rows = play.run(Context())
    assert len(rows) == 5
    assert [row.output for row in rows] == sorted(str(row.output) for row in rows)
    assert [str(each.reason) for each in play.discarded] == ["More examples came than are kept for one instruction."]


def test_what_an_accepted_instruction_was_like_is_recorded_with_its_rows() -> None:
    twins = tuple(Twin(Ref("seed", number), f"text {number}", number / 20) for number in range(1, 13))
    verdict = Verdict(True, 0.6, evidence=Evidence(twins=twins), average=0.123456)
    play = Play(
        by_step(instructions=" Name a river.", classify="No", input_first="Output: The Loire."),
        judge=lambda row: Judged(True, {"novelty": verdict}),
    )
    [row] = play.run(Context())
    similar = row.extra["most_similar"]
    assert isinstance(similar, dict)
    assert next(iter(similar.items())) == ("text 12", 0.6)
    assert len(similar) == 10
    figures = [cast(float, value) for value in similar.values()]
    assert figures == sorted(figures, reverse=True)
    assert row.extra["avg_similarity_score"] == 0.1235


def test_the_ten_are_made_up_by_rows_that_have_nothing_in_common() -> None:
    verdict = Verdict(True, 0.3, evidence=Evidence(twins=(Twin(Ref("seed", 1), "Sing a song.", 0.3),)), average=0.01)
    play = Play(
        by_step(instructions=" Name a river.", classify="No", input_first="Output: The Loire."),
        judge=lambda row: Judged(True, {"novelty": verdict}),
    )
    [row] = play.run(Context(seeds=seeds(*(f"seed {number}" for number in range(20)))))
    similar = cast("dict[str, float]", row.extra["most_similar"])
    assert list(similar.values()) == [0.3] + [0.0] * 9


def test_a_chinese_project_is_asked_in_chinese() -> None:
    play = Play(by_step(instructions=" 说出一条河。", classify="否", input_first="输出：黄河。"))
    [row] = play.run(Context(language="zh", seeds=seeds("写一首诗。", "算一算。")))
    assert (row.instruction, row.output, row.language) == ("说出一条河。", "黄河。", "zh")
    assert all("任务" in str(ask.prompt) for ask in play.asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompts_example_reply_is_read(language: str) -> None:
    readers: dict[str, Callable[[str], object]] = {
        "instructions": replies.instructions,
        "classification_instructions": replies.instructions,
        "classify": replies.is_yes,
        "output_first": lambda text: replies.output_first(text, "stop").instances,
        "input_first": lambda text: replies.input_first(text, "stop").instances,
    }
    for prompt in METHOD.prompts:
        assert readers[prompt.step](prompt.example_reply[language]), prompt.step
        values = dict.fromkeys(prompt.places, "x")
        assert fill(prompt.text(language), values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demonstrations_are_read_by_the_rules_that_read_replies(language: str) -> None:
    context = Context(language=language)
    for step, read in (("output_first", replies.output_first), ("input_first", replies.input_first)):
        _head, *demonstrations, _task = context.render(step, instruction="").split("\n\n")
        for demonstration in demonstrations:
            _instruction, reply = demonstration.split("\n", 1)
            found = read(reply, "stop")
            assert found.instances and not found.flawed, demonstration
            assert all(each.output for each in found.instances)


def test_the_method_is_in_the_catalogue() -> None:
    assert methods()["self_instruct"] is METHOD
