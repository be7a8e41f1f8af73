"""Dialogues are planned, stand between their tags, keep to their passage, and are tried again or given up on record."""

from collections import Counter
from typing import Any

import pytest

from desktop.core.records import Passage, Ref
from desktop.methods._forms import CUT_OFF, REPEATED
from desktop.methods._grounding import MADE_UP
from desktop.methods.dialogue import (
    FAILED,
    METHOD,
    POINTS,
    SHORT,
    STRANGE,
    TAGS,
    TURNS,
    UNGROUNDED,
    DialogueOptions,
    cut,
    plan_of,
    planned,
    turns_of,
)
from tests.fakes import Says
from tests.methods.playing import Context, Play, items

TEXT = (
    "The night buses of Ellersby began in 2020. on lines 4 and 9. In six months 41,000 people used them, twice as many"
    " as expected, and the council will decide in November whether to add a third line through the harbour. "
)
GOOD = (
    "<start_chat>\n<Human 1>: When did the night buses of Ellersby begin?\n<Assistant 1>: They began in 2020.\n"
    "<Human 2>: How many used them?\n<Assistant 2>: 41,000 people in six months.\n<end_chat>"
)
TWO = DialogueOptions(turns=2, assistant_words=50)


def context(text: str = TEXT * 4, language: str = "en") -> Context:
    return Context(METHOD, language=language, stretches=[Passage(7, 1, text, heading="Transport")])


def script(*replies: Any) -> Any:
    left = list(replies)
    return lambda ask: left.pop(0)


def rest(reply: Any, ask: Any) -> Any:
    """What a model writes after what it is handed as the beginning of its reply."""
    return reply.removeprefix(ask.prefill) if isinstance(reply, str) else reply


def test_a_dialogue_is_planned_and_grounded_in_its_passage() -> None:
    play = Play(script(GOOD))
    [row] = play.run(context(), TWO)
    assert [message.role for message in row.messages] == ["user", "assistant"] * 2
    assert row.messages[1].content == "They began in 2020."
    assert play.offered == ["When did the night buses of Ellersby begin?"]
    [ask] = play.asked
    assert "2020. on lines" in str(ask.prompt) and "Transport" in str(ask.prompt)
    assert str(ask.prompt).count(" words)") == 4 and ask.stop == ()
    assert "<Human 2>: " in ask.grammar and "<Human 3>: " not in ask.grammar
    assert items(1, context(), TWO)[0].inputs == (Ref("passage", 7),)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (GOOD.removesuffix("<end_chat>"), TAGS),
        (GOOD.removeprefix("<start_chat>"), TAGS),
        (Says(GOOD, finish="length"), CUT_OFF),
        (GOOD.replace("Human 2", "Human 3"), TURNS),
        (GOOD.replace("How many used them?", "What else does the text say?"), POINTS),
        (GOOD.replace("41,000 people in six months", "Blue trams with green tea and old maps of Berlin"), UNGROUNDED),
        (GOOD.replace("41,000 people in six months", "How many used them"), REPEATED),
        (GOOD.replace("41,000", "52,000"), MADE_UP),
        (GOOD.replace("When did the night buses of Ellersby begin?", "What is new?"), STRANGE),
    ],
)
def test_what_cannot_be_used_is_tried_again_and_then_recorded_as_failed(reply: Any, reason: Any) -> None:
    replies = iter((reply, GOOD))
    again = Play(lambda ask: rest(next(replies), ask))
    assert len(again.run(context(), TWO)) == 1
    assert [each.reason for each in again.discarded] == [reason]
    never = Play(lambda ask: rest(reply, ask))
    assert never.run(context(), TWO) == []
    assert [each.reason for each in never.discarded] == [reason] * 3 + [FAILED]


def test_turns_that_are_sound_stay_when_the_next_is_tried_again() -> None:
    replies = iter((GOOD.replace("41,000", "52,000"), GOOD))
    play = Play(lambda ask: rest(next(replies), ask))
    [row] = play.run(context(), TWO)
    first, second = play.asked
    assert first.prefill == "" and second.prefill == GOOD[: GOOD.index("<Human 2>")]
    assert "<start_chat>" in first.grammar and "<Human 1>" not in second.grammar and "<Human 2>: " in second.grammar
    assert [each.content for each in row.messages][1::2] == ["They began in 2020.", "41,000 people in six months."]


def test_a_dialogue_ends_before_the_answer_that_leaves_its_passage() -> None:
    more = "<Human 3>: What comes next?\n<Assistant 3>: Green trams by 2099.\n<end_chat>"
    play = Play(script(GOOD.replace("<end_chat>", more)))
    [row] = play.run(context(), DialogueOptions(turns=3, assistant_words=50))
    assert len(row.messages) == 4 and row.messages[-1].content == "41,000 people in six months."
    [whole] = Play(script(GOOD.replace("<end_chat>", more))).run(
        context(), DialogueOptions(turns=3, assistant_words=50, grounding=0.0)
    )
    assert len(whole.messages) == 6


def test_a_short_reference_is_skipped_without_asking() -> None:
    play = Play(script())
    assert play.run(context("The buses began in 2020."), TWO) == []
    assert [each.reason for each in play.discarded] == [SHORT] and not play.asked


def test_a_long_reference_is_cut_at_a_sentence() -> None:
    assert cut("One two three. Four five six. Seven eight nine.", 6) == "One two three. Four five six."
    assert cut("One two three. Four", 2) == "One two three."
    assert cut("一二三四五六七八九十。一二三四五六七八九十。", 9).endswith("。")


def test_turns_lengths_and_manners_are_drawn() -> None:
    styles = context().list("dialogue_styles")
    plans = [planned(seed, DialogueOptions(), styles) for seed in range(400)]
    counts = Counter(len(plan) for plan in plans)
    assert set(counts) == {3, 4} and 160 < counts[3] < 240
    lengths = [turn.assistant_words for plan in plans for turn in plan]
    assert all(length % 50 == 0 and length >= 50 for length in lengths) and len(set(lengths)) > 2
    assert len({turn.human for plan in plans for turn in plan}) == len(styles) == 7
    assert planned(3, DialogueOptions(), styles) == plans[3]
    assert plan_of(plans[0], "zh").count("字)") == 2 * len(plans[0])


def test_the_words_of_the_plan_are_no_part_of_a_turn() -> None:
    said = turns_of("<start_chat><Human 1>: (20 words) When?\n<Assistant 1>：（30字）At 8 (sharp).<end_chat>")
    assert [each.content for each in said] == ["When?", "At 8 (sharp)."]
    assert turns_of("<start_chat><Human 1>: When?<Assistant 1>: <end_chat>") == ()
