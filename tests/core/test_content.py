"""Rows as JSON and back, and what is read out of each kind."""

import json

import pytest

from desktop.core.content import answers_of, fields_of, from_json, is_answered, kind_of, lead_field_of, lead_of, to_json
from desktop.core.records import Conversation, Feedback, Instruction, Message, Preference, Row, Text

TALK = (
    Message("system", "Be brief."),
    Message("user", "你好"),
    Message("assistant", "您好！"),
    Message("tool_call", "{}"),
    Message("user", "再见"),
    Message("assistant", "Goodbye"),
)
ROWS: list[Row] = [
    Instruction("Explain tides.", "Briefly.", "The moon pulls.", "Be kind.", (("Hello", "Hi"),)),
    Instruction("Explain tides."),
    Instruction("Explain tides.", output=""),
    Conversation(messages=TALK, system="You are an assistant.", tools=({"name": "search", "parameters": {}},)),
    Conversation(messages=()),
    Preference("Which is larger?", "Jupiter", "Mars", probability=0.9, margin=1.5),
    Preference(TALK, "Jupiter", "Mars"),
    Feedback("Who wrote it?", "Nobody knows.", label=False, score=0.25, critique="Look it up."),
    Feedback(TALK, "Nobody knows."),
    Text("Tides\n\n\ud800 are 潮汐."),
]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_comes_back_from_json_as_it_went(row: Row) -> None:
    stored = json.loads(json.dumps(to_json(row)))
    assert from_json(kind_of(row), stored) == row


def test_task_type_language_and_extra_go_beside_the_content() -> None:
    row = Instruction("Explain tides.", task_type="question", language="en", extra={"source": "book"})
    assert "extra" not in to_json(row) and "language" not in to_json(row)
    again = from_json(
        "instruction", to_json(row), task_type=row.task_type, language=row.language, extra={"source": "book"}
    )
    assert again == row


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("instruction", {}),
        ("instruction", {"instruction": "a", "surprise": 1}),
        ("conversation", {"messages": [{"role": "user"}]}),
        ("poem", {"text": "a"}),
    ],
)
def test_what_is_no_row_is_refused(kind: str, content: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json(kind, content)  # type: ignore[arg-type]  # wrong on purpose


def test_kinds_have_the_names_that_projects_store() -> None:
    assert {kind_of(row) for row in ROWS} == {"instruction", "conversation", "preference", "feedback", "text"}


@pytest.mark.parametrize(
    ("row", "lead"),
    [
        (ROWS[0], "Explain tides."),
        (ROWS[3], "你好"),
        (ROWS[4], ""),
        (ROWS[5], "Which is larger?"),
        (ROWS[6], "你好"),
        (ROWS[7], "Who wrote it?"),
        (Text("Tides"), "Tides"),
    ],
)
def test_the_lead_is_what_was_asked_first(row: Row, lead: str) -> None:
    assert lead_of(row) == lead
    assert fields_of(row).get(lead_field_of(row), "") == lead


def test_every_text_of_a_row_has_a_field() -> None:
    assert fields_of(ROWS[0]) == {
        "system": "Be kind.",
        "instruction": "Explain tides.",
        "input": "Briefly.",
        "output": "The moon pulls.",
        "history.0.instruction": "Hello",
        "history.0.output": "Hi",
    }
    assert fields_of(ROWS[3])["messages.2.assistant"] == "您好！"


def test_an_unanswered_row_has_no_output_and_an_empty_answer_is_one() -> None:
    assert "output" not in fields_of(ROWS[1])
    assert fields_of(ROWS[2])["output"] == ""
    assert answers_of(ROWS[1]) == {}
    assert answers_of(ROWS[2]) == {"output": ""}


def test_a_conversation_in_which_nobody_answers_may_not_leave() -> None:
    asked = (Message("user", "When does the ferry leave?"),)
    assert not is_answered(Conversation(asked))
    assert is_answered(Conversation((*asked, Message("assistant", "At eight."))))
    assert is_answered(Conversation((*asked, Message("tool_call", "{}"))))
    assert is_answered(Instruction("Say nothing.", output="")) and not is_answered(Instruction("Say nothing."))


def test_answers_are_what_a_model_learns_to_write() -> None:
    assert answers_of(ROWS[3]) == {"messages.2.assistant": "您好！", "messages.5.assistant": "Goodbye"}
    assert answers_of(ROWS[5]) == {"chosen": "Jupiter", "rejected": "Mars"}
    assert answers_of(ROWS[7]) == {"completion": "Nobody knows."}
    assert all(answers_of(row).items() <= fields_of(row).items() for row in ROWS)
