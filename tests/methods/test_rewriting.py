"""Paraphrase, translation, round trip, and shorter or longer: other words, the same figures, the same answer."""

import json
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import pytest

from desktop.core.records import Candidate, Instruction, Ref
from desktop.core.shapes import Method
from desktop.core.steps import Ask, Choose, Chosen, Score, Scored
from desktop.methods import (
    _forms,
    _parts,
    _rewriting,
    _targets,
    paraphrase,
    round_trip_translation,
    summarise_expand,
    translate,
)
from desktop.methods.paraphrase import ParaphraseOptions
from desktop.methods.round_trip_translation import RoundTripOptions
from desktop.methods.summarise_expand import NOT_LONGER, NOT_SHORTER, SummariseExpandOptions
from desktop.methods.translate import TranslateOptions
from tests.fakes import Says
from tests.methods.playing import Context, Play, items

ROW = Instruction(
    "Write a function of 3 arguments with the signature `def area(a, b, c)`.",
    "Use {unit}.",
    "def area(a, b, c): return a * b * c",
    task_type="code",
)
OTHER = "A function with 3 arguments is needed; give it the signature [[1]]."


def context(method: Method, language: str = "en", row: Instruction = ROW) -> Context:
    return Context(method, language=language, candidates=[Candidate(5, 5, row)])


def says(*texts: str, sure: Sequence[float] = (0.8,), loss: Mapping[str, float] | None = None) -> Any:
    """Texts one after another; how sure it is of "Yes" in turn; the answer's loss by words of the question."""
    left, turns = list(texts), cycle(sure)

    def script(question: Any) -> Any:
        if isinstance(question, Choose):
            return Chosen((yes := next(turns), 1 - yes), 0.9)
        if isinstance(question, Score):
            return Scored((-next((nats for said, nats in (loss or {}).items() if said in str(question.prompt)), 1.0),))
        return json.dumps({"text": left.pop(0)}, ensure_ascii=False)

    return script


def reasons(play: Play) -> list[str]:
    return [each.reason.message for each in play.discarded]


# ── paraphrase ───────────────────────────────────────────────────────────────────────────────────


def test_another_wording_keeps_code_figures_and_the_answer() -> None:
    play = Play(says(OTHER))
    [row] = play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=1))
    assert row.instruction == "A function with 3 arguments is needed; give it the signature `def area(a, b, c)`."
    assert (row.input, row.output, row.task_type, row.language) == (ROW.input, ROW.output, "code", "en")
    assert row.extra == {"operation": "paraphrase", "same": 0.8, "unlikelier": 0.0}
    [ask] = play.asked
    assert "def area" not in str(ask.prompt)
    assert "exactly as they are: 3, [[1]]." in str(ask.prompt)
    [item] = items(5, context(paraphrase.METHOD), ParaphraseOptions())
    assert item.inputs == (Ref("candidate", 5),)


def test_where_nothing_must_stay_as_it_is_the_prompt_does_not_speak_of_it() -> None:
    play = Play(says("Which river do you know?"))
    play.run(context(paraphrase.METHOD, row=Instruction("Name a river.")), ParaphraseOptions(copies=1))
    assert "exactly" not in str(play.asked[0].prompt)


def test_wordings_that_are_alike_come_once_and_copies_of_the_old_one_never() -> None:
    same = "Write a function of 3 arguments, with the signature [[1]]!"
    play = Play(says(OTHER, OTHER.upper(), same))
    assert len(play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=3))) == 1
    assert [ask.n for ask in play.asked] == [3]
    assert reasons(play) == [_rewriting.SAME.message] * 2


@pytest.mark.parametrize("said", ["A function of [[1]].", "A function of 3 arguments.", "4 and [[1]]"])
def test_a_lost_mark_or_figure_is_counted(said: str) -> None:
    play = Play(says(said))
    assert play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=1)) == []
    assert reasons(play) == [_rewriting.LOST.message]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Says('{"text": "A func', finish="length"), _forms.CUT_OFF),
        (Says("{}"), _forms.NOTHING),
        (Says('{"text": "Which river crosses 3 countries? One is enough."}'), _forms.COPIED),
    ],
)
def test_an_unusable_reply_is_counted(reply: Says, reason: Any) -> None:
    play = Play(lambda ask: reply)
    assert play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=1)) == []
    assert reasons(play) == [reason.message]


def test_a_reply_that_answers_is_counted() -> None:
    play = Play(says("Sure, here is a function of 3 arguments: [[1]]"))
    assert play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=1)) == []
    assert reasons(play) == [_rewriting.ANSWERED.message]


def test_a_wording_must_ask_for_the_same_in_both_orders() -> None:
    play = Play(says(OTHER, sure=(0.9, 0.05)))
    assert play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=1)) == []
    assert reasons(play) == [_rewriting.DRIFTED.message]
    there, back = (str(each.prompt) for each in play.questions if isinstance(each, Choose))
    wording = OTHER.replace("[[1]]", "`def area(a, b, c)`")
    assert there.index(ROW.instruction) < there.index(wording)
    assert back.index(wording) < back.index(ROW.instruction)
    [row] = Play(says(OTHER, sure=(0.9, 0.1))).run(context(paraphrase.METHOD), ParaphraseOptions(copies=1))
    assert row.extra["same"] == 0.5, "the mean of both orders"


def test_a_yes_weighs_less_in_chinese_where_it_comes_too_easily() -> None:
    row = Instruction("说出一条流经 3 国的河。", output="多瑙河。")
    for sure, rows in ((0.7, 0), (0.75, 1)):
        play = Play(says("请举出一条流过 3 个国家的河流。", sure=(sure,)))
        made = play.run(context(paraphrase.METHOD, "zh", row), ParaphraseOptions(copies=1))
        assert len(made) == rows, reasons(play)


def test_the_old_answer_must_be_as_likely_after_the_new_wording() -> None:
    play = Play(says(OTHER, loss={"is needed": 1.41}))
    assert play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=1)) == []
    assert reasons(play) == [_rewriting.UNFIT.message]
    old, new = (each for each in play.questions if isinstance(each, Score))
    assert old.answer == new.answer == ROW.output
    assert ROW.input in str(old.prompt) and ROW.input in str(new.prompt)
    [row] = Play(says(OTHER, loss={"is needed": 0.7})).run(context(paraphrase.METHOD), ParaphraseOptions(copies=1))
    assert row.extra["unlikelier"] == -0.3
    unanswered = context(paraphrase.METHOD, row=Instruction(ROW.instruction))
    [row] = Play(says(OTHER)).run(unanswered, ParaphraseOptions(copies=1))
    assert row.extra == {"operation": "paraphrase", "same": 0.8}, "there is no answer to measure"


def test_what_was_switched_off_is_not_asked() -> None:
    play = Play(says(OTHER))
    [row] = play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=1, same=0.0, unlikelier=0.0))
    assert row.extra == {"operation": "paraphrase"}
    assert len(play.questions) == 1


def test_instruction_and_input_belong_together() -> None:
    play = Play(says(OTHER, OTHER + " Please.", "The unit is [[1]].", "No unit."))
    rows = play.run(context(paraphrase.METHOD), ParaphraseOptions(copies=2, where="both"))
    assert [row.input for row in rows] == ["The unit is {unit}."]
    assert reasons(play) == [_rewriting.LOST.message]


@pytest.mark.parametrize(
    ("method", "options"),
    [
        (paraphrase.METHOD, ParaphraseOptions(where="input")),
        (round_trip_translation.METHOD, RoundTripOptions(where="input")),
        (summarise_expand.METHOD, SummariseExpandOptions(where="input")),
        (round_trip_translation.METHOD, RoundTripOptions(through="en")),
        (translate.METHOD, TranslateOptions(to="en")),
    ],
)
def test_a_row_without_what_is_to_change_costs_nothing(method: Method, options: Any) -> None:
    play = Play(says())
    assert play.run(context(method, row=Instruction("Name a river.")), options) == []
    assert play.asked == []
    assert reasons(play) == [_parts.UNCHANGED.message]


# ── translation ──────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_translated_whole_in_one_go() -> None:
    play = Play(says("写一个有 3 个参数的函数，签名是 [[1]]。", "使用 [[1]]。", "def area(a, b, c): return a*b*c 返回"))
    [row] = play.run(context(translate.METHOD), TranslateOptions())
    assert row.instruction == "写一个有 3 个参数的函数，签名是 `def area(a, b, c)`。"
    assert (row.input, row.output) == ("使用 {unit}。", "def area(a, b, c): return a*b*c 返回")
    assert (row.language, row.task_type) == ("zh", "code")
    assert all("Chinese" in str(ask.prompt) for ask in play.asked)


def test_the_target_is_an_option_and_the_answer_may_stay() -> None:
    play = Play(says("Schreibe eine Funktion mit 3 Argumenten: [[1]].", "Nimm [[1]]."))
    [row] = play.run(context(translate.METHOD), TranslateOptions(to="de", answer=False))
    assert (row.language, row.output) == ("de", ROW.output)
    assert all("German" in str(ask.prompt) for ask in play.asked)


def test_a_chinese_project_is_asked_in_chinese_and_goes_to_english() -> None:
    play = Play(says("Name a river of 3 lands."))
    [row] = play.run(context(translate.METHOD, "zh", Instruction("说出一条流经 3 国的河。")), TranslateOptions())
    assert row.language == "en"
    assert "翻译成英文" in str(play.asked[0].prompt)


def test_a_row_of_which_one_part_fails_is_not_half_translated() -> None:
    play = Play(says("写一个有 3 个参数的函数，签名是 [[1]]。", "使用单位。", "好"))
    assert play.run(context(translate.METHOD), TranslateOptions()) == []
    assert reasons(play) == [_rewriting.LOST.message]


def test_what_came_back_untranslated_is_not_used() -> None:
    play = Play(says("Name a big river.", "莱茵河"))
    row = Instruction("Name a big river.", output="Rhine")
    assert play.run(context(translate.METHOD, row=row), TranslateOptions()) == []
    assert reasons(play) == [_rewriting.SAME.message]


def test_an_instruction_that_stayed_in_its_language_is_no_code() -> None:
    play = Play(says("The old car sped quickly.", "好"))
    row = Instruction("Use a synonym: The car sped quickly.", output="Yes.")
    assert play.run(context(translate.METHOD, row=row), TranslateOptions()) == []
    assert reasons(play) == [_targets.UNTRANSLATED.message]


def test_words_left_untranslated_are_put_aside_and_names_are_not() -> None:
    play = Play(says("说出 3 条 river。", "莱茵河"))
    row = Instruction("Name 3 rivers, such as a river in Tirol.", output="Rhine")
    assert play.run(context(translate.METHOD, row=row), TranslateOptions()) == []
    assert reasons(play) == [_targets.UNTRANSLATED.message]
    play = Play(says("说出 3 条河，比如 Tirol 的一条。", "莱茵河"))
    assert len(play.run(context(translate.METHOD, row=row), TranslateOptions())) == 1
    assert _targets.left_over("a rainy Sunday", "周末 rainy天", "en", "zh")
    assert _targets.left_over("说出一条河", "Name a 河", "zh", "en")
    assert not _targets.left_over("Name a river", "Nenne a river", "en", "de"), "one script says nothing"


def test_a_task_that_was_done_instead_of_translated_is_told_by_its_length() -> None:
    row = Instruction("Put this into other words: The old ship came slowly into the harbour.", output="Boat")
    play = Play(says("旧船慢慢地进港。", "船"))
    assert play.run(context(translate.METHOD, row=row), TranslateOptions()) == []
    assert reasons(play) == [_targets.NOT_WHOLE.message]
    play = Play(says("把这句话换一种说法：那艘旧船慢慢地驶进了港口。", "船"))
    assert len(play.run(context(translate.METHOD, row=row), TranslateOptions())) == 1
    assert _targets.whole("Boat", "一艘在海上航行的大船"), "of a word or two nothing can be said"
    assert not _targets.whole(
        "写一首关于大海的诗", "Write a short poem about the sea, the wind and the old ships in the harbour"
    )


def test_a_way_back_with_words_of_the_other_language_is_not_used() -> None:
    play = Play(says(ABROAD, "A 函数 with 3 arguments is needed; give it the signature [[1]]."))
    assert play.run(context(round_trip_translation.METHOD), RoundTripOptions()) == []
    assert reasons(play) == [_targets.UNTRANSLATED.message]


def test_an_untranslated_way_there_is_not_brought_back() -> None:
    play = Play(says("写一个有 3 个 arguments 的函数，签名是 [[1]]。"))
    assert play.run(context(round_trip_translation.METHOD), RoundTripOptions()) == []
    assert reasons(play) == [_targets.UNTRANSLATED.message]
    assert len(play.asked) == 1


# ── round trip ───────────────────────────────────────────────────────────────────────────────────

ABROAD = "写一个有 3 个参数的函数，签名是 [[1]]。"


def test_a_round_trip_goes_there_and_back_and_asks_for_the_meaning() -> None:
    play = Play(says(ABROAD, OTHER))
    [row] = play.run(context(round_trip_translation.METHOD), RoundTripOptions())
    assert row.instruction == OTHER.replace("[[1]]", "`def area(a, b, c)`")
    assert (row.output, row.language) == (ROW.output, "en")
    assert row.extra["through"] == "zh"
    assert row.extra["wording"] == [ABROAD.replace("[[1]]", "`def area(a, b, c)`")]
    assert row.extra["same"] == 0.8
    asked = [(question.step, isinstance(question, Ask)) for question in play.questions]
    assert asked == [("there", True), ("back", True), *[("same", False)] * 2, *[("fits", False)] * 2]
    assert "Chinese" in str(play.asked[0].prompt)
    assert "into English" in str(play.asked[1].prompt)
    assert 0.7 <= play.asked[1].sampling.temperature <= 0.9


def test_a_meaning_that_drifted_and_a_wording_that_stayed_are_put_aside() -> None:
    play = Play(says(ABROAD, OTHER, sure=(0.3,)))
    assert play.run(context(round_trip_translation.METHOD), RoundTripOptions()) == []
    assert reasons(play) == [_rewriting.DRIFTED.message]
    play = Play(says(ABROAD, "Write a function of 3 arguments with this signature: [[1]]."))
    assert play.run(context(round_trip_translation.METHOD), RoundTripOptions()) == []
    assert reasons(play) == [_rewriting.SAME.message]


def test_what_is_lost_on_the_way_there_is_not_brought_back() -> None:
    play = Play(says("写一个函数。"))
    assert play.run(context(round_trip_translation.METHOD), RoundTripOptions()) == []
    assert len(play.asked) == 1


# ── shorter, longer ──────────────────────────────────────────────────────────────────────────────


def test_one_row_comes_shorter_and_one_longer() -> None:
    longer = "I would like to have a function that takes 3 arguments, and its signature should be exactly this: [[1]]."
    play = Play(says("Function, 3 arguments: [[1]]", longer))
    rows = play.run(context(summarise_expand.METHOD), SummariseExpandOptions())
    assert [row.extra["operation"] for row in rows] == ["shorter", "longer"]
    assert {row.output for row in rows} == {ROW.output}


@pytest.mark.parametrize(("length", "reason"), [("shorter", NOT_SHORTER), ("longer", NOT_LONGER)])
def test_a_wording_of_the_same_length_is_not_used(length: str, reason: Any) -> None:
    play = Play(says("Write some function of 3 arguments with the signature [[1]]."))
    assert play.run(context(summarise_expand.METHOD), SummariseExpandOptions(length=length)) == []
    assert reasons(play) == [reason.message]
    assert [ask.step for ask in play.asked] == [length]
